-- The tables of the import, in the schema import. Only the result, the table tickets, is outside.
CREATE SCHEMA import;

-- The columns that an export can fill. lack: what a ticket is missing if its value cannot be read.
CREATE TABLE import.target (position int GENERATED ALWAYS AS IDENTITY, name text PRIMARY KEY, kind text NOT NULL,
    lack text NOT NULL);
INSERT INTO import.target (name, kind, lack) VALUES
    ('ticket_id', 'text', 'id'),
    ('created_at', 'time', 'creation date, which every KPI needs'),
    ('first_response_at', 'time', 'first response time'),
    ('response_time', 'duration', 'first response time'),
    ('resolved_at', 'time', 'resolution time'),
    ('resolution_time', 'duration', 'resolution time'),
    ('closed_at', 'time', 'closing time'),
    ('updated_at', 'time', 'time of the last update'),
    ('sla_response_met', 'verdict', 'SLA result for the first response'),
    ('sla_resolution_met', 'verdict', 'SLA result for the resolution'),
    ('status', 'status', 'known status'),
    ('solved', 'flag', 'solved flag'),
    ('reopens', 'count', 'reopen count'),
    ('contacts', 'count', 'contact count'),
    ('agent_replies', 'count', 'agent reply count'),
    ('customer_replies', 'count', 'customer reply count'),
    ('csat_score', 'csat', 'CSAT answer'),
    ('nps_score', 'nps', 'NPS answer'),
    ('ces_score', 'ces', 'CES answer'),
    ('handle_time', 'duration', 'handle time'),
    ('wait_time', 'duration', 'wait time'),
    ('pending_time', 'duration', 'time in status pending'),
    ('on_hold_time', 'duration', 'time in status on_hold'),
    ('escalated', 'flag', 'escalated flag'),
    ('channel', 'text', 'channel'),
    ('priority', 'text', 'priority'),
    ('category', 'text', 'category'),
    ('team', 'text', 'team'),
    ('agent_id', 'text', 'agent'),
    ('customer_id', 'text', 'customer'),
    ('account_id', 'text', 'account'),
    ('customer_tier', 'text', 'tier');

-- The cost of having none of these targets.
CREATE TABLE import.need (position int GENERATED ALWAYS AS IDENTITY, targets text[] NOT NULL, costs text NOT NULL);
INSERT INTO import.need (targets, costs) VALUES
    ('{ticket_id}', 'each row counts as a ticket'),
    ('{created_at}', 'no data mart: the KPIs below cover the whole file, without times, months and backlog'),
    ('{first_response_at,response_time}', 'no first response time'),
    ('{resolved_at,resolution_time}', 'no resolution time'),
    ('{resolved_at,solved,status}', 'no backlog, no reopen rate, no first contact resolution'),
    ('{sla_response_met}', 'no SLA attainment of first responses, unless you add targets to kpi_sla_policy'),
    ('{sla_resolution_met}', 'no SLA attainment of resolutions, unless you add targets to kpi_sla_policy'),
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

-- The options of the command line. vendor: the recognized vendor, the name of a file in headers.
CREATE TABLE import.options (vendor text, map text NOT NULL, dates text NOT NULL, decimals text NOT NULL,
    zone text NOT NULL);

-- The lines of headers/*.txt and words.txt as they are.
CREATE TABLE import.line (position int GENERATED ALWAYS AS IDENTITY, file text NOT NULL, text text NOT NULL);

-- The columns of the export. zone: a time zone in the column name.
CREATE TABLE import.header (number int PRIMARY KEY, name text NOT NULL, key text NOT NULL, zone text);

-- The columns that are read. option: a unit, the highest score of a scale, "sign" or "not". given: set by --map.
CREATE TABLE import.mapping (target text PRIMARY KEY REFERENCES import.target, number int NOT NULL, option text,
    given boolean NOT NULL);

-- The remarks of the report, in order.
CREATE TABLE import.remark (position int GENERATED ALWAYS AS IDENTITY, remark text NOT NULL);

-- Removes what could harm a terminal: control characters and marks that change the direction of text.
CREATE FUNCTION import.plain(v text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(CASE WHEN v ~ '^[ -~]*$' THEN v
        ELSE regexp_replace(v,
            '[\u0001-\u001f\u007f-\u00a0\u2007-\u200f\u2028-\u202f\u2066-\u2069\ufeff]+', ' ', 'g') END)
$$;

-- Normalizes a column name for comparison: "First Reply-Time" and "firstReplyTime" become "first reply time".
CREATE FUNCTION import.name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(lower(regexp_replace(regexp_replace(name, '([a-z])([A-Z])', '\1 \2', 'g'),
                                      '[^[:alnum:]#]+', ' ', 'g')))
$$;

-- Tests whether a time zone has this name. The view is slow: it reads the files of all zones.
CREATE FUNCTION import.is_zone(zone text) RETURNS boolean LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    RETURN zone = 'UTC' OR EXISTS (SELECT FROM pg_timezone_names AS z WHERE z.name = zone);
END $$;

-- Stores the header, a row of the file as JSON. A time zone in brackets at the end of a name is not part of its key.
-- Columns of the same name get their numbers as part of the name, so that the report can tell them apart.
CREATE FUNCTION import.keep_header(fields jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO import.header (number, name, key, zone)
    SELECT c.number,
           CASE WHEN c.name = '' THEN 'column ' || c.number
                WHEN count(*) OVER (PARTITION BY c.name) > 1 THEN format('%s [column %s]', c.name, c.number)
                ELSE c.name END,
           import.name_key(CASE WHEN z.name IS NULL THEN c.name ELSE regexp_replace(c.name, '\([^()]*\)$', '') END),
           z.name
    FROM (SELECT substr(f.key, 2)::int AS number, coalesce(import.plain(f.value), '') AS name
          FROM jsonb_each_text(fields) AS f WHERE f.key ~ '^c\d+$') AS c
    LEFT JOIN LATERAL substring(c.name FROM '\(([A-Z][A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*)\)$') AS z (name)
           ON import.is_zone(z.name)
$$;
