/*
 * duration_queue.h
 *		A queue of tallies with the sum of all, for moving windows over stored
 *		tallies.
 */
#ifndef KPI_DURATION_QUEUE_H
#define KPI_DURATION_QUEUE_H

#include "duration_value.h"

typedef struct KpiTallyQueue KpiTallyQueue;

extern KpiTallyQueue *kpi_queue_create(MemoryContext context);
extern void kpi_queue_push(KpiTallyQueue *queue, Datum canonical);
extern void kpi_queue_pop(KpiTallyQueue *queue);
extern KpiDurations kpi_queue_read(KpiTallyQueue *queue);

#endif							/* KPI_DURATION_QUEUE_H */
