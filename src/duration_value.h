/*
 * duration_value.h
 *		kpi_durations as a value: its layouts, and its figures.
 */
#ifndef KPI_DURATION_VALUE_H
#define KPI_DURATION_VALUE_H

#include "kpi.h"

#include "duration_multiset.h"
#include "duration_share.h"
#include "utils/memutils.h"

typedef enum DurationForm
{
	FORM_EXACT = 1,				/* canonical: all values */
	FORM_BUCKETS = 2,			/* canonical: counted in buckets */
	FORM_WORKING = 3			/* an array that may grow in place */
} DurationForm;

/* flag of a state that keeps every value, without a limit on their number */
#define DURATION_UNLIMITED 1

/* the first bytes of every flat layout, after the length word */
typedef struct DurationHeader
{
	uint8		version;
	uint8		form;
	uint8		flags;
	uint8		reserved;
} DurationHeader;

typedef struct WorkingArray
{
	int32		vl_len_;
	DurationHeader header;
	int64		n;				/* values in use; the room follows from the length */
	int64		values[FLEXIBLE_ARRAY_MEMBER];
} WorkingArray;

/* the greatest number of values in a flat datum */
#define MAX_FLAT_VALUES \
	((int64) ((MaxAllocSize - offsetof(WorkingArray, values)) / sizeof(int64)))

/*
 * A distribution of n durations in any layout: they are in one of sketch, set and
 * values.
 */
typedef struct KpiDurations
{
	bool		unlimited;
	bool		sorted;			/* is the array sorted? */
	int64		n;
	int64	   *values;
	KpiMultiset *set;
	KpiSketch  *sketch;
} KpiDurations;

/* a flat datum, detoasted */
typedef struct FlatDurations
{
	struct varlena *datum;
	DurationHeader header;
	const uint8 *bytes;			/* after the header */
	size_t		length;
} FlatDurations;

extern void kpi_report_too_many(int64 n);
extern int64 *kpi_durations_allocate(int64 n);
extern void kpi_durations_require_kind(const KpiDurations *durations, uint8 flags);

extern FlatDurations kpi_durations_open(Datum datum);
extern KpiDurations kpi_durations_read_flat(Datum datum, bool borrow);
extern Datum kpi_durations_encode(KpiDurations *durations);
extern Datum kpi_durations_from_bytes(const char *bytes, int length);

extern int64 kpi_durations_at(KpiDurations *durations, int64 rank);
extern int64 kpi_durations_percentile(KpiDurations *durations, double fraction);
extern const int64 *kpi_durations_sorted(KpiDurations *durations);
extern int128 kpi_durations_sum(KpiDurations *durations);
extern KpiWithin kpi_durations_within(KpiDurations *durations, int64 target);

#endif							/* KPI_DURATION_VALUE_H */
