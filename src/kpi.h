/*
 * kpi.h
 *		Declarations that the tallies share.
 *
 * A tally is an SQL type that summarizes rows and can be merged.  A KPI is
 * computed from a tally.  All tallies except kpi_durations have a fixed size,
 * and their values are also the transition states of their aggregates.
 *
 * Every tally begins with a version byte and zeroed reserved bytes.  The same
 * multiset of rows therefore has the same bytes, and a later library can read
 * what an earlier one stored.
 */
#ifndef KPI_H
#define KPI_H

#include "kpi_compat.h"

#include "lib/stringinfo.h"
#include "millionths.h"
#include "nodes/execnodes.h"

#define KPI_FORMAT_VERSION 1

#define KPI_RESERVED_BYTES 7

/* scores are 0..10, and each has a level of the same number */
#define KPI_SCORE_LEVELS 11

/* number of answers of each score */
typedef struct KpiScores
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		counts[KPI_SCORE_LEVELS];
} KpiScores;

/* number of hits among the trials */
typedef struct KpiRate
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		hits;
	int64		trials;
} KpiRate;

/*
 * Exact sums of the numerators and of the denominators of n rows.  Numbers are
 * in millionths of a unit, and durations in millionths of a second, which are
 * microseconds.
 */
typedef struct KpiRatio
{
	uint8		version;
	uint8		reserved[KPI_RESERVED_BYTES];
	int64		n;
	KpiInt128	numerator;
	KpiInt128	denominator;
} KpiRatio;

extern void kpi_double_append(StringInfo buffer, double value);
extern Datum kpi_jsonb(StringInfo json);

extern int	kpi_score_level(double score);
extern int	kpi_score_threshold(FunctionCallInfo fcinfo, int argument);

KPI_NORETURN extern void kpi_report_overflow(const char *tally);
KPI_NORETURN extern void kpi_report_underflow(const char *tally);
KPI_NORETURN extern void kpi_report_received(const char *tally, const char *problem);
KPI_NORETURN extern void kpi_report_corrupted(const char *tally, const char *problem);
KPI_NORETURN extern void kpi_report_number(const char *argument, double number, const char *problem, const char *hint);
KPI_NORETURN extern void kpi_report_fraction(const char *argument, double number);
extern void kpi_recv_header(StringInfo message, const char *tally);

/*
 * Returns true if a function is called as part of an aggregate, whose state it
 * may change in place.
 *
 * This is AggCheckCallContext() without the function call, whose cost is
 * noticeable in transitions of a few instructions.
 */
static inline bool
kpi_in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context &&
		(IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

/*
 * Adds 1 to a counter that is not negative.  Returns false if it overflows.
 */
static inline bool
kpi_count_up(int64 *counter)
{
	*counter = (int64) ((uint64) *counter + 1);
	return *counter >= 0;
}

/*
 * Defines an SQL function that changes its first argument, a tally of fixed
 * size, by calling
 *
 *		void steps(FunctionCallInfo fcinfo, Type *tally)
 *
 * Inside an aggregate it changes the state in place.  Elsewhere it changes a
 * copy and returns that.  NULL as first argument returns NULL: a state is NULL
 * only if a user calls the function directly or in an aggregate of their own.
 *
 * The copy is made in a separate function.  Without other calls a transition
 * need not save registers, which would be a large part of its work.  For the
 * same reason "steps" detects overflow by the sign of a counter.
 */
#define KPI_TALLY_CHANGE(function, Type, steps) \
static pg_noinline Datum \
function##_copy(FunctionCallInfo fcinfo) \
{ \
	Type	   *tally; \
\
	if (PG_ARGISNULL(0)) \
		PG_RETURN_NULL(); \
	tally = palloc(sizeof(Type)); \
	*tally = *(const Type *) PG_GETARG_POINTER(0); \
	steps(fcinfo, tally); \
	PG_RETURN_POINTER(tally); \
} \
\
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	Type	   *tally = (Type *) PG_GETARG_POINTER(0); \
\
	if (unlikely(PG_ARGISNULL(0) || !kpi_in_aggregate(fcinfo))) \
		return function##_copy(fcinfo); \
	steps(fcinfo, tally); \
	PG_RETURN_POINTER(tally); \
}

#endif							/* KPI_H */
