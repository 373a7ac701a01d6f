// The small lines of tiles.
import type { JSX } from 'preact';
import type { Measure } from './answer';
import { doubt } from './format';

// a band from 0 to 100 % of three answers would say nothing, and flatten the line
const banded = (r: Measure): boolean => r.low !== null && r.high !== null && r.is_complete && doubt(r) !== 'Too few';

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
    .flatMap((r) => [
      r.value,
      r.year_before,
      r.target,
      r.target_low,
      r.target_high,
      ...(banded(r) ? [r.low, r.high] : []),
    ])
    .filter((v): v is number => v !== null);
  const low = Math.min(...known, ...(rows[0]!.unit === 'tickets' || rows[0]!.unit === 'seconds' ? [0] : []));
  const high = Math.max(...known);
  const x = (i: number): number => 3 + (i * (width - 6)) / Math.max(1, rows.length - 1);
  const y = (v: number): number =>
    Math.max(1, Math.min(height - 1, height - 4 - ((v - low) * (height - 8)) / (high - low || 1)));
  const path = (pick: (r: Measure) => number | null, use: (r: Measure, i: number) => boolean = () => true): string => {
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
  const band = rows.map((r, i) => ({ r, i })).filter(({ r }) => banded(r));
  const runs = rows.findIndex((r) => !r.is_complete);
  const first = rows.findIndex((r) => r.is_first);
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
      <path class="goal" d={path((r) => r.target) + path((r) => r.target_low) + path((r) => r.target_high)} />
      <path
        class="line"
        d={path(
          (r) => r.value,
          (r) => r.is_complete && !r.is_first,
        )}
      />
      {first >= 0 && (
        <path
          class="line running"
          d={path(
            (r) => r.value,
            (_, i) => i === first || i === first + 1,
          )}
        />
      )}
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
