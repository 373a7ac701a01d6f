// The weeks of a team, and the teams beside each other.
import type { JSX } from 'preact';
import { type Answer, type Measure, measuresOf } from '../answer';
import { count, doubt, written } from '../format';
import { nameOf } from '../kpis';
import { Change, Choice, Figure, interval, Panel, periodWords, Status } from '../parts';
import { useRows } from '../screen';
import { useSort } from '../sort';
import type { Place } from '../state';
import { TilesAndChart } from './overview';

const all = [
  'fcr_pct',
  'qa_score_pct',
  'sla_response_pct',
  'reopen_pct',
  'negative_sentiment_pct',
  'csat_pct',
  'tickets',
  'resolved',
];

/** The value that most have, null if most have none. */
function commonest(values: (number | null)[]): number | null {
  const counts = new Map<number | null, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((p, q) => q[1] - p[1])[0]?.[0] ?? null;
}

function Teams({ rows }: { rows: Measure[] }): JSX.Element {
  const teams = [...new Set(rows.map((r) => r.member))].sort((p, q) =>
    (p ?? '\uffff').localeCompare(q ?? '\uffff', 'en', { numeric: true }),
  );
  const columns = all.filter((kpi) => rows.some((r) => r.kpi === kpi && r.value !== null));
  const at = new Map(rows.map((r) => [`${r.member} ${r.kpi}`, r]));
  // a target that most teams have is in the head of the column, a team's own one in its cell
  const common = new Map(
    columns.map((kpi) => [kpi, commonest(rows.filter((r) => r.kpi === kpi).map((r) => r.target))]),
  );
  const target = (kpi: string): string => {
    const value = common.get(kpi) ?? null;
    return value === null ? '' : `target ${written(rows.find((r) => r.kpi === kpi)!.unit, value)}`;
  };
  const { sorted, heads, select } = useSort<string | null>('teams', teams, {
    team: { name: 'Team', of: (team) => team },
    ...Object.fromEntries(
      columns.map((kpi) => [
        kpi,
        {
          name: nameOf(kpi),
          of: (team: string | null) => at.get(`${team} ${kpi}`)?.value ?? null,
          note: target(kpi) && <div class="cell-note target">{target(kpi)}</div>,
        },
      ]),
    ),
  });
  const shown = useRows(sorted);
  return (
    <div class={`scroll ${teams.length > 12 ? 'tall' : ''}`} tabIndex={0} role="region" aria-label="List of teams">
      {teams.length > 1 && select}
      <table class="numbers stack">
        <thead>{heads}</thead>
        <tbody>
          {shown.map((team) => (
            <tr key={team ?? ''}>
              <th scope="row">
                {team === null ? (
                  <span class="muted">no team</span>
                ) : (
                  <Choice filter="team" value={team}>
                    {team}
                  </Choice>
                )}
              </th>
              {columns.map((kpi) => {
                const m = at.get(`${team} ${kpi}`);
                return (
                  <td key={kpi} data-label={nameOf(kpi)}>
                    {m && (
                      <div class="cell">
                        <span class="cell-main">
                          <Status m={m} short />
                          <Figure m={m} extra={{ team: team ?? '' }} fixed={team === null} />
                        </span>
                        <span class="cell-note">
                          {[
                            interval(m),
                            m.unit === 'tickets' || m.value === null ? '' : `n\u00a0${count(m.n ?? 0)}`,
                            doubt(m)?.toLowerCase(),
                          ]
                            .filter(Boolean)
                            .join(', ')}
                        </span>
                        {m.target !== null && m.target !== common.get(kpi) && (
                          <span class="cell-note target">own target {written(m.unit, m.target)}</span>
                        )}
                        {m.is_significant && (
                          <span class="cell-note">
                            <Change m={m} before="the period before" />
                          </span>
                        )}
                      </div>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Team({ answer, place }: { answer: Answer; place: Place }): JSX.Element {
  const { measures, backlog, teams } = answer.panels;
  const isWeek = answer.grain === 'week' && !['month', 'last-month'].includes(answer.period.name);
  return (
    <>
      <TilesAndChart
        place={place}
        from={{ measures, backlog }}
        kpis={[
          'fcr_pct',
          'backlog',
          'qa_score_pct',
          'sla_response_pct',
          'reopen_pct',
          'negative_sentiment_pct',
          'csat_pct',
          'tickets',
          'resolved',
        ]}
      />
      <Panel
        name="teams"
        title="By team"
        note={teams ? `${isWeek ? 'The last week that is over, ' : ''}${periodWords(teams)}` : ''}
        panel={teams}
      >
        {() => <Teams rows={measuresOf(teams)} />}
      </Panel>
    </>
  );
}
