--: title: Which customers need a call, and why?
--: note: The weights of the signals are yours to change; customer_health_backtest shows how many left, by the score they had.
SELECT account_id, health_score, band, array_to_string(warnings, '; ') AS "look at"
FROM care.customer_health ORDER BY health_score, account_id LIMIT 8;
