-- internal: tallies of the surveys by day, kind, channel and dimensions
-- index: day
-- counts: survey
SELECT
	day, -- day of the sending or of the answer, in the time zone of the mart
	kind, -- nps, csat or ces
	channel, -- channel on which the survey was sent
	@dimensions_but_channel@
	in_ticket, -- whether the KPIs count the score of the ticket instead
	coalesce(sum(sent), 0)::bigint AS sent, -- surveys sent
	@extschema@.rollup(response) AS response, -- surveys sent that were answered
	@extschema@.rollup(csat) AS csat, -- ratings of a satisfied customer
	@extschema@.rollup(nps) AS nps, -- likelihoods to recommend
	@extschema@.rollup(ces) AS ces, -- ratings of an easy contact
	@extschema@.rollup(effort) AS effort -- effort scores
FROM (
	SELECT
		sent_day AS day,
		kind,
		channel,
		@dimensions_but_channel@
		in_ticket,
		count(*) AS sent,
		@extschema@.rate_agg(answered_day IS NOT NULL) AS response,
		NULL::@extschema@.kpi_rate AS csat,
		NULL::@extschema@.kpi_scores AS nps,
		NULL::@extschema@.kpi_rate AS ces,
		NULL::@extschema@.kpi_ratio AS effort
	FROM @survey_facts@
	GROUP BY sent_day, kind, channel, @dimensions_but_channel@ in_ticket
	UNION ALL
	SELECT
		answered_day AS day,
		kind,
		channel,
		@dimensions_but_channel@
		in_ticket,
		NULL, NULL, -- the sending
		@extschema@.rate_agg(is_good) FILTER (WHERE kind = 'csat') AS csat,
		@extschema@.scores_agg(score::bigint) FILTER (WHERE kind = 'nps') AS nps,
		@extschema@.rate_agg(is_good) FILTER (WHERE kind = 'ces') AS ces,
		@extschema@.ratio_agg(score, 1::double precision) FILTER (WHERE kind = 'ces' AND is_good IS NOT NULL) AS effort
	FROM @survey_facts@
	WHERE answered_day IS NOT NULL
	GROUP BY answered_day, kind, channel, @dimensions_but_channel@ in_ticket
) AS events
GROUP BY day, kind, channel, @dimensions_but_channel@ in_ticket
