/*
 * period.h
 *		Arguments that are periods: ranges of instants or dates in SQL.
 */
#ifndef KPI_PERIOD_H
#define KPI_PERIOD_H

#include "kpi_compat.h"

#include "utils/timestamp.h"

/* the start is included, the end is not */
typedef struct KpiPeriod
{
	Timestamp	start;
	Timestamp	end;
} KpiPeriod;

/*
 * Returns true if an instant is inside a period.
 */
static inline bool
kpi_period_has(KpiPeriod period, Timestamp at)
{
	return at >= period.start && at < period.end;
}

extern KpiPeriod kpi_period_argument(FunctionCallInfo fcinfo, int argument);

#endif							/* KPI_PERIOD_H */
