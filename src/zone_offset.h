/*
 * zone_offset.h
 *		Offsets of a time zone from UTC.
 */
#ifndef KPI_ZONE_OFFSET_H
#define KPI_ZONE_OFFSET_H

#include "kpi_compat.h"

#include "pgtime.h"

/* add this to the seconds of a PostgreSQL timestamp to get Unix time */
#define KPI_UNIX_TO_POSTGRES \
	(((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)) * SECS_PER_DAY)

typedef struct KpiZoneOffsets KpiZoneOffsets;

extern KpiZoneOffsets *kpi_zone_offsets_create(pg_tz *zone);
extern int64 kpi_zone_offset(KpiZoneOffsets *offsets, int64 at);

#endif							/* KPI_ZONE_OFFSET_H */
