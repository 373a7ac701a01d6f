-- the surveys that the KPI $2 counts, because the ticket has no such answer
-- kind: fragment
	SELECT s.response_id, s.is_good, s.agent_id, s.answered_day, s.channel, s.ticket_id, s.account_id
	FROM @schema@.survey AS s
	WHERE s.kind = CASE $2 WHEN 'effort' THEN 'ces' ELSE $2 END AND NOT s.in_ticket
	AND CASE s.kind WHEN 'nps' THEN s.score IS NOT NULL ELSE s.is_good IS NOT NULL END
