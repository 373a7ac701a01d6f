/*
 * intervals.h
 *		Confidence intervals of shares.
 */
#ifndef KPI_INTERVALS_H
#define KPI_INTERVALS_H

#include "kpi_core.h"

/*
 * The limits of a share, or of the difference of two shares, from -1 to 1.
 * The centre is the value that the method computes the limits around.
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
