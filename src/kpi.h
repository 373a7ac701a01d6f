/*
 * kpi.h
 *		What the four tallies have in common.
 *
 * A tally is an SQL type that summarises rows and can be merged; a KPI is a
 * question asked of a tally.  kpi_scores, kpi_rate and kpi_ratio have a fixed
 * size, and their value is also the transition state of their aggregates.
 *
 * Every tally begins with a version byte and zeroed reserved bytes, so that the
 * same multiset of rows has the same bytes and a later library can still read
 * what an earlier one stored.
 */
#ifndef KPI_H
#define KPI_H

#include "kpi_compat.h"

#include "lib/stringinfo.h"
#include "nodes/execnodes.h"

#define KPI_FORMAT_VERSION 1

#define KPI_RESERVED_BYTES 7

/* counts of the scores 0..10 */
#define KPI_SCORE_LEVELS 11

typedef struct KpiScores
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		counts[KPI_SCORE_LEVELS];
} KpiScores;

/* hits out of trials */
typedef struct KpiRate
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		hits;
	int64		trials;
} KpiRate;

/*
 * A 128-bit integer at rest.  Types align to 8 bytes only, and compilers expect
 * an __int128 at multiples of 16: it lives in local variables, nowhere else.
 */
typedef struct KpiInt128
{
	uint64		low;
	int64		high;
} KpiInt128;

/*
 * Two exact sums over n rows, in millionths: of a unit for numbers, of a second
 * (so microseconds) for durations.
 */
typedef struct KpiRatio
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		n;
	KpiInt128	numerator;
	KpiInt128	denominator;
} KpiRatio;

#define KPI_MILLION INT64CONST(1000000)

#define INT128_MAXIMUM ((int128) (~(uint128) 0 >> 1))

static inline int128
kpi_int128(KpiInt128 stored)
{
	return (int128) (((uint128) stored.high << 64) | stored.low);
}

static inline KpiInt128
kpi_int128_stored(int128 value)
{
	KpiInt128	stored = {(uint64) value, (int64) (value >> 64)};

	return stored;
}

extern void kpi_int128_append(StringInfo buffer, int128 value);
extern void kpi_millionths_append(StringInfo buffer, int128 value);
extern void kpi_double_append(StringInfo buffer, double value);
extern Datum kpi_jsonb(StringInfo json);

extern int	kpi_score_level(double score);
extern int	kpi_score_threshold(FunctionCallInfo fcinfo, int argument);

KPI_NORETURN extern void kpi_report_overflow(const char *tally);
KPI_NORETURN extern void kpi_report_underflow(const char *tally);
KPI_NORETURN extern void kpi_report_received(const char *tally, const char *problem);
KPI_NORETURN extern void kpi_report_corrupted(const char *tally, const char *problem);
extern void kpi_recv_header(StringInfo message, const char *tally);

/*
 * Whether a function is called as part of an aggregate, whose state it may
 * change: AggCheckCallContext() without the call, which transitions of a few
 * instructions would feel.
 */
static inline bool
kpi_in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context &&
		(IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

/*
 * The first argument, writable: the state itself when called as part of an
 * aggregate, otherwise a copy.
 */
static inline void *
kpi_fixed_tally_for_update(FunctionCallInfo fcinfo, size_t size)
{
	void	   *tally = PG_GETARG_POINTER(0);

	if (likely(kpi_in_aggregate(fcinfo)))
		return tally;
	return memcpy(palloc(size), tally, size);
}

#endif							/* KPI_H */
