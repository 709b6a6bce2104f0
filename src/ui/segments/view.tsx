import { useState } from 'preact/hooks';
import { usePage } from '../state/page.js';
import { NewSegment } from './definition.js';
import { SegmentDetail } from './detail.js';
import { SegmentList } from './list.js';

export function Segments() {
  const id = usePage(({ route }) => route.id);
  const [isNew, setNew] = useState(false);
  return (
    <div class={`split ${id !== undefined || isNew ? 'has-detail' : ''}`}>
      <h1 class="hidden">Segments</h1>
      <SegmentList onNew={() => setNew(true)} />
      {isNew ? <NewSegment onDone={() => setNew(false)} /> : <SegmentDetail key={id} id={id} />}
    </div>
  );
}
