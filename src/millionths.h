/*
 * millionths.h
 *		Exact numbers: 128-bit integers that count millionths of a unit or, for
 *		durations, of a second.
 */
#ifndef KPI_MILLIONTHS_H
#define KPI_MILLIONTHS_H

#include "kpi_compat.h"

#include "common/int.h"
#include "lib/stringinfo.h"

#define KPI_MILLION INT64CONST(1000000)

#define KPI_INT128_MAX ((int128) (~(uint128) 0 >> 1))

/*
 * A stored 128-bit integer.  SQL types are aligned to 8 bytes, but compilers
 * expect an __int128 to be aligned to 16.  Use int128 for local variables
 * only.
 */
typedef struct KpiInt128
{
	uint64		low;
	int64		high;
} KpiInt128;

/*
 * Returns a stored integer.
 */
static inline int128
kpi_int128(KpiInt128 stored)
{
	return (int128) (((uint128) stored.high << 64) | stored.low);
}

/*
 * Returns the stored form of an integer.
 */
static inline KpiInt128
kpi_int128_stored(int128 value)
{
	KpiInt128	stored = {(uint64) value, (int64) (value >> 64)};

	return stored;
}

/*
 * Adds to a stored sum.  Returns false if the result does not fit.  A sum is
 * never the smallest of all integers, so its negation always exists.
 */
static inline bool
kpi_int128_add(KpiInt128 *sum, int128 value)
{
	int128		result;

	/* fast path for values that are not negative and fit into 64 bits */
	if (likely((int64) (value >> 64) == 0))
		return likely(!__builtin_add_overflow(sum->low, (uint64) value, &sum->low)) ||
			!pg_add_s64_overflow(sum->high, 1, &sum->high);
	if (__builtin_add_overflow(kpi_int128(*sum), value, &result) || result < -KPI_INT128_MAX)
		return false;
	*sum = kpi_int128_stored(result);
	return true;
}

extern void kpi_int128_append(StringInfo buffer, int128 value);
extern Datum kpi_int128_to_numeric(int128 value);
extern void kpi_int128_send(StringInfo message, KpiInt128 value);
extern KpiInt128 kpi_int128_receive(StringInfo message);

extern void kpi_millionths_append(StringInfo buffer, int128 value);
extern int128 kpi_millionths_of_double(double value);
extern int128 kpi_millionths_of_numeric(Datum value);
extern Datum kpi_millionths_to_numeric(int128 value);

#endif							/* KPI_MILLIONTHS_H */
