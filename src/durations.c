/*
 * durations.c
 *		kpi_durations: a distribution of durations, and the KPIs that are
 *		percentiles.
 *
 * Text form: {seconds,...} ascending, with "x count" behind a value that occurs
 * more than once, as in {0.5,60x3,86400}.
 */
#include "duration_state.h"

#include "common/hashfn.h"
#include "elapsed.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "scan.h"
#include "utils/builtins.h"

#include <math.h>

PG_FUNCTION_INFO_V1(kpi_durations_in);
Datum
kpi_durations_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "kpi_durations");
	int64		n = 0;
	int64		room = 16;
	int64	   *values = kpi_durations_allocate(room);
	int128		last = 0;

	if (!kpi_scan_char(&scan, '{'))
		return kpi_scan_failed(&scan, "Expected \"{\", as in {0.5,60x3,86400}.");
	if (!kpi_scan_char(&scan, '}'))
	{
		do
		{
			int128		value;
			int64		count = 1;

			if (!kpi_scan_millionths(&scan, &value) || value < 0 || value > PG_INT64_MAX)
				return kpi_scan_failed(&scan, "Expected a duration in seconds with at most six decimals.");
			if (value < last)
				return kpi_scan_failed(&scan, "Durations must ascend.");
			if (kpi_scan_char(&scan, 'x') &&
				(!kpi_scan_count(&scan, &count) || count < 1 || count > PG_INT64_MAX - n))
				return kpi_scan_failed(&scan, "Expected how often the duration occurs after \"x\".");
			last = value;

			if (n + count > room)
			{
				int64	   *more;

				room = Max(n + count, room * 2);
				more = kpi_durations_allocate(room);
				memcpy(more, values, n * sizeof(int64));
				pfree(values);
				values = more;
			}
			CHECK_FOR_INTERRUPTS();
			while (count-- > 0)
				values[n++] = (int64) value;
		} while (kpi_scan_char(&scan, ','));
		if (!kpi_scan_char(&scan, '}'))
			return kpi_scan_failed(&scan, "Expected \",\" or \"}\".");
	}
	if (!kpi_scan_end(&scan))
		return kpi_scan_failed(&scan, "Junk after closing brace.");
	return kpi_durations_encode(values, n);
}

PG_FUNCTION_INFO_V1(kpi_durations_out);
Datum
kpi_durations_out(PG_FUNCTION_ARGS)
{
	KpiDurations durations = kpi_durations_read(PG_GETARG_DATUM(0), false);
	const int64 *sorted = kpi_durations_sorted(&durations);
	StringInfoData text;
	int64		i = 0;

	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	while (i < durations.n)
	{
		int64		first = i;

		CHECK_FOR_INTERRUPTS();
		while (i < durations.n && sorted[i] == sorted[first])
			i++;
		if (first > 0)
			appendStringInfoChar(&text, ',');
		kpi_millionths_append(&text, sorted[first]);
		if (i - first > 1)
			appendStringInfo(&text, "x" INT64_FORMAT, i - first);
	}
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
 * Transitions
 * ---------------------------------------------------------------------------
 */

/*
 * Adds values to the first argument: to the state when called as part of an
 * aggregate, otherwise to a copy, which is returned in canonical form.
 */
static Datum
add_values(FunctionCallInfo fcinfo, const int64 *values, int64 n)
{
	MemoryContext context;

	if (AggCheckCallContext(fcinfo, &context))
		return kpi_durations_append(PG_GETARG_DATUM(0), context, values, n);

	/* the copy must not be mistaken for a state, so it starts without room */
	return kpi_durations_canonical(kpi_durations_append(kpi_durations_canonical(PG_GETARG_DATUM(0)),
														CurrentMemoryContext, values, n));
}

/*
 * The moving state that the first argument is, or becomes; a canonical copy when
 * called by hand.
 */
static KpiMultiset *
moving_state(FunctionCallInfo fcinfo, Datum *state, MemoryContext *set_context)
{
	MemoryContext context = CurrentMemoryContext;

	*state = PG_GETARG_DATUM(0);
	if (!AggCheckCallContext(fcinfo, &context))
		*state = kpi_durations_canonical(*state);
	return kpi_durations_moving(state, context, set_context);
}

static Datum
return_moving(FunctionCallInfo fcinfo, Datum state)
{
	return AggCheckCallContext(fcinfo, NULL) ? state : kpi_durations_canonical(state);
}

static Datum
insert_values(FunctionCallInfo fcinfo, const int64 *values, int64 n)
{
	Datum		state;
	MemoryContext set_context;
	KpiMultiset *set = moving_state(fcinfo, &state, &set_context);
	MemoryContext caller = MemoryContextSwitchTo(set_context);

	while (n-- > 0)
		kpi_multiset_insert(set, *values++);
	MemoryContextSwitchTo(caller);
	return return_moving(fcinfo, state);
}

static Datum
remove_values(FunctionCallInfo fcinfo, const int64 *values, int64 n)
{
	Datum		state;
	MemoryContext set_context;
	KpiMultiset *set = moving_state(fcinfo, &state, &set_context);

	while (n-- > 0)
		if (!kpi_multiset_remove(set, *values++))
			kpi_report_underflow("kpi_durations");
	return return_moving(fcinfo, state);
}

/*
 * The state is NULL only when somebody calls the function so by hand.
 */
#define DURATIONS_TRANSITION(name, source, apply) \
PG_FUNCTION_INFO_V1(kpi_durations_##name##_##source); \
Datum \
kpi_durations_##name##_##source(PG_FUNCTION_ARGS) \
{ \
	int64		usec; \
\
	if (PG_ARGISNULL(0)) \
		PG_RETURN_NULL(); \
	if (!kpi_duration_##source(fcinfo, &usec)) \
		PG_RETURN_DATUM(PG_GETARG_DATUM(0)); \
	return apply(fcinfo, &usec, 1); \
}

#define DURATIONS_SOURCE(source) \
	DURATIONS_TRANSITION(accum, source, add_values) \
	DURATIONS_TRANSITION(moving_accum, source, insert_values) \
	DURATIONS_TRANSITION(discard, source, remove_values)

KPI_DURATION_SOURCES(DURATIONS_SOURCE)

/*
 * Merging two tallies: also the operator +.  The second one is only read.
 */
#define DURATIONS_MERGE(name, apply) \
PG_FUNCTION_INFO_V1(kpi_durations_##name); \
Datum \
kpi_durations_##name(PG_FUNCTION_ARGS) \
{ \
	KpiDurations other = kpi_durations_read(PG_GETARG_DATUM(1), false); \
\
	if (other.set) \
		kpi_durations_sorted(&other); \
	return apply(fcinfo, other.values, other.n); \
} \
extern int	no_such_variable

DURATIONS_MERGE(combine, add_values);
DURATIONS_MERGE(moving_combine, insert_values);
DURATIONS_MERGE(uncombine, remove_values);

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
	return kpi_durations_read(PG_GETARG_DATUM(0), AggCheckCallContext(fcinfo, NULL) != 0);
}

/*
 * Turns the state of durations_agg and rollup into a value.
 */
PG_FUNCTION_INFO_V1(kpi_durations_final);
Datum
kpi_durations_final(PG_FUNCTION_ARGS)
{
	KpiDurations durations = durations_argument(fcinfo);

	return kpi_durations_encode(kpi_durations_sorted(&durations), durations.n);
}

static Datum
percentile(FunctionCallInfo fcinfo, double fraction)
{
	KpiDurations durations;

	if (isnan(fraction) || fraction < 0 || fraction > 1)
	{
		StringInfoData text;

		initStringInfo(&text);
		kpi_double_append(&text, fraction);
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("fraction %s is not between 0 and 1", text.data),
				 errhint("The 90th percentile has the fraction 0.9.")));
	}
	durations = durations_argument(fcinfo);
	if (durations.n == 0)
		PG_RETURN_NULL();
	return kpi_usec_to_interval(kpi_durations_percentile(&durations, fraction));
}

PG_FUNCTION_INFO_V1(kpi_durations_percentile_at);
Datum
kpi_durations_percentile_at(PG_FUNCTION_ARGS)
{
	return percentile(fcinfo, PG_GETARG_FLOAT8(1));
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

static int128
sum_values(KpiDurations *durations)
{
	const int64 *values = kpi_durations_sorted(durations);
	int128		sum = 0;
	int64		i;

	for (i = 0; i < durations->n; i++)
		sum += values[i];
	return sum;
}

PG_FUNCTION_INFO_V1(kpi_durations_total);
Datum
kpi_durations_total(PG_FUNCTION_ARGS)
{
	KpiDurations durations = durations_argument(fcinfo);

	if (durations.n == 0)
		PG_RETURN_NULL();
	return kpi_usec_to_interval(sum_values(&durations));
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
	return kpi_usec_to_interval((sum_values(&durations) + durations.n / 2) / durations.n);
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
	const int64 *values;
	int64		within = 0;

	if (durations.n == 0)
		PG_RETURN_NULL();
	values = kpi_durations_sorted(&durations);
	while (within < durations.n && values[within] <= target)
		within++;
	PG_RETURN_FLOAT8(100.0 * (double) within / (double) durations.n);
}

/*
 * Whether percentiles are those of the very durations: so far always.
 */
PG_FUNCTION_INFO_V1(kpi_durations_is_exact);
Datum
kpi_durations_is_exact(PG_FUNCTION_ARGS)
{
	(void) durations_argument(fcinfo);
	PG_RETURN_BOOL(true);
}

/*
 * How far a percentile may be off, as a share of it: nothing while exact.
 */
PG_FUNCTION_INFO_V1(kpi_durations_relative_error);
Datum
kpi_durations_relative_error(PG_FUNCTION_ARGS)
{
	(void) durations_argument(fcinfo);
	PG_RETURN_FLOAT8(0);
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
		kpi_millionths_append(&json, sum_values(&durations));
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
