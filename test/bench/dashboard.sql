-- A page of a dashboard: ten KPIs in one query, compared with the same ten written by hand and with stored tallies.

INSERT INTO kpi_bench.target VALUES ('ten KPIs by hand / ten KPIs', 3, NULL);

CREATE UNLOGGED TABLE cases AS
    SELECT id, nps_score, csat, solved_first, started, ended AS responded,
           started + kpi_bench.duration(30000, id, 32) AS resolved, id % 4 AS channel
    FROM surveys JOIN times USING (id);
VACUUM (FREEZE, ANALYZE) cases;

SELECT $$
        round(100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6))
               / nullif(count(nps_score), 0), 6) AS nps,
        round(100.0 * count(*) FILTER (WHERE csat >= 4) / nullif(count(csat), 0), 6) AS csat,
        round(100.0 * count(*) FILTER (WHERE solved_first) / nullif(count(solved_first), 0), 6) AS fcr,
        round(100.0 * count(*) FILTER (WHERE responded - started <= interval '1 hour') / nullif(count(responded), 0), 6) AS sla,
        round(extract(epoch FROM avg(responded - started)), 3) AS response_avg,
        round(extract(epoch FROM avg(resolved - started)), 3) AS resolution_avg,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY responded - started) AS response_median,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY responded - started) AS response_p90,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY resolved - started) AS resolution_median,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY resolved - started) AS resolution_p90$$ AS by_hand,
    $$
        round(nps(nps_score)::numeric, 6) AS nps,
        round(csat_pct(csat)::numeric, 6) AS csat,
        round(fcr_rate(solved_first)::numeric, 6) AS fcr,
        round(sla_rate(responded - started, interval '1 hour')::numeric, 6) AS sla,
        round(extract(epoch FROM avg_response(started, responded)), 3) AS response_avg,
        round(extract(epoch FROM avg_resolution(started, resolved)), 3) AS resolution_avg,
        median_response(started, responded) AS response_median,
        p90_response(started, responded) AS response_p90,
        median_resolution(started, resolved) AS resolution_median,
        p90_resolution(started, resolved) AS resolution_p90$$ AS kpis,
    $$
        nps(rollup(nps)),
        csat_pct(rollup(csat)),
        fcr_rate(rollup(fcr)),
        sla_rate(rollup(sla)),
        avg_response(rollup(response)),
        avg_resolution(rollup(resolution)),
        median_response(rollup(response)),
        p90_response(rollup(response)),
        median_resolution(rollup(resolution)),
        p90_resolution(rollup(resolution))$$ AS tallies
\gset

SELECT format('CALL kpi_bench.compare(%L, %L, %L, agree => true)', 'ten KPIs by hand / ten KPIs',
              'SELECT ' || :'by_hand' || ' FROM cases', 'SELECT ' || :'kpis' || ' FROM cases')
\gexec
SELECT format('CALL kpi_bench.compare(%L, %L, %L)', 'the same, by channel',
              'SELECT channel, ' || :'by_hand' || ' FROM cases GROUP BY channel',
              'SELECT channel, ' || :'kpis' || ' FROM cases GROUP BY channel')
\gexec

-- Stored tallies of a year of days and 4 channels.
CREATE UNLOGGED TABLE cases_daily AS
    SELECT (id - 1) * 365 / current_setting('kpi_bench.rows')::bigint AS day, channel,
           scores_agg(nps_score) AS nps, scores_agg(csat) AS csat,
           rate_agg(solved_first) AS fcr, rate_agg(responded - started <= interval '1 hour') AS sla,
           durations_agg(started, responded) AS response, durations_agg(started, resolved) AS resolution
    FROM cases GROUP BY 1, 2;
VACUUM (FREEZE, ANALYZE) cases_daily;
SELECT format('CALL kpi_bench.compare(%L, %L, %L)', 'ten KPIs by hand / ten KPIs of 1,460 stored tallies',
              'SELECT ' || :'by_hand' || ' FROM cases', 'SELECT ' || :'tallies' || ' FROM cases_daily')
\gexec
CALL kpi_bench.compare('tallies of a year of days and channels / GROUP BY with 6 counts',
    'SELECT count(nps), count(response) FROM (SELECT (id - 1) * 365 / current_setting(''kpi_bench.rows'')::bigint AS day, channel,
         scores_agg(nps_score) AS nps, scores_agg(csat) AS csat,
         rate_agg(solved_first) AS fcr, rate_agg(responded - started <= interval ''1 hour'') AS sla,
         durations_agg(started, responded) AS response, durations_agg(started, resolved) AS resolution
     FROM cases GROUP BY 1, 2 OFFSET 0) AS g',
    'SELECT count(a), count(e) FROM (SELECT (id - 1) * 365 / current_setting(''kpi_bench.rows'')::bigint AS day, channel,
         count(nps_score) AS a, count(csat) AS b,
         count(solved_first) AS c, count(responded - started <= interval ''1 hour'') AS d,
         count(responded - started) AS e, count(resolved - started) AS f
     FROM cases GROUP BY 1, 2 OFFSET 0) AS g');
