/*
 * rate.c
 *		kpi_rate: hits of trials.  Transitions are in rate_transitions.c and
 *		rate_churn.c.
 *
 * Text form: hits/trials.
 */
#include "rate.h"

#include "estimate.h"
#include "libpq/pqformat.h"
#include "option.h"
#include "scan.h"
#include "utils/builtins.h"

static bool
rate_add(KpiRate *rate, const KpiRate *other)
{
	if (pg_add_s64_overflow(rate->trials, other->trials, &rate->trials))
		return false;
	rate->hits += other->hits;	/* never more than trials */
	return true;
}

static bool
rate_subtract(KpiRate *rate, const KpiRate *other)
{
	rate->hits -= other->hits;
	rate->trials -= other->trials;
	return rate_check(rate) == NULL;
}

KPI_TALLY_ARGUMENT(rate_argument, KpiRate, "kpi_rate", rate_check);
KPI_TALLY_EQUALITY(KpiRate, kpi_rate_eq, kpi_rate_ne, kpi_rate_hash, kpi_rate_hash_extended);
KPI_TALLY_MERGE(kpi_rate_combine, KpiRate, "kpi_rate", rate_argument, rate_add, kpi_report_overflow);
KPI_TALLY_MERGE(kpi_rate_uncombine, KpiRate, "kpi_rate", rate_argument, rate_subtract, kpi_report_underflow);

static KpiRate *
rate_create(int64 hits, int64 trials)
{
	KpiRate    *rate = palloc0(sizeof(KpiRate));

	rate->version = KPI_FORMAT_VERSION;
	rate->hits = hits;
	rate->trials = trials;
	return rate;
}

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

PG_FUNCTION_INFO_V1(kpi_rate_out);
Datum
kpi_rate_out(PG_FUNCTION_ARGS)
{
	const KpiRate *rate = rate_argument(fcinfo, 0);

	PG_RETURN_CSTRING(psprintf(INT64_FORMAT "/" INT64_FORMAT, rate->hits, rate->trials));
}

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
 * Questions
 * ---------------------------------------------------------------------------
 */

/*
 * Hits in percent of trials; NULL without trials.
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

PG_FUNCTION_INFO_V1(kpi_rate_hits);
Datum
kpi_rate_hits(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rate_argument(fcinfo, 0)->hits);
}

/*
 * The hits of a KPI that counts: NULL without trials.
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

PG_FUNCTION_INFO_V1(kpi_rate_n);
Datum
kpi_rate_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rate_argument(fcinfo, 0)->trials);
}

typedef enum IntervalMethod
{
	WILSON,
	CLOPPER_PEARSON
} IntervalMethod;

static const char *const interval_methods[] = {"wilson", "clopper-pearson"};

/*
 * Hits in percent of trials with Wilson's interval, or the one of the
 * kpi_ci_method that is named.
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
 * The change from one rate to another, in points.
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
