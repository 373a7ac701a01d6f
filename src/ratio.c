/*
 * ratio.c
 *		kpi_ratio: an exact sum over another one, and the KPIs that are averages
 *		or ratios of sums.
 *
 * Text form: numerator/denominator/rows, in units or seconds, with up to six
 * decimals.
 */
#include "tally.h"

#include "common/int.h"
#include "elapsed.h"
#include "libpq/pqformat.h"
#include "scan.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

static const char *
ratio_check(const KpiRatio *ratio)
{
	int128		numerator = kpi_int128(ratio->numerator);
	int128		denominator = kpi_int128(ratio->denominator);

	if (ratio->version != KPI_FORMAT_VERSION)
		return "Its format version is unknown.";
	if (ratio->n < 0)
		return "The number of rows is negative.";
	if (denominator < 0)
		return "The denominator is negative.";
	if (numerator < -INT128_MAXIMUM)
		return "The numerator is out of range.";	/* so that -x always exists */
	if (ratio->n == 0 && (numerator != 0 || denominator != 0))
		return "There are sums without rows.";
	return NULL;
}

/*
 * Adds to a stored sum; false if it does not fit any more.
 */
static inline bool
add_to_sum(KpiInt128 *sum, int128 value)
{
	int128		result;

	if (unlikely(__builtin_add_overflow(kpi_int128(*sum), value, &result) ||
				 result < -INT128_MAXIMUM))
		return false;
	*sum = kpi_int128_stored(result);
	return true;
}

static bool
ratio_add(KpiRatio *ratio, const KpiRatio *other)
{
	return !pg_add_s64_overflow(ratio->n, other->n, &ratio->n) &&
		add_to_sum(&ratio->numerator, kpi_int128(other->numerator)) &&
		add_to_sum(&ratio->denominator, kpi_int128(other->denominator)) &&
		ratio_check(ratio) == NULL;
}

static bool
ratio_subtract(KpiRatio *ratio, const KpiRatio *other)
{
	ratio->n -= other->n;
	return add_to_sum(&ratio->numerator, -kpi_int128(other->numerator)) &&
		add_to_sum(&ratio->denominator, -kpi_int128(other->denominator)) &&
		ratio_check(ratio) == NULL;
}

KPI_FIXED_TALLY(KpiRatio, ratio);

static KpiRatio *
ratio_create(int64 n, int128 numerator, int128 denominator)
{
	KpiRatio   *ratio = palloc0(sizeof(KpiRatio));

	ratio->version = KPI_FORMAT_VERSION;
	ratio->n = n;
	ratio->numerator = kpi_int128_stored(numerator);
	ratio->denominator = kpi_int128_stored(denominator);
	return ratio;
}

PG_FUNCTION_INFO_V1(kpi_ratio_in);
Datum
kpi_ratio_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "kpi_ratio");
	KpiRatio   *ratio;
	int128		numerator;
	int128		denominator;
	int64		n;

	if (!kpi_scan_millionths(&scan, &numerator) || !kpi_scan_char(&scan, '/') ||
		!kpi_scan_millionths(&scan, &denominator) || !kpi_scan_char(&scan, '/') ||
		!kpi_scan_count(&scan, &n) || !kpi_scan_end(&scan))
		return kpi_scan_failed(&scan, "Expected numerator, denominator and rows, as in 130.5/150/2, with at most six decimals.");
	ratio = ratio_create(n, numerator, denominator);
	if (ratio_check(ratio) != NULL)
		return kpi_scan_failed(&scan, ratio_check(ratio));
	PG_RETURN_POINTER(ratio);
}

PG_FUNCTION_INFO_V1(kpi_ratio_out);
Datum
kpi_ratio_out(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);
	StringInfoData text;

	initStringInfo(&text);
	kpi_millionths_append(&text, kpi_int128(ratio->numerator));
	appendStringInfoChar(&text, '/');
	kpi_millionths_append(&text, kpi_int128(ratio->denominator));
	appendStringInfo(&text, "/" INT64_FORMAT, ratio->n);
	PG_RETURN_CSTRING(text.data);
}

static int128
get_int128(StringInfo message)
{
	int64		high = pq_getmsgint64(message);
	uint64		low = (uint64) pq_getmsgint64(message);
	KpiInt128	stored = {low, high};

	return kpi_int128(stored);
}

static void
send_int128(StringInfo message, KpiInt128 value)
{
	pq_sendint64(message, value.high);
	pq_sendint64(message, value.low);
}

PG_FUNCTION_INFO_V1(kpi_ratio_recv);
Datum
kpi_ratio_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	KpiRatio   *ratio;
	int128		numerator;
	int128		denominator;
	int64		n;

	kpi_recv_header(message, "kpi_ratio");
	n = pq_getmsgint64(message);
	numerator = get_int128(message);
	denominator = get_int128(message);
	ratio = ratio_create(n, numerator, denominator);
	if (ratio_check(ratio) != NULL)
		kpi_report_received("kpi_ratio", ratio_check(ratio));
	PG_RETURN_POINTER(ratio);
}

PG_FUNCTION_INFO_V1(kpi_ratio_send);
Datum
kpi_ratio_send(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, ratio->version);
	pq_sendint64(&message, ratio->n);
	send_int128(&message, ratio->numerator);
	send_int128(&message, ratio->denominator);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---------------------------------------------------------------------------
 * Transitions.  A source turns the arguments of a row into the two amounts, in
 * millionths, and answers whether the row counts; each source is one transition
 * and its inverse.
 * ---------------------------------------------------------------------------
 */

typedef struct Amounts
{
	int128		numerator;
	int128		denominator;
} Amounts;

/*
 * Checks what every denominator must keep.
 */
static inline void
require_denominator(int128 denominator)
{
	if (unlikely(denominator < 0))
	{
		StringInfoData text;

		initStringInfo(&text);
		kpi_millionths_append(&text, denominator);
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("denominator cannot be negative"),
				 errdetail("The denominator is %s.", text.data),
				 errhint("Leave such rows out with FILTER (WHERE denominator >= 0), naming your own column.")));
	}
}

static inline int128
bigint_argument(FunctionCallInfo fcinfo, int argument)
{
	return (int128) PG_GETARG_INT64(argument) * KPI_MILLION;
}

static inline int128
interval_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_interval_to_usec(PG_GETARG_INTERVAL_P(argument));
}

/*
 * A numeric in millionths.  An error for NaN, infinity, more than six decimals,
 * and what does not fit into 128 bits.
 */
static int128
numeric_argument(FunctionCallInfo fcinfo, int argument)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(argument)));
	KpiScan		scan = {"numeric", text, text, NULL};
	int128		value;

	if (!kpi_scan_millionths(&scan, &value) || !kpi_scan_end(&scan))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount %s cannot be summed exactly", text),
				 errdetail("Amounts are finite and have at most six decimals."),
				 errhint("Round them, as in round(cost, 6).")));
	pfree(text);
	return value;
}

/*
 * The general rule: a row without denominator does not count, a missing
 * numerator counts as nothing (who left pays nothing, who did not come has
 * adhered to nothing).
 */
#define AMOUNTS_SOURCE(source, numerator_argument, denominator_argument) \
static inline bool \
amounts_##source(FunctionCallInfo fcinfo, Amounts *row) \
{ \
	if (PG_ARGISNULL(2)) \
		return false; \
	row->numerator = PG_ARGISNULL(1) ? 0 : numerator_argument(fcinfo, 1); \
	row->denominator = denominator_argument(fcinfo, 2); \
	return true; \
}

AMOUNTS_SOURCE(interval, interval_argument, interval_argument)
AMOUNTS_SOURCE(int8, bigint_argument, bigint_argument)
AMOUNTS_SOURCE(numeric_int8, numeric_argument, bigint_argument)

/* units per time worked, the time in seconds */
AMOUNTS_SOURCE(int8_interval, bigint_argument, interval_argument)

/*
 * Revenue at the end over revenue at the start, over customers who had any.
 */
static inline bool
amounts_net_revenue(FunctionCallInfo fcinfo, Amounts *row)
{
	if (PG_ARGISNULL(1) || PG_GETARG_INT64(1) <= 0)
		return false;
	row->denominator = bigint_argument(fcinfo, 1);
	row->numerator = PG_ARGISNULL(2) ? 0 : bigint_argument(fcinfo, 2);
	return true;
}

/*
 * The same without growth: no customer counts for more than at the start.
 */
static inline bool
amounts_gross_revenue(FunctionCallInfo fcinfo, Amounts *row)
{
	if (!amounts_net_revenue(fcinfo, row))
		return false;
	row->numerator = Min(row->numerator, row->denominator);
	return true;
}

/*
 * A percentage as 0..100.
 */
static inline int64
percentage_argument(FunctionCallInfo fcinfo, int argument)
{
	int64		value = PG_GETARG_INT64(argument);

	if (value < 0 || value > 100)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("percentage " INT64_FORMAT " is out of range", value),
				 errdetail("A percentage lies from 0 to 100."),
				 errhint("Leave such rows out with FILTER (WHERE pct BETWEEN 0 AND 100), naming your own column.")));
	return value;
}

/*
 * One percentage, for the mean of percentages; strict.
 */
static inline bool
amounts_pct(FunctionCallInfo fcinfo, Amounts *row)
{
	row->numerator = (int128) percentage_argument(fcinfo, 1) * KPI_MILLION;
	row->denominator = 100 * KPI_MILLION;
	return true;
}

/*
 * A signal 0..100 and its weight, for the weighted mean; strict, because a
 * missing signal is not a bad one.
 */
static inline bool
amounts_weighted(FunctionCallInfo fcinfo, Amounts *row)
{
	row->denominator = bigint_argument(fcinfo, 2);
	row->numerator = percentage_argument(fcinfo, 1) * row->denominator;
	return true;
}

/*
 * A duration, for the mean: the denominator counts.
 */
#define AMOUNTS_OF_DURATION(source) \
static inline bool \
amounts_duration_##source(FunctionCallInfo fcinfo, Amounts *row) \
{ \
	int64		usec; \
\
	if (!kpi_duration_##source(fcinfo, &usec)) \
		return false; \
	row->numerator = usec; \
	row->denominator = KPI_MILLION; \
	return true; \
}

KPI_DURATION_SOURCES(AMOUNTS_OF_DURATION)

/*
 * The state is NULL only when somebody calls the function so by hand.
 */
#define RATIO_TRANSITION(name, source, apply, report) \
PG_FUNCTION_INFO_V1(kpi_ratio_##name##_##source); \
Datum \
kpi_ratio_##name##_##source(PG_FUNCTION_ARGS) \
{ \
	KpiRatio   *ratio; \
	Amounts		row; \
\
	if (PG_ARGISNULL(0)) \
		PG_RETURN_NULL(); \
	ratio = kpi_fixed_tally_for_update(fcinfo, sizeof(KpiRatio)); \
	if (amounts_##source(fcinfo, &row)) \
	{ \
		require_denominator(row.denominator); \
		if (unlikely(!apply(ratio, &row))) \
			report("kpi_ratio"); \
	} \
	PG_RETURN_POINTER(ratio); \
}

static inline bool
add_row(KpiRatio *ratio, const Amounts *row)
{
	return !pg_add_s64_overflow(ratio->n, 1, &ratio->n) &&
		add_to_sum(&ratio->numerator, row->numerator) &&
		add_to_sum(&ratio->denominator, row->denominator);
}

static inline bool
take_row(KpiRatio *ratio, const Amounts *row)
{
	ratio->n--;
	return add_to_sum(&ratio->numerator, -row->numerator) &&
		add_to_sum(&ratio->denominator, -row->denominator) &&
		ratio_check(ratio) == NULL;
}

#define RATIO_SOURCE(source) \
	RATIO_TRANSITION(accum, source, add_row, kpi_report_overflow) \
	RATIO_TRANSITION(discard, source, take_row, kpi_report_underflow)
#define RATIO_DURATION_SOURCE(source) RATIO_SOURCE(duration_##source)

RATIO_SOURCE(interval)
RATIO_SOURCE(int8)
RATIO_SOURCE(numeric_int8)
RATIO_SOURCE(int8_interval)
RATIO_SOURCE(net_revenue)
RATIO_SOURCE(gross_revenue)
RATIO_SOURCE(pct)
RATIO_SOURCE(weighted)
KPI_DURATION_SOURCES(RATIO_DURATION_SOURCE)

/* ---------------------------------------------------------------------------
 * Questions.  All are NULL while the denominator is zero.
 * ---------------------------------------------------------------------------
 */

/*
 * factor * numerator / denominator; false while there is no answer.
 */
static bool
quotient(FunctionCallInfo fcinfo, double factor, double *result)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);
	int128		denominator = kpi_int128(ratio->denominator);

	if (denominator == 0)
		return false;
	*result = factor * (double) kpi_int128(ratio->numerator) / (double) denominator;
	return true;
}

PG_FUNCTION_INFO_V1(kpi_ratio_value);
Datum
kpi_ratio_value(PG_FUNCTION_ARGS)
{
	double		result;

	if (!quotient(fcinfo, 1, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

PG_FUNCTION_INFO_V1(kpi_ratio_pct);
Datum
kpi_ratio_pct(PG_FUNCTION_ARGS)
{
	double		result;

	if (!quotient(fcinfo, 100, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/*
 * What is missing to 100 %: net churn from net retention.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_missing_pct);
Datum
kpi_ratio_missing_pct(PG_FUNCTION_ARGS)
{
	double		result;

	if (!quotient(fcinfo, 100, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(100 - result);
}

/*
 * Units per hour, the denominator being seconds.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_per_hour);
Datum
kpi_ratio_per_hour(PG_FUNCTION_ARGS)
{
	double		result;

	if (!quotient(fcinfo, SECS_PER_HOUR, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

static Datum
numeric_of_millionths(KpiInt128 value)
{
	StringInfoData text;

	initStringInfo(&text);
	kpi_millionths_append(&text, kpi_int128(value));
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text.data),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/*
 * The ratio as numeric, for money.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_numeric);
Datum
kpi_ratio_numeric(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);

	if (kpi_int128(ratio->denominator) == 0)
		PG_RETURN_NULL();
	return DirectFunctionCall2(numeric_div,
							   numeric_of_millionths(ratio->numerator),
							   numeric_of_millionths(ratio->denominator));
}

/*
 * The mean of durations, to the nearest microsecond, halves up.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_avg);
Datum
kpi_ratio_avg(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);
	int128		numerator = kpi_int128(ratio->numerator);
	int128		denominator = kpi_int128(ratio->denominator);
	int128		usec;
	int128		half = denominator / 2;

	if (denominator == 0)
		PG_RETURN_NULL();
	if (numerator > (INT128_MAXIMUM - half) / KPI_MILLION ||
		numerator < -((INT128_MAXIMUM - half) / KPI_MILLION))
		kpi_report_overflow("kpi_ratio");
	numerator = numerator * KPI_MILLION + half;
	usec = numerator / denominator;
	if (usec * denominator > numerator)
		usec--;					/* C rounds negative quotients up */
	return kpi_usec_to_interval(usec);
}

/*
 * The two sums, in units or seconds.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_numerator);
Datum
kpi_ratio_numerator(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8((double) kpi_int128(ratio_argument(fcinfo, 0)->numerator) / KPI_MILLION);
}

PG_FUNCTION_INFO_V1(kpi_ratio_denominator);
Datum
kpi_ratio_denominator(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8((double) kpi_int128(ratio_argument(fcinfo, 0)->denominator) / KPI_MILLION);
}

PG_FUNCTION_INFO_V1(kpi_ratio_n);
Datum
kpi_ratio_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(ratio_argument(fcinfo, 0)->n);
}

PG_FUNCTION_INFO_V1(kpi_ratio_to_jsonb);
Datum
kpi_ratio_to_jsonb(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"numerator\": ");
	kpi_millionths_append(&json, kpi_int128(ratio->numerator));
	appendStringInfoString(&json, ", \"denominator\": ");
	kpi_millionths_append(&json, kpi_int128(ratio->denominator));
	appendStringInfo(&json, ", \"n\": " INT64_FORMAT "}", ratio->n);
	return kpi_jsonb(&json);
}
