// The queries that are compared. Both sides of a pair answer the same question.
//
// In DuckDB, durations are whole microseconds and instants have no time zone: its percentiles of intervals, and its
// differences of instants with a time zone, take far longer. Where it has several ways to write a query, the fastest is
// here.

const npsByCounts = (score) => `100.0 * (count_if(${score} >= 9) - count_if(${score} <= 6)) / nullif(count(${score}), 0)`;
const rateByCounts = (condition, known) => `100.0 * count_if(${condition}) / nullif(count(${known}), 0)`;

const aggregates = [
  {
    measurement: 'count(smallint)',
    postgresql: 'SELECT count(nps_score) FROM surveys',
    duckdb: 'SELECT count(nps_score) FROM surveys',
  },
  {
    measurement: 'count(smallint), DuckDB in memory',
    postgresql: 'SELECT count(nps_score) FROM surveys',
    duckdb: 'SELECT count(nps_score) FROM memory.surveys',
  },
  {
    measurement: 'nps',
    postgresql: 'SELECT nps(nps_score) FROM surveys',
    duckdb: `SELECT ${npsByCounts('nps_score')} FROM surveys`,
  },
  {
    measurement: 'nps, csat_pct and fcr_rate',
    postgresql: 'SELECT nps(nps_score), csat_pct(csat), fcr_rate(solved_first) FROM surveys',
    duckdb: `
      SELECT ${npsByCounts('nps_score')}, ${rateByCounts('csat >= 4', 'csat')}, ${rateByCounts('solved_first', 'solved_first')}
      FROM surveys`,
  },
  {
    measurement: 'p90_response(interval) / quantile_cont',
    postgresql: 'SELECT in_seconds(p90_response(response)) FROM times',
    duckdb: 'SELECT quantile_cont(response, 0.9) / 1e6 FROM times',
  },
  {
    measurement: 'p90_response(interval) / quantile_cont, DuckDB in memory',
    postgresql: 'SELECT in_seconds(p90_response(response)) FROM times',
    duckdb: 'SELECT quantile_cont(response, 0.9) / 1e6 FROM memory.times',
  },
  {
    measurement: 'p90_response(started, ended) / quantile_cont of the difference',
    postgresql: 'SELECT in_seconds(p90_response(started, ended)) FROM times',
    duckdb: "SELECT quantile_cont(date_diff('microsecond', started, ended), 0.9) / 1e6 FROM times",
  },
  {
    measurement: 'percentile_cont(0.9) / quantile_cont',
    postgresql: 'SELECT in_seconds(percentile_cont(0.9) WITHIN GROUP (ORDER BY response)) FROM times',
    duckdb: 'SELECT quantile_cont(response, 0.9) / 1e6 FROM times',
  },
  {
    measurement: 'p90 of durations_agg / approx_quantile',
    postgresql: 'SELECT in_seconds(p90_response(durations_agg(response))) FROM times',
    duckdb: 'SELECT approx_quantile(response, 0.9) / 1e6 FROM times',
    exact: 'SELECT quantile_cont(response, 0.9) / 1e6 FROM times',
  },
  {
    measurement: 'business_seconds / two joins with a calendar',
    postgresql: `
      SELECT sum(business_seconds(started, ended, 'Europe/Berlin; Mo-Fr 09:00-17:00'))
      FROM times`,
    duckdb: `
      SELECT sum(e.open_before + date_diff('microsecond', e.opens, least(ended, e.closes))
                 - s.open_before - date_diff('microsecond', s.opens, least(started, s.closes))) / 1e6
      FROM times
      ASOF JOIN open_spans AS s ON started >= s.opens
      ASOF JOIN open_spans AS e ON ended >= e.opens`,
  },
];

const byAgent = (columns) => `SELECT agent_id, ${columns} FROM tickets GROUP BY agent_id ORDER BY agent_id`;
const agentP90 = {
  quantile: byAgent("quantile_cont(date_diff('microsecond', created_at, first_response_at), 0.9) / 1e6"),
  approximate: byAgent("approx_quantile(date_diff('microsecond', created_at, first_response_at), 0.9) / 1e6"),
};

const agents = [
  {
    measurement: 'count(smallint) of tickets',
    postgresql: 'SELECT count(nps_score) FROM tickets',
    duckdb: 'SELECT count(nps_score) FROM tickets',
  },
  {
    measurement: 'nps of tickets by agent',
    postgresql: byAgent('nps(nps_score)'),
    duckdb: byAgent(npsByCounts('nps_score')),
  },
  {
    measurement: 'p90_response of tickets by agent / quantile_cont',
    postgresql: byAgent('in_seconds(p90_response(created_at, first_response_at))'),
    duckdb: agentP90.quantile,
  },
  {
    measurement: 'p90 of durations_agg of tickets by agent / approx_quantile',
    postgresql: byAgent('in_seconds(p90_response(durations_agg(created_at, first_response_at)))'),
    duckdb: agentP90.approximate,
    exact: agentP90.quantile,
  },
];

// Ten KPIs of the tickets created in the last of three years.
const year = (kpis, relation, day, week, keys) => `
  SELECT ${[`${week}::date AS week`, ...keys, ...kpis].join(',\n    ')}
  FROM ${relation}
  WHERE ${day} >= '2025-01-01'
  GROUP BY ${[week, ...keys].join(', ')}
  ORDER BY ${['week', ...keys].join(', ')}`;

const kpisOfTickets = [
  'nps(nps_score)',
  'csat_pct(csat_score)',
  'fcr_rate(contacts = 1) FILTER (WHERE resolved_at IS NOT NULL)',
  'sla_rate(first_response_at - created_at, sla_response)',
  'in_seconds(avg_response(created_at, first_response_at))',
  'in_seconds(avg_resolution(created_at, resolved_at))',
  'in_seconds(median_response(created_at, first_response_at))',
  'in_seconds(p90_response(created_at, first_response_at))',
  'in_seconds(median_resolution(created_at, resolved_at))',
  'in_seconds(p90_resolution(created_at, resolved_at))',
];

const kpisOfTallies = [
  'nps(rollup(nps))',
  'rate_pct(rollup(csat))',
  'rate_pct(rollup(fcr))',
  'rate_pct(rollup(sla_response))',
  'in_seconds(avg_duration(rollup(response)))',
  'in_seconds(avg_duration(rollup(resolution)))',
  'in_seconds(median_duration(rollup(response)))',
  'in_seconds(p90_duration(rollup(response)))',
  'in_seconds(median_duration(rollup(resolution)))',
  'in_seconds(p90_duration(rollup(resolution)))',
];

const response = "date_diff('microsecond', created_at, first_response_at)";
const resolution = "date_diff('microsecond', created_at, resolved_at)";
const kpisInDuckdb = (percentile) => [
  npsByCounts('nps_score'),
  rateByCounts('csat_score >= 4', 'csat_score'),
  rateByCounts('contacts = 1 AND resolved_at IS NOT NULL', 'CASE WHEN resolved_at IS NOT NULL THEN contacts END'),
  rateByCounts(`${response} <= sla_response`, 'first_response_at'),
  `avg(${response}) / 1e6`,
  `avg(${resolution}) / 1e6`,
  ...[response, resolution].flatMap((duration) => [0.5, 0.9].map((part) => `${percentile}(${duration}, ${part}) / 1e6`)),
];

const dashboards = [
  { name: 'by week', keys: [] },
  { name: 'by week, team and channel', keys: ['team', 'channel'] },
].flatMap(({ name, keys }) => {
  const inDuckdb = (percentile) =>
    year(kpisInDuckdb(percentile), 'tickets', 'created_at', "date_trunc('week', created_at)", keys);
  const ofTallies = year(
    kpisOfTallies,
    'kpi_bench_care.ticket_daily_tally',
    'day',
    '(day - extract(isodow FROM day)::integer + 1)',
    keys,
  );
  return [
    {
      measurement: `ten KPIs of a year ${name}, from tickets / quantile_cont`,
      postgresql: year(kpisOfTickets, 'tickets', 'created_at', "date_trunc('week', created_at)", keys),
      duckdb: inDuckdb('quantile_cont'),
    },
    {
      measurement: `ten KPIs of a year ${name}, from the mart / quantile_cont`,
      postgresql: ofTallies,
      duckdb: inDuckdb('quantile_cont'),
      exact: inDuckdb('quantile_cont'),
    },
    {
      measurement: `ten KPIs of a year ${name}, from the mart / approx_quantile`,
      postgresql: ofTallies,
      duckdb: inDuckdb('approx_quantile'),
      exact: inDuckdb('quantile_cont'),
    },
  ];
});

export const pairs = [...aggregates, ...agents, ...dashboards];
