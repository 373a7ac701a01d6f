/*
 * durations.c
 *		The type kpi_durations, a distribution of durations: input, output and
 *		comparison.
 *
 * Text form, in seconds:
 *
 *		{0.5,60x3,86400}		all values in ascending order; x3: three times
 *		{0.5..86400/91234.5:0.499712x12,...}
 *								buckets: minimum..maximum/sum, then the smallest
 *								possible value of each bucket and its count
 *		exact{0.5,60x3,86400}	the state of an exact percentile: all values,
 *								without a limit on their number
 */
#include "duration_state.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "scan.h"

/*
 * Distinct values and how often each occurs, as read from text.
 */
typedef struct Counted
{
	int64		n;				/* pairs */
	int64		room;
	int64	   *values;
	int64	   *counts;
} Counted;

/*
 * Reads a duration in seconds.  Returns false if there is none.
 */
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
 * Reads "value x count, ..." up to the closing brace.  Returns NULL, or an
 * error detail.
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
			return "Expected a count after \"x\".";
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
 * Stores values with their counts.  The values of a long tally go directly to
 * buckets, so a short literal cannot require much memory.  Returns NULL, or an
 * error detail.
 */
static const char *
take_counted(const Counted *counted, KpiDurations *durations)
{
	int64		i;

	for (i = 0; i < counted->n; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (pg_add_s64_overflow(durations->n, counted->counts[i], &durations->n))
			return "The counts together exceed a bigint.";
	}
	if (durations->unlimited && durations->n > MAX_FLAT_VALUES)
		return "There are too many durations for an exact percentile.";

	if (!durations->unlimited && durations->n > KPI_EXACT_LIMIT)
	{
		durations->sketch = kpi_sketch_create();
		for (i = 0; i < counted->n; i++)
		{
			if (i % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
			kpi_sketch_add_many(durations->sketch, counted->values[i], counted->counts[i]);
		}
		return NULL;
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
	return NULL;
}

/*
 * kpi_durations_in(cstring) returns kpi_durations
 *
 * Reads the text form.  Strict.
 */
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
				return kpi_scan_failed(&scan,
									   "Expected maximum, sum and buckets, as in {0.5..86400/91234.5:0.499712x12}.");
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
		problem = take_counted(&counted, &durations);
	if (problem)
		return kpi_scan_failed(&scan, problem);
	return kpi_durations_encode(&durations);
}

/*
 * Appends "value" or "valuexcount", behind a separator.
 */
static void
append_counted(StringInfo text, const char *separator, int64 value, int64 count)
{
	appendStringInfoString(text, separator);
	kpi_millionths_append(text, value);
	if (count > 1)
		appendStringInfo(text, "x" INT64_FORMAT, count);
}

/*
 * Appends all values.  May sort the array.
 */
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

/*
 * Appends the exact figures of a sketch and its buckets.
 */
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

/*
 * kpi_durations_out(kpi_durations) returns cstring
 *
 * Returns the text form.  Strict.
 */
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

/*
 * kpi_durations_recv(internal) returns kpi_durations
 *
 * Reads a binary message, which must be canonical.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_durations_recv);
Datum
kpi_durations_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;

	return kpi_durations_from_bytes(pq_getmsgbytes(message, length), length);
}

/*
 * kpi_durations_send(kpi_durations) returns bytea
 *
 * Returns the binary message, the canonical form.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_durations_send);
Datum
kpi_durations_send(PG_FUNCTION_ARGS)
{
	struct varlena *canonical = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(0)));
	StringInfoData message;

	/* the canonical form is a byte stream that is the same on every machine */
	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(canonical), VARSIZE_ANY_EXHDR(canonical));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Compares bytes: equal distributions have the same canonical form.
 */
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

/*
 * kpi_durations_eq(kpi_durations, kpi_durations) returns boolean
 *
 * Tests for equality.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_durations_eq);
Datum
kpi_durations_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(durations_equal(fcinfo));
}

/*
 * kpi_durations_ne(kpi_durations, kpi_durations) returns boolean
 *
 * Tests for inequality.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_durations_ne);
Datum
kpi_durations_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!durations_equal(fcinfo));
}

/*
 * kpi_durations_hash(kpi_durations) returns integer
 *
 * Returns a hash value.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_durations_hash);
Datum
kpi_durations_hash(PG_FUNCTION_ARGS)
{
	struct varlena *canonical = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(0)));

	return hash_any((unsigned char *) VARDATA_ANY(canonical), VARSIZE_ANY_EXHDR(canonical));
}

/*
 * kpi_durations_hash_extended(kpi_durations, seed bigint) returns bigint
 *
 * Returns a hash value for a seed.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_durations_hash_extended);
Datum
kpi_durations_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *canonical = (struct varlena *)
		DatumGetPointer(kpi_durations_canonical(PG_GETARG_DATUM(0)));

	return hash_any_extended((unsigned char *) VARDATA_ANY(canonical),
							 VARSIZE_ANY_EXHDR(canonical), PG_GETARG_INT64(1));
}
