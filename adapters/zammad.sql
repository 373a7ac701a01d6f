-- Zammad: the view tickets that the KPIs read, over Zammad's own tables.
--
--     psql -d DATABASE -f adapters/zammad.sql
--     psql -d DATABASE -v target=care -v source=public -v time_unit='1 minute' -f adapters/zammad.sql
--
--   target     schema of the view, made if it is not there; default care
--   source     schema of Zammad's tables; default public
--   time_unit  what one unit of time accounting is worth, as an interval: the
--              administrator of Zammad decides and the table does not say.
--              Without it handle_time is NULL
--
-- Any role may run it that can read the tables and create in the target schema;
-- run it again to replace the view.  The extension may be in any schema.
--
-- Opening hours need adapters/business_hours.sql, run before and found along
-- search_path: PGOPTIONS='-c search_path=SCHEMA' psql ... when it is elsewhere.
-- Without it the column hours is NULL.
--
-- What to know:
--   * Tickets that were merged into another or removed are left out.  Articles
--     move to the ticket that others are merged into, and count there.
--   * Owner 1 is nobody.  The name of a state is the administrator's, its type is
--     not: only types are tested.
--   * A reply is a public article of a type that communicates, written after the
--     article that opened the ticket.  Internal ones and notes are not replies.
--     The first message of a ticket that an agent opened answers nobody: its first
--     response is the second one, whatever Zammad says.
--   * Zammad keeps its verdict on an SLA as target minus actual, in minutes of the
--     calendar: negative is breached, NULL is no such target or not there yet.  An
--     open ticket past its deadline is breached too.
--   * Zammad's "escalation" is a deadline, not a hand-over to a second line:
--     escalated is NULL.
--   * Imported tickets have no first_response_at and no histories; the articles
--     tell of their first response, and they count as never reopened or paused.
--   * There are no surveys, so there is no view surveys.
--
-- Written after Zammad's schema of 2026.  Zammad writes UTC into timestamps without
-- time zone.

\set ON_ERROR_STOP on
\if :{?target}
\else
	\set target care
\endif
\if :{?source}
\else
	\set source public
\endif
\if :{?time_unit}
	\set handle_time 't.time_unit::double precision * interval ' :'time_unit'
\else
	\set handle_time 'NULL::interval'
\endif

BEGIN;

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'kpi') THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object',
			MESSAGE = 'extension "kpi" is not installed in this database',
			HINT = 'Run CREATE EXTENSION kpi first.';
	END IF;
END
$$;

-- The importer is the one along the search_path of the session; from here on no
-- name is looked up outside pg_catalog unless its schema is written before it.
SELECT coalesce(pg_catalog.to_regprocedure('business_hours_from_zammad(pg_catalog.text, pg_catalog.text, pg_catalog.text)')::pg_catalog.oid, 0) AS importer_oid \gset
SET LOCAL search_path = pg_catalog, pg_temp;

SELECT n.nspname AS kpi, NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = :'target') AS target_missing
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'kpi' \gset
SELECT count(*) = 1 AS has_hours, coalesce(min(format('%I.%I', n.nspname, p.proname)), '') AS importer
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid = :importer_oid AND p.prorettype = format('%I.business_hours', :'kpi')::regtype \gset
\if :has_hours
	\set calendar_hours :importer '(c.business_hours, c.public_holidays, c.timezone)'
\else
	\set calendar_hours 'NULL::' :"kpi" '.business_hours'
\endif

-- not IF NOT EXISTS: that asks for the right to create schemas even when there is nothing to create
\if :target_missing
CREATE SCHEMA :"target";
\endif

CREATE OR REPLACE VIEW :"target".tickets AS
WITH state AS (
	SELECT s.id, s.name, s.ignore_escalation, ty.name AS type, ty.name LIKE 'pending %' AS pending, ty.name = 'closed' AS closed
	FROM :"source".ticket_states s JOIN :"source".ticket_state_types ty ON ty.id = s.state_type_id
), message AS (
	SELECT ticket_id,
		   count(*) FILTER (WHERE writer = 'Agent') AS by_agent,
		   count(*) FILTER (WHERE writer = 'Customer') AS by_customer,
		   coalesce(min(id) FILTER (WHERE writer = 'Agent' AND NOT moved) = min(id) FILTER (WHERE NOT moved), false) AS agent_opened,
		   coalesce(min(id) FILTER (WHERE writer = 'Customer' AND NOT moved) = min(id) FILTER (WHERE NOT moved), false) AS customer_opened,
		   array_agg(created_at ORDER BY id) FILTER (WHERE writer = 'Agent' AND NOT moved) AS replied_at,
		   array_agg(created_by_id ORDER BY id) FILTER (WHERE writer = 'Agent' AND NOT moved) AS replied_by,
		   count(DISTINCT created_by_id) FILTER (WHERE writer = 'Agent') AS teammates
	FROM (SELECT a.ticket_id, a.id, a.created_by_id, a.created_at, a.created_at < t.created_at AS moved,
				 CASE WHEN ty.communication AND NOT a.internal THEN se.name END AS writer
		  FROM :"source".ticket_articles a
			   JOIN :"source".tickets t ON t.id = a.ticket_id
			   JOIN :"source".ticket_article_types ty ON ty.id = a.type_id
			   JOIN :"source".ticket_article_senders se ON se.id = a.sender_id) AS article
	GROUP BY ticket_id
), change AS (
	SELECT spell.ticket_id,
		   bool_or(spell.attribute = 'group') AS transferred,
		   bool_or(old.pending) AS was_pending,
		   count(*) FILTER (WHERE new.closed AND NOT old.closed OR old.closed AND spell.is_first) AS closes,
		   count(*) FILTER (WHERE old.closed AND NOT new.closed AND new.type NOT IN ('merged', 'removed')) AS reopens,
		   max(spell.ended_at) FILTER (WHERE new.closed) AS last_closed_at,
		   range_agg(tstzrange(least(spell.began_at, spell.ended_at) AT TIME ZONE 'UTC', spell.ended_at AT TIME ZONE 'UTC')) FILTER (WHERE old.ignore_escalation) AS paused
	-- the time that a ticket spent in a state (or group) ends with a change, which names that state
	FROM (SELECT h.o_id AS ticket_id, at.name AS attribute, h.id_from, h.id_to, h.created_at AS ended_at,
				 lag(h.created_at, 1, t.created_at) OVER attribute AS began_at, row_number() OVER attribute = 1 AS is_first
		  FROM :"source".histories h
			   JOIN :"source".history_objects ob ON ob.id = h.history_object_id AND ob.name = 'Ticket'
			   JOIN :"source".history_attributes at ON at.id = h.history_attribute_id AND at.name IN ('state', 'group')
			   JOIN :"source".tickets t ON t.id = h.o_id
		  WINDOW attribute AS (PARTITION BY h.o_id, h.history_attribute_id ORDER BY h.created_at, h.id)) AS spell
		 LEFT JOIN state old ON old.id = spell.id_from AND spell.attribute = 'state'
		 LEFT JOIN state new ON new.id = spell.id_to AND spell.attribute = 'state'
	GROUP BY spell.ticket_id
), policy AS (
	-- OFFSET 0: a calendar is parsed once, and not at all by a query that does not ask for hours
	SELECT s.id::text AS id, make_interval(mins => s.first_response_time) AS response, make_interval(mins => s.solution_time) AS resolution,
		   :calendar_hours AS hours
	FROM :"source".slas s LEFT JOIN :"source".calendars c ON c.id = s.calendar_id
	OFFSET 0
)
SELECT t.id AS ticket_id,
	   t.created_at AT TIME ZONE 'UTC' AS created_at,
	   CASE WHEN m.agent_opened THEN m.replied_at[2] ELSE coalesce(t.first_response_at, m.replied_at[1]) END AT TIME ZONE 'UTC' AS first_response_at,
	   n.resolved_at,
	   n.resolved_at AS closed_at,
	   t.updated_at AT TIME ZONE 'UTC' AS updated_at,
	   CASE WHEN s.pending THEN 'pending' ELSE s.type END::text AS status,
	   t.customer_id::text AS customer_id,
	   t.organization_id::text AS account_id,
	   CASE WHEN customer.vip THEN 'vip' END AS customer_tier,
	   nullif(t.owner_id, 1)::text AS agent_id,
	   nullif(btrim(concat_ws(' ', owner.firstname, owner.lastname)), '') AS agent_name,
	   m.replied_by[CASE WHEN m.agent_opened THEN 2 ELSE 1 END]::text AS first_responder_id,
	   g.name::text AS team,
	   channel.name::text AS channel,
	   t.type::text AS category,
	   priority.name::text AS priority,
	   coalesce(ch.reopens, 0) + 1 AS contacts,
	   coalesce(m.by_agent - m.agent_opened::integer, 0) AS agent_replies,
	   coalesce(m.by_customer - m.customer_opened::integer, 0) AS customer_replies,
	   coalesce(m.teammates, 0) AS teammates,
	   coalesce(ch.closes, s.closed::integer) AS closes,
	   coalesce(ch.reopens, 0) AS reopens,
	   s.pending OR coalesce(ch.was_pending, false) AS was_pending,
	   coalesce(ch.transferred, false) AS transferred,
	   s.closed AS solved,
	   :handle_time AS handle_time,
	   ch.paused,
	   p.response AS sla_response,
	   p.resolution AS sla_resolution,
	   CASE WHEN t.first_response_diff_in_min IS NOT NULL THEN t.first_response_diff_in_min >= 0
			WHEN t.first_response_escalation_at AT TIME ZONE 'UTC' < now() THEN false END AS sla_response_met,
	   CASE WHEN t.close_diff_in_min IS NOT NULL THEN t.close_diff_in_min >= 0
			WHEN t.close_escalation_at AT TIME ZONE 'UTC' < now() THEN false END AS sla_resolution_met,
	   p.hours AS hours
FROM :"source".tickets t
	 JOIN state s ON s.id = t.state_id
	 LEFT JOIN message m ON m.ticket_id = t.id
	 LEFT JOIN change ch ON ch.ticket_id = t.id
	 LEFT JOIN :"source".users owner ON owner.id = t.owner_id AND t.owner_id <> 1
	 LEFT JOIN :"source".users customer ON customer.id = t.customer_id
	 LEFT JOIN :"source".groups g ON g.id = t.group_id
	 LEFT JOIN :"source".ticket_priorities priority ON priority.id = t.priority_id
	 LEFT JOIN :"source".ticket_article_types channel ON channel.id = t.create_article_type_id
	 -- serialized YAML: the key is below escalation_calculation
	 LEFT JOIN policy p ON p.id = split_part(split_part(t.preferences, 'sla_id: ', 2), E'\n', 1)
	 CROSS JOIN LATERAL (
		-- older than last_close_at, a ticket may have only histories; imported, only close_at
		SELECT CASE WHEN s.closed THEN coalesce(t.last_close_at, ch.last_closed_at, t.close_at) END AT TIME ZONE 'UTC' AS resolved_at) AS n
WHERE s.type NOT IN ('merged', 'removed');

COMMENT ON VIEW :"target".tickets IS 'Zammad: one row for each ticket, without those that were merged into another or removed, made by adapters/zammad.sql';
COMMENT ON COLUMN :"target".tickets.first_response_at IS 'first response as Zammad has it; of an imported ticket, the first public message of an agent; the second one when an agent opened the ticket';
COMMENT ON COLUMN :"target".tickets.resolved_at IS 'the last time that the ticket was closed, if it is closed now';
COMMENT ON COLUMN :"target".tickets.closed_at IS 'the same as resolved_at: Zammad knows only one end of a ticket';
COMMENT ON COLUMN :"target".tickets.account_id IS 'the organization';
COMMENT ON COLUMN :"target".tickets.customer_tier IS '''vip'' for a customer who is marked so, otherwise NULL';
COMMENT ON COLUMN :"target".tickets.agent_id IS 'the owner; NULL when nobody owns the ticket';
COMMENT ON COLUMN :"target".tickets.first_responder_id IS 'the agent who wrote the first reply';
COMMENT ON COLUMN :"target".tickets.status IS 'new, open, pending or closed: the type of the state';
COMMENT ON COLUMN :"target".tickets.team IS 'the group, as it is now';
COMMENT ON COLUMN :"target".tickets.channel IS 'the type of the article that opened the ticket';
COMMENT ON COLUMN :"target".tickets.category IS 'the type of the ticket, when the administrator uses this attribute';
COMMENT ON COLUMN :"target".tickets.contacts IS 'how often the customer had to come: 1 and the reopenings';
COMMENT ON COLUMN :"target".tickets.agent_replies IS 'public messages of agents after the one that opened the ticket';
COMMENT ON COLUMN :"target".tickets.customer_replies IS 'public messages of the customer after the one that opened the ticket';
COMMENT ON COLUMN :"target".tickets.teammates IS 'agents who wrote a public message';
COMMENT ON COLUMN :"target".tickets.reopens IS 'changes from a closed state to an open or pending one';
COMMENT ON COLUMN :"target".tickets.was_pending IS 'whether the ticket is or was in a pending state';
COMMENT ON COLUMN :"target".tickets.transferred IS 'whether the ticket ever changed its group';
COMMENT ON COLUMN :"target".tickets.handle_time IS 'time accounting in the unit given as time_unit to the adapter; NULL without it';
COMMENT ON COLUMN :"target".tickets.paused IS 'time in states that stop the SLA clock, such as pending ones, and closed before a reopening, once the ticket has left them';
COMMENT ON COLUMN :"target".tickets.sla_response IS 'target of the SLA that applied last, in working time (see hours)';
COMMENT ON COLUMN :"target".tickets.sla_resolution IS 'target of the SLA that applied last, in working time (see hours)';
COMMENT ON COLUMN :"target".tickets.sla_response_met IS 'Zammad''s verdict, and false past the deadline; NULL without a target and while there is time';
COMMENT ON COLUMN :"target".tickets.sla_resolution_met IS 'Zammad''s verdict, which is on the first time that the ticket was closed, and false past the deadline; NULL without a target and while there is time';
\if :has_hours
COMMENT ON COLUMN :"target".tickets.hours IS 'the calendar of the SLA that applied last, with its holidays; NULL without an SLA';
\else
COMMENT ON COLUMN :"target".tickets.hours IS 'NULL: run adapters/business_hours.sql and then adapters/zammad.sql again to have the calendar of the SLA';
\endif

COMMIT;
