// Volume by hour of the week, and the agents needed.
import type { JSX } from 'preact';
import { type Answer, rowsOf } from '../answer';
import { count, written } from '../format';
import { type Cell, Heatmap } from '../heatmap';
import { Panel, periodWords } from '../parts';
import { change, type Place } from '../state';
import { byKpi, Chart } from './overview';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const agentsOf = (n: number): string => `${n} agent${n === 1 ? '' : 's'}`;
const hourName = (r: Record<string, any>): string => `${weekdays[r['weekday'] - 1]} ${r['hour']}:00`;

export function Volume({ answer, place }: { answer: Answer; place: Place }): JSX.Element {
  const { heatmap, staffing, measures } = answer.panels;
  const cells: Cell[] = rowsOf(heatmap).map((r) => ({
    weekday: r['weekday'],
    hour: r['hour'],
    value: r['tickets_per_hour'],
    title: `${hourName(r)}: ${r['tickets_per_hour'].toFixed(1)} tickets per hour, ${count(r['tickets'])} on ${r['days']} days`,
    data: {
      'data-kpi': 'tickets_per_hour',
      'data-value': r['tickets_per_hour'],
      'data-n': r['tickets'],
      'data-member': `${r['weekday']} ${r['hour']}`,
    },
  }));
  const rows = rowsOf(staffing).filter((r) => r['agents_needed'] !== null);
  const channels = [...new Set(rows.map((r) => r['channel'] as string))];
  const asked = place.parameters['staff'] ?? '';
  const live = ['phone', 'chat'].find((c) => channels.includes(c));
  const channel = channels.includes(asked) ? asked : (live ?? channels[0]);
  const chosen = rows.filter((r) => r['channel'] === channel);
  const needed: Cell[] = chosen.map((r) => ({
    weekday: r['weekday'],
    hour: r['hour'],
    value: r['agents_needed'],
    title: `${hourName(r)}: ${agentsOf(r['agents_needed'])} for ${r['tickets_per_hour'].toFixed(1)} tickets per hour of ${written('seconds', r['handle_avg_seconds'])}`,
    data: {
      'data-kpi': 'agents_needed',
      'data-value': r['agents_needed'],
      'data-member': `${r['channel']} ${r['weekday']} ${r['hour']}`,
    },
  }));
  const within = chosen[0]?.['within_seconds'];
  const series = byKpi([measures]);
  return (
    <>
      <Panel
        name="heatmap"
        title="Tickets by hour of the week"
        note={heatmap ? `Mean of the days that are over, ${periodWords(heatmap)}, ${answer.mart.time_zone}` : ''}
        panel={heatmap}
      >
        {() => <Heatmap cells={cells} legend={(v) => (v === 0 ? '0' : `${v.toFixed(1)} per hour`)} />}
      </Panel>
      <Panel
        name="staffing"
        title="Agents needed next week"
        panel={
          staffing && !rows.length && !staffing.failed
            ? {
                ...staffing,
                missing:
                  'Agents needed follow from the handle time. The tickets need handle_time, or talk_time, hold_time and wrap_time.',
              }
            : staffing
        }
        note="If next week is like a mean week of the last 13, by Erlang C. Agents on breaks and in training come on top."
        aside={
          channels.length > 1 ? (
            <label class="aside">
              <span class="unseen">Channel</span>
              <select
                value={channel}
                data-filter="staff"
                onChange={(e) => change({ staff: e.currentTarget.value }, true)}
              >
                {channels.map((c) => (
                  <option key={c} value={c}>
                    {c ?? 'unknown'}
                  </option>
                ))}
              </select>
            </label>
          ) : undefined
        }
      >
        {() => (
          <>
            <p class="note">
              To answer 80{'\u202f'}% of {channel} within {written('seconds', within)}. Channels do not share agents
              here, so their numbers must not be added.
            </p>
            <Heatmap cells={needed} whole legend={(v) => (v === 0 ? '0' : agentsOf(v))} />
          </>
        )}
      </Panel>
      <div class="columns even">
        {['tickets', 'handle_median_seconds', 'abandonment_pct', 'wait_p90_seconds']
          .filter((kpi) => series.get(kpi)?.rows.some((r) => r.value !== null))
          .map((kpi) => (
            <Chart
              key={kpi}
              name={`trend-${kpi}`}
              kpi={kpi}
              rows={series.get(kpi)!.rows}
              grain={answer.grain}
              panel={measures}
            />
          ))}
      </div>
    </>
  );
}
