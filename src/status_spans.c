/*
 * status_spans.c
 *		The status of a ticket from its creation on, cut into spans by the
 *		changes of its status, team, agent and hours.
 *
 * A value holds until another one is given.  The first span begins with the
 * creation and has the previous status of the first change, or "new".  A team,
 * agent or hours set at or before the creation hold from the creation on.
 */
#include "event_list.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* the arguments of the transition function */
enum
{
	STATE,
	AT,
	SEQ,
	STATUS,
	PREVIOUS_STATUS,
	SOURCE_STATUS,
	AGENT_ID,
	TEAM,
	HOURS,
	CHANGED_BY,
	CREATED_AT,
	FIRST_HOURS,
	TICKET_TEAM,
	TICKET_AGENT_ID,
	TICKET_STATUS
};

/* the values of the ticket itself */
enum
{
	GIVEN_HOURS,
	GIVEN_TEAM,
	GIVEN_AGENT_ID,
	GIVEN_STATUS
};

typedef struct Change
{
	KpiEvent	event;
	text	   *status;
	text	   *previous_status;
	text	   *source_status;
	text	   *agent_id;
	text	   *team;
	text	   *hours;
	text	   *changed_by;
} Change;

/* the values during a span; an empty team or agent is NULL */
typedef struct Span
{
	TimestampTz started_at;
	const text *status;
	const text *source_status;
	const text *team;
	const text *agent_id;
	const text *hours;
	const text *changed_by;
	bool		is_transfer;
	bool		sets_hours;
} Span;

/* the columns of kpi_status_span */
enum
{
	SPAN_STARTED_AT,
	SPAN_ENDED_AT,
	SPAN_STATUS,
	SPAN_SOURCE_STATUS,
	SPAN_TEAM,
	SPAN_AGENT_ID,
	SPAN_HOURS,
	SPAN_SETS_HOURS,
	SPAN_CHANGED_BY,
	SPAN_IS_TRANSFER,
	SPAN_PREVIOUS_STATUS,
	SPAN_PREVIOUS_TEAM,
	SPAN_PREVIOUS_AGENT_ID,
	SPAN_COLUMNS
};

/*
 * Compares changes by their order.  Changes of one instant without an order are
 * compared by their values, so that the order is always the same.
 */
static int
compare_changes(const void *a, const void *b, void *arg)
{
	const Change *first = a;
	const Change *second = b;
	int			order = kpi_event_compare(&first->event, &second->event);

	if (order == 0)
		order = kpi_event_compare_texts(first->status, second->status);
	if (order == 0)
		order = kpi_event_compare_texts(first->previous_status, second->previous_status);
	if (order == 0)
		order = kpi_event_compare_texts(first->source_status, second->source_status);
	if (order == 0)
		order = kpi_event_compare_texts(first->team, second->team);
	if (order == 0)
		order = kpi_event_compare_texts(first->agent_id, second->agent_id);
	if (order == 0)
		order = kpi_event_compare_texts(first->hours, second->hours);
	if (order == 0)
		order = kpi_event_compare_texts(first->changed_by, second->changed_by);
	return order;
}

/*
 * kpi_status_change_add(state internal, at timestamptz, seq bigint, status text,
 *						 previous_status text, source_status text, agent_id text,
 *						 team text, hours business_hours, changed_by text,
 *						 created_at timestamptz, first_hours business_hours,
 *						 ticket_team text, ticket_agent_id text, ticket_status text)
 * returns internal
 *
 * The transition function.  Changes without a finite instant do not count.
 * first_hours are the hours of the ticket before any change.  ticket_team and
 * ticket_agent_id hold all the time if no change names a team or agent.  If
 * ticket_status is not NULL and no change has a status, the status is unknown.
 */
PG_FUNCTION_INFO_V1(kpi_status_change_add);
Datum
kpi_status_change_add(PG_FUNCTION_ARGS)
{
	KpiEventList *list = kpi_event_list(fcinfo, sizeof(Change), CREATED_AT, 4);
	Change	   *change = kpi_event_add(list, fcinfo);

	if (change == NULL)
		PG_RETURN_POINTER(list);
	change->status = kpi_event_text(list, fcinfo, STATUS);
	change->previous_status = kpi_event_text(list, fcinfo, PREVIOUS_STATUS);
	change->source_status = kpi_event_text(list, fcinfo, SOURCE_STATUS);
	change->agent_id = kpi_event_text(list, fcinfo, AGENT_ID);
	change->team = kpi_event_text(list, fcinfo, TEAM);
	change->hours = kpi_event_text(list, fcinfo, HOURS);
	change->changed_by = kpi_event_text(list, fcinfo, CHANGED_BY);
	PG_RETURN_POINTER(list);
}

/*
 * Returns the status before the first change.  This is the first previous
 * status up to the first change that sets a status, otherwise "new".  NULL if
 * no change has a status although the ticket has one.
 */
static const text *
first_status(const KpiEventList *list)
{
	for (int64 i = 0; i < list->n; i++)
	{
		const Change *change = (const Change *) list->events + i;

		CHECK_FOR_INTERRUPTS();
		if (change->previous_status != NULL)
			return change->previous_status;
		if (change->status != NULL)
			return cstring_to_text("new");
	}
	return list->given[GIVEN_STATUS] == NULL ? cstring_to_text("new") : NULL;
}

/*
 * Assigns a team or agent.  NULL means unchanged, and an empty text means none.
 * Returns whether it differs from *last, the last one that was not empty.
 */
static bool
assign(const text **current, const text **last, const text *given)
{
	bool		differs;

	if (given == NULL)
		return false;
	*current = VARSIZE_ANY_EXHDR(given) > 0 ? given : NULL;
	if (*current == NULL)
		return false;
	differs = *last != NULL && kpi_event_compare_texts(*last, *current) != 0;
	*last = *current;
	return differs;
}

/*
 * Sets a value of a row, or NULL.
 */
static void
set_text(Datum *values, bool *nulls, int column, const text *value)
{
	values[column] = PointerGetDatum(value);
	nulls[column] = value == NULL;
}

/*
 * Makes a row of kpi_status_span.  "end" is NULL if the span lasts, and
 * "before" is NULL if the span begins with the creation.
 */
static Datum
make_span(TupleDesc row, const Span *span, const TimestampTz *end, const Span *before)
{
	Datum		values[SPAN_COLUMNS] = {0};
	bool		nulls[SPAN_COLUMNS] = {0};

	values[SPAN_STARTED_AT] = TimestampTzGetDatum(span->started_at);
	nulls[SPAN_ENDED_AT] = end == NULL;
	if (end != NULL)
		values[SPAN_ENDED_AT] = TimestampTzGetDatum(*end);
	set_text(values, nulls, SPAN_STATUS, span->status);
	set_text(values, nulls, SPAN_SOURCE_STATUS, span->source_status);
	set_text(values, nulls, SPAN_TEAM, span->team);
	set_text(values, nulls, SPAN_AGENT_ID, span->agent_id);
	set_text(values, nulls, SPAN_HOURS, span->hours);
	values[SPAN_SETS_HOURS] = BoolGetDatum(span->sets_hours);
	set_text(values, nulls, SPAN_CHANGED_BY, span->changed_by);
	values[SPAN_IS_TRANSFER] = BoolGetDatum(span->is_transfer);
	set_text(values, nulls, SPAN_PREVIOUS_STATUS, before ? before->status : NULL);
	set_text(values, nulls, SPAN_PREVIOUS_TEAM, before ? before->team : NULL);
	set_text(values, nulls, SPAN_PREVIOUS_AGENT_ID, before ? before->agent_id : NULL);
	return HeapTupleGetDatum(heap_form_tuple(row, values, nulls));
}

/*
 * kpi_status_spans_final(state internal)
 * returns kpi_status_span[]
 *
 * The final function of kpi_status_spans.  A span before the creation becomes
 * an empty span at the creation.  Without a creation, the first span begins
 * with the first change.  NULL without any change.
 */
PG_FUNCTION_INFO_V1(kpi_status_spans_final);
Datum
kpi_status_spans_final(PG_FUNCTION_ARGS)
{
	KpiEventList *list;
	TupleDesc	row;
	Span		before = {0};
	Span		span = {0};
	const text *last_team = NULL;
	const text *last_agent_id = NULL;
	TimestampTz transferred_at = DT_NOBEGIN;
	TimestampTz created_at;
	bool		names_team = false;
	bool		names_agent = false;
	Datum	   *spans;
	int64		n = 0;

	if (PG_ARGISNULL(STATE))
		PG_RETURN_NULL();
	list = (KpiEventList *) PG_GETARG_POINTER(STATE);
	if (list->n == 0)
		PG_RETURN_NULL();
	kpi_event_sort(list, compare_changes);
	row = kpi_event_row_type(fcinfo, true);
	spans = MemoryContextAllocHuge(CurrentMemoryContext, (list->n + 1) * sizeof(Datum));
	created_at = list->has_creation ? list->created_at : ((const Change *) list->events)->event.at;
	span.started_at = created_at;
	span.status = span.source_status = first_status(list);
	span.hours = list->given[GIVEN_HOURS];
	for (int64 i = 0; i < list->n; i++)
	{
		const Change *change = (const Change *) list->events + i;

		CHECK_FOR_INTERRUPTS();
		if (change->event.at <= created_at && change->hours != NULL)
			span.hours = change->hours;
		names_team |= change->team != NULL && VARSIZE_ANY_EXHDR(change->team) > 0;
		names_agent |= change->agent_id != NULL && VARSIZE_ANY_EXHDR(change->agent_id) > 0;
	}
	/* values set at or before the creation hold from the creation on */
	for (int64 i = 0; i < list->n; i++)
	{
		const Change *change = (const Change *) list->events + i;

		CHECK_FOR_INTERRUPTS();
		if (change->event.at > created_at)
			break;
		assign(&span.team, &last_team, change->team);
		assign(&span.agent_id, &last_agent_id, change->agent_id);
	}
	last_team = last_agent_id = NULL;
	if (!names_team)
		span.team = list->given[GIVEN_TEAM];
	if (!names_agent)
		span.agent_id = list->given[GIVEN_AGENT_ID];
	for (int64 i = 0; i < list->n; i++)
	{
		const Change *change = (const Change *) list->events + i;
		Span		next = span;

		CHECK_FOR_INTERRUPTS();
		next.started_at = Max(change->event.at, span.started_at);
		next.changed_by = change->changed_by;
		if (change->status != NULL)
		{
			next.status = change->status;
			next.source_status = change->source_status ? change->source_status : change->status;
		}
		next.sets_hours = change->event.at > created_at && change->hours != NULL &&
			(span.hours == NULL || kpi_event_compare_texts(span.hours, change->hours) != 0);
		if (next.sets_hours)
			next.hours = change->hours;
		next.is_transfer = names_team && assign(&next.team, &last_team, change->team);
		if (names_agent)
			next.is_transfer |= assign(&next.agent_id, &last_agent_id, change->agent_id);
		/* helpdesks write team and agent in two rows of one instant */
		if (next.is_transfer && change->event.at == transferred_at)
			next.is_transfer = false;
		else if (next.is_transfer)
			transferred_at = change->event.at;
		spans[n] = make_span(row, &span, &next.started_at, n > 0 ? &before : NULL);
		n++;
		before = span;
		span = next;
	}
	spans[n] = make_span(row, &span, NULL, &before);
	n++;
	PG_RETURN_ARRAYTYPE_P(construct_array(spans, n, row->tdtypeid, -1, false, TYPALIGN_DOUBLE));
}
