/*
 * units.c
 *		Conversions between intervals and numbers.  A month counts as 30 days
 *		and a day as 24 hours.
 */
#include "kpi.h"

#include <math.h>

#include "elapsed.h"

/*
 * Converts a number of units to an interval, rounded to the microsecond.
 * Raises an error if it is not finite or too long.
 */
static Datum
interval_of(double amount, double usec_per_unit)
{
	double		usec = rint(amount * usec_per_unit);

	/* negated, so that NaN fails */
	if (!(fabs(usec) < 1e30))
		kpi_report_interval_out_of_range();
	return kpi_usec_to_interval((int128) usec);
}

/*
 * from_seconds(seconds double precision) returns interval
 *
 * Converts a number of seconds to an interval.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_from_seconds);
Datum
kpi_from_seconds(PG_FUNCTION_ARGS)
{
	return interval_of(PG_GETARG_FLOAT8(0), USECS_PER_SEC);
}

/*
 * from_minutes(minutes double precision) returns interval
 *
 * Converts a number of minutes to an interval.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_from_minutes);
Datum
kpi_from_minutes(PG_FUNCTION_ARGS)
{
	return interval_of(PG_GETARG_FLOAT8(0), USECS_PER_MINUTE);
}

/*
 * from_hours(hours double precision) returns interval
 *
 * Converts a number of hours to an interval.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_from_hours);
Datum
kpi_from_hours(PG_FUNCTION_ARGS)
{
	return interval_of(PG_GETARG_FLOAT8(0), USECS_PER_HOUR);
}

/*
 * Converts an interval of either sign to a number of units.  Raises an error
 * if the interval is infinite.
 */
static Datum
units_of(const Interval *interval, double usec_per_unit)
{
	int128		usec = ((int128) interval->month * DAYS_PER_MONTH + interval->day) * USECS_PER_DAY + interval->time;

	if (!KPI_INTERVAL_IS_FINITE(interval))
		kpi_report_interval_out_of_range();
	PG_RETURN_FLOAT8((double) usec / usec_per_unit);
}

/*
 * in_seconds(duration interval) returns double precision
 *
 * Converts an interval to seconds.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_in_seconds);
Datum
kpi_in_seconds(PG_FUNCTION_ARGS)
{
	return units_of(PG_GETARG_INTERVAL_P(0), USECS_PER_SEC);
}

/*
 * in_minutes(duration interval) returns double precision
 *
 * Converts an interval to minutes.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_in_minutes);
Datum
kpi_in_minutes(PG_FUNCTION_ARGS)
{
	return units_of(PG_GETARG_INTERVAL_P(0), USECS_PER_MINUTE);
}

/*
 * in_hours(duration interval) returns double precision
 *
 * Converts an interval to hours.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_in_hours);
Datum
kpi_in_hours(PG_FUNCTION_ARGS)
{
	return units_of(PG_GETARG_INTERVAL_P(0), USECS_PER_HOUR);
}
