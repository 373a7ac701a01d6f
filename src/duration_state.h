/*
 * duration_state.h
 *		kpi_durations as a value and as a transition state.
 */
#ifndef KPI_DURATION_STATE_H
#define KPI_DURATION_STATE_H

#include "kpi.h"

#include "duration_multiset.h"

/*
 * The values of a tally, whatever its layout.  Either "set" is not NULL, and
 * the values are in it, or they are in the array.
 */
typedef struct KpiDurations
{
	int64		n;
	int64	   *values;
	bool		sorted;
	KpiMultiset *set;
} KpiDurations;

extern KpiDurations kpi_durations_read(Datum datum, bool reorder);
extern int64 kpi_durations_at(KpiDurations *durations, int64 rank);
extern int64 kpi_durations_percentile(KpiDurations *durations, double fraction);
extern const int64 *kpi_durations_sorted(KpiDurations *durations);

extern Datum kpi_durations_canonical(Datum datum);
extern Datum kpi_durations_encode(const int64 *sorted, int64 n);
extern Datum kpi_durations_from_bytes(const char *bytes, int length);
extern int64 *kpi_durations_allocate(int64 n);

extern Datum kpi_durations_append(Datum state, MemoryContext context,
								  const int64 *values, int64 n);
extern KpiMultiset *kpi_durations_moving(Datum *state, MemoryContext context,
										 MemoryContext *set_context);

#endif							/* KPI_DURATION_STATE_H */
