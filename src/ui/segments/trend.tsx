import { pathTo, withQuery } from '../api/client.js';
import type { Change, Segment, Trend as Numbers } from '../api/replies.js';
import { addDays, formatDay, SHORT_MONTHS, WEEKDAYS } from '../lib/days.js';
import { direction, formatNumber, formatPercent, formatSigned } from '../lib/format.js';
import { useLoaded } from '../state/load.js';
import { useWorkspaceName } from '../state/page.js';

/** The trend of a segment over the years that weekdays, months and the year before need. */
export function useTrend({ id }: Segment, today: string): Numbers | undefined {
  const path = withQuery(pathTo(useWorkspaceName(), 'segments', id, 'trend'), {
    from: addDays(today, -1095),
    to: today,
  });
  return useLoaded<Numbers>(path).data;
}

/** Today's size and its changes. */
export function Strip({ trend }: { trend: Numbers | undefined }) {
  const changes: [string, Change | null | undefined][] = [
    ['7 days', trend?.change[7]],
    ['30 days', trend?.change[30]],
    ['90 days', trend?.change[90]],
  ];
  return (
    <dl class="strip">
      <div>
        <dt>Today</dt>
        <dd class="figure">{formatNumber(trend?.last)}</dd>
      </div>
      {changes.map(([text, change]) => (
        <div key={text}>
          <dt>{text}</dt>
          <dd class="figure">
            {formatSigned(change?.absolute)}{' '}
            <span class={`delta ${direction(change?.absolute)}`}>
              {change
                ? `${{ up: '▲ ', down: '▼ ', flat: '' }[direction(change.absolute)]}${formatPercent(change.relative)}`
                : ''}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Trend({ trend }: { trend: Numbers | undefined }) {
  const facts: [string, string][] = [
    ['Slope', `${formatSigned(trend?.slopePerDay)} a day`],
    ['Mean of 7 days', formatNumber(trend?.mean7 == null ? null : Math.round(trend.mean7))],
    [
      'A year ago',
      trend?.yearOverYear
        ? `${formatSigned(trend.yearOverYear.absolute)} (${formatPercent(trend.yearOverYear.relative)})`
        : '–',
    ],
    [
      'Largest jump',
      trend?.largestJump ? `${formatSigned(trend.largestJump.change)} on ${formatDay(trend.largestJump.day)}` : '–',
    ],
  ];
  return (
    <section class="panel" aria-label="Trend">
      <h2>
        Trend <span class="unit">{trend && `${formatNumber(trend.days)} days to ${formatDay(trend.to)}`}</span>
      </h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Bars label="Weekdays" names={WEEKDAYS} values={trend?.weekday ?? []} />
      <Bars label="Months" names={SHORT_MONTHS} values={trend?.month ?? []} />
      {trend !== undefined && trend.campaigns.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Campaign</th>
              <th>Planned</th>
              <th>Measured</th>
            </tr>
          </thead>
          <tbody>
            {trend.campaigns.map(({ on, expectedLift, measuredLift }) => (
              <tr key={on}>
                <td>{formatDay(on)}</td>
                <td>{formatPercent(expectedLift)}</td>
                <td>{formatPercent(measuredLift)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Factors around 1 as bars up and down from a middle line, each with its number. */
function Bars({
  label,
  names,
  values,
}: {
  label: string;
  names: readonly string[];
  values: readonly (number | null)[];
}) {
  const most = Math.max(0.001, ...values.map((value) => Math.abs((value ?? 1) - 1)));
  return (
    <div>
      <h3>{label}</h3>
      <ol class="bars">
        {names.map((name, index) => {
          const value = values[index] ?? null;
          const share = value === null ? 0 : (value - 1) / most;
          return (
            <li key={name} title={value === null ? `${name}: too few days` : `${name}: ×${value.toFixed(4)}`}>
              <span class="bar" aria-hidden="true">
                <i
                  style={{
                    height: `${Math.abs(share) * 50}%`,
                    bottom: share < 0 ? `${50 - Math.abs(share) * 50}%` : '50%',
                  }}
                />
              </span>
              <span class="unit">{name}</span>
              <span class="bar-number">{value === null ? '–' : formatPercent(value - 1)}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
