-- The tables of the import. All of it is in the schema import; the tickets are made as the table tickets.
CREATE SCHEMA import;

-- The columns that an export can fill. lack: what a ticket does not have when its value cannot be read.
CREATE TABLE import.target (position int GENERATED ALWAYS AS IDENTITY, name text PRIMARY KEY, kind text NOT NULL,
    lack text NOT NULL);
INSERT INTO import.target (name, kind, lack) VALUES
    ('ticket_id', 'text', 'id'),
    ('created_at', 'time', 'creation, so that no KPI counts them'),
    ('first_response_at', 'time', 'first response time'),
    ('response_time', 'duration', 'first response time'),
    ('resolved_at', 'time', 'resolution time'),
    ('resolution_time', 'duration', 'resolution time'),
    ('closed_at', 'time', 'closing time'),
    ('updated_at', 'time', 'time of their last change'),
    ('sla_response_met', 'verdict', 'verdict on the SLA of the first response'),
    ('sla_resolution_met', 'verdict', 'verdict on the SLA of the resolution'),
    ('status', 'status', 'known status'),
    ('solved', 'flag', 'mark whether they are solved'),
    ('reopens', 'count', 'number of reopens'),
    ('contacts', 'count', 'number of contacts'),
    ('agent_replies', 'count', 'number of agent replies'),
    ('customer_replies', 'count', 'number of customer replies'),
    ('csat_score', 'csat', 'CSAT answer'),
    ('nps_score', 'nps', 'NPS answer'),
    ('ces_score', 'ces', 'CES answer'),
    ('handle_time', 'duration', 'handle time'),
    ('wait_time', 'duration', 'wait time'),
    ('pending_time', 'duration', 'time in the status pending'),
    ('on_hold_time', 'duration', 'time in the status on_hold'),
    ('escalated', 'flag', 'mark whether they were escalated'),
    ('channel', 'text', 'channel'),
    ('priority', 'text', 'priority'),
    ('category', 'text', 'category'),
    ('team', 'text', 'team'),
    ('agent_id', 'text', 'agent'),
    ('customer_id', 'text', 'customer'),
    ('account_id', 'text', 'account'),
    ('customer_tier', 'text', 'tier');

-- What is lost without any of these targets.
CREATE TABLE import.need (position int GENERATED ALWAYS AS IDENTITY, targets text[] NOT NULL, costs text NOT NULL);
INSERT INTO import.need (targets, costs) VALUES
    ('{ticket_id}', 'each row counts as one ticket, even if the file has several rows of a ticket'),
    ('{created_at}', 'no data mart, so no times, no months and no backlog; the KPIs below cover the whole file'),
    ('{first_response_at,response_time}', 'no first response time, no tickets without an answer'),
    ('{resolved_at,resolution_time}', 'no resolution time'),
    ('{resolved_at,solved,status}', 'no backlog, no reopen rate, no first contact resolution'),
    ('{sla_response_met}', 'no SLA attainment of first responses, unless you set targets in kpi_sla_policy'),
    ('{sla_resolution_met}', 'no SLA attainment of resolutions, unless you set targets in kpi_sla_policy'),
    ('{contacts,agent_replies}', 'no first contact resolution'),
    ('{reopens}', 'no reopen rate'),
    ('{csat_score}', 'no CSAT'),
    ('{nps_score}', 'no NPS'),
    ('{ces_score}', 'no CES'),
    ('{handle_time}', 'no average handle time'),
    ('{channel}', 'no KPIs by channel'),
    ('{team}', 'no KPIs by team'),
    ('{agent_id}', 'no KPIs by agent'),
    ('{customer_id}', 'no recontact rate');

-- The options of the command line. vendor: the vendor that the names of the columns show, a file in headers.
CREATE TABLE import.options (vendor text, map text NOT NULL, dates text NOT NULL, decimals text NOT NULL, zone
    text NOT NULL);

-- The lines of headers/*.txt and words.txt as they are.
CREATE TABLE import.line (position int GENERATED ALWAYS AS IDENTITY, file text NOT NULL, text text NOT NULL);

-- The columns of the export. zone: a time zone that the header names.
CREATE TABLE import.header (number int PRIMARY KEY, name text NOT NULL, key text NOT NULL, zone text);

-- The columns that are read. option: a unit, the highest score of a scale, "sign" or "not". given: named by --map.
CREATE TABLE import.mapping (target text PRIMARY KEY REFERENCES import.target, number int NOT NULL, option text,
    given boolean NOT NULL);

-- What has to be said about columns, in order.
CREATE TABLE import.remark (position int GENERATED ALWAYS AS IDENTITY, remark text NOT NULL);

-- Makes a text harmless on a terminal: without control characters and marks that change the direction.
CREATE FUNCTION import.plain(v text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(CASE WHEN v ~ '^[ -~]*$' THEN v
        ELSE regexp_replace(v, '[\u0001-\u001f\u007f-\u00a0\u200b-\u200f\u2028-\u202f\u2066-\u2069\ufeff]+', ' ', 'g') END)
$$;

-- The name of a column, as it is compared: "First Reply-Time" and "firstReplyTime" are "first reply time".
CREATE FUNCTION import.name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT btrim(lower(regexp_replace(regexp_replace(name, '([a-z])([A-Z])', '\1 \2', 'g'), '[^[:alnum:]#]+', ' ', 'g'))) $$;

-- Stores the header, a row of the file as JSON. A zone in brackets at the end of a name is not part of its key.
CREATE FUNCTION import.keep_header(fields jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO import.header (number, name, key, zone)
    SELECT substr(f.key, 2)::int, coalesce(nullif(import.plain(f.value), ''), 'column ' || substr(f.key, 2)),
           import.name_key(CASE WHEN z.name IS NULL THEN coalesce(f.value, '') ELSE regexp_replace(f.value, '\([^()]*\)\s*$', '') END),
           z.name
    FROM jsonb_each_text(fields) AS f
    LEFT JOIN pg_timezone_names AS z ON z.name = substring(f.value FROM '\(([A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*)\)\s*$')
    WHERE f.key ~ '^c\d+$'
$$;
