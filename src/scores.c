/*
 * scores.c
 *		kpi_scores: how many answers of each score from 0 to 10, and what it is
 *		asked.  How rows come into it is in scores_transitions.c.
 *
 * Text form: {score:count,...} for the scores that occur, ascending.
 */
#include "scores.h"

#include "catalog/pg_type.h"
#include "estimate.h"
#include "libpq/pqformat.h"
#include "scan.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include <math.h>

static int64
sum_counts(const KpiScores *scores, int low, int high)
{
	int64		sum = 0;
	int			level;

	/* check() made sure that all counts together fit */
	for (level = low; level <= high; level++)
		sum += scores->counts[level];
	return sum;
}

static bool
scores_add(KpiScores *scores, const KpiScores *other)
{
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		if (pg_add_s64_overflow(scores->counts[level], other->counts[level],
								&scores->counts[level]))
			return false;
	return scores_check(scores) == NULL;
}

static bool
scores_subtract(KpiScores *scores, const KpiScores *other)
{
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		scores->counts[level] -= other->counts[level];
	return scores_check(scores) == NULL;
}

KPI_TALLY_ARGUMENT(scores_argument, KpiScores, "kpi_scores", scores_check);
KPI_TALLY_EQUALITY(KpiScores, kpi_scores_eq, kpi_scores_ne, kpi_scores_hash, kpi_scores_hash_extended);
KPI_TALLY_MERGE(kpi_scores_combine, KpiScores, "kpi_scores", scores_argument, scores_add, kpi_report_overflow);
KPI_TALLY_MERGE(kpi_scores_uncombine, KpiScores, "kpi_scores", scores_argument, scores_subtract, kpi_report_underflow);

static KpiScores *
scores_create(void)
{
	KpiScores  *scores = palloc0(sizeof(KpiScores));

	scores->version = KPI_FORMAT_VERSION;
	return scores;
}

PG_FUNCTION_INFO_V1(kpi_scores_in);
Datum
kpi_scores_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "kpi_scores");
	KpiScores  *scores = scores_create();
	int64		last = -1;

	if (!kpi_scan_char(&scan, '{'))
		return kpi_scan_failed(&scan, "Expected \"{\", as in {9:12,10:30}.");
	if (!kpi_scan_char(&scan, '}'))
	{
		do
		{
			int64		score;
			int64		count;

			if (!kpi_scan_count(&scan, &score) || score >= KPI_SCORE_LEVELS)
				return kpi_scan_failed(&scan, "Expected a score from 0 to 10.");
			if (score <= last)
				return kpi_scan_failed(&scan, "Scores must ascend.");
			if (!kpi_scan_char(&scan, ':') || !kpi_scan_count(&scan, &count))
				return kpi_scan_failed(&scan, "Expected \":\" and a count after the score.");
			scores->counts[score] = count;
			last = score;
		} while (kpi_scan_char(&scan, ','));
		if (!kpi_scan_char(&scan, '}'))
			return kpi_scan_failed(&scan, "Expected \",\" or \"}\".");
	}
	if (!kpi_scan_end(&scan))
		return kpi_scan_failed(&scan, "Junk after closing brace.");
	if (scores_check(scores) != NULL)
		return kpi_scan_failed(&scan, scores_check(scores));
	PG_RETURN_POINTER(scores);
}

PG_FUNCTION_INFO_V1(kpi_scores_out);
Datum
kpi_scores_out(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	StringInfoData text;
	const char *separator = "";
	int			level;

	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
	{
		if (scores->counts[level] == 0)
			continue;
		appendStringInfo(&text, "%s%d:" INT64_FORMAT, separator, level,
						 scores->counts[level]);
		separator = ",";
	}
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}

PG_FUNCTION_INFO_V1(kpi_scores_recv);
Datum
kpi_scores_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	KpiScores  *scores = scores_create();
	int			level;

	kpi_recv_header(message, "kpi_scores");
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		scores->counts[level] = pq_getmsgint64(message);
	if (scores_check(scores) != NULL)
		kpi_report_received("kpi_scores", scores_check(scores));
	PG_RETURN_POINTER(scores);
}

PG_FUNCTION_INFO_V1(kpi_scores_send);
Datum
kpi_scores_send(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	StringInfoData message;
	int			level;

	pq_begintypsend(&message);
	pq_sendbyte(&message, scores->version);
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		pq_sendint64(&message, scores->counts[level]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---------------------------------------------------------------------------
 * Questions.  All are NULL for an empty tally.
 * ---------------------------------------------------------------------------
 */

/*
 * 100 * part / n, or NULL without answers.
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
 * Reports a score that the scale of a KPI does not have, rather than counting it
 * as a bad answer: on another scale it may be the best one.  The tally is what a
 * threshold is named after.
 */
static void
require_scale(const KpiScores *scores, int low, int high, const char *kpi, const char *tally)
{
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		if (scores->counts[level] > 0 && (level < low || level > high))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s(score) expects scores from %d to %d, but there is a %d",
							kpi, low, high, level),
					 errhint("For another scale, pass the threshold, as in %s(%s, 8); skip such rows with FILTER (WHERE score BETWEEN %d AND %d).",
							 kpi, tally, low, high)));
}

PG_FUNCTION_INFO_V1(kpi_scores_nps);
Datum
kpi_scores_nps(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 9, 10) - sum_counts(scores, 0, 6));
}

PG_FUNCTION_INFO_V1(kpi_scores_promoter_pct);
Datum
kpi_scores_promoter_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 9, 10));
}

PG_FUNCTION_INFO_V1(kpi_scores_passive_pct);
Datum
kpi_scores_passive_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 7, 8));
}

PG_FUNCTION_INFO_V1(kpi_scores_detractor_pct);
Datum
kpi_scores_detractor_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, 0, 6));
}

/* satisfied from here on, on the scale 1..5 */
#define CSAT_SATISFIED_FROM 4

/*
 * Satisfied answers 4..5 on the scale 1..5, in percent.
 */
PG_FUNCTION_INFO_V1(kpi_scores_csat_pct);
Datum
kpi_scores_csat_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	require_scale(scores, 1, 5, "csat_pct", "score");
	return percent(fcinfo, scores, sum_counts(scores, CSAT_SATISFIED_FROM, 5));
}

/*
 * Easy answers 5..7 on the scale 1..7, in percent.
 */
PG_FUNCTION_INFO_V1(kpi_scores_ces_pct);
Datum
kpi_scores_ces_pct(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	require_scale(scores, 1, 7, "ces_pct", "score");
	return percent(fcinfo, scores, sum_counts(scores, 5, 7));
}

/*
 * Answers at or above a threshold, in percent.
 */
PG_FUNCTION_INFO_V1(kpi_scores_pct_from);
Datum
kpi_scores_pct_from(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);

	return percent(fcinfo, scores, sum_counts(scores, kpi_score_threshold(fcinfo, 1), 10));
}

/*
 * Answers from low to high, in percent.
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
 * Answers at or above top_from minus answers at or below bottom_to, in percent.
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

PG_FUNCTION_INFO_V1(kpi_scores_n);
Datum
kpi_scores_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(sum_counts(scores_argument(fcinfo, 0), 0, 10));
}

/*
 * Exact sums of score and score squared over all answers.
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
 * Sample standard deviation, as stddev(); NULL below two answers.
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
	 * squares - sum * sum / n, where sum * sum may exceed 128 bits: take the
	 * whole part of the mean out first, which leaves small exact sums.
	 */
	squares -= (sum / n) * (2 * sum - (sum / n) * n);
	sum -= (sum / n) * n;
	mean = (long double) sum / n;
	spread = (long double) squares - mean * sum;
	PG_RETURN_FLOAT8((double) sqrtl(Max(spread, 0) / (n - 1)));
}

/*
 * The net promoter score, with the adjusted Wald interval, which is around an
 * adjusted score: of a handful of answers that agree, it may leave out their own.
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

PG_FUNCTION_INFO_V1(kpi_scores_nps_ci);
Datum
kpi_scores_nps_ci(PG_FUNCTION_ARGS)
{
	return kpi_percent_estimate(fcinfo, nps_sample(scores_argument(fcinfo, 0), kpi_confidence(fcinfo, 1)));
}

PG_FUNCTION_INFO_V1(kpi_scores_nps_change);
Datum
kpi_scores_nps_change(PG_FUNCTION_ARGS)
{
	double		confidence = kpi_confidence(fcinfo, 2);

	return kpi_percent_change(fcinfo, nps_sample(scores_argument(fcinfo, 0), confidence),
							  nps_sample(scores_argument(fcinfo, 1), confidence), 200);
}

/*
 * Answers at or above a threshold.  4 is the one of csat_pct(score), and like
 * there the scale has to be 1..5.
 */
static KpiSample
csat_sample(const KpiScores *scores, int satisfied_from, double confidence)
{
	if (satisfied_from == CSAT_SATISFIED_FROM)
		require_scale(scores, 1, 5, "csat_ci", "scores_agg(score)");
	return kpi_share(sum_counts(scores, satisfied_from, 10), sum_counts(scores, 0, 10), confidence);
}

PG_FUNCTION_INFO_V1(kpi_scores_csat_ci);
Datum
kpi_scores_csat_ci(PG_FUNCTION_ARGS)
{
	int			satisfied_from = PG_NARGS() > 1 ? kpi_score_threshold(fcinfo, 1) : CSAT_SATISFIED_FROM;

	return kpi_percent_estimate(fcinfo, csat_sample(scores_argument(fcinfo, 0), satisfied_from,
													kpi_confidence(fcinfo, 2)));
}

PG_FUNCTION_INFO_V1(kpi_scores_csat_change);
Datum
kpi_scores_csat_change(PG_FUNCTION_ARGS)
{
	int			satisfied_from = kpi_score_threshold(fcinfo, 2);
	double		confidence = kpi_confidence(fcinfo, 3);

	return kpi_percent_change(fcinfo, csat_sample(scores_argument(fcinfo, 0), satisfied_from, confidence),
							  csat_sample(scores_argument(fcinfo, 1), satisfied_from, confidence), 100);
}

/*
 * The counts of 0, 1, ... 10 as bigint[11].
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
