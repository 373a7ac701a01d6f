-- How many customers are in each band; the customers with the lowest health, and those whose mood declines.
-- $1 integer  how many of each
SELECT
	customer, health_score, band, csat_signal, nps_signal, contacts_signal, sla_signal, unresolved_signal, sentiment_signal,
	payment_signal, usage_signal, contacts, contacts_normal, oldest_open_days, sentiment_per_day, sentiment_is_declining,
	payment_failures, customers, at_risk, watch, healthy, declining,
	place <= $1::integer AS is_lowest
FROM (
	SELECT
		*,
		row_number() OVER (ORDER BY health_score NULLS LAST, customer) AS place,
		row_number() OVER (PARTITION BY sentiment_is_declining ORDER BY sentiment_per_day NULLS LAST, customer) AS decline_place,
		count(*) OVER () AS customers,
		count(*) FILTER (WHERE band = 'at risk') OVER () AS at_risk,
		count(*) FILTER (WHERE band = 'watch') OVER () AS watch,
		count(*) FILTER (WHERE band = 'healthy') OVER () AS healthy,
		count(*) FILTER (WHERE sentiment_is_declining) OVER () AS declining
	FROM customer_health
) AS h
WHERE place <= $1::integer OR sentiment_is_declining AND decline_place <= $1::integer
ORDER BY place;
