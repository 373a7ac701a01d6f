// Customers: health, missed targets, bad answers to follow up, and whose mood declines.
import type { JSX } from 'preact';
import { type Answer, rowsOf } from '../answer';
import { count, dayName, instant, range, sentenceOf, written } from '../format';
import { nameOf } from '../kpis';
import { Panel, TextHead, useAnswer } from '../parts';
import { useSort } from '../sort';
import { go, isSnapshot } from '../state';

const signals: [string, string][] = [
  ['csat_signal', 'CSAT'],
  ['nps_signal', 'NPS'],
  ['sentiment_signal', 'Mood'],
  ['contacts_signal', 'Contacts'],
  ['sla_signal', 'SLA'],
  ['unresolved_signal', 'Open'],
  ['payment_signal', 'Payment'],
  ['usage_signal', 'Usage'],
];

function Bands({ row }: { row: Record<string, any> }): JSX.Element {
  const bands: [string, string, string][] = [
    ['At risk', 'at_risk', 'bad'],
    ['Watch', 'watch', 'warning'],
    ['Healthy', 'healthy', 'good'],
  ];
  const total = Math.max(1, row['customers']);
  let x = 0;
  return (
    <>
      <dl class="counts">
        {bands.map(([name, key, tone]) => (
          <div key={key}>
            <dt class={tone}>{name}</dt>
            <dd data-kpi={key} data-value={row[key]}>
              {count(row[key])}
            </dd>
          </div>
        ))}
        <div>
          <dt>Mood declines</dt>
          <dd data-kpi="declining" data-value={row['declining']}>
            {count(row['declining'])}
          </dd>
        </div>
        <div>
          <dt>Customers</dt>
          <dd data-kpi="customers" data-value={row['customers']}>
            {count(row['customers'])}
          </dd>
        </div>
      </dl>
      <svg class="bands" aria-hidden="true">
        {bands.map(([, key, tone]) => {
          const w = (100 * row[key]) / total;
          const rect = <rect key={key} class={tone} x={`${x}%`} width={`${Math.max(0, w - 0.15)}%`} height="100%" />;
          x += w;
          return rect;
        })}
      </svg>
    </>
  );
}

function Health({ rows, only }: { rows: Record<string, any>[]; only?: boolean }): JSX.Element {
  const used = signals.filter(([key]) => rows.some((r) => r[key] !== null));
  const { sorted, heads, select } = useSort<Record<string, any>>(only ? 'declining' : 'health', rows, {
    customer: { name: 'Customer', of: (r) => r['customer'] },
    health: { name: 'Health', of: (r) => r['health_score'] },
    ...Object.fromEntries(used.map(([key, name]) => [key, { name, of: (r: Record<string, any>) => r[key] }])),
    ...(only && { mood: { name: 'Mood per day', of: (r: Record<string, any>) => r['sentiment_per_day'] } }),
    contacts: { name: 'Tickets in 90 days', of: (r) => r['contacts'] ?? 0 },
  });
  return (
    <div
      class="scroll tall"
      tabIndex={0}
      role="region"
      aria-label={only ? 'Customers whose mood declines' : 'Customers with the lowest health'}
    >
      {rows.length > 1 && select}
      <table class="numbers stack short">
        <thead>{heads}</thead>
        <tbody>
          {sorted.map((r) => (
            <tr key={r['customer']}>
              <th scope="row">
                {r['customer']}
                {!only && r['sentiment_is_declining'] && <span class="cell-note bad"> mood declines</span>}
              </th>
              <td data-label="Health" class="mood">
                <span
                  class={r['band'] === 'at risk' ? 'bad' : r['band'] === 'watch' ? 'warning' : 'good'}
                  data-kpi="health_score"
                  data-member={r['customer']}
                  data-value={r['health_score'] ?? undefined}
                >
                  {r['health_score'] === null ? '—' : Math.round(r['health_score'])}
                  <span class="cell-note"> {r['band'] ?? ''}</span>
                </span>
              </td>
              {used.map(([key, name]) => (
                <td key={key} data-label={name}>
                  {r[key] === null ? (
                    <span class="muted nothing">—</span>
                  ) : (
                    <span class="signal" title={`${name}: ${r[key].toFixed(1)} of 100`}>
                      <svg aria-hidden="true">
                        <rect class="track" width="100%" height="100%" />
                        <rect
                          class={r[key] < 40 ? 'bad' : r[key] < 70 ? 'warning' : 'fine'}
                          width={`${Math.max(5, r[key])}%`}
                          height="100%"
                        />
                      </svg>
                      {Math.round(r[key])}
                    </span>
                  )}
                </td>
              ))}
              {only && (
                <td data-label="Mood per day">
                  <span data-kpi="sentiment_per_day" data-member={r['customer']} data-value={r['sentiment_per_day']}>
                    {r['sentiment_per_day'].toFixed(3).replace('-', '\u2212')}
                  </span>
                </td>
              )}
              <td data-label="Tickets in 90 days">
                {r['contacts'] ?? 0}
                {r['contacts_normal'] !== null && (
                  <span class="cell-note optional"> usually {r['contacts_normal'].toFixed(1)}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const segmentWords = (segment: Record<string, string>): string =>
  Object.entries(segment)
    .map(([k, v]) => `${k.replace(/_/g, ' ')} ${v}`)
    .join(', ') || 'all tickets';

const filterOfColumn: Record<string, string> = {
  team: 'team',
  channel: 'channel',
  category: 'category',
  customer_tier: 'tier',
  agent_id: 'agent',
};

/** The KPI of an alert, which leads to its chart where the filters can be set. */
function AlertName({ kpi, segment }: { kpi: string; segment: Record<string, string> }): JSX.Element {
  const { kpis } = useAnswer();
  const filters = Object.entries(segment).map(([column, value]) => [filterOfColumn[column], value]);
  if (isSnapshot || !kpis.tickets.includes(kpi) || filters.some(([filter]) => filter === undefined))
    return <strong>{nameOf(kpi)}</strong>;
  return (
    <button
      type="button"
      class="link"
      onClick={() => go({ page: 'explore', parameters: { ...Object.fromEntries(filters), kpi } })}
    >
      <strong>{nameOf(kpi)}</strong>
    </button>
  );
}

function Alerts({ rows, zone }: { rows: Record<string, any>[]; zone: string }): JSX.Element {
  return (
    <ul class="list">
      {rows.map((r) => {
        const unit = /_pct$/.test(r['kpi'])
          ? 'percent'
          : /_seconds$/.test(r['kpi'])
            ? 'seconds'
            : r['kpi'] === 'nps'
              ? 'points'
              : 'tickets';
        return (
          <li
            key={r['alert']}
            data-kpi={r['kpi']}
            data-value={r['value'] ?? undefined}
            data-n={r['n'] ?? undefined}
            data-low={r['low'] ?? undefined}
            data-high={r['high'] ?? undefined}
          >
            <p>
              <AlertName kpi={r['kpi']} segment={r['segment']} />, {segmentWords(r['segment'])}:{' '}
              <span class={r['closed_at'] ? 'muted' : 'bad'}>
                {r['value'] === null ? '—' : written(unit, r['value'])}
              </span>
              {r['target'] !== null && <>, target {written(unit, r['target'])}</>}
            </p>
            <p class="cell-note">
              {r['low'] !== null && r['high'] !== null ? `${range(unit, r['low'], r['high'])}, ` : ''}n{' '}
              {count(r['n'] ?? 0)} of the last 28 days.{' '}
              {r['closed_at']
                ? `Closed ${instant(r['closed_at'], zone)}.`
                : `Open since ${instant(r['opened_at'], zone)}.`}{' '}
              {r['owner'] ? `Owner: ${r['owner']}.` : 'Without owner.'} {r['acknowledged_at'] ? 'Acknowledged.' : ''}{' '}
              {r['note'] ?? ''}
            </p>
          </li>
        );
      })}
    </ul>
  );
}

function Followups({ rows }: { rows: Record<string, any>[] }): JSX.Element {
  const comments = rows.some((r) => r['comment']);
  return (
    <>
      <p class="note">
        <span data-kpi="followups_waiting" data-value={rows[0]!['waiting']}>
          {count(rows[0]!['waiting'])}
        </span>{' '}
        of {count(rows[0]!['total'])} customers with a bad answer were not called back yet.
      </p>
      <div class="scroll tall" tabIndex={0} role="region" aria-label="Bad answers to follow up">
        <table class="numbers stack short">
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Answer</th>
              <th scope="col">Day</th>
              <TextHead>Ticket</TextHead>
              {comments && <TextHead>Comment</TextHead>}
              <TextHead>Owner</TextHead>
              <TextHead>Called back</TextHead>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r['followup']}>
                <th scope="row">{r['account_id'] ?? <span class="muted">unknown</span>}</th>
                <td data-label="Answer">
                  {r['kind'].toUpperCase()} {r['score']}
                </td>
                <td data-label="Day">{r['answered_on'] ? dayName(r['answered_on']) : ''}</td>
                <td class="text" data-label="Ticket">
                  {r['ticket_id']}
                </td>
                {comments && (
                  <td class="text comment" data-label="Comment">
                    {r['comment']}
                  </td>
                )}
                <td class="text" data-label="Owner">
                  {r['owner'] ?? <span class="muted">nobody</span>}
                </td>
                <td class="text" data-label="Called back">
                  {r['contacted_at']
                    ? r['recovered'] === true
                      ? 'yes, satisfied now'
                      : r['recovered'] === false
                        ? 'yes, not satisfied'
                        : 'yes'
                    : 'not yet'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function Customers({ answer }: { answer: Answer }): JSX.Element {
  const { health, alerts, followups } = answer.panels;
  const rows = rowsOf(health);
  const lowest = rows.filter((r) => r['is_lowest']);
  const declining = rows
    .filter((r) => r['sentiment_is_declining'])
    .sort((p, q) => p['sentiment_per_day'] - q['sentiment_per_day']);
  return (
    <>
      <Panel
        name="health"
        title="Customer health"
        note={`${sentenceOf(answer.definitions['health_score'])} A customer is healthy from 70, at risk below 40.`}
        panel={health}
      >
        {() => (
          <>
            <Bands row={rows[0]!} />
            <p class="note">
              {lowest.length < rows[0]!['customers']
                ? `The ${count(lowest.length)} customers with the lowest health:`
                : 'All customers, the lowest health first:'}
            </p>
            <Health rows={lowest} />
          </>
        )}
      </Panel>
      {health && !health.failed && !health.missing && (
        <Panel
          name="declining"
          title="Mood declines"
          note="Customers whose messages surely became unhappier in the last 90 days"
          panel={health}
        >
          {() =>
            declining.length ? (
              <Health rows={declining} only />
            ) : (
              <p class="empty">
                No customer's mood surely declines. It needs at least three tickets with messages in 90 days.
              </p>
            )
          }
        </Panel>
      )}
      <div class="columns">
        <Panel name="alerts" title="Alerts" note="Targets that are surely missed" panel={alerts}>
          {() => <Alerts rows={rowsOf(alerts)} zone={answer.mart.time_zone} />}
        </Panel>
        <Panel name="followups" title="Follow-ups" note="Bad answers of customers" panel={followups}>
          {() => <Followups rows={rowsOf(followups)} />}
        </Panel>
      </div>
    </>
  );
}
