// Charts over time, a heatmap, and the small lines of tiles.
import * as Plot from '@observablehq/plot';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Measure } from './answer';
import {
  count,
  difference,
  doubt,
  type Grain,
  onScale,
  periodName,
  range,
  scaleOf,
  tickName,
  written,
} from './format';
import { nothingOf } from './kpis';

/** The width of an element, which changes with the window. */
function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, set] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(([entry]) => set(Math.floor(entry!.contentRect.width)));
    set(Math.floor(element.current!.clientWidth));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

/**
 * Makes a plot that the content security policy and screen readers accept: without a style element and labels of
 * groups.
 */
function attach(parent: HTMLElement, plot: SVGSVGElement | HTMLElement): void {
  plot.querySelectorAll('style').forEach((style) => style.remove());
  if (plot.tagName === 'style') return;
  plot.querySelectorAll('[aria-label]').forEach((g) => g.removeAttribute('aria-label'));
  plot.setAttribute('aria-hidden', 'true');
  plot.classList.add('plot');
  parent.replaceChildren(plot);
}

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

/** All about one period in one sentence, as a hover and a screen reader have it. */
export function sentence(m: Measure, grain: Grain): string {
  const parts = [
    `${periodName(m.period, grain)}${m.is_complete ? '' : ' so far'}: ${m.value === null ? 'nothing counted' : written(m.unit, m.value)}`,
  ];
  if (m.low !== null && m.high !== null) parts.push(`95 % interval ${range(m.unit, m.low, m.high)}`);
  if (m.unit !== 'tickets' && m.n !== null) parts.push(`n ${count(m.n)}`);
  const why = doubt(m);
  if (why) parts.push(why.toLowerCase());
  if (m.target !== null) parts.push(`target ${written(m.unit, m.target)}`);
  if (m.year_before !== null) parts.push(`a year before ${written(m.unit, m.year_before)}`);
  if (m.change !== null && m.is_complete) parts.push(`change ${difference(m.unit, m.change)}`);
  return parts.join(', ');
}

export function Trend({
  rows,
  grain,
  height = 280,
  bars = false,
}: {
  rows: Measure[];
  grain: Grain;
  height?: number;
  bars?: boolean;
}): JSX.Element {
  const [parent, width] = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const scales = useRef<{ x: (i: number) => number; y: (v: number) => number } | null>(null);
  const unit = rows[0]!.unit;
  const shown = rows.filter((r) => r.value !== null);

  useEffect(() => {
    if (!parent.current || width < 80 || rows.length < 2 || !shown.length) return;
    const known = rows
      .flatMap((r) => [r.value, r.low, r.high, r.year_before, r.target])
      .filter((v): v is number => v !== null);
    const s = scaleOf(unit, Math.max(...known.map(Math.abs), 0));
    const counts = unit === 'tickets' || unit === 'seconds' || unit === 'currency' || unit === 'hours';
    const v = (x: number | null): number | null => (x === null ? null : x / s.size);
    const data = rows.map((r, i) => ({
      ...r,
      i,
      at: day(r.period),
      v: v(r.value),
      lo: v(r.low),
      hi: v(r.high),
      last: v(r.year_before),
    }));
    const complete = data.filter((d) => d.is_complete);
    const running = data.filter((d) => !d.is_complete);
    const bridge = running.length && complete.length ? [complete.at(-1)!, ...running] : running;
    const values = known.map((x) => x / s.size);
    let low = Math.min(...values),
      high = Math.max(...values);
    if (counts || bars) low = Math.min(0, low);
    const pad = (high - low || Math.abs(high) || 1) * 0.08;
    high += pad;
    // half a ticket is none
    const few = unit === 'tickets' && high < 5;
    if (few) high = Math.max(high, 1);
    const levels = few ? Array.from({ length: Math.floor(high) + 1 }, (_, i) => i) : 5;
    if (!(counts || bars)) low -= pad;
    if (unit === 'percent') {
      high = Math.min(high, Math.max(100, Math.max(...values)));
      low = Math.max(low, Math.min(0, Math.min(...values)));
    }
    const room = Math.ceil(data.length / Math.max(2, Math.floor((width - 108) / (grain === 'month' ? 40 : 56))));
    const ticks = data.filter((_, i) => (data.length - 1 - i) % room === 0).map((d) => d.at);
    const right = 64;
    const target = rows.some((r) => r.target !== null);
    const lastTarget = [...data].reverse().find((d) => d.target !== null)?.target ?? null;
    const end = [...data].reverse().find((d) => d.v !== null);
    const half = data.length > 1 ? (data[1]!.at.getTime() - data[0]!.at.getTime()) * 0.32 : 1e7;
    const plot = Plot.plot({
      width,
      height,
      marginLeft: 44,
      marginRight: right,
      marginTop: 18,
      marginBottom: 36,
      x: {
        type: 'utc',
        domain: [
          new Date(data[0]!.at.getTime() - (bars ? half * 1.5 : 0)),
          new Date(data.at(-1)!.at.getTime() + (bars ? half * 1.5 : 0)),
        ],
      },
      y: { domain: [low, high], ticks: levels, label: null },
      marks: [
        ...(s.unit && s.unit !== '%'
          ? [
              Plot.text([s.unit], {
                frameAnchor: 'top-left',
                dx: -8,
                dy: -14,
                textAnchor: 'end',
                fontSize: 12,
                fill: 'var(--muted)',
              }),
            ]
          : []),
        Plot.gridY({ ticks: levels, stroke: 'var(--grid)', strokeOpacity: 1 }),
        Plot.axisY({
          ticks: levels,
          tickSize: 0,
          label: null,
          fontSize: 12,
          fill: 'var(--muted)',
          tickFormat: (y: number) =>
            (unit === 'tickets' ? count(y) : `${+y.toFixed(2)}${s.unit === '%' ? '\u202f%' : ''}`).replace(
              '-',
              '\u2212',
            ),
        }),
        Plot.axisX(ticks, {
          tickSize: 0,
          fontSize: 12,
          fill: 'var(--muted)',
          label: null,
          lineHeight: 1.25,
          tickFormat: (d: Date, i: number) => {
            const text = tickName(d.toISOString().slice(0, 10), grain);
            const first = i === 0 || ticks[i - 1]!.getUTCFullYear() !== d.getUTCFullYear();
            return first ? `${text}\n${d.getUTCFullYear()}` : text;
          },
        }),
        ...(low <= 0 && high >= 0 && (counts || bars || unit === 'points')
          ? [Plot.ruleY([0], { stroke: 'var(--rule)' })]
          : []),
        ...(data.some((d) => d.lo !== null) && !bars
          ? [
              Plot.areaY(
                complete.filter((d) => d.lo !== null),
                { x: 'at', y1: 'lo', y2: 'hi', fill: 'var(--accent)', fillOpacity: 0.16 },
              ),
              Plot.ruleX(
                running.filter((d) => d.lo !== null),
                { x: 'at', y1: 'lo', y2: 'hi', stroke: 'var(--accent)', strokeOpacity: 0.35, strokeWidth: 2 },
              ),
            ]
          : []),
        ...(data.some((d) => d.last !== null) && !bars
          ? [
              Plot.lineY(
                data.filter((d) => d.last !== null),
                { x: 'at', y: 'last', stroke: 'var(--muted)', strokeWidth: 1.25, strokeOpacity: 0.75 },
              ),
            ]
          : []),
        ...(target
          ? [
              Plot.line(
                data.filter((d) => d.target !== null),
                {
                  x: 'at',
                  y: (d) => d.target / s.size,
                  stroke: 'var(--target)',
                  strokeWidth: 1.5,
                  strokeDasharray: '5 4',
                },
              ),
            ]
          : []),
        ...(bars
          ? [
              Plot.rectY(data, {
                x1: (d) => new Date(d.at.getTime() - half),
                x2: (d) => new Date(d.at.getTime() + half),
                y: 'v',
                fill: 'var(--accent)',
                fillOpacity: (d) => (d.is_complete ? 0.85 : 0.35),
              }),
            ]
          : [
              Plot.lineY(complete, { x: 'at', y: 'v', stroke: 'var(--accent)', strokeWidth: 2.25 }),
              Plot.lineY(bridge, {
                x: 'at',
                y: 'v',
                stroke: 'var(--accent)',
                strokeWidth: 2.25,
                strokeDasharray: '2 4',
              }),
              Plot.dot(
                data.filter((d) => d.v !== null),
                {
                  x: 'at',
                  y: 'v',
                  r: data.length > 40 ? 2 : 3.2,
                  stroke: 'var(--accent)',
                  strokeWidth: 1.5,
                  fill: (d) => (doubt(d) || !d.is_complete ? 'var(--card)' : 'var(--accent)'),
                },
              ),
            ]),
        ...(end
          ? [
              Plot.text([end], {
                x: 'at',
                y: 'v',
                text: () => onScale(s, end.value!),
                dx: bars ? 12 : 9,
                textAnchor: 'start',
                fontSize: 13,
                fontWeight: 600,
                fill: 'var(--ink)',
                stroke: 'var(--card)',
                strokeWidth: 4,
                dy: lastTarget !== null && Math.abs(lastTarget / s.size - end.v!) < (high - low) * 0.06 ? -9 : 0,
              }),
            ]
          : []),
      ],
    }) as SVGSVGElement;
    const x = (plot as unknown as Plot.Plot).scale('x')!,
      y = (plot as unknown as Plot.Plot).scale('y')!;
    scales.current = { x: (i) => x.apply(data[i]!.at), y: (value) => y.apply(value / s.size) };
    attach(parent.current, plot);
    // names of the lines, at the end that is further from the curve
    const label = (text: string, value: (d: (typeof data)[0]) => number | null, color: string): void => {
      const own = data.filter((d) => value(d) !== null && d.v !== null);
      if (!own.length) return;
      const [first, last] = [own[0]!, own.at(-1)!];
      const left = Math.abs(value(first)! - first.v!) >= Math.abs(value(last)! - last.v!);
      const d = left ? first : own[Math.max(0, own.length - 2)]!;
      const name = document.createElementNS('http://www.w3.org/2000/svg', 'text');
      const above = value(d)! >= d.v!;
      const from = x.apply(d.at) + (left ? 4 : -4),
        to = from + (left ? 1 : -1) * text.length * 6.5;
      // above or below all of the line that the name would cover
      const covered = data
        .filter(
          (e) =>
            value(e) !== null && x.apply(e.at) >= Math.min(from, to) - 30 && x.apply(e.at) <= Math.max(from, to) + 30,
        )
        .map((e) => y.apply(value(e)!) as number);
      name.setAttribute('x', String(from));
      name.setAttribute('y', String(above ? Math.min(...covered) - 6 : Math.max(...covered) + 15));
      name.setAttribute('text-anchor', left ? 'start' : 'end');
      name.setAttribute('class', `line-name ${color}`);
      name.textContent = text;
      plot.append(name);
    };
    if (target)
      label(`Target ${written(unit, lastTarget!)}`, (d) => (d.target === null ? null : d.target / s.size), 'target');
    if (!bars) label('A year before', (d) => d.last, 'muted');
  }, [rows, width, height, grain, bars]);

  if (!shown.length) return <p class="empty">{nothingOf(rows[0]!.kpi)}</p>;
  if (rows.length < 2) return <p class="readout">{sentence(rows[0]!, grain)}</p>;
  const current = at ?? rows.length - 1;
  const move = (i: number): void => setAt(Math.max(0, Math.min(rows.length - 1, i)));
  const nearest = (event: PointerEvent): void => {
    const box = parent.current!.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (!scales.current) return;
    let best = 0;
    rows.forEach((_, i) => {
      if (Math.abs(scales.current!.x(i) - x) < Math.abs(scales.current!.x(best) - x)) best = i;
    });
    setAt(best);
  };
  return (
    <div class="trend">
      <p class="readout" aria-live="polite">
        {sentence(rows[current] ?? rows.at(-1)!, grain)}
      </p>
      <div
        class="plot-box"
        tabIndex={0}
        role="img"
        aria-label={`Chart of ${rows.length} ${grain}s. Arrow keys read it. ${sentence(rows.at(-1)!, grain)}`}
        onPointerMove={nearest}
        onPointerLeave={() => setAt(null)}
        onKeyDown={(e) => {
          if (e.key === 'ArrowLeft') {
            move(current - 1);
            e.preventDefault();
          }
          if (e.key === 'ArrowRight') {
            move(current + 1);
            e.preventDefault();
          }
        }}
      >
        <div ref={parent} class="plot-parent" />
        {at !== null && scales.current && rows[at] && rows[at]!.value !== null && (
          <svg class="plot-cursor" width={width} height={height} aria-hidden="true">
            <line x1={scales.current.x(at)} x2={scales.current.x(at)} y1={14} y2={height - 34} />
            <circle cx={scales.current.x(at)} cy={scales.current.y(rows[at]!.value!)} r={5} />
          </svg>
        )}
      </div>
    </div>
  );
}

/** The line of a tile: the values with their band, a year before, and the target. */
export function Spark({
  rows,
  width = 150,
  height = 48,
}: {
  rows: Measure[];
  width?: number;
  height?: number;
}): JSX.Element | null {
  const values = rows.filter((r) => r.value !== null);
  if (values.length < 2) return null;
  const known = rows
    .flatMap((r) => [r.value, r.year_before, r.target, ...(r.is_complete && !doubt(r) ? [r.low, r.high] : [])])
    .filter((v): v is number => v !== null);
  const low = Math.min(...known, ...(rows[0]!.unit === 'tickets' || rows[0]!.unit === 'seconds' ? [0] : []));
  const high = Math.max(...known);
  const x = (i: number): number => 3 + (i * (width - 6)) / Math.max(1, rows.length - 1);
  const y = (v: number): number =>
    Math.max(1, Math.min(height - 1, height - 4 - ((v - low) * (height - 8)) / (high - low || 1)));
  const path = (
    pick: (r: Measure) => number | null,
    use: (r: Measure, i: number) => boolean = () => true,
  ): string => {
    let pen = 'M';
    return rows
      .map((r, i) => {
        const v = pick(r);
        if (v === null || !use(r, i)) {
          pen = 'M';
          return '';
        }
        const text = `${pen}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
        pen = 'L';
        return text;
      })
      .join('');
  };
  const band = rows.map((r, i) => ({ r, i })).filter(({ r }) => r.low !== null && r.high !== null && r.is_complete);
  const runs = rows.findIndex((r) => !r.is_complete);
  const lastComplete = runs === -1 ? rows.length - 1 : runs - 1;
  const end = rows[lastComplete];
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      {band.length > 1 && (
        <polygon
          class="band"
          points={[
            ...band.map(({ r, i }) => `${x(i)},${y(r.high!)}`),
            ...band.reverse().map(({ r, i }) => `${x(i)},${y(r.low!)}`),
          ].join(' ')}
        />
      )}
      <path class="year" d={path((r) => r.year_before)} />
      <path class="goal" d={path((r) => r.target)} />
      <path
        class="line"
        d={path(
          (r) => r.value,
          (r) => r.is_complete,
        )}
      />
      {runs > 0 && (
        <path
          class="line running"
          d={path(
            (r) => r.value,
            (_, i) => i >= runs - 1,
          )}
        />
      )}
      {end?.value != null && <path class="end" d={`M${x(lastComplete)} ${y(end.value)}h0.01`} />}
    </svg>
  );
}

export interface Cell {
  weekday: number;
  hour: number;
  value: number;
  title: string;
  data: Record<string, string | number>;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Hours of the week, in six steps of one hue; whole numbers have steps of at least one. On phones the weekdays are across. */
export function Heatmap({
  cells,
  legend,
  whole = false,
}: {
  cells: Cell[];
  legend: (value: number) => string;
  whole?: boolean;
}): JSX.Element {
  const [parent, width] = useWidth();
  const [chosen, choose] = useState<Cell | null>(null);
  // a single agent is not the darkest step
  const most = Math.max(...cells.map((c) => c.value), whole ? 5 : 0);
  // the lightest step is for nothing at all
  const step = (value: number): number => (value === 0 ? 0 : Math.min(5, Math.max(1, Math.ceil((value / most) * 5))));
  const tall = width > 0 && width < 620;
  const at = new Map(cells.map((c) => [`${c.weekday} ${c.hour}`, c]));
  const hours = Array.from({ length: 24 }, (_, i) => i);
  const days = [1, 2, 3, 4, 5, 6, 7];
  const cell = (weekday: number, hour: number): JSX.Element => {
    const c = at.get(`${weekday} ${hour}`);
    return c ? (
      <td
        key={`${weekday}-${hour}`}
        class={`heat heat-${step(c.value)}`}
        onPointerEnter={() => choose(c)}
        {...c.data}
      >
        <span class="unseen">{c.title}</span>
      </td>
    ) : (
      <td key={`${weekday}-${hour}`} class="heat heat-none">
        <span class="unseen">nothing</span>
      </td>
    );
  };
  const peak = cells.reduce<Cell | null>((a, b) => (a === null || b.value > a.value ? b : a), null);
  return (
    <div ref={parent} class="heatmap">
      <p class="readout">
        {(chosen ?? peak)?.title}
        {chosen ? '' : ', the most of all'}
      </p>
      <table onPointerLeave={() => choose(null)}>
        {tall ? (
          <>
            <thead>
              <tr>
                <td />
                {days.map((d) => (
                  <th scope="col" key={d}>
                    {weekdays[d - 1]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {hours.map((h) => (
                <tr key={h}>
                  <th scope="row">
                    {h % 3 === 0 ? `${h}:00` : ''}
                    <span class="unseen">{h % 3 === 0 ? '' : `${h}:00`}</span>
                  </th>
                  {days.map((d) => cell(d, h))}
                </tr>
              ))}
            </tbody>
          </>
        ) : (
          <>
            <thead>
              <tr>
                <td />
                {hours.map((h) => (
                  <th scope="col" key={h}>
                    {h % 2 === 0 ? h : <span class="unseen">{h}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((d) => (
                <tr key={d}>
                  <th scope="row">{weekdays[d - 1]}</th>
                  {hours.map((h) => cell(d, h))}
                </tr>
              ))}
            </tbody>
          </>
        )}
      </table>
      <p class="heat-legend" aria-hidden="true">
        {legend(0)}{' '}
        {[0, 1, 2, 3, 4, 5].map((i) => (
          <span key={i} class={`heat heat-${i}`} />
        ))}{' '}
        {legend(most)}
      </p>
    </div>
  );
}
