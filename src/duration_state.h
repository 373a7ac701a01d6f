/*
 * duration_state.h
 *		kpi_durations as the state of an aggregate.
 */
#ifndef KPI_DURATION_STATE_H
#define KPI_DURATION_STATE_H

#include "duration_value.h"

extern KpiDurations kpi_durations_read(Datum datum, bool borrow);
extern Datum kpi_durations_canonical(Datum datum);

/*
 * Changes of a state.  They return the state to go on with, which lives in the
 * context of the aggregate that fcinfo is called for.
 */

/* a state that grows */
extern Datum kpi_durations_append(FunctionCallInfo fcinfo, Datum state, int64 value);
extern Datum kpi_durations_merge(FunctionCallInfo fcinfo, Datum state, Datum other);

/* a state of a moving window: values that come and go */
extern Datum kpi_durations_insert(FunctionCallInfo fcinfo, Datum state, int64 value);
extern Datum kpi_durations_remove(FunctionCallInfo fcinfo, Datum state, int64 value);

/* a state of a moving window: tallies that come, and go in the same order */
extern Datum kpi_durations_push(FunctionCallInfo fcinfo, Datum state, Datum tally);
extern Datum kpi_durations_pop(Datum state);

#endif							/* KPI_DURATION_STATE_H */
