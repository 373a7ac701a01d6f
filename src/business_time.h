/*
 * business_time.h
 *		Allowances and targets of working time.
 */
#ifndef KPI_BUSINESS_TIME_H
#define KPI_BUSINESS_TIME_H

#include "kpi_compat.h"

#include "utils/timestamp.h"

extern int64 kpi_allowance_usec(const Interval *interval, bool in_hours);

#endif							/* KPI_BUSINESS_TIME_H */
