-- How many customers are in each band, and the customers with the lowest health.
-- $1 integer  how many of them
SELECT
	customer, health_score, band, csat_signal, nps_signal, contacts_signal, sla_signal, unresolved_signal, sentiment_signal,
	payment_signal, usage_signal, contacts, contacts_normal, oldest_open_days, sentiment_is_declining, payment_failures,
	count(*) OVER () AS customers,
	count(*) FILTER (WHERE band = 'at risk') OVER () AS at_risk,
	count(*) FILTER (WHERE band = 'watch') OVER () AS watch,
	count(*) FILTER (WHERE band = 'healthy') OVER () AS healthy,
	count(*) FILTER (WHERE sentiment_is_declining) OVER () AS declining
FROM customer_health
ORDER BY health_score NULLS LAST, customer
LIMIT $1::integer;
