// Hours of the week as a table of colours.
import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { count } from './format';
import { useSize } from './size';

export interface Cell {
  weekday: number;
  hour: number;
  value: number;
  title: string;
  data: Record<string, string | number>;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Hours of the week, in six steps of one hue; whole numbers have steps of at least one, and are written. On phones the weekdays
 * are across.
 */
export function Heatmap({
  cells,
  legend,
  whole = false,
}: {
  cells: Cell[];
  legend: (value: number) => string;
  whole?: boolean;
}): JSX.Element {
  const [parent, { width }] = useSize();
  const [chosen, choose] = useState<Cell | null>(null);
  const most = Math.max(...cells.map((c) => c.value));
  // a single agent is not the darkest step
  const darkest = Math.max(most, whole ? 5 : 0);
  // the lightest step is for nothing at all
  const step = (value: number): number =>
    value === 0 ? 0 : Math.min(5, Math.max(1, Math.ceil((value / darkest) * 5)));
  const tall = width > 0 && width < 620;
  const at = new Map(cells.map((c) => [`${c.weekday} ${c.hour}`, c]));
  const hours = Array.from({ length: 24 }, (_, i) => i);
  const days = [1, 2, 3, 4, 5, 6, 7];
  const cell = (weekday: number, hour: number): JSX.Element => {
    const c = at.get(`${weekday} ${hour}`);
    return c ? (
      <td key={`${weekday}-${hour}`} class={`heat heat-${step(c.value)}`} onPointerEnter={() => choose(c)} {...c.data}>
        {whole && c.value > 0 && <span aria-hidden="true">{c.value}</span>}
        <span class="unseen">{c.title}</span>
      </td>
    ) : (
      <td key={`${weekday}-${hour}`} class="heat heat-none">
        <span class="unseen">nothing</span>
      </td>
    );
  };
  const peaks = cells.filter((c) => c.value === most).length;
  const peak = cells.reduce<Cell | null>((a, b) => (a === null || b.value > a.value ? b : a), null);
  return (
    <div ref={parent} class="heatmap">
      <p class="readout">
        {chosen?.title ??
          (peaks > 1
            ? `${legend(most)} at most, in ${count(peaks)} hours of the week`
            : `${peak?.title ?? ''}, the most of all`)}
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
        {legend(darkest)}
      </p>
    </div>
  );
}
