/*
 * phrase_ranking.c
 *		Which phrases occur in a larger share of the new documents.
 *
 * Each phrase is tested with Fisher's exact test.  Given the number of all
 * documents that contain it, its p-value is valid for any number of documents.
 * The q-values are those of Y. Benjamini and Y. Hochberg, Controlling the false
 * discovery rate, 1995.
 *
 * Most phrases are too rare to be significant, whatever they do.  R. E. Tarone,
 * A modified Bonferroni method for discrete data, 1990, leaves them out, and
 * P. B. Gilbert, A modified false discovery rate multiple-comparisons procedure
 * for discrete data, 2005, shows that this is also right for q-values.  The
 * choice depends on a phrase's documents in both periods together only.  Leaving
 * out the phrases that did not rise would bias the p-values.
 *
 * Phrases with the same two counts have the same p-value.  There are few
 * different pairs of counts, so all of them fit into memory.
 */
#include "phrase_ranking.h"

#include "common/hashfn.h"
#include "hypergeometric.h"
#include "miscadmin.h"

#include <math.h>

/* the level at which a phrase must be able to be significant */
#define LEVEL 0.05

/* the phrases with the same counts */
typedef struct Counts
{
	KpiDocuments documents;
	int64		phrases;
	double		least_p;		/* if all of the documents were new ones */
	double		p;
	double		q;
	char		status;			/* for the hash table */
} Counts;

#define SH_PREFIX counts
#define SH_ELEMENT_TYPE Counts
#define SH_KEY_TYPE KpiDocuments
#define SH_KEY documents
#define SH_HASH_KEY(table, key) \
	hash_combine(hash_bytes_uint32((uint32) (key).recent), hash_bytes_uint32((uint32) (key).baseline))
#define SH_EQUAL(table, a, b) ((a).recent == (b).recent && (a).baseline == (b).baseline)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct KpiRanking
{
	KpiDocuments all;
	int			limit;
	counts_hash *counts;
	KpiRisingPhrase *best;
	int			n;
	int			allocated;
};

/*
 * Returns an empty ranking of at most "limit" phrases.
 */
KpiRanking *
kpi_ranking(KpiDocuments all, int limit)
{
	KpiRanking *ranking = palloc0(sizeof(KpiRanking));

	ranking->all = all;
	ranking->limit = limit;
	ranking->counts = counts_create(CurrentMemoryContext, 1024, NULL);
	return ranking;
}

/*
 * Counts a phrase that occurs in these documents.
 */
void
kpi_ranking_count(KpiRanking *ranking, KpiDocuments documents)
{
	bool		found;
	Counts	   *counts = counts_insert(ranking->counts, documents, &found);

	if (!found)
		counts->phrases = 0;
	counts->phrases++;
}

static int
compare_least_p(const void *a, const void *b, void *arg)
{
	double		first = (*(Counts *const *) a)->least_p;
	double		second = (*(Counts *const *) b)->least_p;

	return (first > second) - (first < second);
}

static int
compare_p(const void *a, const void *b, void *arg)
{
	double		first = (*(Counts *const *) a)->p;
	double		second = (*(Counts *const *) b)->p;

	return (first > second) - (first < second);
}

/*
 * Returns the number of phrases whose least p-value is at most "limit".
 */
static int64
able_phrases(Counts **counts, int n, double limit)
{
	int64		phrases = 0;

	for (int i = 0; i < n && counts[i]->least_p <= limit; i++)
		phrases += counts[i]->phrases;
	return phrases;
}

/*
 * Returns the size of Tarone's family: the smallest number for which no more
 * phrases could be significant after a correction for as many tests.  "counts"
 * are sorted by their least p-value, and are of "phrases" phrases in all.
 */
static int64
family_size(Counts **counts, int n, int64 phrases)
{
	int64		low = 1;
	int64		high = Max(phrases, 1);

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (able_phrases(counts, n, LEVEL / (double) middle) <= middle)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/*
 * Computes the q-values, after all phrases have been counted.
 */
void
kpi_ranking_test(KpiRanking *ranking)
{
	KpiDocuments all = ranking->all;
	int			n = 0;
	int			tested;
	int64		phrases = 0;
	double		limit;
	double		q = 1;
	Counts	  **sorted = MemoryContextAllocHuge(CurrentMemoryContext,
												(ranking->counts->members + 1) * sizeof(Counts *));
	counts_iterator iterator;
	Counts	   *counts;

	counts_start_iterate(ranking->counts, &iterator);
	while ((counts = counts_iterate(ranking->counts, &iterator)) != NULL)
	{
		int64		total = counts->documents.recent + counts->documents.baseline;

		CHECK_FOR_INTERRUPTS();
		counts->least_p = kpi_hypergeometric_tail(Min(total, all.recent), total, all.recent, all.baseline);
		counts->q = -1;
		sorted[n++] = counts;
		phrases += counts->phrases;
	}
	qsort_interruptible(sorted, n, sizeof(Counts *), compare_least_p, NULL);

	limit = LEVEL / (double) family_size(sorted, n, phrases);
	for (tested = 0, phrases = 0; tested < n && sorted[tested]->least_p <= limit; tested++)
	{
		CHECK_FOR_INTERRUPTS();
		counts = sorted[tested];
		counts->p = kpi_hypergeometric_tail(counts->documents.recent,
											counts->documents.recent + counts->documents.baseline,
											all.recent, all.baseline);
		phrases += counts->phrases;
	}
	qsort_interruptible(sorted, tested, sizeof(Counts *), compare_p, NULL);
	/* from the last rank down, rank is the number of phrases with at most this p */
	for (int64 i = tested - 1, rank = phrases; i >= 0; i--)
	{
		q = Min(q, sorted[i]->p * (double) phrases / (double) rank);
		sorted[i]->q = q;
		rank -= sorted[i]->phrases;
	}
	pfree(sorted);
}

/*
 * Compares phrases by their rank: the smallest q-value first, then the largest
 * change, then pairs before words, then the alphabet of their bytes.
 *
 * kpi_ranking_best() relies on pairs being before words.
 */
static int
compare_rank(const void *a, const void *b, void *arg)
{
	const KpiRisingPhrase *first = a;
	const KpiRisingPhrase *second = b;

	if (first->q_value != second->q_value)
		return first->q_value < second->q_value ? -1 : 1;
	if (first->change != second->change)
		return first->change > second->change ? -1 : 1;
	if (first->is_pair != second->is_pair)
		return first->is_pair ? -1 : 1;
	return strcmp(first->written, second->written);
}

/*
 * Sorts the best phrases, and drops those beyond three times the limit.
 */
static void
shorten(KpiRanking *ranking)
{
	qsort_interruptible(ranking->best, ranking->n, sizeof(KpiRisingPhrase), compare_rank, NULL);
	while (ranking->n > 3 * ranking->limit)
	{
		KpiRisingPhrase *last = &ranking->best[--ranking->n];

		pfree(last->written);
		pfree(last->first);
	}
}

/*
 * Offers a phrase to the ranking, which takes it if it was tested and its share
 * is larger in the new documents.  "key" is the phrase in the words that the
 * dictionaries return.
 */
void
kpi_ranking_offer(KpiRanking *ranking, const char *key, const char *written, KpiDocuments documents)
{
	KpiDocuments all = ranking->all;
	Counts	   *counts = counts_lookup(ranking->counts, documents);
	KpiRisingPhrase *phrase;

	if (counts == NULL || counts->q < 0 ||
		(int128) documents.recent * all.baseline <= (int128) documents.baseline * all.recent)
		return;
	if (ranking->n == ranking->allocated)
	{
		if (ranking->n >= 6 * ranking->limit)
			shorten(ranking);
		else
		{
			ranking->allocated = Min(Max(2 * ranking->allocated, 64), 6 * ranking->limit);
			if (ranking->best == NULL)
				ranking->best = palloc(ranking->allocated * sizeof(KpiRisingPhrase));
			else
				ranking->best = repalloc(ranking->best, ranking->allocated * sizeof(KpiRisingPhrase));
		}
	}
	phrase = &ranking->best[ranking->n++];
	phrase->written = pstrdup(written);
	phrase->first = pstrdup(key);
	phrase->second = strchr(phrase->first, KPI_PAIR_SEPARATOR);
	phrase->is_pair = phrase->second != NULL;
	if (phrase->is_pair)
		*phrase->second++ = '\0';
	phrase->documents = documents;
	phrase->change = (double) documents.recent / (double) all.recent -
		(double) documents.baseline / (double) all.baseline;
	phrase->q_value = counts->q;
}

/*
 * Returns whether "pair" contains the word and has as many documents.  Then
 * each document with the word has the pair.
 */
static bool
covers(const KpiRisingPhrase *pair, const KpiRisingPhrase *word)
{
	return pair->is_pair &&
		pair->documents.recent == word->documents.recent &&
		pair->documents.baseline == word->documents.baseline &&
		(strcmp(pair->first, word->first) == 0 || strcmp(pair->second, word->first) == 0);
}

/*
 * Returns the best phrases, sorted, and their number.  A word that occurs in the
 * documents of one pair only, such as "york" in "new york", is left out.
 *
 * Such a word ranks behind its pair, and a pair covers at most two words.  So
 * enough phrases remain of three times the limit.
 */
int
kpi_ranking_best(KpiRanking *ranking, KpiRisingPhrase **best)
{
	int			n = 0;

	shorten(ranking);
	for (int i = 0; i < ranking->n && n < ranking->limit; i++)
	{
		KpiRisingPhrase phrase = ranking->best[i];
		bool		is_covered = false;

		CHECK_FOR_INTERRUPTS();
		/* the pairs with the same rank are just before the words */
		for (int j = n - 1; !phrase.is_pair && !is_covered && j >= 0; j--)
		{
			if (ranking->best[j].q_value != phrase.q_value || ranking->best[j].change != phrase.change)
				break;
			is_covered = covers(&ranking->best[j], &phrase);
		}
		if (!is_covered)
			ranking->best[n++] = phrase;
	}
	*best = ranking->best;
	return n;
}
