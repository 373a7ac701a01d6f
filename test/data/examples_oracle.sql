-- The values that the examples of kpi_catalogue must return over the rows of examples.sql, by brute force: no
-- function of the extension, no range, no window. It counts days and steps of 20 seconds one by one. Durations are
-- in seconds.

SET TimeZone = 'Europe/Berlin';
-- There are a million steps.  A hash table that spills takes minutes when parallel workers fill it in hash order.
SET work_mem = '256MB';

CREATE TABLE oracle (kpi text PRIMARY KEY, value double precision);

-- Each day on which a customer has a subscription, and the revenue of that day.
CREATE TABLE customer_day AS
SELECT account_id, day::date AS day, sum(mrr) AS mrr
FROM subscriptions, generate_series(timestamp '2025-12-01', '2026-02-28', '1 day') AS day
WHERE starts_on <= day AND (ends_on IS NULL OR day < ends_on)
GROUP BY 1, 2;
CREATE VIEW customer_at_start AS
SELECT s.account_id, coalesce(s.mrr, 0) AS mrr_start, e.account_id IS NOT NULL AS is_kept,
    coalesce(e.mrr, 0) AS mrr_end
FROM customer_day AS b JOIN customer_day AS s ON s.account_id = b.account_id AND s.day = '2026-01-01'
LEFT JOIN customer_day AS e ON e.account_id = b.account_id AND e.day = '2026-02-01'
WHERE b.day = '2025-12-31';
CREATE VIEW customer_in_january AS SELECT DISTINCT account_id FROM customer_day
    WHERE day BETWEEN '2026-01-01' AND '2026-01-31';
-- customers whose first row begins in January
CREATE VIEW new_customer AS
SELECT DISTINCT account_id, starts_on AS joined_on FROM subscriptions AS s
WHERE to_char(starts_on, 'YYYY-MM') = '2026-01'
    AND NOT EXISTS (SELECT FROM subscriptions AS b WHERE b.account_id = s.account_id AND b.starts_on < s.starts_on);
CREATE VIEW january_event AS SELECT * FROM customer_events WHERE to_char(at, 'YYYY-MM') = '2026-01';

-- Each step of 20 seconds that an agent spends in a state. Busy and waiting agents are working.
CREATE TABLE step AS
SELECT DISTINCT agent_id, state, at
FROM (SELECT agent_id, state, started_at, ended_at FROM work_time
      UNION ALL SELECT agent_id, 'at work', started_at, ended_at FROM work_time
          WHERE state IN ('working', 'busy', 'waiting')) AS w,
    generate_series(started_at, ended_at - interval '20 seconds', '20 seconds') AS at;
CREATE INDEX ON step (agent_id, state, at);
ANALYZE step;
CREATE VIEW agent_steps AS
SELECT agent_id, count(*) FILTER (WHERE state = 'busy') AS busy, count(*) FILTER (WHERE state = 'paid') AS paid,
    count(*) FILTER (WHERE state = 'scheduled') AS scheduled, count(*) FILTER (WHERE state = 'at work') AS worked
FROM step GROUP BY agent_id;

-- The contacts that an agent handled, and the durations of each stage.
CREATE VIEW handled AS
SELECT * FROM tickets
    WHERE coalesce(abandoned, false) = false AND coalesce(self_service, false) = false
        AND coalesce(bot_resolved, false) = false;
CREATE VIEW measured (stage, seconds) AS
SELECT 'response', extract(epoch FROM first_response_at) - extract(epoch FROM created_at) FROM tickets
    WHERE first_response_at IS NOT NULL
UNION ALL
SELECT 'resolution', extract(epoch FROM resolved_at) - extract(epoch FROM created_at) FROM tickets
    WHERE resolved_at IS NOT NULL AND coalesce(solved, false)
UNION ALL
SELECT 'handle', extract(epoch FROM handle_time) FROM tickets
    WHERE handle_time IS NOT NULL AND coalesce(abandoned, false) = false
UNION ALL
SELECT 'handle', coalesce(extract(epoch FROM talk_time), 0) + coalesce(extract(epoch FROM hold_time), 0)
    + coalesce(extract(epoch FROM wrap_time), 0) FROM tickets
WHERE handle_time IS NULL AND num_nonnulls(talk_time, hold_time, wrap_time) > 0
    AND coalesce(abandoned, false) = false
UNION ALL
SELECT 'wait', extract(epoch FROM wait_time) FROM tickets
    WHERE wait_time IS NOT NULL AND coalesce(abandoned, false) = false
UNION ALL
SELECT 'duration', extract(epoch FROM ended_at) - extract(epoch FROM started_at) FROM work_time WHERE state = 'busy';
INSERT INTO oracle
SELECT 'avg_' || stage, sum(seconds) / count(*) FROM measured GROUP BY stage
UNION ALL
SELECT statistic || '_' || stage, percentile_cont(fraction) WITHIN GROUP (ORDER BY seconds)
FROM measured, (VALUES ('median', 0.5), ('p90', 0.9), ('p95', 0.95), ('p99', 0.99)) AS s (statistic, fraction)
    GROUP BY stage, statistic, fraction;

-- Rates: a row for each trial. NULL is not in the denominator.
CREATE VIEW trial (kpi, hit) AS
SELECT 'fcr_rate', contacts IN (0, 1) FROM tickets WHERE solved AND contacts IS NOT NULL
UNION ALL SELECT 'one_touch_rate', agent_replies IN (1) FROM tickets WHERE solved AND agent_replies IS NOT NULL
UNION ALL SELECT 'reopen_rate', reopens NOT IN (0) FROM tickets WHERE solved AND reopens IS NOT NULL
UNION ALL SELECT 'sla_rate', sla_response_met FROM tickets
-- calls abandoned within 20 seconds do not count
UNION ALL SELECT 'service_level',
    CASE WHEN abandoned IS FALSE THEN extract(epoch FROM wait_time) <= 20 WHEN abandoned
        AND extract(epoch FROM wait_time) > 20 THEN false END FROM tickets WHERE channel = 'phone'
UNION ALL SELECT 'escalation_rate', escalated FROM handled
UNION ALL SELECT 'transfer_rate', transferred FROM handled
UNION ALL SELECT 'abandonment_rate', abandoned FROM tickets WHERE channel = 'phone'
UNION ALL SELECT 'deflection_rate', coalesce(self_service, false) OR coalesce(bot_resolved, false) FROM tickets
UNION ALL SELECT 'self_service_rate', ticket_id IS NULL
    AND (SELECT count(*) FROM tickets AS t
        WHERE t.customer_id = s.customer_id AND extract(epoch FROM t.created_at - s.at) >= 0
            AND extract(epoch FROM t.created_at - s.at) <= 86400) = 0
    FROM help_sessions AS s WHERE num_nonnulls(customer_id, ticket_id) > 0
UNION ALL SELECT 'bot_resolution_rate', bot_resolved FROM tickets WHERE bot_handled
UNION ALL SELECT 'bot_escalation_rate', bot_escalated FROM tickets WHERE bot_handled
UNION ALL SELECT 'bot_escalation_accuracy', bot_escalation_right FROM tickets WHERE bot_escalated
UNION ALL SELECT 'bot_acceptance_rate', bot_accepted FROM tickets WHERE bot_handled
UNION ALL SELECT 'survey_response_rate', num_nulls(answered_at) = 0 FROM surveys
UNION ALL SELECT 'churn_rate', NOT is_kept FROM customer_at_start
UNION ALL SELECT 'retention_rate', is_kept FROM customer_at_start
UNION ALL SELECT 'recontact_rate',
    (SELECT count(*) FROM tickets AS n
        WHERE n.customer_id = t.customer_id AND extract(epoch FROM n.created_at - t.resolved_at) > 0
            AND extract(epoch FROM n.created_at - t.resolved_at) <= 7 * 86400) > 0
    FROM tickets AS t WHERE customer_id IS NOT NULL AND to_char(resolved_at, 'YYYY-MM') = '2026-01'
UNION ALL SELECT 'renewal_rate', renewed FROM subscriptions WHERE to_char(renewal_due_on, 'YYYY-MM') = '2026-01'
UNION ALL SELECT 'adoption_rate',
    account_id IN (SELECT account_id FROM customer_events
        WHERE event = 'adopted' AND to_char(at, 'YYYY-MM') <= '2026-01') FROM customer_day WHERE day = '2026-01-31'
UNION ALL SELECT 'onboarding_rate',
    (SELECT count(*) FROM customer_events AS e
        WHERE e.account_id = c.account_id AND event = 'onboarded'
            AND e.at::date - c.joined_on IN (SELECT generate_series(0, 30))) > 0 FROM new_customer AS c
UNION ALL SELECT 'conversion_rate', account_id IN (
        SELECT c.account_id FROM january_event AS c, customer_events AS p
        WHERE c.event = 'chat_before_purchase' AND p.event = 'purchased' AND p.account_id = c.account_id
            AND extract(epoch FROM p.at - c.at) >= 0 AND extract(epoch FROM p.at - c.at) <= 7 * 86400)
    FROM (SELECT DISTINCT account_id FROM january_event WHERE event = 'chat_before_purchase') AS c
UNION ALL SELECT 'upsell_rate', account_id IN (SELECT account_id FROM january_event WHERE event = 'upsold')
    FROM customer_in_january
UNION ALL SELECT 'referral_rate', account_id IN (SELECT account_id FROM january_event WHERE event = 'referred')
    FROM customer_in_january
UNION ALL SELECT 'outreach_success_rate',
    account_id IN (SELECT account_id FROM january_event WHERE event = 'outreach' AND value > 0)
    FROM (SELECT DISTINCT account_id FROM january_event WHERE event = 'outreach') AS c
-- the previous ticket of the same customer
UNION ALL SELECT 'context_transfer_rate', NOT t.transferred
    FROM tickets AS t JOIN tickets AS b ON b.customer_id = t.customer_id
        AND (b.created_at, b.ticket_id) < (t.created_at, t.ticket_id)
    WHERE b.channel <> t.channel AND extract(epoch FROM t.created_at - b.created_at) <= 7 * 86400
    AND NOT EXISTS (SELECT FROM tickets AS m
        WHERE m.customer_id = t.customer_id AND (m.created_at, m.ticket_id) > (b.created_at, b.ticket_id)
            AND (m.created_at, m.ticket_id) < (t.created_at, t.ticket_id))
UNION ALL SELECT 'compliance_rate', qa_points - qa_possible = 0 FROM tickets WHERE qa_possible > 0;
INSERT INTO oracle SELECT kpi, 100.0 * count(*) FILTER (WHERE hit) / count(hit) FROM trial GROUP BY kpi;

-- Surveys, on the scale of the KPI.
CREATE VIEW nps_answer AS SELECT score, answered_at FROM surveys WHERE kind = 'nps' AND score IS NOT NULL;
CREATE VIEW csat_answer AS SELECT score FROM surveys WHERE kind = 'csat' AND scale_max = 5 AND score IS NOT NULL;
CREATE VIEW ces_answer AS SELECT score FROM surveys WHERE kind = 'ces' AND scale_max = 7 AND score IS NOT NULL;
INSERT INTO oracle
SELECT 'nps', 100.0 * sum(CASE WHEN score IN (9, 10) THEN 1 WHEN score IN (7, 8) THEN 0 ELSE -1 END) / count(*)
    FROM nps_answer
UNION ALL SELECT 'promoter_pct', 100.0 * sum((score IN (9, 10))::int) / count(*) FROM nps_answer
UNION ALL SELECT 'passive_pct', 100.0 * sum((score IN (7, 8))::int) / count(*) FROM nps_answer
UNION ALL SELECT 'detractor_pct', 100.0 * sum((score IN (0, 1, 2, 3, 4, 5, 6))::int) / count(*) FROM nps_answer
UNION ALL SELECT 'csat_pct', 100.0 * sum((score IN (4, 5))::int) / count(*) FROM csat_answer
UNION ALL SELECT 'csat_avg', sum(score) / count(*) FROM csat_answer
UNION ALL SELECT 'ces_avg', sum(score) / count(*) FROM ces_answer
UNION ALL SELECT 'ces_pct', 100.0 * sum((score IN (5, 6, 7))::int) / count(*) FROM ces_answer
UNION ALL SELECT 'net_score',
    100.0 * sum(CASE WHEN score IN (6, 7) THEN 1 WHEN score IN (1, 2, 3) THEN -1 ELSE 0 END) / count(*)
        FROM ces_answer;

-- Ratios.
INSERT INTO oracle
SELECT 'occupancy', 100.0 * (SELECT count(*) FROM step WHERE state = 'busy')
    / (SELECT count(DISTINCT (agent_id, at)) FROM step WHERE state IN ('busy', 'waiting'))
UNION ALL SELECT 'utilization', 100.0 * sum(busy) / sum(paid) FROM agent_steps WHERE paid > 0
UNION ALL SELECT 'schedule_conformance', 100.0 * sum(worked) / sum(scheduled) FROM agent_steps WHERE scheduled > 0
UNION ALL SELECT 'schedule_adherence', 100.0 * count(w.at) / count(*) FROM step AS s
    LEFT JOIN step AS w ON w.agent_id = s.agent_id AND w.at = s.at AND w.state = 'at work' WHERE s.state = 'scheduled'
UNION ALL SELECT 'shrinkage', 100.0 * (count(*) - count(w.at)) / count(*) FROM step AS s
    LEFT JOIN step AS w ON w.agent_id = s.agent_id AND w.at = s.at AND w.state = 'at work' WHERE s.state = 'paid'
UNION ALL SELECT 'productivity',
    (SELECT count(*) FROM tickets
        WHERE to_char(resolved_at, 'YYYY-MM') = '2026-01'
            AND agent_id IN (SELECT agent_id FROM step
                WHERE state = 'at work' AND to_char(at, 'YYYY-MM') = '2026-01'))
    / (SELECT count(*) / 180.0 FROM step WHERE state = 'at work' AND to_char(at, 'YYYY-MM') = '2026-01')
UNION ALL SELECT 'cost_per_contact',
    (SELECT sum(amount) FROM costs WHERE to_char(month, 'YYYY-MM') = '2026-01')
        / (SELECT count(*) FROM handled WHERE to_char(created_at, 'YYYY-MM') = '2026-01')
UNION ALL SELECT 'contact_rate',
    100.0 * (SELECT count(*) FROM tickets WHERE to_char(created_at, 'YYYY-MM') = '2026-01')
        / (SELECT count(*) FROM customer_in_january)
UNION ALL SELECT 'qa_score', 100.0 * sum(qa_points) / sum(qa_possible) FROM tickets
    WHERE num_nonnulls(qa_points, qa_possible) = 2
UNION ALL SELECT 'gross_revenue_retention',
    100.0 * sum(CASE WHEN mrr_end < mrr_start THEN mrr_end ELSE mrr_start END) / sum(mrr_start)
        FROM customer_at_start WHERE mrr_start > 0
UNION ALL SELECT 'net_revenue_retention', 100.0 * sum(mrr_end) / sum(mrr_start) FROM customer_at_start
    WHERE mrr_start > 0
UNION ALL SELECT 'net_revenue_churn', 100.0 * sum(mrr_start - mrr_end) / sum(mrr_start) FROM customer_at_start
    WHERE mrr_start > 0
UNION ALL SELECT 'health_score', (2 * c.value + s.value) / 3
    FROM oracle AS c, (SELECT 100.0 * count(*) FILTER (WHERE sla_resolution_met)
        / count(sla_resolution_met) AS value FROM tickets) AS s WHERE c.kpi = 'csat_pct'
UNION ALL SELECT 'knowledge_base_usage',
    1.0 * (SELECT count(*) FROM help_sessions WHERE article_id IS NOT NULL AND to_char(at, 'YYYY-MM') = '2026-01')
        / (SELECT count(*) FROM tickets WHERE to_char(created_at, 'YYYY-MM') = '2026-01')
UNION ALL SELECT 'self_service_ratio',
    1.0 * (SELECT count(*) FROM help_sessions WHERE to_char(at, 'YYYY-MM') = '2026-01')
        / (SELECT count(*) FROM (SELECT customer_id FROM tickets
            WHERE to_char(created_at, 'YYYY-MM') = '2026-01' AND customer_id IS NOT NULL GROUP BY 1) AS u)
-- tickets opened by the 1st of February, minus those resolved or closed by then
UNION ALL SELECT 'backlog',
    (SELECT count(*) FROM tickets WHERE created_at <= '2026-02-01') - (SELECT count(*) FROM tickets
        WHERE created_at <= '2026-02-01'
            AND (resolved_at <= '2026-02-01' OR resolved_at IS NULL AND closed_at <= '2026-02-01'))
UNION ALL SELECT 'net_flow',
    (SELECT count(*) FROM tickets WHERE to_char(created_at, 'YYYY-MM') = '2026-01') - (SELECT count(*) FROM tickets
        WHERE to_char(coalesce(resolved_at, closed_at), 'YYYY-MM') = '2026-01');
