-- Part of generate.sql: the costs of support. Wages are for the paid hours, distributed over the channels by the time that
-- contacts took. Other costs have no channel.

CREATE TABLE costs (month date NOT NULL, component text NOT NULL, channel text, amount numeric NOT NULL);

WITH paid AS (
    SELECT date_trunc('month', started_at AT TIME ZONE 'UTC')::date AS month, sum(extract(epoch FROM ended_at - started_at)) / 3600 AS hours, count(DISTINCT agent_id) AS heads
    FROM work_time WHERE state = 'paid' GROUP BY 1
), used AS (
    SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, channel, count(*) AS tickets, extract(epoch FROM sum(handle_time)) AS seconds
    FROM tickets GROUP BY 1, 2
), shares AS (
    SELECT *, seconds / sum(seconds) OVER (PARTITION BY month) AS share FROM used
)
INSERT INTO costs
SELECT month, component, channel, round(amount, 2)
FROM (SELECT month, 'wages' AS component, channel, hours * 29.5 * share AS amount FROM paid JOIN shares USING (month)
      UNION ALL
      SELECT month, 'technology', channel, 400 + tickets * CASE channel WHEN 'phone' THEN 0.35 WHEN 'chat' THEN 0.20 ELSE 0.08 END FROM shares
      UNION ALL
      SELECT month, component, NULL, amount FROM paid, LATERAL (VALUES ('facilities', heads * 310.0), ('training', heads * CASE extract(month FROM month) WHEN 2 THEN 240.0 ELSE 60.0 END), ('overhead', hours * 3.1)) c (component, amount)) c
ORDER BY month, component, channel;

ANALYZE costs;
