/*
 * trend.c
 *		kpi_trend: a straight line through values over time, by least squares.
 *
 * Text form:
 *
 *		points/values/squares/instants/squares/products[@confidence]
 *
 * Values are in units and instants in seconds since the start of 2020.
 * Squares and products are in millionths (25 is 25000000), so that no number
 * has more than six decimals.
 */
#include "tally.h"

#include <math.h>

#include "common/int.h"
#include "elapsed.h"
#include "estimate.h"
#include "libpq/pqformat.h"
#include "scan.h"
#include "special.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* 2020-01-01: the sums hold more instants if these are near the epoch */
#define TREND_EPOCH (7305 * USECS_PER_DAY)

typedef enum TrendSum
{
	VALUE,						/* millionths of a unit */
	VALUE_SQUARE,
	INSTANT,					/* microseconds since the epoch */
	INSTANT_SQUARE,
	PRODUCT,
	TREND_SUMS
} TrendSum;

/*
 * Exact sums over n points.  The confidence is an argument of the aggregate
 * trend_ci, or one of these.
 */
#define NO_CONFIDENCE 0.0		/* all other tallies */
#define CONFIDENCES_DIFFER 1.0

typedef struct KpiTrend
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		n;
	double		confidence;
	KpiInt128	sums[TREND_SUMS];
} KpiTrend;

/*
 * Checks what must hold for every value.  Returns NULL, or an error detail.
 */
static const char *
trend_check(const KpiTrend *trend)
{
	int			i;

	if (trend->version != KPI_FORMAT_VERSION)
		return "Its format version is unknown.";
	if (trend->n < 0)
		return "The number of points is negative.";
	/* refuse NaN and -0, because the same tally must have the same bytes */
	if (!(trend->confidence >= NO_CONFIDENCE && trend->confidence <= CONFIDENCES_DIFFER) || signbit(trend->confidence))
		return "The confidence is not between 0 and 1.";
	if (trend->n == 0 && trend->confidence != NO_CONFIDENCE)
		return "There is a confidence without points.";
	if (kpi_int128(trend->sums[VALUE_SQUARE]) < 0 || kpi_int128(trend->sums[INSTANT_SQUARE]) < 0)
		return "A sum of squares is negative.";
	for (i = 0; i < TREND_SUMS; i++)
	{
		if (kpi_int128(trend->sums[i]) < -KPI_INT128_MAX)
			return "A sum is out of range.";	/* its negation must exist */
		if (trend->n == 0 && kpi_int128(trend->sums[i]) != 0)
			return "There are sums without points.";
	}
	return NULL;
}

/*
 * Merges the confidence of another tally into a tally, in any order with the
 * same result.  An empty tally is ignored.  If one tally has no confidence, the
 * result has none.
 */
static void
merge_confidence(KpiTrend *trend, const KpiTrend *other)
{
	if (other->n == 0 || trend->confidence == other->confidence)
		return;
	if (trend->n == 0)
		trend->confidence = other->confidence;
	else if (trend->confidence == NO_CONFIDENCE || other->confidence == NO_CONFIDENCE)
		trend->confidence = NO_CONFIDENCE;
	else
		trend->confidence = CONFIDENCES_DIFFER;
}

/*
 * Adds a tally.  Returns false if a counter or sum overflows.
 */
static bool
trend_add(KpiTrend *trend, const KpiTrend *other)
{
	int			i;

	merge_confidence(trend, other);
	if (pg_add_s64_overflow(trend->n, other->n, &trend->n))
		return false;
	for (i = 0; i < TREND_SUMS; i++)
	{
		if (!kpi_int128_add(&trend->sums[i], kpi_int128(other->sums[i])))
			return false;
	}
	return true;
}

/*
 * Subtracts a tally.  Returns false if the result is impossible.
 */
static bool
trend_subtract(KpiTrend *trend, const KpiTrend *other)
{
	int			i;

	trend->n -= other->n;
	if (trend->n == 0)
		trend->confidence = NO_CONFIDENCE;
	for (i = 0; i < TREND_SUMS; i++)
	{
		if (!kpi_int128_add(&trend->sums[i], -kpi_int128(other->sums[i])))
			return false;
	}
	return trend_check(trend) == NULL;
}

/*
 * Returns an argument of the type.  Raises an error if the value is damaged.
 */
KPI_TALLY_ARGUMENT(trend_argument, KpiTrend, "kpi_trend", trend_check);

/*
 * kpi_trend_combine(kpi_trend, kpi_trend) returns kpi_trend
 * kpi_trend_uncombine(kpi_trend, kpi_trend) returns kpi_trend
 *
 * Merge two tallies, and remove the second tally from the first.  Also the
 * operators + and -.  Raise an error if a counter or sum overflows, or if the
 * second tally is not part of the first.  Strict.
 */
KPI_TALLY_MERGE(kpi_trend_combine, KpiTrend, "kpi_trend", trend_argument, trend_add, kpi_report_overflow);
KPI_TALLY_MERGE(kpi_trend_uncombine, KpiTrend, "kpi_trend", trend_argument, trend_subtract, kpi_report_underflow);

/*
 * Returns an argument without its confidence, which equality and hashing
 * ignore.  The confidence is an option of trend_ci and does not describe the
 * points.
 */
static KpiTrend
counted_part(FunctionCallInfo fcinfo, int argument)
{
	KpiTrend	trend = *trend_argument(fcinfo, argument);

	trend.confidence = NO_CONFIDENCE;
	return trend;
}

/*
 * Compares the first two arguments.
 */
static bool
trends_equal(FunctionCallInfo fcinfo)
{
	KpiTrend	a = counted_part(fcinfo, 0);
	KpiTrend	b = counted_part(fcinfo, 1);

	return memcmp(&a, &b, sizeof(KpiTrend)) == 0;
}

/*
 * kpi_trend_eq(kpi_trend, kpi_trend) returns boolean
 *
 * Tests for equality.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_eq);
Datum
kpi_trend_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(trends_equal(fcinfo));
}

/*
 * kpi_trend_ne(kpi_trend, kpi_trend) returns boolean
 *
 * Tests for inequality.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_ne);
Datum
kpi_trend_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!trends_equal(fcinfo));
}

/*
 * kpi_trend_hash(kpi_trend) returns integer
 *
 * Returns a hash value.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_hash);
Datum
kpi_trend_hash(PG_FUNCTION_ARGS)
{
	KpiTrend	trend = counted_part(fcinfo, 0);

	return hash_any((const unsigned char *) &trend, sizeof(KpiTrend));
}

/*
 * kpi_trend_hash_extended(kpi_trend, seed bigint) returns bigint
 *
 * Returns a hash value for a seed.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_hash_extended);
Datum
kpi_trend_hash_extended(PG_FUNCTION_ARGS)
{
	KpiTrend	trend = counted_part(fcinfo, 0);

	return hash_any_extended((const unsigned char *) &trend, sizeof(KpiTrend), PG_GETARG_INT64(1));
}

/*
 * kpi_trend_in(cstring) returns kpi_trend
 *
 * Reads the text form.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_in);
Datum
kpi_trend_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "kpi_trend");
	KpiTrend   *trend = palloc0(sizeof(KpiTrend));
	bool		valid;
	int			i;

	trend->version = KPI_FORMAT_VERSION;
	valid = kpi_scan_count(&scan, &trend->n);
	for (i = 0; i < TREND_SUMS && valid; i++)
	{
		int128		sum;

		valid = kpi_scan_char(&scan, '/') && kpi_scan_millionths(&scan, &sum);
		if (valid)
			trend->sums[i] = kpi_int128_stored(sum);
	}
	if (valid && kpi_scan_char(&scan, '@'))
		valid = kpi_scan_double(&scan, &trend->confidence) && trend->confidence != NO_CONFIDENCE;
	if (!valid || !kpi_scan_end(&scan))
		return kpi_scan_failed(&scan,
							   "Expected points, values, their squares, instants, their squares and the products, "
							   "as in 1/5/25000000/60/3600000000/300000000.");
	if (trend_check(trend) != NULL)
		return kpi_scan_failed(&scan, trend_check(trend));
	PG_RETURN_POINTER(trend);
}

/*
 * kpi_trend_out(kpi_trend) returns cstring
 *
 * Returns the text form.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_out);
Datum
kpi_trend_out(PG_FUNCTION_ARGS)
{
	const KpiTrend *trend = trend_argument(fcinfo, 0);
	StringInfoData text;
	int			i;

	initStringInfo(&text);
	appendStringInfo(&text, INT64_FORMAT, trend->n);
	for (i = 0; i < TREND_SUMS; i++)
	{
		appendStringInfoChar(&text, '/');
		kpi_millionths_append(&text, kpi_int128(trend->sums[i]));
	}
	if (trend->confidence != NO_CONFIDENCE)
	{
		appendStringInfoChar(&text, '@');
		kpi_double_append(&text, trend->confidence);
	}
	PG_RETURN_CSTRING(text.data);
}

/*
 * kpi_trend_recv(internal) returns kpi_trend
 *
 * Reads a binary message.  Raises an error if the value is impossible.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_recv);
Datum
kpi_trend_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	KpiTrend   *trend = palloc0(sizeof(KpiTrend));
	int			i;

	kpi_recv_header(message, "kpi_trend");
	trend->version = KPI_FORMAT_VERSION;
	trend->n = pq_getmsgint64(message);
	trend->confidence = pq_getmsgfloat8(message);
	for (i = 0; i < TREND_SUMS; i++)
		trend->sums[i] = kpi_int128_receive(message);
	if (trend_check(trend) != NULL)
		kpi_report_received("kpi_trend", trend_check(trend));
	PG_RETURN_POINTER(trend);
}

/*
 * kpi_trend_send(kpi_trend) returns bytea
 *
 * Returns the binary message.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_send);
Datum
kpi_trend_send(PG_FUNCTION_ARGS)
{
	const KpiTrend *trend = trend_argument(fcinfo, 0);
	StringInfoData message;
	int			i;

	pq_begintypsend(&message);
	pq_sendbyte(&message, trend->version);
	pq_sendint64(&message, trend->n);
	pq_sendfloat8(&message, trend->confidence);
	for (i = 0; i < TREND_SUMS; i++)
		kpi_int128_send(&message, trend->sums[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---------------------------------------------------------------------------
 * Transitions
 * ---------------------------------------------------------------------------
 */

/*
 * Returns the tally of one point.  Reads the value, and the confidence if
 * there is one, from the arguments.  Raises an error if the value or the
 * instant is not finite, or if the square of the value does not fit.
 */
static KpiTrend
trend_of_point(FunctionCallInfo fcinfo, Timestamp at)
{
	KpiTrend	point = {.version = KPI_FORMAT_VERSION, .n = 1};
	int128		value = kpi_millionths_of_double(PG_GETARG_FLOAT8(1));
	int128		instant = (int128) at - TREND_EPOCH;
	int128		square;
	int128		product;

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("trend time cannot be infinite"),
				 errhint("Skip such rows with FILTER (WHERE isfinite(at)), or with WHERE, using your own column name.")));
	if (__builtin_mul_overflow(value, value, &square) ||
		__builtin_mul_overflow(value, instant, &product) || product < -KPI_INT128_MAX)
		kpi_report_overflow("kpi_trend");
	point.sums[VALUE] = kpi_int128_stored(value);
	point.sums[VALUE_SQUARE] = kpi_int128_stored(square);
	point.sums[INSTANT] = kpi_int128_stored(instant);
	point.sums[INSTANT_SQUARE] = kpi_int128_stored(instant * instant);
	point.sums[PRODUCT] = kpi_int128_stored(product);
	if (PG_NARGS() > 3)
		point.confidence = kpi_confidence(fcinfo, 3);
	return point;
}

/*
 * Defines an SQL function that changes a state by a point.  "report" raises
 * the error if "change" returns false.
 */
#define TREND_TRANSITION(function, INSTANT, change, report) \
static void \
function##_steps(FunctionCallInfo fcinfo, KpiTrend *trend) \
{ \
	KpiTrend	point = trend_of_point(fcinfo, INSTANT(2)); \
\
	if (!change(trend, &point)) \
		report("kpi_trend"); \
} \
\
KPI_TALLY_CHANGE(function, KpiTrend, function##_steps) \
extern int	no_such_variable

/*
 * kpi_trend_accum(kpi_trend, value double precision, at)
 * kpi_trend_accum(kpi_trend, value double precision, at,
 *				confidence double precision)
 * kpi_trend_discard(...)
 * returns kpi_trend
 *
 * Add a point, and remove it.  For timestamptz, timestamp and date.  Strict.
 */
TREND_TRANSITION(kpi_trend_accum_instant, PG_GETARG_TIMESTAMP, trend_add, kpi_report_overflow);
TREND_TRANSITION(kpi_trend_discard_instant, PG_GETARG_TIMESTAMP, trend_subtract, kpi_report_underflow);
TREND_TRANSITION(kpi_trend_accum_date, KPI_GETARG_DATE, trend_add, kpi_report_overflow);
TREND_TRANSITION(kpi_trend_discard_date, KPI_GETARG_DATE, trend_subtract, kpi_report_underflow);

/* ---------------------------------------------------------------------------
 * Accessors
 * ---------------------------------------------------------------------------
 */

/*
 * Returns a sum as numeric.
 */
static Datum
sum_of(const KpiTrend *trend, TrendSum sum)
{
	return kpi_int128_to_numeric(kpi_int128(trend->sums[sum]));
}

/*
 * Multiplies two numerics.
 */
static Datum
product_of(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_mul, a, b);
}

/*
 * Subtracts two numerics.
 */
static Datum
difference_of(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_sub, a, b);
}

/*
 * Converts a numeric to double precision.  Infinite if it is too large.
 */
static double
double_of(Datum numeric)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric));
}

/* from millionths of a unit per microsecond to units per day */
#define PER_DAY ((double) SECS_PER_DAY)

/*
 * Computes the slope of the line in units per day.  If "error" is not NULL,
 * also computes its standard error, which is NaN for fewer than three points.
 * Returns false if there are fewer than two different instants.
 *
 * The formulas use n times the sums of squares and products about the means:
 *
 *		D = n * sum(t * t) - sum(t)^2
 *		E = n * sum(t * v) - sum(t) * sum(v)
 *		F = n * sum(v * v) - sum(v)^2
 *
 * The slope is E / D and its standard error sqrt((F - E^2 / D) / (n - 2) / D)
 * (N. R. Draper and H. Smith, Applied Regression Analysis, chapter 1).  D, E
 * and F are exact integers, so instants far from the epoch cost no precision.
 */
static bool
slope(const KpiTrend *trend, double *value, double *error)
{
	Datum		n = DirectFunctionCall1(int8_numeric, Int64GetDatum(trend->n));
	Datum		values = sum_of(trend, VALUE);
	Datum		instants = sum_of(trend, INSTANT);
	Datum		d = difference_of(product_of(n, sum_of(trend, INSTANT_SQUARE)), product_of(instants, instants));
	Datum		e = difference_of(product_of(n, sum_of(trend, PRODUCT)), product_of(instants, values));

	if (double_of(d) <= 0)
		return false;
	*value = double_of(e) / double_of(d) * PER_DAY;
	if (error)
	{
		Datum		f = difference_of(product_of(n, sum_of(trend, VALUE_SQUARE)), product_of(values, values));
		double		residual = double_of(difference_of(product_of(f, d), product_of(e, e)));

		*error = trend->n < 3 ? NAN
			: sqrt(Max(residual, 0) / (double) (trend->n - 2)) / double_of(d) * PER_DAY;
	}
	return true;
}

/*
 * trend(kpi_trend) returns double precision
 *
 * Returns the change per day, or NULL if there is no line.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_slope);
Datum
kpi_trend_slope(PG_FUNCTION_ARGS)
{
	double		value;

	if (!slope(trend_argument(fcinfo, 0), &value, NULL))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value);
}

/*
 * trend_ci(kpi_trend, confidence double precision) returns kpi_estimate
 * kpi_trend_ci(kpi_trend) returns kpi_estimate
 *
 * Returns the change per day with its confidence interval, by Student's
 * distribution with n - 2 degrees of freedom.  NULL if there is no line.  The
 * limits are NULL for two points.  Strict.
 *
 * The second form is the final function of an aggregate.  It uses the
 * confidence of the rows, or the default if they have none, and raises an error
 * if they differ, because an aggregate has one interval.
 */
PG_FUNCTION_INFO_V1(kpi_trend_ci);
Datum
kpi_trend_ci(PG_FUNCTION_ARGS)
{
	const KpiTrend *trend = trend_argument(fcinfo, 0);
	bool		is_final = PG_NARGS() == 1;
	double		confidence = is_final && trend->confidence != NO_CONFIDENCE ? trend->confidence
		: kpi_confidence(fcinfo, 1);
	double		error;
	KpiEstimate estimate = {.n = trend->n};

	if (confidence == CONFIDENCES_DIFFER)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence differs between rows"),
				 errhint("Pass the same confidence for all rows of a group.")));
	if (!slope(trend, &estimate.value, &error))
		PG_RETURN_NULL();
	if (trend->n > 2)
		error *= kpi_student_quantile(confidence, (double) trend->n - 2);
	estimate.low = estimate.value - error;
	estimate.high = estimate.value + error;
	return kpi_estimate(fcinfo, estimate);
}

/*
 * sample_size(kpi_trend) returns bigint
 *
 * Returns the number of points.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_n);
Datum
kpi_trend_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(trend_argument(fcinfo, 0)->n);
}

/*
 * kpi_trend_to_jsonb(kpi_trend) returns jsonb
 *
 * Returns an object with the members per_day, which may be null, and n.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_trend_to_jsonb);
Datum
kpi_trend_to_jsonb(PG_FUNCTION_ARGS)
{
	const KpiTrend *trend = trend_argument(fcinfo, 0);
	StringInfoData json;
	double		value;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"per_day\": ");
	if (slope(trend, &value, NULL))
		kpi_double_append(&json, value);
	else
		appendStringInfoString(&json, "null");
	appendStringInfo(&json, ", \"n\": " INT64_FORMAT "}", trend->n);
	return kpi_jsonb(&json);
}
