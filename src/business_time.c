/*
 * business_time.c
 *		Time within business hours, deadlines, and other SQL functions of
 *		calendars.
 *
 * Instants are UTC throughout: timestamptz and timestamp count the same
 * microseconds, and a date is its midnight.  NULL hours are around the clock,
 * and NULL pauses are none.
 */
#include "business_hours.h"

#include "business_time.h"
#include "elapsed.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pauses.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"
#include "working_days.h"

/*
 * Returns the calendar of an argument, NULL if the argument is NULL.
 */
static KpiCalendar *
calendar_argument(FunctionCallInfo fcinfo, int hours)
{
	return PG_ARGISNULL(hours) ? NULL : kpi_calendar_of(kpi_hours_argument(fcinfo, hours));
}

/*
 * Returns the open time between two instants.  All time is open without a
 * calendar.
 */
static int64
open_usec(KpiCalendar *calendar, Timestamp from, Timestamp to)
{
	return calendar ? kpi_calendar_open_between(calendar, from, to) : to - from;
}

/* ---------------------------------------------------------------------------
 * Business time
 * ---------------------------------------------------------------------------
 */

/*
 * Returns the open time between two instants in microseconds.  All time is
 * open if the argument "hours" is NULL.  Errors are those of kpi_elapsed_usec.
 */
int64
kpi_business_usec(Timestamp started, Timestamp ended, FunctionCallInfo fcinfo, int hours)
{
	int64		elapsed = kpi_elapsed_usec(started, ended);

	if (PG_ARGISNULL(hours))
		return elapsed;
	return kpi_calendar_open_between(kpi_calendar_of(kpi_hours_argument(fcinfo, hours)), started, ended);
}

/*
 * Returns the open time between two instants that is not paused, in
 * microseconds.
 */
static pg_noinline int64
unpaused_usec(Timestamp started, Timestamp ended, FunctionCallInfo fcinfo, int hours, int paused)
{
	KpiCalendar *calendar = calendar_argument(fcinfo, hours);
	int64		usec = kpi_elapsed_usec(started, ended);
	KpiCalendarStretch stretch;
	KpiPauses	pauses;
	Timestamp	begin;
	Timestamp	end;

	if (calendar)
	{
		kpi_calendar_stretch_begin(calendar, started, ended, &stretch);
		usec = kpi_calendar_stretch_open(&stretch, started, ended);
	}
	kpi_pauses_argument(fcinfo, paused, &pauses);
	kpi_pauses_seek(&pauses, started);
	while (kpi_pauses_next(&pauses, &begin, &end) && begin < ended)
	{
		CHECK_FOR_INTERRUPTS();
		begin = Max(begin, started);
		end = Min(end, ended);
		usec -= calendar ? kpi_calendar_stretch_open(&stretch, begin, end) : end - begin;
	}
	return usec;
}

/*
 * Returns the open time between two instants that is not paused, in
 * microseconds.
 */
static inline int64
business_usec(Timestamp started, Timestamp ended, FunctionCallInfo fcinfo, int hours, int paused)
{
	return PG_ARGISNULL(paused) ? kpi_business_usec(started, ended, fcinfo, hours) :
		unpaused_usec(started, ended, fcinfo, hours, paused);
}

/*
 * Returns microseconds as an interval of hours, minutes and seconds.
 */
static Datum
hours_interval(int64 usec)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = usec;
	return PointerGetDatum(interval);
}

/*
 * business_time(started, ended, hours business_hours,
 *				paused tstzmultirange)
 * returns interval
 *
 * Returns the open time from started to ended that is not paused.  It has
 * hours, minutes and seconds but no days, because a working day is not 24
 * hours.  NULL without started or ended.  Raises an error for an infinite
 * instant, and for an end before the start.
 */
#define BUSINESS_TIME(function, GETARG_INSTANT) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) \
		PG_RETURN_NULL(); \
	return hours_interval(business_usec(GETARG_INSTANT(0), GETARG_INSTANT(1), fcinfo, 2, 3)); \
} \
extern int	no_such_variable

BUSINESS_TIME(kpi_business_time_instants, PG_GETARG_TIMESTAMP);
BUSINESS_TIME(kpi_business_time_dates, KPI_GETARG_DATE);

/*
 * business_seconds(started, ended, hours business_hours,
 *				   paused tstzmultirange)
 * returns double precision
 *
 * Returns the same in seconds, to the microsecond.
 */
#define BUSINESS_SECONDS(function, GETARG_INSTANT) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) \
		PG_RETURN_NULL(); \
	return Float8GetDatum((double) business_usec(GETARG_INSTANT(0), GETARG_INSTANT(1), fcinfo, 2, 3) / USECS_PER_SEC); \
} \
extern int	no_such_variable

BUSINESS_SECONDS(kpi_business_seconds_instants, PG_GETARG_TIMESTAMP);
BUSINESS_SECONDS(kpi_business_seconds_dates, KPI_GETARG_DATE);

/* ---------------------------------------------------------------------------
 * Deadlines
 * ---------------------------------------------------------------------------
 */

/*
 * Returns whether an interval has days or months.  Working time has none: a
 * reader of '1 day' expects a working day, not 24 hours of open time.
 */
static bool
has_days(const Interval *interval)
{
	return interval->day != 0 || interval->month != 0;
}

/*
 * Returns the length of an allowance or a target, the argument "name", in
 * microseconds.  With in_hours it is working time, and days or months are an
 * error.  Other errors are those of kpi_option_to_usec.
 */
int64
kpi_allowance_usec(const Interval *interval, const char *name, bool in_hours)
{
	int64		usec = kpi_option_to_usec(interval, name);

	if (unlikely(in_hours && has_days(interval)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("working time cannot be given in days or months"),
				 errdetail("The interval is %s.",
						   DatumGetCString(DirectFunctionCall1(interval_out, PointerGetDatum(interval)))),
				 errhint("Write hours, such as '8 hours' for a working day, or use business_days_deadline.")));
	return usec;
}

/*
 * Checks that an instant is finite, because calendars end with the timestamps.
 */
static void
require_finite(Timestamp at)
{
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("instant cannot be infinite"),
				 errdetail("The instant is %s.", kpi_timestamp_text(at))));
}

/*
 * Finds the earliest instant by which "allowed" microseconds have passed
 * that are open and not paused.  Returns false if there is none that fits into
 * a timestamp.
 */
static bool
find_deadline(KpiCalendar *calendar, KpiPauses *pauses, Timestamp started, int64 allowed, Timestamp *deadline)
{
	Timestamp	begin;
	Timestamp	end;

	kpi_pauses_seek(pauses, started);
	while (allowed > 0 && kpi_pauses_next(pauses, &begin, &end))
	{
		CHECK_FOR_INTERRUPTS();
		if (begin > started)
		{
			int64		usec = open_usec(calendar, started, Min(begin, END_TIMESTAMP - 1));

			if (allowed <= usec)
				break;
			allowed -= usec;
		}
		if (TIMESTAMP_IS_NOEND(end))
			return false;
		started = end;
	}
	if (calendar)
		return kpi_calendar_deadline(calendar, started, allowed, deadline);
	return !pg_add_s64_overflow(started, allowed, deadline) && IS_VALID_TIMESTAMP(*deadline);
}

/*
 * Reports that no instant is a deadline.
 */
static void
report_never_reached(bool in_hours, bool is_paused)
{
	if (!in_hours && !is_paused)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("deadline is never reached"),
			 is_paused ? errdetail("Too little time after the start is open and not paused.") :
			 errdetail("The calendar has too little open time after the start.")));
}

/*
 * Returns the deadline of an allowance, with the arguments of the SQL
 * function.
 */
static Datum
business_deadline(FunctionCallInfo fcinfo, Timestamp started)
{
	int64		allowed = kpi_allowance_usec(PG_GETARG_INTERVAL_P(1), "allowed", !PG_ARGISNULL(2));
	KpiPauses	pauses;
	Timestamp	deadline;

	require_finite(started);
	kpi_pauses_argument(fcinfo, 3, &pauses);
	if (!find_deadline(calendar_argument(fcinfo, 2), &pauses, started, allowed, &deadline))
		report_never_reached(!PG_ARGISNULL(2), !PG_ARGISNULL(3));
	PG_RETURN_TIMESTAMPTZ(deadline);
}

/*
 * business_deadline(started, allowed interval, hours business_hours,
 *				  paused tstzmultirange)
 * returns timestamptz
 *
 * Returns the earliest instant at which the allowed time has passed, counting
 * only time that is open and not paused.  If nothing is allowed, that is
 * started.  NULL without started or allowed.  Raises an error for an infinite
 * start, an interval that is negative or, with hours, has days or months, and
 * a deadline that is never reached.
 */
#define BUSINESS_DEADLINE(function, GETARG_INSTANT) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) \
		PG_RETURN_NULL(); \
	return business_deadline(fcinfo, GETARG_INSTANT(0)); \
} \
extern int	no_such_variable

BUSINESS_DEADLINE(kpi_business_deadline_instant, PG_GETARG_TIMESTAMP);
BUSINESS_DEADLINE(kpi_business_deadline_date, KPI_GETARG_DATE);

/*
 * Returns the deadline of a number of days, with the arguments of the SQL
 * function.
 */
static Datum
business_days_deadline(FunctionCallInfo fcinfo, Timestamp started)
{
	int32		days = PG_GETARG_INT32(1);
	KpiPauses	pauses;
	Timestamp	deadline;

	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("working days need business hours"),
				 errhint("Around the clock every day is open: add days to the start instead.")));
	if (days < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of working days must be positive"),
				 errdetail("The number is %d.", days),
				 errhint("1 is the first open day after the day of the start.")));
	require_finite(started);
	kpi_pauses_argument(fcinfo, 3, &pauses);
	if (!kpi_working_days_deadline(calendar_argument(fcinfo, 2), &pauses, started, days, &deadline))
		report_never_reached(true, !PG_ARGISNULL(3));
	PG_RETURN_TIMESTAMPTZ(deadline);
}

/*
 * business_days_deadline(started, days integer, hours business_hours,
 *					   paused tstzmultirange)
 * returns timestamptz
 *
 * Returns the closing time of the n-th open day after the local day of
 * started.  NULL without started or days.  Raises an error without hours, for
 * days below 1, for an infinite start, and for a deadline that is never
 * reached.
 */
#define BUSINESS_DAYS_DEADLINE(function, GETARG_INSTANT) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) \
		PG_RETURN_NULL(); \
	return business_days_deadline(fcinfo, GETARG_INSTANT(0)); \
} \
extern int	no_such_variable

BUSINESS_DAYS_DEADLINE(kpi_business_days_deadline_instant, PG_GETARG_TIMESTAMP);
BUSINESS_DAYS_DEADLINE(kpi_business_days_deadline_date, KPI_GETARG_DATE);

/*
 * kpi_due_at(started timestamptz, target interval, hours business_hours,
 *			  paused tstzmultirange)
 * returns timestamptz
 *
 * Returns the last instant at which a target is still met, for kpi_mart, where
 * one bad ticket must not raise an error.  A target used up exactly at closing
 * time is still met until the next opening.  Infinity if the target is never
 * missed, also while a pause has no end.  NULL if started is NULL or infinite,
 * or if the target is NULL, negative or infinite or, with hours, has days.
 * Raises an error only for hours that cannot be read.
 */
PG_FUNCTION_INFO_V1(kpi_due_at);
Datum
kpi_due_at(PG_FUNCTION_ARGS)
{
	KpiPauses	pauses;
	Timestamp	missed;
	int64		target;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) ||
		TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(0)) ||
		!kpi_interval_fits(PG_GETARG_INTERVAL_P(1), &target) || target < 0 ||
		(!PG_ARGISNULL(2) && has_days(PG_GETARG_INTERVAL_P(1))))
		PG_RETURN_NULL();
	kpi_pauses_argument(fcinfo, 3, &pauses);
	/* missed once one microsecond more than the target has passed */
	if (target == PG_INT64_MAX ||
		!find_deadline(calendar_argument(fcinfo, 2), &pauses, PG_GETARG_TIMESTAMPTZ(0), target + 1, &missed))
		PG_RETURN_TIMESTAMPTZ(DT_NOEND);
	PG_RETURN_TIMESTAMPTZ(missed - 1);
}

/*
 * Returns true if done within the target.  Returns false if done later, or not
 * done and over the target at as_of.  Returns NULL if that is not decided at
 * as_of, or without as_of.
 */
static Datum
sla_met(FunctionCallInfo fcinfo, Timestamp started, bool done, Timestamp ended)
{
	int64		target = kpi_allowance_usec(PG_GETARG_INTERVAL_P(2), "target", !PG_ARGISNULL(3));
	Timestamp	as_of;

	if (done)
		PG_RETURN_BOOL(business_usec(started, ended, fcinfo, 3, 5) <= target);
	require_finite(started);
	if (PG_ARGISNULL(4))
		PG_RETURN_NULL();
	as_of = PG_GETARG_TIMESTAMPTZ(4);
	require_finite(as_of);
	if (as_of > started && business_usec(started, as_of, fcinfo, 3, 5) > target)
		PG_RETURN_BOOL(false);
	PG_RETURN_NULL();
}

/*
 * sla_met(started, ended, target interval, hours business_hours,
 *		as_of timestamptz, paused tstzmultirange)
 * returns boolean
 *
 * Returns whether a target was met, see above.  NULL without started or
 * target.  Raises an error for infinite instants, an end before the start, and
 * a target that is negative or, with hours, has days or months.
 */
#define SLA_MET(function, GETARG_INSTANT) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2)) \
		PG_RETURN_NULL(); \
	return sla_met(fcinfo, GETARG_INSTANT(0), !PG_ARGISNULL(1), PG_ARGISNULL(1) ? 0 : GETARG_INSTANT(1)); \
} \
extern int	no_such_variable

SLA_MET(kpi_sla_met_instants, PG_GETARG_TIMESTAMP);
SLA_MET(kpi_sla_met_dates, KPI_GETARG_DATE);

/* ---------------------------------------------------------------------------
 * Open or not
 * ---------------------------------------------------------------------------
 */

/*
 * Returns whether the calendar of argument 1 is open at an instant.
 */
static Datum
is_open(FunctionCallInfo fcinfo, Timestamp at)
{
	KpiCalendar *calendar = calendar_argument(fcinfo, 1);
	Timestamp	open;
	Timestamp	close;

	require_finite(at);
	PG_RETURN_BOOL(calendar == NULL ||
				   kpi_calendar_span_at_or_after(calendar, at, at + 1, &open, &close));
}

/*
 * Returns an instant if the calendar of argument 1 is open at it, otherwise
 * the next opening, or NULL if there is none.
 */
static Datum
next_open(FunctionCallInfo fcinfo, Timestamp at)
{
	KpiCalendar *calendar = calendar_argument(fcinfo, 1);
	Timestamp	open = at;
	Timestamp	close;

	require_finite(at);
	if (calendar && !kpi_calendar_span_at_or_after(calendar, at, DT_NOEND, &open, &close))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(Max(open, at));
}

/*
 * is_open(at, hours business_hours) returns boolean
 * next_open(at, hours business_hours) returns timestamptz
 *
 * Return the answer for an instant, see above.  NULL without at.  Raise an
 * error for an infinite instant.
 */
#define OPEN_AT(function, answer, GETARG_INSTANT) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0)) \
		PG_RETURN_NULL(); \
	return answer(fcinfo, GETARG_INSTANT(0)); \
} \
extern int	no_such_variable

OPEN_AT(kpi_is_open_instant, is_open, PG_GETARG_TIMESTAMP);
OPEN_AT(kpi_is_open_date, is_open, KPI_GETARG_DATE);
OPEN_AT(kpi_next_open_instant, next_open, PG_GETARG_TIMESTAMP);
OPEN_AT(kpi_next_open_date, next_open, KPI_GETARG_DATE);

/* the state of business_spans between calls */
typedef struct SpansState
{
	const KpiTextValue *hours; /* NULL: around the clock */
	Timestamp	at;
	Timestamp	until;
	TypeCacheEntry *range;
} SpansState;

/*
 * Finds the next open span, clipped to the remaining time.  Returns false if
 * there is none.
 */
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
	else if (!kpi_calendar_span_at_or_after(kpi_calendar_of(state->hours), state->at, state->until, open, close))
		return false;
	*open = Max(*open, state->at);
	return *open < state->until;
}

/*
 * business_spans(since timestamptz, until timestamptz, hours business_hours)
 * returns setof tstzrange
 *
 * Returns the spans in which a calendar is open, ascending and clipped to the
 * two instants.  No rows without since or until.  Raises an error for an
 * infinite instant.
 */
PG_FUNCTION_INFO_V1(kpi_business_spans);
Datum
kpi_business_spans(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	SpansState *state;
	Timestamp	open;
	Timestamp	close;
	Timestamp	next;
	Timestamp	next_close;
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
			state->hours = (KpiTextValue *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(2));
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
		CHECK_FOR_INTERRUPTS();
		state->at = close;
		if (!next_span(state, &next, &next_close) || next > close)
			break;
		close = next_close;
	}
	close = Min(close, state->until);
	lower.val = TimestampTzGetDatum(open);
	lower.inclusive = true;
	lower.lower = true;
	upper.val = TimestampTzGetDatum(close);
	SRF_RETURN_NEXT(call, RangeTypePGetDatum(KPI_MAKE_RANGE(state->range, &lower, &upper)));
}
