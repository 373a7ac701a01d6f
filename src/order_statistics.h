/*
 * order_statistics.h
 *		The order statistics of a sample that enclose a percentile.
 */
#ifndef KPI_ORDER_STATISTICS_H
#define KPI_ORDER_STATISTICS_H

#include "kpi_core.h"

extern void kpi_order_statistics(int64 n, double fraction, double confidence,
								 int64 *low, int64 *high);

#endif							/* KPI_ORDER_STATISTICS_H */
