-- KPIs of users, the catalogue, and the search in it.
\set SHOW_CONTEXT never
SET search_path = kpi_test, public;
CREATE ROLE regress_kpi_analyst;
CREATE SCHEMA support AUTHORIZATION regress_kpi_analyst;
GRANT USAGE ON SCHEMA kpi_test TO regress_kpi_analyst;
GRANT SELECT ON kpi_test.facts TO regress_kpi_analyst;
SET ROLE regress_kpi_analyst;
SET search_path = support, public;

SELECT kpi_define('first_line_rate', 'rate', 'Percentage of tickets that the first line solved.',
				  question => 'How much does the first line solve alone?', better => 'up',
				  aliases => ARRAY['first line', 'l1 resolution'],
				  example => 'SELECT first_line_rate(solved) FROM tickets');
SELECT kpi_define('p95_triage', 'durations', '95th percentile of the time to triage.', answer => 'p95_duration');
SELECT kpi_define('avg_triage', 'average', 'Mean time to triage.');
SELECT kpi_define('mood', 'scores', 'Net mood on 0..10.', answer => 'nps', unit => 'points');
SELECT kpi_define('articles_per_ticket', 'ratio', 'Articles sent per ticket.', schema => 'support');
SELECT name, schema, aliases, family, transitions, final_function, signatures, unit, better, definition,
	   question, example
FROM kpi_catalogue WHERE NOT built_in ORDER BY name;
SELECT first_line_rate(yes) = sla_rate(yes) AS rate, p95_triage(duration1) = p95_response(duration1) AS durations,
	   avg_triage(started, ended) = avg_response(started, ended) AS average,
	   mood(score10) = nps(score10) AS scores,
	   articles_per_ticket(big, big2) = knowledge_base_usage(big, big2) AS ratio
FROM kpi_test.facts;
SELECT p95_triage(duration1) OVER (ORDER BY k ROWS 1 PRECEDING)
		   = p95_response(duration1) OVER (ORDER BY k ROWS 1 PRECEDING) AS moving
FROM kpi_test.facts WHERE k < 3;
SELECT obj_description('first_line_rate(boolean)'::regprocedure);
SELECT name, question, better, example FROM kpi_help('l1 resolution');

-- impossible definitions raise an error and leave nothing behind
SELECT kpi_define('First Line', 'rate', 'Spaces.');
SELECT kpi_define('x; DROP TABLE facts', 'rate', 'Injection.');
SELECT kpi_define('', 'rate', 'Nothing.');
SELECT kpi_define(NULL, 'rate', 'Nothing.');
SELECT kpi_define(repeat('x', 64), 'rate', 'Too long.');
SELECT kpi_define('first_line', 'percent', 'No such family.');
SELECT kpi_define('first_line', NULL, 'No family.');
SELECT kpi_define('first_line', 'rate', NULL);
SELECT kpi_define('first_line', 'rate', E'Two lines.\nUnit: forged');
SELECT kpi_define('first_line', 'rate', 'Aliases.', aliases => ARRAY['one, two']);
SELECT kpi_define('first_line', 'rate', 'No such answer.', answer => 'p95_duration');
SELECT kpi_define('first_line', 'durations', 'A support function.', answer => 'kpi_durations_hash');
SELECT kpi_define('first_line', 'durations', 'Needs a fraction.', answer => 'percentile');
SELECT kpi_define('nps', 'rate', 'There is one.');
SELECT kpi_define('sample_size', 'rate', 'There is a function.');
SELECT kpi_define('kpi_rate', 'rate', 'There is a type.');
-- an aggregate named like a function of PostgreSQL would take its calls, or its name is syntax
SELECT name, kpi_define(name, 'rate', 'Taken.') FROM unnest(ARRAY['count']) AS name;
CREATE FUNCTION refusal(name text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM kpi_define(name, 'rate', 'Taken.');
	RETURN 'defined';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
SELECT name, refusal(name)
FROM unnest(ARRAY['sum', 'avg', 'date', 'text', 'coalesce', 'greatest', 'extract', 'user', 'interval', 'mode',
				  'bool_and']) AS name;
DROP FUNCTION refusal;
SELECT kpi_define('first_line_rate', 'rate', 'Again.');
SELECT kpi_define('first_line_rate', 'scores', 'Of another family.');
SELECT kpi_define('first_line_rate', 'rate', 'Nowhere.', schema => 'no such schema');
SELECT kpi_define('elsewhere', 'rate', 'Not ours.', schema => 'kpi_test');
SELECT kpi_define('elsewhere', 'rate', 'Not there.', schema => 'nowhere');
SET search_path = '';
SELECT public.kpi_define('elsewhere', 'rate', 'No schema at all.');
SET search_path = support, public;
SELECT count(*) FROM pg_proc
WHERE pronamespace = 'support'::regnamespace
	AND proname NOT IN ('first_line_rate', 'p95_triage', 'avg_triage', 'mood', 'articles_per_ticket');

-- the built-in rows are read-only
UPDATE kpi_builtin SET definition = 'mine';
DELETE FROM kpi_builtin;
INSERT INTO kpi_builtin SELECT * FROM kpi_builtin;

-- the formula of a rate joins its hits and its trials; those of percentiles and means differ in fraction and duration alone
SELECT name, formula, hit, denominator FROM kpi_builtin
WHERE family = 'rate' AND formula <> format('100 x (%s) / (%s)', hit, denominator);
SELECT regexp_replace(formula, ' of [a-z ]+\M', ' of *') AS formula, array_agg(name ORDER BY name) AS names
FROM kpi_builtin WHERE family IN ('durations', 'average') GROUP BY 1 ORDER BY 1;
SELECT name, formula, denominator FROM kpi_builtin WHERE family NOT IN ('rate', 'durations', 'average') ORDER BY 1;

-- finding things: by name, alias and question
SELECT name, kind FROM kpi_help('nps') LIMIT 4;
SELECT name, kind FROM kpi_help('frt') LIMIT 4;
SELECT name, kind FROM kpi_help('asa') LIMIT 4;
SELECT name, kind FROM kpi_help('aht') LIMIT 4;
SELECT name, kind FROM kpi_help('mttr') LIMIT 4;
SELECT name, kind FROM kpi_help('first reply') LIMIT 4;
SELECT name, kind FROM kpi_help('top box') LIMIT 4;
SELECT name, kind FROM kpi_help('are customers happy') LIMIT 4;
SELECT name, kind FROM kpi_help('Churn') LIMIT 4;
SELECT count(*) FROM kpi_help('xyzzy');
SELECT count(*) FROM kpi_help('how is it');
SELECT array_agg(name ORDER BY name) = (SELECT array_agg(name ORDER BY name) FROM kpi_catalogue) AS all_of_them
FROM kpi_help() WHERE kind = 'KPI';
SELECT (SELECT count(*) FROM kpi_help('')) = (SELECT count(*) FROM kpi_help()) AS all_again,
	(SELECT count(*) FROM kpi_help(NULL)) = (SELECT count(*) FROM kpi_help()) AS and_again;
SELECT * FROM kpi_help('p90_response') LIMIT 1;

RESET ROLE;
-- an aggregate of a user over a tally appears as well
CREATE AGGREGATE support.plain(boolean) (SFUNC = kpi_rate_accum, STYPE = kpi_rate, INITCOND = '0/0');
SELECT name, family, signatures, definition, unit FROM kpi_catalogue WHERE name = 'plain';
SET client_min_messages = warning;
DROP SCHEMA support CASCADE;
RESET client_min_messages;
REVOKE ALL ON kpi_test.facts FROM regress_kpi_analyst;
REVOKE ALL ON SCHEMA kpi_test FROM regress_kpi_analyst;
DROP ROLE regress_kpi_analyst;
SELECT count(*) FROM kpi_catalogue WHERE NOT built_in;
