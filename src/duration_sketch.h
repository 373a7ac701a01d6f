/*
 * duration_sketch.h
 *		Durations counted in log-linear buckets: bounded size, bounded error.
 */
#ifndef KPI_DURATION_SKETCH_H
#define KPI_DURATION_SKETCH_H

#include "kpi_core.h"

/* a tally is exact up to this number of values, and uses buckets for more */
#define KPI_EXACT_LIMIT 2047

/* half the width of a bucket divided by its smallest value is at most 1/256 */
#define KPI_SKETCH_RELATIVE_ERROR (1.0 / 256)

/* each power of two has 128 buckets; values below 256 have a bucket each */
#define KPI_PART_BITS 7
#define KPI_PARTS (1 << KPI_PART_BITS)

typedef struct KpiSketch KpiSketch;

extern KpiSketch *kpi_sketch_create(void);
extern bool kpi_sketch_add_all(KpiSketch *sketch, const int64 *values, int64 n);
extern bool kpi_sketch_add_many(KpiSketch *sketch, int64 value, int64 count);
extern bool kpi_sketch_merge(KpiSketch *sketch, const KpiSketch *other);

extern int64 kpi_sketch_size(const KpiSketch *sketch);
extern int128 kpi_sketch_sum(const KpiSketch *sketch);
extern int64 kpi_sketch_minimum(const KpiSketch *sketch);
extern int64 kpi_sketch_maximum(const KpiSketch *sketch);
extern int64 kpi_sketch_at(const KpiSketch *sketch, int64 rank);

extern size_t kpi_sketch_encode(const KpiSketch *sketch, uint8 *out);
extern const char *kpi_sketch_decode_into(KpiSketch *sketch, const uint8 *bytes, size_t length);

/* single buckets, in ascending order */
extern bool kpi_sketch_next(const KpiSketch *sketch, int *bucket, int64 *count);
extern const char *kpi_sketch_restore(KpiSketch *sketch, int64 minimum, int64 maximum, int128 sum,
									  const int64 *lowers, const int64 *counts, int64 nbuckets);

/*
 * Returns the binary logarithm of the width of a bucket.
 */
static inline int
kpi_bucket_shift(int bucket)
{
	return bucket < 2 * KPI_PARTS ? 0 : bucket / KPI_PARTS - 1;
}

/*
 * Returns the number of values that belong to a bucket.
 */
static inline int64
kpi_bucket_width(int bucket)
{
	return INT64_C(1) << kpi_bucket_shift(bucket);
}

/*
 * Returns the smallest value of a bucket.
 */
static inline int64
kpi_bucket_lower(int bucket)
{
	int			shift = kpi_bucket_shift(bucket);

	return (int64) (bucket - shift * KPI_PARTS) << shift;
}

/*
 * Returns the greatest value of a bucket.
 */
static inline int64
kpi_bucket_upper(int bucket)
{
	return kpi_bucket_lower(bucket) + (kpi_bucket_width(bucket) - 1);
}

#endif							/* KPI_DURATION_SKETCH_H */
