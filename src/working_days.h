/*
 * working_days.h
 *		Deadlines in days on which a calendar opens.
 */
#ifndef KPI_WORKING_DAYS_H
#define KPI_WORKING_DAYS_H

#include "calendar.h"
#include "pauses.h"

extern bool kpi_working_days_deadline(const KpiCalendar *calendar, KpiPauses *pauses,
									  Timestamp from, int32 days, Timestamp *deadline);

#endif							/* KPI_WORKING_DAYS_H */
