
-- The views of a built schema.  They show plain numbers, with the unit in the name
-- of a column; NULL where nothing happened.

-- The schema is one that kpi_build made, or an error.  Whoever can create objects
-- there may have put a view in place of a table: it would run as the caller.
CREATE FUNCTION @extschema@.kpi_require_built(target_schema name)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF target_schema IS NULL THEN
		RAISE EXCEPTION 'target_schema cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF (SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = target_schema AND c.relname IN ('kpi_settings', 'kpi_object') AND c.relkind = 'r') < 2
	THEN
		RAISE EXCEPTION 'schema "%" was not made by kpi_build', target_schema USING ERRCODE = 'undefined_object';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_built(name) IS 'internal: an error unless kpi_build has made the schema';

-- The columns in which a view shows the tallies of a table, which it calls alias,
-- given the settings c.
CREATE FUNCTION @extschema@.kpi_shown_columns(kept_by text, alias text)
RETURNS TABLE (name text, answer text, description text, is_main boolean, measure text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT replace(s.shown, '%', m.name), format(s.answer, $2 || '.' || m.name), replace(s.description, '%', m.description), s.position = 1, m.name
	FROM @extschema@.kpi_kept($1) AS m
	JOIN @extschema@.kpi_shown AS s ON s.measure_type = m.type AND coalesce(s.measure, m.name) = m.name
	WHERE m.name <> 'closed'
	ORDER BY m.position, s.position;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_shown_columns(text, text) IS 'internal: the columns in which views show a tally table';

-- Those of all measures without any, as a list.
CREATE FUNCTION @extschema@.kpi_shown_list(kept_by text, alias text, measures text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT string_agg(format('%s AS %I', s.answer, s.name), ', ')
	FROM @extschema@.kpi_shown_columns($1, $2) AS s
	WHERE $3 IS NULL OR s.measure = ANY ($3);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_shown_list(text, text, text[]) IS 'internal: a list of the columns in which views show a tally table';

-- A table of tallies merged by other keys: its columns, or the period that a day is in.
CREATE FUNCTION @extschema@.kpi_merged(target_schema name, kept_by text, keys text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('SELECT %s, %s FROM %I.%I AS t, %3$I.kpi_settings AS c GROUP BY %5$s', k.expressions, (SELECT string_agg(m.merged, ', ' ORDER BY m.position) FROM @extschema@.kpi_kept($2) AS m),
		$1, (SELECT t.name FROM @extschema@.kpi_tally_table AS t WHERE t.kept_by = $2), k.positions)
	FROM (
		SELECT string_agg(format('%s AS %I', coalesce(p.expression, format('t.%I', u.key)), u.key), ', ' ORDER BY u.n) AS expressions, string_agg(u.n::text, ', ' ORDER BY u.n) AS positions
		FROM unnest($3) WITH ORDINALITY AS u (key, n) LEFT JOIN (VALUES
			('month', 'date_trunc(''month'', t.day::timestamp)::date'),
			('week', 't.day - (extract(isodow FROM t.day)::integer - c.week_start + 7) % 7'),
			('weekday', 'extract(isodow FROM t.day)::integer'),
			('tenure_month', 'floor((t.day - t.agent_hired_on) / 30.4375)::integer')
		) AS p (key, expression) ON p.key = u.key
	) AS k;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_merged(name, text, text[]) IS 'internal: the query that merges a tally table by other keys';

-- Whether a period of rows d is over and counted, given the settings c.
CREATE FUNCTION @extschema@.kpi_is_complete(period text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE $1 WHEN 'month' THEN '(d.month + interval ''1 month'')::date' WHEN 'week' THEN 'd.week + 7' ELSE 'd.day + 1' END || ' <= c.complete_until AS is_complete';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_is_complete(text) IS 'internal: a column that tells whether a period is over and counted';

CREATE FUNCTION @extschema@.kpi_due_at(started timestamptz, allowed interval, hours @extschema@.business_hours) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_due_at' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_due_at(timestamptz, interval, @extschema@.business_hours) IS 'internal: business_deadline, but NULL when there will never be so much open time';

CREATE FUNCTION @extschema@.kpi_views(target_schema name)
RETURNS TABLE (name name, query text, description text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	ours CONSTANT text := format('%I', target_schema);
	by_ticket CONSTANT text := @extschema@.kpi_shown_list('ticket'::text, 'd'::text, NULL::text[]);
	by_agent CONSTANT text := @extschema@.kpi_shown_list('agent'::text, 'd'::text, NULL::text[]);
	-- with the days from the first to the last that are such weekdays
	by_hour CONSTANT text := format('SELECT d.*, d.tickets / ((s.last - s.first - (d.weekday - extract(isodow FROM s.first)::integer + 7) %% 7 + 7) / 7)::double precision AS tickets_per_hour
		FROM (%s) AS d, (SELECT min(day) AS first, max(day) AS last FROM %I.hourly_tally) AS s', @extschema@.kpi_merged(target_schema, 'hour'::text, '{weekday,hour}'::text[]), target_schema);
	tickets text;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	tickets := format('SELECT r.*, coalesce(r.hours, c.hours) AS calendar FROM (%s) AS r, %s.kpi_settings AS c WHERE r.is_unresolved AND r.created_at IS NOT NULL',
					  @extschema@.kpi_with_policies(target_schema, settings.dimensions, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, settings.dimensions, '{}'::text[], NULL::date[]), true), ours);

	RETURN QUERY VALUES
	('executive_monthly'::name, format(
		'WITH d AS (%s)
		SELECT d.month, %s, %s, %s
		FROM d JOIN %s.kpi_settings AS c ON true LEFT JOIN d AS y ON y.month = (d.month - interval ''1 year'')::date',
		@extschema@.kpi_merged(target_schema, 'ticket'::text, '{month}'::text[]), @extschema@.kpi_is_complete('month'::text), by_ticket,
		(SELECT string_agg(format('%s AS %I', s.answer, s.name || '_last_year'), ', ') FROM @extschema@.kpi_shown_columns('ticket'::text, 'y'::text) AS s WHERE s.is_main), ours),
	 'each month, with the same month of the year before'),
	('team_weekly', format(
		'SELECT d.week, d.team, %s, %s FROM (%s) AS d, %s.kpi_settings AS c',
		@extschema@.kpi_is_complete('week'::text), by_ticket, @extschema@.kpi_merged(target_schema, 'ticket'::text, '{week,team}'::text[]), ours),
	 'each week and team'),
	('agent_daily', format(
		'SELECT d.day, d.agent_id, n.agent_name, %1$s, %2$s
		FROM (%3$s) AS d JOIN (SELECT agent_id, max(agent_name) AS agent_name FROM %4$s.agent_daily_tally GROUP BY agent_id) AS n USING (agent_id), %4$s.kpi_settings AS c',
		@extschema@.kpi_is_complete('day'::text), by_agent, @extschema@.kpi_merged(target_schema, 'agent'::text, '{day,agent_id}'::text[]), ours),
	 'each day and agent'),
	('new_agent_ramp', format(
		'SELECT d.tenure_month, %s FROM (%s) AS d, %s.kpi_settings AS c WHERE d.tenure_month >= 0',
		by_agent, @extschema@.kpi_merged(target_schema, 'agent'::text, '{tenure_month}'::text[]), ours),
	 'agents by months since they were hired'),
	('channel_consistency', format(
		'WITH d AS (%s), answers AS (
			SELECT d.month, kpi, d.channel, pct, rate FROM d, LATERAL (VALUES
				(''fcr_pct'', @extschema@.rate_pct(d.fcr), d.fcr),
				(''sla_response_pct'', @extschema@.rate_pct(d.sla_response), d.sla_response),
				(''sla_resolution_pct'', @extschema@.rate_pct(d.sla_resolution), d.sla_resolution),
				(''reopen_pct'', @extschema@.rate_pct(d.reopen), d.reopen)
			) AS v (kpi, pct, rate) WHERE pct IS NOT NULL AND d.channel IS NOT NULL
		), ends AS (
			SELECT month, kpi, count(*) AS channels,
				(array_agg(channel ORDER BY pct, channel))[1] AS lowest_channel, min(pct) AS lowest_pct, (array_agg(rate ORDER BY pct, channel))[1] AS low,
				(array_agg(channel ORDER BY pct DESC, channel))[1] AS highest_channel, max(pct) AS highest_pct, (array_agg(rate ORDER BY pct DESC, channel))[1] AS high
			FROM answers GROUP BY month, kpi
		)
		SELECT month, kpi, channels, lowest_channel, lowest_pct, highest_channel, highest_pct, (change).value AS spread_points, (change).low AS spread_low_points, (change).high AS spread_high_points
		FROM (SELECT ends.*, @extschema@.rate_change(low, high, 0.95::double precision) AS change FROM ends) AS e',
		@extschema@.kpi_merged(target_schema, 'ticket'::text, '{month,channel}'::text[])),
	 'how far channels are apart each month, with the interval of the difference'),
	('volume_heatmap', format('SELECT d.weekday, d.hour, d.tickets, d.tickets_per_hour FROM (%s) AS d', by_hour),
	 'tickets created by hour of the week'),
	('staffing_by_hour', format(
		'SELECT d.weekday, d.hour, d.tickets_per_hour, @extschema@.in_seconds(v.handle) AS handle_avg_seconds, @extschema@.in_seconds(@extschema@.p90_duration(d.response)) AS response_p90_seconds,
			@extschema@.rate_pct(d.abandonment) AS abandonment_pct, @extschema@.sample_size(d.abandonment) AS abandonment_n,
			CASE WHEN v.handle > ''0'' THEN @extschema@.erlang_agents(d.tickets_per_hour, v.handle, 80::double precision, ''20 s''::interval, NULL::double precision, NULL::double precision) END AS agents_needed
		FROM (%s) AS d, LATERAL (SELECT @extschema@.avg_duration(d.handle) AS handle) AS v', by_hour),
	 'load and agents needed by hour of the week, to answer 80 percent within 20 seconds'),
	-- a ticket of the year 3 is not to give half a million days
	('backlog_daily', format(
		'SELECT d.day + n AS day, CASE n WHEN 0 THEN d.opened ELSE 0 END AS opened, CASE n WHEN 0 THEN d.closed ELSE 0 END AS closed, d.backlog
		FROM (SELECT day, opened, closed, sum(opened - closed) OVER (ORDER BY day)::bigint AS backlog, lead(day) OVER (ORDER BY day) - day AS days
			FROM (SELECT day, sum(tickets)::bigint AS opened, sum(closed)::bigint AS closed FROM %s.ticket_daily GROUP BY day) AS t) AS d,
		generate_series(0, CASE WHEN d.days <= 366 THEN d.days - 1 ELSE 0 END) AS n', ours),
	 'tickets open at the end of each day; of a gap of more than a year there are no days'),
	-- Missed is what the vendor says is missed, or what was due by now.  An answer at
	-- an impossible time tells nothing.
	('open_tickets', format(
		'SELECT t.ticket_id, t.agent_id, t.agent_name, t.team, t.channel, t.category, t.priority, t.customer_tier, t.created_at, extract(epoch FROM now() - t.created_at)::double precision AS age_seconds,
			due.response_at AS response_due_at, due.resolution_at AS resolution_due_at,
			coalesce(t.sla_response_met, CASE WHEN t.is_unanswered OR t.first_response_at IS NOT NULL THEN @extschema@.sla_met(t.created_at, t.first_response_at, @extschema@.kpi_working_target(t.sla_response, t.calendar), t.calendar, now(), NULL::tstzmultirange) END) IS FALSE
				OR coalesce(t.sla_resolution_met, @extschema@.sla_met(t.created_at, NULL::timestamptz, @extschema@.kpi_working_target(t.sla_resolution, t.calendar), t.calendar, now(), NULL::tstzmultirange)) IS FALSE AS is_breached,
			coalesce(@extschema@.business_time(now(), least(CASE WHEN due.response_at >= now() THEN due.response_at END, CASE WHEN due.resolution_at >= now() THEN due.resolution_at END), t.calendar, NULL::tstzmultirange) <= interval ''2 hours'', false) AS is_due_within_2_hours%s
		FROM (%s) AS t,
		LATERAL (SELECT CASE WHEN t.is_unanswered AND t.sla_response_met IS NOT FALSE THEN @extschema@.kpi_due_at(t.created_at, t.sla_response, t.calendar) END AS response_at,
			@extschema@.kpi_due_at(t.created_at, t.sla_resolution, t.calendar) AS resolution_at) AS due',
		(SELECT string_agg(format(', t.%I::text AS %1$I', d), '' ORDER BY n) FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n)
		 WHERE d <> ALL ('{ticket_id,agent_id,agent_name,created_at,age_seconds,response_due_at,resolution_due_at,is_breached,is_due_within_2_hours}'::text[])), tickets),
	 'tickets that are open now, and when they are due'),
	('backlog_age', format(
		'SELECT age, count(*) AS tickets FROM (SELECT CASE WHEN age < interval ''1 day'' THEN ''0-1 days'' WHEN age < interval ''3 days'' THEN ''1-3 days'' WHEN age < interval ''7 days'' THEN ''3-7 days'' ELSE ''over 7 days'' END AS age
			FROM (SELECT justify_hours(now() - created_at) AS age FROM (%s) AS t) AS t) AS a GROUP BY age', tickets),
	 'tickets that are open now, by age');
	RETURN QUERY SELECT * FROM @extschema@.kpi_business_views(target_schema);
	RETURN QUERY SELECT * FROM @extschema@.kpi_customer_views(target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_views(name) IS 'internal: the views of a built schema';

-- What the columns of a built schema mean, each name once.
CREATE FUNCTION @extschema@.kpi_described_columns()
RETURNS TABLE (name text, description text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH shown AS MATERIALIZED (
		SELECT s.name, s.description FROM @extschema@.kpi_tally_table AS t, @extschema@.kpi_shown_columns(t.kept_by, 'd'::text) AS s
	)
	SELECT DISTINCT ON (d.name) d.name, d.description
	FROM (
		SELECT 1 AS source, f.name, f.description FROM (VALUES
			('day', 'day, in the time zone of the schema'), ('week', 'first day of the week'), ('month', 'first day of the month'), ('hour', 'hour of the day, 0 to 23'), ('weekday', 'day of the week, 1 Monday to 7 Sunday'),
			('team', 'team'), ('channel', 'channel'), ('category', 'category'), ('priority', 'priority'), ('customer_tier', 'tier of the customer'),
			('agent_id', 'agent'), ('agent_name', 'name of the agent'), ('agent_hired_on', 'when the agent was hired'), ('ticket_id', 'ticket'), ('created_at', 'when the ticket was created'),
			('is_complete', 'whether the period is over, and all of it has been counted'), ('tenure_month', 'months since the agent was hired; 0 is the first'),
			('kpi', 'name of the KPI'), ('channels', 'how many channels have it'), ('lowest_channel', 'channel with the lowest value'), ('lowest_pct', 'lowest value, in percent'),
			('highest_channel', 'channel with the highest value'), ('highest_pct', 'highest value, in percent'), ('spread_points', 'difference of the two, in points'),
			('spread_low_points', 'low end of the 95 percent interval of the difference'), ('spread_high_points', 'high end of the 95 percent interval of the difference'),
			('tickets_per_hour', 'tickets created in such an hour, on average'), ('agents_needed', 'agents that it takes (Erlang C)'),
			('kind', 'kind of survey: nps, csat or ces'), ('component', 'kind of cost'), ('is_total', 'whether it is the total of the month'), ('plan', 'plan of the subscription'), ('end_reason', 'why customers left'), ('article_id', 'article of the help centre'),
			('account_id', 'customer'), ('event', 'what happened'), ('resolved_per_hour', 'tickets resolved per hour worked'), ('sessions_per_ticket', 'visits to the help centre per ticket'), ('amount', 'cost'),
			('cost_avoided', 'what these contacts would have cost, at the cost per contact of all'),
			('return_on_retention_pct', 'monthly revenue of customers who were approached and stayed, in percent of the cost of the month'), ('retention_pct', 'customers kept, of those at the start, in percent'),
			('lifetime_revenue', 'revenue over the lifetime of a customer, before costs'), ('customers', 'customers'), ('came_from_other_channel', 'customers who preferred another channel when they were last in touch'), ('share_pct', 'share, in percent'),
			('as_of', 'day up to which, but without it, everything counts'), ('health_score', 'mean of the signals by the weights in kpi_health_weight, 0 (bad) to 100 (good)'), ('band', 'at risk below 40, watch below 70, otherwise healthy'), ('warnings', 'what to look at, in words'),
			('contacts_normal', 'tickets created in a quarter of the year before'), ('oldest_unresolved_days', 'days since the oldest ticket was created that is open'), ('payment_failures', 'events payment_failed in 90 days'), ('nps_change', 'net promoter score of the last 90 days less that of the 360 days before, in points'),
			('band_from', 'health scores from this'), ('band_to', 'up to this, but 100 included'), ('outcome', 'what came of a renewal'), ('n', 'of how many'), ('mean_if_renewed', 'mean before renewals that were made'), ('mean_if_not', 'mean before those that were not'),
			('correlation', 'correlation of the KPI with the outcome'), ('correlation_low', 'correlation: low end of the 95 percent interval'), ('correlation_high', 'correlation: high end of the 95 percent interval'),
			('opened', 'tickets created'), ('closed', 'tickets resolved; those without a possible time of it on the day they were created'), ('backlog', 'tickets open at the end of the day'), ('age', 'time since the ticket was created'), ('age_seconds', 'time since the ticket was created, in seconds'),
			('response_due_at', 'when the first response is due'), ('resolution_due_at', 'when the resolution is due'), ('is_breached', 'whether a target has been missed'), ('is_due_within_2_hours', 'whether a target is due within two business hours')
		) AS f (name, description)
		UNION ALL SELECT 2, shown.name, shown.description FROM shown
		UNION ALL SELECT 2, shown.name || '_last_year', shown.description || ', a year before' FROM shown
		UNION ALL SELECT 3, m.name, m.description || ': a tally, to be asked or merged' FROM @extschema@.kpi_measure AS m
		UNION ALL SELECT 4, signal || '_signal', 'signal of customer_health, 0 (bad) to 100 (good); see kpi_health_weight' FROM @extschema@.kpi_health_weight_template
	) AS d
	ORDER BY d.name, d.source, d.description;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_described_columns() IS 'internal: the comments of the columns of a built schema';
