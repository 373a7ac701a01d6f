/*
 * business_time.h
 *		Open time between instants, and allowances of working time.
 */
#ifndef KPI_BUSINESS_TIME_H
#define KPI_BUSINESS_TIME_H

#include "kpi_compat.h"

#include "utils/timestamp.h"

extern int64 kpi_business_usec(Timestamp started, Timestamp ended, FunctionCallInfo fcinfo, int hours);
extern int64 kpi_allowance_usec(const Interval *interval, const char *name, bool in_hours);

#endif							/* KPI_BUSINESS_TIME_H */
