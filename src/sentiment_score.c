/*
 * sentiment_score.c
 *		How negative or positive a text is.
 *
 * The text is read once, word by word.  Up to KPI_PHRASE_WORDS words wait in a
 * queue until the longest entry that begins with the first of them is known.
 * Its weight is added to the sum of its sentence, and the sums of the sentences
 * to that of the text, from which the score is computed.  doc/sentiment.md
 * describes the rules.
 */
#include "sentiment_score.h"

#include <math.h>

/* a weight up to this is a weak cue: it adds up with others, and is never turned round */
#define WEAK 0.25

/* a negator turns this many words after it */
#define NEGATED_WORDS 3

/* a negator multiplies the weights of these words */
#define NEGATED (-0.4)

/* after a word that strengthens or weakens, in capitals, or stretched */
#define STRONGER 1.3
#define WEAKER 0.8

/* weak cues in a request, and thanks in a text with a request */
#define CUE_IN_REQUEST 0.2
#define THANKS_IN_REQUEST 0.2

/* what went before "but", in the same sentence */
#define BEFORE_CONTRAST 0.5

/* sums between these are neutral */
#define NEGATIVE_CUT (-0.07)
#define POSITIVE_CUT 0.15

/* a word of the text that is not yet part of an entry */
typedef struct QueuedWord
{
	uint32		node;			/* 0: in no entry */
	uint32		number;			/* the node that stands for any number, or 0 */
	bool		loud;
} QueuedWord;

typedef struct Scorer
{
	const KpiLexicon *lexicon;
	QueuedWord	queue[KPI_PHRASE_WORDS];
	int			queued;

	/* the sentence */
	double		sum;			/* without what follows */
	double		weak;			/* of weak cues */
	double		thanks;
	bool		asks;
	int			negated;		/* words that are still turned */
	double		emphasis;		/* of the next word */

	/* the text */
	double		total;
	double		total_thanks;
	bool		has_request;
	bool		has_words;
} Scorer;

/*
 * Adds an entry's weight to the sentence.
 */
static void
judge(Scorer *scorer, const KpiLexiconNode *entry, bool loud)
{
	double		weight = (double) entry->weight / KPI_WEIGHT_ONE;

	if (fabs(weight) > WEAK)
	{
		if (loud)
			weight *= STRONGER;
		weight *= scorer->emphasis;
		if (scorer->negated > 0 && !entry->has_negator)
			weight *= NEGATED;
	}
	if (entry->markers & KPI_THANKS)
		scorer->thanks += weight;
	else if (fabs(weight) <= WEAK)
		scorer->weak += weight;
	else
		scorer->sum += weight;
}

/*
 * Applies what an entry does to the words around it.
 */
static void
apply_markers(Scorer *scorer, const KpiLexiconNode *entry, int words)
{
	scorer->negated = Max(scorer->negated - words, 0);
	if (entry->ends_negated)
		scorer->negated = NEGATED_WORDS;
	scorer->emphasis = entry->markers & KPI_STRENGTHENS ? STRONGER : entry->markers & KPI_WEAKENS ? WEAKER : 1;
	if (entry->markers & KPI_ASKS)
		scorer->asks = true;
	if (entry->markers & KPI_CONTRASTS)
	{
		scorer->sum *= BEFORE_CONTRAST;
		scorer->weak *= BEFORE_CONTRAST;
		scorer->thanks *= BEFORE_CONTRAST;
	}
}

/*
 * Finds the longest entry that begins with a node, which stands for the first n
 * queued words.  Returns its node, or 0, and its number of words.  Of two
 * entries with as many words, the one with the number itself comes before the
 * one with any number.
 */
static uint32
longest_entry(const Scorer *scorer, uint32 node, int n, int *words)
{
	uint32		found = 0;

	*words = 0;
	for (; node != 0; n++)
	{
		const KpiLexiconNode *at = &scorer->lexicon->nodes[node];
		const QueuedWord *next = &scorer->queue[n];
		uint32		number = 0;

		if (at->is_entry)
		{
			found = node;
			*words = n;
		}
		if (at->next_words == 0 || n == scorer->queued)
			break;
		if (next->number)
			number = kpi_lexicon_longer(scorer->lexicon, node, next->number);
		node = next->node ? kpi_lexicon_longer(scorer->lexicon, node, next->node) : 0;
		if (number != 0 && node != 0)
		{
			int			number_words;
			uint32		with_number = longest_entry(scorer, number, n + 1, &number_words);
			int			exact_words;
			uint32		exact = longest_entry(scorer, node, n + 1, &exact_words);

			if (Max(exact_words, number_words) <= *words)
				break;
			*words = Max(exact_words, number_words);
			return exact_words >= number_words ? exact : with_number;
		}
		node = node ? node : number;
	}
	return found;
}

/*
 * Applies an entry, or a word in none if that is 0.
 */
static void
apply(Scorer *scorer, uint32 node, int words, bool loud)
{
	const KpiLexiconNode *entry = &scorer->lexicon->nodes[node];

	if (entry->is_entry)
	{
		judge(scorer, entry, loud);
		apply_markers(scorer, entry, words);
		return;
	}
	scorer->negated = Max(scorer->negated - 1, 0);
	scorer->emphasis = 1;
}

/*
 * Takes the longest entry off the queue, or a word that begins none.
 */
static void
take_entry(Scorer *scorer)
{
	const QueuedWord *first = &scorer->queue[0];
	int			words;
	int			number_words = 0;
	uint32		found = longest_entry(scorer, first->node, 1, &words);
	uint32		found_number = first->number ? longest_entry(scorer, first->number, 1, &number_words) : 0;
	bool		loud = first->loud;
	int			i;

	if (number_words > words)
	{
		found = found_number;
		words = number_words;
	}
	words = Max(words, 1);
	scorer->queued -= words;
	for (i = 0; i < scorer->queued; i++)
		scorer->queue[i] = scorer->queue[i + words];
	apply(scorer, found, words, loud);
}

/*
 * Takes all words off the queue.
 */
static void
empty_queue(Scorer *scorer)
{
	while (scorer->queued > 0)
		take_entry(scorer);
}

/*
 * Puts a word into the queue, and takes from its beginning what is decided.
 */
static void
add_word(Scorer *scorer, uint32 node, bool is_number, bool loud)
{
	const KpiLexiconNode *entry = &scorer->lexicon->nodes[node];
	uint32		number = is_number || (entry->markers & KPI_COUNTS) ? scorer->lexicon->number : 0;
	QueuedWord *word;

	/* most words begin no phrase */
	if (scorer->queued == 0 && entry->next_words == 0 && number == 0)
	{
		apply(scorer, node, 1, loud);
		return;
	}
	word = &scorer->queue[scorer->queued++];
	word->node = node;
	word->number = number;
	word->loud = loud;
	if (node == 0 && number == 0)
		empty_queue(scorer);	/* no entry goes on with it */
	else if (scorer->queued == KPI_PHRASE_WORDS)
		take_entry(scorer);
}

/*
 * Ends a sentence.
 */
static void
end_sentence(Scorer *scorer)
{
	empty_queue(scorer);
	scorer->total += scorer->sum + scorer->weak * (scorer->asks ? CUE_IN_REQUEST : 1);
	scorer->total_thanks += scorer->thanks;
	scorer->has_request |= scorer->asks;
	scorer->sum = scorer->weak = scorer->thanks = 0;
	scorer->asks = false;
	scorer->negated = 0;
	scorer->emphasis = 1;
}

/*
 * Returns true if a word has a letter or digit three times in a row.
 */
static bool
is_stretched(const KpiToken *token)
{
	int			i;

	for (i = 2; i < token->length; i++)
		if (token->bytes[i] == token->bytes[i - 1] && token->bytes[i] == token->bytes[i - 2] &&
			kpi_byte_classes[(unsigned char) token->bytes[i]] >= LOWER)
			return true;
	return false;
}

/*
 * Returns the node of a word of a text with a letter that is there three times
 * in a row or more cut to "most".
 */
static uint32
find_shortened(const KpiLexicon *lexicon, const KpiToken *token, int most)
{
	char		bytes[KPI_WORD_BYTES];
	int			length = 0;
	int			run = 0;
	int			i;

	for (i = 0; i < token->length; i++)
	{
		run = i > 0 && token->bytes[i] == token->bytes[i - 1] ? run + 1 : 1;
		if (run == 3)
			length -= 2 - most;
		if (run < 3)
			bytes[length++] = token->bytes[i];
	}
	return kpi_lexicon_word(lexicon, bytes, length, kpi_hash_bytes(bytes, length));
}

/*
 * Returns the node of a word of a text, or 0.
 */
static uint32
find_word(const KpiLexicon *lexicon, const KpiToken *token)
{
	uint32		node;

	if (token->length > KPI_WORD_BYTES)
		return 0;
	node = kpi_lexicon_word(lexicon, token->bytes, token->length, token->hash);
	if (node == 0 && is_stretched(token))
	{
		node = find_shortened(lexicon, token, 2);
		if (node == 0)
			node = find_shortened(lexicon, token, 1);
	}
	return node;
}

/*
 * Returns the number of words of the shortest way to write a hashtag as words
 * of the lexicon, or 0 if there is none.  last[i] is the length of the last
 * word of the first i bytes.
 */
static int
split_hashtag(const KpiLexicon *lexicon, const KpiToken *token, uint8 *last)
{
	uint8		words[KPI_WORD_BYTES + 1];
	int			from;
	int			to;

	memset(words, 0, sizeof(words));
	for (from = 0; from < token->length; from++)
	{
		uint64		hash = KPI_HASH_BEGIN;

		if (from > 0 && words[from] == 0)
			continue;
		for (to = from + 1; to <= token->length; to++)
		{
			int			n = from > 0 ? words[from] + 1 : 1;

			hash = kpi_hash_byte(hash, (unsigned char) token->bytes[to - 1]);
			if ((words[to] == 0 || words[to] > n) &&
				kpi_lexicon_word(lexicon, token->bytes + from, to - from, hash) != 0)
			{
				words[to] = n;
				last[to] = to - from;
			}
		}
	}
	return words[token->length];
}

/*
 * Adds the words of a hashtag, as far as they can be told apart.
 */
static void
add_hashtag(Scorer *scorer, const KpiToken *token)
{
	uint8		last[KPI_WORD_BYTES + 1];
	int			ends[KPI_WORD_BYTES];
	int			n;
	int			end;
	int			i;

	n = token->length > KPI_WORD_BYTES ? 0 : split_hashtag(scorer->lexicon, token, last);
	if (n == 0)
	{
		add_word(scorer, 0, false, false);
		return;
	}
	for (i = n - 1, end = token->length; i >= 0; end -= last[end], i--)
		ends[i] = end;
	for (i = 0; i < n; i++)
	{
		const char *word = token->bytes + ends[i] - last[ends[i]];
		int			length = last[ends[i]];

		add_word(scorer, kpi_lexicon_word(scorer->lexicon, word, length, kpi_hash_bytes(word, length)), false, false);
	}
}

/*
 * Returns the score of a sum: it grows with the sum, is between -1 and 1, and
 * leaves the neutral zone where the sum does.
 */
static double
score_of(double sum)
{
	double		cut = sum < 0 ? NEGATIVE_CUT : POSITIVE_CUT;
	double		beyond;

	if (fabs(sum) < fabs(cut))
		return KPI_SENTIMENT_CUT * sum / fabs(cut);
	beyond = fabs(sum) - fabs(cut);
	beyond = KPI_SENTIMENT_CUT + (1 - KPI_SENTIMENT_CUT) * beyond / sqrt(beyond * beyond + 1);
	return sum < 0 ? -beyond : beyond;
}

/*
 * Computes the score of a text, -1 to 1.  Returns false if it has neither a
 * word nor an emoji or emoticon of the lexicon.
 */
bool
kpi_sentiment_score(const KpiLexicon *lexicon, const char *text, size_t length, double *score)
{
	Scorer		scorer;
	KpiWords	words;
	KpiToken	token;

	memset(&scorer, 0, sizeof(scorer));
	scorer.lexicon = lexicon;
	scorer.emphasis = 1;
	kpi_words_begin(&words, text, length, lexicon->letters, lexicon);
	for (kpi_words_next(&words, &token); token.kind != KPI_TOKEN_END; kpi_words_next(&words, &token))
	{
		uint32		node;

		switch (token.kind)
		{
			case KPI_TOKEN_WORD:
				scorer.has_words = true;
				add_word(&scorer, find_word(lexicon, &token), false, token.loud);
				break;
			case KPI_TOKEN_NUMBER:
				add_word(&scorer, find_word(lexicon, &token), true, false);
				break;
			case KPI_TOKEN_HASHTAG:
				scorer.has_words = true;
				add_hashtag(&scorer, &token);
				break;
			case KPI_TOKEN_EMOJI:
				node = find_word(lexicon, &token);
				scorer.has_words |= lexicon->nodes[node].is_entry || lexicon->nodes[node].next_words != 0;
				add_word(&scorer, node, false, false);
				break;
			case KPI_TOKEN_PAUSE:
				empty_queue(&scorer);
				scorer.negated = 0;
				break;
			case KPI_TOKEN_STOP:
				end_sentence(&scorer);
				break;
			case KPI_TOKEN_END:
				break;
		}
	}
	end_sentence(&scorer);
	if (!scorer.has_words)
		return false;
	*score = score_of(scorer.total + scorer.total_thanks * (scorer.has_request ? THANKS_IN_REQUEST : 1));
	return true;
}
