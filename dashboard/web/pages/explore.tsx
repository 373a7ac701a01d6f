// Any KPI by any dimension.
import type { JSX } from 'preact';
import { type Answer, measuresOf } from '../answer';
import { dimensionNames, filterOf, nameOf } from '../kpis';
import { Members, Panel, periodWords } from '../parts';
import { change } from '../state';
import { Chart } from './overview';

export function Explore({ answer }: { answer: Answer }): JSX.Element {
  const { measures, members } = answer.panels;
  const kpi = answer.kpi!,
    by = answer.by!;
  const rows = measuresOf(measures);
  const intervals = measuresOf(members).some((m) => m.low !== null)
    ? ' The line is the 95\u202f% interval; hollow dots must not be judged.'
    : '';
  const option = (k: string): JSX.Element => (
    <option key={k} value={k}>
      {nameOf(k)}
    </option>
  );
  return (
    <>
      <div class="filters explore">
        <label>
          <span>KPI</span>
          <select value={kpi} data-filter="kpi" onChange={(e) => change({ by, kpi: e.currentTarget.value, open: '' })}>
            <optgroup label="Tickets">{answer.kpis.tickets.map(option)}</optgroup>
            <optgroup label="Customers, work, costs">{answer.kpis.months.map(option)}</optgroup>
            {answer.kpis.own.length > 0 && <optgroup label="Of your own">{answer.kpis.own.map(option)}</optgroup>}
          </select>
        </label>
        <label>
          <span>By</span>
          <select value={by} data-filter="by" onChange={(e) => change({ kpi, by: e.currentTarget.value, open: '' })}>
            {answer.ways.map((value) => (
              <option key={value} value={value}>
                {dimensionNames[value] ?? value.replace(/_/g, ' ')}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Chart kpi={kpi} rows={rows} grain={answer.grain} panel={measures} />
      <Panel
        name="members"
        title={`${nameOf(kpi)} by ${dimensionNames[by] ?? by.replace(/_/g, ' ')}`}
        note={members && !members.missing ? `${periodWords(members)} together.${intervals}` : ''}
        panel={measures?.missing && members?.missing ? undefined : members}
      >
        {() => <Members rows={measuresOf(members)} by={by} filter={filterOf(by)} />}
      </Panel>
    </>
  );
}
