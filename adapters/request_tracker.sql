-- Request Tracker: the relations tickets and surveys as views over its own tables.
--
--     psql -d DATABASE -f adapters/request_tracker.sql
--     psql -d DATABASE -v target=care -v source=public -v csat_field='Satisfaction' -f adapters/request_tracker.sql
--
--   target            schema of the views, made if it is not there; default care
--   source            schema of RT's tables; default public
--   solved_statuses   statuses that mean solved; default resolved
--   dropped_statuses  statuses whose tickets do not count; default rejected,deleted
--   pending_statuses  statuses that wait for somebody else; default stalled
--   csat_field        name of the custom field of tickets that holds the customer's
--                     satisfaction; default CSAT
--   csat_scale        its best score, the worst is 1; default 5
--
-- What a status means is in the configuration of RT, not in the database: name
-- yours, separated by commas, when your lifecycles have others.
--
-- Any role may run it that can read the tables tickets, transactions, queues, users,
-- groups, groupmembers, customfields and objectcustomfieldvalues, and can create in
-- the target schema; run it again to replace the views.  The extension may be in any
-- schema.
--
-- What to know:
--   * Only tickets count: no reminders and no approvals, and of merged tickets the
--     one that they were merged into.  The messages of the others count there, their
--     changes of status do not.
--   * Dates that are not set are about 1970, not NULL.
--   * A ticket that was re-opened keeps its date of resolution.  The current status
--     and the transactions tell whether and when it was solved.
--   * An agent is who is privileged now.  RT does not keep who was: somebody who
--     left should be disabled, not made unprivileged.  Agents who are the requestor
--     of a ticket are customers in it.
--   * A reply is a correspondence.  Comments are internal, and what RT itself sends
--     are other transactions.  A ticket that an agent opened was not opened by a
--     reply: the first correspondence is its first response.
--   * Service levels and opening hours are in the configuration of RT, and the due
--     date is overwritten with every reply: there is no verdict to be had, so the
--     view has no columns on SLAs and hours.
--   * RT does not know when it asked for the satisfaction: sent_at is the time of the
--     answer, and survey_response_rate has no meaning.
--
-- Known from RT 5.0.3; the columns that are used have been there since 4.4.  RT
-- writes UTC into timestamps without time zone.

\set ON_ERROR_STOP on
\if :{?target}
\else
	\set target care
\endif
\if :{?source}
\else
	\set source public
\endif
\if :{?solved_statuses}
\else
	\set solved_statuses resolved
\endif
\if :{?dropped_statuses}
\else
	\set dropped_statuses rejected,deleted
\endif
\if :{?pending_statuses}
\else
	\set pending_statuses stalled
\endif
\if :{?csat_field}
\else
	\set csat_field CSAT
\endif
\if :{?csat_scale}
\else
	\set csat_scale 5
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

SET LOCAL search_path = pg_catalog, pg_temp;

SELECT n.nspname AS kpi, NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = :'target') AS target_missing
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'kpi' \gset

-- not IF NOT EXISTS: that asks for the right to create schemas even when there is nothing to create
\if :target_missing
CREATE SCHEMA :"target";
\endif

CREATE OR REPLACE VIEW :"target".tickets AS
WITH status AS NOT MATERIALIZED (
	SELECT string_to_array(:'solved_statuses', ',') AS solved,
		   string_to_array(:'dropped_statuses', ',') AS dropped,
		   string_to_array(:'pending_statuses', ',') AS pending
), requestor AS (
	SELECT g.instance AS ticket_id, gm.memberid AS user_id
	FROM :"source".groups g JOIN :"source".groupmembers gm ON gm.groupid = g.id
	WHERE lower(g.domain) = 'rt::ticket-role' AND lower(g.name) = 'requestor'
), message AS (
	SELECT ticket_id,
		   count(*) FILTER (WHERE writer = 'customer' AND NOT opening) AS customer_replies,
		   count(*) FILTER (WHERE writer = 'agent') AS agent_replies,
		   count(DISTINCT creator) FILTER (WHERE writer = 'agent') AS teammates,
		   min(created) FILTER (WHERE writer = 'agent' AND NOT earlier) AS first_response_at,
		   (array_agg(creator ORDER BY created, id) FILTER (WHERE writer = 'agent' AND NOT earlier))[1] AS first_responder
	FROM (SELECT s.effectiveid AS ticket_id, x.id, x.created, x.creator,
				 x.type = 'Create' AND s.id = s.effectiveid AS opening,
				 x.created < t.created AS earlier,
				 CASE WHEN r.user_id IS NOT NULL THEN 'customer'
					  WHEN agent.memberid IS NOT NULL THEN CASE x.type WHEN 'Correspond' THEN 'agent' END
					  WHEN system.id IS NULL THEN 'customer' END AS writer
		  FROM :"source".transactions x
			   JOIN :"source".tickets s ON s.id = x.objectid
			   JOIN :"source".tickets t ON t.id = s.effectiveid
			   LEFT JOIN requestor r ON r.ticket_id = s.effectiveid AND r.user_id = x.creator
			   LEFT JOIN (SELECT gm.memberid
						  FROM :"source".groups g JOIN :"source".groupmembers gm ON gm.groupid = g.id
						  WHERE lower(g.domain) = 'systeminternal' AND lower(g.name) = 'privileged') AS agent ON agent.memberid = x.creator
			   LEFT JOIN :"source".users system ON system.id = x.creator AND system.name = 'RT_System'
		  WHERE x.objecttype = 'RT::Ticket' AND x.type IN ('Create', 'Correspond')) AS said
	GROUP BY ticket_id
), change AS (
	SELECT ticket_id,
		   bool_or(type = 'Set') AS transferred,
		   bool_or(oldvalue = ANY (status.pending)) AS was_pending,
		   count(*) FILTER (WHERE newvalue = ANY (status.solved) AND oldvalue <> ALL (status.solved)
							OR is_first AND oldvalue = ANY (status.solved)) AS closes,
		   count(*) FILTER (WHERE oldvalue = ANY (status.solved) AND newvalue <> ALL (status.solved || status.dropped)) AS reopens,
		   max(ended_at) FILTER (WHERE newvalue = ANY (status.solved)) AS last_solved_at,
		   range_agg(tstzrange(least(began_at, ended_at) AT TIME ZONE 'UTC', ended_at AT TIME ZONE 'UTC')) FILTER (WHERE oldvalue = ANY (status.pending || status.solved || status.dropped)) AS paused
	-- the time that a ticket spent in a status (or queue) ends with a transaction, which names that status
	FROM (SELECT x.objectid AS ticket_id, x.type, x.created AS ended_at,
				 CASE x.type WHEN 'Status' THEN x.oldvalue END AS oldvalue, CASE x.type WHEN 'Status' THEN x.newvalue END AS newvalue,
				 lag(x.created, 1, t.created) OVER kind AS began_at, row_number() OVER kind = 1 AS is_first
		  FROM :"source".transactions x JOIN :"source".tickets t ON t.id = x.objectid
		  WHERE x.objecttype = 'RT::Ticket' AND (x.type = 'Status' OR x.type = 'Set' AND x.field = 'Queue')
		  WINDOW kind AS (PARTITION BY x.objectid, x.type ORDER BY x.created, x.id)) AS spell, status
	GROUP BY ticket_id
), answer AS (
	SELECT DISTINCT ON (s.effectiveid) s.effectiveid AS ticket_id, scale.score::smallint AS score
	FROM :"source".customfields f
		 JOIN :"source".objectcustomfieldvalues v ON v.customfield = f.id AND v.objecttype = 'RT::Ticket' AND v.disabled = 0
		 JOIN generate_series(1, :csat_scale) AS scale (score) ON scale.score::text = v.content
		 JOIN :"source".tickets s ON s.id = v.objectid
	WHERE f.name = :'csat_field' AND f.lookuptype = 'RT::Queue-RT::Ticket'
	ORDER BY s.effectiveid, v.id DESC
)
SELECT t.id AS ticket_id,
	   t.created AT TIME ZONE 'UTC' AS created_at,
	   m.first_response_at AT TIME ZONE 'UTC' AS first_response_at,
	   n.resolved_at,
	   n.resolved_at AS closed_at,
	   t.lastupdated AT TIME ZONE 'UTC' AS updated_at,
	   CASE WHEN n.solved THEN 'solved' WHEN t.status = ANY (status.pending) THEN 'pending' WHEN t.status = 'new' THEN 'new' ELSE 'open' END AS status,
	   customer.id::text AS customer_id,
	   nullif(customer.organization, '')::text AS account_id,
	   owner.id::text AS agent_id,
	   coalesce(nullif(owner.realname, ''), owner.name)::text AS agent_name,
	   m.first_responder::text AS first_responder_id,
	   q.name::text AS team,
	   t.priority::text AS priority,
	   coalesce(ch.reopens, 0) + 1 AS contacts,
	   coalesce(m.agent_replies, 0) AS agent_replies,
	   coalesce(m.customer_replies, 0) AS customer_replies,
	   coalesce(m.teammates, 0) AS teammates,
	   coalesce(ch.closes, n.solved::integer) AS closes,
	   coalesce(ch.reopens, 0) AS reopens,
	   coalesce(ch.was_pending, false) OR t.status = ANY (status.pending) AS was_pending,
	   coalesce(ch.transferred, false) AS transferred,
	   n.solved,
	   answer.score AS csat_score,
	   make_interval(mins => nullif(t.timeworked, 0)) AS handle_time,
	   ch.paused
FROM status
	 JOIN :"source".tickets t ON t.type = 'ticket' AND t.effectiveid = t.id AND t.status <> ALL (status.dropped)
	 LEFT JOIN message m ON m.ticket_id = t.id
	 LEFT JOIN change ch ON ch.ticket_id = t.id
	 LEFT JOIN answer ON answer.ticket_id = t.id
	 -- the first requestor of several is who has been known longest
	 LEFT JOIN (SELECT ticket_id, min(user_id) AS user_id FROM requestor GROUP BY ticket_id) AS asker ON asker.ticket_id = t.id
	 LEFT JOIN :"source".users customer ON customer.id = asker.user_id
	 LEFT JOIN :"source".users owner ON owner.id = t.owner AND owner.name <> 'Nobody'
	 LEFT JOIN :"source".queues q ON q.id = t.queue
	 CROSS JOIN LATERAL (
		-- what RT takes for no date, which is up to twelve hours after the epoch
		SELECT t.status = ANY (status.solved) AS solved,
			   CASE WHEN t.status = ANY (status.solved)
					THEN coalesce(CASE WHEN t.resolved > '1970-01-01 12:00:01' THEN t.resolved END, ch.last_solved_at) END AT TIME ZONE 'UTC' AS resolved_at) AS n;

CREATE OR REPLACE VIEW :"target".surveys AS
SELECT v.id::text AS response_id,
	   'csat'::text AS kind,
	   v.created AT TIME ZONE 'UTC' AS sent_at,
	   v.created AT TIME ZONE 'UTC' AS answered_at,
	   scale.score::smallint AS score,
	   :csat_scale::smallint AS scale_max,
	   t.ticket_id,
	   t.account_id,
	   t.agent_id
FROM :"source".customfields f
	 JOIN :"source".objectcustomfieldvalues v ON v.customfield = f.id AND v.objecttype = 'RT::Ticket' AND v.disabled = 0
	 JOIN generate_series(1, :csat_scale) AS scale (score) ON scale.score::text = v.content
	 JOIN :"source".tickets s ON s.id = v.objectid
	 JOIN :"target".tickets t ON t.ticket_id = s.effectiveid
WHERE f.name = :'csat_field' AND f.lookuptype = 'RT::Queue-RT::Ticket';

COMMENT ON VIEW :"target".tickets IS 'Request Tracker: one row for each ticket, without those that were merged into another, rejected or deleted, made by adapters/request_tracker.sql';
COMMENT ON COLUMN :"target".tickets.first_response_at IS 'first correspondence of an agent who is not the requestor; comments do not count';
COMMENT ON COLUMN :"target".tickets.resolved_at IS 'the last time that the ticket was solved, if it is solved now';
COMMENT ON COLUMN :"target".tickets.closed_at IS 'the same as resolved_at: RT knows only one end of a ticket';
COMMENT ON COLUMN :"target".tickets.customer_id IS 'users.id of the requestor';
COMMENT ON COLUMN :"target".tickets.account_id IS 'the organization that the requestor''s user names';
COMMENT ON COLUMN :"target".tickets.agent_id IS 'users.id of the owner of now; NULL when nobody owns the ticket';
COMMENT ON COLUMN :"target".tickets.first_responder_id IS 'users.id of the agent who wrote the first response';
COMMENT ON COLUMN :"target".tickets.status IS 'new, open, pending or solved; the lists given to the adapter tell which statuses are pending or solved';
COMMENT ON COLUMN :"target".tickets.team IS 'the queue of now';
COMMENT ON COLUMN :"target".tickets.priority IS 'the number; what it is called is in the configuration';
COMMENT ON COLUMN :"target".tickets.contacts IS 'how often the customer had to come: 1 and the reopenings';
COMMENT ON COLUMN :"target".tickets.agent_replies IS 'correspondence of agents';
COMMENT ON COLUMN :"target".tickets.customer_replies IS 'correspondence of the customer and everybody else who is no agent, without the message that opened the ticket';
COMMENT ON COLUMN :"target".tickets.teammates IS 'agents who wrote a correspondence';
COMMENT ON COLUMN :"target".tickets.reopens IS 'changes from a solved status to one that is neither solved nor dropped';
COMMENT ON COLUMN :"target".tickets.was_pending IS 'whether the ticket is or was in a pending status (stalled)';
COMMENT ON COLUMN :"target".tickets.transferred IS 'whether the ticket ever changed its queue';
COMMENT ON COLUMN :"target".tickets.solved IS 'solved now';
COMMENT ON COLUMN :"target".tickets.csat_score IS 'latest valid value of the custom field, on this ticket or one that was merged into it';
COMMENT ON COLUMN :"target".tickets.handle_time IS 'time worked; NULL when nobody recorded any';
COMMENT ON COLUMN :"target".tickets.paused IS 'time in which nobody had to work on it: in pending statuses, and solved or dropped before a reopening, once the ticket has left them';

COMMENT ON VIEW :"target".surveys IS 'Request Tracker: one row for each valid value of the custom field for satisfaction, made by adapters/request_tracker.sql';
COMMENT ON COLUMN :"target".surveys.response_id IS 'objectcustomfieldvalues.id';
COMMENT ON COLUMN :"target".surveys.sent_at IS 'the time of the answer: RT does not know when it was asked for';
COMMENT ON COLUMN :"target".surveys.score IS 'the value, when it is a whole number on the scale; others are left out';
COMMENT ON COLUMN :"target".surveys.scale_max IS 'the best score, as told to the adapter';
COMMENT ON COLUMN :"target".surveys.agent_id IS 'owner of now';

COMMIT;
