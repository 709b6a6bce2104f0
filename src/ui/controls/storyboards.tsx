import { useEffect, useState } from 'preact/hooks';
import { type Call, pathTo } from '../api/client.js';
import type { PlayingFault, PlayingStoryboard, Storyboards as Known } from '../api/replies.js';
import { formatInstant, localTime } from '../lib/days.js';
import { plural } from '../lib/format.js';
import { type Bar, barsOf } from '../lib/timeline.js';
import { Icon } from '../parts/icon.js';
import { useLoaded } from '../state/load.js';
import { usePage, useWorkspaceName } from '../state/page.js';
import { presentMs } from '../state/workspace.js';
import { useCalls } from './call.js';
import { CallButton, CallLine, Card } from './card.js';
import { JsonForm } from './json-form.js';

const EXAMPLE_STORYBOARD =
  '{"name":"mine","faults":[{"trigger":{"from":"PT1M","until":"PT2M"},"effect":{"status":503}}]}';

type Caller = Pick<ReturnType<typeof useCalls>, 'show' | 'send'>;

/** Storyboards: those that play as a timeline, and the built-in ones to play with a click. */
export function Storyboards() {
  const calls = useCalls();
  const name = useWorkspaceName();
  const path = pathTo(name, 'storyboards');
  // Requests trigger faults, the clock runs, and other clients play and stop storyboards too.
  const seen = usePage(({ workspace: w }) => w && `${w.requests} ${w.faults} ${w.clock.now}`);
  const { data } = useLoaded<Known>(path, seen);
  const { builtIn = [], playing = [] } = data ?? {};
  const scaleOf = (one: string) => builtIn.find((known) => known.name === one)?.scale;
  return (
    <Card title="Storyboards" aside={playing.length > 0 && <span class="badge bad">{playing.length} playing</span>}>
      {playing.map((storyboard) => (
        <Timeline
          key={storyboard.name}
          storyboard={storyboard}
          scale={scaleOf(storyboard.name)}
          path={path}
          {...calls}
        />
      ))}
      <div class="tiles">
        {builtIn
          .filter((one) => !playing.some((other) => other.name === one.name))
          .map(({ name: one, sentence }) => (
            <CallButton
              key={one}
              call={{ method: 'POST', path, body: { name: one } }}
              show={calls.show}
              send={(call) => void calls.send(call)}
            >
              <b class="play">
                <Icon name="play" />
                {one}
              </b>
              <span class="unit">{sentence}</span>
            </CallButton>
          ))}
      </div>
      <JsonForm
        label="A storyboard as JSON"
        example={EXAMPLE_STORYBOARD}
        button="Play"
        send={(body) => void calls.send({ method: 'POST', path, body })}
      />
      <CallLine call={calls.last} />
    </Card>
  );
}

/** The faults of a storyboard, each on its track with the present moment. */
function Timeline(props: Caller & { storyboard: PlayingStoryboard; scale: number | undefined; path: string }) {
  const { storyboard, scale, path, show, send } = props;
  const { name, startedAt, faults } = storyboard;
  const clock = usePage(({ workspace }) => workspace?.clock);
  const now = useNow();
  const bars = barsOf(faults, Date.parse(startedAt), now);
  const act = (call: Call, text: string) => (
    <CallButton call={call} show={show} send={(one) => void send(one)}>
      {text}
    </CallButton>
  );
  return (
    <section class="timeline" aria-label={`Storyboard ${name}`}>
      <h3>
        {name}
        <span class="unit" title={localTime(Date.parse(startedAt))}>
          since {formatInstant(Date.parse(startedAt))} UTC
        </span>
        <span class="spring" />
        {scale !== undefined &&
          clock?.scale !== scale &&
          act({ method: 'PUT', path: path.replace(/storyboards$/, 'clock'), body: { scale } }, `Clock ×${scale}`)}
        {act({ method: 'DELETE', path: `${path}/${encodeURIComponent(name)}` }, 'Stop')}
      </h3>
      <ol>
        {faults.map((fault, index) => (
          <Track key={fault.id} fault={fault} bar={bars[index] as Bar} />
        ))}
      </ol>
    </section>
  );
}

const PHASES = { past: ['over', 'check'], present: ['on now', 'play'], next: ['to come', 'clock'] } as const;

function Track({ fault: { trigger, effect, strikes, phase }, bar }: { fault: PlayingFault; bar: Bar }) {
  const { start, end, present, span } = bar;
  const [word, icon] = PHASES[phase];
  const where = trigger.segmentId ?? trigger.path;
  const percent = (fraction: number) => `${(fraction * 100).toFixed(2)}%`;
  return (
    <li class={`track ${phase}`}>
      <span class="phase">
        <Icon name={icon} />
        {word}
      </span>
      <code>
        {JSON.stringify(effect)}
        {where !== undefined && ` on ${where}`}
      </code>
      <span class="unit">{plural(strikes, 'strike')}</span>
      <span class="rail" role="img" aria-label={span} title={span}>
        <i style={{ left: percent(start), width: percent(end - start) }} />
        <b style={{ left: percent(present) }} />
      </span>
      <span class="unit span">{span}</span>
    </li>
  );
}

/** The workspace's present moment, about once a second while its clock runs. */
function useNow(): number {
  const isFrozen = usePage(({ workspace }) => workspace?.clock.frozen);
  // A frozen clock moves when it is set or advanced.
  usePage(({ workspace }) => workspace?.clock.now);
  const [, tick] = useState(0);
  useEffect(() => {
    if (isFrozen !== false) return;
    const timer = setInterval(() => {
      if (!document.hidden) tick((count) => count + 1);
    }, 1000);
    return () => clearInterval(timer);
  }, [isFrozen]);
  return presentMs();
}
