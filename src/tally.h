/*
 * tally.h
 *		The SQL functions that every fixed-size tally has.
 *
 * A file that owns such a tally defines, as static functions,
 *
 *		const char *check(const Type *tally)
 *			NULL, or what is impossible about the value
 *		bool add(Type *tally, const Type *other)
 *		bool subtract(Type *tally, const Type *other)
 *			false if a counter would overflow or become impossible
 *
 * KPI_TALLY_ARGUMENT makes of them a reader of arguments that reports damage,
 * KPI_TALLY_EQUALITY the functions of equality and hashing, and KPI_TALLY_MERGE
 * the operators + and -, which are also combine functions: inside an aggregate they
 * change the state in place, elsewhere a copy.
 */
#ifndef KPI_TALLY_H
#define KPI_TALLY_H

#include "kpi.h"

#include "common/hashfn.h"

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
 * "change" is add or subtract, and "report" the error of one that fails.
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
