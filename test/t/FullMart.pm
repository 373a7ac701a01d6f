# Builds the mart "dashboards" of all relations, with values that programs can read wrongly.
package FullMart;

use strict;
use warnings;

use Exporter 'import';
use File::Basename;

our @EXPORT_OK = qw(build_full_mart);

my $data = dirname(__FILE__) . '/../data';

# Installs the extensions in the database postgres of a server, generates tickets of some agents, and builds the mart.
sub build_full_mart
{
	my ($node, %numbers) = @_;

	$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');
	$node->command_ok(
		[ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-v', "tickets=$numbers{tickets}", '-v', 'accounts=150',
			'-v', "agents=$numbers{agents}", '-f', "$data/generate.sql", '-f', "$data/mart/full.sql" ],
		'builds a mart of all relations');
	return;
}

1;
