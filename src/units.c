/*
 * units.c
 *		Durations as numbers and back.  A month counts 30 days and a day 24 hours.
 */
#include "kpi.h"

#include <math.h>

#include "elapsed.h"

/*
 * Makes an interval, rounded to the microsecond.  Error: not finite, or too long.
 */
static Datum
interval_of(double amount, double usec_per_unit)
{
	double		usec = rint(amount * usec_per_unit);

	/* not the other way round: NaN must not pass */
	if (!(fabs(usec) < 1e30))
		kpi_report_interval_out_of_range();
	return kpi_usec_to_interval((int128) usec);
}

PG_FUNCTION_INFO_V1(kpi_from_seconds);
Datum
kpi_from_seconds(PG_FUNCTION_ARGS)
{
	return interval_of(PG_GETARG_FLOAT8(0), USECS_PER_SEC);
}

PG_FUNCTION_INFO_V1(kpi_from_minutes);
Datum
kpi_from_minutes(PG_FUNCTION_ARGS)
{
	return interval_of(PG_GETARG_FLOAT8(0), USECS_PER_MINUTE);
}

PG_FUNCTION_INFO_V1(kpi_from_hours);
Datum
kpi_from_hours(PG_FUNCTION_ARGS)
{
	return interval_of(PG_GETARG_FLOAT8(0), USECS_PER_HOUR);
}

/*
 * Converts an interval of either sign to units.  Error: infinite.
 */
static Datum
units_of(const Interval *interval, double usec_per_unit)
{
	int128		usec = ((int128) interval->month * DAYS_PER_MONTH + interval->day) * USECS_PER_DAY + interval->time;

	if (!KPI_INTERVAL_IS_FINITE(interval))
		kpi_report_interval_out_of_range();
	PG_RETURN_FLOAT8((double) usec / usec_per_unit);
}

PG_FUNCTION_INFO_V1(kpi_in_seconds);
Datum
kpi_in_seconds(PG_FUNCTION_ARGS)
{
	return units_of(PG_GETARG_INTERVAL_P(0), USECS_PER_SEC);
}

PG_FUNCTION_INFO_V1(kpi_in_minutes);
Datum
kpi_in_minutes(PG_FUNCTION_ARGS)
{
	return units_of(PG_GETARG_INTERVAL_P(0), USECS_PER_MINUTE);
}

PG_FUNCTION_INFO_V1(kpi_in_hours);
Datum
kpi_in_hours(PG_FUNCTION_ARGS)
{
	return units_of(PG_GETARG_INTERVAL_P(0), USECS_PER_HOUR);
}
