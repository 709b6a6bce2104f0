import { usePage } from '../state/page.js';
import { SegmentList } from './list.js';
import { SegmentDetail } from './detail.js';

export function Segments() {
  const id = usePage(({ route }) => route.id);
  return (
    <div class={`split ${id === undefined ? '' : 'has-detail'}`}>
      <h1 class="hidden">Segments</h1>
      <SegmentList onNew={() => {}} />
      <SegmentDetail key={id} id={id} />
    </div>
  );
}
