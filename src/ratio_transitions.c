/*
 * ratio_transitions.c
 *		The rows of averages and of ratios of sums: which amounts they add.
 *
 * Amounts are intervals (in microseconds, which are millionths of a second),
 * bigint, numeric or double precision.
 */
#include "ratio.h"

#include "elapsed.h"

/*
 * What is divided by cannot be negative.
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
			 errhint("Leave such rows out with FILTER (WHERE denominator >= 0), naming your own column.")));
}

static inline int128
int8_argument(FunctionCallInfo fcinfo, int argument)
{
	return (int128) PG_GETARG_INT64(argument) * KPI_MILLION;
}

static inline int128
numeric_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_millionths_of_numeric(PG_GETARG_DATUM(argument));
}

static inline int128
float8_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_millionths_of_double(PG_GETARG_FLOAT8(argument));
}

static inline int128
interval_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_interval_to_usec(PG_GETARG_INTERVAL_P(argument));
}

/*
 * A number of hours, in microseconds.
 */
static inline int128
hours_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_millionths_of_double(PG_GETARG_FLOAT8(argument) * SECS_PER_HOUR);
}

/*
 * The general rule: a row without denominator does not count, a missing
 * numerator counts as nothing (who left pays nothing, who did not come has
 * adhered to nothing).
 */
#define AMOUNTS_SOURCE(source, numerator_kind, denominator_kind) \
static inline bool \
amounts_##source(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	if (PG_ARGISNULL(2)) \
		return false; \
	row->numerator = unlikely(PG_ARGISNULL(1)) ? 0 : numerator_kind##_argument(fcinfo, 1); \
	row->denominator = denominator_kind##_argument(fcinfo, 2); \
	return true; \
} \
\
KPI_RATIO_SOURCE(source)

AMOUNTS_SOURCE(interval, interval, interval)
AMOUNTS_SOURCE(int8, int8, int8)
AMOUNTS_SOURCE(numeric, numeric, numeric)
AMOUNTS_SOURCE(float8, float8, float8)
AMOUNTS_SOURCE(numeric_int8, numeric, int8)
AMOUNTS_SOURCE(int8_interval, int8, interval)
AMOUNTS_SOURCE(int8_hours, int8, hours)

/*
 * Revenue at the end over revenue at the start, over customers who had any; and
 * the same without growth, where no customer counts for more than at the start.
 */
#define REVENUE_SOURCES(kind) \
static inline bool \
amounts_net_revenue_##kind(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	if (PG_ARGISNULL(1)) \
		return false; \
	row->denominator = kind##_argument(fcinfo, 1); \
	if (row->denominator <= 0) \
		return false; \
	row->numerator = PG_ARGISNULL(2) ? 0 : kind##_argument(fcinfo, 2); \
	return true; \
} \
\
static inline bool \
amounts_gross_revenue_##kind(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	if (!amounts_net_revenue_##kind(fcinfo, row)) \
		return false; \
	row->numerator = Min(row->numerator, row->denominator); \
	return true; \
} \
\
KPI_RATIO_SOURCE(net_revenue_##kind) \
KPI_RATIO_SOURCE(gross_revenue_##kind)

/*
 * A percentage lies from 0 to 100.
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
				 errdetail("A percentage lies from 0 to 100."),
				 errhint("Leave such rows out with FILTER (WHERE pct BETWEEN 0 AND 100), naming your own column.")));
	}
	return percentage;
}

/*
 * A signal and its weight, as the signal times the weight over the weight.  The
 * product is rounded to the nearest millionth, halves up, once a row.
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
 * One percentage, for the mean of percentages; and a signal 0..100 with its
 * weight, for the weighted mean.  Both are strict: a missing signal is not a bad
 * one.
 */
#define PERCENTAGE_SOURCES(kind) \
static inline bool \
amounts_pct_##kind(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	row->numerator = require_percentage(kind##_argument(fcinfo, 1)); \
	row->denominator = 100 * KPI_MILLION; \
	return true; \
} \
\
static inline bool \
amounts_weighted_##kind(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	weigh(row, kind##_argument(fcinfo, 1), kind##_argument(fcinfo, 2)); \
	return true; \
} \
\
KPI_RATIO_SOURCE(pct_##kind) \
KPI_RATIO_SOURCE(weighted_##kind)

REVENUE_SOURCES(int8)
REVENUE_SOURCES(numeric)
REVENUE_SOURCES(float8)
PERCENTAGE_SOURCES(int8)
PERCENTAGE_SOURCES(numeric)
PERCENTAGE_SOURCES(float8)

/*
 * A duration, for the mean: the denominator counts.
 */
#define DURATION_SOURCE(source) \
static inline bool \
amounts_duration_##source(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	int64		usec; \
\
	if (!kpi_duration_##source(fcinfo, &usec)) \
		return false; \
	row->numerator = usec; \
	row->denominator = KPI_MILLION; \
	return true; \
} \
\
KPI_RATIO_SOURCE(duration_##source)

KPI_DURATION_SOURCES(DURATION_SOURCE)
