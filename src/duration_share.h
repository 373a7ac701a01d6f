/*
 * duration_share.h
 *		The share of the durations in a sketch that is within a target.
 */
#ifndef KPI_DURATION_SHARE_H
#define KPI_DURATION_SHARE_H

#include "duration_sketch.h"

/* a number of durations: an estimate, and the limits that are certain */
typedef struct KpiWithin
{
	double		estimate;
	int64		low;
	int64		high;
} KpiWithin;

extern KpiWithin kpi_sketch_within(const KpiSketch *sketch, int64 target);

#endif							/* KPI_DURATION_SHARE_H */
