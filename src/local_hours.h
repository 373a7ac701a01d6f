/*
 * local_hours.h
 *		The instants at which a calendar opens and closes on a local day.
 */
#ifndef KPI_LOCAL_HOURS_H
#define KPI_LOCAL_HOURS_H

#include "kpi_compat.h"

#include "datatype/timestamp.h"
#include "hours_rules.h"
#include "zone_offset.h"

/* the source of a calendar; days are numbered from 2000-01-01 */
typedef struct KpiLocalHours
{
	KpiZoneOffsets *offsets;
	KpiHoursRules rules;
} KpiLocalHours;

/* hours repeat after 400 years, a whole number of weeks, see kpi_local_periodic_from */
#define PERIOD_DAYS 146097

extern Timestamp kpi_local_day_start(const KpiLocalHours *local, int64 day);
extern int64 kpi_local_day_of(const KpiLocalHours *local, Timestamp at);
extern bool kpi_local_day_is_skipped(const KpiLocalHours *local, int64 day);
extern void kpi_local_span(const KpiLocalHours *local, int64 day, bool skipped,
						   const KpiHoursSpan *span, Timestamp *open, Timestamp *close);
extern int64 kpi_local_periodic_from(const KpiLocalHours *local);

#endif							/* KPI_LOCAL_HOURS_H */
