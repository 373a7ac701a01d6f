-- The cost of scores of messages, compared with reading them, and with the words that full-text search makes of them.

INSERT INTO kpi_bench.target VALUES
    ('to_tsvector(''english'') / sentiment()', 12, NULL),
    ('sentiment() with 20,000 own entries / without', NULL, 1.3);

-- a million messages of about 100 bytes, made of two labelled ones and a number, so that no two are the same
CREATE UNLOGGED TABLE part_of_message AS
    SELECT row_number() OVER (ORDER BY md5(body)) AS n, body FROM labelled WHERE octet_length(body) BETWEEN 20 AND 80;
CREATE UNLOGGED TABLE messages AS
    SELECT i, a.body || ' ' || i || ' ' || b.body AS body
    FROM (SELECT count(*) AS many FROM part_of_message) AS c
         CROSS JOIN generate_series(1, least(current_setting('kpi_bench.rows')::bigint, 1000000)) AS i
         JOIN part_of_message AS a ON a.n = 1 + i * 7919 % many
         JOIN part_of_message AS b ON b.n = 1 + i / many * 31 % many;
CREATE UNLOGGED TABLE few_messages AS SELECT * FROM messages WHERE i <= 100000;
VACUUM (FREEZE, ANALYZE) messages, few_messages;
SELECT set_config('kpi_bench.lexicon',
    'english; ' || string_agg(format('own%s:-0.4, "own%1$s again":-0.5', i), ', '), false)
FROM generate_series(1, 10000) AS i;

CALL kpi_bench.compare('sentiment() / reading the messages',
    'SELECT count(sentiment(body)) FROM messages', 'SELECT count(octet_length(body)) FROM messages');
CALL kpi_bench.compare('to_tsvector(''english'') / sentiment()',
    'SELECT count(to_tsvector(''english'', body)) FROM few_messages',
    'SELECT count(sentiment(body)) FROM few_messages');
CALL kpi_bench.compare('sentiment() with 20,000 own entries / without',
    format('SELECT count(sentiment(body, %L)) FROM messages', current_setting('kpi_bench.lexicon')),
    'SELECT count(sentiment(body)) FROM messages');
-- the mart has other messages
DROP TABLE messages, few_messages;
