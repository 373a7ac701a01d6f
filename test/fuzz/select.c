/*
 * select.c
 *		libFuzzer target for order statistics by selection, compared with sorting.
 */
#include "duration_select.h"
#include "input.h"

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

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Input		input = {data, data + size};
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
		return 0;

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
	return 0;
}
