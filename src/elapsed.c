/*
 * elapsed.c
 *		Durations in microseconds.
 *
 * A duration is never negative, infinite or longer than a bigint of
 * microseconds: such a row is bad data, and an error tells how to leave it out.
 */
#include "elapsed.h"

#include "utils/builtins.h"
#include "utils/date.h"

void
kpi_report_interval_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("interval out of range")));
}

/*
 * An interval that is no duration.
 */
void
kpi_report_interval(const Interval *interval)
{
	int64		usec;

	if (!kpi_interval_fits(interval, &usec))
		kpi_report_interval_out_of_range();
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("duration cannot be negative"),
			 errdetail("The duration is %s.",
					   DatumGetCString(DirectFunctionCall1(interval_out, PointerGetDatum(interval)))),
			 errhint("Skip such rows with FILTER (WHERE duration >= '0'), naming your own column.")));
}

/*
 * A timestamp as text, for errors.
 */
char *
kpi_timestamp_text(Timestamp timestamp)
{
	return DatumGetCString(DirectFunctionCall1(timestamp_out, TimestampGetDatum(timestamp)));
}

/*
 * Instants with no duration between them.
 */
void
kpi_report_elapsed(Timestamp started, Timestamp ended)
{
	if (TIMESTAMP_NOT_FINITE(started) || TIMESTAMP_NOT_FINITE(ended))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("duration cannot be infinite"),
				 errdetail("It would last from %s to %s (UTC).",
						   kpi_timestamp_text(started), kpi_timestamp_text(ended)),
				 errhint("Skip such rows with FILTER (WHERE isfinite(ended)), naming your own column.")));
	if (ended < started)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("duration cannot be negative"),
				 errdetail("The end %s is before the start %s (UTC).",
						   kpi_timestamp_text(ended), kpi_timestamp_text(started)),
				 errhint("Skip such rows with FILTER (WHERE ended >= started), naming your own columns.")));
	kpi_report_interval_out_of_range();
}

/*
 * Midnight UTC of a date.  An error for the dates that timestamps do not reach:
 * they end 5.6 million years later.
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
 * Microseconds as interval, in days and a time below 24 hours, which is how
 * PostgreSQL subtracts timestamps.
 */
Datum
kpi_usec_to_interval(int128 usec)
{
	Interval   *interval = palloc(sizeof(Interval));
	int128		days;

	/* dividing 64 bits is many times faster, and they hold few enough days */
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
