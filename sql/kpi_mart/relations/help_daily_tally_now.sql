-- internal: tallies of the visits to the help pages by day
-- index: day
-- counts: help_reading
SELECT
	day, -- day of the visit in the time zone of the mart
	count(*) AS sessions, -- visits
	@extschema@.rate_agg(NOT is_followed) AS self_service -- visits of known customers that no ticket followed within 24 hours
FROM @schema@.help_reading
WHERE starts_visit
GROUP BY day
