import { usePage } from '../state/page.js';
import { Card } from './card.js';
import { ClockButtons } from './clock.js';
import { LimitButtons } from './limit.js';

export function Controls() {
  const workspace = usePage((state) => state.workspace);
  if (workspace === undefined) return <div class="cards" aria-busy="true" />;
  return (
    <div class="cards">
      <h1 class="hidden">Controls</h1>
      <Card title="Clock">
        <ClockButtons workspace={workspace} />
      </Card>
      <Card title="Rate limit">
        <LimitButtons workspace={workspace} />
      </Card>
    </div>
  );
}
