/*
 * business_hours.h
 *		The business_hours type.
 */
#ifndef KPI_BUSINESS_HOURS_H
#define KPI_BUSINESS_HOURS_H

#include "kpi.h"

#include "pgtime.h"

#include "calendar.h"

/* a value is its own canonical text */
typedef struct KpiBusinessHours
{
	int32		vl_len_;
	uint8		version;
	char		text[FLEXIBLE_ARRAY_MEMBER];	/* not terminated */
} KpiBusinessHours;

extern pg_tz *kpi_find_zone(const char *name);
extern const KpiBusinessHours *kpi_hours_argument(FunctionCallInfo fcinfo, int argument);
extern KpiCalendar *kpi_calendar_of(const KpiBusinessHours *hours);

#endif							/* KPI_BUSINESS_HOURS_H */
