/*
 * scores_accessors.c
 *		kpi_scores: the KPIs of the answers to a survey.
 *
 * All are NULL without answers, except sample_size, score_counts and the cast
 * to jsonb.
 */
#include "scores.h"

#include "catalog/pg_type.h"
#include "estimate.h"
#include "utils/array.h"

#include <math.h>

/*
 * Returns an argument of the type.  Raises an error if the value is damaged.
 */
KPI_TALLY_ARGUMENT(scores_argument, KpiScores, "kpi_scores", scores_check);

/*
 * Returns "part" as a percentage of the answers, or NULL without answers.
 */
static Datum
percent(FunctionCallInfo fcinfo, const KpiScores *scores, int64 part)
{
	int64		n = sum_counts(scores, 0, 10);

	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(100.0 * (double) part / (double) n);
}

/*
 * Checks that all scores are on the scale of a KPI.  On a longer scale the
 * same score has another meaning, so counting it would give a wrong
 * percentage.  "call" shows in the hint how to pass a threshold.
 */
static void
require_scale(const KpiScores *scores, int low, int high, const char *kpi, const char *call)
{
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		if (scores->counts[level] > 0 && (level < low || level > high))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s without a threshold requires scores from %d to %d, but found %d",
							kpi, low, high, level),
					 errhint("Pass the threshold of another scale, as in %s, "
							 "or skip such rows with FILTER (WHERE score BETWEEN %d AND %d).",
							 call, low, high)));
}

/*
 * nps(kpi_scores) returns double precision
 *
 * Returns the promoters (9..10) minus the detractors (0..6), in percent.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_nps);
Datum
kpi_scores_nps(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 9, 10) - sum_counts(scores, 0, 6));
}

/*
 * promoter_pct(kpi_scores) returns double precision
 *
 * Returns the percentage of promoters, 9..10.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_promoter_pct);
Datum
kpi_scores_promoter_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 9, 10));
}

/*
 * passive_pct(kpi_scores) returns double precision
 *
 * Returns the percentage of passives, 7..8.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_passive_pct);
Datum
kpi_scores_passive_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 7, 8));
}

/*
 * detractor_pct(kpi_scores) returns double precision
 *
 * Returns the percentage of detractors, 0..6.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_detractor_pct);
Datum
kpi_scores_detractor_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 0, 6));
}

/* the lowest satisfied score on the scale 1..5 */
#define CSAT_SATISFIED_FROM 4

/*
 * csat_pct(kpi_scores) returns double precision
 *
 * Returns the percentage of satisfied answers, 4..5.  Raises an error for
 * scores that are not on the scale 1..5.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_csat_pct);
Datum
kpi_scores_csat_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	require_scale(scores, 1, 5, "csat_pct", "csat_pct(score, 8)");
	return percent(fcinfo, scores, sum_counts(scores, CSAT_SATISFIED_FROM, 5));
}

/*
 * ces_pct(kpi_scores) returns double precision
 *
 * Returns the percentage of easy answers, 5..7.  Raises an error for scores
 * that are not on the scale 1..7.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_ces_pct);
Datum
kpi_scores_ces_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	require_scale(scores, 1, 7, "ces_pct", "ces_pct(score, 8)");
	return percent(fcinfo, scores, sum_counts(scores, 5, 7));
}

/*
 * csat_pct(kpi_scores, satisfied_from integer) returns double precision
 * ces_pct(kpi_scores, easy_from integer) returns double precision
 *
 * Return the percentage of answers at or above a threshold.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_pct_from);
Datum
kpi_scores_pct_from(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, kpi_score_threshold(fcinfo, 1), 10));
}

/*
 * score_share(kpi_scores, low integer, high integer)
 * returns double precision
 *
 * Returns the percentage of answers from low to high.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_share);
Datum
kpi_scores_share(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	int			low = kpi_score_threshold(fcinfo, 1);
	int			high = kpi_score_threshold(fcinfo, 2);

	if (low > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lower score %d is above upper score %d", low, high)));
	return percent(fcinfo, scores, sum_counts(scores, low, high));
}

/*
 * net_score(kpi_scores, top_from integer, bottom_to integer)
 * returns double precision
 *
 * Returns the answers at or above top_from minus the answers at or below
 * bottom_to, in percent.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_net);
Datum
kpi_scores_net(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	int64		net = 0;
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
	{
		int			mapped = kpi_score_net_level(level, PG_GETARG_INT32(1), PG_GETARG_INT32(2));

		if (mapped == 10)
			net += scores->counts[level];
		else if (mapped == 0)
			net -= scores->counts[level];
	}
	return percent(fcinfo, scores, net);
}

/*
 * sample_size(kpi_scores) returns bigint
 *
 * Returns the number of answers.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_n);
Datum
kpi_scores_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(sum_counts(scores_argument(fcinfo, 0), 0, 10));
}

/*
 * Computes the number of answers and the exact sums of scores and of their
 * squares.
 */
static void
sum_moments(const KpiScores *scores, int64 *n, int128 *sum, int128 *squares)
{
	int			level;

	*n = sum_counts(scores, 0, 10);
	*sum = 0;
	*squares = 0;
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
	{
		*sum += (int128) scores->counts[level] * level;
		*squares += (int128) scores->counts[level] * (level * level);
	}
}

/*
 * score_avg(kpi_scores) returns double precision
 *
 * Returns the mean score.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_avg);
Datum
kpi_scores_avg(PG_FUNCTION_ARGS)
{
	int64		n;
	int128		sum;
	int128		squares;

	sum_moments(scores_argument(fcinfo, 0), &n, &sum, &squares);
	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) sum / (double) n);
}

/*
 * score_stddev(kpi_scores) returns double precision
 *
 * Returns the sample standard deviation, like stddev().  NULL for fewer than
 * two answers.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_stddev);
Datum
kpi_scores_stddev(PG_FUNCTION_ARGS)
{
	int64		n;
	int128		sum;
	int128		squares;
	long double mean;
	long double spread;

	sum_moments(scores_argument(fcinfo, 0), &n, &sum, &squares);
	if (n < 2)
		PG_RETURN_NULL();

	/*
	 * Compute squares - sum * sum / n.  Because sum * sum may exceed 128 bits,
	 * subtract the whole part of the mean from all scores first.
	 */
	squares -= (sum / n) * (2 * sum - (sum / n) * n);
	sum -= (sum / n) * n;
	mean = (long double) sum / n;
	spread = (long double) squares - mean * sum;
	PG_RETURN_FLOAT8((double) sqrtl(Max(spread, 0) / (n - 1)));
}

/*
 * Returns the net promoter score with the adjusted Wald interval.  The
 * interval surrounds an adjusted score, so for a few unanimous answers it may
 * exclude the score itself.
 */
static KpiSample
nps_sample(const KpiScores *scores, double confidence)
{
	int64		promoters = sum_counts(scores, 9, 10);
	int64		detractors = sum_counts(scores, 0, 6);
	KpiSample	sample;

	sample.n = sum_counts(scores, 0, 10);
	sample.value = 100.0 * (double) (promoters - detractors) / (double) sample.n;
	sample.interval = kpi_adjusted_wald(promoters, detractors, sample.n, confidence);
	return sample;
}

/*
 * nps_ci(kpi_scores, confidence double precision) returns kpi_estimate
 * kpi_scores_nps_ci(kpi_scores) returns kpi_estimate
 *
 * Returns the net promoter score with its confidence interval.  The second
 * form is the final function of an aggregate, with the default confidence.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_nps_ci);
Datum
kpi_scores_nps_ci(PG_FUNCTION_ARGS)
{
	return kpi_percent_estimate(fcinfo, nps_sample(scores_argument(fcinfo, 0), kpi_confidence(fcinfo, 1)));
}

/*
 * nps_change(before kpi_scores, after kpi_scores,
 *		   confidence double precision)
 * returns kpi_estimate
 *
 * Returns the change of the net promoter score with its confidence interval.
 * NULL if either tally is empty.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_nps_change);
Datum
kpi_scores_nps_change(PG_FUNCTION_ARGS)
{
	double		confidence = kpi_confidence(fcinfo, 2);

	return kpi_percent_change(fcinfo, nps_sample(scores_argument(fcinfo, 0), confidence),
							  nps_sample(scores_argument(fcinfo, 1), confidence), 200);
}

/*
 * Returns the percentage of satisfied answers of a tally, an argument, with
 * Wilson's interval.  "threshold" is the number of the argument satisfied_from.
 * Without that argument the scale must be 1..5, as for csat_pct(score).  The
 * confidence is the argument after it.
 */
static KpiSample
csat_sample(FunctionCallInfo fcinfo, int tally, int threshold, const char *kpi, const char *call)
{
	const KpiScores *scores = scores_argument(fcinfo, tally);
	int			satisfied_from = CSAT_SATISFIED_FROM;

	if (PG_NARGS() > threshold)
		satisfied_from = kpi_score_threshold(fcinfo, threshold);
	else
		require_scale(scores, 1, 5, kpi, call);
	return kpi_share(sum_counts(scores, satisfied_from, 10), sum_counts(scores, 0, 10),
					 kpi_confidence(fcinfo, threshold + 1));
}

/*
 * csat_ci(kpi_scores) returns kpi_estimate
 * csat_ci(kpi_scores, satisfied_from integer, confidence double precision)
 * returns kpi_estimate
 *
 * Returns the percentage of satisfied answers with its confidence interval.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_csat_ci);
Datum
kpi_scores_csat_ci(PG_FUNCTION_ARGS)
{
	return kpi_percent_estimate(fcinfo, csat_sample(fcinfo, 0, 1, "csat_ci", "csat_ci(scores_agg(score), 8)"));
}

/*
 * csat_change(before kpi_scores, after kpi_scores) returns kpi_estimate
 * csat_change(before kpi_scores, after kpi_scores, satisfied_from integer,
 *			confidence double precision)
 * returns kpi_estimate
 *
 * Returns the change of the percentage of satisfied answers with its
 * confidence interval.  NULL if either tally is empty.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_csat_change);
Datum
kpi_scores_csat_change(PG_FUNCTION_ARGS)
{
	return kpi_percent_change(fcinfo, csat_sample(fcinfo, 0, 2, "csat_change", "csat_change(before, after, 8)"),
							  csat_sample(fcinfo, 1, 2, "csat_change", "csat_change(before, after, 8)"), 100);
}

/*
 * score_counts(kpi_scores) returns bigint[]
 *
 * Returns the eleven counts of the scores 0 to 10.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_counts);
Datum
kpi_scores_counts(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	Datum		counts[KPI_SCORE_LEVELS];
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		counts[level] = Int64GetDatum(scores->counts[level]);
	PG_RETURN_ARRAYTYPE_P(construct_array(counts, KPI_SCORE_LEVELS, INT8OID,
										  sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/*
 * kpi_scores_to_jsonb(kpi_scores) returns jsonb
 *
 * Returns an object with the members n and counts, an array.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_to_jsonb);
Datum
kpi_scores_to_jsonb(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	StringInfoData json;
	int			level;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"n\": " INT64_FORMAT ", \"counts\": [",
					 sum_counts(scores, 0, 10));
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		appendStringInfo(&json, level == 0 ? INT64_FORMAT : ", " INT64_FORMAT,
						 scores->counts[level]);
	appendStringInfoString(&json, "]}");
	return kpi_jsonb(&json);
}
