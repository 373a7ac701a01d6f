/*
 * kpi_compat.h
 *		Differences between the major versions of PostgreSQL.
 *
 * No other file may test PG_VERSION_NUM.
 */
#ifndef KPI_COMPAT_H
#define KPI_COMPAT_H

#include "postgres.h"

#include "fmgr.h"

#ifndef HAVE_INT128
#error "kpi keeps exact sums in 128-bit integers, which this compiler does not have"
#endif

/* 16 moved the varlena macros out of postgres.h, and added soft errors */
#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#else
#define ereturn(context, dummy, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); return dummy; } while (0)
#endif

/* 16 added an argument for soft errors to make_range() */
#if PG_VERSION_NUM >= 160000
#define KPI_MAKE_RANGE(type, lower, upper) make_range(type, lower, upper, false, NULL)
#else
#define KPI_MAKE_RANGE(type, lower, upper) make_range(type, lower, upper, false)
#endif

/*
 * 16 added an argument to tuplesort_getdatum(): without a copy, the datum is
 * valid until the next call.  Before, it was always a copy.
 */
#if PG_VERSION_NUM >= 160000
#define KPI_TUPLESORT_GETDATUM(sort, value, is_null) tuplesort_getdatum(sort, true, false, value, is_null, NULL)
#define KPI_FREE_SORTED(value) ((void) (value))
#else
#define KPI_TUPLESORT_GETDATUM(sort, value, is_null) tuplesort_getdatum(sort, true, value, is_null, NULL)
#define KPI_FREE_SORTED(value) pfree(DatumGetPointer(value))
#endif

/* 17 added infinite intervals */
#if PG_VERSION_NUM >= 170000
#define KPI_INTERVAL_IS_FINITE(interval) (!INTERVAL_NOT_FINITE(interval))
#else
#define KPI_INTERVAL_IS_FINITE(interval) (true)
#endif

/*
 * 18 replaced pg_attribute_noreturn() by a specifier before the declaration,
 * and added the name and version of a module to its magic block.
 */
#if PG_VERSION_NUM >= 180000
#define KPI_NORETURN pg_noreturn
#define KPI_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "kpi", .version = KPI_VERSION)
#else
#define KPI_NORETURN __attribute__((noreturn))
#define KPI_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#endif							/* KPI_COMPAT_H */
