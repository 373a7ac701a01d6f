/*
 * durations_transitions.c
 *		kpi_durations: how rows and tallies enter a state and leave it.
 *
 * As part of an aggregate these functions change the state in place.  In a plain
 * call they work on a copy of the first argument and return it in canonical form.
 */
#include "duration_state.h"

#include "duration_sources.h"

/*
 * Makes an SQL function that changes its first argument, of
 *
 *		Datum steps(FunctionCallInfo fcinfo, Datum state)
 *
 * which returns the changed state.  As with KPI_TALLY_CHANGE, plain calls are
 * handled by a function of their own, so that the frequent case saves no
 * registers.  No aggregate of ours has a NULL state.
 */
#define DURATIONS_CHANGE(function, steps) \
static pg_noinline Datum \
function##_copy(FunctionCallInfo fcinfo) \
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
		return function##_copy(fcinfo); \
	return steps(fcinfo, PG_GETARG_DATUM(0)); \
}

/*
 * Makes a function that applies the duration of a row, if it has one, to a state.
 */
#define DURATIONS_TRANSITION(function, source, apply) \
static inline Datum \
function##_steps(FunctionCallInfo fcinfo, Datum state) \
{ \
	int64		usec; \
\
	if (!kpi_duration_##source(fcinfo, &usec)) \
		return state; \
	return apply(fcinfo, state, usec); \
} \
\
DURATIONS_CHANGE(function, function##_steps)

/*
 * Makes the transitions of one source of durations (elapsed.h): for a state that
 * grows, for that of a moving window, and the inverse of the latter.
 */
#define DURATIONS_SOURCE(accum, moving_accum, discard, source) \
	DURATIONS_TRANSITION(accum, source, kpi_durations_append) \
	DURATIONS_TRANSITION(moving_accum, source, kpi_durations_insert) \
	DURATIONS_TRANSITION(discard, source, kpi_durations_remove)

DURATIONS_SOURCE(kpi_durations_accum_interval,
				 kpi_durations_moving_accum_interval,
				 kpi_durations_discard_interval, interval)
DURATIONS_SOURCE(kpi_durations_accum_instants,
				 kpi_durations_moving_accum_instants,
				 kpi_durations_discard_instants, instants)
DURATIONS_SOURCE(kpi_durations_accum_dates,
				 kpi_durations_moving_accum_dates,
				 kpi_durations_discard_dates, dates)
DURATIONS_SOURCE(kpi_durations_accum_parts,
				 kpi_durations_moving_accum_parts,
				 kpi_durations_discard_parts, parts)
DURATIONS_SOURCE(kpi_durations_accum_business_instants,
				 kpi_durations_moving_accum_business_instants,
				 kpi_durations_discard_business_instants, business_instants)
DURATIONS_SOURCE(kpi_durations_accum_business_dates,
				 kpi_durations_moving_accum_business_dates,
				 kpi_durations_discard_business_dates, business_dates)

/*
 * Merges two tallies or partial states.  Also the operator +.
 */
static inline Datum
combine(FunctionCallInfo fcinfo, Datum state)
{
	return kpi_durations_merge(fcinfo, state, PG_GETARG_DATUM(1));
}

DURATIONS_CHANGE(kpi_durations_combine, combine)

/*
 * Moving rollup: adds the tally that enters the frame.
 */
PG_FUNCTION_INFO_V1(kpi_durations_moving_combine);
Datum
kpi_durations_moving_combine(PG_FUNCTION_ARGS)
{
	if (!kpi_in_aggregate(fcinfo))
		return kpi_durations_combine(fcinfo);
	return kpi_durations_push(fcinfo, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
}

/*
 * Moving rollup: removes the oldest tally.
 */
PG_FUNCTION_INFO_V1(kpi_durations_uncombine);
Datum
kpi_durations_uncombine(PG_FUNCTION_ARGS)
{
	return kpi_durations_pop(fcinfo, PG_GETARG_DATUM(0));
}
