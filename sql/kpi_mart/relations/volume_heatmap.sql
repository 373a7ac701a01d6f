-- tickets created in the last 13 weeks by hour of the week
SELECT
	h.weekday, -- day of the week, 1 Monday to 7 Sunday
	h.hour, -- hour of the day, 0 to 23
	sum(h.tickets)::bigint AS tickets, -- tickets created
	(sum(h.tickets) / h.weekdays)::double precision AS tickets_per_hour -- mean number of tickets in such an hour
FROM @schema@.hour_of_week AS h
GROUP BY h.weekday, h.hour, h.weekdays
