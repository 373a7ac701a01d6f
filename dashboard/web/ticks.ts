// The ticks of an axis.
export interface Ticks {
  levels: number[];
  digits: number;
}

/** About five round levels between two values, and the digits after the point that all of them need. */
export function ticksOf(low: number, high: number, whole: boolean): Ticks {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const share = rough / power;
  const factor = share < 1.5 ? 1 : share < 3 ? 2 : share < 7 ? 5 : 10;
  // half a ticket is none
  const step = whole ? Math.max(1, factor * power) : factor * power;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const levels = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++)
    levels.push(+(i * step).toFixed(digits));
  return { levels, digits };
}
