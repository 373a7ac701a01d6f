-- tickets open at the end of each day since the first ticket; no rows for days inside a gap of over a year
-- cells: day
SELECT
	d.day + n.n AS day, -- day in the time zone of the mart
	CASE n.n WHEN 0 THEN d.opened ELSE 0 END AS opened, -- tickets created on the day
	CASE WHEN n.n = 0 OR d.closed IS NULL THEN d.closed ELSE 0
		END AS closed, -- tickets that left the backlog on the day; NULL when unknown
	d.backlog -- tickets open at the end of the day; NULL when unknown
FROM (
	SELECT
		day,
		sum(tickets)::bigint AS opened,
		sum(closed)::bigint AS closed,
		sum(sum(tickets) - sum(closed)) OVER (ORDER BY day)::bigint AS backlog,
		lead(day) OVER (ORDER BY day) - day AS days_to_next
	FROM @schema@.ticket_daily_tally
	-- the first answer to a survey can be years before
	WHERE day >= (SELECT min(day) FROM @schema@.ticket_daily_tally WHERE tickets > 0)
	GROUP BY day
) AS d
-- a ticket of the year 3 must not give half a million days
CROSS JOIN LATERAL generate_series(0, CASE WHEN d.days_to_next <= 366 THEN d.days_to_next - 1 ELSE 0 END) AS n (n)
