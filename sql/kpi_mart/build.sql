-- kpi_build: makes a mart in a schema of the caller.

-- The name of a time zone as PostgreSQL spells it.  Accepts the same names as
-- business_hours.
CREATE FUNCTION @extschema@.kpi_zone_name(time_zone text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE WHEN $1 !~ ';' THEN split_part(format('%s; Mo-Su 00:00-24:00', $1)::@extschema@.business_hours::text, ';', 1)
		ELSE $1 END;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_zone_name(text) IS 'internal: the name of a time zone as PostgreSQL spells it';

-- Raises an error for an invalid argument of kpi_build.
CREATE FUNCTION @extschema@.kpi_check_settings(
	tickets regclass, dimensions text[], week_start integer, csat_satisfied_from integer, ces_easy_from integer,
	lag interval, fcr_rule @extschema@.kpi_contact_rule, pausing_statuses text[], recontact_within interval)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	-- columns of the facts by which tallies can be split
	KNOWN CONSTANT text[] := '{team,channel,category,priority,customer_tier,account_id,customer_id,agent_id,agent_name}';
	MAX_DIMENSIONS CONSTANT int := 5;
	bad text;
BEGIN
	IF week_start NOT BETWEEN 1 AND 7 THEN
		RAISE EXCEPTION 'week_start % is out of range', week_start
			USING ERRCODE = 'invalid_parameter_value', HINT = '1 is Monday, 7 is Sunday.';
	ELSIF csat_satisfied_from NOT BETWEEN 0 AND 10 OR ces_easy_from NOT BETWEEN 0 AND 10 THEN
		RAISE EXCEPTION 'score threshold is out of range'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'csat_satisfied_from and ces_easy_from are scores from 0 to 10.';
	ELSIF lag < '0' OR lag > '1 year' THEN
		RAISE EXCEPTION 'lag % is out of range', lag
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is 0 to 1 year, and longer than the longest writing transaction.';
	ELSIF recontact_within < '0' OR recontact_within > '1 year' THEN
		RAISE EXCEPTION 'recontact_within % is out of range', recontact_within
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is 0 to 1 year.';
	ELSIF fcr_rule = 'no_recontact' AND 'customer_id' <> ALL (@extschema@.kpi_given_columns(tickets, 'tickets')) THEN
		RAISE EXCEPTION 'fcr_rule "%" needs the customer of each ticket', fcr_rule
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give tickets a column customer_id.';
	ELSIF EXISTS (
		SELECT FROM unnest(pausing_statuses) AS p
		WHERE p IS NULL OR p <> ALL ('{new,open,bot,pending,on_hold,solved,closed}'))
	THEN
		RAISE EXCEPTION 'unknown status in pausing_statuses %', pausing_statuses
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Statuses are new, open, bot, pending, on_hold, solved and closed.';
	ELSIF cardinality(dimensions) NOT BETWEEN 1 AND MAX_DIMENSIONS THEN
		RAISE EXCEPTION 'number of dimensions is out of range'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('A mart has 1 to %s dimensions.', MAX_DIMENSIONS);
	END IF;
	SELECT d.name INTO bad
	FROM unnest(dimensions) AS d (name)
	LEFT JOIN pg_attribute AS a ON a.attrelid = tickets AND a.attname = d.name AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_type AS t ON t.oid = a.atttypid
	WHERE d.name IS NULL
	OR d.name <> ALL (KNOWN) AND (
		a.attname IS NULL OR octet_length(d.name) > 63
		OR t.typnamespace <> 'pg_catalog'::regnamespace AND t.typtype <> 'e'
		OR d.name IN (
			SELECT c.name FROM @extschema@.kpi_contract AS c WHERE c.relation = 'tickets'
			-- also columns of the relations that have the dimensions
			UNION SELECT c.name FROM @extschema@.kpi_template AS t, @extschema@.kpi_template_columns(t.body) AS c
			WHERE t.body ~ '@([a-z]+_)?dimensions(_[a-z_]+)?@|@split@'
			UNION SELECT unnest('{as_of,changed_at,subset,tally,ci,fraction,scale,response_ended_at,handle_given,seen}'::text[])
			UNION SELECT unnest('{by_agent,is_counted,is_pending,is_hit,is_impossible,scope,since,until,only_tickets}'::text[])
			UNION SELECT unnest('{first_hours,due,response_due,resolution_due,response_target,resolution_target,targets}'::text[])
			UNION SELECT unnest('{clock_ended_at,next_day,growth,span,number}'::text[]))
		OR d.name LIKE 'has\_%' OR d.name LIKE 'kpi\_%')
	OR (SELECT count(*) FROM unnest(dimensions) AS other WHERE other = d.name) > 1
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION '"%" cannot be a dimension', bad
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = format('Name columns of the tickets, each once: %s, or one of your own. '
					'If the mart has a column of that name, select it under another name in a view.',
					array_to_string(KNOWN, ', '));
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_settings(
	regclass, text[], integer, integer, integer, interval, @extschema@.kpi_contact_rule, text[], interval)
IS 'internal: raises an error for an invalid argument of kpi_build';

-- Makes the schema unless it exists and belongs to the caller.  Returns whether it was made.
CREATE FUNCTION @extschema@.kpi_make_schema(target_schema name) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	makes CONSTANT boolean := NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = target_schema);
	owner name;
	creators text;
BEGIN
	IF makes THEN
		EXECUTE format('CREATE SCHEMA %I', target_schema);
		-- rights that ALTER DEFAULT PRIVILEGES granted
		FOR creators IN
			SELECT @extschema@.kpi_role_name(a.grantee)
			FROM pg_namespace AS n, aclexplode(n.nspacl) AS a
			WHERE n.nspname = target_schema AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
		LOOP
			EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %s', target_schema, creators);
		END LOOP;
	END IF;
	SELECT pg_get_userbyid(n.nspowner),
		(SELECT string_agg(DISTINCT @extschema@.kpi_role_name(a.grantee), ', ')
		 FROM aclexplode(n.nspacl) AS a WHERE a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner)
	INTO owner, creators
	FROM pg_namespace AS n WHERE n.nspname = target_schema;
	IF owner <> current_user THEN
		RAISE EXCEPTION 'schema "%" belongs to role "%"', target_schema, owner
			USING ERRCODE = 'insufficient_privilege', HINT = 'Build into a schema of your own, or into a new one.';
	ELSIF creators IS NOT NULL THEN
		RAISE EXCEPTION 'other roles can create objects in schema "%"', target_schema
			USING ERRCODE = 'insufficient_privilege',
				  HINT = format('REVOKE CREATE ON SCHEMA %I FROM %s;', target_schema, creators);
	END IF;
	RETURN makes;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_make_schema(name)
IS 'internal: makes a schema, or raises an error unless only the caller can create objects in it';

CREATE FUNCTION @extschema@.kpi_build(
	tickets regclass, target_schema name, time_zone text,
	surveys regclass DEFAULT NULL,
	messages regclass DEFAULT NULL,
	status_changes regclass DEFAULT NULL,
	sla_targets regclass DEFAULT NULL,
	work_time regclass DEFAULT NULL,
	subscriptions regclass DEFAULT NULL,
	customer_events regclass DEFAULT NULL,
	costs regclass DEFAULT NULL,
	help_sessions regclass DEFAULT NULL,
	hours @extschema@.business_hours DEFAULT NULL,
	lexicon @extschema@.sentiment_lexicon DEFAULT 'english',
	week_start integer DEFAULT 1,
	source_time_zone text DEFAULT 'UTC',
	fcr_rule @extschema@.kpi_contact_rule DEFAULT NULL,
	csat_satisfied_from integer DEFAULT NULL,
	ces_easy_from integer DEFAULT 5,
	dimensions text[] DEFAULT '{team,channel}',
	attribute @extschema@.kpi_attribute DEFAULT 'event',
	track @extschema@.kpi_tracking DEFAULT 'updated_at',
	lag interval DEFAULT '1 hour',
	response_from @extschema@.kpi_response_start DEFAULT 'creation',
	pausing_statuses text[] DEFAULT '{pending,on_hold}',
	pause_response boolean DEFAULT false,
	recontact_within interval DEFAULT '7 days',
	recontact_same_category boolean DEFAULT false,
	accept_errors boolean DEFAULT false)
RETURNS TABLE (object text, kind text, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
SET constraint_exclusion = off
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
SET jit = off
SET enable_memoize = off
-- enough for the plans of the tallies; ANALYZE takes a fifth of the time
SET default_statistics_target = 30
-- Citus would warn of each view over local tables
SET citus.enable_ddl_propagation = off
-- over another connection Citus would not see the new schema
SET citus.enable_local_execution = on
AS $body$
DECLARE
	work_mem CONSTANT text := current_setting('work_mem');
	makes_schema boolean;
	given record;
	problem text;
	made record;
BEGIN
	IF num_nulls(tickets, target_schema, time_zone, lexicon, week_start, source_time_zone, ces_easy_from, dimensions, attribute, track,
		lag, response_from, pausing_statuses, pause_response, recontact_within, recontact_same_category, accept_errors) > 0
	THEN
		RAISE EXCEPTION 'only hours, fcr_rule, csat_satisfied_from and the optional relations can be NULL'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.kpi_require_new_snapshots();
	IF @extschema@.kpi_superuser_acts() THEN
		RAISE EXCEPTION 'a superuser cannot build as another role'
			USING ERRCODE = 'insufficient_privilege', HINT = format('Connect as role "%s".', current_user);
	END IF;
	IF EXISTS (SELECT FROM @extschema@.kpi_marts() AS m WHERE m.target_schema = kpi_build.target_schema) THEN
		RAISE EXCEPTION 'mart "%" already exists', target_schema
			USING ERRCODE = 'duplicate_object', HINT = 'Call kpi_drop first, or build into another schema.';
	END IF;
	PERFORM @extschema@.kpi_check_settings(tickets, dimensions, week_start, csat_satisfied_from, ces_easy_from, lag, fcr_rule,
		pausing_statuses, recontact_within);
	FOR given IN
		SELECT r.*
		FROM (VALUES
			('tickets', tickets), ('messages', messages), ('status_changes', status_changes), ('sla_targets', sla_targets),
			('surveys', surveys), ('work_time', work_time), ('subscriptions', subscriptions),
			('customer_events', customer_events), ('costs', costs), ('help_sessions', help_sessions)) AS r (contract, relation)
		WHERE r.relation IS NOT NULL
	LOOP
		PERFORM @extschema@.kpi_require_readable(given.relation, given.contract, tickets);
	END LOOP;

	makes_schema := @extschema@.kpi_make_schema(target_schema);
	PERFORM @extschema@.kpi_make_table(target_schema, 'kpi_object'::name),
		@extschema@.kpi_make_table(target_schema, 'kpi_settings'::name);
	EXECUTE format('INSERT INTO %I.kpi_settings (made_schema,
			tickets, messages, status_changes, sla_targets, surveys, work_time, subscriptions, customer_events, costs, help_sessions,
			time_zone, source_time_zone, hours, lexicon, week_start, fcr_rule, csat_satisfied_from, ces_easy_from,
			dimensions, attribute, track, lag, response_from,
			pausing_statuses, pause_response, recontact_within, recontact_same_category, accept_errors)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
			$27, $28, $29)', target_schema)
	USING makes_schema,
		tickets, messages, status_changes, sla_targets, surveys, work_time, subscriptions, customer_events, costs, help_sessions,
		@extschema@.kpi_zone_name(time_zone), @extschema@.kpi_zone_name(source_time_zone), hours, lexicon, week_start,
		fcr_rule, csat_satisfied_from, ces_easy_from, dimensions, attribute, track, lag, response_from,
		pausing_statuses, pause_response, recontact_within, recontact_same_category, accept_errors;
	-- some depend on the settings
	PERFORM @extschema@.kpi_make_table(target_schema, t.name)
	FROM unnest('{kpi_own_measure,kpi_state,kpi_source,kpi_sla_policy,kpi_target,kpi_priority,kpi_health_weight,kpi_alerts,
		kpi_followup}'::name[]) AS t (name);
	-- before anything is read, so that no later change is lost
	IF track = 'triggers' THEN
		PERFORM @extschema@.kpi_make_table(target_schema, 'kpi_change'::name);
		PERFORM @extschema@.kpi_start_tracking(target_schema);
	END IF;
	-- Rows committed while the facts are read are newer than those seen here, so the next
	-- refresh finds them.
	EXECUTE format('INSERT INTO %I.kpi_state (as_of, seen, fingerprint, columns) VALUES ($1, $2, $3, $4)', target_schema)
	USING @extschema@.kpi_judged_at(target_schema), @extschema@.kpi_latest_change(target_schema, 'tickets'::text),
		@extschema@.kpi_fingerprint(target_schema), @extschema@.kpi_relation_columns(tickets, 'tickets'::text);
	FOR given IN
		SELECT r.*, r.contract = ANY (@extschema@.kpi_event_contracts()) AS is_event
		FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract <> 'tickets'
	LOOP
		EXECUTE format('INSERT INTO %I.kpi_source (contract, columns, seen, rows) VALUES ($1, $2, $3, $4)', target_schema)
		USING given.contract, @extschema@.kpi_relation_columns(given.relation, given.contract),
			CASE WHEN given.is_event THEN @extschema@.kpi_latest_change(target_schema, given.contract) END,
			CASE WHEN NOT given.is_event THEN @extschema@.kpi_late_rows(target_schema, given.contract, NULL::timestamptz) END;
	END LOOP;

	-- the planner expects only hundreds of rows in tables that were never analyzed
	EXECUTE format('ANALYZE %1$I.kpi_state, %1$I.kpi_sla_policy', target_schema);
	PERFORM set_config('work_mem', @extschema@.kpi_work_mem(), true);
	BEGIN
		PERFORM @extschema@.kpi_make_views(target_schema, false);
	EXCEPTION WHEN unique_violation THEN
		GET STACKED DIAGNOSTICS problem = PG_EXCEPTION_DETAIL;
		RAISE EXCEPTION 'relation % has several rows with one id', CASE WHEN problem LIKE 'Key (response_id)%' THEN surveys ELSE tickets END
			USING ERRCODE = 'unique_violation', DETAIL = problem,
				  HINT = 'kpi_check_relation finds them. accept_errors => true builds on one row for each id.';
	END;
	PERFORM @extschema@.kpi_note_answers(target_schema, NULL::date[], true, false);
	PERFORM set_config('work_mem', work_mem, true);

	FOR made IN EXECUTE format('SELECT o.name, o.kind, o.relation FROM %I.kpi_object AS o ORDER BY o.position', target_schema) LOOP
		object := made.name;
		kind := made.kind;
		rows := NULL;
		IF made.kind IN ('table', 'user table') THEN
			EXECUTE format('SELECT count(*) FROM %s', made.relation) INTO rows;
		END IF;
		RETURN NEXT;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_build(
	regclass, name, text, regclass, regclass, regclass, regclass, regclass, regclass, regclass, regclass, regclass,
	@extschema@.business_hours, @extschema@.sentiment_lexicon, integer, text, @extschema@.kpi_contact_rule, integer, integer, text[],
	@extschema@.kpi_attribute, @extschema@.kpi_tracking, interval, @extschema@.kpi_response_start, text[], boolean, interval, boolean,
	boolean)
IS 'makes a data mart of tickets, and of the other relations given, in a schema of your own: facts, daily tallies and views; '
'returns what it made';
