/*
 * calendar.h
 *		Open time between instants, of a compiled business_hours value.
 */
#ifndef KPI_CALENDAR_H
#define KPI_CALENDAR_H

#include "kpi_compat.h"

#include "datatype/timestamp.h"
#include "local_hours.h"
#include "pgtime.h"

typedef struct KpiCalendar KpiCalendar;

/* the time between two instants, see kpi_calendar_stretch_begin */
typedef struct KpiCalendarStretch
{
	KpiCalendar *calendar;
	Timestamp	from;
	bool		is_periodic;	/* reaches years whose sums are not kept */
	const struct KpiCalendarChunk *chunk;	/* where the last instant was */
	int64		before;
} KpiCalendarStretch;

extern KpiCalendar *kpi_calendar_create(pg_tz *zone, const KpiHoursRules *rules);
extern const KpiLocalHours *kpi_calendar_local(const KpiCalendar *calendar);
extern int64 kpi_calendar_open_between(KpiCalendar *calendar, Timestamp from, Timestamp to);
extern void kpi_calendar_stretch_begin(KpiCalendar *calendar, Timestamp from, Timestamp to,
									   KpiCalendarStretch *stretch);
extern int64 kpi_calendar_stretch_open(KpiCalendarStretch *stretch, Timestamp at);
extern bool kpi_calendar_span_at_or_after(KpiCalendar *calendar, Timestamp at, Timestamp until,
										  Timestamp *open, Timestamp *close);
extern bool kpi_calendar_deadline(KpiCalendar *calendar, Timestamp from, int64 usec,
								  Timestamp *deadline);

#endif							/* KPI_CALENDAR_H */
