-- targets that are surely missed: kpi_refresh opens and closes the rows; owner, acknowledged_at and note are yours
-- kind: user table
(
	alert bigint PRIMARY KEY, -- number of the alert, sent by NOTIFY kpi_alert
	kpi text NOT NULL, -- KPI of the target
	segment jsonb NOT NULL, -- segment of the target
	opened_at timestamptz NOT NULL, -- when kpi_refresh found that the target is missed
	closed_at timestamptz, -- when the target was met again, or no longer existed; NULL while the alert is open
	target double precision NOT NULL, -- the target
	value double precision, -- the KPI of the last 28 complete days, at the last refresh while the alert was open; for a count, the last value
	low double precision, -- lower end of its 95 % interval
	high double precision, -- upper end of its 95 % interval
	n bigint, -- number of tickets or answers counted
	evidence double precision, -- result of miss_evidence; NULL for a count
	owner text, -- who is responsible; at first the owner of the target
	acknowledged_at timestamptz, -- when the alert was acknowledged; NULL until then
	note text -- findings, in your words
)
