/*
 * rate.c
 *		kpi_rate: the number of hits among trials.  Its transitions are in
 *		rate_transitions.c and rate_churn.c.
 *
 * Text form: hits/trials.
 */
#include "rate.h"

#include "estimate.h"
#include "libpq/pqformat.h"
#include "option.h"
#include "scan.h"
#include "utils/builtins.h"

/*
 * Adds a tally.  Returns false if a counter or sum overflows.
 */
static bool
rate_add(KpiRate *rate, const KpiRate *other)
{
	if (pg_add_s64_overflow(rate->trials, other->trials, &rate->trials))
		return false;
	rate->hits += other->hits;	/* at most the trials, so it fits */
	return true;
}

/*
 * Subtracts a tally.  Returns false if the result is impossible.
 */
static bool
rate_subtract(KpiRate *rate, const KpiRate *other)
{
	rate->hits -= other->hits;
	rate->trials -= other->trials;
	return rate_check(rate) == NULL;
}

/*
 * Returns an argument of the type.  Raises an error if the value is damaged.
 */
KPI_TALLY_ARGUMENT(rate_argument, KpiRate, "kpi_rate", rate_check);

/*
 * kpi_rate_eq(kpi_rate, kpi_rate) returns boolean
 * kpi_rate_ne(kpi_rate, kpi_rate) returns boolean
 * kpi_rate_hash(kpi_rate) returns integer
 * kpi_rate_hash_extended(kpi_rate, seed bigint) returns bigint
 *
 * Compare and hash tallies.  Strict.
 */
KPI_TALLY_EQUALITY(KpiRate, kpi_rate_eq, kpi_rate_ne, kpi_rate_hash, kpi_rate_hash_extended);

/*
 * kpi_rate_combine(kpi_rate, kpi_rate) returns kpi_rate
 * kpi_rate_uncombine(kpi_rate, kpi_rate) returns kpi_rate
 *
 * Merge two tallies, and remove the second tally from the first.  Also the
 * operators + and -.  Raise an error if a counter or sum overflows, or if the
 * second tally is not part of the first.  Strict.
 */
KPI_TALLY_MERGE(kpi_rate_combine, KpiRate, "kpi_rate", rate_argument, rate_add, kpi_report_overflow);
KPI_TALLY_MERGE(kpi_rate_uncombine, KpiRate, "kpi_rate", rate_argument, rate_subtract, kpi_report_underflow);

/*
 * Creates a tally in the current context.
 */
static KpiRate *
rate_create(int64 hits, int64 trials)
{
	KpiRate    *rate = palloc0(sizeof(KpiRate));

	rate->version = KPI_FORMAT_VERSION;
	rate->hits = hits;
	rate->trials = trials;
	return rate;
}

/*
 * kpi_rate_in(cstring) returns kpi_rate
 *
 * Reads hits/trials.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_in);
Datum
kpi_rate_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "kpi_rate");
	KpiRate    *rate;
	int64		hits;
	int64		trials;

	if (!kpi_scan_count(&scan, &hits) || !kpi_scan_char(&scan, '/') ||
		!kpi_scan_count(&scan, &trials) || !kpi_scan_end(&scan))
		return kpi_scan_failed(&scan, "Expected hits and trials, as in 7/10.");
	rate = rate_create(hits, trials);
	if (rate_check(rate) != NULL)
		return kpi_scan_failed(&scan, rate_check(rate));
	PG_RETURN_POINTER(rate);
}

/*
 * kpi_rate_out(kpi_rate) returns cstring
 *
 * Returns the text form.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_out);
Datum
kpi_rate_out(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 0);

	PG_RETURN_CSTRING(psprintf(INT64_FORMAT "/" INT64_FORMAT, rate->hits, rate->trials));
}

/*
 * kpi_rate_recv(internal) returns kpi_rate
 *
 * Reads a binary message.  Raises an error if the value is impossible.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_recv);
Datum
kpi_rate_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	KpiRate    *rate = rate_create(0, 0);

	kpi_recv_header(message, "kpi_rate");
	rate->hits = pq_getmsgint64(message);
	rate->trials = pq_getmsgint64(message);
	if (rate_check(rate) != NULL)
		kpi_report_received("kpi_rate", rate_check(rate));
	PG_RETURN_POINTER(rate);
}

/*
 * kpi_rate_send(kpi_rate) returns bytea
 *
 * Returns the binary message.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_send);
Datum
kpi_rate_send(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, rate->version);
	pq_sendint64(&message, rate->hits);
	pq_sendint64(&message, rate->trials);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---------------------------------------------------------------------------
 * Accessors
 * ---------------------------------------------------------------------------
 */

/*
 * rate_pct(kpi_rate) returns double precision
 *
 * Returns the hits as a percentage of the trials, or NULL without trials.  Also
 * the accessor of every KPI that is a rate.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_pct);
Datum
kpi_rate_pct(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 0);

	if (rate->trials == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(100.0 * (double) rate->hits / (double) rate->trials);
}

/*
 * rate_hits(kpi_rate) returns bigint
 *
 * Returns the number of hits.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_hits);
Datum
kpi_rate_hits(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rate_argument(fcinfo, 0)->hits);
}

/*
 * backlog(kpi_rate) returns bigint
 *
 * Returns the number of hits, or NULL without trials.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_count);
Datum
kpi_rate_count(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 0);

	if (rate->trials == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(rate->hits);
}

/*
 * sample_size(kpi_rate) returns bigint
 *
 * Returns the number of trials.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_n);
Datum
kpi_rate_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rate_argument(fcinfo, 0)->trials);
}

/* the labels of kpi_ci_method */
typedef enum IntervalMethod
{
	WILSON,
	CLOPPER_PEARSON
} IntervalMethod;

static const char *const interval_methods[] = {"wilson", "clopper-pearson"};

/*
 * rate_ci(kpi_rate, confidence double precision, method kpi_ci_method)
 * returns kpi_estimate
 * kpi_rate_ci(kpi_rate) returns kpi_estimate
 *
 * Returns the hits as a percentage of the trials, with the confidence interval.
 * The second form is the final function of an aggregate, with Wilson's
 * interval and the default confidence.  NULL without trials.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_ci);
Datum
kpi_rate_ci(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 0);
	double		confidence = kpi_confidence(fcinfo, 1);
	KpiSample	sample = kpi_share(rate->hits, rate->trials, confidence);

	if (PG_NARGS() > 2 && kpi_option(fcinfo, 2, interval_methods, lengthof(interval_methods)) == CLOPPER_PEARSON)
		sample.interval = kpi_clopper_pearson(rate->hits, rate->trials, confidence);
	return kpi_percent_estimate(fcinfo, sample);
}

/*
 * rate_change(before kpi_rate, after kpi_rate, confidence double precision)
 * returns kpi_estimate
 *
 * Returns the change in percentage points with its confidence interval.  NULL
 * if either rate has no trials.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_change);
Datum
kpi_rate_change(PG_FUNCTION_ARGS)
{
	const KpiRate *a = rate_argument(fcinfo, 0);
	const KpiRate *b = rate_argument(fcinfo, 1);
	double		confidence = kpi_confidence(fcinfo, 2);

	return kpi_percent_change(fcinfo, kpi_share(a->hits, a->trials, confidence),
							  kpi_share(b->hits, b->trials, confidence), 100);
}

/*
 * kpi_rate_to_jsonb(kpi_rate) returns jsonb
 *
 * Returns an object with the members hits and trials.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_rate_to_jsonb);
Datum
kpi_rate_to_jsonb(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 0);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"hits\": " INT64_FORMAT ", \"trials\": " INT64_FORMAT "}",
					 rate->hits, rate->trials);
	return kpi_jsonb(&json);
}
