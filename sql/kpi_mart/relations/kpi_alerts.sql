-- targets that are surely missed: kpi_refresh opens and closes the rows; owner, acknowledged_at and note are yours
-- kind: user table
(
	alert bigint PRIMARY KEY, -- number of the alert, as NOTIFY kpi_alert carries it
	kpi text NOT NULL, -- KPI of the target
	segment jsonb NOT NULL, -- segment of the target
	opened_at timestamptz NOT NULL, -- when kpi_refresh found that the target is missed
	closed_at timestamptz, -- when it is met again, or there is no such target any more; NULL while it is open
	target double precision NOT NULL, -- the target
	value double precision, -- the KPI of the last 28 complete days, at the last refresh while the alert was open; of a count the last one
	low double precision, -- lower end of its 95 % interval
	high double precision, -- upper end of its 95 % interval
	n bigint, -- number of tickets or answers counted
	evidence double precision, -- what miss_evidence gives; NULL for a count
	owner text, -- who answers for it; at first the owner of the target
	acknowledged_at timestamptz, -- when it was taken notice of
	note text -- what was found out
)
