-- what a KPI is to reach; the rows are yours
-- kind: user table
(
	kpi text NOT NULL, -- a KPI as kpi_monthly names it
	segment jsonb NOT NULL DEFAULT '{}', -- dimensions with their values, such as {"channel": "phone"}; {} is all tickets
	direction @extschema@.kpi_direction NOT NULL, -- up or down with a target, range with low and high
	target double precision, -- good from here on, in the unit of the KPI
	warning double precision, -- a warning from here to the target, a breach beyond; NULL for no warning
	low double precision, -- lower end of a range
	high double precision, -- upper end of a range
	valid_from date NOT NULL DEFAULT '-infinity', -- first day on which the row applies, until the next row
	owner text CHECK (octet_length(owner) <= 200), -- who answers for it
	PRIMARY KEY (kpi, segment, valid_from),
	CONSTRAINT segment_of_texts CHECK (
		jsonb_typeof(segment) = 'object'
		AND NOT jsonb_path_exists(segment, 'strict $.* ? (@.type() != "string")')
		AND octet_length(segment::text) <= 1000),
	-- no NULL, which would let anything pass
	CONSTRAINT target_or_range CHECK (CASE direction
		WHEN 'range' THEN num_nulls(low, high) = 0 AND low <= high AND num_nonnulls(target, warning) = 0
		ELSE target IS NOT NULL AND num_nonnulls(low, high) = 0
			AND CASE direction WHEN 'up' THEN coalesce(warning, target) <= target
				ELSE coalesce(warning, target) >= target END END),
	CONSTRAINT finite_numbers CHECK (coalesce(
		greatest(target, warning, low, high) < 'infinity' AND least(target, warning, low, high) > '-infinity', true))
)
