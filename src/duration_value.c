/*
 * duration_value.c
 *		kpi_durations as a value: its layouts, and its figures.
 *
 * A flat datum has one of three forms after its header:
 *
 * - Two canonical forms, which are stored and sent: all values up to
 *	 KPI_EXACT_LIMIT (duration_codec.c), and buckets for more
 *	 (duration_sketch.c).  The form depends only on the number of values, so the
 *	 same values have the same bytes.  Both are byte streams that are the same on
 *	 every machine.
 * - A working array without order, the state of an aggregate (duration_state.c).
 *	 It is also accepted as a value, in case it leaves its aggregate.  It is
 *	 encoded before it is compared, sent or returned.
 *
 * The states of one-shot percentiles are unlimited: they keep every value.  A
 * flag distinguishes them from tallies.
 */
#include "duration_value.h"

#include "duration_codec.h"
#include "duration_select.h"
#include "miscadmin.h"

/*
 * Reports more durations than fit into one allocation.
 */
void
kpi_report_too_many(int64 n)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many durations for an exact percentile"),
			 errdetail("There are " INT64_FORMAT " durations, and a value can hold " INT64_FORMAT ".",
					   n, MAX_FLAT_VALUES),
			 errhint("Use a tally, which has no such limit: "
					 "percentile(durations_agg(...), 0.9) has an error of at most 0.4 %%.")));
}

/*
 * Allocates n values in the current context.  Raises an error if a datum
 * cannot contain them.
 */
int64 *
kpi_durations_allocate(int64 n)
{
	if (n > MAX_FLAT_VALUES)
		kpi_report_too_many(n);
	return palloc(Max(n, 1) * sizeof(int64));
}

/*
 * Checks that durations may be merged into a state with the given flags.
 */
void
kpi_durations_require_kind(const KpiDurations *durations, uint8 flags)
{
	if (durations->unlimited != ((flags & DURATION_UNLIMITED) != 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge the state of an exact percentile with a tally"),
				 errhint("Create tallies with durations_agg.")));
}

/*
 * Tests whether the library can have written a header.
 */
static bool
header_is_known(DurationHeader header)
{
	if (header.version != KPI_FORMAT_VERSION || header.reserved != 0)
		return false;
	if (header.form == FORM_BUCKETS)
		return header.flags == 0;
	return (header.form == FORM_EXACT || header.form == FORM_WORKING) &&
		(header.flags & ~DURATION_UNLIMITED) == 0;
}

/*
 * Detoasts a flat datum and checks its header.
 */
FlatDurations
kpi_durations_open(Datum datum)
{
	FlatDurations flat;

	flat.datum = PG_DETOAST_DATUM_PACKED(datum);
	if (VARSIZE_ANY_EXHDR(flat.datum) < sizeof(DurationHeader))
		kpi_report_corrupted("kpi_durations", "It is too short.");
	memcpy(&flat.header, VARDATA_ANY(flat.datum), sizeof(DurationHeader));
	if (!header_is_known(flat.header))
		kpi_report_corrupted("kpi_durations", "Its format is unknown.");
	flat.bytes = (const uint8 *) VARDATA_ANY(flat.datum) + sizeof(DurationHeader);
	flat.length = VARSIZE_ANY_EXHDR(flat.datum) - sizeof(DurationHeader);
	return flat;
}

/*
 * Reads a flat datum.  With "borrow" the array may be part of the datum: the
 * caller must not change it, but may reorder it if the datum is the state of a
 * running aggregate.  Otherwise the array is a copy.
 */
KpiDurations
kpi_durations_read_flat(Datum datum, bool borrow)
{
	FlatDurations flat = kpi_durations_open(datum);
	KpiDurations durations = {0};
	const char *problem = NULL;

	durations.unlimited = (flat.header.flags & DURATION_UNLIMITED) != 0;
	switch ((DurationForm) flat.header.form)
	{
		case FORM_EXACT:
			problem = kpi_exact_count(flat.bytes, flat.length, &durations.n);
			if (problem)
				break;
			durations.values = kpi_durations_allocate(durations.n);
			durations.sorted = true;
			problem = kpi_exact_decode(flat.bytes, flat.length, durations.n, durations.values);
			break;

		case FORM_BUCKETS:
			durations.sketch = kpi_sketch_create();
			problem = kpi_sketch_decode_into(durations.sketch, flat.bytes, flat.length);
			durations.n = kpi_sketch_size(durations.sketch);
			break;

		case FORM_WORKING:
			if (flat.length >= sizeof(int64))
				memcpy(&durations.n, flat.bytes, sizeof(int64));
			else
				durations.n = -1;
			if (durations.n < 0 || (uint64) durations.n > flat.length / sizeof(int64) - 1)
				problem = "There are fewer values than announced.";
			/* a state is aligned, but a datum from another process may not be */
			else if (borrow && (uintptr_t) flat.bytes % sizeof(int64) == 0)
				durations.values = (int64 *) (flat.bytes + sizeof(int64));
			else
			{
				durations.values = kpi_durations_allocate(durations.n);
				kpi_copy_values(durations.values, flat.bytes + sizeof(int64), durations.n);
			}
			break;
	}
	if (problem)
		kpi_report_corrupted("kpi_durations", problem);
	return durations;
}

/*
 * Returns a canonical datum.  May sort the array.
 */
Datum
kpi_durations_encode(KpiDurations *durations)
{
	DurationHeader header = {KPI_FORMAT_VERSION, FORM_EXACT, 0, 0};
	KpiSketch  *sketch = durations->sketch;
	const int64 *sorted = NULL;
	size_t		length;
	size_t		size;
	struct varlena *result;
	uint8	   *body;

	if (durations->unlimited)
		header.flags = DURATION_UNLIMITED;
	if (sketch == NULL)
		sorted = kpi_durations_sorted(durations);
	if (sketch == NULL && !durations->unlimited && durations->n > KPI_EXACT_LIMIT)
	{
		sketch = kpi_sketch_create();
		kpi_sketch_add_all(sketch, sorted, durations->n);
	}

	if (sketch)
	{
		header.form = FORM_BUCKETS;
		length = kpi_sketch_encode(sketch, NULL);
	}
	else
		length = kpi_exact_encode(sorted, durations->n, NULL);
	size = VARHDRSZ + sizeof(DurationHeader) + length;
	if (!AllocSizeIsValid(size))
		kpi_report_too_many(durations->n);
	result = palloc(size);
	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), &header, sizeof(DurationHeader));
	body = (uint8 *) VARDATA(result) + sizeof(DurationHeader);
	if (sketch)
		kpi_sketch_encode(sketch, body);
	else
		kpi_exact_encode(sorted, durations->n, body);
	return PointerGetDatum(result);
}

/*
 * Returns a canonical datum of received bytes.  Raises an error if they are
 * not canonical.
 */
Datum
kpi_durations_from_bytes(const char *bytes, int length)
{
	const uint8 *body = (const uint8 *) bytes + sizeof(DurationHeader);
	size_t		body_length = length - sizeof(DurationHeader);
	DurationHeader header;
	const char *problem;
	struct varlena *result;

	if (length < (int) sizeof(DurationHeader))
		kpi_report_received("kpi_durations", "It is too short.");
	memcpy(&header, bytes, sizeof(DurationHeader));
	if (!header_is_known(header) || header.form == FORM_WORKING)
		kpi_report_received("kpi_durations", "Its format is unknown.");
	if (header.form == FORM_BUCKETS)
		problem = kpi_sketch_decode_into(kpi_sketch_create(), body, body_length);
	else
	{
		int64		n = 0;

		problem = kpi_exact_count(body, body_length, &n);
		if (problem == NULL && n > MAX_FLAT_VALUES)
			kpi_report_too_many(n);
		if (problem == NULL && header.flags == 0 && n > KPI_EXACT_LIMIT)
			problem = "There are too many values for the exact form.";
		if (problem == NULL)
			problem = kpi_exact_decode(body, body_length, n, NULL);
	}
	if (problem)
		kpi_report_received("kpi_durations", problem);

	result = palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), bytes, length);
	return PointerGetDatum(result);
}

/*
 * Returns the value of a 0-based rank.  May reorder the array.
 */
int64
kpi_durations_at(KpiDurations *durations, int64 rank)
{
	if (durations->sketch)
		return kpi_sketch_at(durations->sketch, rank);
	if (durations->set)
		return kpi_multiset_at(durations->set, rank);
	if (!durations->sorted)
		kpi_select(durations->values, durations->n, rank);
	return durations->values[rank];
}

/*
 * Returns the percentile of n >= 1 values for a fraction in 0..1, interpolated
 * between neighbours as percentile_cont does.  May reorder the array.
 */
int64
kpi_durations_percentile(KpiDurations *durations, double fraction)
{
	double		rank = fraction * (double) (durations->n - 1);
	/* beyond 2^53 values the product may round up past the last rank */
	int64		below = rank < (double) (durations->n - 1) ? (int64) rank : durations->n - 1;
	double		part = below < durations->n - 1 ? rank - (double) below : 0;
	int64		low;
	int64		high;

	/* moving windows need a percentile for every row */
	if (durations->set)
	{
		kpi_multiset_neighbours(durations->set, below, &low, &high);
		return kpi_interpolate(low, high, part);
	}
	low = kpi_durations_at(durations, below);
	if (part == 0)
		return low;
	if (durations->sketch || durations->sorted)
		high = kpi_durations_at(durations, below + 1);
	else						/* selection has left only greater ones behind "below" */
		high = kpi_minimum(durations->values + below + 1, durations->n - below - 1);
	return kpi_interpolate(low, high, part);
}

/*
 * Returns all values in ascending order.  They must not be in buckets.
 */
const int64 *
kpi_durations_sorted(KpiDurations *durations)
{
	Assert(durations->sketch == NULL);
	if (durations->set)
	{
		durations->values = kpi_durations_allocate(durations->n);
		kpi_multiset_values(durations->set, durations->values);
		durations->set = NULL;
	}
	else if (!durations->sorted)
		kpi_sort(durations->values, durations->n);
	durations->sorted = true;
	return durations->values;
}

/*
 * Returns the exact sum.
 */
int128
kpi_durations_sum(KpiDurations *durations)
{
	const int64 *values;
	int128		sum = 0;
	int64		i;

	if (durations->sketch)
		return kpi_sketch_sum(durations->sketch);
	values = durations->set ? kpi_durations_sorted(durations) : durations->values;
	for (i = 0; i < durations->n; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		sum += values[i];
	}
	return sum;
}

/*
 * Counts the durations at or under target: exactly, unless they are in
 * buckets.
 */
KpiWithin
kpi_durations_within(KpiDurations *durations, int64 target)
{
	const int64 *values;
	int64		within = 0;
	int64		i;

	if (durations->sketch)
		return kpi_sketch_within(durations->sketch, target);
	values = durations->set ? kpi_durations_sorted(durations) : durations->values;
	for (i = 0; i < durations->n; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		within += values[i] <= target;
	}
	return (KpiWithin) {(double) within, within, within};
}
