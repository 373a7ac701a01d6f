/*
 * event_list.c
 *		The events of a ticket, gathered by an aggregate in any order.
 */
#include "event_list.h"

#include "funcapi.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#define FIRST_EVENTS 8

/*
 * Returns the state of an aggregate, its first argument, and creates it if that
 * is NULL.  "created_at" is the number of the argument with the creation of the
 * ticket.  The next "given" arguments are other values of the ticket.
 */
KpiEventList *
kpi_event_list(FunctionCallInfo fcinfo, Size size, int created_at, int given)
{
	MemoryContext memory;
	KpiEventList *list;

	if (!AggCheckCallContext(fcinfo, &memory))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the function can only be called as part of an aggregate")));
	if (!PG_ARGISNULL(0))
		return (KpiEventList *) PG_GETARG_POINTER(0);
	list = MemoryContextAllocZero(memory, sizeof(KpiEventList));
	list->memory = memory;
	list->size = size;
	list->is_sorted = true;
	list->has_creation = !PG_ARGISNULL(created_at) &&
		!TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(created_at));
	if (list->has_creation)
		list->created_at = PG_GETARG_TIMESTAMPTZ(created_at);
	Assert(given <= KPI_EVENT_GIVEN);
	for (int i = 0; i < given; i++)
		list->given[i] = kpi_event_text(list, fcinfo, created_at + 1 + i);
	return list;
}

/*
 * Adds a zeroed event, whose instant and order are the arguments 1 and 2.
 * Returns NULL, and adds none, if the instant is NULL or infinite.
 */
void *
kpi_event_add(KpiEventList *list, FunctionCallInfo fcinfo)
{
	KpiEvent   *event;

	if (PG_ARGISNULL(1) || TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(1)))
		return NULL;
	if (list->n == list->allocated)
	{
		list->allocated = Max(2 * list->allocated, FIRST_EVENTS);
		if (list->events == NULL)
			list->events = MemoryContextAlloc(list->memory, list->allocated * list->size);
		else
			list->events = repalloc_huge(list->events, list->allocated * list->size);
	}
	event = (KpiEvent *) (list->events + list->n++ * list->size);
	memset(event, 0, list->size);
	event->at = PG_GETARG_TIMESTAMPTZ(1);
	event->seq = PG_ARGISNULL(2) ? PG_INT64_MAX : PG_GETARG_INT64(2);
	list->is_sorted = false;
	return event;
}

/*
 * Returns a copy of a varlena argument in the memory of the list, or NULL.
 */
text *
kpi_event_text(KpiEventList *list, FunctionCallInfo fcinfo, int argument)
{
	MemoryContext before;
	text	   *copy;

	if (PG_ARGISNULL(argument))
		return NULL;
	before = MemoryContextSwitchTo(list->memory);
	copy = PG_GETARG_TEXT_P_COPY(argument);
	MemoryContextSwitchTo(before);
	return copy;
}

/*
 * Sorts the events, unless they are sorted.
 */
void
kpi_event_sort(KpiEventList *list, qsort_arg_comparator order)
{
	if (!list->is_sorted)
		qsort_interruptible(list->events, list->n, list->size, order, NULL);
	list->is_sorted = true;
}

/*
 * Compares by instant and order within it.
 */
int
kpi_event_compare(const KpiEvent *a, const KpiEvent *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return 0;
}

/*
 * Compares two texts by their bytes.  NULL comes last.
 */
int
kpi_event_compare_texts(const text *a, const text *b)
{
	int			difference;

	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	difference = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(VARSIZE_ANY_EXHDR(a), VARSIZE_ANY_EXHDR(b)));
	if (difference != 0)
		return difference;
	if (VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b))
		return 0;
	return VARSIZE_ANY_EXHDR(a) < VARSIZE_ANY_EXHDR(b) ? -1 : 1;
}

/*
 * Returns whether a text equals a word.  Returns false for NULL.
 */
bool
kpi_event_text_is(const text *value, const char *word)
{
	return value != NULL && VARSIZE_ANY_EXHDR(value) == strlen(word) &&
		memcmp(VARDATA_ANY(value), word, strlen(word)) == 0;
}

/*
 * Returns the type of the rows that a function returns, as one row or as an
 * array of them.  It is looked up once for each call of the aggregate.
 */
TupleDesc
kpi_event_row_type(FunctionCallInfo fcinfo, bool is_array)
{
	FmgrInfo   *function = fcinfo->flinfo;

	if (function->fn_extra == NULL)
	{
		MemoryContext before = MemoryContextSwitchTo(function->fn_mcxt);
		Oid			type = get_func_rettype(function->fn_oid);

		if (is_array)
			type = get_element_type(type);
		function->fn_extra = lookup_rowtype_tupdesc_copy(type, -1);
		MemoryContextSwitchTo(before);
	}
	return (TupleDesc) function->fn_extra;
}
