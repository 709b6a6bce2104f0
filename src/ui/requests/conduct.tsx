import { pathTo } from '../api/client.js';
import type { Finding } from '../api/replies.js';
import { formatNumber, plural } from '../lib/format.js';
import { Icon, type IconName } from '../parts/icon.js';
import { useLoaded } from '../state/load.js';
import { linkTo, usePage, useWorkspaceName } from '../state/page.js';

const LEVEL_LABELS: Record<Finding['level'], [kind: string, icon: IconName]> = {
  error: ['bad', 'close'],
  warning: ['warn', 'warning'],
  note: ['', 'dash'],
  unjudged: ['', 'clock'],
};
const LEVEL_ORDER = Object.keys(LEVEL_LABELS);

/** How clients behaved: the findings, with the requests that show them. */
export function Conduct() {
  const name = useWorkspaceName();
  // Some rules judge what did not happen in time.
  const seen = usePage(
    ({ workspace, strays }) => workspace && `${workspace.requests} ${strays} ${workspace.clock.now}`,
  );
  const own = useLoaded<{ findings: Finding[] }>(pathTo(name, 'conduct'), seen);
  const strays = useLoaded<{ findings: Finding[] }>('conduct', seen);
  const requests = usePage(({ workspace }) => workspace?.requests ?? 0);
  if (own.error !== undefined) return <p class="empty bad-text">{own.error}</p>;
  if (own.data === undefined) return <div class="request-list" aria-busy="true" />;
  const others = strays.data?.findings ?? [];
  return (
    <div class="request-list findings" tabIndex={0} role="region" aria-label="Findings">
      {own.data.findings.length === 0 ? (
        <div class="empty">
          <h2>No findings</h2>
          <p>
            {requests === 0 ? 'No requests yet.' : `${plural(requests, 'request')}, and none broke a rule.`} The mock
            watches waits, retries, windows and keys, request by request.
          </p>
        </div>
      ) : (
        <Findings findings={own.data.findings} tab="conduct" />
      )}
      {others.length > 0 && (
        <>
          <h2>Without a valid key</h2>
          <Findings findings={others} tab="strays" />
        </>
      )}
    </div>
  );
}

function Findings({ findings, tab }: { findings: readonly Finding[]; tab: string }) {
  const open = usePage(({ route }) => route.id);
  const sorted = findings.toSorted((one, other) => LEVEL_ORDER.indexOf(one.level) - LEVEL_ORDER.indexOf(other.level));
  return (
    <ul>
      {sorted.map(({ rule, level, count, requests, message }) => {
        const [kind, icon] = LEVEL_LABELS[level];
        return (
          <li class="finding" key={`${rule} ${level}`}>
            <span class={`badge ${kind}`}>
              <Icon name={icon} />
              {level}
            </span>
            <code>{rule}</code>
            <span class="number" title={plural(count, 'time')}>
              ×{formatNumber(count)}
            </span>
            <p>{message}</p>
            <p class="buttons">
              {requests.map((id) => (
                <a
                  key={id}
                  class="chip"
                  data-row={id}
                  href={linkTo({ id, query: { tab } })}
                  aria-current={tab === 'conduct' && id === open ? 'true' : undefined}
                  aria-label={`Request ${id}`}
                >
                  {id}
                </a>
              ))}
              {count > requests.length && requests.length > 0 && (
                <span class="unit">the newest of {formatNumber(count)}</span>
              )}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
