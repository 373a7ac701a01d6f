# pg_input_is_valid (PostgreSQL 16 and later) answers for every literal: bad input is a soft error, never raised.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('soft');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
if ($node->safe_psql('postgres', "SELECT to_regproc('pg_input_is_valid') IS NULL") eq 't')
{
	$node->stop;
	plan skip_all => 'this PostgreSQL has no soft errors';
}

# The first list is valid, the second is not.
my %literals = (
	kpi_scores => [ [ '{}', '{9:12,10:30}', '{0:9223372036854775807}' ],
		[ '', '{', '{11:1}', '{9:-1}', '{9:9223372036854775808}', '{9:9223372036854775807,10:1}', '{10:1,9:1}',
			'{9:1}x' ] ],
	kpi_rate => [ [ '7/10', '0/0', '9223372036854775807/9223372036854775807' ],
		[ '', '7', '11/10', '-1/1', '1/9223372036854775808', '1/2/3' ] ],
	kpi_ratio => [ [ '130.5/150/2', '0/0/0', '-1/1/1' ],
		[ '', '1/2', '1/-2/1', '1/1/0', '1/1/9223372036854775808', '0.0000001/1/1', '9' x 60 . '/1/1' ] ],
	kpi_trend => [ [ '0/0/0/0/0/0', '2/1/3/2/4/5', '2/1/3/2/4/5@0.9' ],
		[ '', '1/2', '-1/0/0/0/0/0', '2/1/-3/2/4/5', '2/1/3/2/4/5@2', '2/1/3/2/4/5@', '9' x 60 . '/0/0/0/0/0' ] ],
	kpi_durations => [ [ '{}', '{0.5,60x3}', '{60x9223372036854775807}', 'exact{1}' ],
		[ '', '{', '{-1}', '{2,1}', '{1x0}', '{1x9223372036854775807,2}', '{1x9223372036854775808}',
			'exact{1x9223372036854775807}', 'exact{1x200000000}',
			'exact{1x9223372036854775807,1}', '{0..1/1:0x1}', '{9223372036854.775808}' ] ],
	business_hours => [ [ 'UTC; 24/7', 'Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off' ],
		[ '', 'UTC', 'UTC; ', 'Nowhere; 24/7', 'GMT+3; 24/7', 'UTC; Mo 25:00-26:00', 'UTC; 2026-02-30 off',
			'UTC; Mo 09:00-12:00,11:00-13:00', 'UTC;' . ' off;' x 65537, "UTC; \x{1f600}" ] ],
	sentiment_lexicon => [ [ 'english', ' NONE ', 'none; ":)":0.4, "# hours":-.5, über:=very' ],
		[ '', 'german', 'english refund:1', 'english; refund', 'english; refund:2', 'english; a:0.001', 'english; a:=nothing', 'none; "a:1',
			'none; a:1,', 'none; a:1, A:0', 'none; "":1', 'none; a b c d e f:1', 'none; ' . 'a' x 61 . ':1',
			'none; "' . '"" ' x 9 . '":0' ] ]);

foreach my $type (sort keys %literals)
{
	my ($valid, $invalid) = @{ $literals{$type} };
	foreach my $literal (@$valid, @$invalid)
	{
		my $expected = grep({ $_ eq $literal } @$valid) ? 't|' : 'f|22P02';
		my $bytes = $literal;
		utf8::encode($bytes);
		my ($code, $stdout, $stderr) = $node->psql('postgres',
			qq(SELECT pg_input_is_valid(\$\$$bytes\$\$, '$type'),
				(SELECT sql_error_code FROM pg_input_error_info(\$\$$bytes\$\$, '$type'))));
		is("$stdout$stderr", $expected, "$type: " . substr($bytes, 0, 60));
	}
}

$node->stop;
done_testing();
