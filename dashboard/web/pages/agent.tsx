// The agents: what is open now, what each did in the period, and day by day.
import type { ComponentChildren, JSX } from 'preact';
import { type Answer, bareMeasure, type Measure, rowsOf } from '../answer';
import { count, doubt, range, written } from '../format';
import { Choice, data, Panel, periodWords } from '../parts';
import { useRows } from '../screen';
import { type Column, useSort } from '../sort';
import { Trend } from '../trend';

interface Open {
  ticket_id: string;
  team: string | null;
  channel: string | null;
  category: string | null;
  priority: string | null;
  customer_tier: string | null;
  account_id: string | null;
  agent_name: string | null;
  agent_id: string | null;
  status: string | null;
  age_seconds: number | null;
  waiting_seconds: number | null;
  sentiment_last: number | null;
  sentiment_worsened: boolean | null;
  is_unanswered: boolean | null;
  is_breached: boolean | null;
  is_due_within_2_hours: boolean | null;
  total: number;
  breached: number;
  due: number;
  unanswered: number;
  pending: number;
  angry: number;
}
interface Agent {
  agent_id: string;
  agent_name: string;
  tickets: number;
  resolved: number | null;
  scheduled_hours: number | null;
  adherence_pct: number | null;
  occupancy_pct: number | null;
  staffed_hours: number | null;
  fcr_pct: number | null;
  fcr_low: number | null;
  fcr_high: number | null;
  fcr_n: number;
  csat_pct: number | null;
  csat_low: number | null;
  csat_high: number | null;
  csat_n: number;
}
/** The open tickets of an agent. */
interface Queue {
  agent_id: string;
  agent_name: string;
  open: number;
  waiting: number;
  longest_seconds: number | null;
}

function Mood({ value, worsened }: { value: number; worsened: boolean | null }): JSX.Element {
  const [word, tone] =
    value <= -0.5
      ? ['Angry', 'bad']
      : value <= -0.05
        ? ['Unhappy', 'warning']
        : value < 0.05
          ? ['Neutral', 'muted']
          : ['Friendly', 'good'];
  return (
    <span class={`mood ${tone}`} title={value.toFixed(2)} data-value={value}>
      {word}
      {worsened ? ', worse than at first' : ''}
    </span>
  );
}

interface OpenColumn extends Column<Open> {
  of: (o: Open) => number | string | null;
  shown?: (o: Open) => ComponentChildren;
}
const openColumns: Record<string, OpenColumn> = {
  waits: {
    name: 'Customer waits',
    of: (o) => o.waiting_seconds,
    shown: (o) => (o.waiting_seconds === null ? null : written('seconds', o.waiting_seconds)),
  },
  mood: {
    name: 'Mood',
    kind: 'text',
    of: (o) => o.sentiment_last,
    shown: (o) =>
      o.sentiment_last === null ? null : <Mood value={o.sentiment_last} worsened={o.sentiment_worsened} />,
  },
  target: {
    name: 'Target',
    kind: 'text',
    of: (o) => (o.is_breached ? 2 : o.is_due_within_2_hours ? 1 : null),
    shown: (o) =>
      o.is_breached ? (
        <span class="bad">Missed</span>
      ) : o.is_due_within_2_hours ? (
        <span class="warning">Due in 2 hours</span>
      ) : null,
  },
  age: {
    name: 'Age',
    of: (o) => o.age_seconds,
    shown: (o) => (o.age_seconds === null ? null : written('seconds', o.age_seconds)),
  },
  status: { name: 'Status', kind: 'text', of: (o) => (o.is_unanswered ? 'not answered' : o.status) },
  team: { name: 'Team', kind: 'text', of: (o) => o.team },
  channel: { name: 'Channel', kind: 'text', of: (o) => o.channel },
  category: { name: 'Category', kind: 'text', of: (o) => o.category },
  tier: { name: 'Tier', kind: 'text optional', of: (o) => o.customer_tier },
  agent: {
    name: 'Agent',
    kind: 'text',
    of: (o) => o.agent_name ?? o.agent_id,
    shown: (o) =>
      o.agent_id && (
        <Choice filter="agent" value={o.agent_id}>
          {o.agent_name ?? o.agent_id}
        </Choice>
      ),
  },
};

function OpenTickets({ rows }: { rows: Open[] }): JSX.Element {
  const t = rows[0]!;
  // what no ticket has takes no space
  const columns = Object.entries(openColumns).filter(([, { of }]) => rows.some((o) => of(o) !== null));
  const { sorted, heads, select } = useSort('open', rows, {
    ticket: { name: 'Ticket', of: (o) => o.ticket_id },
    ...Object.fromEntries(columns),
  });
  const shown = useRows(sorted);
  return (
    <>
      <dl class="counts">
        {(
          [
            ['Open', t.total, 'open'],
            ['Target missed', t.breached, 'breached'],
            ['Due in 2 hours', t.due, 'due'],
            ['Not answered', t.unanswered, 'unanswered_now'],
            ['Pending', t.pending, 'pending_now'],
            ['Angry', t.angry, 'angry'],
          ] as const
        ).map(([name, value, kpi]) => (
          <div key={kpi}>
            <dt>{name}</dt>
            <dd data-kpi={kpi} data-value={value}>
              {count(value)}
            </dd>
          </div>
        ))}
      </dl>
      {t.total > rows.length && <p class="note">The first {count(rows.length)} of them:</p>}
      <div class="scroll tall" tabIndex={0} role="region" aria-label="List of open tickets">
        {select}
        <table class="numbers stack short">
          <thead>{heads}</thead>
          <tbody>
            {shown.map((o) => (
              <tr key={o.ticket_id} data-ticket={o.ticket_id}>
                <th scope="row">{o.ticket_id}</th>
                {columns.map(([key, c]) => (
                  <td key={key} class={c.kind} data-label={c.name}>
                    {(c.shown ?? c.of)(o)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** A rate in a table, with its interval and n; grey if it cannot be judged. */
function Rate({
  kpi,
  member,
  value,
  low,
  high,
  n,
}: {
  kpi: string;
  member: string;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
}): JSX.Element {
  if (value === null) return <span class="muted nothing">—</span>;
  const why = doubt({ value, low, high, n, unit: 'percent' });
  return (
    <div class="cell">
      <span class={`cell-main ${why ? 'grey' : ''}`} {...data({ kpi, value, n, low, high, member })}>
        {written('percent', value)}
      </span>
      <span class="cell-note">
        {low !== null && high !== null ? `${range('percent', low, high)}, ` : ''}n {count(n)}
        {why ? `, ${why.toLowerCase()}` : ''}
      </span>
    </div>
  );
}

/** How many customers wait for an agent, and the longest wait. */
function Waiting({ queue, member }: { queue: Queue | undefined; member: string }): JSX.Element {
  const value = queue?.waiting ?? 0;
  return (
    <div class="cell">
      <span {...data({ kpi: 'waiting_now', value, member })}>{count(value)}</span>
      {queue && queue.longest_seconds !== null && (
        <span class="cell-note">up to {written('seconds', queue.longest_seconds)}</span>
      )}
    </div>
  );
}

/** Agents who have open tickets, but did nothing in the period. */
const idle = (queues: Queue[], rows: Agent[]): Agent[] =>
  queues
    .filter((q) => !rows.some((r) => r.agent_id === q.agent_id))
    .map(({ agent_id, agent_name }) => ({
      agent_id,
      agent_name,
      tickets: 0,
      // nothing, unless the mart does not know what is resolved
      resolved: rows.some((r) => r.resolved !== null) ? 0 : null,
      scheduled_hours: null,
      adherence_pct: null,
      occupancy_pct: null,
      staffed_hours: null,
      fcr_pct: null,
      fcr_low: null,
      fcr_high: null,
      fcr_n: 0,
      csat_pct: null,
      csat_low: null,
      csat_high: null,
      csat_n: 0,
    }));

function Agents({ rows, queues, running }: { rows: Agent[]; queues: Queue[]; running: boolean }): JSX.Element {
  const most = Math.max(...rows.map((r) => r.resolved ?? 0), 1);
  const hasWork = rows.some((r) => r.scheduled_hours !== null || r.staffed_hours !== null);
  const queueOf = new Map(queues.map((q) => [q.agent_id, q]));
  const { sorted, heads, select } = useSort('agents', rows, {
    agent: { name: 'Agent', of: (r) => r.agent_name },
    resolved: { name: 'Resolved', of: (r) => r.resolved },
    ...(queues.length && {
      open: { name: 'Open now', of: (r) => queueOf.get(r.agent_id)?.open ?? 0 },
      waiting: { name: 'Customers waiting', of: (r) => queueOf.get(r.agent_id)?.waiting ?? 0 },
    }),
    ...(hasWork && {
      adherence: { name: 'Adherence', of: (r) => r.adherence_pct },
      occupancy: { name: 'Occupancy', of: (r) => r.occupancy_pct },
    }),
    fcr: { name: 'First contact', of: (r) => r.fcr_pct },
    csat: { name: 'CSAT', of: (r) => r.csat_pct },
  });
  const shown = useRows(sorted);
  return (
    <>
      {!hasWork && (
        <p class="note">Adherence and occupancy need the shifts of the agents: pass work_time to kpi_build.</p>
      )}
      {hasWork && running && (
        <p class="note">
          The shifts of today are not over: adherence is what was worked until now, of the whole shift.
        </p>
      )}
      <div class="scroll tall" tabIndex={0} role="region" aria-label="List of agents">
        {rows.length > 1 && select}
        <table class="numbers stack">
          <thead>{heads}</thead>
          <tbody>
            {shown.map((r) => (
              <tr key={r.agent_id}>
                <th scope="row">
                  <Choice filter="agent" value={r.agent_id}>
                    {r.agent_name}
                  </Choice>
                </th>
                <td data-label="Resolved">
                  <span class="bar-cell">
                    <svg class="bar" aria-hidden="true">
                      <rect width={`${(100 * (r.resolved ?? 0)) / most}%`} height="100%" />
                    </svg>
                    <span {...data({ kpi: 'resolved', value: r.resolved, member: r.agent_id })}>
                      {r.resolved === null ? '—' : count(r.resolved)}
                    </span>
                  </span>
                </td>
                {queues.length > 0 && (
                  <>
                    <td data-label="Open now">
                      <span
                        {...data({ kpi: 'open_now', value: queueOf.get(r.agent_id)?.open ?? 0, member: r.agent_id })}
                      >
                        {count(queueOf.get(r.agent_id)?.open ?? 0)}
                      </span>
                    </td>
                    <td data-label="Customers waiting">
                      <Waiting queue={queueOf.get(r.agent_id)} member={r.agent_id} />
                    </td>
                  </>
                )}
                {hasWork && (
                  <>
                    <td data-label="Adherence">
                      {r.adherence_pct === null ? (
                        <span class="muted">no shift</span>
                      ) : (
                        <div class="cell">
                          <span {...data({ kpi: 'adherence_pct', value: r.adherence_pct, member: r.agent_id })}>
                            {written('percent', r.adherence_pct)}
                          </span>
                          <span class="cell-note">of {written('hours', r.scheduled_hours ?? 0)}</span>
                        </div>
                      )}
                    </td>
                    <td data-label="Occupancy">
                      {r.occupancy_pct === null ? (
                        <span class="muted nothing">—</span>
                      ) : (
                        <div class="cell">
                          <span {...data({ kpi: 'occupancy_pct', value: r.occupancy_pct, member: r.agent_id })}>
                            {written('percent', r.occupancy_pct)}
                          </span>
                          <span class="cell-note">of {written('hours', r.staffed_hours ?? 0)}</span>
                        </div>
                      )}
                    </td>
                  </>
                )}
                <td data-label="First contact">
                  <Rate
                    kpi="fcr_pct"
                    member={r.agent_id}
                    value={r.fcr_pct}
                    low={r.fcr_low}
                    high={r.fcr_high}
                    n={r.fcr_n}
                  />
                </td>
                <td data-label="CSAT">
                  <Rate
                    kpi="csat_pct"
                    member={r.agent_id}
                    value={r.csat_pct}
                    low={r.csat_low}
                    high={r.csat_high}
                    n={r.csat_n}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** The days as rows of a KPI, for the charts. */
function daily(rows: Record<string, any>[], kpi: string, unit: string): Measure[] {
  // a shift that is not over has no adherence
  return rows
    .filter((r) => r['is_complete'] || unit === 'tickets')
    .map((r) => ({
      ...bareMeasure,
      kpi,
      period: r['day'],
      ends: r['day'],
      is_complete: r['is_complete'],
      value: r[kpi],
      n: unit === 'tickets' ? r[kpi] : null,
      unit,
      better: null,
    }));
}

export function AgentPage({ answer }: { answer: Answer }): JSX.Element {
  const { open, agents, days, queues } = answer.panels;
  const dayRows = rowsOf(days);
  const waiting = rowsOf<Queue>(queues);
  const worked = rowsOf<Agent>(agents);
  const all = [...worked, ...idle(waiting, worked)];
  const charts: [string, string, string][] = [
    ['resolved', 'Resolved', 'tickets'],
    ['pending', 'Created, pending now', 'tickets'],
    ['adherence_pct', 'Adherence to the schedule', 'percent'],
    ['occupancy_pct', 'Occupancy', 'percent'],
  ];
  const shown = charts.filter(([kpi]) => dayRows.some((r) => r[kpi] !== null));
  return (
    <>
      <Panel
        name="open"
        title="Open tickets"
        note="Waiting customers first, angry ones before others, then those whose target was missed"
        panel={open}
      >
        {() => <OpenTickets rows={rowsOf<Open>(open)} />}
      </Panel>
      <Panel
        name="agents"
        title="Agents"
        note={agents ? periodWords(agents) : ''}
        panel={agents?.missing && all.length ? { ...agents, missing: '' } : agents}
      >
        {() => <Agents rows={all} queues={waiting} running={answer.period.until > answer.mart.today} />}
      </Panel>
      <Panel name="days" title="Day by day" note={days ? `Four weeks, ${periodWords(days)}` : ''} panel={days}>
        {() => (
          <div class="small-charts">
            {shown.map(([kpi, name, unit]) => (
              <div key={kpi}>
                <h3>{name}</h3>
                <Trend rows={daily(dayRows, kpi, unit)} grain="day" height={190} bars={unit === 'tickets'} />
              </div>
            ))}
          </div>
        )}
      </Panel>
    </>
  );
}
