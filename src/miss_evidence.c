/*
 * miss_evidence.c
 *		Evidence that a KPI misses its target, gathered day by day.
 *
 * This is an e-detector (Shin, Ramdas and Rinaldo 2023, "E-detectors: a
 * nonparametric framework for sequential change detection", arXiv:2203.03532).
 * Its bets are those of Waudby-Smith and Ramdas 2024, "Estimating means of
 * bounded random variables by betting", J. R. Stat. Soc. B 86(1).
 *
 * Every answer has a value from 0 to 1, where higher is better: a hit of a rate
 * has 1 and a miss 0; a promoter has 1, a passive 0.5 and a detractor 0.  The
 * target is a mean.  The evidence is a sum of several parts, each with a bet of
 * its own that the mean is lower.  On each day a part changes like this:
 *
 *		part = (part + stake) * product over answers of (1 + bet * (mean - value))
 *
 * False alarms at evidence A come once in A days on average, or less often, for
 * this reason.  While the KPI is at its target or better, each factor of the
 * product has an expectation of 1 or less, regardless of the other answers of
 * the day.  The stakes of a day sum to 1 or less, so a day adds 1 or less to
 * the expectation of the evidence.  The expectation after the day of the alarm
 * is therefore at most the expected number of days until then, and it is at
 * least A.  Scaling the parts down keeps that true.
 *
 * The rate of a real team differs from day to day, more than independent
 * answers do: the answers of a bad day are bad together.  Days of many answers
 * would then soon raise an alarm, although the mean of all days is at its
 * target.  Therefore a product is raised to the power of a credit of 1 or less,
 * as if the day had fewer answers: see credit().  The proof still holds,
 * because such a power of a product also has an expectation of 1 or less.
 *
 * For a rate, a factor is the likelihood ratio of a lower rate and the target.
 */
#include "rate.h"
#include "scores.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "option.h"
#include "utils/array.h"
#include "utils/float.h"

#define PARTS 7

/*
 * The evidence is capped, so that it falls again soon after a KPI has recovered
 * from a long miss.  All parts are scaled down together: the part that fits the
 * miss best remains the largest, and after a recovery it falls faster than the
 * smaller bets, which would take months.
 *
 * The cap is the evidence of a false alarm once in 100 years.
 */
#define MAX_EVIDENCE 36525.0

/*
 * The bets of the parts: by how much the odds of a rate are below those of the
 * target, as a logarithm.  For a target of 80 percent these are rates of 79.2,
 * 78.4, 76.6, 72.8, 64.2, 44.7 and 14.0 percent.
 */
static const double odds_drops[PARTS] = {0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2};

/* the labels of kpi_direction */
typedef enum Direction
{
	UP,
	DOWN,
	RANGE
} Direction;

static const char *const directions[] = {"up", "down", "range"};

/*
 * How much the mean of a day is expected to differ from day to day until the
 * days show it: a standard deviation of the log odds of 0.1, which is 1.6 points
 * for a target of 80 percent.  It weighs as much as 1,000 answers and 5 days.
 */
#define PRIOR_DEVIATION 0.1
#define PRIOR_ANSWERS 1000.0
#define PRIOR_DAYS 5.0

/* the variance of an answer at the target weighs as much as 30 answers */
#define PRIOR_WITHIN 30.0

/* larger than any sum of a state, and far from overflow */
#define MAX_SUM 1e100

/*
 * The state of the aggregates, a double precision[] in SQL.  It is an empty
 * array before the first row.
 */
typedef struct Evidence
{
	double		target;			/* as passed */
	double		direction;
	double		parts[PARTS];

	/* the last day with answers */
	double		last_n;
	double		last_mean;

	/* sums over pairs of successive days, see note_day() */
	double		pairs;
	double		weights;
	double		differences;

	/* sums over answers, within days */
	double		squares;
	double		freedom;
} Evidence;

#define STATE_LENGTH ((int) (sizeof(Evidence) / sizeof(double)))

/* the number of answers of a day that have the values 1, 0.5 and 0 */
typedef struct Answers
{
	double		best;
	double		middle;
	double		worst;
} Answers;

/*
 * Adds a day for a target that only answers of the best value meet, such as
 * 100 percent.  The first other answer proves that the target is missed, since
 * it is impossible otherwise: the evidence jumps to its cap.  From there, answers
 * of the best value reduce a part by the likelihood ratio of a rate whose
 * logarithm is minus odds_drops, and of 100 percent.
 */
static void
add_day_at_the_end(Evidence *evidence, Answers day)
{
	int			i;

	for (i = 0; i < PARTS; i++)
	{
		if (day.middle > 0 || day.worst > 0)
			evidence->parts[i] = MAX_EVIDENCE / PARTS;
		else
			evidence->parts[i] *= exp(-odds_drops[i] * day.best);
	}
}

/*
 * Returns the credit of a day of n answers, from 0 to 1: the variance that the
 * mean of the day would have if its answers were independent and all days
 * alike, as a share of the variance that it has.  Only earlier days decide.
 */
static double
credit(const Evidence *evidence, double mean, double n)
{
	double		target_variance = mean * (1 - mean);
	double		within = (evidence->squares + PRIOR_WITHIN * target_variance) / (evidence->freedom + PRIOR_WITHIN);
	double		prior = PRIOR_DEVIATION * target_variance;
	double		weight = PRIOR_ANSWERS;
	double		between;

	if (evidence->pairs > 0)
		weight += PRIOR_DAYS * evidence->weights / evidence->pairs;
	between = (evidence->differences - evidence->pairs * within + weight * prior * prior) /
		(evidence->weights + weight);
	return between > 0 ? within / (within + n * between) : 1;
}

/*
 * Adds a day to the sums that credit() uses.
 *
 * Half the squared difference of two successive days has the expectation
 * within / weight + between, where the weight is the harmonic mean of their
 * numbers of answers.  A slow change, such as a miss that lasts, hardly differs
 * between successive days.
 */
static void
note_day(Evidence *evidence, Answers day)
{
	double		n = day.best + day.middle + day.worst;
	double		mean = (day.best + 0.5 * day.middle) / n;

	if (evidence->last_n > 0)
	{
		double		weight = 2 / (1 / n + 1 / evidence->last_n);
		double		difference = mean - evidence->last_mean;

		evidence->pairs++;
		evidence->weights += weight;
		evidence->differences += weight * difference * difference / 2;
	}
	evidence->squares += day.best * (1 - mean) * (1 - mean) +
		day.middle * (0.5 - mean) * (0.5 - mean) + day.worst * mean * mean;
	evidence->freedom += n - 1;
	evidence->last_n = n;
	evidence->last_mean = mean;
}

/*
 * Adds a day to the parts, for a target mean below 1.
 *
 * The information of a part on a day is nearly the variance of its product at
 * the target: the number of answers with its credit, times the square of the
 * bet, times the variance of an answer.  While a day has little information, a
 * stake is proportional to it.  Otherwise all the days on which a part can
 * learn nothing would add up to an alarm.  Above 1 the stake falls again,
 * because a smaller bet already finds such a change within a day.  Stakes
 * depend on the number of answers, but not on the answers.
 *
 * Logarithms keep any number of answers within the range of a double.
 */
static void
add_day(Evidence *evidence, double mean, Answers day)
{
	double		n = day.best + day.middle + day.worst;
	double		power = credit(evidence, mean, n);
	double		stakes[PARTS];
	double		logs[PARTS];
	double		all_stakes = 0;
	double		largest = -INFINITY;
	double		sum = 0;
	bool		capped;
	int			i;

	for (i = 0; i < PARTS; i++)
	{
		double		odds_lost = -expm1(-odds_drops[i]);
		double		bet = odds_lost / (1 - mean * odds_lost);
		double		information = power * n * bet * bet * mean * (1 - mean);

		stakes[i] = Min(information, 1 / information);
		all_stakes += stakes[i];
		logs[i] = power * (day.best * log1p(-bet * (1 - mean)) +
						   day.middle * log1p(bet * (mean - 0.5)) + day.worst * log1p(bet * mean));
	}
	for (i = 0; i < PARTS; i++)
	{
		logs[i] += log(evidence->parts[i] + stakes[i] / Max(all_stakes, 1));
		largest = Max(largest, logs[i]);
	}
	/* nothing was staked: a target of 0 percent is always met */
	if (isinf(largest))
		return;

	for (i = 0; i < PARTS; i++)
		sum += exp(logs[i] - largest);
	capped = largest + log(sum) > log(MAX_EVIDENCE);
	for (i = 0; i < PARTS; i++)
		evidence->parts[i] = capped ? exp(logs[i] - largest) / sum * MAX_EVIDENCE : exp(logs[i]);
}

/*
 * Returns the state in an array argument, or NULL in an empty array.  Raises an
 * error if the array is not a state, which only a direct call can pass.
 */
static Evidence *
state_of(ArrayType *array)
{
	Evidence   *evidence = (Evidence *) ((char *) array + ARR_OVERHEAD_NONULLS(1));
	bool		valid = ARR_ELEMTYPE(array) == FLOAT8OID && !ARR_HASNULL(array);
	const double *number;
	int			i;

	if (valid && ARR_NDIM(array) == 0)
		return NULL;
	valid = valid && ARR_NDIM(array) == 1 && ARR_DIMS(array)[0] == STATE_LENGTH;
	for (i = 0; valid && i < PARTS; i++)
		valid = evidence->parts[i] >= 0 && evidence->parts[i] <= MAX_EVIDENCE;
	for (number = evidence->parts + PARTS; valid && number < (double *) (evidence + 1); number++)
		valid = *number >= 0 && *number <= MAX_SUM;
	if (!valid)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid aggregate state for this function"),
				 errhint("Call the aggregate miss_evidence instead.")));
	return evidence;
}

/*
 * Reports a row whose target or direction is not that of the rows before it.
 */
KPI_NORETURN static void
report_other_target(const Evidence *evidence, double target, Direction direction)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "The target is ");
	kpi_double_append(&text, evidence->target);
	appendStringInfo(&text, " (%s) in earlier rows, and ", directions[evidence->direction == DOWN ? DOWN : UP]);
	kpi_double_append(&text, target);
	appendStringInfo(&text, " (%s) in this row.", directions[direction]);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("target and direction must be the same in all rows"),
			 errdetail("%s", text.data),
			 errhint("When a target changes, begin again: add the target to GROUP BY or PARTITION BY.")));
}

/*
 * Adds a day to the state and returns it.  Inside an aggregate it changes the
 * state in place, elsewhere a copy.
 *
 * The arguments 2 and 3 are the target and its direction.  The target has
 * already been checked.  "mean" is the mean of a target of direction "up".
 */
static Datum
accumulate(FunctionCallInfo fcinfo, double mean, Answers day)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	double		target = PG_GETARG_FLOAT8(2);
	Direction	direction = (Direction) kpi_option(fcinfo, 3, directions, lengthof(directions));
	Evidence   *evidence = state_of(array);

	if (direction == RANGE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("direction \"range\" requires a low and a high end"),
				 errhint("Pass each end on its own, as in "
						 "(miss_evidence(r, 75, 'up') + miss_evidence(r, 85, 'down')) / 2.")));
	if (evidence == NULL)
	{
		Datum		zeros[STATE_LENGTH];
		int			i;

		for (i = 0; i < STATE_LENGTH; i++)
			zeros[i] = Float8GetDatum(0);
		array = construct_array(zeros, STATE_LENGTH, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
		evidence = state_of(array);
		evidence->target = target;
		evidence->direction = direction;
	}
	else if (!kpi_in_aggregate(fcinfo))
	{
		array = PG_GETARG_ARRAYTYPE_P_COPY(0);
		evidence = state_of(array);
	}
	if (evidence->target != target || evidence->direction != direction)
		report_other_target(evidence, target, direction);

	/* higher is better from here on */
	if (direction == DOWN)
	{
		double		best = day.worst;

		day.worst = day.best;
		day.best = best;
		mean = 1 - mean;
	}
	if (day.best + day.middle + day.worst > 0)
	{
		if (mean < 1)
			add_day(evidence, mean, day);
		else
			add_day_at_the_end(evidence, day);
		note_day(evidence, day);
	}
	PG_RETURN_ARRAYTYPE_P(array);
}

/*
 * Return an argument of the type.  Raise an error if the value is damaged.
 */
KPI_TALLY_ARGUMENT(rate_argument, KpiRate, "kpi_rate", rate_check);
KPI_TALLY_ARGUMENT(scores_argument, KpiScores, "kpi_scores", scores_check);

/*
 * kpi_evidence_accum(double precision[], tally kpi_rate,
 *					  target_pct double precision, direction kpi_direction)
 * returns double precision[]
 *
 * Adds the tally of a day.  A day without trials changes nothing.  Raises an
 * error for a target outside 0..100.  A floor between 0 and 1 percent is also
 * an error: it is most likely a fraction, and would never raise an alarm.  A
 * ceiling of less than 1 percent is plausible.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_evidence_accum_rate);
Datum
kpi_evidence_accum_rate(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 1);
	double		target = PG_GETARG_FLOAT8(2);
	Answers		day = {.best = (double) rate->hits,.worst = (double) (rate->trials - rate->hits)};

	if (target > 0 && target < 1 && kpi_option(fcinfo, 3, directions, lengthof(directions)) == UP)
		kpi_report_fraction("target_pct", target);
	if (!(target >= 0 && target <= 100))
		kpi_report_number("target_pct", target, "not between 0 and 100", "Pass percent, as in 80.");
	return accumulate(fcinfo, target / 100, day);
}

/*
 * kpi_evidence_accum(double precision[], tally kpi_scores,
 *					  target double precision, direction kpi_direction)
 * returns double precision[]
 *
 * Adds the tally of a day, for a target of the net promoter score.  A day
 * without answers changes nothing.  Raises an error for a target outside
 * -100..100.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_evidence_accum_scores);
Datum
kpi_evidence_accum_scores(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 1);
	double		target = PG_GETARG_FLOAT8(2);
	Answers		day = {.best = (double) sum_counts(scores, 9, 10),
		.middle = (double) sum_counts(scores, 7, 8),
		.worst = (double) sum_counts(scores, 0, 6)
	};

	if (!(target >= -100 && target <= 100))
		kpi_report_number("target", target, "not between -100 and 100",
						  "Pass a net promoter score, as in 30.");
	return accumulate(fcinfo, (target + 100) / 200, day);
}

/*
 * kpi_evidence_total(double precision[]) returns double precision
 *
 * Returns the evidence of a state, from 0 to 36525, or NULL without rows.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_evidence_total);
Datum
kpi_evidence_total(PG_FUNCTION_ARGS)
{
	const Evidence *evidence = state_of(PG_GETARG_ARRAYTYPE_P(0));
	double		total = 0;
	int			i;

	if (evidence == NULL)
		PG_RETURN_NULL();
	for (i = 0; i < PARTS; i++)
		total += evidence->parts[i];
	/* rounding leaves a capped sum a few units in the last place off */
	PG_RETURN_FLOAT8(total < MAX_EVIDENCE * (1 - 1e-12) ? total : MAX_EVIDENCE);
}
