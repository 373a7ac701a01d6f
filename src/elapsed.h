/*
 * elapsed.h
 *		Durations in microseconds, and all the ways a row can give one.
 */
#ifndef KPI_ELAPSED_H
#define KPI_ELAPSED_H

#include "kpi_compat.h"

#include "common/int.h"
#include "utils/date.h"
#include "utils/timestamp.h"

extern int64 kpi_interval_to_usec_checked(const Interval *interval);
extern int64 kpi_elapsed_usec_checked(Timestamp started, Timestamp ended);
extern Timestamp kpi_date_to_timestamp(DateADT date);
extern Datum kpi_usec_to_interval(int128 usec);

/*
 * The length of an interval; months count 30 days and days 24 hours, as when
 * PostgreSQL compares intervals.  An error if it is negative, infinite or too
 * long.
 */
static inline int64
kpi_interval_to_usec(const Interval *interval)
{
	/* what nearly all are, and cannot overflow */
	if (likely(interval->month == 0 &&
			   interval->day >= 0 && interval->day <= PG_INT16_MAX &&
			   interval->time >= 0 && interval->time <= PG_INT64_MAX / 2))
		return interval->day * USECS_PER_DAY + interval->time;
	return kpi_interval_to_usec_checked(interval);
}

/*
 * The time from one instant to another.  An error if it is negative, infinite or
 * too long.
 */
static inline int64
kpi_elapsed_usec(Timestamp started, Timestamp ended)
{
	int64		usec;

	if (likely(!TIMESTAMP_IS_NOBEGIN(started) && !TIMESTAMP_IS_NOEND(ended) &&
			   !pg_sub_s64_overflow(ended, started, &usec) && usec >= 0))
		return usec;
	return kpi_elapsed_usec_checked(started, ended);
}

/*
 * Every source takes its arguments behind the state and answers whether there
 * is a duration.  "instants" serves timestamptz, timestamp and mixed pairs:
 * both types count microseconds, and a plain timestamp is read as UTC.  All are
 * called by strict transitions but "parts", of which any may be NULL, and those
 * over business hours, for which no hours are around the clock.
 */
#define KPI_DURATION_SOURCES(SOURCE) \
	SOURCE(interval) \
	SOURCE(instants) \
	SOURCE(dates) \
	SOURCE(date_instant) \
	SOURCE(instant_date) \
	SOURCE(parts) \
	SOURCE(business_instants) \
	SOURCE(business_dates) \
	SOURCE(business_date_instant) \
	SOURCE(business_instant_date)

static inline bool
kpi_duration_interval(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1));
	return true;
}

static inline bool
kpi_duration_instants(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_elapsed_usec(PG_GETARG_TIMESTAMP(1), PG_GETARG_TIMESTAMP(2));
	return true;
}

static inline bool
kpi_duration_dates(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_elapsed_usec(kpi_date_to_timestamp(PG_GETARG_DATEADT(1)),
							 kpi_date_to_timestamp(PG_GETARG_DATEADT(2)));
	return true;
}

static inline bool
kpi_duration_date_instant(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_elapsed_usec(kpi_date_to_timestamp(PG_GETARG_DATEADT(1)),
							 PG_GETARG_TIMESTAMP(2));
	return true;
}

static inline bool
kpi_duration_instant_date(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_elapsed_usec(PG_GETARG_TIMESTAMP(1),
							 kpi_date_to_timestamp(PG_GETARG_DATEADT(2)));
	return true;
}

extern bool kpi_duration_parts(FunctionCallInfo fcinfo, int64 *usec);

extern int64 kpi_business_usec(Timestamp started, Timestamp ended, FunctionCallInfo fcinfo, int hours);

#define KPI_BUSINESS_SOURCE(source, started, ended) \
static inline bool \
kpi_duration_business_##source(FunctionCallInfo fcinfo, int64 *usec) \
{ \
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2)) \
		return false; \
	*usec = kpi_business_usec(started, ended, fcinfo, 3); \
	return true; \
}

KPI_BUSINESS_SOURCE(instants, PG_GETARG_TIMESTAMP(1), PG_GETARG_TIMESTAMP(2))
KPI_BUSINESS_SOURCE(dates, kpi_date_to_timestamp(PG_GETARG_DATEADT(1)), kpi_date_to_timestamp(PG_GETARG_DATEADT(2)))
KPI_BUSINESS_SOURCE(date_instant, kpi_date_to_timestamp(PG_GETARG_DATEADT(1)), PG_GETARG_TIMESTAMP(2))
KPI_BUSINESS_SOURCE(instant_date, PG_GETARG_TIMESTAMP(1), kpi_date_to_timestamp(PG_GETARG_DATEADT(2)))

#endif							/* KPI_ELAPSED_H */
