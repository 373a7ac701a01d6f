-- KPIs that are durations: every stage has an average and four percentiles.

INSERT INTO @extschema@.kpi_builtin
SELECT statistic || '_' || stage, family, statistic || '_' || stage, 'duration', 'down', 'leading',
	ARRAY[
		transition || '(duration interval)',
		transition || '(started <instant>, ended <instant>)',
		transition || '(started <instant>, ended <instant>, hours @extschema@.business_hours)']
	|| CASE stage WHEN 'handle' THEN ARRAY[transition || '(talk interval, hold interval, wrap interval)'] END,
	accessors,
	ARRAY(SELECT prefix || alias FROM unnest(stage_aliases) AS alias, unnest(prefixes) AS prefix),
	NULL, scope, format(how, what), format('%s %s, over %s.', title, what, scope), format(ask, subject),
	format('SELECT %s_%s(%s) FROM %s', statistic, stage, arguments, relation)
FROM (VALUES
	('response', 'first response time', 'answered tickets', 'does a customer wait for a first response',
	 ARRAY['response time', 'frt', 'first reply time', 'first response time', 'time to first response'],
	 'created_at, first_response_at', 'tickets'),
	('resolution', 'resolution time', 'solved tickets', 'does it take to solve a ticket',
	 ARRAY['resolution time', 'mttr', 'time to resolve', 'time to close', 'ttr'],
	 'created_at, resolved_at', 'tickets WHERE solved'),
	('handle', 'handle time', 'handled contacts', 'does an agent work on a contact',
	 ARRAY['handle time', 'aht', 'handling time'],
	 'coalesce(handle_time, talk_time), CASE WHEN handle_time IS NULL THEN hold_time END, '
	 'CASE WHEN handle_time IS NULL THEN wrap_time END',
	 'tickets WHERE abandoned IS NOT TRUE'),
	('wait', 'waiting time', 'answered contacts', 'does a caller wait for an answer',
	 ARRAY['wait time', 'asa', 'speed of answer', 'waiting time'],
	 'wait_time', 'tickets WHERE abandoned IS NOT TRUE'),
	('duration', 'duration', 'rows that have one, such as next replies or times in a status',
	 'does any other step take',
	 ARRAY['duration', 'next reply time', 'next response time', 'time in status', 'delivery time'],
	 'started_at, ended_at', 'work_time WHERE state = ''busy''')
) AS s (stage, what, scope, subject, stage_aliases, arguments, relation),
(VALUES
	('avg', 'average', 'kpi_ratio_accum_duration', ARRAY['kpi_ratio=kpi_ratio_avg', 'kpi_durations=kpi_durations_avg'],
	 'Mean', ARRAY['average ', 'mean ', ''], 'sum of %s / number', 'How long %s on average?'),
	('median', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_median'],
	 'Median', ARRAY['median ', 'p50 '], 'percentile_cont(0.5) of %s', 'How long %s in a typical case?'),
	('p90', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p90'],
	 '90th percentile of the', ARRAY['p90 '], 'percentile_cont(0.9) of %s',
	 'How long %s at most, in nine of ten cases?'),
	('p95', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p95'],
	 '95th percentile of the', ARRAY['p95 '], 'percentile_cont(0.95) of %s',
	 'How long %s at most, in 95 of 100 cases?'),
	('p99', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p99'],
	 '99th percentile of the', ARRAY['p99 '], 'percentile_cont(0.99) of %s',
	 'How long %s at most, in 99 of 100 cases?')
) AS q (statistic, family, transition, accessors, title, prefixes, how, ask);
