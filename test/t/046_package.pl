# META.json follows the PGXN Meta Spec 1.0.0 and describes the extensions of this tree.  Every
# file that names the version names the same one.

use strict;
use warnings;

use File::Basename;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(__FILE__) . '/../..';

my $version = qr/\A(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[0-9A-Za-z.-]+)?\z/;
my $bound = qr/(?:(?:[<>]=?|==|!=)\s*)?\d+\.\d+\.\d+(?:-\w+)?/;
my $version_range = qr/\A(?:0|$bound(?:,\s*$bound)*)\z/;
my $term = qr{\A[^\s[:cntrl:]/\\]{2,}\z};
my $url = qr{\Ahttps?://[^/\s]+};

# The rules of the specification, as [ required, what ].  What is a pattern; a hash of rules for
# the keys of an object, where '*' is for every other key; or an array with the rule of each item.
my $text = qr/\S/;
my $meta = {
	name => [ 1, $term ],
	version => [ 1, $version ],
	abstract => [ 1, $text ],
	maintainer => [ 1, [$text] ],
	license => [ 1, qr/\Apostgresql\z/ ],
	provides => [
		1,
		{
			'*' => [
				0,
				{
					file => [ 1, $text ],
					version => [ 1, $version ],
					abstract => [ 0, $text ],
					docfile => [ 0, $text ]
				}
			]
		}
	],
	'meta-spec' => [ 1, { version => [ 1, qr/\A1\.0\.0\z/ ], url => [ 0, $url ] } ],
	description => [ 0, $text ],
	generated_by => [ 0, $text ],
	release_status => [ 0, qr/\A(?:stable|testing|unstable)\z/ ],
	tags => [ 0, [qr{\A[^[:cntrl:]/\\]{1,256}\z}] ],
	prereqs => [
		0,
		{
			map {
				$_ => [ 0, { map { $_ => [ 0, { '*' => [ 0, $version_range ] } ] } qw(requires recommends suggests conflicts) } ]
			} qw(configure build test runtime develop)
		}
	],
	resources => [
		0,
		{
			homepage => [ 0, $url ],
			bugtracker => [ 0, { web => [ 0, $url ], mailto => [ 0, qr/@/ ] } ],
			repository => [ 0, { url => [ 0, $url ], web => [ 0, $url ], type => [ 0, qr/\A[a-z]+\z/ ] } ]
		}
	]
};

# Appends each broken rule to @$errors, with its path.
sub check
{
	my ($path, $rule, $value, $errors) = @_;

	if (ref $rule eq 'HASH')
	{
		return push @$errors, "$path is no object" if ref $value ne 'HASH';
		foreach my $key (sort keys %$rule)
		{
			push @$errors, "$path/$key is missing" if $rule->{$key}[0] && !defined $value->{$key};
		}
		foreach my $key (sort keys %$value)
		{
			my $of_key = $rule->{$key} || $rule->{'*'};
			if ($of_key) { check("$path/$key", $of_key->[1], $value->{$key}, $errors) }
			elsif ($key !~ /\Ax_/i) { push @$errors, "$path/$key is unknown" }
		}
	}
	elsif (ref $rule eq 'ARRAY')
	{
		return push @$errors, "$path is no array with items" if ref $value ne 'ARRAY' || !@$value;
		check("$path/$_", $rule->[0], $value->[$_], $errors) foreach 0 .. $#$value;
	}
	elsif (!defined $value || ref $value || $value !~ $rule)
	{
		push @$errors, "$path is invalid";
	}
}

sub errors_of
{
	my ($value) = @_;
	my @errors;
	check('', $meta, $value, \@errors);
	return \@errors;
}

my $json = slurp_file("$root/META.json");
my $given = decode_json($json);
is_deeply(errors_of($given), [], 'META.json is valid');

# The check finds errors.
foreach my $case (
	[ '/license is missing', sub { delete $_[0]{license} } ],
	[ '/version is invalid', sub { $_[0]{version} = '1.0' } ],
	[ '/provides/kpi/file is missing', sub { delete $_[0]{provides}{kpi}{file} } ],
	[ '/prereqs/runtime/requires/PostgreSQL is invalid', sub { $_[0]{prereqs}{runtime}{requires}{PostgreSQL} = '15+' } ],
	[ '/release_status is invalid', sub { $_[0]{release_status} = 'released' } ],
	[ '/homepage is unknown', sub { $_[0]{homepage} = 'https://example.org' } ])
{
	my ($error, $change) = @$case;
	my $changed = decode_json($json);
	$change->($changed);
	is_deeply(errors_of($changed), [$error], "found: $error");
}

# META.json matches the files.
my @controls = map { basename($_, '.control') } glob("$root/*.control");
is_deeply([ sort keys %{ $given->{provides} } ], [ sort @controls ], 'META.json lists each extension');
foreach my $extension (@controls)
{
	ok(-f "$root/$given->{provides}{$extension}{$_}", "$extension: $_ exists") foreach qw(file docfile);
}

# Returns the version in file $name, found by a pattern.
sub version_in
{
	my ($name, $pattern) = @_;
	return slurp_file("$root/$name") =~ $pattern ? $1 : undef;
}

is($given->{name}, 'kpi', 'the zip of make dist is named after the distribution');
foreach my $extension (@controls)
{
	is($given->{provides}{$extension}{version}, $given->{version}, "META.json names one version for $extension");
	is(version_in("$extension.control", qr/^default_version *= *'(.*)'/m),
		$given->{version}, "so does $extension.control");
}
is(version_in('CHANGELOG.md', qr/^## (\S+)/m), $given->{version}, 'so does CHANGELOG.md');
is(version_in('debian/changelog', qr/\A\S+ \(([^)]*)-\d+\)/), $given->{version}, 'so does debian/changelog');

done_testing();
