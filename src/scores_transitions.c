/*
 * scores_transitions.c
 *		The rows of surveys: which score they count.
 *
 * A source turns the arguments of a row into a level 0..10; each source is one
 * transition and its inverse.  All are strict.
 */
#include "scores.h"

KPI_NORETURN static void
report_bad_score(const char *score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score %s is out of range", score),
			 errdetail("A score is a whole number from 0 to 10."),
			 errhint("Leave such rows out with FILTER (WHERE score BETWEEN 0 AND 10), naming your own column.")));
}

/*
 * A score that is an integer as level; an error outside 0..10.
 */
static inline int
level_of_integer(int32 score)
{
	if (unlikely((uint32) score >= KPI_SCORE_LEVELS))
		report_bad_score(psprintf("%d", score));
	return score;
}

/*
 * A score of any type as level: double precision is what bigint, numeric and
 * real arrive as, and holds every integer.  An error unless it is one of the
 * whole numbers 0..10.
 */
int
kpi_score_level(double score)
{
	int			level = (score >= 0 && score < KPI_SCORE_LEVELS) ? (int) score : -1;

	if (unlikely(level < 0 || (double) level != score))
	{
		StringInfoData text;

		initStringInfo(&text);
		kpi_double_append(&text, score);
		report_bad_score(text.data);
	}
	return level;
}

/*
 * The argument in which a user names a score as threshold; an error outside
 * 0..10.
 */
int
kpi_score_threshold(FunctionCallInfo fcinfo, int argument)
{
	int32		threshold = PG_GETARG_INT32(argument);

	if (threshold < 0 || threshold >= KPI_SCORE_LEVELS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("threshold %d is out of range", threshold),
				 errdetail("A score is a whole number from 0 to 10.")));
	return threshold;
}

/*
 * The level that makes an NPS of a net score: a promoter at or above top_from, a
 * detractor at or below bottom_to, else a passive.
 */
int
kpi_score_net_level(int level, int32 top_from, int32 bottom_to)
{
	if (top_from <= bottom_to || bottom_to < 0 || top_from >= KPI_SCORE_LEVELS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid thresholds %d and %d of a net score", top_from, bottom_to),
				 errdetail("The top must begin above the end of the bottom, and both lie from 0 to 10."),
				 errhint("Help Scout happiness on 1..3 is net_score(score, 3, 1).")));
	return level >= top_from ? 10 : level <= bottom_to ? 0 : 7;
}

#define SCORE_SOURCE(source, level) \
static inline void \
scores_accum_##source(FunctionCallInfo fcinfo, KpiScores *scores) \
{ \
	bool		by_hand = (Pointer) scores != PG_GETARG_POINTER(0); \
	int64	   *count = &scores->counts[level]; \
\
	/* no aggregate counts so far, but a tally written by hand may be there */ \
	if (unlikely(++*count < 0 || (by_hand && scores_check(scores) != NULL))) \
		kpi_report_overflow("kpi_scores"); \
} \
\
static inline void \
scores_discard_##source(FunctionCallInfo fcinfo, KpiScores *scores) \
{ \
	if (--scores->counts[level] < 0) \
		kpi_report_underflow("kpi_scores"); \
} \
\
KPI_TALLY_CHANGE(kpi_scores_accum_##source, KpiScores, scores_accum_##source) \
KPI_TALLY_CHANGE(kpi_scores_discard_##source, KpiScores, scores_discard_##source) \
extern int	no_such_variable

SCORE_SOURCE(int2, level_of_integer(PG_GETARG_INT16(1)));
SCORE_SOURCE(int4, level_of_integer(PG_GETARG_INT32(1)));
SCORE_SOURCE(float8, kpi_score_level(PG_GETARG_FLOAT8(1)));
SCORE_SOURCE(net_int2, kpi_score_net_level(level_of_integer(PG_GETARG_INT16(1)), PG_GETARG_INT32(2), PG_GETARG_INT32(3)));
SCORE_SOURCE(net_int4, kpi_score_net_level(level_of_integer(PG_GETARG_INT32(1)), PG_GETARG_INT32(2), PG_GETARG_INT32(3)));
SCORE_SOURCE(net_float8, kpi_score_net_level(kpi_score_level(PG_GETARG_FLOAT8(1)), PG_GETARG_INT32(2), PG_GETARG_INT32(3)));
