/*
 * trend.c
 *		kpi_trend: the straight line through values over time, by least squares.
 *
 * Text form: points/values/squares/instants/squares/products, and @confidence
 * where one was asked for.  Values are in units and instants in seconds since
 * the start of 2020, with up to six decimals; squares and products are a
 * millionth of theirs, so that they too have six.
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

/* 2020-01-01: the nearer the instants, the more of them the sums can hold */
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
 * Exact sums over n points.  The confidence is the one that trend_ci was asked
 * for, 0 in a tally that was not asked.
 */
typedef struct KpiTrend
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		n;
	double		confidence;
	KpiInt128	sums[TREND_SUMS];
} KpiTrend;

static const char *
trend_check(const KpiTrend *trend)
{
	int			i;

	if (trend->version != KPI_FORMAT_VERSION)
		return "Its format version is unknown.";
	if (trend->n < 0)
		return "The number of points is negative.";
	/* neither NaN nor -0 may pass: the same tally has the same bytes */
	if (!(trend->confidence >= 0 && trend->confidence < 1) || signbit(trend->confidence))
		return "The confidence is not between 0 and 1.";
	if (kpi_int128(trend->sums[VALUE_SQUARE]) < 0 || kpi_int128(trend->sums[INSTANT_SQUARE]) < 0)
		return "A sum of squares is negative.";
	for (i = 0; i < TREND_SUMS; i++)
	{
		if (kpi_int128(trend->sums[i]) < -KPI_INT128_MAX)
			return "A sum is out of range.";	/* so that -x always exists */
		if (trend->n == 0 && kpi_int128(trend->sums[i]) != 0)
			return "There are sums without points.";
	}
	return NULL;
}

/*
 * Merges the confidence of other into a tally.  Two different ones are an error, as
 * an aggregate has one interval; a tally with a confidence and one without give one
 * without.  An empty tally has none.
 */
static void
merge_confidence(KpiTrend *trend, const KpiTrend *other)
{
	if (other->n == 0)
		return;
	if (trend->n == 0)
		trend->confidence = other->confidence;
	else if (trend->confidence != other->confidence)
	{
		if (trend->confidence != 0 && other->confidence != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("confidence differs between rows"),
					 errhint("Pass the same confidence for all rows of a group.")));
		trend->confidence = 0;
	}
}

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

static bool
trend_subtract(KpiTrend *trend, const KpiTrend *other)
{
	int			i;

	trend->n -= other->n;
	if (trend->n == 0)
		trend->confidence = 0;
	for (i = 0; i < TREND_SUMS; i++)
	{
		if (!kpi_int128_add(&trend->sums[i], -kpi_int128(other->sums[i])))
			return false;
	}
	return trend_check(trend) == NULL;
}

KPI_TALLY_ARGUMENT(trend_argument, KpiTrend, "kpi_trend", trend_check);
KPI_TALLY_MERGE(kpi_trend_combine, KpiTrend, "kpi_trend", trend_argument, trend_add, kpi_report_overflow);
KPI_TALLY_MERGE(kpi_trend_uncombine, KpiTrend, "kpi_trend", trend_argument, trend_subtract, kpi_report_underflow);

/*
 * Returns what equality and hashing look at: all except the confidence, which is an
 * option of trend_ci and not a part of what was counted.
 */
static KpiTrend
counted_part(FunctionCallInfo fcinfo, int argument)
{
	KpiTrend	trend = *trend_argument(fcinfo, argument);

	trend.confidence = 0;
	return trend;
}

static bool
trends_equal(FunctionCallInfo fcinfo)
{
	KpiTrend	a = counted_part(fcinfo, 0);
	KpiTrend	b = counted_part(fcinfo, 1);

	return memcmp(&a, &b, sizeof(KpiTrend)) == 0;
}

PG_FUNCTION_INFO_V1(kpi_trend_eq);
Datum
kpi_trend_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(trends_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(kpi_trend_ne);
Datum
kpi_trend_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!trends_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(kpi_trend_hash);
Datum
kpi_trend_hash(PG_FUNCTION_ARGS)
{
	KpiTrend	trend = counted_part(fcinfo, 0);

	return hash_any((const unsigned char *) &trend, sizeof(KpiTrend));
}

PG_FUNCTION_INFO_V1(kpi_trend_hash_extended);
Datum
kpi_trend_hash_extended(PG_FUNCTION_ARGS)
{
	KpiTrend	trend = counted_part(fcinfo, 0);

	return hash_any_extended((const unsigned char *) &trend, sizeof(KpiTrend), PG_GETARG_INT64(1));
}

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
		valid = kpi_scan_double(&scan, &trend->confidence) && trend->confidence != 0;
	if (!valid || !kpi_scan_end(&scan))
		return kpi_scan_failed(&scan, "Expected points, values, their squares, instants, their squares and the products, as in 1/5/0.000025/60/0.0036/0.0003.");
	if (trend_check(trend) != NULL)
		return kpi_scan_failed(&scan, trend_check(trend));
	PG_RETURN_POINTER(trend);
}

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
	if (trend->confidence != 0)
	{
		appendStringInfoChar(&text, '@');
		kpi_double_append(&text, trend->confidence);
	}
	PG_RETURN_CSTRING(text.data);
}

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
 * Transitions: value, instant, and perhaps the confidence.  Strict.
 * ---------------------------------------------------------------------------
 */

/*
 * The tally of one point.  An error for a value or an instant that is not
 * finite, and for a value whose square does not fit.
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
				 errmsg("trend cannot be drawn to an infinite time"),
				 errhint("Skip such rows with FILTER (WHERE isfinite(at)), naming your own column.")));
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

TREND_TRANSITION(kpi_trend_accum_instant, PG_GETARG_TIMESTAMP, trend_add, kpi_report_overflow);
TREND_TRANSITION(kpi_trend_discard_instant, PG_GETARG_TIMESTAMP, trend_subtract, kpi_report_underflow);
TREND_TRANSITION(kpi_trend_accum_date, KPI_GETARG_DATE, trend_add, kpi_report_overflow);
TREND_TRANSITION(kpi_trend_discard_date, KPI_GETARG_DATE, trend_subtract, kpi_report_underflow);

/* ---------------------------------------------------------------------------
 * Questions
 * ---------------------------------------------------------------------------
 */

static Datum
sum_of(const KpiTrend *trend, TrendSum sum)
{
	return kpi_int128_to_numeric(kpi_int128(trend->sums[sum]));
}

static Datum
product_of(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_mul, a, b);
}

static Datum
difference_of(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_sub, a, b);
}

static double
double_of(Datum numeric)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric));
}

/* what turns millionths of a unit per microsecond into units per day */
#define PER_DAY ((double) SECS_PER_DAY)

/*
 * The slope of the line, in units per day; with "error", its standard error as
 * well, NaN for fewer than three points.  False where there is no line, with
 * fewer than two different instants.
 *
 * With n times the sums of squares and products about the means,
 *
 *		D = n * sum(t * t) - sum(t)^2
 *		E = n * sum(t * v) - sum(t) * sum(v)
 *		F = n * sum(v * v) - sum(v)^2
 *
 * the slope is E / D and its standard error sqrt((F - E^2 / D) / (n - 2) / D)
 * (N. R. Draper and H. Smith, Applied Regression Analysis, chapter 1).  These are
 * integers: no digit is lost however far the instants are from the epoch.
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
 * The change per day; NULL where there is no line.
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
 * The change per day with its confidence interval, by Student's distribution
 * with n - 2 degrees of freedom.  The confidence is the second argument, the one
 * that the aggregate was asked for, or the usual one.  NULL where there is no line; two
 * points have no limits.
 */
PG_FUNCTION_INFO_V1(kpi_trend_ci);
Datum
kpi_trend_ci(PG_FUNCTION_ARGS)
{
	const KpiTrend *trend = trend_argument(fcinfo, 0);
	double		confidence = PG_NARGS() == 1 && trend->confidence != 0 ? trend->confidence
		: kpi_confidence(fcinfo, 1);
	double		error;
	KpiEstimate estimate = {.n = trend->n};

	if (!slope(trend, &estimate.value, &error))
		PG_RETURN_NULL();
	if (trend->n > 2)
		error *= kpi_student_quantile(confidence, (double) trend->n - 2);
	estimate.low = estimate.value - error;
	estimate.high = estimate.value + error;
	return kpi_estimate(fcinfo, estimate);
}

PG_FUNCTION_INFO_V1(kpi_trend_n);
Datum
kpi_trend_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(trend_argument(fcinfo, 0)->n);
}

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
