/*
 * intervals.h
 *		Confidence intervals: the statistics behind the *_ci functions.
 */
#ifndef KPI_INTERVALS_H
#define KPI_INTERVALS_H

#include "kpi_core.h"

extern void kpi_order_statistics(int64 n, double fraction, double confidence,
								 int64 *low, int64 *high);

#endif							/* KPI_INTERVALS_H */
