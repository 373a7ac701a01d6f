# A database of every release is brought to the newest version: what it has stored
# still reads, answers, merges and refreshes, and its objects are those of a new
# installation.
#
# test/data/golden/RELEASE.csv holds tallies and calendars as the release wrote them:
# the rows that they count, how they were made of them, and their text, sent and
# stored bytes.  With KPI_GOLDEN_WRITE=1 the latter are written instead: once, with
# the code of the release.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use Desk;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @releases = qw(0.1.0);
my $root = abs_path(dirname(__FILE__) . '/../..');
my ($newest) = slurp_file("$root/kpi.control") =~ /^default_version = '(.+)'/m;
my $node = adapter_node('upgrade');
my $database;

# Runs SQL in the database of a release, as superuser.
sub query
{
	my ($sql) = @_;
	return $node->safe_psql($database, "SET search_path = desk, public, lib; SET timezone = 'UTC';\n$sql");
}

sub create_database
{
	my ($name, $version) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($name, "GRANT CREATE ON DATABASE $name TO PUBLIC; CREATE SCHEMA lib; GRANT USAGE ON SCHEMA lib TO PUBLIC; CREATE EXTENSION kpi SCHEMA lib $version");
	return $name;
}

# The columns of the rows of each type, each row counting so many times, and what the
# tally t answers beside what plain SQL makes of the rows.
my %columns = (
	kpi_scores => 'score, times',
	kpi_rate => 'hit, times',
	kpi_ratio => 'numerator, denominator, times',
	kpi_trend => 'value, at, times',
	kpi_durations => 'duration, times',
	business_hours => 'at, times');
my $seconds = 'extract(epoch FROM duration)';
my @questions = (
	(map { [ $_, 'sample_size(t)', 'coalesce(sum(times), 0)' ] } qw(kpi_scores kpi_rate kpi_ratio kpi_trend kpi_durations)),
	[ 'kpi_scores', 'score_avg(t)', 'sum(score * times) / sum(times)::numeric' ],
	[ 'kpi_scores', 'nps(t)', '100.0 * (coalesce(sum(times) FILTER (WHERE score >= 9), 0) - coalesce(sum(times) FILTER (WHERE score <= 6), 0)) / sum(times)' ],
	[ 'kpi_rate', 'rate_hits(t)', 'coalesce(sum(times) FILTER (WHERE hit), 0)' ],
	[ 'kpi_rate', 'rate_pct(t)', '100.0 * coalesce(sum(times) FILTER (WHERE hit), 0) / sum(times)' ],
	[ 'kpi_ratio', 'ratio_value(t)', 'sum(numerator * times) / nullif(sum(denominator * times), 0)' ],
	[ 'kpi_ratio', 'nullif(ratio_numerator(t), 0)', 'sum(numerator * times)' ],
	[ 'kpi_trend', '(trend_ci(t)).value', 'regr_slope(value, (extract(epoch FROM at) / 86400)::double precision)' ],
	[ 'kpi_durations', 'in_seconds(total_duration(t))', "sum($seconds * times)" ],
	[ 'kpi_durations', 'in_seconds(min_duration(t))', "min($seconds)" ],
	[ 'kpi_durations', 'in_seconds(max_duration(t))', "max($seconds)" ],
	(map { [ 'kpi_durations', "CASE WHEN sample_size(t) < 100000 THEN in_seconds(percentile(t, $_)) END",
				"CASE WHEN max(times) = 1 THEN percentile_cont($_) WITHIN GROUP (ORDER BY $seconds\::double precision) END", 'relative_error(t)' ] } 0.1, 0.5, 0.9),
	[ 'business_hours', "business_seconds(timestamptz '2026-01-01 00:00+00', timestamptz '2026-04-01 00:00+00', t)", '60 * sum(times)' ]);

# The bytes of one value on the page, of the table kept.
my $stored = q(SELECT encode((tuple_data_split('kept'::regclass, t_data, t_infomask, t_infomask2, t_bits))[1], 'hex') FROM heap_page_items(get_raw_page('kept', 0)));

# Makes the table kept of one row.
sub keep
{
	my ($type, $rows, $made) = @_;
	query("DROP TABLE IF EXISTS kept; CREATE TABLE kept (t $type); " . ($type =~ /durations|hours/ ? 'ALTER TABLE kept ALTER t SET STORAGE plain; ' : '') .
		"WITH rows ($columns{$type}) AS ($rows) INSERT INTO kept $made");
	return;
}

# The three forms of the row of kept.
sub forms
{
	my ($type) = @_;
	return join "\n", query("SELECT t, encode(${type}_send(t), 'hex') FROM kept"), query($stored);
}

sub golden
{
	my ($release) = @_;
	my $file = "$root/test/data/golden/$release.csv";
	$node->safe_psql($database, 'CREATE EXTENSION pageinspect SCHEMA public; CREATE TABLE public.golden (type text, name text, rows text, made text, text text, sent text, stored text)');
	$node->command_ok([ 'psql', '-X', '-q', '-d', $database, '-c', "\\copy public.golden FROM '$file' CSV HEADER" ], "$release: golden vectors");
	if ($ENV{KPI_GOLDEN_WRITE})
	{
		foreach my $id (split /\n/, query('SELECT ctid FROM golden'))
		{
			my ($type, $rows, $made) = map { query("SELECT $_ FROM golden WHERE ctid = '$id'") } qw(type rows made);
			keep($type, $rows, $made);
			query("UPDATE golden SET text = t::text, sent = encode(${type}_send(t), 'hex'), stored = ($stored) FROM kept WHERE golden.ctid = '$id'");
		}
		run_log([ 'psql', '-X', '-q', '-d', $node->connstr($database), '-c', "\\copy (SELECT * FROM public.golden ORDER BY array_position('{kpi_scores,kpi_rate,kpi_ratio,kpi_trend,kpi_durations,business_hours}', type), name) TO '$ENV{KPI_GOLDEN_WRITE}' CSV HEADER" ]);
	}
	return map { { split /\x1f/ } } split /\x1e/, query(q(SELECT string_agg(concat_ws(E'\x1f', 'type', type, 'name', name, 'rows', rows, 'made', made, 'forms', concat_ws(E'\n', text || '|' || sent, stored)), E'\x1e' ORDER BY type, name) FROM golden));
}

# What the objects of the extension are, one a line: everything but the oids.
my $member = q(SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi') AND deptype = 'e');
my %catalogue = (
	pg_extension => q(SELECT extowner::regrole, extnamespace::regnamespace, extrelocatable, extversion, (SELECT array_agg(c::regclass) FROM unnest(extconfig) AS c), extcondition FROM pg_extension WHERE extname = 'kpi'),
	members => q(SELECT i.type, i.identity FROM member, pg_identify_object(classid, objid, 0) AS i),
	pg_depend => q(SELECT o.identity, r.type, r.identity, d.deptype FROM member JOIN pg_depend AS d USING (classid, objid), pg_identify_object(d.classid, d.objid, d.objsubid) AS o, pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) AS r),
	pg_proc => q(SELECT p.oid::regprocedure, to_jsonb(p) - '{oid,pronamespace,prolang,provariadic,prorettype,proargtypes,proallargtypes,proargdefaults,prosqlbody}'::text[], pronamespace::regnamespace, prolang, provariadic::regtype, prorettype::regtype,
		pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), pg_get_function_sqlbody(p.oid) FROM pg_proc AS p JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid),
	pg_aggregate => q(SELECT aggfnoid::regprocedure, to_jsonb(a) - '{aggfnoid,aggsortop,aggtranstype,aggmtranstype}'::text[], aggsortop::regoperator, aggtranstype::regtype, aggmtranstype::regtype FROM pg_aggregate AS a JOIN member ON classid = 'pg_proc'::regclass AND objid = aggfnoid),
	pg_type => q(SELECT t.oid::regtype, to_jsonb(t) - '{oid,typnamespace,typrelid,typelem,typarray,typbasetype,typcollation}'::text[], typnamespace::regnamespace, typarray::regtype, typbasetype::regtype, (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
		FROM pg_type AS t JOIN member ON classid = 'pg_type'::regclass AND objid IN (t.oid, t.typelem)),
	pg_operator => q(SELECT o.oid::regoperator, to_jsonb(o) - '{oid,oprnamespace,oprleft,oprright,oprresult,oprcom,oprnegate}'::text[], oprresult::regtype, oprcom::regoperator, oprnegate::regoperator FROM pg_operator AS o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid),
	pg_opclass => q(SELECT opcname, opcmethod, opcowner::regrole, opcintype::regtype, opcdefault, opckeytype::regtype FROM pg_opclass AS o JOIN member ON classid = 'pg_opclass'::regclass AND objid = o.oid),
	pg_amop => q(SELECT opfname, amoplefttype::regtype, amoprighttype::regtype, amopstrategy, amoppurpose, amopopr::regoperator FROM pg_amop JOIN pg_opfamily AS f ON f.oid = amopfamily JOIN member ON classid = 'pg_opfamily'::regclass AND objid = f.oid),
	pg_amproc => q(SELECT opfname, amproclefttype::regtype, amprocnum, amproc::regprocedure FROM pg_amproc JOIN pg_opfamily AS f ON f.oid = amprocfamily JOIN member ON classid = 'pg_opfamily'::regclass AND objid = f.oid),
	pg_cast => q(SELECT castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext, castmethod FROM pg_cast AS c JOIN member ON classid = 'pg_cast'::regclass AND objid = c.oid),
	pg_class => q(SELECT c.oid::regclass, relkind, relowner::regrole, relacl, relpersistence, reloptions, relrowsecurity, pg_get_viewdef(c.oid), (SELECT array_agg(pg_get_constraintdef(k.oid) ORDER BY conname) FROM pg_constraint AS k WHERE conrelid = c.oid), (SELECT array_agg(pg_get_indexdef(indexrelid)) FROM pg_index WHERE indrelid = c.oid)
		FROM pg_class AS c JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid),
	pg_attribute => q(SELECT attrelid::regclass, attname, attnum, format_type(atttypid, atttypmod), attnotnull, attstorage, attcollation::regcollation, attacl, (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum)
		FROM pg_attribute JOIN member ON classid = 'pg_class'::regclass AND objid = attrelid WHERE attnum > 0),
	pg_description => q(SELECT i.identity, d.objsubid, description FROM pg_description AS d JOIN member ON classid = classoid AND objid = objoid, pg_identify_object(classoid, objoid, d.objsubid) AS i),
	pg_init_privs => q(SELECT i.identity, initprivs, privtype FROM pg_init_privs AS p JOIN member ON classid = classoid AND objid = objoid, pg_identify_object(classoid, objoid, p.objsubid) AS i),
	contents => q(SELECT c.oid::regclass, query_to_xml(format('TABLE %s', c.oid::regclass), true, true, '')::text FROM pg_class AS c JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid WHERE relkind = 'r'),
	kpi_catalogue => q(SELECT * FROM lib.kpi_catalogue WHERE built_in));

# The objects of a database; the lines of a table sorted.
sub objects
{
	my ($name, $catalogue) = @_;
	return [ split /\n/, $node->safe_psql($name, "SET search_path = ''; WITH member AS ($member) SELECT replace(o::text, E'\\n', ' ') FROM ($catalogue{$catalogue}) AS o ORDER BY o::text COLLATE \"C\"" =~ s/\b(pg_depend|pg_extension)\b(?!')/pg_catalog.$1/gr) ];
}

# What is in the one list and not in the other, marked.
sub differences
{
	my ($left, $right) = @_;
	my %in_left = map { $_ => 1 } @$left;
	my %in_right = map { $_ => 1 } @$right;
	return join "\n", (map { "- $_" } grep { !$in_right{$_} } @$left), map { "+ $_" } grep { !$in_left{$_} } @$right;
}

create_database('fresh', '');
foreach my $release (@releases)
{
	$database = create_database('release_' . $release =~ tr/./_/r, "VERSION '$release'");
	my @golden = golden($release);
	cmp_ok(scalar @golden, '>', 25, "$release: has vectors");

	# stored by the release: the vectors, the KPIs of users, and a schema that was built
	my $n = 0;
	foreach my $vector (@golden)
	{
		keep(@$vector{qw(type rows made)});
		is(forms($vector->{type}), $vector->{forms}, "$release: its objects write $vector->{type}, $vector->{name}");
		query('ALTER TABLE kept RENAME TO kept_' . $n++);
	}
	query(desk());
	query(q(SELECT kpi_define('smile', 'scores', 'Mean of the smiles.', answer => 'score_avg', aliases => '{grin}', schema => 'desk');
		SELECT kpi_define('pace', 'durations', 'Median pace.', schema => 'desk');
		SELECT start('track => ''triggers''');
		CREATE TABLE shifts (hours business_hours PRIMARY KEY);
		INSERT INTO shifts VALUES ('Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off'), ('UTC; 24/7');
		SELECT mutate(1, true)) =~ s/ PRIMARY KEY//r);
	my %before = map { $_ => query($_) } 'TABLE built.executive_monthly', 'SELECT smile(score), pace(make_interval(secs => score)) FROM surveys',
		"SELECT hours, business_time('2026-12-24 00:00+00'::timestamptz, '2026-12-28 00:00+00'::timestamptz, hours) FROM shifts ORDER BY 1::text",
		"SELECT name, signatures, definition FROM kpi_catalogue WHERE NOT built_in ORDER BY name";

	isnt(differences(objects($database, 'pg_proc'), objects('fresh', 'pg_proc')), '', "$release: has other objects before") if $release ne $newest;
	query('ALTER EXTENSION kpi UPDATE');
	is(query('SELECT * FROM kpi_version()'), "$newest|$newest|t", "$release: updated, and the library is that of the objects");
	is(query("UPDATE pg_extension SET extversion = '9' WHERE extname = 'kpi'; SELECT * FROM kpi_version(); UPDATE pg_extension SET extversion = '$newest' WHERE extname = 'kpi'"), "$newest|9|f", "$release: objects of another version are told");
	foreach my $catalogue (sort keys %catalogue)
	{
		my $updated = objects($database, $catalogue);
		cmp_ok(scalar @$updated, '>', 0, "$release: there is something in $catalogue") unless $catalogue eq 'pg_init_privs';
		is(differences($updated, objects('fresh', $catalogue)), '', "$release: $catalogue is that of a new installation");
	}

	$n = 0;
	foreach my $vector (@golden)
	{
		my ($type, $what) = ($vector->{type}, "$release: $vector->{type}, $vector->{name}");
		query('DROP TABLE IF EXISTS kept; ALTER TABLE kept_' . $n++ . ' RENAME TO kept');
		is(forms($type), $vector->{forms}, "$what: reads as it was written");
		my ($text) = $vector->{forms} =~ /^(.*)\|/;
		is(query("SELECT '$text'::$type = t, '$text'::$type\::text FROM kept"), "t|$text", "$what: as the text says");
		my $wrong = query("WITH rows ($columns{$type}) AS ($vector->{rows}), answers AS (" .
			join(' UNION ALL ', map { my ($of, $tally, $plain, $tolerance) = @$_; "SELECT \$\$$tally\$\$ AS question, (SELECT ($tally)::numeric FROM kept) AS answer, (SELECT ($plain)::numeric FROM rows) AS expected, (SELECT 1e-9 + " . ($tolerance // 0) . " FROM kept) AS tolerance" } grep { $_->[0] eq $type } @questions) .
			") SELECT * FROM answers WHERE (answer IS NULL) <> (expected IS NULL) OR abs(answer - expected) > 0.000001 + tolerance * abs(expected)");
		is($wrong, '', "$what: answers as plain SQL over its rows");
		is(query("SELECT t = t + t FROM kept WHERE sample_size(t) = 0"), 't', "$what: merges") if $type ne 'business_hours' && $vector->{name} eq 'empty';
		keep(@$vector{qw(type rows made)});
		is(forms($type), $vector->{forms}, "$what: is written as it was");
	}
	is(query($_), $before{$_}, "$release: same answer: $_") foreach sort keys %before;
	is(query(q(SELECT differences() > 0; SELECT rows > 0 FROM kpi_refresh('built'); SELECT differences())), "t\nt\n0", "$release: what was changed before is refreshed");
	is(query(q(SELECT mutate(2, true); SELECT differences() > 0; SELECT rows > 0 FROM kpi_refresh('built'); SELECT differences())), "\nt\nt\n0", "$release: and what is changed now");
	is(query(q(SELECT sample_size(rollup(t)) = 3 FROM (SELECT rate_agg(true) AS t UNION ALL SELECT '1/2') AS m)), 't', "$release: tallies merge");
	is(query(q(SELECT kpi_define('frown', 'scores', 'Mean.', answer => 'score_avg', schema => 'desk'); SELECT frown(4))), "desk.frown\n4", "$release: another KPI can be defined");
	query('DROP SCHEMA built, desk CASCADE; DROP EXTENSION kpi; CREATE EXTENSION kpi SCHEMA lib');
	pass("$release: the extension can be dropped and created again");
}

$node->stop;
done_testing();
