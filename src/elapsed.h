/*
 * elapsed.h
 *		Durations in microseconds, and their conversions.
 */
#ifndef KPI_ELAPSED_H
#define KPI_ELAPSED_H

#include "kpi_compat.h"

#include "common/int.h"
#include "utils/date.h"
#include "utils/timestamp.h"

KPI_NORETURN extern void kpi_report_interval_out_of_range(void);
KPI_NORETURN extern void kpi_report_interval(const Interval *interval, const char *option);
KPI_NORETURN extern void kpi_report_elapsed(Timestamp started, Timestamp ended);
extern char *kpi_timestamp_text(Timestamp timestamp);
extern Timestamp kpi_date_to_timestamp(DateADT date);
extern Datum kpi_usec_to_interval(int128 usec);

/*
 * Converts an interval of either sign to microseconds.  A month counts as 30
 * days and a day as 24 hours, as when PostgreSQL compares intervals.  Returns
 * false if the result does not fit into an int64, as for infinite intervals.
 */
static inline bool
kpi_interval_fits(const Interval *interval, int64 *usec)
{
	int64		days;

	/* test days and months at once: most intervals have neither */
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
 * Converts an interval to microseconds.  Raises an error if it is negative,
 * infinite or too long.  "option" is the name of an argument that is the same
 * for all rows, or NULL for a duration of a row.
 */
static inline int64
kpi_option_to_usec(const Interval *interval, const char *option)
{
	int64		usec;

	if (unlikely(!kpi_interval_fits(interval, &usec) || usec < 0))
		kpi_report_interval(interval, option);
	return usec;
}

#define kpi_interval_to_usec(interval) kpi_option_to_usec(interval, NULL)

/*
 * Returns the microseconds from one instant to another.  Raises an error if
 * that is negative, infinite or too long.
 */
static inline int64
kpi_elapsed_usec(Timestamp started, Timestamp ended)
{
	int64		usec;

	/* a start of infinity or an end of -infinity fails one of these tests as well */
	if (TIMESTAMP_IS_NOBEGIN(started) || TIMESTAMP_IS_NOEND(ended) || ended < started ||
		pg_sub_s64_overflow(ended, started, &usec))
		kpi_report_elapsed(started, ended);
	return usec;
}

#define KPI_GETARG_DATE(n) kpi_date_to_timestamp(PG_GETARG_DATEADT(n))

#endif							/* KPI_ELAPSED_H */
