/*
 * duration_select.c
 *		Ranks and percentiles of int64 values in guaranteed linear time.
 *
 * Values are never negative (microseconds), so differences cannot overflow.
 */
#include "duration_select.h"

#include <math.h>

/* below this many values, insertion sort is the fastest sort there is */
#define SMALL 32

/* one byte of the value at a time: the counters stay in the first-level cache */
#define DIGIT_BITS 8
#define DIGITS (1 << DIGIT_BITS)

static int
bit_length(uint64 value)
{
	return value == 0 ? 0 : 64 - __builtin_clzll(value);
}

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

static void
find_extremes(const int64 *values, int64 n, int64 *lowest, int64 *highest)
{
	int64		low = values[0];
	int64		high = values[0];
	int64		i;

	for (i = 1; i < n; i++)
	{
		low = Min(low, values[i]);
		high = Max(high, values[i]);
	}
	*lowest = low;
	*highest = high;
}

/*
 * Puts the value of the given rank (0-based) where it belongs, with none
 * greater before it and none smaller behind it.
 *
 * Each round spreads the candidates over 256 equal parts of the range they
 * really span, keeps the part that holds the rank, and moves the rest to its
 * sides.  A round divides the span by 128 at least, so nine rounds are enough
 * for any input: unlike quickselect there is no quadratic case to guard.
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

		CHECK_FOR_INTERRUPTS();
		find_extremes(values + begin, end - begin, &lowest, &highest);
		if (lowest == highest)
			return;
		shift = Max(bit_length((uint64) highest - (uint64) lowest) - DIGIT_BITS, 0);

		for (i = begin; i < end; i++)
			counts[((uint64) values[i] - (uint64) lowest) >> shift]++;
		for (digit = 0; below + counts[digit] <= rank; digit++)
			below += counts[digit];

		/* three-way partition: before the part, the part, behind the part */
		upper = end;
		for (i = begin; i < upper;)
		{
			int64		value = values[i];
			int			own = (int) (((uint64) value - (uint64) lowest) >> shift);

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
 * The smallest of n >= 1 values.
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
 * Sorts ascending: by counting digits, least significant first, so that the
 * time is linear whatever the order.  Digits that all values share are skipped.
 * Takes scratch memory of the same size.
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
	bits = bit_length((uint64) highest - (uint64) lowest);
	if (bits == 0)
		return;

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
		memcpy(values, from, (size_t) n * sizeof(int64));
	pfree(scratch);
}

/*
 * The point that lies "part" of the way from low to high, to the nearest
 * microsecond, as percentile_cont's interpolation between two neighbours.
 * Never outside [low, high], and monotone in part.
 */
int64
kpi_interpolate(int64 low, int64 high, double part)
{
	double		span = (double) (high - low);
	double		step = rint(span * part);

	return step >= span ? (part > 0 ? high : low) : low + (int64) step;
}
