/*
 * phrase_counts.h
 *		The numbers of documents that contain each phrase, in bounded memory.
 */
#ifndef KPI_PHRASE_COUNTS_H
#define KPI_PHRASE_COUNTS_H

#include "kpi_compat.h"

#include "lib/stringinfo.h"
#include "phrase_ranking.h"

typedef struct KpiPhraseCounts KpiPhraseCounts;

/* a phrase and the documents that contain it */
typedef struct KpiPhraseCount
{
	StringInfoData key;			/* in the words that the dictionaries return */
	StringInfoData written;		/* its commonest form */
	KpiDocuments documents;
} KpiPhraseCount;

extern KpiPhraseCounts *kpi_phrase_counts(MemoryContext memory, Oid config);
extern void kpi_phrase_counts_add(KpiPhraseCounts *counts, char *document, int length, bool is_recent);
extern void kpi_phrase_counts_sort(KpiPhraseCounts *counts);
extern void kpi_phrase_counts_rewind(KpiPhraseCounts *counts);
extern bool kpi_phrase_counts_next(KpiPhraseCounts *counts, KpiPhraseCount *phrase);
extern void kpi_phrase_counts_end(KpiPhraseCounts *counts);

#endif							/* KPI_PHRASE_COUNTS_H */
