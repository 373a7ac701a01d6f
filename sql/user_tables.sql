
-- Tables of a built schema whose rows are the user's: targets, policies, alerts,
-- follow-ups and weights.  They stand in each built schema, not in the extension, so that they
-- belong to whoever built it, pg_dump takes them as any table, and no update of the
-- extension touches them.  Each is made like the template here of its name, with its
-- rows.

CREATE TABLE @extschema@.kpi_target_template (
	kpi text NOT NULL,
	segment jsonb NOT NULL DEFAULT '{}',
	direction @extschema@.kpi_direction NOT NULL,
	target double precision,
	warning double precision,
	low double precision,
	high double precision,
	clock text CHECK (clock IN ('calendar', 'business')),
	valid_from date NOT NULL DEFAULT '-infinity',
	days integer DEFAULT 7 CHECK (days BETWEEN 1 AND 3660),
	owner text CHECK (octet_length(owner) <= 200),
	PRIMARY KEY (kpi, segment, valid_from),
	-- short enough for a notification and for an index
	CONSTRAINT segment_of_texts CHECK (jsonb_typeof(segment) = 'object' AND NOT jsonb_path_exists(segment, 'strict $.* ? (@.type() != "string")') AND octet_length(segment::text) <= 1000),
	-- no NULL, or the comparison would let anything pass
	CONSTRAINT target_or_band CHECK (CASE direction
		WHEN 'range' THEN num_nulls(low, high) = 0 AND low <= high AND num_nonnulls(target, warning) = 0
		ELSE target IS NOT NULL AND num_nonnulls(low, high) = 0
			AND CASE direction WHEN 'up' THEN coalesce(warning, target) <= target ELSE coalesce(warning, target) >= target END END),
	CONSTRAINT finite_numbers CHECK (coalesce(greatest(target, warning, low, high) < 'infinity' AND least(target, warning, low, high) > '-infinity', true))
);
COMMENT ON TABLE @extschema@.kpi_target_template IS 'what a KPI is to reach, of all tickets or of a segment; kpi_scorecard shows the status, and kpi_refresh raises alerts';
COMMENT ON COLUMN @extschema@.kpi_target_template.kpi IS 'a KPI as kpi_scorecard names it, or overdue_tickets: open tickets that have missed a target of their own';
COMMENT ON COLUMN @extschema@.kpi_target_template.segment IS 'which tickets: columns of ticket_daily with their values, such as {"channel": "phone"}; agent_id of agent_daily_tally; {} is all. A segment without a target has that of the larger one';
COMMENT ON COLUMN @extschema@.kpi_target_template.direction IS 'up or down with a target, range with low and high';
COMMENT ON COLUMN @extschema@.kpi_target_template.target IS 'good from here on, in the unit of the KPI';
COMMENT ON COLUMN @extschema@.kpi_target_template.warning IS 'from here to the target it is a warning, beyond it a breach; NULL: no warning';
COMMENT ON COLUMN @extschema@.kpi_target_template.low IS 'lower end of a range';
COMMENT ON COLUMN @extschema@.kpi_target_template.high IS 'upper end of a range';
COMMENT ON COLUMN @extschema@.kpi_target_template.clock IS 'calendar or business hours, for durations: where the schema counts the other ones, nothing is compared; NULL: whatever the schema counts';
COMMENT ON COLUMN @extschema@.kpi_target_template.valid_from IS 'day from which on this row counts, until that of the next one';
COMMENT ON COLUMN @extschema@.kpi_target_template.days IS 'alerts look at so many complete days, and escalate after as many; NULL: no alerts. Nor is there one of a KPI that is neither a count nor has an interval, such as cost_per_contact';
COMMENT ON COLUMN @extschema@.kpi_target_template.owner IS 'who owns the alerts';

CREATE TABLE @extschema@.kpi_sla_policy_template (
	customer_tier text,
	priority text,
	channel text,
	sla_response interval CHECK (sla_response > '0' AND sla_response <= '20 years'),
	sla_resolution interval CHECK (sla_resolution > '0' AND sla_resolution <= '20 years'),
	hours @extschema@.business_hours
);
-- as UNIQUE NULLS NOT DISTINCT of PostgreSQL 15
CREATE UNIQUE INDEX ON @extschema@.kpi_sla_policy_template ((ARRAY[customer_tier, priority, channel]));
COMMENT ON TABLE @extschema@.kpi_sla_policy_template IS 'SLA targets of tickets that have none of their own; of the policies that fit a ticket, the one that says most counts, and of equals the one that names the tier, then the priority';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.customer_tier IS 'tier of the customer; NULL is any';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.priority IS 'priority of the ticket; NULL is any';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.channel IS 'channel of the ticket; NULL is any';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.sla_response IS 'time to the first response; NULL: no target';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.sla_resolution IS 'time to the resolution; NULL: no target';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.hours IS 'opening hours for these tickets, before those of the schema';

CREATE TABLE @extschema@.kpi_alerts_template (
	kpi text NOT NULL,
	segment jsonb NOT NULL,
	opened_at timestamptz NOT NULL,
	closed_at timestamptz,
	level text NOT NULL CHECK (level IN ('warning', 'breach')),
	value double precision,
	low double precision,
	high double precision,
	n bigint,
	step integer NOT NULL,
	stepped_on date NOT NULL,
	owner text,
	acknowledged_at timestamptz,
	note text,
	PRIMARY KEY (kpi, segment, opened_at)
);
-- one open alert at a time
CREATE UNIQUE INDEX ON @extschema@.kpi_alerts_template (kpi, segment) WHERE closed_at IS NULL;
COMMENT ON TABLE @extschema@.kpi_alerts_template IS 'breaches of targets that are more than chance; kpi_refresh opens, escalates and closes them';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.kpi IS 'KPI of the target';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.segment IS 'segment of the target';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.opened_at IS 'when the breach was found';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.closed_at IS 'when the KPI was back at its target, or the target was gone';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.level IS 'warning, or breach beyond the warning level';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.value IS 'the KPI at the last refresh while it was open';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.low IS 'low end of its 95 percent interval; the value itself for a count';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.high IS 'high end of its 95 percent interval; the value itself for a count';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.n IS 'number of answers or tickets behind it';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.step IS 'escalation: 1 at first, one more for each period of the target in which the breach lasts, or comes back, until somebody acknowledges it';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.stepped_on IS 'day of the last step';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.owner IS 'yours: who takes care; that of the target at first';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.acknowledged_at IS 'yours: when somebody took notice; from then on it does not escalate';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.note IS 'yours';

CREATE TABLE @extschema@.kpi_followup_template (
	response_id text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('nps', 'csat')),
	score smallint NOT NULL,
	answered_at timestamptz NOT NULL,
	ticket_id text,
	account_id text,
	agent_id text,
	owner text,
	contacted_at timestamptz,
	recovered boolean,
	note text,
	PRIMARY KEY (response_id, kind)
);
CREATE INDEX ON @extschema@.kpi_followup_template (answered_at);
COMMENT ON TABLE @extschema@.kpi_followup_template IS 'customers to call back: detractors (NPS 0 to 6) and CSAT 1 to 2, or 0 to 4 on the scale 0 to 10; kpi_refresh adds them';
COMMENT ON COLUMN @extschema@.kpi_followup_template.response_id IS 'survey; the ticket where scores stand in tickets';
COMMENT ON COLUMN @extschema@.kpi_followup_template.kind IS 'nps or csat';
COMMENT ON COLUMN @extschema@.kpi_followup_template.score IS 'score given';
COMMENT ON COLUMN @extschema@.kpi_followup_template.answered_at IS 'when it was given; when the ticket was resolved where scores stand in tickets';
COMMENT ON COLUMN @extschema@.kpi_followup_template.ticket_id IS 'ticket';
COMMENT ON COLUMN @extschema@.kpi_followup_template.account_id IS 'account of the customer';
COMMENT ON COLUMN @extschema@.kpi_followup_template.agent_id IS 'agent of the survey, or of the ticket where scores stand in tickets';
COMMENT ON COLUMN @extschema@.kpi_followup_template.owner IS 'yours: who calls back';
COMMENT ON COLUMN @extschema@.kpi_followup_template.contacted_at IS 'yours: when the customer was called back';
COMMENT ON COLUMN @extschema@.kpi_followup_template.recovered IS 'yours: whether the customer is content now';
COMMENT ON COLUMN @extschema@.kpi_followup_template.note IS 'yours';

CREATE TABLE @extschema@.kpi_health_weight_template (
	signal text PRIMARY KEY,
	weight double precision NOT NULL CHECK (weight >= 0 AND weight < 'infinity'),
	description text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_health_weight_template IS 'how much each signal counts in customer_health; the weights are yours to change';
COMMENT ON COLUMN @extschema@.kpi_health_weight_template.signal IS 'what counts';
COMMENT ON COLUMN @extschema@.kpi_health_weight_template.weight IS 'yours: how much it counts; 0: not at all';
COMMENT ON COLUMN @extschema@.kpi_health_weight_template.description IS 'what it is made of, 0 (bad) to 100 (good)';
INSERT INTO @extschema@.kpi_health_weight_template VALUES
	('csat', 20, 'satisfied answers of the last 90 days, in percent'),
	('nps', 15, 'net promoter score of the last 90 days, from -100 as 0 to 100 as 100'),
	('contacts', 10, '100 for no more tickets than is normal for the customer, 50 for about twice as many; nothing without any in the 360 days before'),
	('severity', 10, 'tickets without a high priority, in percent'),
	('sla', 10, 'resolutions in time, in percent'),
	('unresolved', 10, '100 without an open ticket, 0 for one that is open for 30 days; nothing of customers without tickets'),
	('sentiment', 10, 'mean sentiment, from -1 as 0 to 1 as 100'),
	('payment', 15, '100, less 50 for each payment that failed in the last 90 days'),
	('usage', 20, '100 for no less use than is normal for the customer, 50 for half of it');

REVOKE ALL ON @extschema@.kpi_health_weight_template, @extschema@.kpi_target_template, @extschema@.kpi_sla_policy_template, @extschema@.kpi_alerts_template, @extschema@.kpi_followup_template FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_health_weight_template, @extschema@.kpi_target_template, @extschema@.kpi_sla_policy_template, @extschema@.kpi_alerts_template, @extschema@.kpi_followup_template TO PUBLIC;

-- written_by_user	which rows nothing but the user could bring back
CREATE FUNCTION @extschema@.kpi_user_tables()
RETURNS TABLE (name name, template regclass, written_by_user text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	VALUES ('kpi_target'::name, '@extschema@.kpi_target_template'::regclass, 'true'),
		   ('kpi_sla_policy', '@extschema@.kpi_sla_policy_template', 'true'),
		   ('kpi_alerts', '@extschema@.kpi_alerts_template', 'true'),
		   ('kpi_followup', '@extschema@.kpi_followup_template', 'num_nonnulls(owner, contacted_at, recovered, note) > 0'),
		   ('kpi_health_weight', '@extschema@.kpi_health_weight_template', '(signal, weight) NOT IN (SELECT d.signal, d.weight FROM @extschema@.kpi_health_weight_template AS d)');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_user_tables() IS 'internal: the tables of a built schema whose rows are the user''s';

-- NULL when the schema has no such table of the one who built it: it may be older,
-- or others may have put something in its place.
CREATE FUNCTION @extschema@.kpi_user_table(target_schema name, table_name name)
RETURNS regclass
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT c.oid::regclass
	FROM pg_namespace AS n
	JOIN pg_class AS s ON s.relnamespace = n.oid AND s.relname = 'kpi_settings'
	JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = $2 AND c.relkind = 'r' AND c.relowner = s.relowner
	WHERE n.nspname = $1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_user_table(name, name) IS 'internal: a table of a built schema whose rows are the user''s';

-- Takes up what an earlier kpi_drop has left.  What belongs to somebody else is not
-- taken: it could do things when rows are written.
CREATE FUNCTION @extschema@.kpi_make_user_tables(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	made record;
	present record;
	missing text;
BEGIN
	FOR made IN SELECT * FROM @extschema@.kpi_user_tables() LOOP
		SELECT c.oid, c.relkind, pg_get_userbyid(c.relowner) AS owner INTO present
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = made.name;
		IF present.oid IS NULL THEN
			EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING ALL)', target_schema, made.name, made.template);
			EXECUTE format('INSERT INTO %I.%I TABLE %s', target_schema, made.name, made.template);
			EXECUTE format('COMMENT ON TABLE %I.%I IS %L', target_schema, made.name, obj_description(made.template, 'pg_class'));
			CONTINUE;
		END IF;
		IF present.relkind <> 'r' OR present.owner <> current_user THEN
			RAISE EXCEPTION 'relation "%" already exists in schema "%"', made.name, target_schema
				USING ERRCODE = 'duplicate_table', DETAIL = format('It is not a plain table that belongs to "%s".', current_user);
		END IF;
		SELECT string_agg(format('%I %s', w.attname, format_type(w.atttypid, w.atttypmod)), ', ' ORDER BY w.attnum) INTO missing
		FROM pg_attribute AS w
		WHERE w.attrelid = made.template AND w.attnum > 0 AND NOT w.attisdropped
		AND NOT EXISTS (SELECT FROM pg_attribute AS h WHERE h.attrelid = present.oid AND h.attname = w.attname AND h.atttypid = w.atttypid AND NOT h.attisdropped);
		IF missing IS NOT NULL THEN
			RAISE EXCEPTION 'relation "%" already exists in schema "%"', made.name, target_schema
				USING ERRCODE = 'duplicate_table', DETAIL = format('It has no %s.', missing), HINT = 'Add these columns, or rename the table.';
		END IF;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_make_user_tables(name) IS 'internal: makes the tables of a built schema whose rows are the user''s, or takes up those that are there';

CREATE FUNCTION @extschema@.kpi_drop_user_tables(target_schema name, keep_user_rows boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	made record;
	has_rows boolean;
BEGIN
	FOR made IN
		SELECT t.* FROM @extschema@.kpi_user_tables() AS t
		JOIN pg_class AS c ON c.relname = t.name AND c.relkind = 'r' JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = target_schema
	LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I WHERE %s)', target_schema, made.name, made.written_by_user) INTO has_rows;
		IF has_rows AND keep_user_rows IS NOT FALSE THEN
			RAISE NOTICE 'table "%" of schema "%" is kept: it has rows of yours', made.name, target_schema
				USING HINT = 'kpi_build takes it up again; keep_user_rows => false drops it.';
		ELSE
			EXECUTE format('DROP TABLE %I.%I', target_schema, made.name);
		END IF;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_drop_user_tables(name, boolean) IS 'internal: drops the tables of a built schema whose rows are the user''s, but for those with such rows';
