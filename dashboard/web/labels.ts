// Places for the names of the lines of a chart, where they cover nothing.
export interface Point {
  x: number;
  y: number;
}
export interface Box extends Point {
  width: number;
  height: number;
}

/** Points along a line, so close to each other that no text fits between two of them. */
export function along(line: Point[]): Point[] {
  return line.flatMap((p, i) => {
    const q = line[i + 1];
    if (!q) return [p];
    const steps = Math.max(1, Math.ceil(Math.hypot(q.x - p.x, q.y - p.y) / 4));
    return Array.from({ length: steps }, (_, k) => ({
      x: p.x + ((q.x - p.x) * k) / steps,
      y: p.y + ((q.y - p.y) * k) / steps,
    }));
  });
}

const apart = (p: Point, b: Box): number =>
  Math.hypot(Math.max(b.x - p.x, 0, p.x - b.x - b.width), Math.max(b.y - p.y, 0, p.y - b.y - b.height));
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/**
 * The place of a name beside its own line, inside an area: first of all away from the points of other lines and from other
 * names, then far from them and near an end. Null if the line is not in the area.
 */
export function placeOf(text: string, own: Point[], others: Point[], names: Box[], area: Box): Box | null {
  const size = { width: text.length * 6.6, height: 14 };
  let best: { box: Box; cost: number } | null = null;
  for (let x = area.x + 4; x + size.width <= area.x + area.width - 4; x += 6) {
    const beside = own.filter((p) => p.x >= x - 4 && p.x <= x + size.width + 4).map((p) => p.y);
    if (!beside.length) continue;
    for (const y of [Math.min(...beside) - 4 - size.height, Math.max(...beside) + 4]) {
      const box = { x, y, ...size };
      if (y < area.y || y + size.height > area.y + area.height) continue;
      const distances = others.map((p) => apart(p, box));
      const cost =
        distances.filter((d) => d < 5).length * 1000 +
        names.filter((name) => overlap(name, box)).length * 100_000 +
        Math.min(x - area.x, area.x + area.width - x - size.width) * 0.3 -
        Math.min(30, ...distances) * 2;
      if (!best || cost < best.cost) best = { box, cost };
    }
  }
  return best?.box ?? null;
}
