/*
 * duration_accumulator.h
 *		Durations that become more and more: values first, buckets later.
 */
#ifndef KPI_DURATION_ACCUMULATOR_H
#define KPI_DURATION_ACCUMULATOR_H

#include "duration_value.h"

/*
 * Values that grow, in a memory context of their own choice.  Zeroed but for the
 * context, it is empty.  Once there is a sketch, the array is but its buffer.
 */
typedef struct KpiAccumulator
{
	MemoryContext context;
	bool		unlimited;
	int64		n;				/* values in the array */
	int64		room;
	int64	   *values;
	KpiSketch  *sketch;
} KpiAccumulator;

extern void kpi_accumulator_make_room(KpiAccumulator *grown);
extern void kpi_accumulator_merge(KpiAccumulator *grown, KpiDurations *other);
extern void kpi_accumulator_merge_flat(KpiAccumulator *grown, Datum other);
extern KpiDurations kpi_accumulator_read(KpiAccumulator *grown);

/*
 * Adds a value.
 */
static inline void
kpi_accumulator_add(KpiAccumulator *grown, int64 value)
{
	if (unlikely(grown->n == grown->room))
		kpi_accumulator_make_room(grown);
	grown->values[grown->n++] = value;
}

#endif							/* KPI_DURATION_ACCUMULATOR_H */
