// The parameters of a page, and the days that a period means.
import Type, { type Static } from 'typebox';

// Text from the address: no control characters (PostgreSQL refuses NUL), and no more than a name needs.
const Text = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' });
const Day = Type.String({ pattern: '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' });
const Name = Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' });

export const periods = [
  'today',
  'yesterday',
  '7-days',
  '28-days',
  '13-weeks',
  'month',
  'last-month',
  '13-months',
  '25-months',
  'custom',
] as const;
export const dimensions = ['team', 'channel', 'category', 'customer_tier', 'agent'] as const;
export const filters = ['team', 'channel', 'category', 'tier', 'agent'] as const;
export type Filter = (typeof filters)[number];

const filterFields = {
  team: Type.Optional(Text),
  channel: Type.Optional(Text),
  category: Type.Optional(Text),
  tier: Type.Optional(Text),
  agent: Type.Optional(Text),
};

export const PageQuery = Type.Object(
  {
    period: Type.Optional(Type.Enum([...periods])),
    from: Type.Optional(Day),
    to: Type.Optional(Day),
    kpi: Type.Optional(Name),
    by: Type.Optional(Name),
    ...filterFields,
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

export const TicketsQuery = Type.Object(
  { kpi: Name, since: Day, until: Day, ...filterFields },
  { additionalProperties: false },
);
export type TicketsQuery = Static<typeof TicketsQuery>;

const at = (day: string): Date => new Date(`${day}T00:00:00Z`);
const text = (date: Date): string => date.toISOString().slice(0, 10);

export const plusDays = (day: string, n: number): string => text(new Date(at(day).getTime() + n * 86_400_000));
export const plusMonths = (day: string, n: number): string => {
  const d = at(day);
  return text(new Date(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + n, 1)));
};
export const firstOfWeek = (day: string, weekStart: number): string =>
  plusDays(day, -((((at(day).getUTCDay() + 6) % 7) + 1 - weekStart + 7) % 7));

export type Grain = 'day' | 'week' | 'month' | 'whole';
export interface Period {
  since: string;
  until: string;
}

// A day that does not exist, such as 2026-02-30.
export const isDay = (day: string): boolean => !Number.isNaN(at(day).getTime()) && text(at(day)) === day;

/**
 * The days of a period, which contains whole weeks or months where a page shows these. until is the day after the
 * last one.
 */
export function days(
  query: PageQuery,
  standard: string,
  today: string,
  weekStart: number,
  grain: Grain,
): Period | string {
  const name = query.from || query.to ? 'custom' : (query.period ?? standard);
  const tomorrow = plusDays(today, 1);
  let since: string;
  let until = tomorrow;
  switch (name) {
    case 'custom':
      if (!query.from || !query.to) return 'A period of your own needs from and to.';
      if (!isDay(query.from) || !isDay(query.to)) return 'from or to is no day of the calendar.';
      if (query.from > query.to) return 'The period ends before it begins.';
      since = query.from;
      until = plusDays(query.to, 1);
      if (at(until).getTime() - at(since).getTime() > 3700 * 86_400_000)
        return 'The period is longer than ten years.';
      break;
    case 'today':
      since = today;
      break;
    case 'yesterday':
      since = plusDays(today, -1);
      until = today;
      break;
    case '7-days':
      since = plusDays(today, -7);
      until = today;
      break;
    case '28-days':
      since = plusDays(today, -28);
      until = today;
      break;
    case 'month':
      since = plusMonths(today, 0);
      break;
    case 'last-month':
      since = plusMonths(today, -1);
      until = plusMonths(today, 0);
      break;
    case '13-weeks':
      since = plusDays(firstOfWeek(today, weekStart), -91);
      break;
    case '25-months':
      since = plusMonths(today, -24);
      break;
    default:
      since = plusMonths(today, -12);
  }
  if (grain === 'month') {
    since = plusMonths(since, 0);
    until = plusMonths(plusDays(until, -1), 1);
  } else if (grain === 'week') {
    since = firstOfWeek(since, weekStart);
    until = plusDays(firstOfWeek(plusDays(until, -1), weekStart), 7);
  }
  return { since, until };
}
