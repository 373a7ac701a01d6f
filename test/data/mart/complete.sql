-- complete_ticket: every column of the contract, with possible values.  Many rows
-- have a NULL in a column or two, and agents a1 and a2 answer for each other.

SELECT setseed(0.42);
CREATE TABLE complete_ticket AS
SELECT 'T' || n AS ticket_id, created AS created_at, created + r * interval '6 hours' AS first_response_at,
	created + r * interval '9 hours' AS first_resolved_at,
	CASE WHEN n % 5 > 0 THEN created + r * interval '30 hours' END AS resolved_at,
	CASE WHEN n % 5 IN (0, 1) THEN created + r * interval '50 hours' END AS closed_at,
	created + r * interval '1 hour' AS handed_off_at, created + interval '3 days' AS updated_at,
		created + interval '4 days' AS loaded_at,
	(ARRAY['new', 'open', 'pending', 'on_hold'])[1 + n % 4] AS status, 'customer' AS opened_by, 'u' || n % 9 AS customer_id,
		'c' || n % 7 AS account_id,
	(ARRAY['gold', 'silver'])[1 + n % 2] AS customer_tier, 'a' || n % 3 AS agent_id, 'Agent ' || n % 3 AS agent_name,
	'a' || n % 4 AS first_responder_id, 'team ' || n % 2 AS team, (ARRAY['phone', 'mail',
		'chat'])[1 + n % 3] AS channel,
	(ARRAY['bill', 'bug'])[1 + n % 2] AS category, (ARRAY['high', 'low', NULL])[1 + n % 3] AS priority,
		NULL::text AS merged_into,
	date '2023-11-15' + 20 * (n % 3) AS agent_hired_on, (1 + n % 2)::bigint AS contacts,
		(1 + n % 3)::bigint AS agent_messages,
	(n % 3)::bigint AS agent_replies, (n % 2)::bigint AS customer_replies, (1 + n % 2)::bigint AS teammates,
		(1 + n % 2)::bigint AS closes,
	CASE WHEN n % 6 = 0 THEN 1 ELSE 0 END::bigint AS reopens, n % 4 = 0 AS was_pending, n % 7 = 0 AS escalated,
		n % 8 = 0 AS transferred,
	n % 9 = 0 AS abandoned, n % 5 > 0 AS solved, n % 3 = 0 AS bot_handled, n % 2 = 0 AS bot_resolved,
		n % 4 = 1 AS bot_escalated,
	n % 5 = 0 AS bot_escalation_right, n % 7 > 2 AS bot_accepted, n % 11 = 0 AS self_service,
	CASE WHEN n % 4 > 0 THEN 1 + n % 5 END::smallint AS csat_score, CASE WHEN n % 3 > 0
		THEN n % 11 END::smallint AS nps_score,
	(1 + n % 7)::smallint AS ces_score, 5::smallint AS scale_max, (n % 9)::double precision AS qa_points,
		10::double precision AS qa_possible,
	n * interval '1 second' AS talk_time, n * interval '2 seconds' AS hold_time, interval '1 minute' AS wrap_time,
	CASE WHEN n % 2 = 0 THEN r * interval '20 minutes' END AS handle_time, r * interval '90 seconds' AS wait_time,
	CASE WHEN n % 10 = 0 THEN interval '17 minutes' END AS response_time, CASE WHEN n % 10 = 3
		THEN interval '3 hours' END AS resolution_time,
	r * interval '1 hour' AS new_time, r * interval '2 hours' AS open_time, r * interval '3 hours' AS pending_time,
	r * interval '4 hours' AS on_hold_time,
	CASE WHEN n % 3 = 0 THEN tstzmultirange(tstzrange(created + interval '1 hour',
		created + interval '40 hours')) END AS paused,
	round((r * 20)::numeric, 2) AS cost, round((2 * r - 1)::numeric, 3)::double precision AS sentiment,
	interval '1 hour' AS sla_response, interval '2 hours' AS sla_next_response, interval '8 hours' AS sla_resolution, n % 13 > 0 AS sla_in_hours,
	CASE WHEN n % 17 = 0 THEN n % 2 = 0 END AS sla_response_met, CASE WHEN n % 19 = 0
		THEN n % 2 = 0 END AS sla_resolution_met,
	CASE WHEN n % 4 = 0 THEN 'Asia/Kolkata; Mo-Sa 10:00-18:30' END::business_hours AS hours
FROM (
	SELECT n, round(random()::numeric, 4)::double precision AS r,
		timestamptz '2024-01-03 08:17 UTC' + n * interval '7 hours 13 minutes' AS created
	FROM generate_series(1, 300) AS n
) AS t;
