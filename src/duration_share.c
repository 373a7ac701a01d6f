/*
 * duration_share.c
 *		The share of the durations in a sketch that is within a target.
 *
 * A sketch keeps counts of buckets, so a target inside a bucket divides values
 * that are no longer known.  The counts of the other buckets, the minimum, the
 * maximum and the sum of all values are certain.
 *
 * The minimum is within each target that is not below it, and the maximum is
 * not within a target that is below it.  Both are taken out first.  Each
 * remaining value lies in its bucket and between the minimum and the maximum.
 *
 * The sum matters where few buckets hold nearly all values.  If the remaining
 * values of a bucket from "lowest" to "highest" are c, and k of them are
 * within the target t, then their sum is
 *
 *		at least	k * lowest + (c - k) * (t + 1)
 *		at most		k * t + (c - k) * highest
 *
 * and the sums of the other buckets have limits as well.  Every sum between
 * the limits is possible, because values are integers.  So the limits of k are
 * exactly the smallest and the greatest count over all sets of durations that
 * have this sketch, and both are monotone in the target.
 */
#include "duration_share.h"

/*
 * All buckets, without the minimum and the maximum, seen from a target.
 */
typedef struct Division
{
	int64		below;			/* values in buckets that are within the target */
	int64		divided;		/* values in the bucket that the target divides */
	int64		lowest;			/* limits of the values in that bucket */
	int64		highest;
	int128		least;			/* limits of the sum of the other buckets */
	int128		most;
} Division;

/*
 * Divides the buckets by a target.
 */
static Division
divide(const KpiSketch *sketch, int64 target)
{
	int64		minimum = kpi_sketch_minimum(sketch);
	int64		maximum = kpi_sketch_maximum(sketch);
	Division	division = {0};
	int			bucket = -1;
	int64		count;

	while (kpi_sketch_next(sketch, &bucket, &count))
	{
		int64		lower = kpi_bucket_lower(bucket);
		int64		upper = kpi_bucket_upper(bucket);
		int64		lowest = Max(lower, minimum);
		int64		highest = Min(upper, maximum);

		if (lower <= minimum)
			count--;
		if (maximum <= upper)
			count--;
		if (lowest <= target && target < highest)
		{
			division.divided = count;
			division.lowest = lowest;
			division.highest = highest;
			continue;
		}
		if (highest <= target)
			division.below += count;
		division.least += (int128) lowest * count;
		division.most += (int128) highest * count;
	}
	return division;
}

/*
 * Counts the values at or under target.  Inside a bucket the estimate assumes
 * that all values of the bucket are equally frequent.
 *
 * low <= estimate <= high, and all three are monotone in the target.
 */
KpiWithin
kpi_sketch_within(const KpiSketch *sketch, int64 target)
{
	int64		n = kpi_sketch_size(sketch);
	int64		minimum = kpi_sketch_minimum(sketch);
	int64		maximum = kpi_sketch_maximum(sketch);
	KpiWithin	within;
	Division	division;

	if (target < minimum)
		return (KpiWithin) {0, 0, 0};
	if (target >= maximum)
		return (KpiWithin) {(double) n, n, n};

	/* the minimum itself is within the target */
	division = divide(sketch, target);
	within.low = within.high = 1 + division.below;
	within.estimate = (double) within.low;
	if (division.divided > 0)
	{
		int64		divided = division.divided;
		int64		lowest = division.lowest;
		int64		highest = division.highest;
		int128		sum = kpi_sketch_sum(sketch) - minimum - maximum;
		int128		lack = division.least + (int128) divided * (target + 1) - sum;
		int128		room = division.most + (int128) divided * highest - sum;
		double		part = (double) (target - lowest + 1) / ((double) (highest - lowest) + 1);

		/* the limits of k, rounded inwards */
		if (lack > 0)
			within.low += (int64) ((lack + (target - lowest)) / (target - lowest + 1));
		within.high += (int64) Min(room / (highest - target), (int128) divided);

		within.estimate += (double) divided * part;
		within.estimate = Min(Max(within.estimate, (double) within.low), (double) within.high);
	}
	return within;
}
