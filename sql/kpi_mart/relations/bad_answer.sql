-- internal: the answers to follow up
SELECT
	'survey' AS source, -- survey or ticket
	s.response_id, -- id of the survey, or of the ticket that has the score itself
	s.kind, -- csat, nps or ces
	s.score, -- the score
	s.answered_day, -- day of the answer
	s.ticket_id::text AS ticket_id, -- ticket that it is about
	s.account_id, -- account of the customer
	s.agent_id, -- agent whom the customer rated
	r.comment -- what the customer wrote
FROM @schema@.survey AS s
LEFT JOIN @schema@.survey_source AS r ON r.response_id = s.response_id
WHERE s.is_bad AND NOT s.in_ticket
UNION ALL
SELECT 'ticket', t.ticket_id::text, v.kind, v.score, t.outcome_day, t.ticket_id::text, t.account_id, t.agent_id, NULL
FROM @schema@.ticket AS t
CROSS JOIN LATERAL (VALUES
	('csat', t.csat_score, t.csat_dissatisfied),
	('nps', t.nps_score, t.nps_score <= 6),
	('ces', t.ces_score, 3 * (t.ces_score - @ces_scale_min@ + 1) <= @ces_scale@ - @ces_scale_min@ + 1)) AS v (kind, score, is_bad)
WHERE v.is_bad AND t.merged_into IS NULL
