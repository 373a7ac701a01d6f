
-- What dashboards keep of a day and show of it.  Built schemas are put together
-- from these two tables: to keep another tally, or to show more of one, add a row.
-- Calls in them give every argument, of the very type: a function that fits better
-- would be taken for ours.

CREATE TYPE @extschema@.kpi_attribute AS ENUM ('event', 'created');
COMMENT ON TYPE @extschema@.kpi_attribute IS 'the day that a KPI of a ticket belongs to: that on which it happened, or that on which the ticket was created';
CREATE TYPE @extschema@.kpi_tracking AS ENUM ('updated_at', 'triggers');
COMMENT ON TYPE @extschema@.kpi_tracking IS 'how kpi_refresh finds what has changed: by the column updated_at, or by triggers, which see deletions too';

-- kept_by	the tally tables that have it: ticket, agent, hour
-- event	what happens to a ticket (t) or a survey (s) when it counts
-- counted	an aggregate over them; impossible values are NULL here
-- surveyed	whether it takes a relation of surveys; without one, a ticket is asked when
--				it is resolved
CREATE TABLE @extschema@.kpi_measure (
	position integer PRIMARY KEY,
	name text NOT NULL,
	type text NOT NULL,
	kept_by text[] NOT NULL,
	event text NOT NULL CHECK (event IN ('created', 'responded', 'resolved', 'closed', 'sent', 'answered')),
	counted text NOT NULL,
	description text NOT NULL,
	surveyed boolean
);
COMMENT ON TABLE @extschema@.kpi_measure IS 'internal: the tallies of a day that kpi_build keeps, read-only';
REVOKE ALL ON @extschema@.kpi_measure FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_measure TO PUBLIC;

INSERT INTO @extschema@.kpi_measure VALUES
	(1, 'tickets', 'bigint', '{ticket,agent,hour}', 'created', 'count(*)', 'tickets created', NULL),
	(2, 'unanswered', 'bigint', '{ticket,agent}', 'created', 'count(*) FILTER (WHERE t.is_unanswered)', 'tickets created that have no first response yet', NULL),
	(3, 'unresolved', 'bigint', '{ticket,agent}', 'created', 'count(*) FILTER (WHERE t.is_unresolved)', 'tickets created that are not resolved yet', NULL),
	(4, 'rows_excluded', 'bigint', '{ticket,agent}', 'created', 'count(*) FILTER (WHERE t.is_impossible)', 'tickets created with an impossible value, which is left out of the KPI that it would break', NULL),
	(5, 'resolved', 'bigint', '{ticket,agent}', 'resolved', 'count(*)', 'tickets resolved', NULL),
	(6, 'closed', 'bigint', '{ticket}', 'closed', 'count(*)', 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(7, 'closed', 'bigint', '{ticket}', 'created', 'count(*) FILTER (WHERE NOT t.is_unresolved AND t.resolved_at IS NULL)', 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(10, 'response', 'kpi_durations', '{ticket,agent}', 'responded', '@extschema@.durations_agg(t.created_at, t.first_response_at, t.calendar)', 'first response time', NULL),
	(11, 'sla_response', 'kpi_rate', '{ticket,agent}', 'responded', '@extschema@.rate_agg(coalesce(t.sla_response_met, @extschema@.sla_met(t.created_at, t.first_response_at, t.sla_response, t.calendar, NULL::timestamptz)))', 'first responses in time', NULL),
	(20, 'resolution', 'kpi_durations', '{ticket,agent}', 'resolved', '@extschema@.durations_agg(t.created_at, t.resolved_at, t.calendar)', 'resolution time', NULL),
	(21, 'sla_resolution', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(coalesce(t.sla_resolution_met, @extschema@.sla_met(t.created_at, t.resolved_at, t.sla_resolution, t.calendar, NULL::timestamptz)))', 'resolutions in time', NULL),
	(22, 'fcr', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.is_first_contact)', 'tickets resolved at first contact', NULL),
	(23, 'reopen', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.reopens >= 1)', 'resolved tickets that were reopened', NULL),
	(24, 'escalation', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.escalated)', 'resolved tickets that were escalated', NULL),
	(25, 'transfer', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.transferred)', 'resolved tickets that were transferred', NULL),
	(26, 'handle', 'kpi_durations', '{ticket,agent}', 'resolved', '@extschema@.durations_agg(coalesce(t.handle_time, t.talk_time + coalesce(t.hold_time, ''0'') + coalesce(t.wrap_time, ''0'')))', 'handle time', NULL),
	(27, 'qa', 'kpi_ratio', '{ticket,agent}', 'resolved', '@extschema@.ratio_agg(t.qa_points, t.qa_possible)', 'quality review', NULL),
	(28, 'cost', 'kpi_ratio', '{ticket,agent}', 'resolved', '@extschema@.ratio_agg(round(t.cost, 6), 1::numeric) FILTER (WHERE t.cost IS NOT NULL)', 'cost of resolved tickets', NULL),
	(30, 'wait', 'kpi_durations', '{ticket,agent}', 'created', '@extschema@.durations_agg(t.wait_time) FILTER (WHERE t.abandoned IS NOT TRUE)', 'waiting time of answered contacts', NULL),
	(31, 'abandonment', 'kpi_rate', '{ticket,hour}', 'created', '@extschema@.rate_agg(t.abandoned)', 'contacts given up before an answer', NULL),
	(32, 'self_service', 'kpi_rate', '{ticket}', 'created', '@extschema@.rate_agg(t.self_service)', 'issues solved by the customer alone', NULL),
	(33, 'bot_resolution', 'kpi_rate', '{ticket}', 'created', '@extschema@.rate_agg(t.bot_resolved) FILTER (WHERE t.bot_handled)', 'bot conversations solved by the bot', NULL),
	(40, 'csat', 'kpi_scores', '{ticket,agent}', 'answered', '@extschema@.scores_agg(s.score) FILTER (WHERE s.kind = ''csat'')', 'satisfaction', true),
	(44, 'csat', 'kpi_scores', '{ticket,agent}', 'resolved', '@extschema@.scores_agg(t.csat_score)', 'satisfaction', false),
	(41, 'nps', 'kpi_scores', '{ticket,agent}', 'answered', '@extschema@.scores_agg(s.score) FILTER (WHERE s.kind = ''nps'')', 'net promoter score', true),
	(45, 'nps', 'kpi_scores', '{ticket,agent}', 'resolved', '@extschema@.scores_agg(t.nps_score)', 'net promoter score', false),
	(42, 'ces', 'kpi_scores', '{ticket,agent}', 'answered', '@extschema@.scores_agg(s.score) FILTER (WHERE s.kind = ''ces'')', 'customer effort', true),
	(46, 'ces', 'kpi_scores', '{ticket,agent}', 'resolved', '@extschema@.scores_agg(t.ces_score)', 'customer effort', false),
	(43, 'survey_response', 'kpi_rate', '{ticket}', 'sent', '@extschema@.rate_agg(s.answered_at IS NOT NULL)', 'surveys answered of those sent', true),
	(50, 'response', 'kpi_durations', '{hour}', 'created', '@extschema@.durations_agg(t.created_at, t.first_response_at, t.calendar) FILTER (WHERE t.first_response_at IS NOT NULL)', 'first response time of tickets created in the hour', NULL),
	(51, 'handle', 'kpi_durations', '{hour}', 'created', '@extschema@.durations_agg(coalesce(t.handle_time, t.talk_time + coalesce(t.hold_time, ''0'') + coalesce(t.wrap_time, ''0'')))', 'handle time of tickets created in the hour', NULL);

CREATE FUNCTION @extschema@.kpi_kept(kept_by text)
RETURNS TABLE ("position" integer, name text, type text, description text, merged text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT min(m.position), m.name, m.type, min(m.description),
		   format(CASE m.type WHEN 'bigint' THEN 'coalesce(sum(t.%I), 0)::bigint AS %1$I' ELSE '@extschema@.rollup(t.%I) AS %1$I' END, m.name)
	FROM @extschema@.kpi_measure AS m WHERE $1 = ANY (m.kept_by) GROUP BY m.name, m.type ORDER BY 1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_kept(text) IS 'internal: the columns of tallies that a table keeps, and how rows of it, called t, are merged';

-- shown	column name; % is the measure
-- answer	an expression over the tally %s and the settings c
CREATE TABLE @extschema@.kpi_shown (
	measure_type text NOT NULL,
	measure text,
	position integer NOT NULL,
	shown text NOT NULL,
	answer text NOT NULL,
	description text NOT NULL,
	UNIQUE (measure_type, measure, position)
);
COMMENT ON TABLE @extschema@.kpi_shown IS 'internal: the columns in which the views of kpi_build show a tally, read-only';
REVOKE ALL ON @extschema@.kpi_shown FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_shown TO PUBLIC;

INSERT INTO @extschema@.kpi_shown VALUES
	('bigint', NULL, 1, '%', '%s', '%'),
	('kpi_rate', NULL, 1, '%_pct', '@extschema@.rate_pct(%s)', '%, in percent'),
	('kpi_rate', NULL, 2, '%_low_pct', '(@extschema@.rate_ci(%s, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).low', '%: low end of the 95 percent interval'),
	('kpi_rate', NULL, 3, '%_high_pct', '(@extschema@.rate_ci(%s, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).high', '%: high end of the 95 percent interval'),
	('kpi_rate', NULL, 4, '%_hits', '@extschema@.rate_hits(%s)', '%: how many'),
	('kpi_rate', NULL, 5, '%_n', '@extschema@.sample_size(%s)', '%: out of how many'),
	('kpi_durations', NULL, 1, '%_median_seconds', '@extschema@.in_seconds(@extschema@.median_duration(%s))', '%: median in seconds'),
	('kpi_durations', NULL, 2, '%_p90_seconds', '@extschema@.in_seconds(@extschema@.p90_duration(%s))', '%: 90th percentile in seconds'),
	('kpi_durations', NULL, 3, '%_avg_seconds', '@extschema@.in_seconds(@extschema@.avg_duration(%s))', '%: mean in seconds'),
	('kpi_durations', NULL, 4, '%_n', '@extschema@.sample_size(%s)', '%: of how many'),
	('kpi_ratio', 'qa', 1, 'qa_score_pct', '@extschema@.ratio_pct(%s)', 'quality review points in percent of those possible'),
	('kpi_ratio', 'qa', 2, 'qa_n', '@extschema@.sample_size(%s)', 'tickets reviewed'),
	('kpi_ratio', 'cost', 1, 'cost_total', 'CASE WHEN @extschema@.sample_size(%1$s) > 0 THEN @extschema@.ratio_numerator(%1$s) END', 'total cost'),
	('kpi_ratio', 'cost', 2, 'cost_per_contact', '@extschema@.ratio_value(%s)', 'cost per resolved ticket'),
	('kpi_ratio', 'cost', 3, 'cost_n', '@extschema@.sample_size(%s)', 'resolved tickets with a cost'),
	('kpi_scores', 'nps', 1, 'nps', '@extschema@.nps(%s)', 'net promoter score, -100 to 100'),
	('kpi_scores', 'nps', 2, 'nps_low', '(@extschema@.nps_ci(%s, 0.95::double precision)).low', 'net promoter score: low end of the 95 percent interval'),
	('kpi_scores', 'nps', 3, 'nps_high', '(@extschema@.nps_ci(%s, 0.95::double precision)).high', 'net promoter score: high end of the 95 percent interval'),
	('kpi_scores', 'nps', 4, 'nps_n', '@extschema@.sample_size(%s)', 'net promoter score: answers'),
	('kpi_scores', 'csat', 1, 'csat_pct', '@extschema@.csat_pct(%s, c.csat_satisfied_from)', 'satisfied answers, in percent'),
	('kpi_scores', 'csat', 2, 'csat_low_pct', '(@extschema@.csat_ci(%s, c.csat_satisfied_from, 0.95::double precision)).low', 'satisfied answers: low end of the 95 percent interval'),
	('kpi_scores', 'csat', 3, 'csat_high_pct', '(@extschema@.csat_ci(%s, c.csat_satisfied_from, 0.95::double precision)).high', 'satisfied answers: high end of the 95 percent interval'),
	('kpi_scores', 'csat', 4, 'csat_avg', '@extschema@.score_avg(%s)', 'mean satisfaction score'),
	('kpi_scores', 'csat', 5, 'csat_n', '@extschema@.sample_size(%s)', 'satisfaction: answers'),
	('kpi_scores', 'ces', 1, 'ces_pct', '@extschema@.ces_pct(%s, c.ces_easy_from)', 'easy answers, in percent'),
	('kpi_scores', 'ces', 2, 'ces_avg', '@extschema@.score_avg(%s)', 'mean effort score'),
	('kpi_scores', 'ces', 3, 'ces_n', '@extschema@.sample_size(%s)', 'effort: answers');
