/*
 * multiset.c
 *		libFuzzer target for the multiset of moving windows, compared with a sorted
 *		array.
 */
#include "duration_multiset.h"
#include "input.h"

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

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Input		input = {data, data + size};
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
	return 0;
}
