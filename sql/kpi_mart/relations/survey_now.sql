-- one row per survey sent, with every definition applied
-- from: surveys tickets
-- key: response_id
-- index: sent_day
-- index: answered_day
-- index: account_id
-- index: ticket_id
-- days: sent_day answered_day
-- column: category category of its ticket
-- column: customer_tier service tier of the customer, of its ticket
SELECT
	s.response_id, -- id of the survey
	s.kind, -- nps, csat or ces
	coalesce(s.channel, t.channel) AS channel, -- channel on which it was sent; where that is unknown, of its ticket
	coalesce(s.account_id, t.account_id) AS account_id, -- account of the customer; where that is unknown, of the ticket
	coalesce(s.agent_id, t.agent_id) AS agent_id, -- agent whom the customer rated; where that is unknown, of the ticket
	@other_dimensions_of_t@
	s.ticket_id, -- id of the ticket that the survey is about
	s.sent_at, -- when it was sent
	s.answered_at, -- when it was answered; NULL when unknown, or before it was sent
	@extschema@.kpi_day(s.sent_at, @time_zone@) AS sent_day, -- day on which it was sent
	CASE WHEN s.score IS NOT NULL OR s.answered_at IS NOT NULL
		THEN @extschema@.kpi_day(coalesce(s.answered_at, s.sent_at), @time_zone@)
		END AS answered_day, -- day of the answer, where that is unknown of the sending; NULL without an answer
	s.score, -- the score; NULL without an answer, or when it is not on the scale
	s.score >= s.good_from
		AS is_good, -- whether the score is one of a satisfied customer, or of an easy contact; NULL for nps and for other scales
	CASE s.kind
		WHEN 'csat' THEN s.score <= s.good_from - 2
		WHEN 'nps' THEN s.score <= 6
		-- the lowest third of the scale
		WHEN 'ces' THEN 3 * (s.score - s.scale_min + 1) <= s.scale_max - s.scale_min + 1
		END AS is_bad, -- whether it is a bad answer: csat two steps below a satisfied customer, nps 0 to 6, ces in the lowest third
	CASE
		WHEN s.sent_at < t.resolved_at THEN NULL
		WHEN s.sent_at <= t.resolved_at + interval '1 hour' THEN '0-1 hours'
		WHEN s.sent_at <= t.resolved_at + interval '24 hours' THEN '1-24 hours'
		WHEN s.sent_at <= t.resolved_at + interval '168 hours' THEN '1-7 days'
		WHEN t.resolved_at IS NOT NULL THEN 'later'
		END AS delay, -- time from the resolution of the ticket to the sending; NULL when unknown, or sent before
	@extschema@.kpi_hour(s.sent_at, @time_zone@)::bigint AS sent_hour, -- hour of the day of the sending, 0 to 23
	coalesce(t.merged_into IS NULL AND CASE s.kind
			WHEN 'csat' THEN t.csat_satisfied IS NOT NULL
			WHEN 'nps' THEN t.nps_score IS NOT NULL
			WHEN 'ces' THEN t.ces_easy IS NOT NULL
		END, false) AS in_ticket -- whether the ticket has a score of this kind, which the KPIs count instead
FROM (
	SELECT
		r.response_id, r.kind, r.channel, r.account_id, r.agent_id, r.ticket_id, scale.max AS scale_max, scale.min AS scale_min,
		@extschema@.kpi_instant(r.sent_at) AS sent_at,
		CASE WHEN r.answered_at >= r.sent_at THEN @extschema@.kpi_instant(r.answered_at) END AS answered_at,
		CASE
			WHEN r.kind = 'csat' THEN coalesce(@csat_satisfied_from@, CASE scale.max
				WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 4 THEN 3 WHEN 5 THEN 4 WHEN 7 THEN 6 WHEN 10 THEN 8 END)
			-- effort has one scale in a mart
			WHEN r.kind = 'ces' AND scale.max = @ces_scale@ THEN @ces_easy_from@
			END AS good_from,
		CASE WHEN r.score = trunc(r.score) AND r.score BETWEEN scale.min AND scale.max
				AND scale.max BETWEEN 1 AND 100
			THEN r.score END AS score
	FROM @schema@.survey_source AS r
	CROSS JOIN LATERAL (
		SELECT CASE r.kind WHEN 'nps' THEN 10 WHEN 'ces' THEN coalesce(r.scale_max, @ces_scale@)
			ELSE coalesce(r.scale_max, @csat_scale@) END AS max
	) AS s
	CROSS JOIN LATERAL (SELECT s.max, CASE s.max WHEN 10 THEN 0 ELSE 1 END AS min) AS scale
	WHERE r.kind IN ('nps', 'csat', 'ces')
) AS s
LEFT JOIN @schema@.ticket AS t ON t.ticket_id = s.ticket_id
WHERE s.sent_at IS NOT NULL
