-- targets of KPIs; the rows are yours
-- kind: user table
(
	kpi text NOT NULL, -- a KPI as kpi_monthly names it
	segment jsonb NOT NULL DEFAULT '{}', -- dimensions with their values, such as {"channel": "phone"}; {} is all tickets
	direction @extschema@.kpi_direction NOT NULL, -- up or down with a target, range with low and high
	target double precision, -- the status is good at this value or better, in the unit of the KPI; NULL for a range
	warning double precision, -- warning from this value to the target, breach beyond it; NULL for no warning
	low double precision, -- lower end of a range; NULL otherwise
	high double precision, -- upper end of a range; NULL otherwise
	valid_from date NOT NULL DEFAULT '-infinity', -- first day on which the row applies, until the next row
	owner text CHECK (octet_length(owner) <= 200), -- who is responsible; NULL for none
	false_alarm_years double precision DEFAULT 3, -- years between false alerts; NULL: no alert; KPIs of months, means and ranges have none
	PRIMARY KEY (kpi, segment, valid_from),
	CHECK (false_alarm_years BETWEEN 0.1 AND 50),
	-- such as 0.9 in place of 90
	CONSTRAINT share_in_percent CHECK (
		CASE WHEN kpi = ANY (@kpis_of_shares@)
			THEN least(target, warning, low) >= 0 AND greatest(target, warning, high) <= 100
				AND (direction = 'up' AND target > 0 AND target < 1) IS NOT TRUE
			WHEN kpi = 'nps' THEN least(target, warning, low) >= -100 AND greatest(target, warning, high) <= 100
			ELSE true END),
	-- a KPI that the mart does not compute would never have a status
	CONSTRAINT kpi_of_this_mart CHECK (
		kpi = ANY (@kpis_of_tickets@) OR kpi = ANY (@kpis_of_surveys@) OR kpi = ANY (@kpis_of_messages@)
		OR kpi = ANY (@kpis_of_work_time@) OR kpi = ANY (@kpis_of_everything@)),
	CONSTRAINT segment_of_this_kpi CHECK (CASE
		WHEN kpi = ANY (@kpis_of_everything@) THEN segment = '{}'
		WHEN kpi = ANY (@kpis_of_work_time@) THEN segment - 'agent_id' = '{}'
		ELSE segment - @slices@ = '{}' END),
	CONSTRAINT segment_of_texts CHECK (
		jsonb_typeof(segment) = 'object'
		AND NOT jsonb_path_exists(segment, 'strict $.* ? (@.type() != "string")')
		AND octet_length(segment::text) <= 1000),
	-- never NULL, which would accept any row
	CONSTRAINT target_or_range CHECK (CASE direction
		WHEN 'range' THEN num_nulls(low, high) = 0 AND low <= high AND num_nonnulls(target, warning) = 0
		ELSE target IS NOT NULL AND num_nonnulls(low, high) = 0
			AND CASE direction WHEN 'up' THEN coalesce(warning, target) <= target
				ELSE coalesce(warning, target) >= target END END),
	CONSTRAINT finite_numbers CHECK (coalesce(
		greatest(target, warning, low, high) < 'infinity' AND least(target, warning, low, high) > '-infinity', true))
)
