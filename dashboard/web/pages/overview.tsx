// Overview, for executives, and the chart of a KPI that other pages use as well.
import type { JSX } from 'preact';
import { type Answer, type Measure, type Panel as PanelAnswer, measuresOf } from '../answer';
import { doubt, type Grain, periodName, sentenceOf } from '../format';
import { dimensionNames, filterOf, nameOf } from '../kpis';
import { Behind, current, Missing, Panel, states, Tile, useAnswer } from '../parts';
import { useScreen } from '../screen';
import { go, isSnapshot, type Place, placeOf, sent } from '../state';
import { Trend } from '../trend';

/** The rows of each KPI, from the panels that have it. */
export function byKpi(panels: (PanelAnswer | undefined)[]): Map<string, { rows: Measure[]; panel: PanelAnswer }> {
  const all = new Map<string, { rows: Measure[]; panel: PanelAnswer }>();
  for (const panel of panels) {
    for (const row of measuresOf(panel)) {
      const entry = all.get(row.kpi) ?? { rows: [], panel: panel! };
      entry.rows.push(row);
      all.set(row.kpi, entry);
    }
  }
  return all;
}

/** Leads to the KPI by each dimension, with the filters and the period chosen here. */
function Split({ kpi }: { kpi: string }): JSX.Element | null {
  const a = useAnswer();
  if (a.page === 'explore' || !a.kpis.tickets.includes(kpi)) return null;
  const explore = (by: string): void => {
    const { parameters } = placeOf(new URL(location.href));
    const kept = isSnapshot ? [] : Object.entries(parameters).filter(([name]) => sent.includes(name));
    go({ page: 'explore', parameters: { ...Object.fromEntries(kept), kpi, by } });
  };
  return (
    <p class="note split">
      Compare by
      {a.ways
        .filter((by) => by in dimensionNames && a.options[filterOf(by)]?.length)
        .map((by) => (
          <button key={by} type="button" class="link" data-split={by} onClick={() => explore(by)}>
            {dimensionNames[by]}
          </button>
        ))}
    </p>
  );
}

export function Chart({
  kpi,
  rows,
  grain,
  panel,
  name = 'trend',
}: {
  kpi: string;
  rows: Measure[];
  grain: Grain;
  panel: PanelAnswer | undefined;
  name?: string;
}): JSX.Element {
  const a = useAnswer();
  const definition = sentenceOf(a.definitions[kpi]);
  return (
    <Panel name={name} title={nameOf(kpi)} note={definition === `${nameOf(kpi)}.` ? '' : definition} panel={panel}>
      {() => (
        <>
          <Trend rows={rows} grain={grain} />
          <Split kpi={kpi} />
          <Behind rows={rows} grain={grain} title={nameOf(kpi)} />
        </>
      )}
    </Panel>
  );
}

/** How many KPIs reach their targets, and how many do not. */
function Tally({ tiles }: { tiles: Measure[] }): JSX.Element {
  const judged = tiles.filter((m) => m.is_complete && m.status !== null && !doubt(m));
  return (
    <span class="tally">
      {Object.entries(states).map(([status, { word, shape, tone }]) => {
        const n = judged.filter((m) => m.status === status).length;
        return (
          n > 0 && (
            <span key={status} class={`status ${tone}`} data-tally={status}>
              <svg viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
                {shape}
              </svg>
              {n} {word.toLowerCase()}
            </span>
          )
        );
      })}
    </span>
  );
}

/** Tiles, and below them the chart of the one that is chosen. */
export function TilesAndChart({
  kpis,
  place,
  from,
}: {
  kpis: string[];
  place: Place;
  from: Record<string, PanelAnswer | undefined>;
}): JSX.Element {
  const { grain, period } = useAnswer();
  const all = byKpi(Object.values(from));
  const screen = useScreen();
  const panelOf = (kpi: string): PanelAnswer | undefined =>
    all.get(kpi)?.panel ?? from[kpi === 'churn_pct' ? 'churn' : kpi === 'backlog' ? 'backlog' : 'measures'];
  const tiles = kpis.flatMap((kpi) => {
    // a chart of days has some before those that are asked for
    const m = current((all.get(kpi)?.rows ?? []).filter((r) => r.period >= period.since));
    return m && m.value !== null ? [m] : [];
  });
  const missing = kpis.filter((kpi) => !tiles.some((m) => m.kpi === kpi));
  const asked = place.parameters['kpi'] ?? '';
  const chosen = tiles.find((m) => m.kpi === asked) ?? tiles[0];
  if (screen && !screen.panels.includes('tiles')) return <></>;
  // why there is nothing comes before what little there is
  const lacking = missing.length > 0 && !(screen && chosen) && (
    <Missing
      kpis={missing.map((kpi) => ({
        kpi,
        panel: panelOf(kpi),
        before: (all.get(kpi)?.rows ?? []).some((r) => r.value !== null),
      }))}
    />
  );
  return (
    <>
      {missing.length > tiles.length && lacking}
      {chosen && (
        <section class="tiles" data-panel="tiles" data-tiles={tiles.length} aria-labelledby="title-tiles">
          <h2 id="title-tiles" class="tiles-note">
            <strong>{periodName(chosen.period, grain)}</strong>
            <span class="comma">, </span>
            {chosen.is_complete ? `the last ${grain} that is over` : 'not over yet'}
            <Tally tiles={tiles} />
          </h2>
          {tiles.map((m) => (
            <Tile
              key={m.kpi}
              m={m}
              rows={all.get(m.kpi)!.rows}
              grain={grain}
              chosen={m === chosen}
              panel={panelOf(m.kpi)}
            />
          ))}
        </section>
      )}
      {chosen && <Chart kpi={chosen.kpi} rows={all.get(chosen.kpi)!.rows} grain={grain} panel={panelOf(chosen.kpi)} />}
      {missing.length <= tiles.length && lacking}
    </>
  );
}

export function Overview({ answer, place }: { answer: Answer; place: Place }): JSX.Element {
  const { measures, churn, backlog } = answer.panels;
  return (
    <TilesAndChart
      place={place}
      from={{ measures, churn, backlog }}
      kpis={[
        'nps',
        'csat_pct',
        'churn_pct',
        'fcr_pct',
        'response_p90_seconds',
        'sla_response_pct',
        'backlog',
        'tickets',
        'negative_sentiment_pct',
      ]}
    />
  );
}
