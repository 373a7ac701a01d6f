/*
 * estimate.c
 *		kpi_estimate: a value with its confidence interval.
 */
#include "estimate.h"

#include "access/htup_details.h"
#include "common/int.h"
#include "funcapi.h"

#include <math.h>

/* for aggregates; functions have a default for the argument in SQL */
#define DEFAULT_CONFIDENCE 0.95

/* in points; a smaller margin would require over 38,000 answers */
#define MIN_MARGIN 0.5

/*
 * Returns an argument that is a confidence, or the default if there is no such
 * argument.  Raises an error if it is not between 0 and 1.
 */
double
kpi_confidence(FunctionCallInfo fcinfo, int argument)
{
	double		confidence = PG_NARGS() > argument ? PG_GETARG_FLOAT8(argument) : DEFAULT_CONFIDENCE;

	if (!(confidence > 0 && confidence < 1))
		kpi_report_number("confidence", confidence, "not between 0 and 1", "95 percent is 0.95.");
	return confidence;
}

/*
 * Returns an estimate as a composite datum.  The calling SQL function must
 * return kpi_estimate.
 */
Datum
kpi_estimate(FunctionCallInfo fcinfo, KpiEstimate estimate)
{
	TupleDesc	row;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	values[0] = Float8GetDatum(estimate.value);
	values[1] = Float8GetDatum(estimate.low);
	values[2] = Float8GetDatum(estimate.high);
	values[3] = Int64GetDatum(estimate.n);
	nulls[1] = isnan(estimate.low);
	nulls[2] = isnan(estimate.high);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls));
}

/*
 * Returns the hits as a percentage of the trials, with Wilson's interval.
 */
KpiSample
kpi_share(int64 hits, int64 trials, double confidence)
{
	KpiSample	sample;

	sample.value = 100.0 * (double) hits / (double) trials;
	sample.interval = kpi_wilson(hits, trials, confidence);
	sample.n = trials;
	return sample;
}

/*
 * Returns an estimate in percent from an interval of shares.  The limits are
 * clamped to -bound and bound, and widened to contain the value: an interval
 * around an adjusted centre can exclude it if a few answers are unanimous.
 */
static Datum
percent_estimate(FunctionCallInfo fcinfo, double value, KpiInterval interval, double bound, int64 n)
{
	KpiEstimate estimate;

	estimate.value = value;
	estimate.low = Min(Max(100 * interval.low, -bound), value);
	estimate.high = Max(Min(100 * interval.high, bound), value);
	estimate.n = n;
	return kpi_estimate(fcinfo, estimate);
}

/*
 * Returns a percentage with its interval, or NULL without rows.
 */
Datum
kpi_percent_estimate(FunctionCallInfo fcinfo, KpiSample sample)
{
	if (sample.n == 0)
		PG_RETURN_NULL();
	return percent_estimate(fcinfo, sample.value, sample.interval, 100, sample.n);
}

/*
 * Adds the sample sizes of two tallies.  Raises an error on overflow.
 */
int64
kpi_sample_size_of_both(int64 a, int64 b)
{
	int64		n;

	if (pg_add_s64_overflow(a, b, &n))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range"),
				 errdetail("The number of rows in both samples does not fit into a bigint.")));
	return n;
}

/*
 * Returns the change from one percentage to another with its interval, in
 * percentage points from -bound to bound.  NULL if either sample has no rows.
 */
Datum
kpi_percent_change(FunctionCallInfo fcinfo, KpiSample before, KpiSample after, double bound)
{
	if (before.n == 0 || after.n == 0)
		PG_RETURN_NULL();
	return percent_estimate(fcinfo, after.value - before.value,
							kpi_difference(before.interval, after.interval), bound,
							kpi_sample_size_of_both(before.n, after.n));
}

/*
 * required_sample(margin_points double precision, confidence double precision)
 * returns bigint
 *
 * Returns the number of trials for which the interval of any rate extends at
 * most this margin to either side.  Raises an error if the margin is outside
 * 0..50, or below MIN_MARGIN, where it is most likely a fraction.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_required_sample);
Datum
kpi_required_sample(PG_FUNCTION_ARGS)
{
	double		margin = PG_GETARG_FLOAT8(0);
	double		n;

	if (margin > 0 && margin < MIN_MARGIN)
		kpi_report_fraction("margin_points", margin);
	if (!(margin > 0 && margin <= 50))
		kpi_report_number("margin_points", margin, "not above 0 and at most 50",
						  "For a margin of 5 points either way, pass 5.");
	n = kpi_required_sample_size(margin / 100, kpi_confidence(fcinfo, 1));
	if (n >= (double) PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range"),
				 errdetail("The number of trials does not fit into a bigint.")));
	PG_RETURN_INT64((int64) n);
}
