/*
 * duration_codec.h
 *		Varints, and the bytes in which a kpi_durations stores its exact
 *		values.
 */
#ifndef KPI_DURATION_CODEC_H
#define KPI_DURATION_CODEC_H

#include "kpi_core.h"

/*
 * Reads one varint of at most 63 bits and moves *bytes past it.  Returns
 * false if the bytes end early, or if the number is too large or not in
 * shortest form.  Inline, because merging stored tallies spends much of its
 * time here.
 */
static inline bool
kpi_get_varint(const uint8 **bytes, const uint8 *end, uint64 *value)
{
	uint64		result = 0;
	int			shift;

	for (shift = 0; shift < 63; shift += 7)
	{
		uint8		byte;

		if (*bytes >= end)
			return false;
		byte = *(*bytes)++;
		result |= (uint64) (byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
		{
			*value = result;
			return byte != 0 || shift == 0;
		}
	}
	return false;
}

extern size_t kpi_put_varint(uint64 value, uint8 *out);
extern size_t kpi_put_wide_varint(uint128 value, uint8 *out);
extern bool kpi_get_wide_varint(const uint8 **bytes, const uint8 *end, uint128 *value);

extern size_t kpi_exact_encode(const int64 *sorted, int64 n, uint8 *out);
extern const char *kpi_exact_count(const uint8 *bytes, size_t length, int64 *n);
extern const char *kpi_exact_decode(const uint8 *bytes, size_t length,
									int64 n, int64 *sorted);

#endif							/* KPI_DURATION_CODEC_H */
