/*
 * ratio.c
 *		kpi_ratio: the exact sums of a numerator and a denominator.  Its
 *		transitions are in ratio_transitions.c.
 *
 * Text form: numerator/denominator/rows, in units or seconds, with up to six
 * decimals.
 */
#include "ratio.h"

#include "elapsed.h"
#include "libpq/pqformat.h"
#include "scan.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/*
 * Adds a tally.  Returns false if a counter or sum overflows.
 */
static bool
ratio_add(KpiRatio *ratio, const KpiRatio *other)
{
	return !pg_add_s64_overflow(ratio->n, other->n, &ratio->n) &&
		kpi_int128_add(&ratio->numerator, kpi_int128(other->numerator)) &&
		kpi_int128_add(&ratio->denominator, kpi_int128(other->denominator)) &&
		ratio_check(ratio) == NULL;
}

/*
 * Subtracts a tally.  Returns false if the result is impossible.
 */
static bool
ratio_subtract(KpiRatio *ratio, const KpiRatio *other)
{
	ratio->n -= other->n;
	return kpi_int128_add(&ratio->numerator, -kpi_int128(other->numerator)) &&
		kpi_int128_add(&ratio->denominator, -kpi_int128(other->denominator)) &&
		ratio_check(ratio) == NULL;
}

/*
 * Returns an argument of the type.  Raises an error if the value is damaged.
 */
KPI_TALLY_ARGUMENT(ratio_argument, KpiRatio, "kpi_ratio", ratio_check);

/*
 * kpi_ratio_eq(kpi_ratio, kpi_ratio) returns boolean
 * kpi_ratio_ne(kpi_ratio, kpi_ratio) returns boolean
 * kpi_ratio_hash(kpi_ratio) returns integer
 * kpi_ratio_hash_extended(kpi_ratio, seed bigint) returns bigint
 *
 * Compare and hash tallies.  Strict.
 */
KPI_TALLY_EQUALITY(KpiRatio, kpi_ratio_eq, kpi_ratio_ne, kpi_ratio_hash, kpi_ratio_hash_extended);

/*
 * kpi_ratio_combine(kpi_ratio, kpi_ratio) returns kpi_ratio
 * kpi_ratio_uncombine(kpi_ratio, kpi_ratio) returns kpi_ratio
 *
 * Merge two tallies, and remove the second tally from the first.  Also the
 * operators + and -.  Raise an error if a counter or sum overflows, or if the
 * second tally is not part of the first.  Strict.
 */
KPI_TALLY_MERGE(kpi_ratio_combine, KpiRatio, "kpi_ratio", ratio_argument, ratio_add, kpi_report_overflow);
KPI_TALLY_MERGE(kpi_ratio_uncombine, KpiRatio, "kpi_ratio", ratio_argument, ratio_subtract, kpi_report_underflow);

/*
 * Creates a tally in the current context.
 */
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

/*
 * kpi_ratio_in(cstring) returns kpi_ratio
 *
 * Reads numerator/denominator/rows.  Strict.
 */
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
		return kpi_scan_failed(&scan,
							   "Expected numerator, denominator and rows, as in 130.5/150/2, "
							   "with at most six decimals.");
	ratio = ratio_create(n, numerator, denominator);
	if (ratio_check(ratio) != NULL)
		return kpi_scan_failed(&scan, ratio_check(ratio));
	PG_RETURN_POINTER(ratio);
}

/*
 * kpi_ratio_out(kpi_ratio) returns cstring
 *
 * Returns the text form.  Strict.
 */
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

/*
 * kpi_ratio_recv(internal) returns kpi_ratio
 *
 * Reads a binary message.  Raises an error if the value is impossible.
 * Strict.
 */
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
	numerator = kpi_int128(kpi_int128_receive(message));
	denominator = kpi_int128(kpi_int128_receive(message));
	ratio = ratio_create(n, numerator, denominator);
	if (ratio_check(ratio) != NULL)
		kpi_report_received("kpi_ratio", ratio_check(ratio));
	PG_RETURN_POINTER(ratio);
}

/*
 * kpi_ratio_send(kpi_ratio) returns bytea
 *
 * Returns the binary message.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_send);
Datum
kpi_ratio_send(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, ratio->version);
	pq_sendint64(&message, ratio->n);
	kpi_int128_send(&message, ratio->numerator);
	kpi_int128_send(&message, ratio->denominator);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---------------------------------------------------------------------------
 * Accessors.  Ratios are NULL if the denominator is zero.
 * ---------------------------------------------------------------------------
 */

/*
 * Computes factor * numerator / denominator of the first argument.  Returns
 * false if the denominator is zero.
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

/*
 * ratio_value(kpi_ratio) returns double precision
 *
 * Returns the ratio.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_value);
Datum
kpi_ratio_value(PG_FUNCTION_ARGS)
{
	double		result;

	if (!quotient(fcinfo, 1, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/*
 * ratio_pct(kpi_ratio) returns double precision
 *
 * Returns the numerator as a percentage of the denominator.  Strict.
 */
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
 * net_revenue_churn(kpi_ratio) returns double precision
 *
 * Returns 100 minus the percentage, as in net churn from net retention.
 * Strict.
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
 * productivity(kpi_ratio) returns double precision
 *
 * Returns units per hour.  The denominator is in seconds.  Strict.
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

/*
 * cost_per_contact(kpi_ratio) returns numeric
 *
 * Returns the ratio without the rounding of a double, for money.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_numeric);
Datum
kpi_ratio_numeric(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);

	if (kpi_int128(ratio->denominator) == 0)
		PG_RETURN_NULL();
	return DirectFunctionCall2(numeric_div,
							   kpi_millionths_to_numeric(kpi_int128(ratio->numerator)),
							   kpi_millionths_to_numeric(kpi_int128(ratio->denominator)));
}

/*
 * kpi_ratio_avg(kpi_ratio) returns interval
 *
 * Returns the mean of durations to the nearest microsecond, halves rounded up.
 * The accessor of every KPI that is a mean duration.  Strict.
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
	if (numerator > (KPI_INT128_MAX - half) / KPI_MILLION ||
		numerator < -((KPI_INT128_MAX - half) / KPI_MILLION))
		kpi_report_overflow("kpi_ratio");
	numerator = numerator * KPI_MILLION + half;
	usec = numerator / denominator;
	if (usec * denominator > numerator)
		usec--;					/* C truncates, so negative quotients are rounded up */
	return kpi_usec_to_interval(usec);
}

/*
 * ratio_numerator(kpi_ratio) returns double precision
 *
 * Returns the numerator in units or seconds.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_numerator);
Datum
kpi_ratio_numerator(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8((double) kpi_int128(ratio_argument(fcinfo, 0)->numerator) / KPI_MILLION);
}

/*
 * ratio_denominator(kpi_ratio) returns double precision
 *
 * Returns the denominator in units or seconds.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_denominator);
Datum
kpi_ratio_denominator(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8((double) kpi_int128(ratio_argument(fcinfo, 0)->denominator) / KPI_MILLION);
}

/*
 * net_flow(kpi_ratio) returns bigint
 *
 * Returns a numerator of whole units, or NULL without rows.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_count);
Datum
kpi_ratio_count(PG_FUNCTION_ARGS)
{
	const KpiRatio *ratio = ratio_argument(fcinfo, 0);
	int128		count = kpi_int128(ratio->numerator) / KPI_MILLION;

	if (ratio->n == 0)
		PG_RETURN_NULL();
	if (count != (int64) count)
		kpi_report_overflow("bigint");
	PG_RETURN_INT64((int64) count);
}

/*
 * sample_size(kpi_ratio) returns bigint
 *
 * Returns the number of rows.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_ratio_n);
Datum
kpi_ratio_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(ratio_argument(fcinfo, 0)->n);
}

/*
 * kpi_ratio_to_jsonb(kpi_ratio) returns jsonb
 *
 * Returns an object with the members numerator, denominator and n.  Strict.
 */
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
