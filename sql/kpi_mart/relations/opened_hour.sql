-- internal: the tickets behind the KPI $2 of an hour of the week and of a channel $1, as opened_kpi
-- kind: query
SELECT t.ticket_id::text AS id, false AS is_survey, @ticket_state@ AS state, t.is_hit
FROM @schema@.hour_window AS w
JOIN (
@ticket_kpi@
) AS t ON t.created_day BETWEEN w.first_day AND w.last_day
WHERE t.created_at IS NOT NULL
AND extract(isodow FROM t.created_day) = ($1 ->> 'weekday')::integer
AND @extschema@.kpi_hour(t.created_at, @time_zone@) = ($1 ->> 'hour')::integer
AND (NOT $1 ? 'channel' OR t.channel IS NOT DISTINCT FROM $1 ->> 'channel')
