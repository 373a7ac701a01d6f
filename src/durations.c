/*
 * durations.c
 *		kpi_durations: a distribution of durations, and the KPIs that are
 *		percentiles.
 *
 * Text form, in seconds:
 *
 *		{0.5,60x3,86400}		all values, ascending, "x" how often
 *		{0.5..86400/91234.5:0.499712x12,...}	in buckets: minimum and maximum,
 *								sum, then where each bucket begins and its count
 *		exact{0.5,60x3,86400}	the state of an exact percentile, however many
 */
#include "duration_state.h"

#include "common/hashfn.h"
#include "elapsed.h"
#include "estimate.h"
#include "intervals.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "scan.h"
#include "utils/builtins.h"

#include <math.h>

/*
 * Values and how often each occurs, as read from text.
 */
typedef struct Counted
{
	int64		n;				/* pairs */
	int64		room;
	int64	   *values;
	int64	   *counts;
} Counted;

static bool
scan_seconds(KpiScan *scan, int64 *usec)
{
	int128		value;

	if (!kpi_scan_millionths(scan, &value) || value < 0 || value > PG_INT64_MAX)
		return false;
	*usec = (int64) value;
	return true;
}

/*
 * Reads "value x count, ..." up to the closing brace.  Returns NULL, or what is
 * wrong.
 */
static const char *
scan_counted(KpiScan *scan, Counted *counted)
{
	do
	{
		int64		value;
		int64		count = 1;

		CHECK_FOR_INTERRUPTS();
		if (!scan_seconds(scan, &value))
			return "Expected a duration in seconds with at most six decimals.";
		if (counted->n > 0 && value < counted->values[counted->n - 1])
			return "Durations must ascend.";
		if (kpi_scan_char(scan, 'x') && (!kpi_scan_count(scan, &count) || count < 1))
			return "Expected how often the duration occurs after \"x\".";
		if (counted->n == counted->room)
		{
			counted->room = Max(16, counted->room * 2);
			counted->values = counted->n == 0 ? palloc(counted->room * sizeof(int64))
				: repalloc_huge(counted->values, counted->room * sizeof(int64));
			counted->counts = counted->n == 0 ? palloc(counted->room * sizeof(int64))
				: repalloc_huge(counted->counts, counted->room * sizeof(int64));
		}
		counted->values[counted->n] = value;
		counted->counts[counted->n++] = count;
	} while (kpi_scan_char(scan, ','));
	return kpi_scan_char(scan, '}') ? NULL : "Expected \",\" or \"}\".";
}

/*
 * Takes values with their counts: into buckets where a tally is that long, so
 * that a short literal cannot ask for much memory.
 */
static void
take_counted(const Counted *counted, KpiDurations *durations)
{
	int64		i;

	for (i = 0; i < counted->n; i++)
		if (pg_add_s64_overflow(durations->n, counted->counts[i], &durations->n))
			kpi_report_overflow("kpi_durations");

	if (!durations->unlimited && durations->n > KPI_EXACT_LIMIT)
	{
		durations->sketch = kpi_sketch_create();
		for (i = 0; i < counted->n; i++)
			kpi_sketch_add_many(durations->sketch, counted->values[i], counted->counts[i]);
		return;
	}
	durations->values = kpi_durations_allocate(durations->n);
	durations->sorted = true;
	durations->n = 0;
	for (i = 0; i < counted->n; i++)
	{
		int64		count = counted->counts[i];

		while (count-- > 0)
		{
			if (durations->n % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
			durations->values[durations->n++] = counted->values[i];
		}
	}
}

PG_FUNCTION_INFO_V1(kpi_durations_in);
Datum
kpi_durations_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "kpi_durations");
	KpiDurations durations = {0};
	Counted		counted = {0};
	const char *problem = NULL;

	durations.unlimited = kpi_scan_word(&scan, "exact");
	if (!kpi_scan_char(&scan, '{'))
		return kpi_scan_failed(&scan, "Expected \"{\", as in {0.5,60x3,86400}.");
	if (!kpi_scan_char(&scan, '}'))
	{
		KpiScan		begin = scan;
		int64		minimum;
		int64		maximum;
		int128		sum;

		if (!durations.unlimited && scan_seconds(&scan, &minimum) && kpi_scan_word(&scan, ".."))
		{
			if (!scan_seconds(&scan, &maximum) || !kpi_scan_char(&scan, '/') ||
				!kpi_scan_millionths(&scan, &sum) || sum < 0 || !kpi_scan_char(&scan, ':'))
				return kpi_scan_failed(&scan, "Expected maximum, sum and buckets, as in {0.5..86400/91234.5:0.499712x12}.");
			durations.sketch = kpi_sketch_create();
			problem = scan_counted(&scan, &counted);
			if (problem == NULL)
				problem = kpi_sketch_restore(durations.sketch, minimum, maximum, sum,
											 counted.values, counted.counts, counted.n);
		}
		else
		{
			scan = begin;
			problem = scan_counted(&scan, &counted);
		}
	}
	if (problem)
		return kpi_scan_failed(&scan, problem);
	if (!kpi_scan_end(&scan))
		return kpi_scan_failed(&scan, "Junk after closing brace.");
	if (durations.sketch == NULL)
		take_counted(&counted, &durations);
	return kpi_durations_encode(&durations);
}

static void
append_counted(StringInfo text, const char *separator, int64 value, int64 count)
{
	appendStringInfoString(text, separator);
	kpi_millionths_append(text, value);
	if (count > 1)
		appendStringInfo(text, "x" INT64_FORMAT, count);
}

static void
append_values(StringInfo text, KpiDurations *durations)
{
	const int64 *sorted = kpi_durations_sorted(durations);
	int64		i = 0;

	while (i < durations->n)
	{
		int64		first = i;

		CHECK_FOR_INTERRUPTS();
		for (; i < durations->n && sorted[i] == sorted[first]; i++)
			if (i % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
		append_counted(text, first > 0 ? "," : "", sorted[first], i - first);
	}
}

static void
append_buckets(StringInfo text, const KpiSketch *sketch)
{
	const char *separator = "";
	int			bucket = -1;
	int64		count;

	kpi_millionths_append(text, kpi_sketch_minimum(sketch));
	appendStringInfoString(text, "..");
	kpi_millionths_append(text, kpi_sketch_maximum(sketch));
	appendStringInfoChar(text, '/');
	kpi_millionths_append(text, kpi_sketch_sum(sketch));
	appendStringInfoChar(text, ':');
	while (kpi_sketch_next(sketch, &bucket, &count))
	{
		append_counted(text, separator, kpi_bucket_lower(bucket), count);
		separator = ",";
	}
}

PG_FUNCTION_INFO_V1(kpi_durations_out);
Datum
kpi_durations_out(PG_FUNCTION_ARGS)
{
	Datum		canonical = kpi_durations_canonical(PG_GETARG_DATUM(0));
	KpiDurations durations = kpi_durations_read(canonical, true);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, durations.unlimited ? "exact{" : "{");
	if (durations.sketch)
		append_buckets(&text, durations.sketch);
	else
		append_values(&text, &durations);
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}

PG_FUNCTION_INFO_V1(kpi_durations_recv);
Datum
kpi_durations_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;

	return kpi_durations_from_bytes(pq_getmsgbytes(message, length), length);
}

PG_FUNCTION_INFO_V1(kpi_durations_send);
Datum
kpi_durations_send(PG_FUNCTION_ARGS)
{
	struct varlena *canonical = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(0)));
	StringInfoData message;

	/* the canonical form is a byte stream, the same on every machine */
	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(canonical), VARSIZE_ANY_EXHDR(canonical));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

static bool
durations_equal(FunctionCallInfo fcinfo)
{
	struct varlena *a = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(0)));
	struct varlena *b = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(1)));

	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

PG_FUNCTION_INFO_V1(kpi_durations_eq);
Datum
kpi_durations_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(durations_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(kpi_durations_ne);
Datum
kpi_durations_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!durations_equal(fcinfo));
}

PG_FUNCTION_INFO_V1(kpi_durations_hash);
Datum
kpi_durations_hash(PG_FUNCTION_ARGS)
{
	struct varlena *canonical = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(0)));

	return hash_any((unsigned char *) VARDATA_ANY(canonical), VARSIZE_ANY_EXHDR(canonical));
}

PG_FUNCTION_INFO_V1(kpi_durations_hash_extended);
Datum
kpi_durations_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *canonical = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(0)));

	return hash_any_extended((unsigned char *) VARDATA_ANY(canonical),
							 VARSIZE_ANY_EXHDR(canonical), PG_GETARG_INT64(1));
}

/* ---------------------------------------------------------------------------
 * Transitions.  Called by hand, outside an aggregate, they work on a copy of the
 * first argument and return it in canonical form.
 * ---------------------------------------------------------------------------
 */

/*
 * The state is NULL only when somebody calls the function so, or defines an
 * aggregate that does.  As with KPI_TALLY_CHANGE, the way outside an aggregate
 * is a function of its own, so that the other saves no registers.
 */
#define DURATIONS_CHANGE(function, steps) \
static pg_noinline Datum \
function##_by_hand(FunctionCallInfo fcinfo) \
{ \
	if (PG_ARGISNULL(0)) \
		PG_RETURN_NULL(); \
	return kpi_durations_canonical(steps(fcinfo, kpi_durations_canonical(PG_GETARG_DATUM(0)))); \
} \
\
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (unlikely(PG_ARGISNULL(0) || !kpi_in_aggregate(fcinfo))) \
		return function##_by_hand(fcinfo); \
	return steps(fcinfo, PG_GETARG_DATUM(0)); \
}

#define DURATIONS_TRANSITION(name, source, apply) \
static inline Datum \
name##_##source(FunctionCallInfo fcinfo, Datum state) \
{ \
	int64		usec; \
\
	if (!kpi_duration_##source(fcinfo, &usec)) \
		return state; \
	return apply(fcinfo, state, usec); \
} \
\
DURATIONS_CHANGE(kpi_durations_##name##_##source, name##_##source)

#define DURATIONS_SOURCE(source) \
	DURATIONS_TRANSITION(accum, source, kpi_durations_append) \
	DURATIONS_TRANSITION(moving_accum, source, kpi_durations_insert) \
	DURATIONS_TRANSITION(discard, source, kpi_durations_remove)

KPI_DURATION_SOURCES(DURATIONS_SOURCE)

/*
 * Merges two tallies or partial states: also the operator +.
 */
static inline Datum
combine(FunctionCallInfo fcinfo, Datum state)
{
	return kpi_durations_merge(fcinfo, state, PG_GETARG_DATUM(1));
}

DURATIONS_CHANGE(kpi_durations_combine, combine)

/*
 * The moving rollup: a tally comes into the frame, and the oldest one leaves.
 */
PG_FUNCTION_INFO_V1(kpi_durations_moving_combine);
Datum
kpi_durations_moving_combine(PG_FUNCTION_ARGS)
{
	if (!kpi_in_aggregate(fcinfo))
		return kpi_durations_combine(fcinfo);
	return kpi_durations_push(fcinfo, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
}

PG_FUNCTION_INFO_V1(kpi_durations_uncombine);
Datum
kpi_durations_uncombine(PG_FUNCTION_ARGS)
{
	return kpi_durations_pop(PG_GETARG_DATUM(0));
}

/* ---------------------------------------------------------------------------
 * Questions.  All are NULL for an empty tally but the number of durations.
 * ---------------------------------------------------------------------------
 */

/*
 * The first argument.  As part of an aggregate it is a state whose values may
 * be reordered (FINALFUNC_MODIFY = SHAREABLE); moving states are only read.
 */
static KpiDurations
durations_argument(FunctionCallInfo fcinfo)
{
	return kpi_durations_read(PG_GETARG_DATUM(0), kpi_in_aggregate(fcinfo));
}

/*
 * Turns the state of durations_agg and rollup into a value.
 */
PG_FUNCTION_INFO_V1(kpi_durations_final);
Datum
kpi_durations_final(PG_FUNCTION_ARGS)
{
	KpiDurations durations = durations_argument(fcinfo);

	return kpi_durations_encode(&durations);
}

/*
 * Checks the fraction that a user has given for a percentile.
 */
static double
fraction_argument(FunctionCallInfo fcinfo)
{
	double		fraction = PG_GETARG_FLOAT8(1);

	if (!(fraction >= 0 && fraction <= 1))
		kpi_report_number("fraction", fraction, "not between 0 and 1", "The 90th percentile has the fraction 0.9.");
	return fraction;
}

static Datum
percentile(FunctionCallInfo fcinfo, double fraction)
{
	KpiDurations durations = durations_argument(fcinfo);

	if (durations.n == 0)
		PG_RETURN_NULL();
	return kpi_usec_to_interval(kpi_durations_percentile(&durations, fraction));
}

PG_FUNCTION_INFO_V1(kpi_durations_percentile_at);
Datum
kpi_durations_percentile_at(PG_FUNCTION_ARGS)
{
	return percentile(fcinfo, fraction_argument(fcinfo));
}

#define PERCENTILE(name, fraction) \
PG_FUNCTION_INFO_V1(kpi_durations_##name); \
Datum \
kpi_durations_##name(PG_FUNCTION_ARGS) \
{ \
	return percentile(fcinfo, fraction); \
} \
extern int	no_such_variable

PERCENTILE(min, 0);
PERCENTILE(median, 0.5);
PERCENTILE(p90, 0.9);
PERCENTILE(p95, 0.95);
PERCENTILE(p99, 0.99);
PERCENTILE(max, 1);

/*
 * A percentile with the order statistics that enclose it, in seconds; a limit
 * is NULL where there are too few durations for one.
 */
PG_FUNCTION_INFO_V1(kpi_durations_percentile_ci);
Datum
kpi_durations_percentile_ci(PG_FUNCTION_ARGS)
{
	double		fraction = fraction_argument(fcinfo);
	double		confidence = kpi_confidence(fcinfo, 2);
	KpiDurations durations = durations_argument(fcinfo);
	KpiEstimate estimate;
	int64		low;
	int64		high;

	if (durations.n == 0)
		PG_RETURN_NULL();
	kpi_order_statistics(durations.n, fraction, confidence, &low, &high);
	estimate.n = durations.n;
	estimate.value = (double) kpi_durations_percentile(&durations, fraction) / USECS_PER_SEC;
	estimate.low = low < 1 ? NAN : (double) kpi_durations_at(&durations, low - 1) / USECS_PER_SEC;
	estimate.high = high > durations.n ? NAN : (double) kpi_durations_at(&durations, high - 1) / USECS_PER_SEC;
	return kpi_estimate(fcinfo, estimate);
}

PG_FUNCTION_INFO_V1(kpi_durations_total);
Datum
kpi_durations_total(PG_FUNCTION_ARGS)
{
	KpiDurations durations = durations_argument(fcinfo);

	if (durations.n == 0)
		PG_RETURN_NULL();
	return kpi_usec_to_interval(kpi_durations_sum(&durations));
}

/*
 * The mean, to the nearest microsecond, halves up, as kpi_ratio has it.
 */
PG_FUNCTION_INFO_V1(kpi_durations_avg);
Datum
kpi_durations_avg(PG_FUNCTION_ARGS)
{
	KpiDurations durations = durations_argument(fcinfo);

	if (durations.n == 0)
		PG_RETURN_NULL();
	return kpi_usec_to_interval((kpi_durations_sum(&durations) + durations.n / 2) / durations.n);
}

PG_FUNCTION_INFO_V1(kpi_durations_n);
Datum
kpi_durations_n(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(durations_argument(fcinfo).n);
}

/*
 * Durations at or under a target, in percent.
 */
PG_FUNCTION_INFO_V1(kpi_durations_share_within);
Datum
kpi_durations_share_within(PG_FUNCTION_ARGS)
{
	KpiDurations durations = durations_argument(fcinfo);
	int64		target = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1));

	if (durations.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(100.0 * (double) kpi_durations_count_within(&durations, target) / (double) durations.n);
}

/*
 * Whether percentiles are those of the very durations: up to KPI_EXACT_LIMIT of
 * them, or always in the state of an exact percentile.
 */
PG_FUNCTION_INFO_V1(kpi_durations_is_exact);
Datum
kpi_durations_is_exact(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(durations_argument(fcinfo).sketch == NULL);
}

/*
 * How far a percentile may be off, as a share of it: nothing while exact.
 */
PG_FUNCTION_INFO_V1(kpi_durations_relative_error);
Datum
kpi_durations_relative_error(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(durations_argument(fcinfo).sketch ? KPI_SKETCH_RELATIVE_ERROR : 0);
}

static void
append_seconds(StringInfo json, const char *key, KpiDurations *durations, double fraction)
{
	appendStringInfo(json, ", \"%s\": ", key);
	kpi_millionths_append(json, kpi_durations_percentile(durations, fraction));
}

PG_FUNCTION_INFO_V1(kpi_durations_to_jsonb);
Datum
kpi_durations_to_jsonb(PG_FUNCTION_ARGS)
{
	KpiDurations durations = durations_argument(fcinfo);
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"n\": " INT64_FORMAT, durations.n);
	if (durations.n > 0)
	{
		appendStringInfoString(&json, ", \"total_seconds\": ");
		kpi_millionths_append(&json, kpi_durations_sum(&durations));
		append_seconds(&json, "min_seconds", &durations, 0);
		append_seconds(&json, "median_seconds", &durations, 0.5);
		append_seconds(&json, "p90_seconds", &durations, 0.9);
		append_seconds(&json, "p95_seconds", &durations, 0.95);
		append_seconds(&json, "p99_seconds", &durations, 0.99);
		append_seconds(&json, "max_seconds", &durations, 1);
	}
	appendStringInfoChar(&json, '}');
	return kpi_jsonb(&json);
}
