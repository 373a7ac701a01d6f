/*
 * duration_codec.c
 *		Varints, and the bytes in which a kpi_durations stores its exact
 *		values.
 *
 * All numbers are varints: seven bits a byte, least significant first, the
 * high bit set on all except the last byte, in the shortest form.
 *
 *		n						number of values
 *		unit					greatest common divisor of all values, 1 if all are 0
 *		first / unit			the smallest value
 *		(next - last) / unit	n - 1 times
 *
 * An empty tally is the single byte n = 0.  Dividing by the common unit
 * shortens values that were recorded in whole seconds or minutes.  A multiset
 * has exactly one encoding, and the decoder refuses every other one, so
 * tallies are compared and hashed by their bytes.
 *
 * Values are microseconds and never negative.
 */
#include "duration_codec.h"

#define MAX_INT64 ((uint64) INT64_MAX)

/*
 * Writes a varint to out, or only measures it when out is NULL.  Returns the
 * number of bytes.
 */
size_t
kpi_put_varint(uint64 value, uint8 *out)
{
	size_t		length = 0;

	while (value >= 0x80)
	{
		if (out)
			out[length] = (uint8) (value | 0x80);
		length++;
		value >>= 7;
	}
	if (out)
		out[length] = (uint8) value;
	return length + 1;
}

/*
 * Writes a varint of up to 128 bits.
 */
size_t
kpi_put_wide_varint(uint128 value, uint8 *out)
{
	size_t		length = 0;

	while (value > UINT64_MAX)
	{
		if (out)
			out[length] = (uint8) (value | 0x80);
		length++;
		value >>= 7;
	}
	return length + kpi_put_varint((uint64) value, out ? out + length : NULL);
}

/*
 * Reads one varint of at most 126 bits.
 */
bool
kpi_get_wide_varint(const uint8 **bytes, const uint8 *end, uint128 *value)
{
	uint128		result = 0;
	int			shift;

	for (shift = 0; shift < 126; shift += 7)
	{
		uint8		byte;

		if (*bytes >= end)
			return false;
		byte = *(*bytes)++;
		result |= (uint128) (byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
		{
			*value = result;
			return byte != 0 || shift == 0;
		}
	}
	return false;
}

/*
 * Returns the greatest common divisor, with 0 as neutral element.
 */
static uint64
greatest_common_divisor(uint64 a, uint64 b)
{
	while (b != 0)
	{
		uint64		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * Encodes n sorted values into out, or only measures the encoding if out is
 * NULL.  Returns the number of bytes.
 */
size_t
kpi_exact_encode(const int64 *sorted, int64 n, uint8 *out)
{
	size_t		length;
	uint64		unit = 0;
	uint64		last = 0;
	int64		i;

	length = kpi_put_varint((uint64) n, out);
	if (n == 0)
		return length;

	/* the common divisor of the first value and all steps divides every value */
	for (i = 0; i < n && unit != 1; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		unit = greatest_common_divisor((uint64) sorted[i] - last, unit);
		last = (uint64) sorted[i];
	}
	if (unit == 0)
		unit = 1;

	length += kpi_put_varint(unit, out ? out + length : NULL);
	last = 0;
	for (i = 0; i < n; i++)
	{
		uint64		step = (uint64) sorted[i] - last;

		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		/* dividing is slow, and usually not necessary */
		if (step != 0 && unit != 1)
			step /= unit;
		length += kpi_put_varint(step, out ? out + length : NULL);
		last = (uint64) sorted[i];
	}
	return length;
}

/*
 * Reads the number of encoded values, so that the caller can allocate memory.
 * Each value takes at least a byte, so the number is at most the length.
 * Returns NULL, or an error detail.
 */
const char *
kpi_exact_count(const uint8 *bytes, size_t length, int64 *n)
{
	const uint8 *end = bytes + length;
	uint64		count;

	if (!kpi_get_varint(&bytes, end, &count))
		return "The number of values cannot be read.";
	if (count > (uint64) (end - bytes))
		return "There are fewer values than announced.";
	*n = (int64) count;
	return NULL;
}

/*
 * Decodes n values in ascending order, where n is from kpi_exact_count.  If
 * sorted is NULL, the bytes are only checked.  Returns NULL, or an error
 * detail.
 */
const char *
kpi_exact_decode(const uint8 *bytes, size_t length, int64 n, int64 *sorted)
{
	const uint8 *end = bytes + length;
	uint64		count;
	uint64		unit;
	uint64		limit;
	uint64		divisor = 0;
	uint64		units = 0;
	int64		i;

	if (!kpi_get_varint(&bytes, end, &count) || count != (uint64) n)
		return "The number of values cannot be read.";
	if (n > 0)
	{
		if (!kpi_get_varint(&bytes, end, &unit) || unit == 0)
			return "The common unit cannot be read.";
		/* one division, not one a value */
		limit = MAX_INT64 / unit;
		for (i = 0; i < n; i++)
		{
			uint64		step;

			if (i % 65536 == 0)
				CHECK_FOR_INTERRUPTS();
			if (!kpi_get_varint(&bytes, end, &step))
				return "A value cannot be read.";
			if (step > limit - units)
				return "A value is out of range.";
			units += step;
			if (divisor != 1)
				divisor = greatest_common_divisor(step, divisor);
			if (sorted)
				sorted[i] = (int64) (units * unit);
		}
		/* if all values are zero, the unit is 1 by definition */
		if (divisor != 1 && !(divisor == 0 && unit == 1))
			return "The common unit is not the greatest one.";
	}
	if (bytes != end)
		return "There are bytes after the last value.";
	return NULL;
}
