/*
 * estimate.h
 *		kpi_estimate: a value with its confidence interval.
 */
#ifndef KPI_ESTIMATE_H
#define KPI_ESTIMATE_H

#include "kpi.h"

/* a limit that the data cannot support is NaN here, and NULL in SQL */
typedef struct KpiEstimate
{
	double		value;
	double		low;
	double		high;
	int64		n;
} KpiEstimate;

extern double kpi_confidence(FunctionCallInfo fcinfo, int argument);
extern Datum kpi_estimate(FunctionCallInfo fcinfo, KpiEstimate estimate);

#endif							/* KPI_ESTIMATE_H */
