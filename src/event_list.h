/*
 * event_list.h
 *		The events of a ticket, gathered by an aggregate in any order.
 *
 * The type of the events is a struct that begins with a KpiEvent.  They stay in
 * the memory of the aggregate, with the values that they point to.
 */
#ifndef KPI_EVENT_LIST_H
#define KPI_EVENT_LIST_H

#include "kpi_compat.h"

#include "utils/timestamp.h"

#define KPI_EVENT_GIVEN 4

typedef struct KpiEvent
{
	TimestampTz at;
	int64		seq;			/* order within one instant; greatest without one */
} KpiEvent;

typedef struct KpiEventList
{
	MemoryContext memory;
	Size		size;			/* of an event */
	int64		n;
	int64		allocated;
	bool		is_sorted;
	bool		has_creation;
	TimestampTz created_at;		/* creation of the ticket, if it is known */
	text	   *given[KPI_EVENT_GIVEN]; /* values of the ticket itself, or NULL */
	char	   *events;
} KpiEventList;

extern KpiEventList *kpi_event_list(FunctionCallInfo fcinfo, Size size, int created_at, int given);
extern void *kpi_event_add(KpiEventList *list, FunctionCallInfo fcinfo);
extern text *kpi_event_text(KpiEventList *list, FunctionCallInfo fcinfo, int argument);
extern void kpi_event_sort(KpiEventList *list, qsort_arg_comparator order);
extern int	kpi_event_compare(const KpiEvent *a, const KpiEvent *b);
extern int	kpi_event_compare_texts(const text *a, const text *b);
extern bool kpi_event_text_is(const text *value, const char *word);
extern struct TupleDescData *kpi_event_row_type(FunctionCallInfo fcinfo, bool is_array);

#endif							/* KPI_EVENT_LIST_H */
