/*
 * status.c
 *		Values against targets.
 */
#include "kpi.h"

#include <math.h>

#include "elapsed.h"
#include "option.h"
#include "utils/builtins.h"

typedef enum Direction
{
	UP,
	DOWN,
	RANGE
} Direction;

static const char *const directions[] = {"up", "down", "range"};

/*
 * Returns "good" at the target or better, "warning" at the warning level or better,
 * otherwise "breach".  Amounts are numbers or microseconds.
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
				 errmsg("cannot compare NaN with a target")));
	if (direction == RANGE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("direction \"range\" needs a low and a high end"),
				 errhint("Pass both ends instead, as in kpi_status(occupancy, 75, 85).")));
	if (warns && warning > target)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("warning level is better than the target"),
				 errhint("Values between the target and the warning level are a warning, so the warning level must be worse.")));
	PG_RETURN_TEXT_P(cstring_to_text(value >= target ? "good" : warns && value >= warning ? "warning" : "breach"));
}

/*
 * Returns "good" from low to high, both included, otherwise "breach".
 */
static Datum
status_in_range(double value, double low, double high)
{
	if (isnan(value) || isnan(low) || isnan(high))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot compare NaN with a target")));
	if (low > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("low end of the range is above its high end")));
	PG_RETURN_TEXT_P(cstring_to_text(value >= low && value <= high ? "good" : "breach"));
}

static inline double
float8_argument(FunctionCallInfo fcinfo, int argument)
{
	return PG_GETARG_FLOAT8(argument);
}

static inline double
interval_argument(FunctionCallInfo fcinfo, int argument)
{
	return (double) kpi_interval_to_usec(PG_GETARG_INTERVAL_P(argument));
}

/*
 * kpi_status(value, target, warning, direction) and kpi_status(value, low, high),
 * of numbers and of durations.  NULL when any argument except warning is NULL.
 */
#define STATUS(function, amount_argument) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3)) \
		PG_RETURN_NULL(); \
	return status(amount_argument(fcinfo, 0), amount_argument(fcinfo, 1), \
				  !PG_ARGISNULL(2), PG_ARGISNULL(2) ? 0 : amount_argument(fcinfo, 2), \
				  (Direction) kpi_option(fcinfo, 3, directions, lengthof(directions))); \
} \
extern int	no_such_variable

#define STATUS_IN_RANGE(function, amount_argument) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	return status_in_range(amount_argument(fcinfo, 0), amount_argument(fcinfo, 1), \
						   amount_argument(fcinfo, 2)); \
} \
extern int	no_such_variable

STATUS(kpi_status_float8, float8_argument);
STATUS(kpi_status_interval, interval_argument);
STATUS_IN_RANGE(kpi_status_in_range_float8, float8_argument);
STATUS_IN_RANGE(kpi_status_in_range_interval, interval_argument);
