import type { Segment } from '../api/replies.js';
import { formatNumber, formatPercent } from '../lib/format.js';
import { linkTo, usePage, useWorkspaceName } from '../state/page.js';
import { useSummary } from '../state/summaries.js';

/** A segment's steps: those that it is a subset of, itself, and its subsets. */
export function stepsOf(segment: Segment, segments: readonly Segment[]): Segment[] {
  const steps = [segment];
  for (let top: Segment | undefined = segment; top?.subsetOf !== undefined && steps.length < 20;) {
    const parent: string = top.subsetOf.segment;
    top = segments.find(({ id }) => id === parent);
    if (top !== undefined) steps.unshift(top);
  }
  for (let index = steps.indexOf(segment); index < steps.length && steps.length < 20; index++)
    steps.push(...segments.filter(({ subsetOf }) => subsetOf?.segment === steps[index]?.id));
  return steps;
}

/** The share of each step that takes the next one. */
export function Funnel({ segment }: { segment: Segment }) {
  const segments = usePage((state) => state.segments) ?? [];
  const steps = stepsOf(segment, segments);
  const top = useSummary(useWorkspaceName(), steps[0]?.id ?? '')?.today;
  if (steps.length < 2) return null;
  return (
    <section class="panel wide" aria-label="Funnel">
      <h2>
        Funnel <span class="unit">today, each step as a share of the one that it is a subset of</span>
      </h2>
      <ol class="funnel">
        {steps.map((step) => (
          <Step key={step.id} step={step} top={top ?? 0} isCurrent={step.id === segment.id} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step, top, isCurrent }: { step: Segment; top: number; isCurrent: boolean }) {
  const workspace = useWorkspaceName();
  const size = useSummary(workspace, step.id)?.today;
  const parent = useSummary(workspace, step.subsetOf?.segment ?? step.id)?.today;
  const conversion = step.subsetOf && size != null && parent ? size / parent : undefined;
  return (
    <li>
      <a href={linkTo({ id: step.id })} aria-current={isCurrent ? 'true' : undefined}>
        {step.name}
      </a>
      <span class="funnel-bar">
        <i style={{ width: `${top === 0 ? 0 : ((size ?? 0) / top) * 100}%` }} />
      </span>
      <span class="number">{formatNumber(size)}</span>
      <span class="number">{conversion === undefined ? '' : formatPercent(conversion).replace('+', '')}</span>
    </li>
  );
}
