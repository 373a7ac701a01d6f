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

KPI_NORETURN extern void kpi_report_interval_out_of_range(void);
KPI_NORETURN extern void kpi_report_interval(const Interval *interval);
KPI_NORETURN extern void kpi_report_elapsed(Timestamp started, Timestamp ended);
extern char *kpi_timestamp_text(Timestamp timestamp);
extern Timestamp kpi_date_to_timestamp(DateADT date);
extern Datum kpi_usec_to_interval(int128 usec);

/*
 * The length of an interval of either sign; months count 30 days and days 24
 * hours, as when PostgreSQL compares intervals.  False if it is too long, which
 * infinite ones are.
 */
static inline bool
kpi_interval_fits(const Interval *interval, int64 *usec)
{
	int64		days;

	/* most have neither days nor months, which lie side by side */
	StaticAssertStmt(offsetof(Interval, month) == offsetof(Interval, day) + sizeof(int32),
					 "days and months must be neighbours");
	memcpy(&days, (const char *) interval + offsetof(Interval, day), sizeof(days));
	*usec = interval->time;
	if (days == 0)
		return true;
	days = (int64) interval->month * DAYS_PER_MONTH + interval->day;
	return !pg_mul_s64_overflow(days, USECS_PER_DAY, &days) &&
		!pg_add_s64_overflow(days, interval->time, usec);
}

/*
 * The length of an interval.  An error if it is negative, infinite or too long.
 */
static inline int64
kpi_interval_to_usec(const Interval *interval)
{
	int64		usec;

	if (unlikely(!kpi_interval_fits(interval, &usec) || usec < 0))
		kpi_report_interval(interval);
	return usec;
}

/*
 * The time from one instant to another.  An error if it is negative, infinite or
 * too long.
 */
static inline int64
kpi_elapsed_usec(Timestamp started, Timestamp ended)
{
	int64		usec;

	/* an end of -infinity, or a start of infinity, is not after the other */
	if (TIMESTAMP_IS_NOBEGIN(started) || TIMESTAMP_IS_NOEND(ended) || ended < started)
		kpi_report_elapsed(started, ended);
	usec = ended - started;
	if (usec < 0)
		kpi_report_elapsed(started, ended);
	return usec;
}

#define KPI_GETARG_DATE(n) kpi_date_to_timestamp(PG_GETARG_DATEADT(n))

/*
 * The sources of durations: the ways in which the arguments behind the state of a
 * transition give one.  Each returns false when the row has none.
 *
 * "instants" serves timestamptz and timestamp, which both count microseconds: a
 * plain timestamp is read as UTC.  A date is its midnight.  Transitions are strict,
 * except over "parts", each of which may be NULL, and over business hours, where
 * NULL hours are around the clock.
 */

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
	*usec = kpi_elapsed_usec(KPI_GETARG_DATE(1), KPI_GETARG_DATE(2));
	return true;
}

extern int64 kpi_business_usec(Timestamp started, Timestamp ended, FunctionCallInfo fcinfo, int hours);

static inline bool
kpi_duration_business_instants(FunctionCallInfo fcinfo, int64 *usec)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	*usec = kpi_business_usec(PG_GETARG_TIMESTAMP(1), PG_GETARG_TIMESTAMP(2), fcinfo, 3);
	return true;
}

static inline bool
kpi_duration_business_dates(FunctionCallInfo fcinfo, int64 *usec)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	*usec = kpi_business_usec(KPI_GETARG_DATE(1), KPI_GETARG_DATE(2), fcinfo, 3);
	return true;
}

extern bool kpi_duration_parts(FunctionCallInfo fcinfo, int64 *usec);

#endif							/* KPI_ELAPSED_H */
