-- one KPI of the user's own by day
-- kind: fragment
	SELECT
		@own_day@ AS day,
		@split@,
		@own_kpi@ AS kpi,
		@own_unit@ AS unit,
		@own_better@::text AS better,
		@own_family@ AS family,
		@own_fraction@::double precision AS fraction,
		@own_rate@ AS rate,
		@own_durations@ AS durations,
		@own_scores@ AS scores,
		@own_ratio@ AS ratio
	FROM @facts@
	WHERE merged_into IS NULL
	GROUP BY @own_day@, @split@
