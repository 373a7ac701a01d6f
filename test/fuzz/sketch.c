/*
 * sketch.c
 *		libFuzzer target for the sketch of durations: its bytes, its merges, and the
 *		limits of its shares.
 */
#include "duration_share.h"
#include "duration_sketch.h"
#include "input.h"

#include <math.h>

#define MOST_PAIRS 200

/* values and how often each occurs */
typedef struct Pairs
{
	int			n;
	int64		values[MOST_PAIRS];
	int64		counts[MOST_PAIRS];
} Pairs;

static uint8 *
encoded(const KpiSketch *sketch, size_t *length)
{
	uint8	   *bytes;

	*length = kpi_sketch_encode(sketch, NULL);
	bytes = malloc(*length);
	REQUIRE(bytes != NULL && kpi_sketch_encode(sketch, bytes) == *length);
	return bytes;
}

static void
require_same(const KpiSketch *a, const KpiSketch *b)
{
	size_t		a_length;
	size_t		b_length;
	uint8	   *a_bytes = encoded(a, &a_length);
	uint8	   *b_bytes = encoded(b, &b_length);

	REQUIRE(a_length == b_length && memcmp(a_bytes, b_bytes, a_length) == 0);
	free(a_bytes);
	free(b_bytes);
}

/*
 * The share within a target: an estimate between its limits, and none of them
 * below those of a smaller target.
 */
static KpiWithin
require_within(const KpiSketch *sketch, int64 target, KpiWithin before)
{
	KpiWithin	within = kpi_sketch_within(sketch, target);

	REQUIRE((double) within.low <= within.estimate && within.estimate <= (double) within.high);
	REQUIRE(within.low >= before.low && within.estimate >= before.estimate && within.high >= before.high);
	if (target < kpi_sketch_minimum(sketch))
		REQUIRE(within.high == 0);
	if (target >= kpi_sketch_maximum(sketch))
		REQUIRE(within.low == kpi_sketch_size(sketch));
	return within;
}

/*
 * Targets at the edges and in the middle of every eighth bucket: each of them takes
 * time in proportion to the number of buckets.
 */
static void
require_ascending_shares(const KpiSketch *sketch)
{
	KpiWithin	within = {0, 0, 0};
	int			bucket = -1;
	int			buckets = 0;
	int64		count;

	while (kpi_sketch_next(sketch, &bucket, &count))
	{
		int64		lower = kpi_bucket_lower(bucket);
		int64		upper = kpi_bucket_upper(bucket);

		if (buckets++ % 8 > 0)
			continue;
		within = require_within(sketch, lower - 1, within);
		REQUIRE(within.low == within.high);
		within = require_within(sketch, lower, within);
		within = require_within(sketch, lower + (upper - lower) / 2, within);
		within = require_within(sketch, upper, within);
		REQUIRE(within.low == within.high);
	}
	require_within(sketch, kpi_sketch_maximum(sketch), within);
}

/*
 * Arbitrary bytes are refused, or are the only encoding of the values that they decode to.
 */
static void
decode(const uint8 *data, size_t size)
{
	uint8	   *bytes = copy(data, size);
	KpiSketch  *sketch = kpi_sketch_create();

	if (kpi_sketch_decode_into(sketch, bytes, size) == NULL)
	{
		size_t		length;
		uint8	   *again = encoded(sketch, &length);

		REQUIRE(length == size && memcmp(again, bytes, size) == 0);
		free(again);
		require_ascending_shares(sketch);
	}
	free(bytes);
}

/*
 * The values at every step-th place, some added one by one.
 */
static KpiSketch *
sketch_of(const Pairs *pairs, int begin, int step)
{
	KpiSketch  *sketch = kpi_sketch_create();
	int			i;

	for (i = begin; i < pairs->n; i += step)
	{
		REQUIRE(kpi_sketch_add_all(sketch, &pairs->values[i], 1));
		REQUIRE(kpi_sketch_add_many(sketch, pairs->values[i], pairs->counts[i] - 1));
	}
	return sketch;
}

static void
insert_pair(Pairs *pairs, int64 value, int64 count)
{
	int			i = pairs->n++;

	for (; i > 0 && pairs->values[i - 1] > value; i--)
	{
		pairs->values[i] = pairs->values[i - 1];
		pairs->counts[i] = pairs->counts[i - 1];
	}
	pairs->values[i] = value;
	pairs->counts[i] = count;
}

/*
 * The true share is within the limits, for targets at all values and beside them.
 * The sketch has every pair twice.
 */
static void
require_shares(const KpiSketch *sketch, const Pairs *pairs)
{
	KpiWithin	within = {0, 0, 0};
	int64		rank = 0;
	int			i;

	for (i = 0; i < pairs->n; i++)
	{
		int64		value = pairs->values[i];

		if (i == 0 || value > pairs->values[i - 1])
		{
			within = require_within(sketch, value - 1, within);
			REQUIRE(within.low <= rank && rank <= within.high);
		}
		rank += 2 * pairs->counts[i];
		if (i + 1 < pairs->n && value == pairs->values[i + 1])
			continue;
		within = require_within(sketch, value, within);
		REQUIRE(within.low <= rank && rank <= within.high);
	}
}

/*
 * The limits of the bucket of a value that the sketch has.
 */
static void
find_bucket(const KpiSketch *sketch, int64 value, int64 *lower, int64 *upper)
{
	int			bucket = -1;
	int64		count;

	do
	{
		REQUIRE(kpi_sketch_next(sketch, &bucket, &count));
		*lower = kpi_bucket_lower(bucket);
		*upper = kpi_bucket_upper(bucket);
	} while (*upper < value);
	REQUIRE(*lower <= value);
}

/*
 * Values moved within their buckets so that the sum leaves no choice: all at the
 * upper end of where they may be on their side of the target, or all at the lower
 * end.  Then the true share is a limit.
 */
static void
require_tight(const KpiSketch *sketch, const Pairs *pairs, int64 target)
{
	KpiSketch  *highest = kpi_sketch_create();
	KpiSketch  *lowest = kpi_sketch_create();
	int64		within = 0;
	int			i;

	for (i = 0; i < pairs->n; i++)
	{
		int64		value = pairs->values[i];
		int64		count = pairs->counts[i];
		int64		lower;
		int64		upper;

		find_bucket(sketch, value, &lower, &upper);
		if (value <= target)
			within += count;
		REQUIRE(kpi_sketch_add_many(highest, value <= target ? Min(upper, target) : upper, count));
		REQUIRE(kpi_sketch_add_many(lowest, value > target ? Max(lower, target + 1) : lower, count));
	}
	REQUIRE(kpi_sketch_within(highest, target).high == within);
	REQUIRE(kpi_sketch_within(lowest, target).low == within);
}

/*
 * The same values in any tree of merging, and through bytes and lists of
 * buckets; every rank within the bound.
 */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Input		input = {data, data + size};
	Pairs		pairs = {0};
	KpiSketch  *whole;
	KpiSketch  *merged;
	KpiSketch  *restored;
	uint8	   *bytes;
	size_t		length;
	int64		lowers[MOST_PAIRS];
	int64		counts[MOST_PAIRS];
	int64		nbuckets = 0;
	int64		count;
	int64		n = 0;
	int64		rank = 0;
	int			bucket = -1;
	int			kind;
	int			i;

	decode(input.next, (size_t) (input.end - input.next));

	kind = (int) take(&input, 1);
	while (pairs.n < MOST_PAIRS && input.next < input.end)
	{
		int64		value = take_value(&input, kind < 128 ? kind : pairs.n);

		count = 1 + (int64) take(&input, kind % 2 == 0 ? 1 : 5);
		insert_pair(&pairs, value, count);
		n += count;
	}
	if (n <= KPI_EXACT_LIMIT)
		return 0;

	whole = sketch_of(&pairs, 0, 1);
	REQUIRE(kpi_sketch_size(whole) == n);
	bytes = encoded(whole, &length);
	decode(bytes, length);

	merged = sketch_of(&pairs, 0, 3);
	REQUIRE(kpi_sketch_merge(merged, sketch_of(&pairs, 2, 3)));
	REQUIRE(kpi_sketch_merge(merged, sketch_of(&pairs, 1, 3)));
	require_same(whole, merged);
	REQUIRE(kpi_sketch_decode_into(merged, bytes, length) == NULL);
	REQUIRE(kpi_sketch_merge(whole, sketch_of(&pairs, 0, 1)));
	require_same(whole, merged);
	free(bytes);

	while (kpi_sketch_next(whole, &bucket, &count))
	{
		lowers[nbuckets] = kpi_bucket_lower(bucket);
		counts[nbuckets++] = count;
	}
	restored = kpi_sketch_create();
	REQUIRE(kpi_sketch_restore(restored, kpi_sketch_minimum(whole), kpi_sketch_maximum(whole),
							   kpi_sketch_sum(whole), lowers, counts, nbuckets) == NULL);
	require_same(whole, restored);

	/* all are there twice by now */
	for (i = 0; i < pairs.n; i++)
	{
		double		exact = (double) pairs.values[i];
		double		estimate;

		rank += 2 * pairs.counts[i];
		estimate = (double) kpi_sketch_at(whole, rank - 1);
		REQUIRE(fabs(estimate - exact) <= KPI_SKETCH_RELATIVE_ERROR * exact);
	}
	REQUIRE(kpi_sketch_at(whole, 0) == pairs.values[0]);
	REQUIRE(kpi_sketch_at(whole, 2 * n - 1) == pairs.values[pairs.n - 1]);
	require_shares(whole, &pairs);
	require_tight(whole, &pairs, pairs.values[pairs.n / 2]);
	require_tight(whole, &pairs, pairs.values[pairs.n / 3] / 2 + pairs.values[pairs.n - 1] / 2);
	return 0;
}
