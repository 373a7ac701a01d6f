/*
 * ratio_transitions.c
 *		Transitions of kpi_ratio: they read the amounts of a row.
 *
 * Amounts are intervals, bigint, numeric or double precision.  An interval is
 * in microseconds, which are millionths of a second.  Every kpi_ratio_accum_*
 * has an inverse transition kpi_ratio_discard_* with the same arguments.  NULL
 * amounts are handled by the macros below, so transitions are not strict
 * unless noted.
 */
#include "ratio.h"

#include "duration_sources.h"
#include "period.h"

/*
 * Reports a negative denominator, in millionths.
 */
void
kpi_report_denominator(int128 denominator)
{
	StringInfoData text;

	initStringInfo(&text);
	kpi_millionths_append(&text, denominator);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("denominator cannot be negative"),
			 errdetail("The denominator is %s.", text.data),
			 errhint("Skip such rows with FILTER (WHERE denominator >= 0), or with WHERE, using your own column name.")));
}

/*
 * Returns a bigint argument in millionths.
 */
static inline int128
int8_argument(FunctionCallInfo fcinfo, int argument)
{
	return (int128) PG_GETARG_INT64(argument) * KPI_MILLION;
}

/*
 * Returns a numeric argument in millionths.
 */
static inline int128
numeric_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_millionths_of_numeric(PG_GETARG_DATUM(argument));
}

/*
 * Returns a double precision argument in millionths.
 */
static inline int128
float8_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_millionths_of_double(PG_GETARG_FLOAT8(argument));
}

/*
 * Returns an interval argument in microseconds.  Raises an error if it is
 * negative, infinite or too long.
 */
static inline int128
interval_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_interval_to_usec(PG_GETARG_INTERVAL_P(argument));
}

/*
 * Returns a number of hours, a double precision argument, in microseconds.
 */
static inline int128
hours_argument(FunctionCallInfo fcinfo, int argument)
{
	double		hours = PG_GETARG_FLOAT8(argument);

	/* report it as it was written */
	if (unlikely(hours < 0))
		kpi_report_denominator(kpi_millionths_of_double(hours));
	return kpi_millionths_of_double(hours * SECS_PER_HOUR);
}

/*
 * Defines the source of a ratio of sums.  A row without a denominator does not
 * count.  A numerator that is NULL counts as 0: a customer who left pays
 * nothing, and an agent who was absent has no adhered time.
 */
#define AMOUNTS(function, numerator_argument, denominator_argument) \
static inline bool \
function(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	if (PG_ARGISNULL(2)) \
		return false; \
	row->numerator = unlikely(PG_ARGISNULL(1)) ? 0 : numerator_argument(fcinfo, 1); \
	row->denominator = denominator_argument(fcinfo, 2); \
	return true; \
} \
extern int	no_such_variable

AMOUNTS(intervals, interval_argument, interval_argument);
AMOUNTS(int8s, int8_argument, int8_argument);
AMOUNTS(numerics, numeric_argument, numeric_argument);
AMOUNTS(float8s, float8_argument, float8_argument);
AMOUNTS(numeric_int8, numeric_argument, int8_argument);
AMOUNTS(int8_interval, int8_argument, interval_argument);
AMOUNTS(int8_hours, int8_argument, hours_argument);

/*
 * kpi_ratio_accum(kpi_ratio, numerator, denominator)
 * kpi_ratio_accum_hours(kpi_ratio, numerator bigint,
 *					  denominator double precision)
 * returns kpi_ratio
 *
 * Add a row to both sums.  The second form has its denominator in hours.
 */
KPI_RATIO_SOURCE(kpi_ratio_accum_interval, kpi_ratio_discard_interval, intervals);
KPI_RATIO_SOURCE(kpi_ratio_accum_int8, kpi_ratio_discard_int8, int8s);
KPI_RATIO_SOURCE(kpi_ratio_accum_numeric, kpi_ratio_discard_numeric, numerics);
KPI_RATIO_SOURCE(kpi_ratio_accum_float8, kpi_ratio_discard_float8, float8s);
KPI_RATIO_SOURCE(kpi_ratio_accum_numeric_int8, kpi_ratio_discard_numeric_int8, numeric_int8);
KPI_RATIO_SOURCE(kpi_ratio_accum_int8_interval, kpi_ratio_discard_int8_interval, int8_interval);
KPI_RATIO_SOURCE(kpi_ratio_accum_int8_hours, kpi_ratio_discard_int8_hours, int8_hours);

/*
 * Defines the source of net revenue retention: the revenue at the end of a
 * period over the revenue at its start.  Customers without revenue at the
 * start do not count.
 */
#define NET_REVENUE(function, amount_argument) \
static inline bool \
function(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	if (PG_ARGISNULL(1)) \
		return false; \
	row->denominator = amount_argument(fcinfo, 1); \
	if (row->denominator <= 0) \
		return false; \
	row->numerator = PG_ARGISNULL(2) ? 0 : amount_argument(fcinfo, 2); \
	return true; \
} \
extern int	no_such_variable

NET_REVENUE(net_revenue_int8, int8_argument);
NET_REVENUE(net_revenue_numeric, numeric_argument);
NET_REVENUE(net_revenue_float8, float8_argument);

/*
 * Defines the source of gross revenue retention, which ignores growth: a
 * customer counts with at most the revenue at the start.
 */
#define GROSS_REVENUE(function, net_revenue) \
static inline bool \
function(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	if (!net_revenue(fcinfo, row)) \
		return false; \
	row->numerator = Min(row->numerator, row->denominator); \
	return true; \
} \
extern int	no_such_variable

GROSS_REVENUE(gross_revenue_int8, net_revenue_int8);
GROSS_REVENUE(gross_revenue_numeric, net_revenue_numeric);
GROSS_REVENUE(gross_revenue_float8, net_revenue_float8);

/*
 * kpi_ratio_accum_net_revenue(kpi_ratio, mrr_start, mrr_end)
 * kpi_ratio_accum_gross_revenue(kpi_ratio, mrr_start, mrr_end)
 * returns kpi_ratio
 *
 * Add the revenue of a customer.  For bigint, numeric and double precision.
 */
KPI_RATIO_SOURCE(kpi_ratio_accum_net_revenue_int8, kpi_ratio_discard_net_revenue_int8, net_revenue_int8);
KPI_RATIO_SOURCE(kpi_ratio_accum_net_revenue_numeric, kpi_ratio_discard_net_revenue_numeric, net_revenue_numeric);
KPI_RATIO_SOURCE(kpi_ratio_accum_net_revenue_float8, kpi_ratio_discard_net_revenue_float8, net_revenue_float8);
KPI_RATIO_SOURCE(kpi_ratio_accum_gross_revenue_int8, kpi_ratio_discard_gross_revenue_int8, gross_revenue_int8);
KPI_RATIO_SOURCE(kpi_ratio_accum_gross_revenue_numeric, kpi_ratio_discard_gross_revenue_numeric, gross_revenue_numeric);
KPI_RATIO_SOURCE(kpi_ratio_accum_gross_revenue_float8, kpi_ratio_discard_gross_revenue_float8, gross_revenue_float8);

/*
 * Returns a percentage, in millionths.  Raises an error if it is outside
 * 0..100.
 */
static inline int128
require_percentage(int128 percentage)
{
	if (unlikely(percentage < 0 || percentage > 100 * KPI_MILLION))
	{
		StringInfoData text;

		initStringInfo(&text);
		kpi_millionths_append(&text, percentage);
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("percentage %s is out of range", text.data),
				 errdetail("A percentage is between 0 and 100."),
				 errhint("Skip such rows with FILTER (WHERE pct BETWEEN 0 AND 100), or with WHERE, "
						 "using your own column name.")));
	}
	return percentage;
}

/*
 * Computes the amounts of a signal and its weight: their product, rounded to
 * the nearest millionth, halves up, and the weight.  Raises an error for a
 * signal that is not a percentage and for a negative weight.
 */
static inline void
weigh(KpiAmounts *row, int128 signal, int128 weight)
{
	int128		product = 0;

	if (unlikely(weight < 0))
		kpi_report_denominator(weight);
	if (unlikely(__builtin_mul_overflow(require_percentage(signal), weight, &product)))
		kpi_report_overflow("kpi_ratio");
	row->numerator = product / KPI_MILLION + (product % KPI_MILLION >= KPI_MILLION / 2);
	row->denominator = weight;
}

/*
 * Defines the source of a mean of percentages.
 */
#define PERCENTAGE(function, percentage_argument) \
static inline bool \
function(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	row->numerator = require_percentage(percentage_argument(fcinfo, 1)); \
	row->denominator = 100 * KPI_MILLION; \
	return true; \
} \
extern int	no_such_variable

PERCENTAGE(pct_int8, int8_argument);
PERCENTAGE(pct_numeric, numeric_argument);
PERCENTAGE(pct_float8, float8_argument);

/*
 * kpi_ratio_accum_pct(kpi_ratio, pct) returns kpi_ratio
 *
 * Adds a percentage.  For bigint, numeric and double precision.  Strict.
 */
KPI_RATIO_SOURCE(kpi_ratio_accum_pct_int8, kpi_ratio_discard_pct_int8, pct_int8);
KPI_RATIO_SOURCE(kpi_ratio_accum_pct_numeric, kpi_ratio_discard_pct_numeric, pct_numeric);
KPI_RATIO_SOURCE(kpi_ratio_accum_pct_float8, kpi_ratio_discard_pct_float8, pct_float8);

/*
 * Defines the source of a weighted mean of signals from 0 to 100.
 */
#define WEIGHTED(function, amount_argument) \
static inline bool \
function(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	weigh(row, amount_argument(fcinfo, 1), amount_argument(fcinfo, 2)); \
	return true; \
} \
extern int	no_such_variable

WEIGHTED(weighted_int8, int8_argument);
WEIGHTED(weighted_numeric, numeric_argument);
WEIGHTED(weighted_float8, float8_argument);

/*
 * kpi_ratio_accum_weighted(kpi_ratio, signal, weight) returns kpi_ratio
 *
 * Adds a signal with its weight.  For bigint, numeric and double precision.
 * Strict, so a row without a signal does not count.
 */
KPI_RATIO_SOURCE(kpi_ratio_accum_weighted_int8, kpi_ratio_discard_weighted_int8, weighted_int8);
KPI_RATIO_SOURCE(kpi_ratio_accum_weighted_numeric, kpi_ratio_discard_weighted_numeric, weighted_numeric);
KPI_RATIO_SOURCE(kpi_ratio_accum_weighted_float8, kpi_ratio_discard_weighted_float8, weighted_float8);

/*
 * Defines the source of net flow: 1 for a ticket that was opened inside the
 * period, minus 1 for a ticket that was closed inside it.  A row without
 * opened or period does not count.
 */
#define NET_FLOW(function, INSTANT) \
static inline bool \
function(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	KpiPeriod	period; \
\
	if (PG_ARGISNULL(1) || PG_ARGISNULL(3)) \
		return false; \
	period = kpi_period_argument(fcinfo, 3); \
	row->numerator = KPI_MILLION * \
		(kpi_period_has(period, INSTANT(1)) - (!PG_ARGISNULL(2) && kpi_period_has(period, INSTANT(2)))); \
	row->denominator = KPI_MILLION; \
	return true; \
} \
extern int	no_such_variable

NET_FLOW(flow_instants, PG_GETARG_TIMESTAMP);
NET_FLOW(flow_dates, KPI_GETARG_DATE);

/*
 * kpi_ratio_accum_flow(kpi_ratio, opened, closed, period) returns kpi_ratio
 *
 * Adds the flow of a ticket.  For timestamptz, timestamp and date.
 */
KPI_RATIO_SOURCE(kpi_ratio_accum_flow_instants, kpi_ratio_discard_flow_instants, flow_instants);
KPI_RATIO_SOURCE(kpi_ratio_accum_flow_dates, kpi_ratio_discard_flow_dates, flow_dates);

/*
 * Defines the source of a mean duration, whose denominator is the number of
 * rows.
 */
#define DURATION(function, duration) \
static inline bool \
function(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	int64		usec; \
\
	if (!duration(fcinfo, &usec)) \
		return false; \
	row->numerator = usec; \
	row->denominator = KPI_MILLION; \
	return true; \
} \
extern int	no_such_variable

DURATION(duration_interval, kpi_duration_interval);
DURATION(duration_instants, kpi_duration_instants);
DURATION(duration_dates, kpi_duration_dates);
DURATION(duration_parts, kpi_duration_parts);
DURATION(duration_business_instants, kpi_duration_business_instants);
DURATION(duration_business_dates, kpi_duration_business_dates);

/*
 * kpi_ratio_accum_duration(kpi_ratio, duration interval)
 * kpi_ratio_accum_duration(kpi_ratio, started, ended)
 * kpi_ratio_accum_duration(kpi_ratio, talk, hold, wrap interval)
 * kpi_ratio_accum_duration(kpi_ratio, started, ended, hours business_hours)
 * returns kpi_ratio
 *
 * Add a duration; see duration_sources.h.  The first two forms are strict.
 */
KPI_RATIO_SOURCE(kpi_ratio_accum_duration_interval, kpi_ratio_discard_duration_interval, duration_interval);
KPI_RATIO_SOURCE(kpi_ratio_accum_duration_instants, kpi_ratio_discard_duration_instants, duration_instants);
KPI_RATIO_SOURCE(kpi_ratio_accum_duration_dates, kpi_ratio_discard_duration_dates, duration_dates);
KPI_RATIO_SOURCE(kpi_ratio_accum_duration_parts, kpi_ratio_discard_duration_parts, duration_parts);
KPI_RATIO_SOURCE(kpi_ratio_accum_duration_business_instants, kpi_ratio_discard_duration_business_instants,
				 duration_business_instants);
KPI_RATIO_SOURCE(kpi_ratio_accum_duration_business_dates, kpi_ratio_discard_duration_business_dates,
				 duration_business_dates);
