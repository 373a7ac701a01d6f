-- customers by their health at the start of past quarters, and how many left within 90 days
-- given: subscriptions
SELECT
	d.band, -- at risk, watch or healthy
	@extschema@.sample_size(d.lost) AS customers, -- customers, once for each quarter
	@extschema@.rate_hits(d.lost) AS lost, -- customers who had left 90 days later
	@extschema@.rate_pct(d.lost) AS lost_pct, -- customers who had left 90 days later, in percent
	(c.ci).low AS lost_low_pct, -- lower end of its 95 % interval, in percent
	(c.ci).high AS lost_high_pct -- upper end of its 95 % interval, in percent
FROM (
	SELECT h.band, @extschema@.rate_agg(s.account_id IS NULL) AS lost
	FROM @schema@.customer_past_score AS h
	LEFT JOIN LATERAL (
		SELECT s.account_id
		FROM @schema@.subscription AS s
		WHERE s.account_id = h.customer AND s.starts_on <= h.day + 90 AND (s.ends_on > h.day + 90) IS NOT FALSE
		LIMIT 1
	) AS s ON true
	WHERE h.purpose = 'quarter' AND h.band IS NOT NULL
	GROUP BY h.band
) AS d
CROSS JOIN LATERAL (
	SELECT @extschema@.rate_ci(d.lost, 0.95::double precision, 'wilson'::@extschema@.kpi_ci_method) AS ci
) AS c
