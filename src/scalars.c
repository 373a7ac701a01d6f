/*
 * scalars.c
 *		Plain arithmetic beside the tallies: units of time, status against a
 *		target, lifetime value.
 */
#include "kpi.h"

#include <math.h>

#include "elapsed.h"
#include "option.h"
#include "utils/builtins.h"
#include "utils/float.h"

/* ---------------------------------------------------------------------------
 * Durations as numbers.  Either way a month counts 30 days and a day 24 hours.
 * ---------------------------------------------------------------------------
 */

/*
 * So many units, to the nearest microsecond, as interval.  An error if it is not
 * finite, or too long.
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
 * An interval, of either sign, in units.  An error if it is infinite.
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

/* ---------------------------------------------------------------------------
 * Status against a target
 * ---------------------------------------------------------------------------
 */

typedef enum Direction
{
	UP,
	DOWN,
	RANGE
} Direction;

static const char *const directions[] = {"up", "down", "range"};

/*
 * Where a value stands: good at the target or better, a warning at the warning
 * level or better, else a breach.  Without warning level there is no warning.
 * Amounts are doubles, or microseconds.
 */
static Datum
status(double value, double target, bool warns, double warning, Direction direction)
{
	/* higher is better from here on */
	if (direction == DOWN)
	{
		value = -value;
		target = -target;
		warning = -warning;
	}
	if (isnan(value) || isnan(target) || (warns && isnan(warning)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("status of NaN is not known")));
	if (direction == RANGE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a range has no target and warning"),
				 errhint("Give its two ends, as in kpi_status(occupancy, 75, 85).")));
	if (warns && warning > target)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("warning level is better than the target"),
				 errhint("Between the target and the warning level lie the values that are not good any more.")));
	PG_RETURN_TEXT_P(cstring_to_text(value >= target ? "good" : warns && value >= warning ? "warning" : "breach"));
}

/*
 * Good between two ends, both of them included, else a breach.
 */
static Datum
status_in_range(double value, double low, double high)
{
	if (isnan(value) || isnan(low) || isnan(high))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("status of NaN is not known")));
	if (low > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("low end of a range is above its high end")));
	PG_RETURN_TEXT_P(cstring_to_text(value >= low && value <= high ? "good" : "breach"));
}

static inline double
float8_amount(FunctionCallInfo fcinfo, int argument)
{
	return PG_GETARG_FLOAT8(argument);
}

static inline double
interval_amount(FunctionCallInfo fcinfo, int argument)
{
	return (double) kpi_interval_to_usec(PG_GETARG_INTERVAL_P(argument));
}

/*
 * kpi_status(value, target, warning, direction) and kpi_status(value, low,
 * high), of numbers and of durations.  NULL when any argument but the warning
 * level is.
 */
#define STATUS(kind) \
PG_FUNCTION_INFO_V1(kpi_status_##kind); \
Datum \
kpi_status_##kind(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3)) \
		PG_RETURN_NULL(); \
	return status(kind##_amount(fcinfo, 0), kind##_amount(fcinfo, 1), \
				  !PG_ARGISNULL(2), PG_ARGISNULL(2) ? 0 : kind##_amount(fcinfo, 2), \
				  (Direction) kpi_option(fcinfo, 3, directions, lengthof(directions))); \
} \
\
PG_FUNCTION_INFO_V1(kpi_status_in_range_##kind); \
Datum \
kpi_status_in_range_##kind(PG_FUNCTION_ARGS) \
{ \
	return status_in_range(kind##_amount(fcinfo, 0), kind##_amount(fcinfo, 1), kind##_amount(fcinfo, 2)); \
} \
extern int	no_such_variable

STATUS(float8);
STATUS(interval);

/* ---------------------------------------------------------------------------
 * Lifetime value
 * ---------------------------------------------------------------------------
 */

/*
 * What a customer is worth: monthly revenue times margin over monthly churn,
 * whose inverse is the expected lifetime in months.  NULL without churn, when
 * nobody ever leaves.  Margin is at most 100 and churn from 0 to 100 percent.  An
 * error if the result is too large, as for products of doubles in SQL.
 */
PG_FUNCTION_INFO_V1(kpi_customer_lifetime_value);
Datum
kpi_customer_lifetime_value(PG_FUNCTION_ARGS)
{
	double		revenue = PG_GETARG_FLOAT8(0);
	double		margin = PG_GETARG_FLOAT8(1);
	double		churn = PG_GETARG_FLOAT8(2);

	/* not the other way round: NaN must not pass */
	if (!(fabs(revenue) < INFINITY))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("revenue is not finite")));
	if (!(margin > -INFINITY && margin <= 100))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("margin is above 100 percent, or not finite")));
	if (!(churn >= 0 && churn <= 100))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("churn is not between 0 and 100 percent")));
	if (churn == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(float8_div(float8_mul(revenue, margin), churn));
}
