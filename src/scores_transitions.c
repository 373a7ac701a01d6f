/*
 * scores_transitions.c
 *		Transitions of kpi_scores: they map the score of a row to a level.
 */
#include "scores.h"

/*
 * Reports a score that is not a whole number from 0 to 10.
 */
KPI_NORETURN static void
report_bad_score(const char *score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score %s is out of range", score),
			 errdetail("A score is a whole number from 0 to 10."),
			 errhint("Skip such rows with FILTER (WHERE score BETWEEN 0 AND 10 AND score = floor(score)), "
					 "or count scores from 0 to 100 with csat_pct(score >= 80), using your own column name.")));
}

/*
 * Returns the level of an integer score.  Raises an error if it is outside
 * 0..10.
 */
static inline int
level_of_integer(int32 score)
{
	if (unlikely((uint32) score >= KPI_SCORE_LEVELS))
		report_bad_score(psprintf("%d", score));
	return score;
}

/*
 * Returns the level of a double precision score.  Scores of type bigint,
 * numeric and real are cast to it.  Raises an error if the score is not a
 * whole number from 0 to 10.
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
 * Returns an argument that is a threshold.  Raises an error if it is outside
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
				 errdetail("A score is a whole number from 0 to 10."),
				 errhint("On a longer scale, count a condition, as in csat_pct(score >= 80) or rate_ci(score >= 80).")));
	return threshold;
}

/*
 * Maps a level so that the NPS of the mapped levels is the net score.  Levels
 * from top_from on become promoters, levels up to bottom_to become detractors,
 * and all others become passives.  Raises an error if the thresholds are out
 * of order or outside 0..10.
 */
int
kpi_score_net_level(int level, int32 top_from, int32 bottom_to)
{
	if (top_from <= bottom_to || bottom_to < 0 || top_from >= KPI_SCORE_LEVELS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid net score thresholds %d and %d", top_from, bottom_to),
				 errdetail("The top threshold must be above the bottom threshold, and both must be from 0 to 10."),
				 errhint("For Help Scout happiness on the scale 1..3, use net_score(score, 3, 1).")));
	return level >= top_from ? 10 : level <= bottom_to ? 0 : 7;
}

/*
 * Defines a transition and its inverse transition.  "level" is an expression
 * that maps the arguments of a row, in fcinfo, to a level.
 */
#define SCORE_SOURCE(accum, discard, level) \
static inline void \
accum##_steps(FunctionCallInfo fcinfo, KpiScores *scores) \
{ \
	bool		is_copy = (Pointer) scores != PG_GETARG_POINTER(0); \
	int64	   *count = &scores->counts[level]; \
\
	/* no aggregate counts that far, but the literal of a tally can */ \
	if (unlikely(!kpi_count_up(count) || (is_copy && scores_check(scores) != NULL))) \
		kpi_report_overflow("kpi_scores"); \
} \
\
static inline void \
discard##_steps(FunctionCallInfo fcinfo, KpiScores *scores) \
{ \
	if (--scores->counts[level] < 0) \
		kpi_report_underflow("kpi_scores"); \
} \
\
KPI_TALLY_CHANGE(accum, KpiScores, accum##_steps) \
KPI_TALLY_CHANGE(discard, KpiScores, discard##_steps) \
extern int	no_such_variable

/*
 * Maps a level by the arguments top_from and bottom_to.
 */
#define NET_LEVEL(level) kpi_score_net_level(level, PG_GETARG_INT32(2), PG_GETARG_INT32(3))

/*
 * kpi_scores_accum(kpi_scores, score) returns kpi_scores
 * kpi_scores_discard(kpi_scores, score) returns kpi_scores
 *
 * Count a score, and remove it.  For smallint, integer and double precision.
 * Strict.
 */
SCORE_SOURCE(kpi_scores_accum_int2, kpi_scores_discard_int2, level_of_integer(PG_GETARG_INT16(1)));
SCORE_SOURCE(kpi_scores_accum_int4, kpi_scores_discard_int4, level_of_integer(PG_GETARG_INT32(1)));
SCORE_SOURCE(kpi_scores_accum_float8, kpi_scores_discard_float8, kpi_score_level(PG_GETARG_FLOAT8(1)));

/*
 * kpi_scores_accum_net(kpi_scores, score, top_from integer, bottom_to integer)
 * kpi_scores_discard_net(kpi_scores, score, top_from integer,
 *					   bottom_to integer)
 * returns kpi_scores
 *
 * Count a score of a net score, and remove it.  For smallint, integer and
 * double precision.  Strict.
 */
SCORE_SOURCE(kpi_scores_accum_net_int2, kpi_scores_discard_net_int2,
			 NET_LEVEL(level_of_integer(PG_GETARG_INT16(1))));
SCORE_SOURCE(kpi_scores_accum_net_int4, kpi_scores_discard_net_int4,
			 NET_LEVEL(level_of_integer(PG_GETARG_INT32(1))));
SCORE_SOURCE(kpi_scores_accum_net_float8, kpi_scores_discard_net_float8,
			 NET_LEVEL(kpi_score_level(PG_GETARG_FLOAT8(1))));
