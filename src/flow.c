/*
 * flow.c
 *		The backlog at an instant, and the flow of tickets through a period.
 */
#include "rate.h"
#include "ratio.h"

#include "elapsed.h"
#include "period.h"

/*
 * The backlog counts, of all tickets, those that were opened by an instant and
 * not closed by it.  Without opening or instant a row does not count; without
 * closing the ticket is still open.
 */
#define BACKLOG_SOURCE(source, OPENED, CLOSED, AS_OF) \
static inline KpiOutcome \
backlog_##source(FunctionCallInfo fcinfo) \
{ \
	Timestamp	as_of; \
\
	if (PG_ARGISNULL(1) || PG_ARGISNULL(3)) \
		return KPI_NO_TRIAL; \
	as_of = AS_OF(3); \
	return (KpiOutcome) (OPENED(1) <= as_of && (PG_ARGISNULL(2) || CLOSED(2) > as_of)); \
} \
\
KPI_RATE_SOURCE(backlog_##source, backlog_##source(fcinfo))

BACKLOG_SOURCE(instants, PG_GETARG_TIMESTAMP, PG_GETARG_TIMESTAMP, PG_GETARG_TIMESTAMP);
BACKLOG_SOURCE(instants_date, PG_GETARG_TIMESTAMP, PG_GETARG_TIMESTAMP, KPI_GETARG_DATE);
BACKLOG_SOURCE(date_instant, KPI_GETARG_DATE, PG_GETARG_TIMESTAMP, PG_GETARG_TIMESTAMP);
BACKLOG_SOURCE(instant_date, PG_GETARG_TIMESTAMP, KPI_GETARG_DATE, PG_GETARG_TIMESTAMP);
BACKLOG_SOURCE(dates, KPI_GETARG_DATE, KPI_GETARG_DATE, KPI_GETARG_DATE);

/*
 * The net flow sums, over all tickets, one more for each that was opened inside
 * the period and one less for each that was closed inside it.  Without opening
 * or period a row does not count.
 */
#define FLOW_SOURCE(pair, OPENED, CLOSED) \
static inline bool \
amounts_flow_##pair(FunctionCallInfo fcinfo, KpiAmounts *row) \
{ \
	KpiPeriod	period; \
\
	if (PG_ARGISNULL(1) || PG_ARGISNULL(3)) \
		return false; \
	period = kpi_period_argument(fcinfo, 3); \
	row->numerator = KPI_MILLION * \
		(kpi_period_has(period, OPENED(1)) - (!PG_ARGISNULL(2) && kpi_period_has(period, CLOSED(2)))); \
	row->denominator = KPI_MILLION; \
	return true; \
} \
\
KPI_RATIO_SOURCE(flow_##pair)

KPI_INSTANT_PAIRS(FLOW_SOURCE)
