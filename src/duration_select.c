/*
 * duration_select.c
 *		Ranks and percentiles of int64 values in guaranteed linear time.
 *
 * Values are never negative (microseconds), so differences cannot overflow.
 */
#include "duration_select.h"

#include <math.h>

/* up to this number of values, insertion sort is fastest */
#define SMALL 32

/* one byte at a time, so that the counters stay in the first-level cache */
#define DIGIT_BITS 8
#define DIGITS (1 << DIGIT_BITS)

/*
 * Returns the number of bits of a value > 0, without leading zeros.
 */
static int
bit_length(uint64 value)
{
	return 64 - __builtin_clzll(value);
}

/*
 * Sorts a few values.
 */
static void
insertion_sort(int64 *values, int64 n)
{
	int64		i;

	for (i = 1; i < n; i++)
	{
		int64		value = values[i];
		int64		j = i;

		while (j > 0 && values[j - 1] > value)
		{
			values[j] = values[j - 1];
			j--;
		}
		values[j] = value;
	}
}

/*
 * Finds the smallest and the greatest of n >= 1 values.
 */
static void
find_extremes(const int64 *values, int64 n, int64 *lowest, int64 *highest)
{
	int64		low = values[0];
	int64		high = values[0];
	int64		i;

	for (i = 1; i < n; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		low = Min(low, values[i]);
		high = Max(high, values[i]);
	}
	*lowest = low;
	*highest = high;
}

/*
 * Reorders values so that the one of the given 0-based rank is in its place,
 * with none greater before it and none smaller behind it.
 *
 * Each round divides the range of the candidates into 256 equal parts, keeps
 * the part that contains the rank, and moves all other values to its sides.  A
 * round divides the range by at least 128, so nine rounds are enough for any
 * input.  Unlike quickselect, this has no quadratic worst case.
 */
void
kpi_select(int64 *values, int64 n, int64 rank)
{
	int64		begin = 0;
	int64		end = n;

	Assert(rank >= 0 && rank < n);

	while (end - begin > SMALL)
	{
		int64		counts[DIGITS] = {0};
		int64		lowest;
		int64		highest;
		int64		below = begin;
		int64		i;
		int64		upper;
		int			shift;
		int			digit;

		find_extremes(values + begin, end - begin, &lowest, &highest);
		if (lowest == highest)
			return;
		shift = Max(bit_length((uint64) highest - (uint64) lowest) - DIGIT_BITS, 0);

		for (i = begin; i < end; i++)
		{
			if (i % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
			counts[((uint64) values[i] - (uint64) lowest) >> shift]++;
		}
		for (digit = 0; below + counts[digit] <= rank; digit++)
			below += counts[digit];

		/* three-way partition: values before the part, in it, and behind it */
		upper = end;
		for (i = begin; i < upper;)
		{
			int64		value = values[i];
			int			own = (int) (((uint64) value - (uint64) lowest) >> shift);

			/* each step brings i and upper closer by one */
			if ((upper - i) % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
			if (own < digit)
			{
				values[i++] = values[begin];
				values[begin++] = value;
			}
			else if (own == digit)
				i++;
			else
			{
				values[i] = values[--upper];
				values[upper] = value;
			}
		}
		end = upper;
	}
	insertion_sort(values + begin, end - begin);
}

/*
 * Returns the smallest of n >= 1 values.
 */
int64
kpi_minimum(const int64 *values, int64 n)
{
	int64		lowest;
	int64		highest;

	find_extremes(values, n, &lowest, &highest);
	return lowest;
}

/*
 * Copies n values, of which there may be gigabytes.  The source need not be
 * aligned.
 */
void
kpi_copy_values(int64 *to, const void *from, int64 n)
{
	int64		i;

	for (i = 0; i < n; i += 65536)
	{
		CHECK_FOR_INTERRUPTS();
		memcpy(to + i, (const char *) from + i * sizeof(int64), (size_t) Min(n - i, 65536) * sizeof(int64));
	}
}

/*
 * Sorts ascending with a radix sort, least significant digit first: in linear
 * time for any order.  Digits that all values share are skipped.  Allocates
 * scratch memory of the same size.
 */
void
kpi_sort(int64 *values, int64 n)
{
	int64	   *from = values;
	int64	   *to;
	int64	   *scratch;
	int64		lowest;
	int64		highest;
	int			bits;
	int			shift;

	if (n <= SMALL)
	{
		insertion_sort(values, n);
		return;
	}
	find_extremes(values, n, &lowest, &highest);
	if (lowest == highest)
		return;
	bits = bit_length((uint64) highest - (uint64) lowest);

	scratch = kpi_allocate(KPI_CURRENT_MEMORY, (size_t) n * sizeof(int64));
	to = scratch;
	for (shift = 0; shift < bits; shift += DIGIT_BITS)
	{
		int64		starts[DIGITS] = {0};
		int64		start = 0;
		int64		i;
		int64	   *swap;
		int			digit;

		for (i = 0; i < n; i++)
		{
			if (i % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
			starts[(((uint64) from[i] - (uint64) lowest) >> shift) & (DIGITS - 1)]++;
		}
		if (starts[(((uint64) from[0] - (uint64) lowest) >> shift) & (DIGITS - 1)] == n)
			continue;
		for (digit = 0; digit < DIGITS; digit++)
		{
			int64		count = starts[digit];

			starts[digit] = start;
			start += count;
		}
		for (i = 0; i < n; i++)
		{
			if (i % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
			to[starts[(((uint64) from[i] - (uint64) lowest) >> shift) & (DIGITS - 1)]++] = from[i];
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != values)
		kpi_copy_values(values, from, n);
	pfree(scratch);
}

/*
 * Interpolates between low and high, to the nearest microsecond, as
 * percentile_cont does between two neighbours.  The result is within [low,
 * high] and monotone in part, from 0 to 1.
 */
int64
kpi_interpolate(int64 low, int64 high, double part)
{
	double		span = (double) (high - low);
	double		step = rint(span * part);

	return step >= span ? (part > 0 ? high : low) : low + (int64) step;
}
