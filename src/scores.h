/*
 * scores.h
 *		Checks and sums of kpi_scores.
 */
#ifndef KPI_SCORES_H
#define KPI_SCORES_H

#include "tally.h"

#include "common/int.h"

/*
 * Checks what must hold for every value.  Returns NULL, or an error detail.
 */
static inline const char *
scores_check(const KpiScores *scores)
{
	int64		total = 0;
	int			level;

	if (scores->version != KPI_FORMAT_VERSION)
		return "Its format version is unknown.";
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
	{
		if (scores->counts[level] < 0)
			return "A count is negative.";
		if (pg_add_s64_overflow(total, scores->counts[level], &total))
			return "The counts together exceed a bigint.";
	}
	return NULL;
}

/*
 * Returns the number of answers from "low" to "high".
 */
static inline int64
sum_counts(const KpiScores *scores, int low, int high)
{
	int64		sum = 0;
	int			level;

	/* cannot overflow, see scores_check() */
	for (level = low; level <= high; level++)
		sum += scores->counts[level];
	return sum;
}

extern int	kpi_score_net_level(int level, int32 top_from, int32 bottom_to);

#endif							/* KPI_SCORES_H */
