/*
 * tally.h
 *		The SQL functions that every fixed-size tally has, written once.
 *
 * A file that owns such a tally defines, as static functions,
 *
 *		const char *<name>_check(const Type *tally)
 *			NULL, or what is impossible about the value
 *		bool <name>_add(Type *tally, const Type *other)
 *		bool <name>_subtract(Type *tally, const Type *other)
 *			false if a counter would overflow, or become impossible
 *
 * and gets kpi_<name>_{eq,ne,hash,hash_extended,combine,uncombine}, and
 * <name>_argument, which reads an argument and reports a damaged one.
 *
 * combine and uncombine are the operators + and - as well: called as part of an
 * aggregate they change the state in place, otherwise a copy.
 */
#ifndef KPI_TALLY_H
#define KPI_TALLY_H

#include "kpi.h"

#include "common/hashfn.h"

#define KPI_FIXED_TALLY(Type, name) \
static const Type * \
name##_argument(FunctionCallInfo fcinfo, int argument) \
{ \
	const Type *tally = (const Type *) PG_GETARG_POINTER(argument); \
	const char *problem = name##_check(tally); \
\
	if (unlikely(problem != NULL)) \
		kpi_report_corrupted("kpi_" #name, problem); \
	return tally; \
} \
\
PG_FUNCTION_INFO_V1(kpi_##name##_eq); \
Datum \
kpi_##name##_eq(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(memcmp(PG_GETARG_POINTER(0), PG_GETARG_POINTER(1), sizeof(Type)) == 0); \
} \
\
PG_FUNCTION_INFO_V1(kpi_##name##_ne); \
Datum \
kpi_##name##_ne(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(memcmp(PG_GETARG_POINTER(0), PG_GETARG_POINTER(1), sizeof(Type)) != 0); \
} \
\
PG_FUNCTION_INFO_V1(kpi_##name##_hash); \
Datum \
kpi_##name##_hash(PG_FUNCTION_ARGS) \
{ \
	return hash_any((const unsigned char *) PG_GETARG_POINTER(0), sizeof(Type)); \
} \
\
PG_FUNCTION_INFO_V1(kpi_##name##_hash_extended); \
Datum \
kpi_##name##_hash_extended(PG_FUNCTION_ARGS) \
{ \
	return hash_any_extended((const unsigned char *) PG_GETARG_POINTER(0), \
							 sizeof(Type), PG_GETARG_INT64(1)); \
} \
\
static void \
name##_combine(FunctionCallInfo fcinfo, Type *tally) \
{ \
	const Type *other = name##_argument(fcinfo, 1); \
\
	name##_argument(fcinfo, 0); \
	if (!name##_add(tally, other)) \
		kpi_report_overflow("kpi_" #name); \
} \
\
static void \
name##_uncombine(FunctionCallInfo fcinfo, Type *tally) \
{ \
	const Type *other = name##_argument(fcinfo, 1); \
\
	name##_argument(fcinfo, 0); \
	if (!name##_subtract(tally, other)) \
		kpi_report_underflow("kpi_" #name); \
} \
\
KPI_TALLY_CHANGE(kpi_##name##_combine, Type, name##_combine) \
KPI_TALLY_CHANGE(kpi_##name##_uncombine, Type, name##_uncombine) \
extern int	no_such_variable

#endif							/* KPI_TALLY_H */
