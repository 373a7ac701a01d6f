/*
 * duration_accumulator.c
 *		A growing set of durations: an array until it is too long, then
 *		buckets.
 */
#include "duration_accumulator.h"

#include "duration_select.h"
#include "utils/memutils.h"

/* initial room; shorter arrays are working arrays (duration_state.c) */
#define FIRST_ROOM 2046

/* from this length on an array grows by half, instead of doubling */
#define LARGE_ARRAY (1024 * 1024)

/* values are collected in a buffer of this size and counted together */
#define BUFFER_ROOM 128

/*
 * Makes room for n more values.  The array may become longer than a flat datum
 * can be: that limit is checked when the array is flattened.
 */
static void
reserve(KpiAccumulator *grown, int64 n)
{
	int64		needed = grown->n + n;
	int64		room;

	if (needed <= grown->room)
		return;
	room = grown->room < LARGE_ARRAY ? grown->room * 2 : grown->room + grown->room / 2;
	room = Max(needed, Max(room, FIRST_ROOM));
	if (!grown->unlimited)
		room = KPI_EXACT_LIMIT;	/* the caller never wants more */
	if ((Size) room > MaxAllocHugeSize / sizeof(int64))
		kpi_report_too_many(needed);
	if (grown->values)
		grown->values = repalloc_huge(grown->values, room * sizeof(int64));
	else
		grown->values = MemoryContextAllocHuge(grown->context, room * sizeof(int64));
	grown->room = room;
}

/*
 * Counts the values of the array in buckets, and empties the array.
 */
static void
flush(KpiAccumulator *grown)
{
	if (grown->sketch == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(grown->context);

		grown->sketch = kpi_sketch_create();
		MemoryContextSwitchTo(caller);
	}
	if (!kpi_sketch_add_all(grown->sketch, grown->values, grown->n))
		kpi_report_overflow("kpi_durations");
	grown->n = 0;
	if (grown->room != BUFFER_ROOM)
	{
		if (grown->values)
			pfree(grown->values);
		grown->values = MemoryContextAlloc(grown->context, BUFFER_ROOM * sizeof(int64));
		grown->room = BUFFER_ROOM;
	}
}

/*
 * Makes room for at least one more value.
 */
void
kpi_accumulator_make_room(KpiAccumulator *grown)
{
	if (grown->sketch || (grown->n >= KPI_EXACT_LIMIT && !grown->unlimited))
		flush(grown);
	else
		reserve(grown, 1);
}

/*
 * Returns the durations of an accumulator.  The array is not copied: it is
 * valid until the next change, and the caller may reorder it.
 */
KpiDurations
kpi_accumulator_read(KpiAccumulator *grown)
{
	KpiDurations durations = {0};

	durations.unlimited = grown->unlimited;
	if (grown->sketch)
	{
		flush(grown);
		durations.sketch = grown->sketch;
		durations.n = kpi_sketch_size(grown->sketch);
	}
	else
	{
		durations.values = grown->values;
		durations.n = grown->n;
	}
	return durations;
}

/*
 * Merges a distribution, which is only read, into an accumulator.
 */
void
kpi_accumulator_merge(KpiAccumulator *grown, KpiDurations *other)
{
	kpi_durations_require_kind(other, grown->unlimited ? DURATION_UNLIMITED : 0);
	if (other->n == 0)
		return;
	if (!grown->unlimited && grown->sketch == NULL &&
		(other->sketch || other->n > KPI_EXACT_LIMIT - grown->n))
		flush(grown);

	if (other->set)
		kpi_durations_sorted(other);
	if (grown->sketch == NULL)
	{
		reserve(grown, other->n);
		kpi_copy_values(grown->values + grown->n, other->values, other->n);
		grown->n += other->n;
		return;
	}

	if (!(other->sketch ? kpi_sketch_merge(grown->sketch, other->sketch) :
		  kpi_sketch_add_all(grown->sketch, other->values, other->n)))
		kpi_report_overflow("kpi_durations");
}

/*
 * Merges a flat datum of any form, which is only read.  If both have buckets,
 * they are counted while they are decoded.  This makes merging thousands of
 * stored tallies fast.
 */
void
kpi_accumulator_merge_flat(KpiAccumulator *grown, Datum other)
{
	KpiDurations durations;

	if (grown->sketch)
	{
		FlatDurations flat = kpi_durations_open(other);

		if (flat.header.form == FORM_BUCKETS)
		{
			const char *problem = kpi_sketch_decode_into(grown->sketch, flat.bytes, flat.length);

			if (problem)
			{
				/* if the datum is damaged, reading it separately reports that */
				(void) kpi_durations_read_flat(other, true);
				kpi_report_overflow("kpi_durations");
			}
			return;
		}
	}
	durations = kpi_durations_read_flat(other, true);
	kpi_accumulator_merge(grown, &durations);
}
