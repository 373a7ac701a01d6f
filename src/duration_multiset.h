/*
 * duration_multiset.h
 *		A sorted multiset of int64 with removal, for exact percentiles of moving
 *		windows.
 */
#ifndef KPI_DURATION_MULTISET_H
#define KPI_DURATION_MULTISET_H

#include "kpi_core.h"

typedef struct KpiMultiset KpiMultiset;

extern KpiMultiset *kpi_multiset_create(void);
extern void kpi_multiset_insert(KpiMultiset *set, int64 value);
extern bool kpi_multiset_remove(KpiMultiset *set, int64 value);
extern int64 kpi_multiset_size(const KpiMultiset *set);
extern int64 kpi_multiset_at(const KpiMultiset *set, int64 rank);
extern void kpi_multiset_neighbours(const KpiMultiset *set, int64 rank, int64 *low, int64 *high);
extern void kpi_multiset_values(const KpiMultiset *set, int64 *sorted);

#endif							/* KPI_DURATION_MULTISET_H */
