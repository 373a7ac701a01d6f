/*
 * duration_accumulator.h
 *		A growing set of durations: an array until it is too long, then buckets.
 */
#ifndef KPI_DURATION_ACCUMULATOR_H
#define KPI_DURATION_ACCUMULATOR_H

#include "duration_value.h"

/*
 * A growing set of durations, in the given memory context.  Empty when all other
 * fields are zero.  When there is a sketch, the array is a buffer for it.
 */
typedef struct KpiAccumulator
{
	MemoryContext context;
	bool		unlimited;
	int64		n;				/* values in the array */
	int64		room;			/* values that fit into the array */
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
