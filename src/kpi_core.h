/*
 * kpi_core.h
 *		What the algorithms that know nothing of fmgr are built on.
 *
 * duration_codec.c, duration_select.c, duration_multiset.c and duration_sketch.c
 * include this and nothing else of PostgreSQL.  With KPI_STANDALONE they compile without a
 * server, so that they can be fuzzed and timed alone.
 */
#ifndef KPI_CORE_H
#define KPI_CORE_H

#ifdef KPI_STANDALONE

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t int32;
typedef int64_t int64;
typedef uint8_t uint8;
typedef uint32_t uint32;
typedef uint64_t uint64;
typedef __int128 int128;
typedef unsigned __int128 uint128;

#define palloc(size) malloc(size)
#define repalloc(pointer, size) realloc(pointer, size)
#define pfree(pointer) free(pointer)
#define CHECK_FOR_INTERRUPTS() ((void) 0)
#define palloc0(size) calloc(1, size)
#define Assert(condition) ((void) (condition))
#define Min(a, b) ((a) < (b) ? (a) : (b))
#define Max(a, b) ((a) > (b) ? (a) : (b))

#else

#include "postgres.h"

#include "miscadmin.h"

#endif							/* KPI_STANDALONE */

#endif							/* KPI_CORE_H */
