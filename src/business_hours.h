/*
 * business_hours.h
 *		The business_hours type.
 */
#ifndef KPI_BUSINESS_HOURS_H
#define KPI_BUSINESS_HOURS_H

#include "text_value.h"

#include "pgtime.h"

#include "calendar.h"

extern pg_tz *kpi_find_zone(const char *name);
extern const KpiTextValue *kpi_hours_argument(FunctionCallInfo fcinfo, int argument);
extern KpiCalendar *kpi_calendar_of(const KpiTextValue *hours);

#endif							/* KPI_BUSINESS_HOURS_H */
