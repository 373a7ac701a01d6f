# A simple and slow sentiment(), written from doc/sentiment.md, to compare with. Texts are strings of characters, as of
# a UTF-8 database.
package Sentiment;

use strict;
use warnings FATAL => 'all';
use utf8;

use Encode qw(encode_utf8);

# Classes of characters.
my $high = '\x{80}-\x{10ffff}';
my $alnum = "A-Za-z0-9$high";
my $letter = 'A-Za-z\x{aa}\x{b5}\x{ba}\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{2bb}\x{2bd}-\x{1fff}\x{2070}-\x{209f}'
  . '\x{2100}-\x{218f}\x{2c00}-\x{2fff}\x{3040}-\x{fdff}\x{fe10}-\x{fefe}\x{ff21}-\x{1efff}\x{1fb00}-\x{dffff}'
  . '\x{e1000}-\x{10ffff}';
my $invisible = '\x{ad}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{20d0}-\x{20ff}\x{fe00}-\x{fe0f}\x{feff}'
  . '\x{1f3fb}-\x{1f3ff}\x{e0000}-\x{e0fff}';
my $emoji = '\x{2190}-\x{2bff}\x{1f000}-\x{1f3fa}\x{1f400}-\x{1faff}';
my $stop = '.!?\x{2026}\x{203c}\x{2049}\x{3002}\x{ff01}\x{ff1f}';
my $pause = ',;:()\x{b7}\x{d7}\x{f7}\x{2010}-\x{2017}\x{2020}-\x{2025}\x{2027}\x{2030}-\x{203b}\x{203d}-\x{2048}'
  . '\x{204a}-\x{205e}\x{3001}\x{3003}-\x{303f}\x{ff00}\x{ff02}-\x{ff06}\x{ff08}-\x{ff1e}\x{ff20}';
my $apostrophe = qr/['`\x{b4}\x{2bc}\x{2018}\x{2019}\x{ff07}]|&#39;|&apos;|&rsquo;/;
my $blank = ' \t\x0b\f\r';

# Numbers of the rules, read from the document, so that it cannot differ from the program.
my %rule = rules('doc/sentiment.md');

sub rules
{
	my ($file) = @_;
	my %numbers;
	my %patterns = (
		weak => qr/A weight of up to ([0-9.]+) is a weak cue/,
		very => qr/After a word such as "very", a strong weight counts ([0-9.]+) times/,
		slightly => qr/after one such as "slightly", ([0-9.]+) times/,
		loud => qr/In capitals [^.]*it counts ([0-9.]+) times/,
		negated => qr/turned and weakened \(times (-[0-9.]+)\)/,
		request => qr/thanks count ([0-9.]+) times/,
		negative => qr/A sum between (-[0-9.]+) and/,
		positive => qr/A sum between -[0-9.]+ and ([0-9.]+) is neutral/);

	open(my $lines, '<:encoding(UTF-8)', $file) or die "$file: $!";
	my $text = join ' ', map { s/^\s+|\s+$//gr } <$lines>;
	foreach my $name (keys %patterns)
	{
		($numbers{$name}) = $text =~ $patterns{$name} or die "$file: the number for \"$name\" is missing";
	}
	return %numbers;
}

# Returns the entries of src/english.txt: words => value.
sub english
{
	my ($file) = @_;
	my %entries;

	open(my $lines, '<:encoding(UTF-8)', $file) or die "$file: $!";
	while (my $line = <$lines>)
	{
		$line =~ /^(.*): ([-=0-9][^:]*)$/ or die "$file: no entry: $line";
		$entries{$1} = value($2);
	}
	return \%entries;
}

# Returns the weight and the markers of an entry.
sub value
{
	my ($text) = @_;
	my %value = (weight => 0);

	foreach my $part ($text =~ /=[a-z]+|[-+]?[0-9.]+/g)
	{
		if ($part =~ /^=(.*)/) { $value{$1} = 1; }
		else { $value{weight} = $part; }
	}
	return \%value;
}

# Makes a lexicon of a base, or undef, and own entries: words => text of the value, or undef for words that are removed.
sub new
{
	my ($class, $base, %own) = @_;
	my %own_value = map { normal($_) => $own{$_} } keys %own;
	my %base_value = $base ? %$base : ();
	my @vocabulary = map { split ' ' } keys %own_value, keys %base_value;
	my (%spelled, %decided);
	my $self = bless {}, $class;

	foreach my $word (grep { /^[^']*'([tm]|ve)$/ } @vocabulary)
	{
		(my $plain = $word) =~ s/'//;
		$spelled{$plain} = $word;
	}
	my $canonical = sub { join ' ', map { $spelled{$_} // $_ } split ' ', shift };

	# own entries come before those of the base
	foreach my $source (\%own_value, \%base_value)
	{
		foreach my $words (sort keys %$source)
		{
			my $entry = $canonical->($words);
			next if $decided{$entry}++;
			$self->{entries}{$entry} = ref $source->{$words} ? $source->{$words} : value($source->{$words})
			  if defined $source->{$words};
		}
	}
	$self->{vocabulary} = { (map { $_ => $_ } @vocabulary), %spelled };
	$self->{begins}{$_} = 1 foreach map { /^(\S+)/ } keys %{ $self->{entries} };
	my @emoticons = map { quotemeta } sort { length $b <=> length $a }
	  grep { is_emoticon($_) } keys %{ $self->{vocabulary} };
	my $emoticons = join '|', @emoticons, '(?!)';
	$self->{emoticons} = qr/$emoticons/i;
	return $self;
}

# Returns true if the words of an entry are an emoticon.
sub is_emoticon
{
	my ($words) = @_;

	return $words =~ /^[!-\/:-@\[-`{-~][!-~]{1,7}$/ && $words !~ /^[.!?,#'"]/ && $words !~ /[A-Za-z0-9].*[A-Za-z0-9]/;
}

# Returns the normal form of an entry.
sub normal
{
	my ($words) = @_;

	$words =~ s/^[\x00-\x20]+|[\x00-\x20]+$//g;
	return lc $words if is_emoticon($words);
	return join ' ', map { $_->{text} } grep { defined $_->{text} } tokens(undef, $words);
}

# Reads the letters of a word at pos() of $_[0].  Returns the word in lower case, and true if it is in capitals.
sub word
{
	my $word = '';

	for (;;)
	{
		my $bytes = length encode_utf8($word);
		if ($bytes > 60)
		{
			$_[0] =~ /\G[0-9$letter$invisible]+/gc;
			last;
		}
		next if $_[0] =~ /\G[$invisible]/gc;
		if ($_[0] =~ /\G([0-9$letter])/gc) { $word .= $1; next; }
		if ($_[0] =~ /\G\*(?=[$letter])/gc || (($bytes == 1 || $word =~ /\*$/) && $_[0] =~ /\G\*/gc))
		{
			$word .= '*';
			next;
		}
		last unless $_[0] =~ /\G$apostrophe(?=[$letter])/gc;
		$word .= "'";
	}
	return (lc $word, $word =~ /[A-Z].*[A-Z].*[A-Z]/ && $word !~ /[a-z$high]/);
}

# Returns the tokens of a text: words, numbers, hashtags and emoji with their text, and pauses and stops without one.
# Without a lexicon, the text is an entry of one.
sub tokens
{
	my ($self, $text) = @_;
	my $emoticons = $self ? $self->{emoticons} : qr/(?!)/;
	my @tokens;
	my $line_begins = defined $self;
	my $looked = 0;

	pos($text) = 0;
	while (pos($text) < length $text)
	{
		if ($line_begins)
		{
			$line_begins = 0;
			last if $text =~ /\G-- (?:\r?\n|\z)/;
			$text =~ /\G[$blank]+/gc;
			if ($text =~ /\G(?:>|&gt;)/ && $text !~ /\G(?:$emoticons)/i) { $text =~ /\G[^\n]*/gc; }
			push @tokens, { kind => 'stop' } if $text =~ /\G\n/;
			next;
		}
		next if $text =~ /\G[$blank]/gc;
		if ($text =~ /\G\n/gc) { $line_begins = 1; next; }
		my $begin = pos($text);
		my $before = $begin > 0 ? substr($text, $begin - 1, 1) : ' ';
		if ($text =~ /\G[A-Za-z0-9]/)
		{
			my $token;
			if ($text =~ /\G([0-9]+(?:[.,:][0-9]+)*)/gc) { $token = { kind => 'number', text => $1 }; }
			else { my ($word, $loud) = word($text); $token = { kind => 'word', text => $word, loud => $loud }; }
			if ($begin >= $looked && $text =~ m{\G[.@/:_+=-](?=[^$blank\n])}s)
			{
				substr($text, $begin) =~ /^([^$blank\n<]*)/;
				my $chunk = $1;
				$looked = $begin + length $chunk;
				if ($chunk =~ /^www\.|:\/\/|(?<=[$alnum])\@(?=[$alnum])/
					|| $chunk =~ m{(?<=[$alnum])\.(?=[A-Za-z$high]).*(?<=[$alnum])/(?=[$alnum])})
				{
					pos($text) = $looked;
					next;
				}
			}
			push @tokens, $token;
			next;
		}
		if ($text =~ /\G[$letter]/)
		{
			my ($word, $loud) = word($text);
			push @tokens, { kind => 'word', text => $word, loud => $loud };
			next;
		}
		if ($text =~ /\G($emoticons)/i)
		{
			my $symbol = $1;
			my $after = substr($text, $begin + length $symbol, 1);
			if ($after !~ /[0-9$letter]/ || ($symbol !~ /[A-Za-z0-9]$/ && $before !~ /[$alnum]/))
			{
				pos($text) += length $symbol;
				push @tokens, { kind => 'emoji', text => lc $symbol };
				next;
			}
		}
		next if $text =~ /\G(<[A-Za-z$high\/!][^>]*>)/ && length(encode_utf8($1)) <= 1000 && ($text =~ /\G<[^>]*>/gc);
		next if $text =~ /\G(&[A-Za-z$high#][$alnum]*;)/ && length(encode_utf8($1)) <= 10 && ($text =~ /\G&[^;]*;/gc);
		next if $text =~ /\G\@(?=[0-9_$letter])[0-9_$letter$invisible]+/gc;
		if ($text =~ /\G#(?=[$letter])/gc)
		{
			push @tokens, { kind => 'hashtag', text => (word($text))[0] };
		}
		elsif (!$self && $text =~ /\G#/gc) { push @tokens, { kind => 'number', text => '#' }; }
		elsif ($text =~ /\G[.!?]+/gc || $text =~ /\G[$stop]/gc) { push @tokens, { kind => 'stop' }; }
		elsif ($text =~ /\G[$pause]/gc) { push @tokens, { kind => 'pause' }; }
		elsif ($text =~ /\G[-\/](?![$alnum])/gc)
		{
			push @tokens, { kind => 'pause' } if $before !~ /[$alnum]/;
		}
		elsif ($text =~ /\G([$emoji])/gc) { push @tokens, { kind => 'emoji', text => $1 }; }
		else { pos($text)++; }
	}
	return @tokens;
}

# Returns the word of the lexicon for a word of a text, or undef.
sub known
{
	my ($self, $word) = @_;
	my $vocabulary = $self->{vocabulary};

	return undef if length(encode_utf8($word)) > 60;
	return $vocabulary->{$word} if defined $vocabulary->{$word};
	return undef unless $word =~ /([a-z0-9])\1\1/;
	(my $two = $word) =~ s/([!-~])\1{2,}/$1$1/g;
	(my $one = $word) =~ s/([!-~])\1{2,}/$1/g;
	return $vocabulary->{$two} // $vocabulary->{$one};
}

# Returns the words of a hashtag, or undef if it has none: as few words as possible, and of several such splits the one
# with the longest word at the end.
sub split_hashtag
{
	my ($self, $tag) = @_;
	my @best = ([]);

	return [undef] if length(encode_utf8($tag)) > 60;
	foreach my $end (1 .. length $tag)
	{
		foreach my $begin (grep { $best[$_] } 0 .. $end - 1)
		{
			my $word = $self->{vocabulary}{ substr $tag, $begin, $end - $begin };
			$best[$end] = [ @{ $best[$begin] }, $word ]
			  if defined $word && (!$best[$end] || @{ $best[$end] } > @{ $best[$begin] } + 1);
		}
	}
	return $best[ length $tag ] // [undef];
}

# Returns true if the words are an entry with the marker.
sub marked
{
	my ($self, $words, $marker) = @_;

	return $self->{entries}{$words} && $self->{entries}{$words}{$marker};
}

# Returns the longest entry at the beginning of words, and its number of words.  Each word has the forms in which an
# entry can contain it.
sub longest
{
	my ($self, @words) = @_;
	my @phrases = ('');
	my ($found, $length);

	foreach my $n (1 .. 5)
	{
		last if $n > @words;
		my @forms = @{ $words[ $n - 1 ]{forms} };
		@phrases = map { my $phrase = $_; map { $phrase eq '' ? $_ : "$phrase $_" } @forms } @phrases;
		my ($match) = grep { $self->{entries}{$_} } @phrases;
		($found, $length) = ($match, $n) if defined $match;
	}
	return ($found, $length);
}

# Adds a part of a sentence, words between pauses, to its sums.
sub read_part
{
	my ($self, $sentence, @words) = @_;
	my $negated = 0;

	while (@words)
	{
		my ($words, $n) = $self->longest(@words);
		my $loud = $words[0]{loud};
		if (!defined $words)
		{
			shift @words;
			$negated-- if $negated;
			$sentence->{emphasis} = 1;
			next;
		}
		splice @words, 0, $n;
		my $entry = $self->{entries}{$words};
		my @parts = split ' ', $words;
		my $own_negator = grep { $self->marked($_, 'not') } @parts, map { join ' ', @parts[ 0 .. $_ ] } 0 .. $#parts;
		my $weight = $entry->{weight};
		if (abs($weight) > $rule{weak})
		{
			$weight *= $sentence->{emphasis};
			$weight *= $rule{loud} if $loud;
			$weight *= $rule{negated} if $negated && !$own_negator;
		}
		$sentence->{ $entry->{thanks} ? 'thanks' : abs($weight) > $rule{weak} ? 'strong' : 'weak' } += $weight;
		if ($entry->{but}) { $sentence->{$_} *= 0.5 foreach qw(strong weak thanks); }
		$sentence->{request} ||= $entry->{request};
		$sentence->{emphasis} = $entry->{very} ? $rule{very} : $entry->{slightly} ? $rule{slightly} : 1;
		$negated = $negated > $n ? $negated - $n : 0;
		$negated = 3 if $entry->{not} || $self->marked($parts[-1], 'not');
	}
	return;
}

# Returns the score of a text, or undef.
sub score
{
	my ($self, $text) = @_;
	my ($sum, $thanks, $any_request, $any_word) = (0, 0, 0, 0);
	my (%sentence, @part);
	my $new = sub { %sentence = (strong => 0, weak => 0, thanks => 0, request => 0, emphasis => 1) };

	$new->();
	foreach my $token ($self->tokens($text), { kind => 'stop' })
	{
		my $kind = $token->{kind};
		if (defined $token->{text})
		{
			my @known = $kind eq 'hashtag' ? @{ $self->split_hashtag($token->{text}) } : $self->known($token->{text});
			$any_word = 1 if $kind eq 'word' || $kind eq 'hashtag'
			  || ($kind eq 'emoji' && defined $known[0] && $self->{begins}{ $known[0] });
			foreach my $known (@known)
			{
				my @forms = defined $known ? $known : ();
				push @forms, '#' if $kind eq 'number' || (defined $known && $self->marked($known, 'number'));
				push @part, { forms => \@forms, loud => $token->{loud} };
			}
			next;
		}
		$self->read_part(\%sentence, @part);
		@part = ();
		next if $kind eq 'pause';
		$sum += $sentence{strong} + $sentence{weak} * ($sentence{request} ? 0.2 : 1);
		$thanks += $sentence{thanks};
		$any_request ||= $sentence{request};
		$new->();
	}
	return undef unless $any_word;
	$sum += $thanks * ($any_request ? $rule{request} : 1);
	my $limit = abs($sum < 0 ? $rule{negative} : $rule{positive});
	return 0.05 * $sum / $limit if abs($sum) < $limit;
	my $x = abs($sum) - $limit;
	return ($sum < 0 ? -1 : 1) * (0.05 + 0.95 * $x / sqrt($x * $x + 1));
}

1;
