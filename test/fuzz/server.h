/*
 * server.h
 *		As much of a PostgreSQL backend as the types need, for fuzzing.
 */
#ifndef FUZZ_SERVER_H
#define FUZZ_SERVER_H

#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/execnodes.h"
#include "require.h"

#include <setjmp.h>

/* where an ERROR goes; NULL: there must not be one */
extern sigjmp_buf *fuzz_error;

/* SQLSTATE and primary message of the last error */
extern int	fuzz_sqlstate;
extern char fuzz_message[256];

extern void fuzz_free_all(void);

#endif							/* FUZZ_SERVER_H */
