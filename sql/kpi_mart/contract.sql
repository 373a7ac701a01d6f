-- The relations that a mart reads, and how a column of the user's is read as one of theirs.

CREATE TABLE @extschema@.kpi_contract (
	relation text NOT NULL,
	position int NOT NULL,
	name text NOT NULL,
	type text NOT NULL,
	required boolean NOT NULL,
	definition text NOT NULL,
	PRIMARY KEY (relation, position),
	UNIQUE (relation, name)
);
COMMENT ON TABLE @extschema@.kpi_contract
IS 'the columns of the relations that kpi_build reads, each with its definition; read-only';
COMMENT ON COLUMN @extschema@.kpi_contract.relation IS 'name of the relation in the arguments of kpi_build';
COMMENT ON COLUMN @extschema@.kpi_contract.position IS 'order of the columns; the first one identifies a row';
COMMENT ON COLUMN @extschema@.kpi_contract.name IS 'name of the column';
COMMENT ON COLUMN @extschema@.kpi_contract.type IS 'type of the column; key stands for any type that tells tickets apart';
COMMENT ON COLUMN @extschema@.kpi_contract.required IS 'whether the relation must have the column';
COMMENT ON COLUMN @extschema@.kpi_contract.definition IS 'what the column means';
REVOKE ALL ON @extschema@.kpi_contract FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_contract TO PUBLIC;

INSERT INTO @extschema@.kpi_contract
SELECT relation, row_number() OVER (PARTITION BY relation ORDER BY line), rtrim(name, '*'), type, name LIKE '%*', definition
FROM (VALUES
	-- an asterisk marks a required column
	(1, 'tickets', 'ticket_id*', 'key', 'id of the ticket, unique'),
	(2, 'tickets', 'created_at*', 'timestamptz', 'when the ticket was created'),
	(3, 'tickets', 'first_response_at', 'timestamptz', 'when an agent first answered the customer in public'),
	(4, 'tickets', 'first_resolved_at', 'timestamptz',
	 'when the ticket was first resolved; ends the response clock of a ticket resolved without an answer'),
	(5, 'tickets', 'resolved_at', 'timestamptz', 'when the ticket was last resolved; NULL while it is not resolved'),
	(6, 'tickets', 'closed_at', 'timestamptz', 'when the ticket was closed for good'),
	(7, 'tickets', 'handed_off_at', 'timestamptz',
	 'when a bot handed the ticket over to an agent; the response clock can begin there'),
	(8, 'tickets', 'updated_at', 'timestamptz', 'when the row last changed; a refresh reads rows by it'),
	(9, 'tickets', 'loaded_at', 'timestamptz', 'when the row arrived; a refresh reads rows by it rather than by updated_at'),
	(10, 'tickets', 'status', 'text', 'new, open, bot, pending (waits for the customer), on_hold, solved or closed'),
	(11, 'tickets', 'customer_id', 'text', 'customer who wrote'),
	(12, 'tickets', 'account_id', 'text', 'account of the customer'),
	(13, 'tickets', 'customer_tier', 'text', 'tier of the customer; selects the SLA policy'),
	(14, 'tickets', 'agent_id', 'text', 'agent of the ticket now; empty for nobody'),
	(15, 'tickets', 'agent_name', 'text', 'name of the agent'),
	(16, 'tickets', 'first_responder_id', 'text', 'agent who gave the first response; agent_id where unknown'),
	(17, 'tickets', 'team', 'text', 'team of the ticket now'),
	(18, 'tickets', 'channel', 'text', 'channel on which the customer wrote; selects the SLA policy'),
	(19, 'tickets', 'category', 'text', 'what the ticket is about'),
	(20, 'tickets', 'priority', 'text', 'priority of the ticket now; selects the SLA policy'),
	(21, 'tickets', 'merged_into', 'key', 'id of the ticket that this one was merged into; such a ticket counts in no KPI'),
	(22, 'tickets', 'agent_hired_on', 'date', 'day on which the agent was hired'),
	(23, 'tickets', 'contacts', 'bigint', 'how often the customer was in contact about it; first contact resolution is 1'),
	(24, 'tickets', 'agent_messages', 'bigint', 'public messages of agents, an opening one included'),
	(25, 'tickets', 'agent_replies', 'bigint', 'public messages of agents without an opening one'),
	(26, 'tickets', 'customer_replies', 'bigint', 'messages of the customer after the opening one'),
	(27, 'tickets', 'teammates', 'bigint', 'agents who took part'),
	(28, 'tickets', 'closes', 'bigint', 'how often the ticket was closed'),
	(29, 'tickets', 'reopens', 'bigint', 'how often the ticket was reopened'),
	(30, 'tickets', 'was_pending', 'boolean', 'whether the ticket ever waited for the customer'),
	(31, 'tickets', 'escalated', 'boolean', 'whether the ticket was escalated'),
	(32, 'tickets', 'transferred', 'boolean', 'whether the ticket was transferred to another agent or team'),
	(33, 'tickets', 'abandoned', 'boolean', 'whether the customer gave up before the answer'),
	(34, 'tickets', 'solved', 'boolean', 'whether the ticket is resolved now; wins over resolved_at'),
	(35, 'tickets', 'bot_handled', 'boolean', 'whether a bot talked to the customer'),
	(36, 'tickets', 'bot_resolved', 'boolean', 'whether the bot solved it'),
	(37, 'tickets', 'bot_escalated', 'boolean', 'whether the bot handed it over to an agent'),
	(38, 'tickets', 'bot_escalation_right', 'boolean', 'whether the hand-over was right'),
	(39, 'tickets', 'bot_accepted', 'boolean', 'whether the customer accepted the bot'),
	(40, 'tickets', 'self_service', 'boolean', 'whether the customer solved it alone'),
	(41, 'tickets', 'csat_score', 'score', 'satisfaction score, from 1 to scale_max'),
	(42, 'tickets', 'nps_score', 'score', 'likelihood to recommend, 0 to 10'),
	(43, 'tickets', 'ces_score', 'score', 'effort score, 1 to 7, higher for less effort'),
	(44, 'tickets', 'scale_max', 'score', 'highest score of the scale of csat_score; 5 without it'),
	(45, 'tickets', 'qa_points', 'double precision', 'points given in the quality review'),
	(46, 'tickets', 'qa_possible', 'double precision', 'points possible in the quality review'),
	(47, 'tickets', 'talk_time', 'interval', 'time an agent talked; part of the handle time'),
	(48, 'tickets', 'hold_time', 'interval', 'time the customer was on hold; part of the handle time'),
	(49, 'tickets', 'wrap_time', 'interval', 'time of work after the contact; part of the handle time'),
	(50, 'tickets', 'handle_time', 'interval', 'time agents worked on it; wins over its parts'),
	(51, 'tickets', 'wait_time', 'interval', 'time the customer waited for the answer, of a call or chat'),
	(52, 'tickets', 'response_time', 'interval', 'first response time, where the source gives no instants; wins over them'),
	(53, 'tickets', 'resolution_time', 'interval', 'resolution time, where the source gives no instants; wins over them'),
	(54, 'tickets', 'paused', 'tstzmultirange', 'when the clocks of the SLA targets stood still'),
	(55, 'tickets', 'cost', 'numeric', 'cost of the ticket'),
	(56, 'tickets', 'sentiment', 'double precision', 'sentiment of the customer, -1 to 1'),
	(57, 'tickets', 'sla_response', 'interval', 'target of the first response'),
	(58, 'tickets', 'sla_resolution', 'interval', 'target of the resolution'),
	(59, 'tickets', 'sla_in_hours', 'boolean', 'false when the targets run around the clock'),
	(60, 'tickets', 'sla_response_met', 'boolean', 'verdict of the helpdesk on the first response; wins over a computed one'),
	(61, 'tickets', 'sla_resolution_met', 'boolean', 'verdict of the helpdesk on the resolution; wins over a computed one'),
	(62, 'tickets', 'hours', 'business_hours', 'hours of this ticket; win over those of a policy or of the mart'))
	AS c (line, relation, name, type, definition);

-- The columns of a relation that its contract knows.
--
-- actual		type of the column, or of the domain's base; NULL when there is none
-- expression	reads the column as the type of the contract, never failing; NULL
--				when it cannot.  Uses nothing but types of pg_catalog, enums
--				without casts and business_hours, so it runs nobody else's code.
CREATE FUNCTION @extschema@.kpi_read_columns(
	relation regclass, contract text, time_zone text, source_time_zone text)
RETURNS TABLE ("position" int, name text, type text, required boolean, actual text, expression text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH RECURSIVE base (attname, oid) AS (
		SELECT attname, atttypid FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped
		UNION ALL
		SELECT attname, typbasetype FROM base JOIN pg_type USING (oid) WHERE typtype = 'd'
	), given AS (
		SELECT b.attname, t.oid, t.typcategory AS category, format_type(t.oid, NULL) AS actual,
			t.typnamespace = 'pg_catalog'::regnamespace AS is_builtin,
			t.typtype = 'e' AND NOT EXISTS (SELECT FROM pg_cast WHERE castsource = t.oid) AS is_enum
		FROM base AS b JOIN pg_type AS t USING (oid)
		WHERE t.typtype <> 'd'
	)
	SELECT c.position, c.name, c.type, c.required, g.actual,
		format(CASE
			WHEN g.attname IS NULL THEN NULL
			WHEN c.type = 'key' AND g.is_builtin AND EXISTS (
				SELECT FROM pg_opclass WHERE opcintype = g.oid AND opcdefault AND opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree'))
				OR c.type = 'key' AND g.oid = 'varchar'::regtype
			THEN 't.%1$I::%2$s'
			WHEN c.type = 'text' AND (g.is_builtin OR g.is_enum) THEN 't.%1$I::text'
			WHEN c.type = 'business_hours' AND g.oid = '@extschema@.business_hours'::regtype THEN 't.%1$I::@extschema@.business_hours'
			WHEN c.type = 'timestamptz' AND g.oid = 'timestamptz'::regtype THEN 't.%1$I::timestamptz'
			WHEN c.type = 'timestamptz' AND g.oid = 'timestamp'::regtype
			THEN 't.%1$I::timestamp AT TIME ZONE %4$L'
			-- dates go on where timestamps end
			WHEN c.type = 'timestamptz' AND g.oid = 'date'::regtype
			THEN 'CASE WHEN t.%1$I::date < ''294276-12-31'' THEN t.%1$I::date::timestamp AT TIME ZONE %3$L ELSE ''infinity'' END'
			WHEN c.type = 'date' AND g.oid = 'date'::regtype THEN 't.%1$I::date'
			WHEN c.type = 'date' AND g.oid = 'timestamp'::regtype THEN 't.%1$I::timestamp::date'
			WHEN c.type = 'date' AND g.oid = 'timestamptz'::regtype THEN '(t.%1$I::timestamptz AT TIME ZONE %3$L)::date'
			WHEN c.type = 'interval' AND g.oid IN ('interval'::regtype, 'time'::regtype) THEN 't.%1$I::interval'
			WHEN c.type = 'boolean' AND g.oid = 'boolean'::regtype THEN 't.%1$I::boolean'
			WHEN c.type = 'tstzmultirange' AND g.oid = 'tstzmultirange'::regtype THEN 't.%1$I::tstzmultirange'
			WHEN c.type = 'tstzmultirange' AND g.oid = 'tstzrange'::regtype THEN 'tstzmultirange(t.%1$I::tstzrange)'
			WHEN g.category <> 'N' OR NOT g.is_builtin OR g.oid = 'money'::regtype OR g.actual LIKE 'reg%%' OR g.oid = 'oid'::regtype THEN NULL
			WHEN c.type = 'bigint' AND g.oid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype)
			THEN 't.%1$I::bigint'
			-- what is no whole number becomes -1, which is impossible for a count
			WHEN c.type = 'bigint'
			THEN 'CASE WHEN t.%1$I = trunc(t.%1$I) AND t.%1$I BETWEEN 0 AND 1e15 THEN t.%1$I::bigint WHEN t.%1$I IS NOT NULL THEN -1 END'
			WHEN c.type IN ('score', 'double precision') AND g.oid = 'numeric'::regtype
			THEN 'CASE WHEN t.%1$I BETWEEN -1e15 AND 1e15 THEN t.%1$I::double precision WHEN t.%1$I IS NOT NULL THEN ''NaN'' END'
			WHEN c.type IN ('score', 'double precision') THEN 't.%1$I::double precision'
			WHEN c.type = 'numeric' AND g.oid IN ('real'::regtype, 'double precision'::regtype)
			THEN 'CASE WHEN t.%1$I BETWEEN -1e15 AND 1e15 THEN t.%1$I::numeric WHEN t.%1$I IS NOT NULL THEN ''NaN'' END'
			WHEN c.type = 'numeric' THEN 't.%1$I::numeric'
		END, c.name, g.actual, $3, $4)
	FROM @extschema@.kpi_contract AS c
	LEFT JOIN given AS g ON g.attname = c.name
	WHERE c.relation = $2
	ORDER BY c.position;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_read_columns(regclass, text, text, text)
IS 'internal: how the columns of a relation are read as those of a contract: actual is NULL for a missing column, '
'expression also for one that cannot be read';

-- No defaults in internal functions: a function of another role without them would be
-- preferred.
CREATE FUNCTION @extschema@.kpi_read_columns(relation regclass, contract text)
RETURNS TABLE ("position" int, name text, type text, required boolean, actual text, expression text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT * FROM @extschema@.kpi_read_columns($1, $2, 'UTC'::text, 'UTC'::text);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_read_columns(regclass, text)
IS 'internal: how the columns of a relation in UTC are read as those of a contract';
