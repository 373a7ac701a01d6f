/*
 * kpi_core.h
 *		Basic declarations for algorithms that do not depend on fmgr.
 *
 * The files duration_{codec,select,multiset,sketch,share}.c,
 * hours_{rules,parse,format}.c, intervals.c, hypergeometric.c,
 * order_statistics.c, erlang.c and special.c include no other header of PostgreSQL.  With KPI_STANDALONE they
 * compile without a server, so that they can be fuzzed and timed alone.  That
 * also works for 32-bit machines, if the compiler has _BitInt.
 */
#ifndef KPI_CORE_H
#define KPI_CORE_H

#ifdef KPI_STANDALONE

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int8_t int8;
typedef int32_t int32;
typedef int64_t int64;
typedef uint8_t uint8;
typedef uint32_t uint32;
typedef uint64_t uint64;
#ifdef __SIZEOF_INT128__
typedef __int128 int128;
typedef unsigned __int128 uint128;
#else
typedef _BitInt(128) int128;
typedef unsigned _BitInt(128) uint128;
#endif

typedef struct KpiNoMemory *KpiMemory;

#define KPI_CURRENT_MEMORY NULL
#define kpi_allocate(memory, size) ((void) (memory), malloc(size))
#define kpi_allocate_zeroed(memory, size) ((void) (memory), calloc(1, size))
#define repalloc(pointer, size) realloc(pointer, size)
#define pfree(pointer) free(pointer)
#define CHECK_FOR_INTERRUPTS() ((void) 0)
#define Assert(condition) ((void) (condition))
#define unlikely(condition) (condition)
#define Min(a, b) ((a) < (b) ? (a) : (b))
#define Max(a, b) ((a) > (b) ? (a) : (b))

#else

#include "postgres.h"

#include "miscadmin.h"
#include "utils/palloc.h"

/* the memory context of an object */
typedef MemoryContext KpiMemory;

#define KPI_CURRENT_MEMORY CurrentMemoryContext
#define kpi_allocate(memory, size) MemoryContextAlloc(memory, size)
#define kpi_allocate_zeroed(memory, size) MemoryContextAllocZero(memory, size)

#endif							/* KPI_STANDALONE */

#endif							/* KPI_CORE_H */
