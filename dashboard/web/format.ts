// How numbers are written, and when a number is too uncertain to judge.
export const NARROW = '\u202f';

const plain = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const [whole, tenth, hundredth] = [plain(0), plain(1), plain(2)] as [
  Intl.NumberFormat,
  Intl.NumberFormat,
  Intl.NumberFormat,
];

export const count = (n: number): string => whole.format(n);

export type Scale = { unit: string; size: number; format: Intl.NumberFormat };

/** The unit in which a duration is written. */
function timeScale(seconds: number): Scale {
  const s = Math.abs(seconds);
  if (s < 90) return { unit: 's', size: 1, format: whole };
  if (s < 5400) return { unit: 'min', size: 60, format: s < 600 ? tenth : whole };
  if (s < 172_800) return { unit: 'h', size: 3600, format: tenth };
  return { unit: 'd', size: 86_400, format: tenth };
}

export function scaleOf(unit: string, value: number): Scale {
  switch (unit) {
    case 'seconds':
      return timeScale(value);
    case 'percent':
      return { unit: '%', size: 1, format: tenth };
    case 'points':
      return { unit: '', size: 1, format: whole };
    case 'tickets':
      return { unit: '', size: 1, format: whole };
    case 'hours':
      return { unit: 'h', size: 1, format: tenth };
    default:
      return { unit: '', size: 1, format: hundredth };
  }
}

const minus = (text: string): string => (/^-[0.,]*$/.test(text) ? text.slice(1) : text.replace('-', '\u2212'));

/** With more digits if the value would read like its target without being it: "74.97 %, near target 75.0 %". */
export const figure = (unit: string, value: number, target: number | null = null): { text: string; unit: string } => {
  const s = scaleOf(unit, value);
  let text = s.format.format(value / s.size);
  if (target !== null && target !== value && text === s.format.format(target / s.size)) {
    const digits = s.format.resolvedOptions().maximumFractionDigits ?? 0;
    text =
      [1, 2, 3]
        .map((more) => plain(digits + more))
        .find((f) => f.format(value / s.size) !== f.format(target / s.size))
        ?.format(value / s.size) ?? text;
  }
  return { text: minus(text), unit: s.unit };
};
export const written = (unit: string, value: number, target: number | null = null): string => {
  const f = figure(unit, value, target);
  return f.unit ? `${f.text}${NARROW}${f.unit}` : f.text;
};

/** "79.0 to 84.2 %", and both units where they differ. */
export function range(unit: string, low: number, high: number): string {
  const [a, b] = [scaleOf(unit, low), scaleOf(unit, high)];
  if (a.unit !== b.unit) return `${written(unit, low)} to ${written(unit, high)}`;
  // with the same digits: "8.0 to 11.0 min"
  const text = (value: number): string => minus(a.format.format(value / a.size));
  return `${text(low)} to ${text(high)}${a.unit ? NARROW + a.unit : ''}`;
}

/** The number a year before, and whether it surely was another. */
export function yearOf(m: { unit: string; year_before: number | null; year_is_significant: boolean | null }): string {
  if (m.year_before === null) return '';
  const sure = m.year_is_significant === null ? '' : m.year_is_significant ? ' (clear change)' : ' (no clear change)';
  return written(m.unit, m.year_before) + sure;
}

/** The target of a number: a value, or a range. */
export function targetOf(m: {
  unit: string;
  target: number | null;
  target_low: number | null;
  target_high: number | null;
}): string {
  if (m.target !== null) return `Target ${written(m.unit, m.target)}`;
  return m.target_low !== null && m.target_high !== null ? `Target ${range(m.unit, m.target_low, m.target_high)}` : '';
}

/** A difference, with its sign; percentages differ by points. */
export function difference(unit: string, value: number): string {
  const sign = value > 0 ? '+' : '';
  if (unit === 'percent') return `${sign}${minus(tenth.format(value))}${NARROW}points`;
  if (unit === 'points') return `${sign}${minus(whole.format(value))}${NARROW}points`;
  return sign + written(unit, value);
}

export interface Counted {
  kpi?: string;
  value: number | null;
  low?: number | null;
  high?: number | null;
  n?: number | null;
  unit: string;
}

// their n is the number of months
const ofMonths = ['contact_rate_pct', 'total_cost_per_contact'];

/** Why a number must not be judged, or null. */
export function doubt(a: Counted): 'Too few' | 'Too wide' | null {
  const { low = null, high = null, n = null } = a;
  if (a.value === null || a.unit === 'tickets' || ofMonths.includes(a.kpi ?? '')) return null;
  if (n !== null && n < 30) return 'Too few';
  if (a.unit === 'percent' || a.unit === 'points')
    return low !== null && high !== null && high - low > 20 ? 'Too wide' : null;
  if (a.unit === 'seconds') return low === null || high === null || high > 2 * low ? 'Too wide' : null;
  return null;
}

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
const monthYear = dates({ month: 'long', year: 'numeric' });
const longDay = dates({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
// en-GB writes Sept, the only month of four letters
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const shortMonth = (d: Date): string => months[d.getUTCMonth()]!;
const shortDay = (d: Date): string => `${d.getUTCDate()}\u00a0${shortMonth(d)}`;

export type Grain = 'day' | 'week' | 'month';
export const beforeWords: Record<Grain, string> = {
  month: 'the month before',
  week: 'the week before',
  day: 'the day before',
};

export function periodName(period: string, grain: Grain): string {
  if (grain === 'month') return monthYear.format(day(period));
  return grain === 'week'
    ? `Week of ${shortDay(day(period))} ${period.slice(0, 4)}`
    : longDay.format(day(period)).replace('Sept', 'Sep');
}
export const tickName = (period: string, grain: Grain): string =>
  grain === 'month' ? shortMonth(day(period)) : shortDay(day(period));
export const dayName = (text: string): string => longDay.format(day(text));
export const daysName = (since: string, until: string): string => {
  const last = new Date(day(until).getTime() - 86_400_000).toISOString().slice(0, 10);
  return since === last
    ? dayName(since)
    : `${shortDay(day(since))}${since.slice(0, 4) === last.slice(0, 4) ? '' : ` ${since.slice(0, 4)}`} to ${shortDay(
        day(last),
      )} ${last.slice(0, 4)}`;
};

/** An instant in the time zone of the mart. */
export function instant(text: string, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(text));
}

/** A comment of the database for people: when a column is NULL is no news for them. */
export const plainly = (comment: string): string =>
  comment
    .replace(/; NULL [^;]*$/, '')
    .replace(/, in seconds\b/, '')
    .replace(/(^|\s)-(?=\d)/g, '$1\u2212');

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A comment of the database as a sentence. */
export function sentenceOf(comment: string | undefined): string {
  if (!comment) return '';
  return `${capital(plainly(comment))}.`;
}
