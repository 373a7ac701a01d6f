-- internal: tallies of the tickets, and of the answers to surveys, by day, and by dimensions, segment or agent
-- names: segment_daily_tally_now ticket_daily_tally_now agent_daily_tally_now
-- index: day
-- counts: ticket survey
-- column: category category of the tickets
-- column: customer_tier service tier of the customers
-- column: agent_id agent who answered or has the ticket; NULL when unassigned
-- column: agent_name name of the agent, of tickets created on the day
-- column: agent_hired_on day on which the agent was hired, of tickets created on the day
SELECT
	day, -- day of the event in the time zone of the mart; with attribute => 'created' of the creation, except for answers to surveys
	@split@,
	@agent_columns@
	coalesce(sum(tickets), 0)::bigint AS tickets, -- tickets created
	CASE WHEN @answer_known@ THEN coalesce(sum(unanswered), 0)::bigint END
		AS unanswered, -- tickets created that have no first response yet; NULL when unknown
	CASE WHEN @resolution_known@ THEN coalesce(sum(unresolved), 0)::bigint END
		AS unresolved, -- tickets created that are not resolved now; NULL when unknown
	CASE WHEN @status_known@ THEN coalesce(sum(pending), 0)::bigint END
		AS pending, -- tickets created that wait for the customer now; NULL when unknown
	CASE WHEN @deflection_known@ THEN coalesce(sum(deflected), 0)::bigint END
		AS deflected, -- tickets created that customers or bots solved without an agent; NULL when unknown
	@extschema@.rollup(wait) AS wait, -- waits for the answer of contacts that were answered
	@extschema@.rollup(abandonment) AS abandonment, -- contacts that the customer abandoned before the answer
	@extschema@.rollup(self_service) AS self_service, -- issues that the customer solved alone
	@extschema@.rollup(bot_resolution) AS bot_resolution, -- bot conversations that the bot solved
	@extschema@.rollup(bot_escalation) AS bot_escalation, -- bot conversations handed over to an agent
	@extschema@.rollup(bot_escalation_accuracy) AS bot_escalation_accuracy, -- hand-overs by the bot that were right
	@extschema@.rollup(bot_acceptance) AS bot_acceptance, -- bot conversations in which the customer accepted the bot
	@extschema@.rollup(sentiment) AS sentiment, -- sentiment of the tickets created
	@extschema@.rollup(negative_sentiment) AS negative_sentiment, -- tickets created whose sentiment is -0.05 or less
	@extschema@.rollup(response) AS response, -- first response times
	@extschema@.rollup(sla_response)
		AS sla_response, -- first responses in time, of those in time or missed
	CASE WHEN @resolution_known@ THEN coalesce(sum(resolved), 0)::bigint END
		AS resolved, -- tickets resolved; NULL when unknown
	@extschema@.rollup(resolution) AS resolution, -- resolution times
	@extschema@.rollup(fcr) AS fcr, -- resolved tickets that were resolved at first contact
	@extschema@.rollup(follow_ups) AS follow_ups, -- contacts after the first one, of resolved tickets that needed more
	@extschema@.rollup(reopen) AS reopen, -- tickets ever resolved that were reopened
	@extschema@.rollup(escalation) AS escalation, -- tickets that were escalated
	@extschema@.rollup(transfer) AS transfer, -- tickets that were transferred
	@extschema@.rollup(handle) AS handle, -- handle times
	@extschema@.rollup(csat) AS csat, -- satisfied ratings, of all in tickets and in surveys whose ticket has none
	@extschema@.rollup(nps) AS nps, -- likelihoods to recommend, in tickets and in surveys whose ticket has none
	@extschema@.rollup(ces) AS ces, -- easy ratings, of all in tickets and in surveys whose ticket has none
	@extschema@.rollup(effort) AS effort, -- effort scores, in tickets and in surveys whose ticket has none
	@extschema@.rollup(qa) AS qa, -- points of quality reviews
	@extschema@.rollup(cost) AS cost, -- costs of the tickets
	@extschema@.rollup(sla_resolution)
		AS sla_resolution -- resolutions in time, of those in time or missed
FROM (
@events@
) AS events
WHERE day IS NOT NULL
GROUP BY day, @split@
