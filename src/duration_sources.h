/*
 * duration_sources.h
 *		The ways in which the arguments of a row give a duration.
 */
#ifndef KPI_DURATION_SOURCES_H
#define KPI_DURATION_SOURCES_H

#include "business_time.h"
#include "elapsed.h"

/*
 * Each source reads the arguments after the state of a transition, and returns
 * false when the row has no duration.
 *
 * "instants" serves timestamptz and timestamp, which both count microseconds:
 * a plain timestamp is read as UTC.  A date is its midnight.  Transitions are
 * strict, except for "parts", each of which may be NULL, and for business
 * hours, where NULL hours are around the clock.
 */

/*
 * Reads an interval.
 */
static inline bool
kpi_duration_interval(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1));
	return true;
}

/*
 * Reads two instants.
 */
static inline bool
kpi_duration_instants(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_elapsed_usec(PG_GETARG_TIMESTAMP(1), PG_GETARG_TIMESTAMP(2));
	return true;
}

/*
 * Reads two dates.
 */
static inline bool
kpi_duration_dates(FunctionCallInfo fcinfo, int64 *usec)
{
	*usec = kpi_elapsed_usec(KPI_GETARG_DATE(1), KPI_GETARG_DATE(2));
	return true;
}

/*
 * Reads two instants and business hours.  No duration without an instant.
 */
static inline bool
kpi_duration_business_instants(FunctionCallInfo fcinfo, int64 *usec)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	*usec = kpi_business_usec(PG_GETARG_TIMESTAMP(1), PG_GETARG_TIMESTAMP(2), fcinfo, 3);
	return true;
}

/*
 * Reads two dates and business hours.  No duration without a date.
 */
static inline bool
kpi_duration_business_dates(FunctionCallInfo fcinfo, int64 *usec)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	*usec = kpi_business_usec(KPI_GETARG_DATE(1), KPI_GETARG_DATE(2), fcinfo, 3);
	return true;
}

/*
 * Adds three intervals: talk, hold and wrap time.  A NULL part counts 0.  No
 * duration if all are NULL.
 */
static inline bool
kpi_duration_parts(FunctionCallInfo fcinfo, int64 *usec)
{
	bool		known = false;
	int			part;

	*usec = 0;
	for (part = 1; part <= 3; part++)
	{
		if (PG_ARGISNULL(part))
			continue;
		if (pg_add_s64_overflow(*usec, kpi_interval_to_usec(PG_GETARG_INTERVAL_P(part)), usec))
			kpi_report_interval_out_of_range();
		known = true;
	}
	return known;
}

#endif							/* KPI_DURATION_SOURCES_H */
