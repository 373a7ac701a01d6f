-- The teams and channels, for the filters.
SELECT DISTINCT f.name, v.value
FROM (SELECT NULL::text AS team, NULL::text AS channel) AS absent
CROSS JOIN LATERAL (SELECT DISTINCT team, channel FROM ticket_daily_tally) AS t
CROSS JOIN LATERAL (VALUES ('team', t.team), ('channel', t.channel)) AS v (filter, value)
CROSS JOIN LATERAL (SELECT v.filter) AS f (name)
WHERE v.value IS NOT NULL
ORDER BY 1, 2;
