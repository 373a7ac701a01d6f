# Compares the table of adapters/README.md with the columns that each adapter fills from the tables in
# test/data/adapters.  With KPI_README_UPDATE=1 it is written instead.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use Documented;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(__FILE__) . '/../..';
my $path = "$root/adapters/README.md";
my $document = slurp_file($path);

my @adapters = $document =~ /^\| \[(\w+)\.sql\]\(/mg;
is_deeply([ map { basename($_, '.sql') } sort glob("$root/test/data/adapters/*.sql") ], [ sort @adapters ], 'each adapter is described');

my $node = adapter_node('table');
foreach my $adapter (@adapters)
{
	load_helpdesk($node, $adapter, slurp_file("$root/test/data/adapters/$adapter.sql"));
	is((run_adapter($node, "$adapter.sql", source => $adapter, target => "care_$adapter"))[0], '', "$adapter runs");
}

my $schemas = join ', ', map { "'care_$_'" } @adapters;
my $rows = $node->safe_psql('postgres', qq(
	SELECT format('| `%s.%s` | %s |', relation, name, marks)
	FROM (
		SELECT k.relation, k.name, k.position, (
			SELECT string_agg(CASE WHEN a.attname IS NOT NULL THEN 'x' ELSE '' END, ' | ' ORDER BY s.n)
			FROM unnest(ARRAY[$schemas]) WITH ORDINALITY AS s (schema, n)
			LEFT JOIN pg_attribute AS a ON a.attrelid = to_regclass(s.schema || '.' || k.relation) AND a.attname = k.name) AS marks
		FROM lib.kpi_contract AS k
		WHERE k.relation IN ('tickets', 'messages', 'status_changes', 'sla_targets', 'surveys')
	) AS c
	WHERE marks LIKE '%x%'
	ORDER BY array_position(ARRAY['tickets', 'messages', 'status_changes', 'sla_targets', 'surveys'], relation), position));
my $table = join("\n", join(' | ', '| ', map { s/_/ /r } @adapters) . ' |',
	'|---' x (@adapters + 1) . '|', $rows) . "\n";

$document = fill_part($document, 'columns that each adapter fills', $table);
write_document($path, $document);
done_testing();
