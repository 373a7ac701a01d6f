// The pages: which panels each has, and which query, filters and words each panel follows.
import pg from 'pg';
import { Replaced, type Value, type Row, type Reading } from './database';
import {
  days,
  dimensions,
  filters,
  plusDays,
  plusMonths,
  type Filter,
  type Grain,
  type PageQuery,
  type Period,
} from './parameters';

export interface Mart {
  as_of: string;
  today: string;
  time_zone: string;
  week_start: number;
  dimensions: string[];
  has_subscriptions: boolean;
  reader: string;
}

export interface Panel {
  relation: string;
  follows: Filter[];
  ignores: Filter[];
  since?: string;
  until?: string;
  columns?: string[];
  rows?: unknown[][];
  missing?: string;
  failed?: string;
}

interface Context {
  mart: Mart;
  query: PageQuery;
  /** the period in whole weeks or months if these are shown, or at least four weeks of days; and its days as they are asked for */
  period: Period;
  days: Period;
  grain: Grain;
  may: Set<string>;
  has: Set<string>;
  own: Map<string, string>;
}

interface Definition {
  query: string | ((c: Context) => string);
  relation: string | ((c: Context) => string);
  /** other relations that the query reads */
  reads?: string[];
  follows: Filter[] | ((c: Context) => Filter[]);
  period?: (c: Context) => Period;
  values: (c: Context, p: Period) => Value[];
  /** how many times as long as others it may take */
  patience?: (c: Context) => number;
  missing: string | ((c: Context) => string);
}

interface Page {
  grain: Grain;
  standard: string;
  panels: Record<string, Definition>;
}

const columnOf: Record<Filter, string> = {
  team: 'team',
  channel: 'channel',
  category: 'category',
  tier: 'customer_tier',
  agent: 'agent_id',
};

const active = (c: Context): Filter[] => filters.filter((f) => c.query[f] !== undefined);
const none = <T extends string>(value: T | undefined): T | null => value ?? null;

const segment = ['team', 'channel', 'category', 'customer_tier'];

/** Whether ticket_daily_tally can filter by a column. An agent in it is that of the ticket, for first responses, too. */
const isTallied = (c: Context, name: string): boolean => segment.includes(name) && c.mart.dimensions.includes(name);

/** What counts the tickets fastest: daily tallies with all filters and the dimension that are asked for, or the facts. */
const countedIn = (c: Context, dimension: string | null): string => {
  const names = [...active(c).map((f) => columnOf[f]), ...(dimension === null ? [] : [dimension])];
  if (names.every((name) => isTallied(c, name))) return 'ticket_daily_tally';
  if (names.every((name) => segment.includes(name))) return 'segment_daily_tally';
  return names.every((name) => name === 'agent_id' || name === 'agent') ? 'agent_daily_tally' : 'ticket';
};

/** Whether no filter but the agent is set: the tallies of agents have no other. */
const onlyAgent = (c: Context): boolean => active(c).every((f) => f === 'agent');

const byDimensions = (c: Context): Filter[] => filters.filter((f) => isTallied(c, columnOf[f]));

/** grain: if it is not that of the page */
function measures(
  kpis: string[] | ((c: Context) => string[]),
  dimension?: (c: Context) => string,
  period?: (c: Context) => Period,
  grain?: Grain,
): Definition {
  const by = (c: Context): string | null => dimension?.(c) ?? null;
  return {
    query: (c) => `measures_${countedIn(c, by(c))}`,
    relation: (c) => countedIn(c, by(c)),
    reads: ['kpi_target'],
    follows: [...filters],
    ...(period ? { period } : {}),
    values: (c, p) => [
      p.since,
      p.until,
      grain ?? c.grain,
      typeof kpis === 'function' ? kpis(c) : kpis,
      by(c),
      ...filters.map((f) => none(c.query[f])),
    ],
    patience: (c) => (countedIn(c, by(c)) === 'ticket' ? 6 : 1),
    missing: (c) =>
      active(c).length
        ? 'No ticket matches these filters in this period. Choose a longer period, or fewer filters.'
        : 'There is no ticket in this period. Choose another one, or call kpi_refresh to read new tickets.',
  };
}

const backlog: Definition = {
  query: 'backlog',
  relation: 'backlog_daily_tally',
  follows: byDimensions,
  values: (c, p) => [p.since, p.until, c.grain, ...byDimension(c)],
  missing: 'The backlog is unknown: there is no ticket yet, or the tickets have no resolved_at.',
};

// a filter that is no dimension is left out, and the panel says so
const byDimension = (c: Context): Value[] =>
  filters.filter((f) => f !== 'agent').map((f) => (isTallied(c, columnOf[f]) ? none(c.query[f]) : null));

/** The last week of the period that is over, or the days of a shorter period or a month that is asked for. */
const lastWeek = (c: Context): Period => {
  if (c.grain === 'day' || ofMonth(c.query)) return c.days;
  let until = c.period.until;
  while (until > c.mart.today && plusDays(until, -7) > c.period.since) until = plusDays(until, -7);
  return { since: plusDays(until, -7), until };
};

const fourWeeks = (c: Context): Period => ({ since: plusDays(c.period.until, -28), until: c.period.until });

export const ticketKpis = [
  'tickets',
  'resolved',
  'unanswered',
  'unresolved',
  'deflected',
  'fcr_pct',
  'csat_pct',
  'nps',
  'ces_pct',
  'effort_avg',
  'sla_response_pct',
  'sla_resolution_pct',
  'response_median_seconds',
  'response_p90_seconds',
  'resolution_median_seconds',
  'resolution_p90_seconds',
  'handle_median_seconds',
  'handle_p90_seconds',
  'wait_median_seconds',
  'wait_p90_seconds',
  'abandonment_pct',
  'reopen_pct',
  'escalation_pct',
  'transfer_pct',
  'negative_sentiment_pct',
  'sentiment_avg',
  'qa_score_pct',
  'self_service_pct',
  'bot_resolution_pct',
  'bot_escalation_pct',
  'cost_per_contact',
];
export const monthKpis = [
  'churn_pct',
  'net_revenue_retention_pct',
  'gross_revenue_retention_pct',
  'renewal_pct',
  'adoption_pct',
  'contact_rate_pct',
  'total_cost_per_contact',
  'adherence_pct',
  'occupancy_pct',
  'utilization_pct',
  'shrinkage_pct',
  'resolved_per_hour',
  'survey_response_pct',
  'next_response_median_seconds',
  'next_response_p90_seconds',
  'session_self_service_pct',
];

const exploreKpi = (c: Context): string => c.query.kpi ?? 'csat_pct';
const exploreBy = (c: Context): string => c.query.by ?? 'channel';
const isTicketKpi = (c: Context): boolean => ticketKpis.includes(exploreKpi(c));
// the facts have these dimensions, the long views those of the mart
const fromFacts = (c: Context): boolean => isTicketKpi(c) && (dimensions as readonly string[]).includes(exploreBy(c));

/** The last month of the period that is over, or the running one if there is no other. */
const lastMonth = (c: Context): Period => {
  const running = c.period.until > c.mart.today;
  const since = plusMonths(c.period.until, running && plusMonths(c.period.until, -1) > c.period.since ? -2 : -1);
  return { since, until: plusMonths(since, 1) };
};

const members = measures((c) => [exploreKpi(c)], exploreBy, undefined, 'whole');

export const pages: Record<string, Page> = {
  overview: {
    grain: 'month',
    standard: '13-months',
    panels: {
      measures: measures([
        'nps',
        'csat_pct',
        'fcr_pct',
        'response_p90_seconds',
        'sla_response_pct',
        'tickets',
        'negative_sentiment_pct',
      ]),
      churn: {
        query: 'churn',
        relation: 'customer_monthly_tally',
        reads: ['kpi_target'],
        follows: [],
        // of days there is none
        values: (c, p) => [p.since, c.grain === 'month' ? p.until : p.since],
        missing: ({ mart, grain }) =>
          grain !== 'month'
            ? 'Churn is counted by month. Choose a longer period.'
            : mart.has_subscriptions
              ? 'No customer had a subscription in this period. Choose a later one.'
              : 'Churn needs the subscriptions of your customers. Pass subscriptions to kpi_build.',
      },
      backlog,
    },
  },
  team: {
    grain: 'week',
    standard: '13-weeks',
    panels: {
      measures: measures([
        'fcr_pct',
        'qa_score_pct',
        'sla_response_pct',
        'reopen_pct',
        'negative_sentiment_pct',
        'csat_pct',
        'tickets',
        'resolved',
      ]),
      backlog,
      teams: measures(
        [
          'fcr_pct',
          'qa_score_pct',
          'sla_response_pct',
          'reopen_pct',
          'negative_sentiment_pct',
          'csat_pct',
          'tickets',
          'resolved',
        ],
        () => 'team',
        lastWeek,
        'whole',
      ),
    },
  },
  agent: {
    grain: 'day',
    standard: 'today',
    panels: {
      agents: {
        query: (c) => (onlyAgent(c) ? 'agents' : 'agents_ticket'),
        relation: (c) => (onlyAgent(c) ? 'agent_daily_tally' : 'ticket'),
        reads: ['work_daily_tally'],
        follows: [...filters],
        period: (c) => c.days,
        values: (c, p) => [
          p.since,
          p.until,
          none(c.query.agent),
          ...(onlyAgent(c)
            ? []
            : [none(c.query.team), none(c.query.channel), none(c.query.category), none(c.query.tier)]),
        ],
        missing:
          'No agent worked or resolved a ticket in this period. The tickets need agent_id, the shifts come from work_time.',
      },
      queues: {
        query: 'queues',
        relation: 'open_tickets',
        follows: [...filters],
        values: ({ query: q }) => [none(q.team), none(q.channel), none(q.category), none(q.tier), none(q.agent)],
        missing: 'No agent has an open ticket.',
      },
      days: {
        query: 'agent_days',
        relation: 'agent_daily_tally',
        reads: ['work_daily_tally'],
        follows: ['agent'],
        period: fourWeeks,
        values: (c, p) => [p.since, p.until, none(c.query.agent)],
        missing: 'No agent worked or resolved a ticket in these four weeks. The tickets need agent_id.',
      },
      open: {
        query: 'open_tickets',
        relation: 'open_tickets',
        follows: [...filters],
        values: ({ query: q }) => [none(q.team), none(q.channel), none(q.category), none(q.tier), none(q.agent), '100'],
        missing: (c) =>
          active(c).length ? 'No open ticket matches these filters.' : 'No ticket is open. A refresh reads new ones.',
      },
    },
  },
  customers: {
    grain: 'day',
    standard: '28-days',
    panels: {
      alerts: {
        query: 'alerts',
        relation: 'kpi_alerts',
        follows: [],
        values: () => [],
        missing:
          'No target is surely missed. Targets are rows of kpi_target; a refresh opens an alert when there is enough evidence.',
      },
      followups: {
        query: 'followups',
        relation: 'kpi_followup',
        follows: [],
        values: () => [],
        missing: 'No bad answer to follow up. A refresh adds one for each bad score of a ticket or survey.',
      },
      health: {
        query: 'health',
        relation: 'customer_health',
        follows: [],
        values: () => ['100'],
        missing: 'No customer is known. The tickets need account_id or customer_id.',
      },
    },
  },
  volume: {
    grain: 'week',
    standard: '13-weeks',
    panels: {
      heatmap: {
        query: 'heatmap',
        relation: 'hourly_tally',
        follows: ['team', 'channel'],
        period: (c) => c.days,
        values: ({ query: q }, p) => [p.since, p.until, none(q.team), none(q.channel)],
        missing: 'No ticket was created in this period.',
      },
      staffing: {
        query: 'staffing',
        relation: 'staffing_by_hour',
        follows: ['channel'],
        values: (c) => [none(c.query.channel)],
        missing:
          'Agents needed follow from the handle time. The tickets need handle_time, or talk_time, hold_time and wrap_time.',
      },
      measures: measures(['tickets', 'handle_median_seconds', 'abandonment_pct', 'wait_p90_seconds']),
    },
  },
  explore: {
    grain: 'month',
    standard: '13-months',
    panels: {
      measures: {
        ...measures((c) => [exploreKpi(c)]),
        ...{
          query: (c: Context) => (isTicketKpi(c) ? `measures_${countedIn(c, null)}` : 'long_view'),
          relation: (c: Context) => (isTicketKpi(c) ? countedIn(c, null) : 'kpi_monthly'),
          follows: (c: Context) => (isTicketKpi(c) ? [...filters] : []),
          values: (c: Context, p: Period) =>
            isTicketKpi(c) ? measures([exploreKpi(c)]).values(c, p) : [p.since, p.until, exploreKpi(c)],
          missing:
            'Nothing was counted for this KPI. Its relation or column may be missing: see kpi_check_tickets and doc/business.md.',
        },
      },
      members: {
        ...members,
        query: (c) => (fromFacts(c) ? (members.query as (c: Context) => string)(c) : 'long_members'),
        relation: (c) => (fromFacts(c) ? (members.relation as (c: Context) => string)(c) : 'kpi_monthly'),
        follows: (c) => (fromFacts(c) ? [...filters] : []),
        period: (c) => (!fromFacts(c) ? lastMonth(c) : c.grain === 'day' ? c.days : c.period),
        values: (c, p) => (fromFacts(c) ? members.values(c, p) : [p.since, exploreKpi(c), exploreBy(c)]),
        missing: 'Nothing was counted for this KPI in this month, or it is not split by this dimension.',
      },
    },
  },
};

// the days of a month, which today may be in, are no short period
const ofMonth = (query: PageQuery): boolean => query.period === 'month' || query.period === 'last-month';

/** Four weeks and less are shown day by day, unless a KPI is counted by month; Volume shows long periods by month. */
function grainOf(page: Page, query: PageQuery, { since, until }: Period): Grain {
  if (page === pages['explore'] && !ticketKpis.includes(query.kpi ?? 'csat_pct')) return 'month';
  if (page === pages['agent'] || page === pages['customers']) return 'day';
  if (!ofMonth(query) && until <= plusDays(since, 28)) return 'day';
  return page === pages['volume'] && until > plusDays(since, 200) ? 'month' : page.grain;
}

const words = (error: pg.DatabaseError, relation: string): string => {
  switch (error.code) {
    case '42501':
      return `Your role may not read ${relation}. Ask its owner for SELECT.`;
    case '57014':
      return 'This took too long, and was stopped. Choose a shorter period or fewer filters.';
    case '55P03':
      return 'The mart is being changed. Try again in a minute.';
    case '42P01':
    case '42703':
      return `This mart has no such relation or column as ${relation} needs. Call kpi_upgrade.`;
    default:
      return `The database refused this panel (${error.code ?? 'unknown'}).`;
  }
};

const table = (rows: Row[]): Pick<Panel, 'columns' | 'rows'> => {
  const columns = Object.keys(rows[0] ?? {});
  return { columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
};

/** Reads one panel. An error of its query is said in the panel, and the others are read. */
async function readPanel(reading: Reading, c: Context, d: Definition): Promise<Panel> {
  const relation = typeof d.relation === 'function' ? d.relation(c) : d.relation;
  const follows = typeof d.follows === 'function' ? d.follows(c) : d.follows;
  const period = d.period?.(c) ?? c.period;
  const panel: Panel = { relation, follows, ignores: active(c).filter((f) => !follows.includes(f)), ...period };
  for (const name of [relation, ...(d.reads ?? [])]) {
    if (!c.has.has(name)) return { ...panel, failed: `The mart has no ${name}. Call kpi_upgrade.` };
    if (!c.may.has(name)) return { ...panel, failed: `Your role may not read ${name}. Ask its owner for SELECT.` };
  }
  const patience = d.patience?.(c) ?? 1;
  if (patience > 1) await reading.wait(patience);
  const rows = await reading.attempt(typeof d.query === 'function' ? d.query(c) : d.query, d.values(c, period));
  if (patience > 1) await reading.wait(1);
  if (rows instanceof pg.DatabaseError) return { ...panel, failed: words(rows, relation) };
  return rows.length === 0
    ? { ...panel, missing: typeof d.missing === 'function' ? d.missing(c) : d.missing }
    : { ...panel, ...table(rows) };
}

export interface PageAnswer {
  page: string;
  mart: Mart;
  period: Period & { name: string };
  grain: Grain;
  filters: Record<string, string>;
  may: { tickets: boolean };
  options: Record<string, { value: string; label?: string }[]>;
  definitions: Record<string, string>;
  kpis: { tickets: string[]; months: string[]; own: string[] };
  ways: string[];
  kpi?: string;
  by?: string;
  panels: Record<string, Panel>;
}

/** What the reader may read, and what there is. */
export async function readRights(reading: Reading, schema: string): Promise<{ may: Set<string>; has: Set<string> }> {
  const rows = await reading.read('rights', [schema]);
  return {
    has: new Set(rows.map((r) => r['relation'] as string)),
    may: new Set(rows.filter((r) => r['may_read']).map((r) => r['relation'] as string)),
  };
}

async function readOptions(reading: Reading, c: Context): Promise<PageAnswer['options']> {
  const options: PageAnswer['options'] = {};
  const recent = plusMonths(c.mart.today, -1);
  const add = (rows: Row[] | pg.DatabaseError, name?: string): void => {
    if (rows instanceof pg.DatabaseError) return;
    for (const row of rows) {
      const label = row['label'] as string | undefined;
      (options[name ?? (row['name'] as string)] ??= []).push({
        value: row['value'] as string,
        ...(label ? { label } : {}),
      });
    }
  };
  const tally = ['segment_daily_tally', 'ticket_daily_tally'].find((name) => c.may.has(name));
  if (tally) add(await reading.attempt(`options_${tally}`, [plusMonths(c.mart.today, -24)]));
  if (c.may.has('agent_daily_tally')) add(await reading.attempt('options_agent', [recent]), 'agent');
  return options;
}

/**
 * Reads a page; a text is what is wrong with its parameters. options are those of the same reader and mart, if they
 * are known.
 */
export async function readPage(
  reading: Reading,
  schema: string,
  name: string,
  query: PageQuery,
  options?: PageAnswer['options'],
): Promise<PageAnswer | string> {
  const page = pages[name]!;
  const [row] = await reading.read('mart', []);
  if (!row) throw new Replaced('the mart has no state');
  const mart = row as unknown as Mart;
  const daysOf = (grain: Grain): Period | string => days(query, page.standard, mart.today, mart.week_start, grain);
  const asked = daysOf('day');
  if (typeof asked === 'string') return asked;
  const grain = grainOf(page, query, asked);
  const period = daysOf(grain) as Period;
  if (grain === 'day') period.since = [period.since, plusDays(period.until, -28)].sort()[0]!;
  const rights = await readRights(reading, schema);
  const own = new Map<string, string>();
  if (rights.may.has('kpi_own_measure')) {
    for (const row of await reading.read('own_kpis', [])) own.set(row['kpi'] as string, row['definition'] as string);
  }
  const c: Context = { mart, query, period, days: asked, grain, own, ...rights };
  if (query.kpi && ![...ticketKpis, ...monthKpis, ...own.keys()].includes(query.kpi)) return 'There is no such KPI.';
  const ways = [...new Set([...dimensions, ...mart.dimensions.map((d) => (d === 'agent_id' ? 'agent' : d))])];
  if (query.by && !ways.includes(query.by)) return 'There is no such dimension.';
  const panels: Record<string, Panel> = {};
  for (const [key, definition] of Object.entries(page.panels)) panels[key] = await readPanel(reading, c, definition);
  const definitions = await reading.read('definitions', [schema]);
  return {
    page: name,
    mart,
    period: { ...(grain === 'day' ? asked : period), name: query.from ? 'custom' : (query.period ?? page.standard) },
    grain,
    filters: Object.fromEntries(active(c).map((f) => [f, query[f]!])),
    may: {
      tickets: ['ticket', 'kpi_object', 'kpi_settings', 'kpi_own_measure', 'survey'].every((r) => rights.may.has(r)),
    },
    options: options ?? (await readOptions(reading, c)),
    definitions: Object.fromEntries([
      ...own,
      ...definitions.map((d) => [d['kpi'] as string, d['definition'] as string]),
    ]),
    kpis: { tickets: ticketKpis, months: monthKpis, own: [...own.keys()] },
    ways,
    ...(name === 'explore' ? { kpi: exploreKpi(c), by: exploreBy(c) } : {}),
    panels,
  };
}
