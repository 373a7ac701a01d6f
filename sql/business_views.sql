
-- The views over what is not a ticket: agents' time, surveys, costs, subscriptions,
-- the help centre and customers.  Each is there when the relations that it needs
-- were given to kpi_build.

CREATE FUNCTION @extschema@.kpi_business_views(target_schema name)
RETURNS TABLE (name name, query text, description text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	ours CONSTANT text := format('%I', target_schema);
	tables CONSTANT text[] := ARRAY(SELECT q.kept_by FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q);
	week_complete CONSTANT text := @extschema@.kpi_is_complete('week'::text);
	month_complete CONSTANT text := @extschema@.kpi_is_complete('month'::text);
BEGIN
	RETURN QUERY SELECT 'bot_weekly'::name, format('SELECT d.week, d.channel, %s, %s FROM (%s) AS d, %s.kpi_settings AS c', week_complete,
		@extschema@.kpi_shown_list('ticket'::text, 'd'::text, '{tickets,bot_resolution,bot_escalation,bot_escalation_accuracy,bot_acceptance}'::text[]), @extschema@.kpi_merged(target_schema, 'ticket'::text, '{week,channel}'::text[]), ours),
		'what bots do, each week and channel'::text;

	-- a week may have visits, or tickets, alone
	RETURN QUERY SELECT 'self_service_weekly'::name, format('SELECT d.week, %s, %s%s FROM (SELECT * FROM (%s) AS t%s) AS d, %s.kpi_settings AS c', week_complete,
		@extschema@.kpi_shown_list('ticket'::text, 'd'::text, '{tickets,self_service}'::text[]),
		CASE WHEN 'help' = ANY (tables) THEN ', ' || @extschema@.kpi_shown_list('help'::text, 'd'::text, NULL::text[]) || ', d.sessions / nullif(d.tickets, 0)::double precision AS sessions_per_ticket' END,
		@extschema@.kpi_merged(target_schema, 'ticket'::text, '{week}'::text[]),
		CASE WHEN 'help' = ANY (tables) THEN format(' FULL JOIN (%s) AS h USING (week)', @extschema@.kpi_merged(target_schema, 'help'::text, '{week}'::text[])) END, ours),
		'what customers find by themselves, each week'::text;

	IF 'survey' = ANY (tables) THEN
		RETURN QUERY SELECT 'survey_weekly'::name, format('SELECT d.week, d.kind, d.channel, %s, %s FROM (%s) AS d, %s.kpi_settings AS c', week_complete,
			@extschema@.kpi_shown_list('survey'::text, 'd'::text, NULL::text[]), @extschema@.kpi_merged(target_schema, 'survey'::text, '{week,kind,channel}'::text[]), ours),
			'answers to surveys, each week, kind and channel'::text;
	END IF;

	IF 'contact' = ANY (tables) THEN
		RETURN QUERY SELECT 'omnichannel'::name, format('SELECT d.month, d.channel, %s, %s FROM (%s) AS d, %s.kpi_settings AS c', month_complete,
			@extschema@.kpi_shown_list('contact'::text, 'd'::text, NULL::text[]), @extschema@.kpi_merged(target_schema, 'contact'::text, '{month,channel}'::text[]), ours),
			'customers who are in touch again within seven days, and on another channel, each month and channel'::text;
	END IF;

	IF 'customer' = ANY (tables) THEN
		RETURN QUERY SELECT 'channel_preference_monthly'::name, format('WITH used AS (
				%s
			), preferred AS (
				SELECT DISTINCT ON (account_id, month) account_id, month, channel FROM used WHERE channel IS NOT NULL AND contacts > 0 ORDER BY account_id, month, contacts DESC, channel
			)
			SELECT month, channel, count(*) AS customers, count(*) FILTER (WHERE channel <> before) AS came_from_other_channel
			FROM (SELECT preferred.*, lag(channel) OVER (PARTITION BY account_id ORDER BY month) AS before FROM preferred) AS p GROUP BY 1, 2', @extschema@.kpi_merged(target_schema, 'customer'::text, '{account_id,month,channel}'::text[])),
			'the channel that each customer uses most in a month, and whether it was another one when the customer was last in touch'::text;
	END IF;

	IF 'work' = ANY (tables) THEN
		RETURN QUERY SELECT 'workforce_daily'::name, format('SELECT d.day, d.agent_id, %s, %s, a.resolved, a.resolved / nullif(@extschema@.in_hours(@extschema@.total_duration(d.worked)), 0) AS resolved_per_hour, %s
			FROM (%s) AS d LEFT JOIN (%s) AS a ON a.day = d.day AND a.agent_id = d.agent_id JOIN %s.kpi_settings AS c ON true',
			@extschema@.kpi_is_complete('day'::text), @extschema@.kpi_shown_list('work'::text, 'd'::text, NULL::text[]), @extschema@.kpi_shown_list('agent'::text, 'a'::text, '{qa,csat}'::text[]),
			@extschema@.kpi_merged(target_schema, 'work'::text, '{day,agent_id}'::text[]), @extschema@.kpi_merged(target_schema, 'agent'::text, '{day,agent_id}'::text[]), ours),
			'the time of each agent and day, with productivity, quality and satisfaction beside it'::text;
	END IF;

	IF 'cost' = ANY (tables) THEN
		-- Whatever channel a contact came on, it is one of those that a cost without
		-- channel pays for.
		RETURN QUERY SELECT 'cost_monthly'::name, format('WITH contacts AS (
				%1$s
			), d AS (
				SELECT month, component, channel, false AS is_total, @extschema@.ratio_numerator(spent) AS amount FROM (%2$s) AS t
				UNION ALL SELECT month, NULL, NULL, true, @extschema@.ratio_numerator(spent) FROM (%3$s) AS t
			)
			SELECT d.month, d.component, d.channel, d.is_total, %4$s, d.amount, n.tickets, d.amount / nullif(n.tickets, 0) AS cost_per_contact,
				n.deflected_contacts, n.deflected_contacts * total.amount / nullif(total.tickets, 0) AS cost_avoided%5$s
			FROM d CROSS JOIN LATERAL (SELECT sum(tickets)::bigint AS tickets, sum(deflected_contacts)::bigint AS deflected_contacts FROM contacts WHERE contacts.month = d.month AND (d.channel IS NULL OR contacts.channel = d.channel)) AS n
			CROSS JOIN LATERAL (SELECT (SELECT amount FROM d AS t WHERE t.month = d.month AND t.is_total) AS amount, (SELECT sum(tickets) FROM contacts WHERE contacts.month = d.month) AS tickets) AS total
			%6$s JOIN %7$s.kpi_settings AS c ON true',
			@extschema@.kpi_merged(target_schema, 'ticket'::text, '{month,channel}'::text[]), @extschema@.kpi_merged(target_schema, 'cost'::text, '{month,component,channel}'::text[]), @extschema@.kpi_merged(target_schema, 'cost'::text, '{month}'::text[]), month_complete,
			CASE WHEN 'subscription' = ANY (tables) THEN ', r.saved_revenue, 100 * r.saved_revenue / nullif(d.amount, 0) AS return_on_retention_pct' END,
			CASE WHEN 'subscription' = ANY (tables) THEN format('LEFT JOIN (SELECT s.month, %s FROM (%s) AS s) AS r ON r.month = d.month AND d.is_total',
				@extschema@.kpi_shown_list('subscription'::text, 's'::text, '{saved_revenue}'::text[]), @extschema@.kpi_merged(target_schema, 'subscription'::text, '{month}'::text[])) END, ours),
			'costs of each month by component and channel, and their total'::text;
	END IF;

	IF 'subscription' = ANY (tables) THEN
		RETURN QUERY SELECT 'lifecycle_monthly'::name, format('SELECT d.month, %s, %s, 100 - @extschema@.rate_pct(d.churn) AS retention_pct,
				@extschema@.customer_lifetime_value(@extschema@.ratio_value(d.revenue), 100::double precision, @extschema@.rate_pct(d.churn)) AS lifetime_revenue%s
			FROM (%s) AS d%s JOIN %s.kpi_settings AS c ON true', month_complete, @extschema@.kpi_shown_list('subscription'::text, 'd'::text, NULL::text[]),
			CASE WHEN 'customer_event' = ANY (tables) THEN ', ' || @extschema@.kpi_shown_list('customer_event'::text, 'e'::text, '{outreach_success}'::text[]) END,
			@extschema@.kpi_merged(target_schema, 'subscription'::text, '{month}'::text[]),
			CASE WHEN 'customer_event' = ANY (tables) THEN format(' LEFT JOIN (%s) AS e ON e.month = d.month', @extschema@.kpi_merged(target_schema, 'customer_event'::text, '{month}'::text[])) END, ours),
			'customers who stay, leave, join and renew, each month'::text;
		RETURN QUERY SELECT 'exit_reasons_monthly'::name, format('SELECT d.month, d.end_reason, %s, @extschema@.rate_hits(d.churn) AS customers, 100.0::double precision * @extschema@.rate_hits(d.churn) / sum(@extschema@.rate_hits(d.churn)) OVER (PARTITION BY d.month) AS share_pct
			FROM (%s) AS d, %s.kpi_settings AS c WHERE @extschema@.rate_hits(d.churn) > 0', month_complete, @extschema@.kpi_merged(target_schema, 'subscription'::text, '{month,end_reason}'::text[]), ours),
			'why customers leave, each month'::text;
	END IF;

	IF 'help' = ANY (tables) THEN
		RETURN QUERY SELECT 'article_usage'::name, format('SELECT d.article_id, %s FROM (%s) AS d, %s.kpi_settings AS c', @extschema@.kpi_shown_list('help'::text, 'd'::text, NULL::text[]),
			@extschema@.kpi_merged(target_schema, 'help'::text, '{article_id}'::text[]), ours),
			'articles of the help centre, and whether those who read them needed a ticket'::text;
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_business_views(name) IS 'internal: the views of a built schema over other relations than tickets';
