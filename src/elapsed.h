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

#endif							/* KPI_ELAPSED_H */
