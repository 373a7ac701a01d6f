/*
 * tally.h
 *		SQL functions that all tallies of fixed size have.
 *
 * A file that implements such a tally defines these static functions:
 *
 *		const char *check(const Type *tally)
 *			Returns NULL, or an error detail if the value is impossible.
 *		bool add(Type *tally, const Type *other)
 *		bool subtract(Type *tally, const Type *other)
 *			Returns false if a counter overflows or becomes impossible.
 *
 * The macros of this file define the SQL functions with them.
 */
#ifndef KPI_TALLY_H
#define KPI_TALLY_H

#include "kpi.h"

#include "common/hashfn.h"

/*
 * Defines a function that returns an argument of the type.  It raises an error
 * if the value is damaged.
 */
#define KPI_TALLY_ARGUMENT(argument_function, Type, sql_type, check) \
static const Type * \
argument_function(FunctionCallInfo fcinfo, int argument) \
{ \
	const Type *tally = (const Type *) PG_GETARG_POINTER(argument); \
	const char *problem = check(tally); \
\
	if (unlikely(problem != NULL)) \
		kpi_report_corrupted(sql_type, problem); \
	return tally; \
} \
extern int	no_such_variable

/*
 * Defines the functions of the operators = and <>, and the hash functions.
 * They compare and hash bytes, because equal tallies have equal bytes.
 * Strict.
 */
#define KPI_TALLY_EQUALITY(Type, eq, ne, hash, hash_extended) \
PG_FUNCTION_INFO_V1(eq); \
Datum \
eq(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(memcmp(PG_GETARG_POINTER(0), PG_GETARG_POINTER(1), sizeof(Type)) == 0); \
} \
\
PG_FUNCTION_INFO_V1(ne); \
Datum \
ne(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(memcmp(PG_GETARG_POINTER(0), PG_GETARG_POINTER(1), sizeof(Type)) != 0); \
} \
\
PG_FUNCTION_INFO_V1(hash); \
Datum \
hash(PG_FUNCTION_ARGS) \
{ \
	return hash_any((const unsigned char *) PG_GETARG_POINTER(0), sizeof(Type)); \
} \
\
PG_FUNCTION_INFO_V1(hash_extended); \
Datum \
hash_extended(PG_FUNCTION_ARGS) \
{ \
	return hash_any_extended((const unsigned char *) PG_GETARG_POINTER(0), \
							 sizeof(Type), PG_GETARG_INT64(1)); \
} \
extern int	no_such_variable

/*
 * Defines the function of the operator + or -, which is also the combine
 * function or the inverse transition of aggregates over tallies.  "change" is
 * add or subtract, and "report" raises the error if it fails.  Inside an
 * aggregate the function changes the state in place, elsewhere a copy.
 * Strict.
 */
#define KPI_TALLY_MERGE(function, Type, sql_type, argument_function, change, report) \
static void \
function##_steps(FunctionCallInfo fcinfo, Type *tally) \
{ \
	const Type *other = argument_function(fcinfo, 1); \
\
	argument_function(fcinfo, 0); \
	if (!change(tally, other)) \
		report(sql_type); \
} \
\
KPI_TALLY_CHANGE(function, Type, function##_steps) \
extern int	no_such_variable

#endif							/* KPI_TALLY_H */
