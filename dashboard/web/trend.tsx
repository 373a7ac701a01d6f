// Charts over time.
import * as Plot from '@observablehq/plot';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Measure } from './answer';
import {
  beforeWords,
  count,
  difference,
  doubt,
  type Grain,
  periodName,
  range,
  scaleOf,
  targetOf,
  tickName,
  written,
  yearOf,
} from './format';
import { nothingOf } from './kpis';
import { along, type Box, placeOf, type Point } from './labels';
import { useScreen } from './screen';
import { useSize } from './size';
import { ticksOf } from './ticks';

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

/** The value of a period, the same text wherever it is written. */
const valueOf = (m: Measure): string => written(m.unit, m.value!, m.target);

/** All about one period in one sentence, as a hover and a screen reader have it. */
export function sentence(m: Measure, grain: Grain): string {
  const part = m.is_complete ? (m.is_first ? ', the first tickets' : '') : ' so far';
  const parts = [`${periodName(m.period, grain)}${part}: ${m.value === null ? 'nothing counted' : valueOf(m)}`];
  if (m.low !== null && m.high !== null) parts.push(`95 % interval ${range(m.unit, m.low, m.high)}`);
  if (m.unit !== 'tickets' && m.n !== null) parts.push(`n ${count(m.n)}`);
  const why = doubt(m);
  if (why) parts.push(why.toLowerCase());
  if (targetOf(m)) parts.push(targetOf(m).toLowerCase());
  if (m.year_before !== null) parts.push(`a year before ${yearOf(m)}`);
  if (m.change !== null && m.is_complete && !doubt(m))
    parts.push(
      m.is_significant === false
        ? `no clear change since ${beforeWords[grain]}`
        : `change ${difference(m.unit, m.change)}`,
    );
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
  const [parent, size] = useSize();
  // a chart on a wall screen fills its panel
  const fills = useScreen() !== null;
  const width = size.width;
  const tall = fills ? size.height : height;
  const [at, setAt] = useState<number | null>(null);
  const scales = useRef<{ x: (i: number) => number; y: (v: number) => number } | null>(null);
  const unit = rows[0]!.unit;
  const shown = rows.filter((r) => r.value !== null);

  useEffect(() => {
    if (!parent.current || width < 80 || tall < 80 || rows.length < 2 || !shown.length) return;
    const known = rows
      .flatMap((r) => [r.value, r.low, r.high, r.year_before, r.target, r.target_low, r.target_high])
      .filter((v): v is number => v !== null);
    // the axis has the unit of the value that is written beside it
    const s = scaleOf(unit, shown.at(-1)!.value!);
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
    // what is no whole period is dashed and hollow
    const first = data.some((d) => d.is_first) ? data.filter((d, i) => d.is_first || data[i - 1]?.is_first) : [];
    const isWhole = (d: Measure): boolean => d.is_complete && !d.is_first;
    const running = data.filter((d) => !d.is_complete);
    const bridge = running.length && complete.length ? [complete.at(-1)!, ...running] : running;
    const values = known.map((x) => x / s.size);
    let low = Math.min(...values),
      high = Math.max(...values);
    if (counts || bars) low = Math.min(0, low);
    const pad = (high - low || Math.abs(high) || 1) * 0.08;
    high += pad;
    if (unit === 'tickets') high = Math.max(high, 1);
    if (!(counts || bars)) low -= pad;
    if (unit === 'percent') {
      high = Math.min(high, Math.max(100, Math.max(...values)));
      low = Math.max(low, Math.min(0, Math.min(...values)));
    }
    const { levels, digits } = ticksOf(low, high, unit === 'tickets');
    const tick = (y: number): string =>
      (digits === 0 ? count(y) : y.toFixed(digits)).replace('-', '\u2212') + (s.unit === '%' ? '\u202f%' : '');
    const left = Math.max(36, 12 + 7 * Math.max(...levels.map((y) => tick(y).length)));
    const goals = (['target', 'target_low', 'target_high'] as const).filter((goal) =>
      data.some((d) => d[goal] !== null),
    );
    const lastGoal = [...data].reverse().find((d) => targetOf(d));
    const end = [...data].reverse().find((d) => d.v !== null);
    const right = end ? 24 + 7.5 * valueOf(end).length : 24;
    const room = Math.ceil(
      data.length / Math.max(2, Math.floor((width - left - right) / (grain === 'month' ? 40 : 56))),
    );
    const ticks = data.filter((_, i) => (data.length - 1 - i) % room === 0).map((d) => d.at);
    const half = data.length > 1 ? (data[1]!.at.getTime() - data[0]!.at.getTime()) * 0.32 : 1e7;
    const plot = Plot.plot({
      width,
      height: tall,
      marginLeft: left,
      marginRight: right,
      marginTop: 22,
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
                dy: -18,
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
          tickFormat: tick,
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
        ...(goals.includes('target_low')
          ? [
              Plot.areaY(
                data.filter((d) => d.target_low !== null),
                {
                  x: 'at',
                  y1: (d) => d.target_low / s.size,
                  y2: (d) => d.target_high / s.size,
                  fill: 'var(--target)',
                  fillOpacity: 0.1,
                },
              ),
            ]
          : []),
        ...goals.map((goal) =>
          Plot.line(
            data.filter((d) => d[goal] !== null),
            {
              x: 'at',
              y: (d) => d[goal] / s.size,
              stroke: 'var(--target)',
              strokeWidth: 1.5,
              strokeDasharray: '5 4',
            },
          ),
        ),
        ...(bars
          ? [
              Plot.rectY(data, {
                x1: (d) => new Date(d.at.getTime() - half),
                x2: (d) => new Date(d.at.getTime() + half),
                y: 'v',
                fill: 'var(--accent)',
                fillOpacity: (d) => (isWhole(d) ? 0.85 : 0.35),
              }),
            ]
          : [
              Plot.lineY(complete.filter(isWhole), { x: 'at', y: 'v', stroke: 'var(--accent)', strokeWidth: 2.25 }),
              ...[first, bridge].map((part) =>
                Plot.lineY(part, {
                  x: 'at',
                  y: 'v',
                  stroke: 'var(--accent)',
                  strokeWidth: 2.25,
                  strokeDasharray: '2 4',
                }),
              ),
              Plot.dot(
                data.filter((d) => d.v !== null),
                {
                  x: 'at',
                  y: 'v',
                  r: data.length > 40 ? 2 : 3.2,
                  stroke: 'var(--accent)',
                  strokeWidth: 1.5,
                  fill: (d) => (doubt(d) || !isWhole(d) ? 'var(--card)' : 'var(--accent)'),
                },
              ),
            ]),
        ...(end
          ? [
              Plot.text([end], {
                x: 'at',
                y: 'v',
                text: () => valueOf(end),
                dx: bars ? 12 : 9,
                textAnchor: 'start',
                fontSize: 13,
                fontWeight: 600,
                fill: 'var(--ink)',
                stroke: 'var(--card)',
                strokeWidth: 4,
                className: 'line-end',
              }),
            ]
          : []),
      ],
    }) as SVGSVGElement;
    const x = (plot as unknown as Plot.Plot).scale('x')!,
      y = (plot as unknown as Plot.Plot).scale('y')!;
    scales.current = { x: (i) => x.apply(data[i]!.at), y: (value) => y.apply(value / s.size) };
    attach(parent.current, plot);
    const line = (value: (d: (typeof data)[0]) => number | null): Point[] =>
      data.flatMap((d) => (value(d) === null ? [] : [{ x: x.apply(d.at) as number, y: y.apply(value(d)) as number }]));
    const area = { x: left, y: 0, width: width - left - right, height: tall - 36 };
    const lines: [string, string, Point[]][] = [
      ['', '', line((d) => d.v)],
      ...(bars ? [] : ([['A year before', 'muted', line((d) => d.last)]] as [string, string, Point[]][])),
      // a range has its name at its upper end
      [lastGoal ? targetOf(lastGoal) : '', 'target', line((d) => v(d.target_high ?? d.target))],
    ];
    const names: Box[] = [];
    for (const [text, color, own] of lines) {
      const others = lines.filter(([, , points]) => points !== own).flatMap(([, , points]) => along(points));
      const box = text && own.length ? placeOf(text, along(own), others, names, area) : null;
      if (!box) continue;
      names.push(box);
      const name = document.createElementNS('http://www.w3.org/2000/svg', 'text');
      name.setAttribute('x', String(box.x));
      name.setAttribute('y', String(box.y + 11));
      name.setAttribute('text-anchor', 'start');
      name.setAttribute('class', `line-name ${color}`);
      name.textContent = text;
      plot.append(name);
    }
  }, [rows, width, tall, grain, bars]);

  if (!shown.length) return <p class="empty">{nothingOf(rows[0]!.kpi)}</p>;
  if (rows.length < 2) return <p class="readout">{sentence(rows[0]!, grain)}</p>;
  const current = at ?? rows.length - 1;
  const move = (i: number): void => setAt(Math.max(0, Math.min(rows.length - 1, i)));
  const nearest = (event: PointerEvent): void => {
    const box = parent.current!.getBoundingClientRect();
    const x = ((event.clientX - box.left) * width) / box.width;
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
          <svg class="plot-cursor" width={width} height={tall} aria-hidden="true">
            <line x1={scales.current.x(at)} x2={scales.current.x(at)} y1={14} y2={tall - 34} />
            <circle cx={scales.current.x(at)} cy={scales.current.y(rows[at]!.value!)} r={5} />
          </svg>
        )}
      </div>
    </div>
  );
}
