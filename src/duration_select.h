/*
 * duration_select.h
 *		Ranks and percentiles of int64 values in guaranteed linear time.
 */
#ifndef KPI_DURATION_SELECT_H
#define KPI_DURATION_SELECT_H

#include "kpi_core.h"

extern void kpi_select(int64 *values, int64 n, int64 rank);
extern int64 kpi_minimum(const int64 *values, int64 n);
extern void kpi_copy_values(int64 *to, const void *from, int64 n);
extern void kpi_sort(int64 *values, int64 n);
extern int64 kpi_interpolate(int64 low, int64 high, double part);

#endif							/* KPI_DURATION_SELECT_H */
