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
 * Functions that change a state.  They return the new state, in the context of
 * the aggregate that fcinfo is called for.
 */

/* states that grow */
extern Datum kpi_durations_append(FunctionCallInfo fcinfo, Datum state, int64 value);
extern Datum kpi_durations_merge(FunctionCallInfo fcinfo, Datum state, Datum other);

/* states of moving windows over values */
extern Datum kpi_durations_insert(FunctionCallInfo fcinfo, Datum state, int64 value);
extern Datum kpi_durations_remove(FunctionCallInfo fcinfo, Datum state, int64 value);

/* states of moving windows over tallies, which are removed in the order in which they were added */
extern Datum kpi_durations_push(FunctionCallInfo fcinfo, Datum state, Datum tally);
extern Datum kpi_durations_pop(FunctionCallInfo fcinfo, Datum state);

#endif							/* KPI_DURATION_STATE_H */
