-- What a dashboard reads, in one snapshot.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT * FROM executive_monthly WHERE month >= current_date - 400;
SELECT * FROM team_weekly WHERE week >= current_date - 14;
SELECT * FROM agent_daily WHERE day >= current_date - 1;
SELECT * FROM kpi_daily WHERE kpi = 'response_p90_seconds' AND period >= current_date - 14;
SELECT * FROM customer_health ORDER BY health_score LIMIT 20;
COMMIT;
