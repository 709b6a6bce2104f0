import { useState } from 'preact/hooks';
import { MOCK, pathTo, withQuery } from '../api/client.js';
import type { ProfileName, Reply, Segment, Workspace } from '../api/replies.js';
import { copyText } from '../lib/clipboard.js';
import { maskKey, plural } from '../lib/format.js';
import { asCurl, asFetch, asPython, asVitest, type Snippet } from '../lib/snippets.js';
import { Choice } from '../parts/button.js';
import { StatusPill } from '../parts/status-pill.js';
import { useLoaded } from '../state/load.js';
import { presentMs } from '../state/workspace.js';

const PROFILE_CHOICES = [
  ['documented', 'documented'],
  ['observed', 'observed'],
] as const;
const WAYS = { curl: asCurl, fetch: asFetch, Python: asPython } as const;

/** What a client gets for a window: the URL, the reply and its headers, live. */
export function Picker({ segment, workspace }: { segment: Segment; workspace: Workspace }) {
  const [length, setLength] = useState('14');
  const [endingAt, setEndingAt] = useState('');
  const [chosen, setProfile] = useState<ProfileName>();
  const profile = chosen ?? workspace.profile;
  const path = withQuery(pathTo(workspace.name, 'segments', segment.id, 'reply'), {
    length,
    ending_at: endingAt,
    profile,
  });
  const { data: reply, error } = useLoaded<Reply>(path, workspace.profile);
  return (
    <section class="panel" aria-label="What a client gets">
      <h2>What a client gets</h2>
      <div class="picker">
        <label class="field">
          <span>length</span>
          <input
            inputMode="numeric"
            size={4}
            value={length}
            onInput={({ currentTarget }) => setLength(currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>ending_at</span>
          <input placeholder="now" value={endingAt} onInput={({ currentTarget }) => setEndingAt(currentTarget.value)} />
        </label>
        <div class="field">
          <span>profile</span>
          <Choice label="Profile" options={PROFILE_CHOICES} value={profile} onChange={setProfile} />
        </div>
      </div>
      {error !== undefined && <p class="bad-text">{error}</p>}
      {reply !== undefined && <Answer reply={reply} workspace={workspace} profile={profile} />}
    </section>
  );
}

function Answer({ reply, workspace, profile }: { reply: Reply; workspace: Workspace; profile: ProfileName }) {
  const key = bestKey(workspace);
  const snippet: Snippet = { url: new URL(reply.url.slice(1), MOCK).href, headers: { Authorization: `Bearer ${key}` } };
  const rows = (reply.body as { data?: unknown[] }).data?.length;
  const test = () => asVitest({ ...reply, now: new Date(presentMs()).toISOString(), profile });
  return (
    <>
      <code class="url">
        <b>GET</b> {reply.url}
      </code>
      <div class="buttons">
        <StatusPill status={reply.status} />
        {rows !== undefined && <span class="unit">{plural(rows, 'row')}</span>}
        <span class="spring" />
        <span class="unit">Copy as</span>
        {Object.entries(WAYS).map(([way, write]) => (
          <button
            type="button"
            class="button quiet"
            key={way}
            {...(way === 'curl' && { 'data-curl': '' })}
            title={`With the key ${maskKey(key)}`}
            onClick={() => void copyText(write(snippet), `Copied as ${way}`)}
          >
            {way}
          </button>
        ))}
        <button type="button" class="button quiet" onClick={() => void copyText(test(), 'Copied as a test')}>
          Vitest
        </button>
      </div>
      <ReplyView reply={reply} />
    </>
  );
}

/** The headers and the body of a reply. */
export function ReplyView({ reply: { headers, body } }: { reply: Pick<Reply, 'headers' | 'body'> }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <>
      <details>
        <summary>{plural(lines.length, 'header')}</summary>
        <pre class="code" tabIndex={0}>
          {lines.join('\n')}
        </pre>
      </details>
      <pre class="code body" tabIndex={0}>
        {typeof body === 'string' ? body : bodyText(body)}
      </pre>
    </>
  );
}

/** JSON with a row of `data` on each line. */
function bodyText(body: unknown): string {
  return JSON.stringify(body, null, 2)?.replaceAll(/\{\s+("time": [^\n]+)\s+("size": \d+)\s+\}/g, '{ $1 $2 }') ?? '';
}

/** The key with the most permissions. */
export function bestKey({ apiKeys }: Workspace): string {
  return apiKeys.toSorted((one, other) => other.permissions.length - one.permissions.length)[0]?.key ?? '';
}
