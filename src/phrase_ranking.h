/*
 * phrase_ranking.h
 *		Which phrases occur in a larger share of the new documents.
 */
#ifndef KPI_PHRASE_RANKING_H
#define KPI_PHRASE_RANKING_H

#include "kpi_compat.h"

/* documents of the two periods, or of these the ones that contain a phrase */
typedef struct KpiDocuments
{
	int64		recent;
	int64		baseline;
} KpiDocuments;

/* a phrase with a larger share in the new documents */
typedef struct KpiRisingPhrase
{
	char	   *written;
	bool		is_pair;
	KpiDocuments documents;
	double		change;			/* of the share */
	double		q_value;
	/* the words of a pair, or the first one, as the dictionaries return them */
	char	   *first;
	char	   *second;
} KpiRisingPhrase;

typedef struct KpiRanking KpiRanking;

extern KpiRanking *kpi_ranking(KpiDocuments all, int limit);
extern void kpi_ranking_count(KpiRanking *ranking, KpiDocuments documents);
extern void kpi_ranking_test(KpiRanking *ranking);
extern void kpi_ranking_offer(KpiRanking *ranking, const char *key, const char *written, KpiDocuments documents);
extern int	kpi_ranking_best(KpiRanking *ranking, KpiRisingPhrase **best);

/* separates the words of a pair in its key */
#define KPI_PAIR_SEPARATOR '\001'

#endif							/* KPI_PHRASE_RANKING_H */
