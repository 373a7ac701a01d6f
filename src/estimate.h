/*
 * estimate.h
 *		kpi_estimate: a value with its confidence interval.
 */
#ifndef KPI_ESTIMATE_H
#define KPI_ESTIMATE_H

#include "intervals.h"
#include "kpi.h"

/* a limit that the data cannot support is NaN here, and NULL in SQL */
typedef struct KpiEstimate
{
	double		value;
	double		low;
	double		high;
	int64		n;
} KpiEstimate;

/* a percentage of n rows, with the interval of the share */
typedef struct KpiSample
{
	double		value;
	KpiInterval interval;
	int64		n;
} KpiSample;

extern double kpi_confidence(FunctionCallInfo fcinfo, int argument);
extern Datum kpi_estimate(FunctionCallInfo fcinfo, KpiEstimate estimate);
extern int64 kpi_sample_size_of_both(int64 a, int64 b);
extern KpiSample kpi_share(int64 hits, int64 trials, double confidence);
extern Datum kpi_percent_estimate(FunctionCallInfo fcinfo, KpiSample sample);
extern Datum kpi_percent_change(FunctionCallInfo fcinfo, KpiSample before, KpiSample after, double bound);

#endif							/* KPI_ESTIMATE_H */
