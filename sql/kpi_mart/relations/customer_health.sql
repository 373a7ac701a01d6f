-- how each customer is doing today, and why
SELECT
	day, -- today in the time zone of the mart; today itself does not count
	customer, -- customer: an account, or the customer who wrote when the account is unknown
	health_score, -- weighted mean of the signals, 0 to 100; the weights are in kpi_health_weight; NULL without any signal
	band, -- at risk below 40, watch below 70, otherwise healthy; NULL without a score
	csat_signal, -- satisfied answers of the last 90 days, in percent; NULL without answers
	nps_signal, -- net promoter score of the last 90 days, from -100 as 0 to 100 as 100; NULL without answers
	contacts_signal, -- 100 for no more tickets than normal, 50 for about twice as many; NULL without a normal
	severity_signal, -- tickets of the last 90 days that are not severe by kpi_priority, in percent; NULL without priorities
	sla_signal, -- resolutions of the last 90 days in time, in percent; NULL without verdicts
	unresolved_signal, -- 100 without open ticket, 0 for one that is open for 30 days; NULL without tickets
	sentiment_signal, -- mean sentiment of the tickets of the last 90 days, from -1 as 0 to 1 as 100; NULL without any
	payment_signal, -- 100, less 50 for each payment that failed in the last 90 days; NULL without any event
	usage_signal, -- 100 for no less use than normal, 50 for half of it; NULL without a normal
	contacts, -- tickets of the last 90 days
	contacts_normal, -- tickets of 90 days in the time before, at most 360 days; NULL with under 30 days of it
	oldest_open_days, -- age of the oldest open ticket in days; NULL without one
	nps_change, -- net promoter score of the last 90 days against that of the 360 days before; NULL without a normal
	sentiment_per_day, -- change of the sentiment of tickets per day in the last 90 days; NULL with fewer than two instants
	sentiment_is_declining, -- whether the sentiment surely declined: its 95 % interval is below 0; NULL with fewer than three values
	payment_failures -- payments that failed in the last 90 days
FROM @schema@.customer_score
