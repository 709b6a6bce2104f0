import { useState } from 'preact/hooks';
import { usePage } from '../state/page.js';
import { NewSegment } from './definition.js';
import { SegmentDetail } from './detail.js';
import { SegmentList } from './list.js';

export function Segments() {
  const id = usePage(({ route }) => route.id);
  const [isNew, setNew] = useState(false);
  const first = usePage(({ segments }) => segments?.[0]?.id);
  // If there is room next to the list, a new user sees a chart at once.
  const isWide = matchMedia('(min-width: 641px)').matches;
  const shown = id ?? (isWide ? first : undefined);
  return (
    <div class={`split ${id !== undefined || isNew ? 'has-detail' : ''}`}>
      <h1 class="hidden">Segments</h1>
      <SegmentList selected={isNew ? undefined : shown} onNew={() => setNew(true)} />
      {isNew ? <NewSegment onDone={() => setNew(false)} /> : <SegmentDetail key={shown} id={shown} />}
    </div>
  );
}
