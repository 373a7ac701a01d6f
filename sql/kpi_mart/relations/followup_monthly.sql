-- follow-up of bad answers per month
SELECT
	date_trunc('month', answered_on::timestamp)::date AS month, -- first day of the month of the answers
	kind, -- csat, nps or ces
	count(*) AS bad_answers, -- answers to follow up
	count(contacted_at) AS followed_up, -- of these, answers whose customer was called back
	100 * count(contacted_at) / count(*)::double precision AS followed_up_pct, -- answers followed up, as a percentage of the bad ones
	count(*) FILTER (WHERE contacted_at IS NOT NULL AND recovered)
		AS recovered, -- customers who are satisfied now, of those called back
	100 * count(*) FILTER (WHERE contacted_at IS NOT NULL AND recovered) / nullif(count(contacted_at), 0)::double precision
		AS recovery_pct -- customers who are satisfied now, as a percentage of those called back; NULL when none was
FROM @schema@.kpi_followup
GROUP BY 1, 2
