# The reference documents show the objects that exist and their comments: doc/functions.md
# those of both extensions, doc/relations.md those of kpi_contract, and the documents of
# views those of a mart of every relation.  With KPI_README_UPDATE=1 they are written.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;
use lib dirname(__FILE__);
use Documented;

my $doc = dirname(__FILE__) . '/../../doc';

my $node = PostgreSQL::Test::Cluster->new('reference');
$node->init;
$node->append_conf('postgresql.conf', "jit = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');

# A Markdown table of the rows that a query returns.
sub table
{
	my ($columns, $query) = @_;
	return join("\n", "| $columns |", $columns =~ s/[^|]+/---/gr =~ s/^(.*)$/|$1|/r, $node->safe_psql('postgres', $query)) . "\n";
}

# The sections of documents, each the name of a relation with its generated table.
sub headings { return sort map { slurp_file("$doc/$_") =~ /^## (\w+)$/mg } @_ }

# ---------------------------------------------------------------- functions

my $functions = slurp_file("$doc/functions.md");
foreach my $family ('scores', 'rate', 'average', 'durations', 'ratio', 'trend')
{
	$functions = fill_part($functions, "KPIs of the family $family", table('KPI | Unit | Better | Definition', qq{
		SELECT format('| %s | %s | %s | %s |',
			(SELECT string_agg('`' || s || '`', '<br>' ORDER BY n) FROM unnest(signatures) WITH ORDINALITY AS u (s, n)),
			unit, better, definition)
		FROM kpi_catalogue WHERE built_in AND family = '$family' ORDER BY name}));
}

# every function and aggregate that is neither in the catalogue nor internal
foreach my $extension ('kpi', 'kpi_mart')
{
	$functions = fill_part($functions, "functions of $extension", table('Function | Result', qq{
		SELECT format('| %s | %s |', string_agg(DISTINCT format('`%s(%s)`', proname, arguments), '<br>'), comment)
		FROM pg_proc AS p
		JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = '$extension',
		LATERAL obj_description(p.oid, 'pg_proc') AS comment,
		LATERAL (
			SELECT string_agg(CASE WHEN n > pronargs - pronargdefaults THEN '[' || name || ']' ELSE name END, ', ' ORDER BY n) AS arguments
			FROM unnest(proargnames[:pronargs]) WITH ORDINALITY AS u (name, n)) AS a
		WHERE comment !~ '^(internal|of a tally):|\\nQuestion: '
		GROUP BY comment, proname ORDER BY proname COLLATE "C", min(pronargs), comment COLLATE "C"}));
}

$functions = fill_part($functions, 'types', table('Type | Meaning', q{
	SELECT format('| `%s` | %s%s |', typname, comment, ': ' || labels)
	FROM pg_type AS t
	JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e',
	LATERAL obj_description(t.oid, 'pg_type') AS comment,
	LATERAL (SELECT string_agg('`' || enumlabel || '`', ', ' ORDER BY enumsortorder) AS labels FROM pg_enum WHERE enumtypid = t.oid) AS e
	WHERE comment !~ '^internal:' ORDER BY typname COLLATE "C"}));
write_document("$doc/functions.md", $functions);

# ---------------------------------------------------------------- relations

my $relations = slurp_file("$doc/relations.md");
my @relations = split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT relation COLLATE "C" FROM kpi_contract ORDER BY 1');
is_deeply([ headings('relations.md') ], \@relations, 'each relation has a section');
foreach my $relation (@relations)
{
	$relations = fill_part($relations, $relation, table('Column | Type | Required | Meaning | Used by', qq{
		SELECT format('| `%s` | %s | %s | %s | %s |', name,
			CASE type WHEN 'key' THEN 'any id' WHEN 'score' THEN 'any number' ELSE format('`%s`', type) END,
			CASE WHEN required THEN 'yes' ELSE '' END, definition, used_by)
		FROM kpi_contract WHERE relation = '$relation' ORDER BY position}));
}
write_document("$doc/relations.md", $relations);

# ---------------------------------------------------------------- views

# a mart of empty relations with every column has every view and column
$node->safe_psql('postgres', $node->safe_psql('postgres', q{
	SELECT format('CREATE TABLE public.%I (%s);', relation, string_agg(
		format('%I %s', name, CASE type WHEN 'key' THEN 'text' WHEN 'score' THEN 'int' ELSE type END), ', ' ORDER BY position))
	FROM kpi_contract GROUP BY relation}));
my $others = join ', ', map { "$_ => '$_'" } grep { $_ ne 'tickets' } @relations;
$node->safe_psql('postgres', "SELECT kpi_build('tickets', 'dashboards', 'UTC', $others)");

my @documents = ('views.md', 'views_business.md', 'tables.md');
my @shown = split /\n/, $node->safe_psql('postgres', q{
	SELECT relname COLLATE "C" FROM pg_class AS c
	WHERE relnamespace = 'dashboards'::regnamespace AND relkind IN ('r', 'v')
		AND obj_description(oid, 'pg_class') NOT LIKE 'internal: %' AND relname <> 'kpi_object'
	ORDER BY 1});
is_deeply([ headings(@documents) ], \@shown, 'each relation for people has a section; the comments of others begin with "internal: "');

foreach my $name (@documents)
{
	my $document = slurp_file("$doc/$name");
	foreach my $relation ($document =~ /^## (\w+)$/mg)
	{
		my $comment = $node->safe_psql('postgres', "SELECT obj_description('dashboards.$relation'::regclass, 'pg_class')");
		$document = fill_part($document, $relation, ucfirst($comment) . ".\n\n" . table('Column | Type | Meaning', qq{
			SELECT format('| `%s` | %s | %s |', attname, format_type(atttypid, NULL), col_description(attrelid, attnum))
			FROM pg_attribute WHERE attrelid = 'dashboards.$relation'::regclass AND attnum > 0 ORDER BY attnum}));
	}
	write_document("$doc/$name", $document);
}

$node->stop;
done_testing();
