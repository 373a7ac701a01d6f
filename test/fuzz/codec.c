/*
 * codec.c
 *		libFuzzer target for lists of durations as bytes: what was written reads
 *		back, and bytes from anywhere are refused or are the one encoding of what
 *		they decode to.
 */
#include "duration_codec.h"
#include "input.h"

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
 * Arbitrary bytes are refused, or are the only encoding of the values that they decode to.
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

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Input		input = {data, data + size};
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
	return 0;
}
