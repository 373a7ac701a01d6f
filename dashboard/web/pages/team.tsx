// The weeks of a team, and the teams beside each other.
import type { JSX } from 'preact';
import { type Answer, type Measure, measuresOf } from '../answer';
import { count } from '../format';
import { nameOf } from '../kpis';
import { Change, Figure, interval, Panel, periodWords, Status } from '../parts';
import { change, type Place } from '../state';
import { TilesAndChart } from './overview';

const all = [
  'fcr_pct',
  'qa_score_pct',
  'sla_response_pct',
  'reopen_pct',
  'negative_sentiment_pct',
  'tickets',
  'resolved',
];

function Teams({ rows }: { rows: Measure[] }): JSX.Element {
  const teams = [...new Set(rows.map((r) => r.member))].sort((p, q) =>
    (p ?? '\uffff').localeCompare(q ?? '\uffff', 'en', { numeric: true }),
  );
  const columns = all.filter((kpi) => rows.some((r) => r.kpi === kpi && r.value !== null));
  const at = new Map(rows.map((r) => [`${r.member} ${r.kpi}`, r]));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="List of teams">
      <table class="numbers stack">
        <thead>
          <tr>
            <th scope="col">Team</th>
            {columns.map((kpi) => (
              <th scope="col" key={kpi}>
                {nameOf(kpi)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {teams.map((team) => (
            <tr key={team ?? ''}>
              <th scope="row">
                {team === null ? (
                  <span class="muted">no team</span>
                ) : (
                  <button type="button" class="link" onClick={() => change({ team })}>
                    {team}
                  </button>
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
                          {[interval(m), m.unit === 'tickets' || m.value === null ? '' : `n\u00a0${count(m.n ?? 0)}`]
                            .filter(Boolean)
                            .join(', ')}
                        </span>
                        {m.is_significant && (
                          <span class="cell-note">
                            <Change m={m} before="the week before" />
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
  return (
    <>
      <TilesAndChart
        place={place}
        grain="week"
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
        note={teams ? `The last week that is over, ${periodWords(teams)}` : ''}
        panel={teams}
      >
        {() => <Teams rows={measuresOf(teams)} />}
      </Panel>
    </>
  );
}
