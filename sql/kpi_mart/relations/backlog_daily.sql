-- tickets open at the end of each day, by status and dimensions, so that sums are right; no rows for days in a gap of over a year
-- cells: day @dimensions@ status
-- opened by: opened_backlog
WITH change AS (
	SELECT
		*,
		opened - closed + moved AS growth,
		lead(day) OVER (PARTITION BY @dimensions@, status ORDER BY day) AS next_day
	FROM @schema@.backlog_daily_tally
), known AS (
	-- a ticket dated in the year 3 must not add half a million days
	SELECT range_agg(daterange(day, CASE WHEN next_day - day <= 366 THEN next_day ELSE day + 1 END)) AS days
	FROM (
		SELECT day, lead(day, 1, greatest(day, s.last_day) + 1) OVER (ORDER BY day) AS next_day
		FROM (
			SELECT day FROM @schema@.backlog_daily_tally GROUP BY day
		) AS t
		CROSS JOIN (SELECT @extschema@.kpi_day(as_of, @time_zone@) AS last_day FROM @schema@.kpi_state) AS s
	) AS gap
)
SELECT
	d.day, -- day in the time zone of the mart
	@dimensions_of_c@,
	c.status, -- status at the end of the day; NULL for tickets without status changes
	CASE d.day WHEN c.day THEN c.opened ELSE 0 END AS opened, -- tickets created or reopened on the day
	CASE WHEN d.day = c.day OR c.closed IS NULL THEN c.closed ELSE 0
		END AS closed, -- tickets resolved on the day; NULL when unknown
	CASE d.day WHEN c.day THEN c.moved ELSE 0
		END AS moved, -- tickets that came from another status, team or agent on the day, minus tickets that left for one
	c.backlog -- tickets open at the end of the day; NULL when unknown
FROM (
	SELECT *, sum(growth) OVER (PARTITION BY @dimensions@, status ORDER BY day)::bigint AS backlog
	FROM change
) AS c
CROSS JOIN known AS k
CROSS JOIN LATERAL unnest(k.days * datemultirange(daterange(c.day,
	CASE WHEN c.backlog = 0 THEN c.day + 1 ELSE coalesce(c.next_day, greatest(upper(k.days), c.day + 1)) END))) AS span
CROSS JOIN LATERAL generate_series(0, upper(span) - lower(span) - 1) AS n
CROSS JOIN LATERAL (SELECT lower(span) + n AS day) AS d
