/*
 * events.c
 *		libFuzzer target for the aggregates over the events of a ticket.
 *
 * FUZZ_EVENTS is MESSAGES or CHANGES.  An aggregate gets the events in the order
 * of the input, and then backwards.  The answers must be the same.
 */
#include "server.h"

#include <math.h>

#include "access/htup_details.h"
#include "event_list.h"
#include "input.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"

#define MESSAGES 1
#define CHANGES 2

#if FUZZ_EVENTS == MESSAGES
#define ADD kpi_message_add
#define ARGUMENTS 10
#define CREATED_AT 7
extern Datum kpi_conversation_final(PG_FUNCTION_ARGS);
extern Datum kpi_waits_final(PG_FUNCTION_ARGS);
#else
#define ADD kpi_status_change_add
#define ARGUMENTS 15
#define CREATED_AT 10
extern Datum kpi_status_spans_final(PG_FUNCTION_ARGS);
#endif
extern Datum ADD(PG_FUNCTION_ARGS);

/* the most events of a ticket */
#define MAX_EVENTS 40

/* of the columns of the row that is made next: text, number, boolean */
static const char *columns;

/* what the rows contain, written out */
static StringInfoData answer;

/* ---------------------------------------------------------------------------
 * Stand-ins for what compares numbers and makes rows
 * ---------------------------------------------------------------------------
 */

/* NaN is the greatest number */
int
float8_cmp_internal(float8 a, float8 b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return (a > b) - (a < b);
}

TupleDesc
kpi_event_row_type(FunctionCallInfo fcinfo, bool is_array)
{
	static struct TupleDescData row;

	return &row;
}

HeapTuple
heap_form_tuple(TupleDesc row, Datum *values, bool *nulls)
{
	for (int i = 0; columns[i] != '\0'; i++)
	{
		if (nulls[i])
			appendStringInfoString(&answer, "NULL");
		else if (columns[i] == 't')
			appendBinaryStringInfo(&answer, VARDATA_ANY(DatumGetPointer(values[i])),
								   VARSIZE_ANY_EXHDR(DatumGetPointer(values[i])));
		else
			appendStringInfo(&answer, "%lld",
							 columns[i] == 'b' ? (long long) DatumGetBool(values[i]) : (long long) values[i]);
		appendStringInfoChar(&answer, '|');
	}
	appendStringInfoChar(&answer, '\n');
	return palloc0(sizeof(HeapTupleData));
}

Datum
HeapTupleHeaderGetDatum(HeapTupleHeader tuple)
{
	return (Datum) 0;
}

ArrayType *
construct_array(Datum *elements, int n, Oid type, int length, bool by_value, char alignment)
{
	appendStringInfo(&answer, "%d rows\n", n);
	return palloc0(sizeof(ArrayType));
}

text *
cstring_to_text(const char *word)
{
	text	   *value = palloc(VARHDRSZ + strlen(word));

	SET_VARSIZE(value, VARHDRSZ + strlen(word));
	memcpy(VARDATA(value), word, strlen(word));
	return value;
}

struct varlena *
pg_detoast_datum_copy(struct varlena *value)
{
	return memcpy(palloc(VARSIZE_ANY(value)), value, VARSIZE_ANY(value));
}

/* ---------------------------------------------------------------------------
 * Events
 * ---------------------------------------------------------------------------
 */

typedef struct Event
{
	NullableDatum arguments[ARGUMENTS];
} Event;

/*
 * A text of few different ones, or NULL.
 */
static NullableDatum
take_text(Input *input)
{
	static const char *const words[] = {"", "a", "b", "ab", "new", "open", "customer", "agent", "agents", "bot"};
	NullableDatum value = {0};
	size_t		word = take(input, 1);

	value.isnull = word >= 128;
	if (!value.isnull)
		value.value = PointerGetDatum(cstring_to_text(words[word % lengthof(words)]));
	return value;
}

/*
 * An instant of few different ones, now and then one at a limit, or NULL.
 */
static NullableDatum
take_instant(Input *input)
{
	static const TimestampTz limits[] = {DT_NOBEGIN, DT_NOEND, MIN_TIMESTAMP, END_TIMESTAMP - 1};
	NullableDatum value = {0};
	size_t		kind = take(input, 1);

	value.isnull = kind == 255;
	if (kind < 240)
		value.value = TimestampTzGetDatum((TimestampTz) (kind % 16) * USECS_PER_SEC * 5);
	else
		value.value = TimestampTzGetDatum(limits[kind % lengthof(limits)]);
	return value;
}

/*
 * The arguments of an event.  What is of the ticket is the same in all of them.
 */
static Event
take_event(Input *input, const Event *ticket)
{
	Event		event = *ticket;
	uint64		seq = take(input, 1);

	event.arguments[1] = take_instant(input);
	event.arguments[2] = (NullableDatum) {Int64GetDatum(seq % 4), seq >= 128};
	for (int i = 3; i < CREATED_AT; i++)
		event.arguments[i] = take_text(input);
#if FUZZ_EVENTS == MESSAGES
	event.arguments[4] = (NullableDatum) {BoolGetDatum(seq & 4), (seq & 8) != 0};
	event.arguments[9] = (NullableDatum) {Float8GetDatum((double) take(input, 1) / 256), (seq & 16) != 0};
#endif
	return event;
}

/*
 * Calls a function with arguments of an event, in an aggregate.
 */
static Datum
call(PGFunction function, const NullableDatum *arguments, int n)
{
	static AggState aggregate = {.ss.ps.type = T_AggState};
	LOCAL_FCINFO(fcinfo, ARGUMENTS);
	FmgrInfo	info = {.fn_mcxt = CurrentMemoryContext};

	InitFunctionCallInfoData(*fcinfo, &info, n, InvalidOid, (Node *) &aggregate, NULL);
	memcpy(fcinfo->args, arguments, n * sizeof(NullableDatum));
	return function(fcinfo);
}

/*
 * Returns what the final functions make of the events, from the first or from
 * the last.
 */
static char *
answer_of(Event *events, int n, bool is_backwards)
{
	NullableDatum state = {.isnull = true};

	initStringInfo(&answer);
	for (int i = 0; i < n; i++)
	{
		Event	   *event = &events[is_backwards ? n - 1 - i : i];

		event->arguments[0] = state;
		state.value = call(ADD, event->arguments, ARGUMENTS);
		state.isnull = false;
	}
#if FUZZ_EVENTS == MESSAGES
	columns = "ttntnnnnnnnnn";
	call(kpi_conversation_final, &state, 1);
	columns = "tnnt";
	call(kpi_waits_final, &state, 1);
	/* the list is sorted already */
	columns = "ttntnnnnnnnnn";
	call(kpi_conversation_final, &state, 1);
#else
	columns = "nntttttbtbttt";
	call(kpi_status_spans_final, &state, 1);
#endif
	return answer.data;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input		input = {data, data + size};
	Event		ticket = {0};
	Event		events[MAX_EVENTS];
	int			n = 0;

	ticket.arguments[CREATED_AT] = take_instant(&input);
	for (int i = CREATED_AT + 1; i < ARGUMENTS; i++)
		ticket.arguments[i] = take_text(&input);
	while (input.next < input.end && n < MAX_EVENTS)
		events[n++] = take_event(&input, &ticket);
	if (n > 0)
		REQUIRE(strcmp(answer_of(events, n, false), answer_of(events, n, true)) == 0);
	fuzz_free_all();
	return 0;
}
