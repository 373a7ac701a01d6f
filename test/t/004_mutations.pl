# Mutated text or bytes of a tally are refused as bad input, or make a value that survives output and input unchanged.

use strict;
use warnings;

use Cwd qw(abs_path);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Encode qw(encode);

my $node = PostgreSQL::Test::Cluster->new('mutations');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf',
	"client_min_messages = warning\njit = off\nfsync = off\nlog_min_messages = log\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());

# KPI_SEED=number makes other mutants.
my $seed = $ENV{KPI_SEED} // 20260101;
note "KPI_SEED=$seed";
srand($seed);

my $TEXTS = 2500;
my $BINARIES = 2500;

my %seeds = (
	kpi_scores => [ '{}', '{0:1}', '{9:12,10:30}', '{0:1,1:2,2:3,3:4,4:5,5:6,6:7,7:8,8:9,9:10,10:11}',
		'{10:9223372036854775807}', '{0:0}', ' { 1 : 2 , 3 : 4 } ' ],
	kpi_rate => [ '0/0', '7/10', '0/1', '9223372036854775807/9223372036854775807', ' 1 / 2 ' ],
	kpi_ratio => [ '0/0/0', '130.5/150/2', '-1.000001/3.100000/1', '1/0/5',
		'170141183460469231731687303715884.105727/170141183460469231731687303715884.105727/9223372036854775807',
		'-170141183460469231731687303715884.105727/1/1' ],
	kpi_trend => [ '0/0/0/0/0/0', '2/1.5/3/-60.000001/4/-5', '3/6/0.000014/180/0.014/0.0004@0.95',
		'9223372036854775807/1/2/3/4/5', '1/1/1/1/1/1@0.5' ],
	kpi_durations => [ '{}', '{0}', '{0x3}', '{0.5,60x3,86400}', '{1,2,3,4,5,6,7,8,9,10}',
		'{0.000001x2,3600.25,9223372036854.775807}', '{' . join(',', map { $_ * 60 } 1 .. 300) . '}',
		'{0..120/122940:0x682,59.768832x683,119.537664x683}', '{60x2048}', '{0.000001x3000,9223372036854.775807x2}',
		'exact{}', 'exact{0.5,60x3,86400}', 'exact{60x2048}' ],
	business_hours => [ 'UTC; off', 'UTC; 24/7',
		'Europe/Berlin; Mo-Fr 09:00-12:00,13:00-17:00; Sa 22:00-06:00; 2026-12-24-2027-01-01 off; Dec 24-Jan 01 off',
		'Eastern Time (US & Canada); from 2026-07-01 until 2027-01-01 tue,Thursday 9:00-24:00; jul 4, nov 11 closed',
		'Etc/GMT+5; Mo,We,Fr-Su 00:00-24:00', ' utc ;; 9999-12-31 0:00-0:01 ; ' ],
	sentiment_lexicon => [ 'english', 'none', 'english; refund:-0.4, "works like a charm":0.8, -cancel',
		'none; ":)":0.4, "# hours":-0.50, hardly:=not -0.1, "a ""b"" c d e":=very=but', " NONE;\tbad : -1 , good:+.25 " ],
);

sub one_of { return $_[ int rand @_ ] }

# Inserted characters: signs of the syntax and other signs, and digits and spaces of Unicode that are not accepted.
my @pieces = (
	(map { $_ } split //, '0123456789{}:,/x.-+ '),
	'e', 'E5', 'NaN', 'nan', 'Infinity', '-inf', '0x10', '1e400', 'null', '""', q('), '\\', '%s', '%n', '_', '()', '[',
	';', '--', "\t", "\n",
	"\r", "\x0b", "\x0c", "\x01", "\x1b", "\x7f", "\x{a0}", "\x{663}", "\x{ff11}", "\x{2212}", "\x{1f600}", "\x{feff}");
my @numbers = (
	0, '00', '-0', '+1', -1, 1, 5, 10, 11, 255, 65536, 2147483647, 2147483648, 4294967296, 9223372036854.775807,
	'9223372036854.775808', '9223372036854775806', '9223372036854775807', '9223372036854775808',
	'18446744073709551615', '18446744073709551617', '170141183460469231731687303715884.105727',
	'170141183460469231731687303715884.105728', '340282366920938463463374607431768211456', '.5', '5.', '0.0000001',
	'1.0000000', '1.0000001', '1e5', '0001', '1.', '1..2', '9' x 400, '0' x 400 . '1', '1.' . '0' x 400);

sub mutate_text
{
	my ($text) = @_;

	foreach (1 .. 1 + int rand 3)
	{
		my $at = int rand(1 + length $text);
		my $length = 1 + int rand 3;
		my $way = int rand 8;

		if ($way == 0) { substr($text, $at, $length) = '' if $at < length $text }
		elsif ($way == 1) { substr($text, $at, 0) = one_of(@pieces) }
		elsif ($way == 2) { substr($text, $at, 1) = one_of(@pieces) if $at < length $text }
		elsif ($way == 3) { substr($text, $at, 0) = substr($text, $at, $length * 3) }
		elsif ($way == 4) { $text = substr($text, 0, $at) }
		elsif ($way == 5)
		{
			my @found = ($text =~ /\d+(?:\.\d+)?/g);
			my ($old, $new) = (one_of(@found) // 'no number', one_of(@numbers));
			$text =~ s/\Q$old\E/$new/;
		}
		elsif ($way == 6) { $text .= one_of(@pieces) }
		else { $text = reverse $text }
	}
	# a count of hundreds of millions is legal, and merely takes a gigabyte
	return $text =~ /x\s*0*\d{7,9}(?!\d)/ ? '{}' : $text;
}

# Literals of a megabyte and more.
my $long = 1_000_000;
my %long_texts = (
	kpi_scores => [ '{' x $long, '{1:1' . ' ' x $long . '}', '{1:' . '9' x $long . '}', '{1:' . '0' x $long . '1}',
		'{' . '1:1,' x ($long / 4) . '}', 'x' x $long ],
	kpi_rate => [ '1' x $long, '0' x $long . '1/1', '1/' x ($long / 2), "1/1\t" . ' ' x $long,
		"\x{1f600}" x ($long / 4) ],
	kpi_ratio => [ '-' x $long, '1.' . '0' x $long . '/1/1', '0' x $long . '/1/1', '1/1/' . '9' x $long,
		'1/' x ($long / 2) ],
	kpi_trend => [ '1/' x ($long / 2), '1/1/1/1/1/1@0.' . '9' x $long, '1/1/1/1/1/1@0.' . '0' x $long . '1',
		'9' x $long ],
	kpi_durations => [ '{' . '1,' x ($long / 2) . '1}', '{' . '2,' x ($long / 2) . '1}', '{1x' . '9' x $long . '}',
		'{1x200000000}', '{1x9223372036854775807,1}', '{' . join(',', 1 .. 150000) . '}', '{1.' . '0' x $long . '}' ],
	business_hours => [ 'UTC' . ' ' x $long . '; off', 'x' x $long, 'x' x $long . '; off', 'UTC;' x ($long / 4),
		'UTC;' . 'off;' x ($long / 4), 'UTC; ' . '12:00-12:01,' x ($long / 24) . '11:59-12:00,' x ($long / 24),
		'UTC; ' . '2026-01-01,' x ($long / 11) . '2026-01-02 off' ],
	sentiment_lexicon => [ 'none' . ' ' x $long . '; a:1', 'x' x $long, 'none; ' . 'x' x $long . ':1', 'none; ' . 'a:1,' x ($long / 4),
		'none; "' . '"' x $long, 'none; a:1.' . '0' x $long, 'none; a:' . '=not' x ($long / 4) . '1',
		'none; ' . join(',', map { "w$_:0.1" } 1 .. 50000) ],
);

# One line for COPY ... FROM (FORMAT text)
sub copy_line
{
	my ($type, $text) = @_;
	my %escape = ("\\" => '\\\\', "\t" => '\\t', "\n" => '\\n', "\r" => '\\r');

	$text =~ s/([\\\t\n\r])/$escape{$1}/g;
	return encode('UTF-8', "$type\t$text\n");
}

open my $file, '>:raw', "$directory/literals" or die $!;
foreach my $type (sort keys %seeds)
{
	print $file copy_line($type, $_) foreach @{ $seeds{$type} }, @{ $long_texts{$type} }, '', ' ';
	print $file copy_line($type, mutate_text(one_of(@{ $seeds{$type} }))) foreach 1 .. $TEXTS;
}
close $file;

$node->safe_psql('postgres', qq(
	CREATE TABLE literal (type text, literal text);
	COPY literal FROM '$directory/literals';
	CREATE TABLE outcome (type text, input text, state text, message text);
	CREATE TABLE accepted (n serial, kpi_scores kpi_scores, kpi_rate kpi_rate, kpi_ratio kpi_ratio,
						   kpi_trend kpi_trend, kpi_durations kpi_durations, business_hours business_hours,
						   sentiment_lexicon sentiment_lexicon);
	DO \$\$
	DECLARE
		mutant literal;
		message text;
		unchanged boolean;
	BEGIN
		FOR mutant IN SELECT * FROM literal LOOP
			BEGIN
				EXECUTE format('WITH v AS MATERIALIZED (SELECT \$1::%1\$s AS v),
								stored AS (INSERT INTO accepted (%1\$s) SELECT v FROM v)
								SELECT v::text::%1\$s = v AND v::text::%1\$s::text = v::text
								AND %1\$s_send(v::text::%1\$s) = %1\$s_send(v) FROM v', mutant.type)
					INTO unchanged USING mutant.literal;
				INSERT INTO outcome VALUES
					(mutant.type, left(mutant.literal, 200), CASE WHEN unchanged THEN 'accepted' ELSE 'changed' END);
			EXCEPTION WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
				INSERT INTO outcome VALUES (mutant.type, left(mutant.literal, 200), SQLSTATE, left(message, 200));
			END;
		END LOOP;
	END \$\$;
));

# Checks the table of outcomes against the errors that are allowed.
sub check_outcomes
{
	my ($what, $allowed, $least) = @_;

	is( $node->safe_psql('postgres',
		"SELECT type, input, state, message FROM outcome WHERE state <> ALL ('{accepted,$allowed}') LIMIT 20"),
		'', "$what: nothing but $allowed, and what is accepted does not change");
	foreach my $type (sort keys %seeds)
	{
		my ($good, $bad) = split /\|/, $node->safe_psql('postgres',
			"SELECT count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE state <> 'accepted')
				FROM outcome WHERE type = '$type'");

		cmp_ok($good, '>', $least, "$what: some mutants of $type are legal ($good)");
		cmp_ok($bad, '>', $least, "$what: and some are not ($bad)");
	}
}

check_outcomes('text', '22P02,22003,54000', 50);
is( $node->safe_psql('postgres',
	"SELECT type, input, message FROM outcome
		WHERE state = '22P02' AND strpos(message, 'type ' || type || ':') = 0 LIMIT 20"),
	'', 'text: the error names the type');

# All values accepted also survive the binary form.
$node->safe_psql('postgres', "COPY accepted TO '$directory/accepted' (FORMAT binary);
	CREATE TABLE received (LIKE accepted);
	COPY received FROM '$directory/accepted' (FORMAT binary)");
is( $node->safe_psql('postgres', 'SELECT count(*) FROM accepted a FULL JOIN received r USING (n)
		WHERE (a.kpi_scores, a.kpi_rate, a.kpi_ratio, a.kpi_trend, a.kpi_durations, a.business_hours, a.sentiment_lexicon) IS DISTINCT FROM
			  (r.kpi_scores, r.kpi_rate, r.kpi_ratio, r.kpi_trend, r.kpi_durations, r.business_hours, r.sentiment_lexicon)'),
	0, 'text: what is accepted survives send and recv');

# Binary: a file for each mutant, with one row of one column.

sub mutate_bytes
{
	my ($bytes) = @_;

	foreach (1 .. 1 + int rand 3)
	{
		my $at = int rand(1 + length $bytes);
		my $way = int rand 9;

		if ($way == 0) { substr($bytes, $at) = '' if $at < length $bytes }
		elsif ($way == 1) { $bytes .= join '', map { chr int rand 256 } 1 .. 1 + int rand 9 }
		elsif ($way == 2) { substr($bytes, $at, 1) ^= chr(1 << int rand 8) if $at < length $bytes }
		elsif ($way == 3) {
			substr($bytes, $at, 1) = one_of("\x00", "\x01", "\x7f", "\x80", "\xff") if $at < length $bytes }
		elsif ($way == 4) { substr($bytes, $at, 1) = '' if $at < length $bytes }
		elsif ($way == 5) { substr($bytes, $at, 0) = chr int rand 256 }
		# varints: endless, not in shortest form, of 64 bits, of a huge count
		elsif ($way == 6) {
			substr($bytes, $at, 0) = one_of("\x80" x 10, "\x80\x00", "\xff" x 9 . "\x01",
				"\xff\xff\xff\x7f", "\xff" x 8 . "\x7f") }
		# version, form and reserved bytes
		elsif ($way == 7) {
			substr($bytes, int rand 4, 1) = one_of("\x00", "\x01", "\x02", "\x03", "\xff") if length $bytes >= 4 }
		else { substr($bytes, $at, 0) = substr($bytes, $at, 1 + int rand 8) }
	}
	return $bytes;
}

mkdir "$directory/bytes" or die $!;
open my $list, '>', "$directory/list" or die $!;
foreach my $type (sort keys %seeds)
{
	my @sent = map { pack 'H*', $_ } split /\n/,
	  $node->safe_psql('postgres', join ';', map { "SELECT encode(${type}_send('$_'), 'hex')" } @{ $seeds{$type} });
	my %seen;

	foreach my $bytes (@sent, '', "\x01", "\x01" x 4, (map { mutate_bytes(one_of(@sent)) } 1 .. $BINARIES))
	{
		my $name = "$directory/bytes/$type-" . (scalar(keys %seen) + 1);

		next if $seen{$bytes}++;
		open my $row, '>:raw', $name or die $!;
		print $row "PGCOPY\n\xff\r\n\0", pack('N N n N', 0, 0, 1, length $bytes), $bytes, pack('n', 0xffff);
		close $row;
		print $list "$type\t$name\t\\\\x", unpack('H*', $bytes), "\n";
	}
}
close $list;

$node->safe_psql('postgres', qq(
	CREATE TABLE bytes (type text, file text, bytes bytea);
	COPY bytes FROM '$directory/list';
	TRUNCATE outcome;
	DO \$\$
	DECLARE
		mutant bytes;
		type text;
		message text;
		unchanged boolean;
	BEGIN
		FOREACH type IN ARRAY ARRAY['kpi_scores', 'kpi_rate', 'kpi_ratio', 'kpi_trend', 'kpi_durations',
									'business_hours', 'sentiment_lexicon'] LOOP
			EXECUTE format('CREATE TABLE row_of_%1\$s (v %1\$s)', type);
		END LOOP;
		FOR mutant IN SELECT * FROM bytes LOOP
			BEGIN
				EXECUTE format('COPY row_of_%s FROM %L (FORMAT binary)', mutant.type, mutant.file);
				EXECUTE format('SELECT %1\$s_send(v) = %3\$s AND v::text::%1\$s = v
								AND %1\$s_send(v::text::%1\$s) = %3\$s AND %2\$s
								FROM row_of_%1\$s',
							   mutant.type,
							   CASE mutant.type WHEN 'business_hours' THEN
									'v::jsonb::business_hours = v AND next_open(timestamp ''2026-01-01'', v)
									 IS NOT DISTINCT FROM next_open(timestamp ''2026-01-01'', v::text::business_hours)'
							   WHEN 'sentiment_lexicon' THEN
									'sentiment(v::text, v) IS NOT DISTINCT FROM sentiment(v::text, v::text::sentiment_lexicon)'
							   ELSE format('v::jsonb IS NOT NULL AND sample_size(v) >= 0 AND v + %s = v',
									CASE mutant.type WHEN 'kpi_durations' THEN
									'CASE WHEN v::text LIKE ''exact%'' THEN ''exact{}'' ELSE ''{}'' END::kpi_durations'
									ELSE quote_literal(CASE mutant.type WHEN 'kpi_rate' THEN '0/0'
										WHEN 'kpi_ratio' THEN '0/0/0' WHEN 'kpi_trend' THEN '0/0/0/0/0/0'
										ELSE '{}' END) END) END,
							   -- texts come as they were written, and go as they are
							   CASE WHEN mutant.type IN ('business_hours', 'sentiment_lexicon') THEN mutant.type || '_send(v)'
							   ELSE '\$1' END)
					INTO unchanged USING mutant.bytes;
				EXECUTE format('TRUNCATE row_of_%s', mutant.type);
				INSERT INTO outcome VALUES
					(mutant.type, mutant.bytes::text, CASE WHEN unchanged THEN 'accepted' ELSE 'changed' END);
			EXCEPTION WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
				INSERT INTO outcome VALUES (mutant.type, mutant.bytes::text, SQLSTATE, message);
			END;
		END LOOP;
	END \$\$;
));
# 22021: a text that is none in the encoding of the database
check_outcomes('binary', '22P03,08P01,22003,54000,22021', 10);

is($node->safe_psql('postgres', 'SELECT nps(9)'), 100, 'the server is still up');
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC:|TRAP:/, 'and no process has crashed');
done_testing();
