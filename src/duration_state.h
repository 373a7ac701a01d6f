/*
 * duration_state.h
 *		kpi_durations as the state of an aggregate.
 */
#ifndef KPI_DURATION_STATE_H
#define KPI_DURATION_STATE_H

#include "duration_value.h"

extern KpiDurations kpi_durations_read(Datum datum, bool in_place);
extern Datum kpi_durations_canonical(Datum datum);

/* a state that grows */
extern Datum kpi_durations_append(Datum state, MemoryContext context, int64 value);
extern Datum kpi_durations_merge(Datum state, MemoryContext context, Datum other);

/* a state of a moving window: values that come and go */
extern Datum kpi_durations_insert(Datum state, MemoryContext context, int64 value);
extern Datum kpi_durations_remove(Datum state, MemoryContext context, int64 value);

/* a state of a moving window: tallies that come, and go in the same order */
extern Datum kpi_durations_push(Datum state, MemoryContext context, Datum tally);
extern Datum kpi_durations_pop(Datum state);

#endif							/* KPI_DURATION_STATE_H */
