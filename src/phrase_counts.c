/*
 * phrase_counts.c
 *		The numbers of documents that contain each phrase, in bounded memory.
 *
 * A hash table counts the documents of each form of a phrase.  When it would
 * take more than work_mem * hash_mem_multiplier, its counts go to a sort, which
 * uses temporary files beyond work_mem, and the table starts again.  The counts
 * of a phrase are then next to each other and are added.  So nothing is lost,
 * however many different phrases there are.
 */
#include "phrase_counts.h"

#include "catalog/pg_operator_d.h"
#include "catalog/pg_type_d.h"
#include "miscadmin.h"
#include "phrase_words.h"
#include "utils/memutils.h"
#include "utils/tuplesort.h"

/* documents that contain a form of a phrase */
typedef struct FormCount
{
	uint64		forms;			/* of the first word, and of the second one or 0 */
	uint32		documents[2];	/* in the baseline period, and recent ones */
	char		status;			/* for the hash table */
} FormCount;

#define SH_PREFIX forms
#define SH_ELEMENT_TYPE FormCount
#define SH_KEY_TYPE uint64
#define SH_KEY forms
#define SH_HASH_KEY(table, key) ((uint32) (((key) * UINT64CONST(0x9E3779B97F4A7C15)) >> 32))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define FIRST_FORMS 1024

struct KpiPhraseCounts
{
	MemoryContext memory;
	MemoryContext document_memory;
	KpiWords   *words;
	forms_hash *forms;
	Size		limit;			/* of the words and the forms */
	uint32		documents;		/* in the table */
	Tuplesortstate *sort;

	/* the row of the sort that is read next, if any */
	bool		has_row;
	const char *key;
	const char *written;
	KpiDocuments row_documents;
	Datum		row;
};

/*
 * Returns empty counts of the words that a text search configuration finds.
 */
KpiPhraseCounts *
kpi_phrase_counts(MemoryContext memory, Oid config)
{
	MemoryContext before = MemoryContextSwitchTo(memory);
	KpiPhraseCounts *counts = palloc0(sizeof(KpiPhraseCounts));

	counts->memory = memory;
	counts->document_memory = AllocSetContextCreate(memory, "kpi document", ALLOCSET_DEFAULT_SIZES);
	counts->words = kpi_words(memory, config);
	counts->forms = forms_create(memory, FIRST_FORMS, NULL);
	counts->limit = get_hash_memory_limit();
	counts->sort = tuplesort_begin_datum(BYTEAOID, ByteaLessOperator, InvalidOid, false,
										 work_mem, NULL, TUPLESORT_RANDOMACCESS);
	MemoryContextSwitchTo(before);
	return counts;
}

/*
 * Moves the counts from the table to the sort.
 *
 * A row is the key of the phrase, a zero byte, the form, a zero byte and the two
 * counts.  The rows of a phrase are sorted next to each other, and among them
 * those of a form.
 */
static void
move_counts(KpiPhraseCounts *counts)
{
	forms_iterator iterator;
	FormCount  *form;
	StringInfoData row;

	initStringInfo(&row);
	forms_start_iterate(counts->forms, &iterator);
	while ((form = forms_iterate(counts->forms, &iterator)) != NULL)
	{
		uint32		first = (uint32) (form->forms >> 32);
		uint32		second = (uint32) form->forms;

		CHECK_FOR_INTERRUPTS();
		resetStringInfo(&row);
		appendStringInfoSpaces(&row, VARHDRSZ);
		appendStringInfoString(&row, kpi_word_key(counts->words, first));
		if (second != 0)
		{
			appendStringInfoChar(&row, KPI_PAIR_SEPARATOR);
			appendStringInfoString(&row, kpi_word_key(counts->words, second));
		}
		appendStringInfoChar(&row, '\0');
		appendStringInfoString(&row, kpi_word_written(counts->words, first));
		if (second != 0)
		{
			appendStringInfoChar(&row, second & KPI_HYPHEN ? '-' : ' ');
			appendStringInfoString(&row, kpi_word_written(counts->words, second));
		}
		appendStringInfoChar(&row, '\0');
		appendBinaryStringInfo(&row, (const char *) form->documents, sizeof(form->documents));
		SET_VARSIZE(row.data, row.len);
		tuplesort_putdatum(counts->sort, PointerGetDatum(row.data), false);
	}
	pfree(row.data);
	forms_reset(counts->forms);
	counts->documents = 0;
}

/*
 * Returns whether the table would take too much memory if it grew.
 */
static bool
must_not_grow(KpiPhraseCounts *counts)
{
	/* the old table is freed after the new one, twice as large, is filled */
	return kpi_words_memory(counts->words) + 3 * counts->forms->size * sizeof(FormCount) > counts->limit;
}

/*
 * Counts the phrases of a document, which may be changed.
 */
void
kpi_phrase_counts_add(KpiPhraseCounts *counts, char *document, int length, bool is_recent)
{
	MemoryContext before = MemoryContextSwitchTo(counts->document_memory);
	KpiPhrase  *phrases;
	int			n;

	if (kpi_words_memory(counts->words) > counts->limit / 2)
	{
		move_counts(counts);
		kpi_words_forget(counts->words);
	}
	/* the counts of a row are 32 bits wide */
	if (counts->documents == PG_UINT32_MAX)
		move_counts(counts);
	counts->documents++;
	n = kpi_words_read(counts->words, document, length, &phrases);
	for (int i = 0; i < n; i++)
	{
		bool		found;
		FormCount  *form;

		if (counts->forms->members >= counts->forms->grow_threshold && must_not_grow(counts))
			move_counts(counts);
		form = forms_insert(counts->forms,
							(uint64) phrases[i].first_form << 32 | phrases[i].second_form, &found);
		if (!found)
			form->documents[0] = form->documents[1] = 0;
		form->documents[is_recent]++;
	}
	MemoryContextSwitchTo(before);
	MemoryContextReset(counts->document_memory);
}

/*
 * Sorts the counts, so that they can be read.  Nothing can be added later.
 */
void
kpi_phrase_counts_sort(KpiPhraseCounts *counts)
{
	move_counts(counts);
	forms_destroy(counts->forms);
	tuplesort_performsort(counts->sort);
}

/*
 * Reads the next row of the sort, if there is one.
 */
static void
next_row(KpiPhraseCounts *counts)
{
	bool		is_null;
	uint32		documents[2];

	if (counts->row != (Datum) 0)
		KPI_FREE_SORTED(counts->row);
	counts->row = (Datum) 0;
	counts->has_row = KPI_TUPLESORT_GETDATUM(counts->sort, &counts->row, &is_null);
	if (!counts->has_row)
	{
		counts->row = (Datum) 0;
		return;
	}
	counts->key = VARDATA_ANY(DatumGetPointer(counts->row));
	counts->written = counts->key + strlen(counts->key) + 1;
	memcpy(documents, counts->written + strlen(counts->written) + 1, sizeof(documents));
	counts->row_documents.baseline = documents[0];
	counts->row_documents.recent = documents[1];
}

/*
 * Begins to read the sorted counts, for the first time or again.
 */
void
kpi_phrase_counts_rewind(KpiPhraseCounts *counts)
{
	tuplesort_rescan(counts->sort);
	next_row(counts);
}

/*
 * Reads the next phrase into *phrase, whose buffers are initialized.  Returns
 * false at the end.  Of forms that are equally common it takes the first one in
 * the order of their bytes.
 */
bool
kpi_phrase_counts_next(KpiPhraseCounts *counts, KpiPhraseCount *phrase)
{
	StringInfoData form;
	int64		most = 0;

	CHECK_FOR_INTERRUPTS();
	if (!counts->has_row)
		return false;
	resetStringInfo(&phrase->key);
	appendStringInfoString(&phrase->key, counts->key);
	phrase->documents.recent = phrase->documents.baseline = 0;
	initStringInfo(&form);
	do
	{
		int64		documents = 0;

		resetStringInfo(&form);
		appendStringInfoString(&form, counts->written);
		do
		{
			documents += counts->row_documents.recent + counts->row_documents.baseline;
			phrase->documents.recent += counts->row_documents.recent;
			phrase->documents.baseline += counts->row_documents.baseline;
			next_row(counts);
		} while (counts->has_row && strcmp(counts->key, phrase->key.data) == 0 &&
				 strcmp(counts->written, form.data) == 0);
		if (documents > most)
		{
			most = documents;
			resetStringInfo(&phrase->written);
			appendStringInfoString(&phrase->written, form.data);
		}
	} while (counts->has_row && strcmp(counts->key, phrase->key.data) == 0);
	pfree(form.data);
	return true;
}

/*
 * Frees the sort and its temporary files.
 */
void
kpi_phrase_counts_end(KpiPhraseCounts *counts)
{
	if (counts->sort != NULL)
		tuplesort_end(counts->sort);
	counts->sort = NULL;
}
