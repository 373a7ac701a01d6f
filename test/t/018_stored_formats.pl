# The stored formats keep their bytes.  test/data/golden/formats.csv holds tallies and calendars: their rows, how they
# are made, and their text, sent and stored bytes.  Never change or delete a vector; KPI_GOLDEN_WRITE=FILE writes a copy
# in which the empty forms of new vectors are filled in.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Session;

my $golden = abs_path(dirname(__FILE__) . '/../data/golden/formats.csv');
my $binary = PostgreSQL::Test::Utils::tempdir() . '/kept.binary';
my $node = PostgreSQL::Test::Cluster->new('formats');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf',
	"client_min_messages = warning\njit = off\nfsync = off\ntimezone = 'Asia/Kolkata'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi; CREATE EXTENSION pageinspect;
	CREATE TABLE golden (type text, name text, rows text, made text, text text, sent text, stored text)');

my $session = Session->new($node);

sub query
{
	my ($sql) = @_;
	return $session->query($sql);
}

# The columns of the rows of each type, each counting so many times, and accessors of a tally t with plain SQL that
# computes the same from the rows.
my %columns = (
	kpi_scores => 'score, times',
	kpi_rate => 'hit, times',
	kpi_ratio => 'numerator, denominator, times',
	kpi_trend => 'value, at, times',
	kpi_durations => 'duration, times',
	business_hours => 'at, times',
	sentiment_lexicon => 'word, weight');
my $seconds = 'extract(epoch FROM duration)';
my @questions = (
	(map { [ $_, 'sample_size(t)', 'coalesce(sum(times), 0)' ] }
		qw(kpi_scores kpi_rate kpi_ratio kpi_trend kpi_durations)),
	[ 'kpi_scores', 'score_avg(t)', 'sum(score * times) / sum(times)::numeric' ],
	[ 'kpi_scores', 'nps(t)', '100.0 * (coalesce(sum(times) FILTER (WHERE score >= 9), 0)
		- coalesce(sum(times) FILTER (WHERE score <= 6), 0)) / sum(times)' ],
	[ 'kpi_rate', 'rate_hits(t)', 'coalesce(sum(times) FILTER (WHERE hit), 0)' ],
	[ 'kpi_rate', 'rate_pct(t)', '100.0 * coalesce(sum(times) FILTER (WHERE hit), 0) / sum(times)' ],
	[ 'kpi_ratio', 'ratio_value(t)', 'sum(numerator * times) / nullif(sum(denominator * times), 0)' ],
	[ 'kpi_ratio', 'nullif(ratio_numerator(t), 0)', 'sum(numerator * times)' ],
	[ 'kpi_trend', '(trend_ci(t)).value', 'regr_slope(value, (extract(epoch FROM at) / 86400)::double precision)' ],
	[ 'kpi_durations', 'in_seconds(total_duration(t))', "sum($seconds * times)" ],
	[ 'kpi_durations', 'in_seconds(min_duration(t))', "min($seconds)" ],
	[ 'kpi_durations', 'in_seconds(max_duration(t))', "max($seconds)" ],
	(map { [ 'kpi_durations', "CASE WHEN sample_size(t) < 100000 THEN in_seconds(percentile(t, $_)) END",
				"CASE WHEN max(times) = 1
				 THEN percentile_cont($_) WITHIN GROUP (ORDER BY $seconds\::double precision) END",
				'relative_error(t)' ] } 0.1, 0.5, 0.9),
	[ 'business_hours', "business_seconds(timestamptz '2026-01-01 00:00+00', timestamptz '2026-04-01 00:00+00', t)",
		'60 * sum(times)' ],
	[ 'sentiment_lexicon', "sign(sentiment('kraken', t))", "sign(sum(weight) FILTER (WHERE word = 'kraken'))" ]);

# Selects the bytes of the value in kept, on its page.
my $stored = q(SELECT encode((tuple_data_split('kept'::regclass, t_data, t_infomask, t_infomask2, t_bits))[1], 'hex')
	FROM heap_page_items(get_raw_page('kept', 0)));

# Makes the table kept, of one value.
sub keep
{
	my ($type, $rows, $made) = @_;
	query("DROP TABLE IF EXISTS kept; CREATE TABLE kept (t $type); "
		. ($type =~ /durations|hours|lexicon/ ? 'ALTER TABLE kept ALTER t SET STORAGE plain; ' : '')
		. "WITH rows ($columns{$type}) AS ($rows) INSERT INTO kept $made");
	return;
}

# Returns the text, sent and stored forms of the value in kept.
sub forms
{
	my ($type) = @_;
	return join "\n", query("SELECT t, encode(${type}_send(t), 'hex') FROM kept"), query($stored);
}

$node->command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c',
	"\\copy golden FROM '$golden' CSV HEADER" ], 'the golden vectors load');
if ($ENV{KPI_GOLDEN_WRITE})
{
	foreach my $id (split /\n/, query('SELECT ctid FROM golden WHERE text IS NULL'))
	{
		my ($type, $rows, $made) = map { query("SELECT $_ FROM golden WHERE ctid = '$id'") } qw(type rows made);
		keep($type, $rows, $made);
		query("UPDATE golden SET text = t::text, sent = encode(${type}_send(t), 'hex'), stored = ($stored) FROM kept
			WHERE golden.ctid = '$id'");
	}
	run_log([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c',
		"\\copy (SELECT * FROM golden ORDER BY array_position('{kpi_scores,kpi_rate,kpi_ratio,kpi_trend,kpi_durations,"
		. "business_hours,sentiment_lexicon}', type), name) TO '$ENV{KPI_GOLDEN_WRITE}' CSV HEADER" ]);
}
my @vectors = map { { split /\x1f/ } } split /\x1e/, query(q(
	SELECT string_agg(concat_ws(E'\x1f', 'type', type, 'name', name, 'rows', rows, 'made', made, 'forms',
								concat_ws(E'\n', text || '|' || sent, stored)), E'\x1e' ORDER BY type, name)
	FROM golden));
cmp_ok(scalar @vectors, '>', 25, 'there are vectors');

foreach my $vector (@vectors)
{
	my ($type, $what) = ($vector->{type}, "$vector->{type}, $vector->{name}");
	keep(@$vector{qw(type rows made)});
	is(forms($type), $vector->{forms}, "$what: has the golden bytes");

	my ($text, $sent) = $vector->{forms} =~ /^(.*)\|(.*)/;
	is(query("SELECT '$text'::$type = t, '$text'::$type\::text FROM kept"), "t|$text", "$what: the text reads back");
	$node->command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'),
		'-c', "CREATE TEMPORARY TABLE received (t $type)",
		'-c', "\\copy kept TO '$binary' (FORMAT binary)",
		'-c', "\\copy received FROM '$binary' (FORMAT binary)",
		'-c', "DO 'BEGIN ASSERT (SELECT ${type}_send(t) = decode(''$sent'', ''hex'') FROM received); END'" ],
		"$what: the sent bytes read back");
	my $wrong = query("WITH rows ($columns{$type}) AS ($vector->{rows}), answers AS (" .
		join(' UNION ALL ', map {
			my ($of, $tally, $plain, $tolerance) = @$_;
			"SELECT \$\$$tally\$\$ AS question, (SELECT ($tally)::numeric FROM kept) AS answer,
			 (SELECT ($plain)::numeric FROM rows) AS expected,
			 (SELECT 1e-9 + " . ($tolerance // 0) . " FROM kept) AS tolerance"
		} grep { $_->[0] eq $type } @questions) .
		") SELECT * FROM answers
		WHERE (answer IS NULL) <> (expected IS NULL) OR abs(answer - expected) > 0.000001 + tolerance * abs(expected)");
	is($wrong, '', "$what: the accessors return what plain SQL computes from its rows");
	is(query("SELECT t = t + t FROM kept WHERE sample_size(t) = 0"), 't', "$what: merges")
	  if $type !~ /hours|lexicon/ && $vector->{name} eq 'empty';
}

$node->stop;
done_testing();
