// Overview, for executives, and the chart of a KPI that other pages use as well.
import type { JSX } from 'preact';
import { type Answer, type Measure, type Panel as PanelAnswer, measuresOf } from '../answer';
import { Trend } from '../charts';
import { type Grain, periodName, sentenceOf } from '../format';
import { dimensionNames, nameOf } from '../kpis';
import { Behind, current, Panel, Tile, useAnswer } from '../parts';
import { go, isSnapshot, type Place, placeOf } from '../state';

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
    const kept = isSnapshot ? [] : Object.entries(parameters).filter(([name]) => name !== 'open' && name !== 'staff');
    go({ page: 'explore', parameters: { ...Object.fromEntries(kept), kpi, by } });
  };
  return (
    <p class="note split">
      Compare by
      {a.ways
        .filter((by) => by in dimensionNames)
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
  return (
    <Panel name={name} title={nameOf(kpi)} note={sentenceOf(a.definitions[kpi])} panel={panel}>
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

/** Tiles, and below them the chart of the one that is chosen. */
export function TilesAndChart({
  kpis,
  place,
  grain,
  from,
}: {
  kpis: string[];
  place: Place;
  grain: Grain;
  from: Record<string, PanelAnswer | undefined>;
}): JSX.Element {
  const all = byKpi(Object.values(from));
  const asked = place.parameters['kpi'] ?? '';
  const chosen =
    kpis.includes(asked) && all.has(asked)
      ? asked
      : (kpis.find((k) => all.get(k)?.rows.some((r) => r.value !== null)) ?? kpis.find((k) => all.has(k)));
  const panelOf = (kpi: string): PanelAnswer | undefined =>
    all.get(kpi)?.panel ?? from[kpi === 'churn_pct' ? 'churn' : kpi === 'backlog' ? 'backlog' : 'measures'];
  const shown = chosen ? current(all.get(chosen)!.rows) : undefined;
  return (
    <>
      {shown && (
        <p class="tiles-note">
          <strong>{periodName(shown.period, grain)}</strong>
          {shown.is_complete ? `, the last ${grain} that is over` : `, not over yet`}
        </p>
      )}
      <section class="tiles" data-panel="tiles" aria-labelledby="title-tiles">
        <h2 id="title-tiles" class="unseen">
          Key figures
        </h2>
        {kpis.map((kpi) => (
          <Tile
            key={kpi}
            kpi={kpi}
            rows={all.get(kpi)?.rows ?? []}
            grain={grain}
            chosen={kpi === chosen}
            panel={panelOf(kpi)}
          />
        ))}
      </section>
      {chosen && <Chart kpi={chosen} rows={all.get(chosen)!.rows} grain={grain} panel={all.get(chosen)!.panel} />}
    </>
  );
}

export function Overview({ answer, place }: { answer: Answer; place: Place }): JSX.Element {
  const { measures, churn, backlog } = answer.panels;
  return (
    <TilesAndChart
      place={place}
      grain="month"
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
