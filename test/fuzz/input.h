/*
 * input.h
 *		Reads values from the bytes of a fuzz input.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include "kpi_core.h"
#include "require.h"

/* input that is used up reads as zeros */
typedef struct Input
{
	const uint8 *next;
	const uint8 *end;
} Input;

/*
 * The number in the next bytes, the highest byte first.
 */
static inline uint64
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
static inline int64
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

/*
 * A copy of its own size, so that the sanitizer sees every step beyond its ends.
 */
static inline void *
copy(const void *source, size_t size)
{
	void	   *result = malloc(size > 0 ? size : 1);

	REQUIRE(result != NULL);
	if (size > 0)
		memcpy(result, source, size);
	return result;
}

/*
 * Compares two durations, for qsort.
 */
static inline int
compare(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return (x > y) - (x < y);
}

#endif							/* FUZZ_INPUT_H */
