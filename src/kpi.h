/*
 * kpi.h
 *		What the tallies have in common.
 *
 * A tally is an SQL type that summarises rows and can be merged; a KPI is a
 * question asked of a tally.  All but kpi_durations have a fixed size, and their
 * value is also the transition state of their aggregates.
 *
 * Every tally begins with a version byte and zeroed reserved bytes, so that the
 * same multiset of rows has the same bytes and a later library can still read
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
 * Defines an SQL function that changes its first argument, a fixed-size tally, by
 *
 *		void steps(FunctionCallInfo fcinfo, Type *tally)
 *
 * Inside an aggregate, the state itself is changed; elsewhere, a copy.  The copy is
 * made in a function of its own: a transition that calls nothing else saves no
 * registers, which would be a good part of its work.  For the same reason, steps
 * detect overflow by the sign of the counter: PostgreSQL's integers wrap.  The
 * state can be NULL only when a user calls the function directly, or in an
 * aggregate of their own.
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
