-- Agents needed by hour of the week and channel, from the load of the last 13 weeks (Erlang C).
-- $1 text  channel, null for all
SELECT weekday, hour, channel, tickets_per_hour, handle_avg_seconds, within_seconds, agents_needed
FROM staffing_by_hour
WHERE $1::text IS NULL OR channel = $1::text
ORDER BY channel, weekday, hour;
