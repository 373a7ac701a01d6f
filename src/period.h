/*
 * period.h
 *		Arguments that name a period: ranges of instants or of dates in SQL.
 */
#ifndef KPI_PERIOD_H
#define KPI_PERIOD_H

#include "kpi_compat.h"

#include "utils/timestamp.h"

/* from the start on, up to but without the end */
typedef struct KpiPeriod
{
	Timestamp	start;
	Timestamp	end;
} KpiPeriod;

static inline bool
kpi_period_has(KpiPeriod period, Timestamp at)
{
	return at >= period.start && at < period.end;
}

extern KpiPeriod kpi_period_argument(FunctionCallInfo fcinfo, int argument);

#endif							/* KPI_PERIOD_H */
