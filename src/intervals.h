/*
 * intervals.h
 *		Confidence intervals: the statistics behind the *_ci functions.
 */
#ifndef KPI_INTERVALS_H
#define KPI_INTERVALS_H

#include "kpi_core.h"

/*
 * A share of a sample, or the difference of two, from -1 to 1, with its limits.
 * The centre is what the limits were made around.
 */
typedef struct KpiInterval
{
	double		centre;
	double		low;
	double		high;
} KpiInterval;

extern KpiInterval kpi_wilson(int64 hits, int64 trials, double confidence);
extern KpiInterval kpi_clopper_pearson(int64 hits, int64 trials, double confidence);
extern KpiInterval kpi_adjusted_wald(int64 promoters, int64 detractors, int64 n, double confidence);
extern KpiInterval kpi_difference(KpiInterval a, KpiInterval b);
extern double kpi_required_sample_size(double margin, double confidence);

#endif							/* KPI_INTERVALS_H */
