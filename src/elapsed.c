/*
 * elapsed.c
 *		Durations in microseconds, and their conversions.
 *
 * A duration is never negative or infinite, and fits into an int64.  A row
 * without such a duration is bad data.  It raises an error, with a hint how to
 * skip it.
 */
#include "elapsed.h"

#include "utils/builtins.h"
#include "utils/date.h"

/*
 * Reports a duration or an interval that is too long.
 */
void
kpi_report_interval_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("interval out of range")));
}

/*
 * Reports an interval that is not a duration.  "option" is the name of an
 * argument that is the same for all rows, or NULL.
 */
void
kpi_report_interval(const Interval *interval, const char *option)
{
	int64		usec;

	if (!kpi_interval_fits(interval, &usec))
		kpi_report_interval_out_of_range();
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("%s cannot be negative", option ? option : "duration"),
			 errdetail("The %s is %s.", option ? "interval" : "duration",
					   DatumGetCString(DirectFunctionCall1(interval_out, PointerGetDatum(interval)))),
			 option ? 0 :
			 errhint("Skip such rows with FILTER (WHERE duration >= '0' OR duration IS NULL), or with WHERE, "
					 "using your own column name.")));
}

/*
 * Returns a timestamp as text, for error messages.
 */
char *
kpi_timestamp_text(Timestamp timestamp)
{
	return DatumGetCString(DirectFunctionCall1(timestamp_out, TimestampGetDatum(timestamp)));
}

/*
 * Reports two instants without a duration between them.
 */
void
kpi_report_elapsed(Timestamp started, Timestamp ended)
{
	if (TIMESTAMP_NOT_FINITE(started) || TIMESTAMP_NOT_FINITE(ended))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("duration cannot be infinite"),
				 errdetail("The start is %s and the end is %s (UTC).",
						   kpi_timestamp_text(started), kpi_timestamp_text(ended)),
				 errhint("Skip such rows with FILTER (WHERE isfinite(started) AND (isfinite(ended) OR ended IS NULL)), "
						 "or with WHERE, using your own column names.")));
	if (ended < started)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("duration cannot be negative"),
				 errdetail("The end %s is before the start %s (UTC).",
						   kpi_timestamp_text(ended), kpi_timestamp_text(started)),
				 errhint("Skip such rows with FILTER (WHERE ended >= started OR ended IS NULL), or with WHERE, "
						 "using your own column names.")));
	kpi_report_interval_out_of_range();
}

/*
 * Returns midnight UTC of a date.  Infinite dates become infinite timestamps.
 * Raises an error for dates beyond the range of timestamps, which ends 5.6
 * million years earlier.
 */
Timestamp
kpi_date_to_timestamp(DateADT date)
{
	if (DATE_IS_NOBEGIN(date))
		return DT_NOBEGIN;
	if (DATE_IS_NOEND(date))
		return DT_NOEND;
	if (date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date out of range for timestamp")));
	return (Timestamp) date * USECS_PER_DAY;
}

/*
 * Converts microseconds to an interval of days and a time below 24 hours, like
 * the difference of two timestamps.  Raises an error if it is too long for an
 * interval.
 */
Datum
kpi_usec_to_interval(int128 usec)
{
	Interval   *interval = palloc(sizeof(Interval));
	int128		days;

	/* 64-bit division is much faster, and its result fits into 32 bits */
	if (likely(usec == (int64) usec))
		days = (int64) usec / USECS_PER_DAY;
	else
	{
		days = usec / USECS_PER_DAY;
		if (days < PG_INT32_MIN || days > PG_INT32_MAX)
			kpi_report_interval_out_of_range();
	}
	interval->month = 0;
	interval->day = (int32) days;
	interval->time = (int64) (usec - days * USECS_PER_DAY);
	return PointerGetDatum(interval);
}
