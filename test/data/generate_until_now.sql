-- Makes two years that end now of the year of generate.sql, for a dashboard: run it after that, in the same database.
--
-- The earlier year is a copy, in which Technical answers more slowly and Billing is rated lower. Everything moves by whole
-- weeks, so that weekdays stay, and what would happen after now is taken back: such tickets are open.

SET client_min_messages = warning;

-- The copy begins 52 weeks earlier.
INSERT INTO work_time SELECT agent_id, started_at - interval '364 days', ended_at - interval '364 days', state FROM work_time;
INSERT INTO help_sessions
SELECT 'E' || session_id, at - interval '364 days', article_id, customer_id, 'E' || ticket_id FROM help_sessions;
INSERT INTO costs SELECT (month - interval '1 year')::date, component, channel, round(amount * 0.94, 2) FROM costs;
INSERT INTO messages SELECT 'E' || ticket_id, at - interval '364 days', author, author_id, is_public, body FROM messages;
INSERT INTO surveys
SELECT 'E' || response_id, kind, sent_at - interval '364 days', answered_at - interval '364 days',
       CASE WHEN s.kind = 'nps' AND t.team = 'Billing' AND s.score > 0 THEN s.score - 1 ELSE s.score END, scale_max,
       'E' || s.ticket_id, s.account_id, s.agent_id, s.channel
FROM surveys AS s LEFT JOIN tickets AS t USING (ticket_id);

CREATE TEMP TABLE earlier AS SELECT * FROM tickets;
UPDATE earlier SET
	ticket_id = 'E' || ticket_id,
	created_at = created_at - interval '364 days',
	first_response_at = first_response_at - interval '364 days'
		+ CASE team WHEN 'Technical' THEN 0.6 ELSE 0 END * least(first_response_at - created_at, resolved_at - first_response_at),
	resolved_at = resolved_at - interval '364 days',
	closed_at = closed_at - interval '364 days',
	updated_at = updated_at - interval '364 days',
	contacts = contacts + CASE WHEN ticket_id ~ '[02468]5$' THEN 1 ELSE 0 END,
	csat_score = CASE WHEN team = 'Billing' AND ticket_id LIKE '%3' AND csat_score > 1 THEN greatest(csat_score - 2, 1) ELSE csat_score END,
	sla_response_met = CASE WHEN team = 'Technical' AND ticket_id LIKE '%7' THEN false ELSE sla_response_met END;
-- what was open when the year ended was solved later
UPDATE earlier SET
	resolved_at = created_at + interval '9 days', closed_at = created_at + interval '14 days', updated_at = created_at + interval '14 days',
	first_response_at = coalesce(first_response_at, created_at + interval '2 days'), status = 'closed', solved = true
WHERE status IN ('open', 'pending');
INSERT INTO tickets SELECT * FROM earlier;
DROP TABLE earlier;

-- Whole weeks from the end of the year, 2026-11-01, to now, rounded up.
SELECT ceil((extract(epoch FROM now()) - extract(epoch FROM timestamptz '2026-11-01 00:00+00')) / 604800)::int * 7 AS days \gset

UPDATE tickets SET
	created_at = created_at + :days * interval '24 hours', first_response_at = first_response_at + :days * interval '24 hours',
	resolved_at = resolved_at + :days * interval '24 hours', closed_at = closed_at + :days * interval '24 hours',
	updated_at = updated_at + :days * interval '24 hours', agent_hired_on = agent_hired_on + :days;
UPDATE messages SET at = at + :days * interval '24 hours';
UPDATE surveys SET sent_at = sent_at + :days * interval '24 hours', answered_at = answered_at + :days * interval '24 hours';
UPDATE work_time SET started_at = started_at + :days * interval '24 hours', ended_at = ended_at + :days * interval '24 hours';
UPDATE help_sessions SET at = at + :days * interval '24 hours';
UPDATE customer_events SET at = at + :days * interval '24 hours';
UPDATE costs SET month = date_trunc('month', month + :days)::date;
ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_pkey;
UPDATE subscriptions SET starts_on = starts_on + :days, ends_on = ends_on + :days, renewal_due_on = renewal_due_on + :days;

-- What has not happened yet.
DELETE FROM messages WHERE at > now();
DELETE FROM help_sessions WHERE at > now();
DELETE FROM customer_events WHERE at > now();
DELETE FROM surveys WHERE sent_at > now();
DELETE FROM subscriptions WHERE starts_on > now();
UPDATE subscriptions SET ends_on = NULL, end_reason = NULL, renewed = NULL WHERE ends_on > now();
UPDATE subscriptions SET renewed = NULL WHERE renewal_due_on > now();
DELETE FROM costs WHERE month > now();
UPDATE surveys SET answered_at = NULL, score = NULL WHERE answered_at > now();
DELETE FROM work_time WHERE started_at > now() AND state <> 'scheduled';
UPDATE work_time SET ended_at = now() WHERE ended_at > now() AND state <> 'scheduled';
DELETE FROM tickets WHERE created_at > now();
UPDATE tickets SET
	resolved_at = NULL, closed_at = NULL, solved = NULL, status = 'open', sla_resolution_met = NULL, csat_score = NULL,
	nps_score = NULL, ces_score = NULL, qa_points = NULL, qa_possible = NULL, cost = NULL
WHERE coalesce(resolved_at, closed_at) > now();
UPDATE tickets SET first_response_at = NULL, first_responder_id = NULL, sla_response_met = NULL, handle_time = NULL
WHERE first_response_at > now();
UPDATE tickets SET closed_at = NULL, status = 'solved' WHERE closed_at > now();
UPDATE tickets SET updated_at = now() WHERE updated_at > now();

-- Most of what was open at the end of the year was solved soon after it was created.
UPDATE tickets SET
	resolved_at = created_at + (20 + abs(hashtext(ticket_id)) % 90) * interval '1 hour', status = 'solved', solved = true,
	updated_at = created_at + interval '5 days',
	first_response_at = coalesce(first_response_at, created_at + interval '10 hours')
WHERE status IN ('open', 'pending') AND created_at < now() - interval '6 days'
AND (hashtext(ticket_id) % 9 <> 0 OR created_at < now() - interval '40 days');

CREATE INDEX ON tickets (updated_at);
ANALYZE;
