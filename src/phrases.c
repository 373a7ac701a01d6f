/*
 * phrases.c
 *		The aggregate behind rising_phrases: phrases that occur in a larger share
 *		of the new documents than in a baseline period.
 */
#include "kpi_compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type_d.h"
#include "event_list.h"
#include "funcapi.h"
#include "intervals.h"
#include "mb/pg_wchar.h"
#include "phrase_counts.h"
#include "phrase_words.h"
#include "tsearch/ts_cache.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define CONFIDENCE 0.95

/* phrases that are returned: by default, and at most */
#define DEFAULT_PHRASES 20
#define MAX_PHRASES 10000

/* the arguments of the transition function */
enum
{
	STATE,
	BODY,
	IS_RECENT,
	CONFIG,
	LIMIT
};

typedef struct KpiPhrases
{
	KpiPhraseCounts *counts;
	int			limit;			/* of phrases that are returned */
	KpiDocuments documents;
	int64		cut_documents;
} KpiPhrases;

/* the columns of kpi_rising_phrase */
enum
{
	PHRASE,
	DOCUMENTS,
	SHARE,
	BASELINE_DOCUMENTS,
	BASELINE_SHARE,
	CHANGE,
	LOW,
	HIGH,
	Q_VALUE,
	PHRASE_COLUMNS
};

/*
 * Frees what outlives the memory of the aggregate.
 */
static void
end_phrases(Datum state)
{
	kpi_phrase_counts_end(((KpiPhrases *) DatumGetPointer(state))->counts);
}

/*
 * kpi_phrases_add(state internal, body text, is_recent boolean, config regconfig,
 *				   phrases integer)
 * returns internal
 *
 * The transition function.  A NULL body or period does not count.  The
 * configuration and the number of phrases are those of the first row.  The
 * number is checked here too, because every user may call the aggregate.
 */
PG_FUNCTION_INFO_V1(kpi_phrases_add);
Datum
kpi_phrases_add(PG_FUNCTION_ARGS)
{
	MemoryContext memory;
	KpiPhrases *state = PG_ARGISNULL(STATE) ? NULL : (KpiPhrases *) PG_GETARG_POINTER(STATE);
	text	   *body;
	int			length;
	char	   *document;

	if (!AggCheckCallContext(fcinfo, &memory))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the function can only be called as part of an aggregate")));
	if (state == NULL)
	{
		state = MemoryContextAllocZero(memory, sizeof(KpiPhrases));
		state->limit = PG_ARGISNULL(LIMIT) ? DEFAULT_PHRASES : PG_GETARG_INT32(LIMIT);
		if (state->limit < 1 || state->limit > MAX_PHRASES)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("number of phrases %d is not between 1 and %d", state->limit, MAX_PHRASES)));
		state->counts = kpi_phrase_counts(memory, PG_ARGISNULL(CONFIG) ? getTSCurrentConfig(true) :
										  PG_GETARG_OID(CONFIG));
		AggRegisterCallback(fcinfo, end_phrases, PointerGetDatum(state));
	}
	if (PG_ARGISNULL(BODY) || PG_ARGISNULL(IS_RECENT))
		PG_RETURN_POINTER(state);

	/* a longer document is recognized by one more byte */
	body = PG_GETARG_TEXT_P_SLICE(BODY, 0, KPI_DOCUMENT_BYTES + 1);
	document = VARDATA_ANY(body);
	length = VARSIZE_ANY_EXHDR(body);
	if (length > KPI_DOCUMENT_BYTES)
	{
		length = pg_mbcliplen(document, length, KPI_DOCUMENT_BYTES);
		state->cut_documents++;
	}
	kpi_phrase_counts_add(state->counts, document, length, PG_GETARG_BOOL(IS_RECENT));
	if (PG_GETARG_BOOL(IS_RECENT))
		state->documents.recent++;
	else
		state->documents.baseline++;
	PG_FREE_IF_COPY(body, BODY);
	PG_RETURN_POINTER(state);
}

/*
 * Makes a row of kpi_rising_phrase.  Shares are percentages.
 */
static Datum
make_phrase(TupleDesc row, const KpiRisingPhrase *phrase, KpiDocuments all)
{
	Datum		values[PHRASE_COLUMNS];
	bool		nulls[PHRASE_COLUMNS] = {0};
	KpiInterval change = kpi_difference(kpi_wilson(phrase->documents.baseline, all.baseline, CONFIDENCE),
										kpi_wilson(phrase->documents.recent, all.recent, CONFIDENCE));

	values[PHRASE] = CStringGetTextDatum(phrase->written);
	values[DOCUMENTS] = Int64GetDatum(phrase->documents.recent);
	values[SHARE] = Float8GetDatum(100.0 * phrase->documents.recent / all.recent);
	values[BASELINE_DOCUMENTS] = Int64GetDatum(phrase->documents.baseline);
	values[BASELINE_SHARE] = Float8GetDatum(100.0 * phrase->documents.baseline / all.baseline);
	values[CHANGE] = Float8GetDatum(100 * change.centre);
	values[LOW] = Float8GetDatum(100 * change.low);
	values[HIGH] = Float8GetDatum(100 * change.high);
	values[Q_VALUE] = Float8GetDatum(phrase->q_value);
	return HeapTupleGetDatum(heap_form_tuple(row, values, nulls));
}

/*
 * kpi_phrases_final(state internal)
 * returns kpi_rising_phrase[]
 *
 * The final function, which can be called once.  NULL if a period has no
 * documents.
 */
PG_FUNCTION_INFO_V1(kpi_phrases_final);
Datum
kpi_phrases_final(PG_FUNCTION_ARGS)
{
	KpiPhrases *state = PG_ARGISNULL(STATE) ? NULL : (KpiPhrases *) PG_GETARG_POINTER(STATE);
	KpiPhraseCount phrase;
	KpiRanking *ranking;
	KpiRisingPhrase *best;
	TupleDesc	row;
	Datum	   *rows;
	int			n;

	if (state == NULL || state->documents.recent == 0 || state->documents.baseline == 0)
	{
		ereport(NOTICE,
				(errmsg("there are no documents in the %s period",
						state != NULL && state->documents.recent > 0 ? "baseline" :
						state != NULL && state->documents.baseline > 0 ? "new" : "baseline and in the new")));
		PG_RETURN_NULL();
	}
	if (state->cut_documents > 0)
		ereport(NOTICE,
				(errmsg_plural("%lld document is longer than %d bytes",
							   "%lld documents are longer than %d bytes",
							   state->cut_documents, (long long) state->cut_documents, KPI_DOCUMENT_BYTES),
				 errdetail("Only the first part of each counts.")));

	initStringInfo(&phrase.key);
	initStringInfo(&phrase.written);
	ranking = kpi_ranking(state->documents, state->limit);
	kpi_phrase_counts_sort(state->counts);
	kpi_phrase_counts_rewind(state->counts);
	while (kpi_phrase_counts_next(state->counts, &phrase))
		kpi_ranking_count(ranking, phrase.documents);
	kpi_ranking_test(ranking);
	kpi_phrase_counts_rewind(state->counts);
	while (kpi_phrase_counts_next(state->counts, &phrase))
		kpi_ranking_offer(ranking, phrase.key.data, phrase.written.data, phrase.documents);
	kpi_phrase_counts_end(state->counts);

	n = kpi_ranking_best(ranking, &best);
	row = kpi_event_row_type(fcinfo, true);
	rows = palloc((n + 1) * sizeof(Datum));
	for (int i = 0; i < n; i++)
		rows[i] = make_phrase(row, &best[i], state->documents);
	PG_RETURN_ARRAYTYPE_P(construct_array(rows, n, row->tdtypeid, -1, false, TYPALIGN_DOUBLE));
}
