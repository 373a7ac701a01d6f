# A release that adds a measure and a view: marts built before keep refreshing, and
# kpi_upgrade rebuilds them with the new definitions.  The release is a copy of the
# extension in the directory of this server, which is private to the test.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $extension = `pg_config --sharedir`;
chomp $extension;
$extension .= '/extension';
plan skip_all => "cannot write to $extension" unless -w $extension;

my $node = PostgreSQL::Test::Cluster->new('mart_upgrade');
$node->init;
$node->start;

sub query
{
	my ($sql, $role) = @_;
	return $node->safe_psql('care', $sql, extra_params => [ '-U', $role // 'analyst' ]);
}

my ($version) = slurp_file("$extension/kpi_mart.control") =~ /default_version = '([^']+)'/;
my $script = slurp_file("$extension/kpi_mart--$version.sql");
my %body = $script =~ /INSERT INTO \@extschema\@\.kpi_template VALUES \(\d+, '(\w+)', \$template\$(.*?)\$template\$\);/sg;
cmp_ok(scalar(keys %body), '>', 20, 'the script has the templates');

# Adds a line before another one, which the template has once.
sub add_before
{
	my ($template, $line, $added) = @_;
	is(scalar(() = $body{$template} =~ /\Q$line\E/g), 1, "$template has the line once");
	$body{$template} =~ s/\Q$line\E/$added$line/;
	return;
}
add_before('ticket_now', "\tescalated, -- whether it was escalated\n",
	"\tcontacts > 3 AS needed_many, -- whether it took more than three contacts\n");
add_before('ticket_daily_tally_now', "\t\@extschema\@.rollup(reopen) AS reopen,",
	"\t\@extschema\@.rollup(many) AS many, -- tickets that took more than three contacts\n");
my ($typed) = $body{ticket_events} =~ /^(\t\tNULL::\@extschema\@\.kpi_rate AS reopen,\n)/m;
add_before('ticket_events', $typed, "\t\tNULL::\@extschema\@.kpi_rate AS many,\n");
# each other branch pads the outcome with NULLs
my $count = $body{ticket_events} =~ s/NULL, -- the outcome\n/NULL, NULL, -- the outcome\n/g;
is($count, 4, 'every other branch of the tally is padded');
add_before('outcome_tallies', "\t\t\@extschema\@.rate_agg(reopened) AS reopen,\n",
	"\t\t\@extschema\@.rate_agg(needed_many) AS many,\n");
add_before('outcome_rollups', "\t\t\@extschema\@.rollup(reopen) AS reopen,\n",
	"\t\t\@extschema\@.rollup(many) AS many,\n");
$body{many_daily} = <<'SQL';

-- tickets that took more than three contacts, by day
SELECT
	day, -- day in the time zone of the mart
	@extschema@.rate_pct(@extschema@.rollup(many)) AS many_pct -- their share, in percent
FROM @schema@.ticket_daily_tally
GROUP BY day
SQL

my $release = "kpi_mart--$version--99.0.0.sql";
append_to_file("$extension/$release", join '',
	map { "DELETE FROM \@extschema\@.kpi_template WHERE name = '$_';\n"
		. "INSERT INTO \@extschema\@.kpi_template SELECT max(position) + 1, '$_', \$template\$$body{$_}\$template\$"
		. " FROM \@extschema\@.kpi_template;\n" }
	grep { $script !~ /\Q$body{$_}\E/ && $_ eq 'many_daily' } sort keys %body);
append_to_file("$extension/$release", join '',
	map { "UPDATE \@extschema\@.kpi_template SET body = \$template\$$body{$_}\$template\$ WHERE name = '$_';\n" }
	qw(ticket_now ticket_daily_tally_now ticket_events outcome_tallies outcome_rollups));

END { unlink "$extension/$release" if $release }

$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; CREATE ROLE reader LOGIN; CREATE DATABASE care OWNER analyst');
query(<<'SQL');
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE tickets AS
	SELECT n AS ticket_id, at AS created_at, at + interval '1 hour' AS resolved_at, at AS updated_at, n % 6 AS contacts,
		'team ' || n % 2 AS team
	FROM generate_series(1, 500) AS n, LATERAL (SELECT timestamptz '2026-01-01 00:00+00' + n * interval '3 hours') AS t (at);
SELECT count(*) FROM kpi_build('tickets', 'mart', 'UTC', week_start => 7, dimensions => '{team}');
INSERT INTO mart.kpi_target (kpi, direction, target) VALUES ('fcr_pct', 'up', 70);
INSERT INTO mart.kpi_sla_policy (sla_resolution) VALUES ('2 hours');
GRANT USAGE ON SCHEMA mart TO reader;
GRANT SELECT ON mart.team_weekly, mart.ticket_daily_tally, mart.backlog_daily_tally, mart.kpi_state TO reader;
GRANT SELECT (ticket_id, team) ON mart.ticket TO reader;
GRANT SELECT ON mart.segment_daily_tally, mart.agent_daily_tally, mart.kpi_settings TO reader;
ALTER TABLE mart.ticket ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_team ON mart.ticket FOR SELECT TO reader USING (team = 'team 1');
ALTER TABLE mart.segment_daily_tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_team ON mart.segment_daily_tally FOR SELECT TO reader USING (team = 'team 1');
CREATE POLICY early ON mart.segment_daily_tally AS RESTRICTIVE TO reader USING (day < '2026-02-01');
-- without a policy, readers see no row
ALTER TABLE mart.agent_daily_tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE mart.kpi_settings ENABLE ROW LEVEL SECURITY;
SQL
# twice: the policy makes the first one full
query(q(SELECT kpi_refresh('mart')));
my $columns = q(SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
	WHERE attrelid = 'mart.ticket_daily_tally'::regclass AND attnum > 0);
my $before = query($columns);
my $week = q(SELECT fcr_pct, sla_resolution_n FROM mart.team_weekly ORDER BY week DESC, team LIMIT 1);

query(q(ALTER EXTENSION kpi_mart UPDATE TO '99.0.0'));
query(q(UPDATE tickets SET contacts = 1, updated_at = now() WHERE ticket_id > 498));
like(query(q(SELECT days FROM kpi_refresh('mart'))), qr/^[12]$/, 'a mart built before the release refreshes');
is(query($columns), $before, 'with the columns that it has');
is(query(q(SELECT count(*) FROM kpi_verify('mart'))), 0, 'and holds what its views compute');
is(query(q(SELECT version FROM kpi_marts())), $version, 'and has the version that built it');
my $figures = query($week, 'reader');
my $seen = q(SELECT string_agg(DISTINCT team, ' '), max(day), count(*), (SELECT count(*) FROM mart.agent_daily_tally),
		(SELECT count(*) FROM mart.kpi_settings) FROM mart.segment_daily_tally);
my $visible = query($seen, 'reader');
like($visible, qr/^team 1\|2026-01-31\|\d+\|0\|0$/, 'policies hide rows of tallies and settings');

is(query(q(SELECT count(*) FROM kpi_upgrade('mart') WHERE object = 'many_daily')), 1, 'kpi_upgrade makes the new view');
like(query($columns), qr/\bmany\b/, 'and the new measure');
is(query(q(SELECT round(many_pct::numeric) FROM mart.many_daily WHERE day = '2026-01-10')), 25, 'which counts: 2 of 8 tickets');
is(query(q(SELECT col_description('mart.many_daily'::regclass, 2))), 'their share, in percent', 'and has a comment');
is(query(q(SELECT count(*) FROM kpi_verify('mart'))), 0, 'the mart holds what its views compute');
is(query(q(SELECT version FROM kpi_marts())), '99.0.0', 'and has the new version');
is(query(q(SELECT target FROM mart.kpi_target)), 70, 'rows of the user are kept');
is(query(q(SELECT week_start, dimensions FROM mart.kpi_settings)), '7|{team}', 'settings are kept');
is(query($week, 'reader'), $figures, 'readers keep their rights');
is(query('SELECT count(team) FROM mart.ticket', 'reader'), 250, 'those on columns also, and policies hide the same rows');
is(query($seen, 'reader'), $visible, 'of every table');
query(q(UPDATE tickets SET contacts = 5, updated_at = now() WHERE ticket_id = 500; SELECT kpi_refresh('mart')));
is(query(q(SELECT count(*) FROM kpi_verify('mart'))), 0, 'refreshes go on');

# a view of the user over one of ours prevents it
query('CREATE VIEW mine AS SELECT * FROM mart.team_weekly');
my (undef, undef, $error) = $node->psql('care', q(SELECT kpi_upgrade('mart')), extra_params => [ '-U', 'analyst' ]);
like($error, qr/other objects depend on team_weekly of mart "mart".*view public\.mine.*HINT:  Drop them first/s,
	'a view of the user is not dropped');
is(query(q(SELECT count(*) FROM kpi_verify('mart'))), 0, 'and nothing has changed');

# Each refresh searches for code of other roles several times. PostgreSQL 19 makes the hash table of this search for as many
# rows as the planner expects, which depends on the statistics of the catalogs. Its callers turn jit off.
my ($search) = query(q(SELECT prosrc FROM pg_proc WHERE proname = 'kpi_foreign_code')) =~ /RETURN QUERY (.*ORDER BY 1);/s;
my ($rows) = query("ANALYZE; SET jit = off; SET plan_cache_mode = force_generic_plan; PREPARE search (oid[], boolean) AS $search;
	EXPLAIN EXECUTE search ('{}', true)", 'postgres') =~ /Recursive Union .*rows=(\d+)/;
cmp_ok($rows, '<', 100_000, 'the search for code of other roles expects few rows');

done_testing();
