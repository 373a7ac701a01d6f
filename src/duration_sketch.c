/*
 * duration_sketch.c
 *		Durations counted in log-linear buckets: bounded size, bounded error.
 *
 * Each power of two is divided into 128 equal buckets.  Values below 256 have
 * a bucket each:
 *
 *		value < 256			bucket = value
 *		otherwise			bucket = 128 * s + (value >> s), where s is such that
 *							value >> s is in 128..255
 *
 * This is integer arithmetic, so the result is the same on every machine.  A
 * bucket that begins at L >= 128 * 2^s is 2^s wide.  Its representative is its
 * middle, whose distance from each value is at most 2^s / 2 <= L / 256.  So
 * the relative error of a value is at most 1/256 (0.39 %), and 0 below 256.  A
 * percentile is interpolated between the values of two neighbouring ranks.
 * The same interpolation between their representatives keeps the bound,
 * because all are positive.  Clamping to the exact minimum and maximum never
 * adds an error.
 *
 * The number of values, their sum, minimum and maximum are exact.  Counters
 * depend only on the multiset of values: not on the order of the values, and
 * not on the order in which sketches were merged.
 *
 * Stored form, all varints (see duration_codec.c):
 *
 *		n, minimum, maximum - minimum, sum, count of the minimum's bucket,
 *		then (buckets skipped, count) up to the maximum's bucket
 *
 * Memory comes from the context that is current in kpi_sketch_create.
 */
#include "duration_sketch.h"

#include "duration_codec.h"

/* int64 values have 63 bits; the first 8 select the counter in a page */
#define PAGES (63 - KPI_PART_BITS + 1)
#define BUCKETS (PAGES * KPI_PARTS)

/*
 * A page contains the counters of one power of two, and is allocated for its
 * first value.  Counters have 32 bits until one of them overflows; then all
 * get 64 bits.
 */
struct KpiSketch
{
	KpiMemory	memory;
	int64		n;
	uint64		sum_low;		/* a stored 128-bit integer, see KpiInt128 */
	uint64		sum_high;
	int64		minimum;
	int64		maximum;
	bool		wide;
	void	   *pages[PAGES];
};

/*
 * Returns the bucket of a value.
 */
static inline int
bucket_of(int64 value)
{
	int			shift;

	if (value < 2 * KPI_PARTS)
		return (int) value;
	shift = 63 - __builtin_clzll((uint64) value) - KPI_PART_BITS;
	return shift * KPI_PARTS + (int) (value >> shift);
}

/*
 * Returns the estimate for each value of a bucket: its middle, clamped to the
 * extremes.
 */
static int64
representative(const KpiSketch *sketch, int bucket)
{
	int64		middle = kpi_bucket_lower(bucket) + kpi_bucket_width(bucket) / 2;

	return Min(Max(middle, sketch->minimum), sketch->maximum);
}

/*
 * Creates an empty sketch in the current context.
 */
KpiSketch *
kpi_sketch_create(void)
{
	KpiSketch  *sketch = kpi_allocate_zeroed(KPI_CURRENT_MEMORY, sizeof(KpiSketch));

	sketch->memory = KPI_CURRENT_MEMORY;
	sketch->minimum = INT64_MAX;
	return sketch;
}

/*
 * Returns the number of values.
 */
int64
kpi_sketch_size(const KpiSketch *sketch)
{
	return sketch->n;
}

/*
 * Returns the exact sum of the values.
 */
int128
kpi_sketch_sum(const KpiSketch *sketch)
{
	return (int128) (((uint128) sketch->sum_high << 64) | sketch->sum_low);
}

/*
 * Returns the smallest value, which is exact.
 */
int64
kpi_sketch_minimum(const KpiSketch *sketch)
{
	return sketch->minimum;
}

/*
 * Returns the greatest value, which is exact.
 */
int64
kpi_sketch_maximum(const KpiSketch *sketch)
{
	return sketch->maximum;
}

/*
 * Adds to the sum, which cannot overflow: it has fewer than 2^63 values below
 * 2^63.
 */
static void
add_to_sum(KpiSketch *sketch, uint128 value)
{
	uint128		sum = (uint128) kpi_sketch_sum(sketch) + value;

	sketch->sum_low = (uint64) sum;
	sketch->sum_high = (uint64) (sum >> 64);
}

/*
 * Returns the counter of a bucket.
 */
static int64
count_in(const KpiSketch *sketch, int bucket)
{
	const void *page = sketch->pages[bucket / KPI_PARTS];

	if (page == NULL)
		return 0;
	return sketch->wide ? ((const int64 *) page)[bucket % KPI_PARTS]
		: (int64) ((const uint32 *) page)[bucket % KPI_PARTS];
}

/*
 * Widens all counters to 64 bits.
 */
static void
widen(KpiSketch *sketch)
{
	int			page;

	for (page = 0; page < PAGES; page++)
	{
		uint32	   *narrow = sketch->pages[page];
		int64	   *wide;
		int			part;

		if (narrow == NULL)
			continue;
		wide = kpi_allocate(sketch->memory, KPI_PARTS * sizeof(int64));
		for (part = 0; part < KPI_PARTS; part++)
			wide[part] = narrow[part];
		pfree(narrow);
		sketch->pages[page] = wide;
	}
	sketch->wide = true;
}

/*
 * Adds to one counter.  No counter can overflow, because the caller has
 * checked that their sum does not.
 */
static inline void
count_up(KpiSketch *sketch, int bucket, int64 count)
{
	void	  **page = &sketch->pages[bucket / KPI_PARTS];

	if (*page == NULL)
		*page = kpi_allocate_zeroed(sketch->memory,
									KPI_PARTS * (sketch->wide ? sizeof(int64) : sizeof(uint32)));
	if (!sketch->wide)
	{
		uint32	   *counter = (uint32 *) *page + bucket % KPI_PARTS;

		if (count <= (int64) (UINT32_MAX - *counter))
		{
			*counter += (uint32) count;
			return;
		}
		widen(sketch);
	}
	((int64 *) *page)[bucket % KPI_PARTS] += count;
}

/*
 * Adds n values.  Returns false if the number of values would overflow.
 */
bool
kpi_sketch_add_all(KpiSketch *sketch, const int64 *values, int64 n)
{
	uint128		sum = 0;
	int64		minimum = sketch->minimum;
	int64		maximum = sketch->maximum;
	int64		i;

	if (n > INT64_MAX - sketch->n)
		return false;
	for (i = 0; i < n; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		sum += (uint64) values[i];
		minimum = Min(minimum, values[i]);
		maximum = Max(maximum, values[i]);
		count_up(sketch, bucket_of(values[i]), 1);
	}
	sketch->n += n;
	add_to_sum(sketch, sum);
	sketch->minimum = minimum;
	sketch->maximum = maximum;
	return true;
}

/*
 * Adds a value "count" times.  Returns false if the number of values would
 * overflow.
 */
bool
kpi_sketch_add_many(KpiSketch *sketch, int64 value, int64 count)
{
	if (count > INT64_MAX - sketch->n)
		return false;
	sketch->n += count;
	add_to_sum(sketch, (uint128) value * (uint128) count);
	sketch->minimum = Min(sketch->minimum, value);
	sketch->maximum = Max(sketch->maximum, value);
	count_up(sketch, bucket_of(value), count);
	return true;
}

/*
 * Adds another sketch.  Returns false if the number of values would overflow.
 */
bool
kpi_sketch_merge(KpiSketch *sketch, const KpiSketch *other)
{
	int			bucket = -1;
	int64		count;

	if (other->n > INT64_MAX - sketch->n)
		return false;
	sketch->n += other->n;
	add_to_sum(sketch, (uint128) kpi_sketch_sum(other));
	sketch->minimum = Min(sketch->minimum, other->minimum);
	sketch->maximum = Max(sketch->maximum, other->maximum);
	while (kpi_sketch_next(other, &bucket, &count))
		count_up(sketch, bucket, count);
	return true;
}

/*
 * Sets *bucket to the next bucket that is not empty, and *count to its count.
 * Start with *bucket = -1.  Returns false if there is no other bucket.
 */
bool
kpi_sketch_next(const KpiSketch *sketch, int *bucket, int64 *count)
{
	while (++*bucket < BUCKETS)
	{
		if (sketch->pages[*bucket / KPI_PARTS] == NULL)
			*bucket |= KPI_PARTS - 1;	/* continue with the next page */
		else if ((*count = count_in(sketch, *bucket)) > 0)
			return true;
	}
	return false;
}

/*
 * Returns an estimate for the value of a 0-based rank, which must be below the
 * size.  The first and the last value are exact.
 */
int64
kpi_sketch_at(const KpiSketch *sketch, int64 rank)
{
	int			bucket = -1;
	int64		count;
	int64		seen = 0;

	if (rank == 0)
		return sketch->minimum;
	if (rank == sketch->n - 1)
		return sketch->maximum;
	while (kpi_sketch_next(sketch, &bucket, &count))
	{
		seen += count;
		if (rank < seen)
			break;
	}
	return representative(sketch, bucket);
}

/*
 * Encodes a sketch of at least one value into out, or only measures the
 * encoding if out is NULL.  Returns the number of bytes.
 */
size_t
kpi_sketch_encode(const KpiSketch *sketch, uint8 *out)
{
	size_t		length;
	int			last = -1;
	int			bucket = -1;
	int64		count;

	length = kpi_put_varint((uint64) sketch->n, out);
	length += kpi_put_varint((uint64) sketch->minimum, out ? out + length : NULL);
	length += kpi_put_varint((uint64) (sketch->maximum - sketch->minimum), out ? out + length : NULL);
	length += kpi_put_wide_varint((uint128) kpi_sketch_sum(sketch), out ? out + length : NULL);
	while (kpi_sketch_next(sketch, &bucket, &count))
	{
		/* the first bucket is that of the minimum */
		if (last >= 0)
			length += kpi_put_varint((uint64) (bucket - last - 1), out ? out + length : NULL);
		length += kpi_put_varint((uint64) count, out ? out + length : NULL);
		last = bucket;
	}
	return length;
}

/*
 * A sketch that is being read: the exact figures, and the totals of the
 * buckets that have been read.
 */
typedef struct Reading
{
	int64		n;
	int64		minimum;
	int64		maximum;
	uint128		sum;
	int64		counted;
	uint128		lowest_sum;		/* limits of the sum of these values */
	uint128		highest_sum;
} Reading;

/*
 * Checks the exact figures.  Returns NULL, or an error detail.
 */
static const char *
check_head(const KpiSketch *sketch, const Reading *reading)
{
	if (reading->n <= KPI_EXACT_LIMIT)
		return "There are too few values for buckets.";
	if (reading->n > INT64_MAX - sketch->n)
		return "There are too many values.";
	if (reading->minimum > reading->maximum)
		return "The maximum is below the minimum.";
	return NULL;
}

/*
 * Adds a bucket.  Returns false if it is empty or has more values than remain.
 */
static inline bool
take_bucket(KpiSketch *sketch, Reading *reading, int bucket, uint64 count)
{
	int64		lowest = kpi_bucket_lower(bucket);
	int64		highest = kpi_bucket_upper(bucket);

	if (count == 0 || count > (uint64) (reading->n - reading->counted))
		return false;
	reading->counted += (int64) count;
	reading->lowest_sum += (uint128) Max(lowest, reading->minimum) * count;
	reading->highest_sum += (uint128) Min(highest, reading->maximum) * count;
	count_up(sketch, bucket, (int64) count);
	return true;
}

/*
 * Adds the exact figures, if they are possible with these buckets.  Returns
 * NULL, or an error detail.
 */
static const char *
take_figures(KpiSketch *sketch, const Reading *reading)
{
	int64		lowest_last;
	int64		highest_first;

	if (reading->counted != reading->n)
		return "The buckets do not add up to the number of values.";
	/* one value is the maximum itself, and one is the minimum */
	lowest_last = Max(kpi_bucket_lower(bucket_of(reading->maximum)), reading->minimum);
	highest_first = Min(kpi_bucket_upper(bucket_of(reading->minimum)), reading->maximum);
	if (reading->sum < reading->lowest_sum + (uint128) (reading->maximum - lowest_last) ||
		reading->sum > reading->highest_sum - (uint128) (highest_first - reading->minimum))
		return "The sum does not fit the buckets.";
	sketch->n += reading->n;
	add_to_sum(sketch, reading->sum);
	sketch->minimum = Min(sketch->minimum, reading->minimum);
	sketch->maximum = Max(sketch->maximum, reading->maximum);
	return NULL;
}

/*
 * Adds an encoded sketch.  Returns NULL, or an error detail; the sketch must
 * not be used after an error.
 */
const char *
kpi_sketch_decode_into(KpiSketch *sketch, const uint8 *bytes, size_t length)
{
	const uint8 *end = bytes + length;
	Reading		reading = {0};
	uint64		n;
	uint64		minimum;
	uint64		span;
	const char *problem;
	int			bucket;
	int			last;

	if (!kpi_get_varint(&bytes, end, &n) ||
		!kpi_get_varint(&bytes, end, &minimum) ||
		!kpi_get_varint(&bytes, end, &span) ||
		!kpi_get_wide_varint(&bytes, end, &reading.sum))
		return "The exact figures cannot be read.";
	if (span > (uint64) INT64_MAX - minimum)
		return "The maximum is out of range.";
	reading.n = (int64) n;
	reading.minimum = (int64) minimum;
	reading.maximum = (int64) (minimum + span);
	problem = check_head(sketch, &reading);
	if (problem)
		return problem;

	bucket = bucket_of(reading.minimum);
	last = bucket_of(reading.maximum);
	for (;;)
	{
		uint64		count;
		uint64		skipped;

		if (!kpi_get_varint(&bytes, end, &count) ||
			!take_bucket(sketch, &reading, bucket, count))
			return "A count cannot be read.";
		if (bucket == last)
			break;
		if (!kpi_get_varint(&bytes, end, &skipped) || skipped >= (uint64) (last - bucket))
			return "A bucket cannot be read.";
		bucket += (int) skipped + 1;
	}
	if (bytes != end)
		return "There are bytes after the last bucket.";
	return take_figures(sketch, &reading);
}

/*
 * Fills an empty sketch with exact figures and buckets.  Each bucket is given
 * by its smallest value, in ascending order.  Returns NULL, or an error
 * detail.
 */
const char *
kpi_sketch_restore(KpiSketch *sketch, int64 minimum, int64 maximum, int128 sum,
				   const int64 *lowers, const int64 *counts, int64 nbuckets)
{
	Reading		reading = {0};
	const char *problem;
	int64		i;

	reading.minimum = minimum;
	reading.maximum = maximum;
	reading.sum = (uint128) sum;
	for (i = 0; i < nbuckets; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (counts[i] > INT64_MAX - reading.n)
			return "There are too many values.";
		reading.n += counts[i];
	}
	problem = check_head(sketch, &reading);
	if (problem)
		return problem;
	if (bucket_of(lowers[0]) != bucket_of(minimum) ||
		bucket_of(lowers[nbuckets - 1]) != bucket_of(maximum))
		return "The extremes are not in the first and the last bucket.";
	for (i = 0; i < nbuckets; i++)
	{
		int			bucket = bucket_of(lowers[i]);

		if (kpi_bucket_lower(bucket) != lowers[i])
			return "No bucket begins there.";
		if (i > 0 && lowers[i] <= lowers[i - 1])
			return "Buckets must ascend.";
		if (!take_bucket(sketch, &reading, bucket, (uint64) counts[i]))
			return "A bucket is empty.";
	}
	return take_figures(sketch, &reading);
}
