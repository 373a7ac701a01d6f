/*
 * business_time.c
 *		The time that passes within business hours, and what else they are asked.
 *
 * Instants are UTC throughout: timestamptz and timestamp count the same
 * microseconds, and a date is its midnight.  Missing hours are around the clock.
 */
#include "business_hours.h"

#include "elapsed.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

/*
 * The open time from one instant to another: all of it when the argument
 * "hours" is NULL.  An error as in kpi_elapsed_usec.
 */
int64
kpi_business_usec(Timestamp started, Timestamp ended, FunctionCallInfo fcinfo, int hours)
{
	int64		elapsed = kpi_elapsed_usec(started, ended);

	if (PG_ARGISNULL(hours))
		return elapsed;
	return kpi_calendar_open_between(kpi_calendar_of(kpi_hours_argument(fcinfo, hours)), started, ended);
}

static Datum
hours_interval(int64 usec)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = usec;
	return PointerGetDatum(interval);
}

/*
 * Business time as interval, in hours and below: a business day is no day.
 */
static Datum
business_time(FunctionCallInfo fcinfo, Timestamp started, Timestamp ended)
{
	return hours_interval(kpi_business_usec(started, ended, fcinfo, 2));
}

static Datum
business_seconds(FunctionCallInfo fcinfo, Timestamp started, Timestamp ended)
{
	return Float8GetDatum((double) kpi_business_usec(started, ended, fcinfo, 2) / USECS_PER_SEC);
}

#define BUSINESS_TIME(pair, STARTED, ENDED) \
PG_FUNCTION_INFO_V1(kpi_business_time_##pair); \
Datum \
kpi_business_time_##pair(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) \
		PG_RETURN_NULL(); \
	return business_time(fcinfo, STARTED(0), ENDED(1)); \
} \
\
PG_FUNCTION_INFO_V1(kpi_business_seconds_##pair); \
Datum \
kpi_business_seconds_##pair(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) \
		PG_RETURN_NULL(); \
	return business_seconds(fcinfo, STARTED(0), ENDED(1)); \
}

KPI_INSTANT_PAIRS(BUSINESS_TIME)

/*
 * Reports an instant that no calendar knows.
 */
static void
require_finite(Timestamp at)
{
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("business hours cannot be asked at an infinite time")));
}

/*
 * The earliest instant at which the open time of argument 1 has passed.  False if
 * there is none, or none that a timestamp can hold.
 */
static bool
find_deadline(FunctionCallInfo fcinfo, Timestamp started, Timestamp *deadline)
{
	int64		allowed = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1));

	require_finite(started);
	if (PG_ARGISNULL(2))
		return !pg_add_s64_overflow(started, allowed, deadline) && IS_VALID_TIMESTAMP(*deadline);
	return kpi_calendar_deadline(kpi_calendar_of(kpi_hours_argument(fcinfo, 2)), started, allowed, deadline);
}

static Datum
business_deadline(FunctionCallInfo fcinfo, Timestamp started)
{
	Timestamp	deadline;

	if (!find_deadline(fcinfo, started, &deadline))
	{
		if (PG_ARGISNULL(2))
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("timestamp out of range")));
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("deadline is never reached"),
				 errdetail("The calendar does not open for that long any more.")));
	}
	PG_RETURN_TIMESTAMPTZ(deadline);
}

PG_FUNCTION_INFO_V1(kpi_due_at);

/*
 * kpi_due_at(started timestamptz, allowed interval, hours business_hours)
 * returns timestamptz
 *
 * business_deadline for dashboards, which one ticket must not blank: NULL where that
 * is an error because the deadline is never reached.  NULL without started or
 * allowed.  Errors: an infinite start, a negative or too long interval.
 */
Datum
kpi_due_at(PG_FUNCTION_ARGS)
{
	Timestamp	deadline;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) ||
		!find_deadline(fcinfo, PG_GETARG_TIMESTAMPTZ(0), &deadline))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(deadline);
}

static Datum
is_open(FunctionCallInfo fcinfo, Timestamp at)
{
	Timestamp	open;
	Timestamp	close;

	require_finite(at);
	if (PG_ARGISNULL(1))
		PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(kpi_calendar_span_at_or_after(kpi_calendar_of(kpi_hours_argument(fcinfo, 1)), at, &open, &close) &&
				   open <= at);
}

/*
 * The instant itself when open, else the next opening; NULL if there is none.
 */
static Datum
next_open(FunctionCallInfo fcinfo, Timestamp at)
{
	Timestamp	open;
	Timestamp	close;

	require_finite(at);
	if (PG_ARGISNULL(1))
		PG_RETURN_TIMESTAMPTZ(at);
	if (!kpi_calendar_span_at_or_after(kpi_calendar_of(kpi_hours_argument(fcinfo, 1)), at, &open, &close))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(Max(open, at));
}

#define BUSINESS_INSTANT(name, required) \
PG_FUNCTION_INFO_V1(kpi_##name##_instant); \
Datum \
kpi_##name##_instant(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(required)) \
		PG_RETURN_NULL(); \
	return name(fcinfo, PG_GETARG_TIMESTAMP(0)); \
} \
PG_FUNCTION_INFO_V1(kpi_##name##_date); \
Datum \
kpi_##name##_date(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(required)) \
		PG_RETURN_NULL(); \
	return name(fcinfo, KPI_GETARG_DATE(0)); \
} \
extern int	no_such_variable

BUSINESS_INSTANT(business_deadline, 1);
BUSINESS_INSTANT(is_open, 0);
BUSINESS_INSTANT(next_open, 0);

/*
 * The spans in which a calendar is open from one instant to another, clipped to
 * them, ascending, as tstzrange.
 */
typedef struct SpansState
{
	const KpiBusinessHours *hours; /* NULL: around the clock */
	Timestamp	at;
	Timestamp	until;
	TypeCacheEntry *range;
} SpansState;

static bool
next_span(SpansState *state, Timestamp *open, Timestamp *close)
{
	if (state->at >= state->until)
		return false;
	if (state->hours == NULL)
	{
		*open = state->at;
		*close = state->until;
	}
	else if (!kpi_calendar_span_at_or_after(kpi_calendar_of(state->hours), state->at, open, close))
		return false;
	*open = Max(*open, state->at);
	return *open < state->until;
}

PG_FUNCTION_INFO_V1(kpi_business_spans);
Datum
kpi_business_spans(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	SpansState *state;
	Timestamp	open;
	Timestamp	close;
	Timestamp	again;
	RangeBound	lower = {0};
	RangeBound	upper = {0};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;

		call = SRF_FIRSTCALL_INIT();
		if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
			SRF_RETURN_DONE(call);
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		state = palloc0(sizeof(SpansState));
		state->at = PG_GETARG_TIMESTAMP(0);
		state->until = PG_GETARG_TIMESTAMP(1);
		require_finite(state->at);
		require_finite(state->until);
		if (!PG_ARGISNULL(2))
		{
			kpi_hours_argument(fcinfo, 2);
			state->hours = (KpiBusinessHours *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(2));
		}
		state->range = lookup_type_cache(get_fn_expr_rettype(fcinfo->flinfo), TYPECACHE_RANGE_INFO);
		if (state->range->rngelemtype == NULL)
			elog(ERROR, "return type must be a range");
		call->user_fctx = state;
		MemoryContextSwitchTo(caller);
	}

	call = SRF_PERCALL_SETUP();
	state = call->user_fctx;
	if (!next_span(state, &open, &close))
		SRF_RETURN_DONE(call);
	/* a long span comes in parts */
	for (;;)
	{
		Timestamp	ignored;

		CHECK_FOR_INTERRUPTS();
		state->at = close;
		if (!next_span(state, &again, &ignored) || again > close)
			break;
		close = ignored;
	}
	close = Min(close, state->until);
	lower.val = TimestampTzGetDatum(open);
	lower.inclusive = true;
	lower.lower = true;
	upper.val = TimestampTzGetDatum(close);
	SRF_RETURN_NEXT(call, RangeTypePGetDatum(KPI_MAKE_RANGE(state->range, &lower, &upper)));
}

/*
 * Whether a target was met: true when done within it, false when done later, or
 * not done and over it at as_of; NULL when not done and not due yet, or unknown.
 */
static Datum
sla_met(FunctionCallInfo fcinfo, Timestamp started, bool done, Timestamp ended)
{
	int64		target = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(2));

	if (done)
		PG_RETURN_BOOL(kpi_business_usec(started, ended, fcinfo, 3) <= target);
	if (!PG_ARGISNULL(4) && PG_GETARG_TIMESTAMPTZ(4) > started &&
		kpi_business_usec(started, PG_GETARG_TIMESTAMPTZ(4), fcinfo, 3) > target)
		PG_RETURN_BOOL(false);
	PG_RETURN_NULL();
}

#define SLA_MET(pair, STARTED, ENDED) \
PG_FUNCTION_INFO_V1(kpi_sla_met_##pair); \
Datum \
kpi_sla_met_##pair(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2)) \
		PG_RETURN_NULL(); \
	return sla_met(fcinfo, STARTED(0), !PG_ARGISNULL(1), PG_ARGISNULL(1) ? 0 : ENDED(1)); \
}

KPI_INSTANT_PAIRS(SLA_MET)
