# Compares intervals and staffing with values computed to 40 digits and more, and with published numbers.
use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/oracles';
my $node = PostgreSQL::Test::Cluster->new('statistics');
$node->init;
$node->append_conf('postgresql.conf', "jit = off\n");
$node->start;
$node->safe_psql('postgres', q(
	CREATE EXTENSION kpi;
	CREATE TABLE proportions (case_id text, successes bigint, trials bigint, confidence float8, wilson_low float8,
		wilson_high float8, clopper_pearson_low float8, clopper_pearson_high float8,
		agresti_coull_low float8, agresti_coull_high float8, jeffreys_low float8, jeffreys_high float8);
	CREATE TABLE scores (case_id text, promoters bigint, passives bigint, detractors bigint, confidence float8,
		nps float8, wald_low float8, wald_high float8, adjwald_nps float8, adjwald_low float8, adjwald_high float8);
	CREATE TABLE lines (case_id text, calls float8, handle float8, agents bigint, target float8, load float8,
		utilisation float8, stable boolean, wait numeric, level float8, asa numeric, erlang_b numeric,
		goal float8, goal_seconds float8, min_agents bigint);
	CREATE TABLE worked (kpi text, inputs text, expected text, source text);
	-- both 0, or as far apart as the share says
	CREATE FUNCTION differ(got float8, expected float8, tolerance float8 DEFAULT 1e-9) RETURNS boolean
		LANGUAGE sql IMMUTABLE
		RETURN got IS NULL OR NOT abs(got - expected) <= tolerance * abs(expected);
	-- numbers as text, without zeros at the end
	CREATE FUNCTION trimmed(numbers text) RETURNS text LANGUAGE sql IMMUTABLE
		RETURN (SELECT string_agg(trim_scale(number::numeric)::text, ' ' ORDER BY n)
				FROM unnest(string_to_array(numbers, ' ')) WITH ORDINALITY AS u (number, n));
	CREATE FUNCTION input(inputs text, name text) RETURNS float8 LANGUAGE sql IMMUTABLE
		RETURN substring(inputs FROM '(?:^|\| )' || name || '=([0-9.]+)')::float8));
sub load
{
	my ($table, $file) = @_;
	my $rows = slurp_file("$data/$file");

	$node->safe_psql('postgres', "COPY $table FROM STDIN (FORMAT csv, HEADER);\n$rows\\.\n");
}
load('proportions', 'proportion_ci.csv');
load('scores', 'nps_ci.csv');
load('lines', 'erlang.csv');
load('worked', 'worked_numbers.csv');

# Expects that a query for wrong cases finds none.
sub none
{
	my ($query, $what) = @_;

	is($node->safe_psql('postgres', "$query LIMIT 5"), '', $what);
}

is($node->safe_psql('postgres',
	'SELECT (SELECT count(*) FROM proportions), (SELECT count(*) FROM scores), (SELECT count(*) FROM lines),
	(SELECT count(*) FROM worked)'),
	'148|78|123|102', 'all rows are there');
is($node->safe_psql('postgres',
	'SELECT differ(1 + 2e-9, 1), differ(1 + 1e-10, 1), differ(NULL, 1), differ(0, 0), differ(1e-300, 0)'),
	't|f|t|f|t', 'a difference would show');

foreach my $method ('wilson', 'clopper-pearson')
{
	my $column = $method =~ tr/-/_/r;

	none("SELECT case_id, ci
		FROM proportions, rate_ci(format('%s/%s', successes, trials)::kpi_rate, confidence, '$method') AS ci
		WHERE differ((ci).low, 100 * ${column}_low) OR differ((ci).high, 100 * ${column}_high)
			OR differ((ci).value, 100.0 * successes / trials) OR (ci).n <> trials",
		"$method: all limits to 1e-9");
}
none("SELECT case_id, ci
	FROM scores, nps_ci(format('{0:%s,7:%s,10:%s}', detractors, passives, promoters)::kpi_scores, confidence) AS ci
	-- widened to contain the value
	WHERE differ((ci).value, nps) OR differ((ci).low, least(adjwald_low, nps))
		OR differ((ci).high, greatest(adjwald_high, nps)) OR (ci).n <> promoters + passives + detractors",
	'NPS: all limits to 1e-9');

my $handle = 'make_interval(secs => handle)';
# some waits are rarer than any double but 0
none("SELECT case_id, wait, erlang_wait_probability(calls, $handle, agents) FROM lines
	WHERE CASE WHEN stable AND wait > 1e-310
		  THEN differ(erlang_wait_probability(calls, $handle, agents), (100 * wait)::float8)
		  WHEN stable THEN erlang_wait_probability(calls, $handle, agents) > 1e-308
		  ELSE erlang_wait_probability(calls, $handle, agents) <> 100 END",
	'waiting: to 1e-9');
none("SELECT case_id, level, erlang_service_level(calls, $handle, agents, make_interval(secs => target)) FROM lines
	WHERE CASE WHEN stable
		  THEN differ(erlang_service_level(calls, $handle, agents, make_interval(secs => target)), 100 * level)
		  ELSE erlang_service_level(calls, $handle, agents, make_interval(secs => target)) <> 0 END",
	'service levels: to 1e-9');
none("SELECT case_id, asa, erlang_speed_of_answer(calls, $handle, agents) FROM lines
	WHERE CASE WHEN stable
		  THEN extract(epoch FROM erlang_speed_of_answer(calls, $handle, agents)) IS DISTINCT FROM round(asa, 6)
		  ELSE erlang_speed_of_answer(calls, $handle, agents) IS NOT NULL END",
	'speeds of answer: to the microsecond');
none("SELECT case_id, min_agents, erlang_agents(calls, $handle, 100 * goal, make_interval(secs => goal_seconds))
	FROM lines
	WHERE erlang_agents(calls, $handle, 100 * goal, make_interval(secs => goal_seconds)) IS DISTINCT FROM min_agents",
	'agents for a goal: exactly');

# Published numbers have the digits that they were printed with.
my $line = q(SELECT w.*, input(inputs, 'calls') * CASE WHEN inputs ~ 'per 1800 s' THEN 2 ELSE 1 END AS calls,
	make_interval(secs => input(inputs, 'aht')) AS handle, input(inputs, 'agents')::bigint AS agents,
	make_interval(secs => input(inputs, 'target')) AS target,
	coalesce(length(substring(expected FROM '\.(\d+)$')), 0) AS digits
	FROM worked AS w WHERE kpi ~ '^erlang_c_');
my @published = (
	[ 'wilson_95', 6,
		q(SELECT format('%s %s', round(((ci).low / 100)::numeric, 6), round(((ci).high / 100)::numeric, 6)), expected
		FROM worked,
		rate_ci(format('%s/%s', input(inputs, 'successes'), input(inputs, 'trials'))::kpi_rate) AS ci
		WHERE kpi = 'wilson_95') ],
	[ 'clopper_pearson_95', 2,
		q(SELECT format('%s %s', round(((ci).low / 100)::numeric, 6), round(((ci).high / 100)::numeric, 6)), expected
		FROM worked,
		rate_ci(format('%s/%s', input(inputs, 'successes'), input(inputs, 'trials'))::kpi_rate,
			method => 'clopper-pearson') AS ci WHERE kpi = 'clopper_pearson_95') ],
	[ 'nps', 1, q(SELECT round((ci).value::numeric, 2)::text, expected FROM worked,
		nps_ci(format('{6:%s,8:%s,9:%s}', input(inputs, 'detractors'), input(inputs, 'passives'),
			input(inputs, 'promoters'))::kpi_scores) AS ci WHERE kpi = 'nps') ],
	# without the centre, which is not a result
	[ 'nps_adjusted_wald_95', 3,
		q(SELECT format('%s %s', round((ci).low::numeric, 2), round((ci).high::numeric, 2)),
			substring(expected FROM ' (.*)') FROM worked,
		nps_ci(format('{6:%s,8:%s,9:%s}', input(inputs, 'detractors'), input(inputs, 'passives'),
			input(inputs, 'promoters'))::kpi_scores) AS ci WHERE kpi = 'nps_adjusted_wald_95') ],
	[ 'erlang_c_wait_probability', 5,
		"SELECT round((erlang_wait_probability(calls, handle, agents) / 100)::numeric, digits)::text, expected
		FROM ($line) AS w WHERE kpi = 'erlang_c_wait_probability'" ],
	[ 'erlang_c_service_level', 5,
		"SELECT round((erlang_service_level(calls, handle, agents, target) / 100)::numeric, digits)::text, expected
		FROM ($line) AS w WHERE kpi = 'erlang_c_service_level'" ],
	[ 'erlang_c_asa_seconds', 5,
		"SELECT round(extract(epoch FROM erlang_speed_of_answer(calls, handle, agents)), least(digits, 6))::text,
			round(expected::numeric, least(digits, 6))::text
		FROM ($line) AS w WHERE kpi = 'erlang_c_asa_seconds'" ],
	# 80 % in 20 s, and also with an occupancy of at most 85 %
	[ 'erlang_c_min_agents', 1,
		"SELECT format('%s %s', erlang_agents(calls, handle, 80, '20 s'),
			erlang_agents(calls, handle, 80, '20 s', 85)), format('%1\$s %1\$s', expected)
		FROM ($line) AS w WHERE kpi = 'erlang_c_min_agents' AND inputs ~ 'goal=80% in 20 s'" ],
	# lines that take so many agents: as many calls of an hour, less one
	[ 'staff_with_shrinkage', 2,
		q(SELECT erlang_agents(input(inputs, 'agents') - 1, '1 hour', 0, '0',
			shrinkage_pct => input(inputs, 'shrinkage'))::text, expected
		FROM worked WHERE kpi = 'staff_with_shrinkage') ]);

foreach (@published)
{
	my ($kpi, $rows, $query) = @$_;

	is($node->safe_psql('postgres',
		"SELECT count(*), count(*) FILTER (WHERE trimmed(got) = trimmed(expected)),
			min(format('%s is not %s', got, expected))
			FILTER (WHERE trimmed(got) IS DISTINCT FROM trimmed(expected))
		FROM ($query) AS q (got, expected)"),
		"$rows|$rows|", "$kpi: as published");
}

# Large inputs must be fast: ten million agents, tallies of quintillions of rows.
$node->safe_psql('postgres', q(
	SET statement_timeout = '20s';
	SELECT count(erlang_agents(1e7 + k, '1 hour', 80 + k / 100.0, '20 s')) FROM generate_series(1, 500) AS k;
	SELECT count(rate_ci(format('%s/9000000000000000000', k * 8000000000000000)::kpi_rate, 0.95, 'clopper-pearson'))
	FROM generate_series(1, 500) AS k));
pass('large numbers are no slower');

$node->stop;
done_testing();
