/*
 * fuzz.c
 *		libFuzzer targets for the algorithms that need no server.
 *
 * Compiled once for each target, with FUZZ_CODEC, FUZZ_SELECT, FUZZ_MULTISET,
 * FUZZ_SKETCH or FUZZ_HOURS defined.
 * The input bytes choose values and operations; a slow and obvious
 * implementation says what must come out.
 */
#include "duration_codec.h"
#include "duration_multiset.h"
#include "duration_select.h"
#include "duration_share.h"
#include "duration_sketch.h"
#include "hours_rules.h"

#include <math.h>
#include <stdio.h>

#define REQUIRE(condition) \
	do \
	{ \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* input that is used up reads as zeros */
typedef struct Input
{
	const uint8 *next;
	const uint8 *end;
} Input;

#ifndef FUZZ_HOURS

static uint64
take(Input *input, int bytes)
{
	uint64		value = 0;

	while (bytes-- > 0)
	{
		value <<= 8;
		if (input->next < input->end)
			value |= *input->next++;
	}
	return value;
}

/*
 * A duration: small ones that collide, large ones, and those at the limit.
 */
static int64
take_value(Input *input, int kind)
{
	switch (kind % 6)
	{
		case 0:
			return (int64) take(input, 1);
		case 1:
			return (int64) take(input, 1) * 1000000;
		case 2:
			return (int64) take(input, 4);
		case 3:
			return INT64_MAX - (int64) take(input, 2);
		case 4:
			return (int64) 1 << (take(input, 1) % 63);
		default:
			return (int64) (take(input, 8) & INT64_MAX);
	}
}

#endif							/* not FUZZ_HOURS */

#if defined(FUZZ_CODEC) || defined(FUZZ_SELECT)

static int
compare(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return (x > y) - (x < y);
}

#endif							/* FUZZ_CODEC or FUZZ_SELECT */

#if !defined(FUZZ_MULTISET) && !defined(FUZZ_HOURS)

/*
 * A copy of its own size, so that the sanitizer sees every step beyond its ends.
 */
static void *
copy(const void *source, size_t size)
{
	void	   *result = malloc(size > 0 ? size : 1);

	REQUIRE(result != NULL);
	if (size > 0)
		memcpy(result, source, size);
	return result;
}

#endif							/* neither FUZZ_MULTISET nor FUZZ_HOURS */

#ifdef FUZZ_CODEC

static void
round_trip(const int64 *sorted, int64 n)
{
	size_t		length = kpi_exact_encode(sorted, n, NULL);
	uint8	   *bytes = malloc(length);
	int64	   *decoded = malloc((size_t) (n + 1) * sizeof(int64));
	int64		counted = -1;

	REQUIRE(kpi_exact_encode(sorted, n, bytes) == length);
	REQUIRE(kpi_exact_count(bytes, length, &counted) == NULL);
	REQUIRE(counted == n);
	REQUIRE(kpi_exact_decode(bytes, length, n, decoded) == NULL);
	REQUIRE(n == 0 || memcmp(decoded, sorted, (size_t) n * sizeof(int64)) == 0);
	free(decoded);
	free(bytes);
}

/*
 * Bytes from anywhere: refused, or the one encoding of what they decode to.
 */
static void
decode(const uint8 *data, size_t size)
{
	uint8	   *bytes = copy(data, size);
	int64		n = -1;

	if (kpi_exact_count(bytes, size, &n) == NULL)
	{
		int64	   *values;
		const char *problem;

		REQUIRE(n >= 0 && (uint64) n <= size);
		values = malloc((size_t) (n > 0 ? n : 1) * sizeof(int64));
		problem = kpi_exact_decode(bytes, size, n, values);
		REQUIRE((problem == NULL) == (kpi_exact_decode(bytes, size, n, NULL) == NULL));
		if (problem == NULL)
		{
			uint8	   *again = malloc(size);
			int64		i;

			for (i = 0; i < n; i++)
				REQUIRE(values[i] >= (i > 0 ? values[i - 1] : 0));
			REQUIRE(kpi_exact_encode(values, n, NULL) == size);
			REQUIRE(kpi_exact_encode(values, n, again) == size);
			REQUIRE(memcmp(again, bytes, size) == 0);
			free(again);
		}
		free(values);
	}
	free(bytes);
}

static void
run(Input input)
{
	int			kind = (int) take(&input, 1);

	if (kind & 1)
		decode(input.next, (size_t) (input.end - input.next));
	else
	{
		int64		n = input.end - input.next;
		int64	   *values = malloc((size_t) (n + 1) * sizeof(int64));
		int64		i;

		/* a step from the input may be a common unit of all values */
		int64		unit = kind & 2 ? (int64) (take(&input, 3) + 1) : 1;

		for (i = 0; i < n && input.next < input.end; i++)
			values[i] = take_value(&input, kind >> 2) / unit * unit;
		n = i;
		qsort(values, (size_t) n, sizeof(int64), compare);
		round_trip(values, n);
		free(values);
	}
}

#endif							/* FUZZ_CODEC */

#ifdef FUZZ_SELECT

/* enough for several rounds of selecting */
#define MAX_VALUES 1000

static uint64
fingerprint(const int64 *values, int64 n)
{
	uint64		sum = 0;
	int64		i;

	for (i = 0; i < n; i++)
	{
		uint64		mixed = ((uint64) values[i] + 1) * UINT64_C(0x9e3779b97f4a7c15);

		sum += (mixed ^ mixed >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
	}
	return sum;
}

static void
run(Input input)
{
	int			kind = (int) take(&input, 1);
	int64		repeat = 1 + (int64) take(&input, 1) % 64;
	int64		values[MAX_VALUES];
	int64	   *sorted;
	int64	   *selected;
	int64		n = 0;
	int64		rank;

	/* repetition makes arrays that are large enough for the fast paths */
	while (input.next < input.end && n + repeat <= MAX_VALUES)
	{
		int64		value = take_value(&input, kind);
		int64		i;

		for (i = 0; i < repeat; i++)
			values[n++] = kind & 128 ? value : (value ^ i) & INT64_MAX;
	}
	if (n == 0)
		return;

	sorted = copy(values, (size_t) n * sizeof(int64));
	qsort(sorted, (size_t) n, sizeof(int64), compare);
	REQUIRE(kpi_minimum(values, n) == sorted[0]);

	/* every rank of a short array; of a long one some, the ends among them */
	for (rank = 0; rank < n; rank = rank == n - 1 ? n : Min(rank + 1 + n / 12, n - 1))
	{
		int64		i;

		selected = copy(values, (size_t) n * sizeof(int64));
		kpi_select(selected, n, rank);
		REQUIRE(selected[rank] == sorted[rank]);
		for (i = 0; i < rank; i++)
			REQUIRE(selected[i] <= selected[rank]);
		for (i = rank + 1; i < n; i++)
			REQUIRE(selected[i] >= selected[rank]);
		/* still the same values, by a sum that no other values are likely to have */
		REQUIRE(fingerprint(selected, n) == fingerprint(sorted, n));
		free(selected);
	}

	/* ranks of the same array one after the other, as percentiles take them */
	selected = copy(values, (size_t) n * sizeof(int64));
	for (rank = n / 2; rank < n; rank += 1 + n / 16)
	{
		kpi_select(selected, n, rank);
		REQUIRE(selected[rank] == sorted[rank]);
		if (rank + 1 < n)
			REQUIRE(kpi_minimum(selected + rank + 1, n - rank - 1) == sorted[rank + 1]);
	}
	free(selected);

	/* neighbours: between them, and no step back */
	{
		int64		last = sorted[0];
		int			part;

		for (part = 0; part <= 64; part++)
		{
			int64		point = kpi_interpolate(sorted[0], sorted[n - 1], part / 64.0);

			REQUIRE(point >= last && point <= sorted[n - 1]);
			last = point;
		}
		REQUIRE(last == sorted[n - 1]);
	}

	selected = copy(values, (size_t) n * sizeof(int64));
	kpi_sort(selected, n);
	REQUIRE(memcmp(selected, sorted, (size_t) n * sizeof(int64)) == 0);
	free(selected);
	free(sorted);
}

#endif							/* FUZZ_SELECT */

#ifdef FUZZ_MULTISET

/* enough for several groups of blocks */
#define MAX_VALUES 8000

/* sorted, to compare with */
static int64 expected[MAX_VALUES];

/* how many are smaller */
static int64
position(int64 n, int64 value)
{
	int64		low = 0;

	while (n > 0)
	{
		int64		half = n / 2;

		if (expected[low + half] < value)
		{
			low += half + 1;
			n -= half + 1;
		}
		else
			n = half;
	}
	return low;
}

static void
insert(KpiMultiset *set, int64 *n, int64 value)
{
	int64		at = position(*n, value);

	if (*n == MAX_VALUES)
		return;
	memmove(expected + at + 1, expected + at, (size_t) (*n - at) * sizeof(int64));
	expected[at] = value;
	++*n;
	kpi_multiset_insert(set, value);
}

static void
delete(KpiMultiset *set, int64 *n, int64 value)
{
	int64		at = position(*n, value);
	bool		found = at < *n && expected[at] == value;

	if (found)
		memmove(expected + at, expected + at + 1, (size_t) (--*n - at) * sizeof(int64));
	REQUIRE(kpi_multiset_remove(set, value) == found);
}

static void
run(Input input)
{
	KpiMultiset *set = kpi_multiset_create();
	int64	   *values;
	int64		n = 0;
	int64		i;
	int			operations = 0;

	while (input.next < input.end && operations++ < 50)
	{
		int			operation = (int) take(&input, 1);
		int64		value = take_value(&input, operation >> 4);
		int64		times = 1;

		/* a run fills several blocks, or empties them */
		if (operation & 4)
			times = 1 + (int64) take(&input, 2) % 700;
		for (i = 0; i < times; i++)
		{
			int64		which = operation & 8 ? value : (value ^ (i * 37 % 1024)) & INT64_MAX;

			switch (operation & 3)
			{
				case 0:
				case 1:
					insert(set, &n, which);
					break;
				case 2:
					delete(set, &n, which);
					break;
				default:		/* one that is surely there */
					if (n > 0)
						delete(set, &n, expected[(uint64) which % (uint64) n]);
			}
		}
		REQUIRE(kpi_multiset_size(set) == n);
		if (n > 0)
		{
			int64		rank = (int64) (take(&input, 2) % (uint64) n);
			int64		low;
			int64		high;

			REQUIRE(kpi_multiset_at(set, rank) == expected[rank]);
			kpi_multiset_neighbours(set, rank, &low, &high);
			REQUIRE(low == expected[rank] && high == expected[Min(rank + 1, n - 1)]);
			REQUIRE(kpi_multiset_at(set, 0) == expected[0]);
			REQUIRE(kpi_multiset_at(set, n - 1) == expected[n - 1]);
		}
	}
	values = malloc((size_t) (n > 0 ? n : 1) * sizeof(int64));
	kpi_multiset_values(set, values);
	REQUIRE(n == 0 || memcmp(values, expected, (size_t) n * sizeof(int64)) == 0);
	for (i = 0; i < n; i++)
		REQUIRE(kpi_multiset_at(set, i) == expected[i]);

	/* empty it, so that blocks are merged and dropped */
	while (n > 0)
		delete(set, &n, expected[n / 2]);
	REQUIRE(kpi_multiset_size(set) == 0);
	free(values);
}

#endif							/* FUZZ_MULTISET */

#ifdef FUZZ_SKETCH

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
 * Bytes from anywhere: refused, or the one encoding of what they decode to.
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
static void
run(Input input)
{
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
		return;

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
}

#endif							/* FUZZ_SKETCH */

#ifdef FUZZ_HOURS

static char *
rules_text(const KpiHoursRules *rules)
{
	size_t		length = 1;
	char	   *text;
	char	   *out;
	int			i;

	for (i = 0; i < rules->n; i++)
		length += 1 + kpi_hours_rule_length(&rules->rules[i]);
	out = text = malloc(length);
	REQUIRE(text != NULL);
	for (i = 0; i < rules->n; i++)
	{
		out += kpi_hours_format_rule(&rules->rules[i], out);
		*out++ = ';';
	}
	*out = '\0';
	return text;
}

/*
 * Any text: refused with a reason, or rules whose canonical form reads back as
 * the same rules, which cover the same days.
 */
static void
run(Input input)
{
	size_t		size = (size_t) (input.end - input.next);
	char	   *text = malloc(size + 1);
	KpiHoursRules rules;
	KpiHoursRules again;
	KpiHoursProblem problem;
	char	   *canonical;
	int32		day;

	REQUIRE(text != NULL);
	memcpy(text, input.next, size);
	text[size] = '\0';
	if (!kpi_hours_parse(text, &rules, &problem))
	{
		REQUIRE(problem.what[0] != '\0');
		REQUIRE(problem.quoted == NULL || strnlen(problem.quoted, (size_t) problem.length) == (size_t) problem.length);
		return;
	}
	canonical = rules_text(&rules);
	REQUIRE(kpi_hours_parse(canonical, &again, &problem));
	REQUIRE(again.n == rules.n);
	REQUIRE(strcmp(rules_text(&again), canonical) == 0);
	for (day = -1000; day < 20000; day += 97)
	{
		const KpiHoursRule *one = kpi_hours_of_day(&rules, day);
		const KpiHoursRule *other = kpi_hours_of_day(&again, day);

		REQUIRE((one == NULL) == (other == NULL));
		REQUIRE(one == NULL || one - rules.rules == other - again.rules);
		REQUIRE(one == NULL || one->nspans == other->nspans);
	}
}

#endif							/* FUZZ_HOURS */

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Input		input = {data, data + size};

	run(input);
	return 0;
}
