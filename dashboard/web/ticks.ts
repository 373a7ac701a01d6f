// The ticks of an axis.
export interface Ticks {
  levels: number[];
  digits: number;
}

const multiples = (step: number, low: number, high: number): number[] => {
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
};

/** About five round levels between two values, and the digits after the point that all of them need. */
export function ticksOf(low: number, high: number, whole: boolean): Ticks {
  const power = 10 ** Math.floor(Math.log10((high - low) / 5));
  const [step, levels] = [10, 5, 2, 1]
    // half a ticket is none
    .map((factor) => (whole ? Math.max(1, factor * power) : factor * power))
    .map((size): [number, number[]] => [size, multiples(size, low, high)])
    .reduce((a, b) => (Math.abs(b[1].length - 5) <= Math.abs(a[1].length - 5) ? b : a));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return { levels: levels.map((level) => +level.toFixed(digits)), digits };
}
