import { useEffect, useRef, useState } from 'preact/hooks';
import { describeError, get, MOCK, withQuery } from '../api/client.js';
import type { Again, Entry, Workspace } from '../api/replies.js';
import { asCurl } from '../lib/snippets.js';
import { Button, CopyButton } from '../parts/button.js';
import { Icon } from '../parts/icon.js';
import { StatusPill } from '../parts/status-pill.js';
import { bestKey, ReplyView } from '../segments/picker.js';
import { journalPath } from '../state/journal.js';
import { closeEntry } from '../state/keys.js';
import { notify, setQuery, usePage } from '../state/page.js';
import { formatInstant, localTime } from '../lib/days.js';
import { Differences } from './again.js';
import { rowKey } from './row.js';

/** The order of checks; those that a request did not reach are shown too. */
const CHECK_NAMES =
  'request path method authorization apiKey permission rateLimit fault parameters segment analytics'.split(' ');
const OTHER = { documented: 'observed', observed: 'documented' } as const;

/** A request in full: why it got its reply. */
export function Drawer({ entry }: { entry: Entry }) {
  const { id, at, status, outcome, warnings, explain } = entry;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  const refusal = explain.at(-1)?.decided.replace(/^refused with \d+ /, '') ?? outcome;
  return (
    <aside class="drawer" aria-label={`Request ${id}`}>
      <header class="buttons">
        <StatusPill status={status} />
        <span class="unit" title={localTime(Date.parse(at))}>
          {formatInstant(Date.parse(at))} UTC
        </span>
        <span class="spring" />
        <Button icon="close" kind="quiet" label="Close" onClick={closeEntry} />
      </header>
      <h2 ref={head} tabIndex={-1}>
        {outcome === 'success' ? 'Answered as asked' : refusal}
      </h2>
      <code class="url">
        <b>{entry.method}</b> {targetOf(entry)}
      </code>
      <Actions entry={entry} />
      {warnings.map((warning) => (
        <p class="warning" key={warning}>
          <Icon name="warning" /> {warning}
        </p>
      ))}
      <Steps entry={entry} />
      <Window entry={entry} />
      <details open>
        <summary>Request headers</summary>
        <pre class="code" tabIndex={0}>
          {Object.entries(entry.headers)
            .map(([name, value]) => `${name}: ${String(value)}`)
            .join('\n')}
        </pre>
      </details>
      <Answered entry={entry} />
    </aside>
  );
}

/** Path and query as the client sent them, decoded and encoded again. */
function targetOf({ path, query }: Entry): string {
  const pairs = Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
}

/** The whole key of a request if it belongs to the workspace, otherwise the characters that the journal has. */
function wholeKey(entry: Entry, workspace: Workspace | undefined): string {
  const start = rowKey(entry).replace('…', '');
  const known = workspace?.apiKeys.filter(({ key }) => key.startsWith(start)) ?? [];
  return known.length === 1 ? (known[0]?.key ?? start) : rowKey(entry);
}

function Actions({ entry }: { entry: Entry }) {
  const workspace = usePage((state) => state.workspace);
  const url = new URL(targetOf(entry).slice(1), MOCK).href;
  const headers = { Authorization: `Bearer ${wholeKey(entry, workspace)}` };
  const segment = entry.query['segment_id'];
  const isCutShort = headers.Authorization.endsWith('…');
  const send = async () => {
    try {
      const authorization = isCutShort && workspace ? `Bearer ${bestKey(workspace)}` : headers.Authorization;
      const { status } = await fetch(url, { method: entry.method, headers: { authorization } });
      notify(`Sent again: ${status}`);
    } catch {
      notify('Sent again: the connection broke', 'bad');
    }
  };
  return (
    <div class="buttons">
      <span
        data-curl
        onClick={({ currentTarget, target }) =>
          target === currentTarget && currentTarget.querySelector('button')?.click()
        }
      >
        <CopyButton text={() => asCurl({ method: entry.method, url, headers })} label="Copy as curl">
          curl
        </CopyButton>
      </span>
      <Button icon="refresh" onClick={() => void send()}>
        Send again{isCutShort && ' with a valid key'}
      </Button>
      {typeof segment === 'string' && <Button onClick={() => setQuery({ segment })}>Only this segment</Button>}
      <Button onClick={() => setQuery({ key: rowKey(entry) })}>Only this key</Button>
    </div>
  );
}

function Steps({ entry: { explain, outcome } }: { entry: Entry }) {
  const last = explain.at(-1);
  return (
    <ol class="steps" aria-label="Checks">
      {(outcome === 'recorded' ? explain.map(({ check }) => check) : CHECK_NAMES).map((check) => {
        const step = explain.find((one) => one.check === check);
        const failed = step === last && !['success', 'recorded', 'pending'].includes(outcome);
        const state = step === undefined ? 'dash' : failed ? 'close' : 'check';
        return (
          <li key={check} class={state}>
            <Icon name={state} />
            <b>{check}</b>
            <span>
              {step === undefined ? 'not reached' : step.saw} {step && <span class="unit">{step.decided}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** Which days were requested, how many were served, and why the others were left out. */
function Window({ entry: { explain } }: { entry: Entry }) {
  const step = explain.find(({ check }) => check === 'window');
  if (step === undefined) return null;
  return (
    <section class="window" aria-label="Window">
      <h3>Window</h3>
      <p>{step.saw}</p>
      <p>
        <b>{step.decided}</b>
      </p>
    </section>
  );
}

/** The reply, and the reply of the other profile. */
function Answered({ entry }: { entry: Entry }) {
  const own = usePage((state) => state.workspace?.profile) ?? 'documented';
  const [profile, setProfile] = useState<string>();
  const [again, setAgain] = useState<Again>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const path = withQuery(`${journalPath()}/${entry.id}/again`, { profile });
    get<Again>(path).then(setAgain, (failure: unknown) => setError(describeError(failure)));
  }, [entry.id, profile]);
  return (
    <>
      <div class="buttons">
        <h3>Reply</h3>
        <span class="spring" />
        <Button
          pressed={profile !== undefined}
          onClick={() => setProfile(profile === undefined ? OTHER[own] : undefined)}
        >
          Compare with {OTHER[own]}
        </Button>
      </div>
      {error !== undefined && <p class="unit">{error}</p>}
      {again !== undefined && !again.entry.recomputed && (
        <p class="unit">The reply cannot be shown: {again.entry.reason}.</p>
      )}
      {again?.entry.recomputed === true && (
        <div class="sides">
          <div>
            {profile !== undefined && <h3>{own}, as answered</h3>}
            <ReplyView reply={again.entry} />
          </div>
          {profile !== undefined && (
            <div>
              <h3>
                {profile} <StatusPill status={again.again.status} />
              </h3>
              <ReplyView reply={again.again} />
            </div>
          )}
        </div>
      )}
      {profile !== undefined && again !== undefined && <Differences differences={again.differences} />}
    </>
  );
}
