/*
 * hypergeometric.h
 *		The exact test of two shares.
 */
#ifndef KPI_HYPERGEOMETRIC_H
#define KPI_HYPERGEOMETRIC_H

#include "kpi_core.h"

extern double kpi_hypergeometric_tail(int64 hits, int64 total_hits, int64 trials, int64 other_trials);

#endif							/* KPI_HYPERGEOMETRIC_H */
