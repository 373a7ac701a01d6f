/*
 * conversation.c
 *		Facts derived from the messages of a ticket: who opened it, who answered
 *		when, how long the customer waited, and in which mood they wrote.
 *
 * A reply is a public message of an agent, not before the creation, that does
 * not open the ticket.  An agent opened the ticket if opened_by is "agent".
 * Without opened_by, an agent opened it if the first message of an agent is at
 * most 10 seconds after the creation and before any message of the customer.
 * The public messages of agents until then open the ticket and are no replies.
 *
 * A wait begins with the first unanswered public message of the customer, and
 * ends with the next reply.  Messages of bots and notes neither begin nor end
 * it.
 */
#include "event_list.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"

/* up to this long after the creation, a message of an agent opens the ticket */
#define OPENING_TIME (INT64CONST(10) * USECS_PER_SEC)

/* at the same instant without an order, the agent answers the customer */
typedef enum Author
{
	CUSTOMER,
	AGENT,
	BOT
} Author;

/* the arguments of the transition function */
enum
{
	STATE,
	AT,
	SEQ,
	AUTHOR,
	IS_PUBLIC,
	AUTHOR_ID,
	CHANNEL,
	CREATED_AT,
	OPENED_BY,
	SENTIMENT					/* only of kpi_conversation */
};

/* the values of the ticket itself */
#define GIVEN_OPENED_BY 0

typedef struct Message
{
	KpiEvent	event;
	Author		author;
	bool		is_public;
	text	   *author_id;		/* of an agent */
	text	   *channel;		/* of a customer */
	double		sentiment;		/* of a public message of a customer, NaN if unknown */
} Message;

typedef struct Conversation
{
	KpiEventList *messages;
	const Message *first;		/* of a customer or agent, NULL if there is none */
	bool		agent_opened;
} Conversation;

/* the columns of kpi_conversation */
enum
{
	ROW_OPENED_BY,
	ROW_CHANNEL,
	ROW_FIRST_RESPONSE_AT,
	ROW_FIRST_RESPONDER_ID,
	ROW_AGENT_MESSAGES,
	ROW_AGENT_REPLIES,
	ROW_CUSTOMER_REPLIES,
	ROW_BOT_MESSAGES,
	ROW_TEAMMATES,
	ROW_WAITING_SINCE,
	ROW_SENTIMENT,
	ROW_SENTIMENT_FIRST,
	ROW_SENTIMENT_LAST,
	ROW_COLUMNS
};

/* the columns of kpi_wait */
enum
{
	WAIT_METRIC,
	WAIT_STARTED_AT,
	WAIT_ENDED_AT,
	WAIT_RESPONDER_ID,
	WAIT_COLUMNS
};

/*
 * Compares messages by their order.  Messages are equal if they differ in
 * nothing that is counted.
 */
static int
compare_messages(const void *a, const void *b, void *arg)
{
	const Message *first = a;
	const Message *second = b;
	int			order = kpi_event_compare(&first->event, &second->event);

	if (order == 0)
		order = (int) first->author - (int) second->author;
	if (order == 0)
		order = kpi_event_compare_texts(first->author_id, second->author_id);
	if (order == 0)
		order = (int) second->is_public - (int) first->is_public;
	if (order == 0)
		order = kpi_event_compare_texts(first->channel, second->channel);
	if (order == 0)
		order = float8_cmp_internal(first->sentiment, second->sentiment);
	return order;
}

/*
 * kpi_message_add(state internal, at timestamptz, seq bigint, author text,
 *				   is_public boolean, author_id text, channel text,
 *				   created_at timestamptz, opened_by text
 *				   [, sentiment double precision])
 * returns internal
 *
 * The transition function.  Only messages of customers, agents and bots with a
 * finite instant count.  A NULL is_public means true.  Keeps the sentiment of
 * public messages of customers.
 */
PG_FUNCTION_INFO_V1(kpi_message_add);
Datum
kpi_message_add(PG_FUNCTION_ARGS)
{
	KpiEventList *list = kpi_event_list(fcinfo, sizeof(Message), CREATED_AT, 1);
	text	   *name = PG_ARGISNULL(AUTHOR) ? NULL : PG_GETARG_TEXT_PP(AUTHOR);
	Message    *message;
	Author		author;

	if (kpi_event_text_is(name, "customer"))
		author = CUSTOMER;
	else if (kpi_event_text_is(name, "agent"))
		author = AGENT;
	else if (kpi_event_text_is(name, "bot"))
		author = BOT;
	else
		PG_RETURN_POINTER(list);
	message = kpi_event_add(list, fcinfo);
	if (message == NULL)
		PG_RETURN_POINTER(list);
	message->author = author;
	message->is_public = PG_ARGISNULL(IS_PUBLIC) || PG_GETARG_BOOL(IS_PUBLIC);
	if (author == AGENT)
		message->author_id = kpi_event_text(list, fcinfo, AUTHOR_ID);
	if (author == CUSTOMER)
		message->channel = kpi_event_text(list, fcinfo, CHANNEL);
	message->sentiment = get_float8_nan();
	if (author == CUSTOMER && message->is_public && PG_NARGS() > SENTIMENT && !PG_ARGISNULL(SENTIMENT))
		message->sentiment = PG_GETARG_FLOAT8(SENTIMENT);
	PG_RETURN_POINTER(list);
}

/*
 * Puts the messages in order, and finds out who opened the ticket.
 */
static Conversation
read_conversation(KpiEventList *list)
{
	Conversation conversation = {.messages = list};

	kpi_event_sort(list, compare_messages);
	for (int64 i = 0; i < list->n && conversation.first == NULL; i++)
	{
		const Message *message = (const Message *) list->events + i;

		CHECK_FOR_INTERRUPTS();
		if (message->author != BOT)
			conversation.first = message;
	}
	if (list->given[GIVEN_OPENED_BY] != NULL)
		conversation.agent_opened = kpi_event_text_is(list->given[GIVEN_OPENED_BY], "agent");
	else
		conversation.agent_opened = list->has_creation && conversation.first != NULL &&
			conversation.first->author == AGENT &&
			conversation.first->event.at <= list->created_at + OPENING_TIME;
	return conversation;
}

/*
 * Returns whether a message is a reply.
 */
static bool
is_reply(const Conversation *conversation, const Message *message)
{
	const KpiEventList *list = conversation->messages;

	if (message->author != AGENT || !message->is_public)
		return false;
	return !list->has_creation ||
		(message->event.at >= list->created_at &&
		 !(conversation->agent_opened && message->event.at <= list->created_at + OPENING_TIME));
}

/*
 * Compares two pointers to texts by the bytes of the texts.
 */
static int
compare_ids(const void *a, const void *b, void *arg)
{
	return kpi_event_compare_texts(*(const text *const *) a, *(const text *const *) b);
}

/*
 * Counts the agents who wrote, in public or not.  Returns -1 if no message of an
 * agent has an id.
 */
static int64
count_teammates(const KpiEventList *list)
{
	const text **ids = MemoryContextAllocHuge(CurrentMemoryContext, (list->n + 1) * sizeof(text *));
	int64		n = 0;
	int64		distinct = 0;
	bool		has_agent = false;

	for (int64 i = 0; i < list->n; i++)
	{
		const Message *message = (const Message *) list->events + i;

		CHECK_FOR_INTERRUPTS();
		has_agent |= message->author == AGENT;
		if (message->author_id != NULL && VARSIZE_ANY_EXHDR(message->author_id) > 0)
			ids[n++] = message->author_id;
	}
	qsort_interruptible(ids, n, sizeof(text *), compare_ids, NULL);
	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		distinct += i == 0 || kpi_event_compare_texts(ids[i - 1], ids[i]) != 0;
	}
	pfree(ids);
	return n == 0 && has_agent ? -1 : distinct;
}

/*
 * kpi_conversation_final(state internal)
 * returns kpi_conversation
 *
 * The final function of kpi_conversation.  NULL without any row.
 */
PG_FUNCTION_INFO_V1(kpi_conversation_final);
Datum
kpi_conversation_final(PG_FUNCTION_ARGS)
{
	Datum		values[ROW_COLUMNS] = {0};
	bool		nulls[ROW_COLUMNS] = {0};
	Conversation conversation;
	KpiEventList *list;
	const Message *first_reply = NULL;
	const Message *waiting = NULL;
	const text *channel = NULL;
	int64		agent_messages = 0;
	int64		replies = 0;
	int64		customer_messages = 0;
	int64		bot_messages = 0;
	int64		teammates;
	double		sentiments = 0;
	int64		judged = 0;

	if (PG_ARGISNULL(STATE))
		PG_RETURN_NULL();
	list = (KpiEventList *) PG_GETARG_POINTER(STATE);
	conversation = read_conversation(list);
	for (int64 i = 0; i < list->n; i++)
	{
		const Message *message = (const Message *) list->events + i;

		CHECK_FOR_INTERRUPTS();
		if (channel == NULL)
			channel = message->channel;
		if (!message->is_public)
			continue;
		agent_messages += message->author == AGENT;
		customer_messages += message->author == CUSTOMER;
		bot_messages += message->author == BOT;
		if (!isnan(message->sentiment))
		{
			if (judged++ == 0)
				values[ROW_SENTIMENT_FIRST] = Float8GetDatum(message->sentiment);
			values[ROW_SENTIMENT_LAST] = Float8GetDatum(message->sentiment);
			sentiments += message->sentiment;
		}
		if (is_reply(&conversation, message))
		{
			replies++;
			if (first_reply == NULL)
				first_reply = message;
			waiting = NULL;
		}
		else if (message->author == CUSTOMER && waiting == NULL)
			waiting = message;
	}
	/* a message of the customer opens the ticket, unless a bot or system did */
	if (conversation.first != NULL && conversation.first->author == CUSTOMER && conversation.first->is_public &&
		(list->given[GIVEN_OPENED_BY] == NULL || kpi_event_text_is(list->given[GIVEN_OPENED_BY], "customer")))
		customer_messages--;
	teammates = count_teammates(list);

	if (list->given[GIVEN_OPENED_BY] != NULL)
		values[ROW_OPENED_BY] = PointerGetDatum(list->given[GIVEN_OPENED_BY]);
	else if (conversation.first != NULL)
		values[ROW_OPENED_BY] = CStringGetTextDatum(conversation.agent_opened ? "agent" : "customer");
	else
		nulls[ROW_OPENED_BY] = true;
	values[ROW_CHANNEL] = PointerGetDatum(channel);
	nulls[ROW_CHANNEL] = channel == NULL;
	nulls[ROW_FIRST_RESPONSE_AT] = first_reply == NULL;
	nulls[ROW_FIRST_RESPONDER_ID] = first_reply == NULL || first_reply->author_id == NULL;
	if (first_reply != NULL)
	{
		values[ROW_FIRST_RESPONSE_AT] = TimestampTzGetDatum(first_reply->event.at);
		values[ROW_FIRST_RESPONDER_ID] = PointerGetDatum(first_reply->author_id);
	}
	values[ROW_AGENT_MESSAGES] = Int64GetDatum(agent_messages);
	values[ROW_AGENT_REPLIES] = Int64GetDatum(replies);
	values[ROW_CUSTOMER_REPLIES] = Int64GetDatum(customer_messages);
	values[ROW_BOT_MESSAGES] = Int64GetDatum(bot_messages);
	values[ROW_TEAMMATES] = Int64GetDatum(teammates);
	nulls[ROW_TEAMMATES] = teammates < 0;
	nulls[ROW_WAITING_SINCE] = waiting == NULL;
	if (waiting != NULL)
		values[ROW_WAITING_SINCE] = TimestampTzGetDatum(waiting->event.at);
	/* in the order of the messages, so that the last bit of the mean is always the same */
	values[ROW_SENTIMENT] = Float8GetDatum(sentiments / Max(judged, 1));
	nulls[ROW_SENTIMENT] = nulls[ROW_SENTIMENT_FIRST] = nulls[ROW_SENTIMENT_LAST] = judged == 0;
	return HeapTupleGetDatum(heap_form_tuple(kpi_event_row_type(fcinfo, false), values, nulls));
}

/*
 * Makes a row of kpi_wait.  "end" is the message that ends it, or NULL if it
 * has not ended.
 */
static Datum
make_wait(TupleDesc row, const char *metric, const Message *start, const Message *end)
{
	Datum		values[WAIT_COLUMNS] = {0};
	bool		nulls[WAIT_COLUMNS] = {0};

	values[WAIT_METRIC] = CStringGetTextDatum(metric);
	values[WAIT_STARTED_AT] = TimestampTzGetDatum(start->event.at);
	nulls[WAIT_ENDED_AT] = end == NULL;
	nulls[WAIT_RESPONDER_ID] = end == NULL || end->author_id == NULL;
	if (end != NULL)
	{
		values[WAIT_ENDED_AT] = TimestampTzGetDatum(end->event.at);
		values[WAIT_RESPONDER_ID] = PointerGetDatum(end->author_id);
	}
	return HeapTupleGetDatum(heap_form_tuple(row, values, nulls));
}

/*
 * kpi_waits_final(state internal)
 * returns kpi_wait[]
 *
 * The final function of kpi_waits.  Returns the waits of the customer; the
 * first reply ends the wait for the first response.  Also returns the updates,
 * the times between public messages of agents.  NULL without any row.
 */
PG_FUNCTION_INFO_V1(kpi_waits_final);
Datum
kpi_waits_final(PG_FUNCTION_ARGS)
{
	TupleDesc	row;
	Conversation conversation;
	KpiEventList *list;
	const Message *waiting = NULL;
	const Message *update = NULL;
	bool		has_reply = false;
	Datum	   *waits;
	int64		n = 0;

	if (PG_ARGISNULL(STATE))
		PG_RETURN_NULL();
	list = (KpiEventList *) PG_GETARG_POINTER(STATE);
	conversation = read_conversation(list);
	row = kpi_event_row_type(fcinfo, true);
	/* a message ends at most one wait and one update, and two can remain open */
	waits = MemoryContextAllocHuge(CurrentMemoryContext, (2 * list->n + 2) * sizeof(Datum));
	for (int64 i = 0; i < list->n; i++)
	{
		const Message *message = (const Message *) list->events + i;

		CHECK_FOR_INTERRUPTS();
		if (!message->is_public)
			continue;
		if (message->author == AGENT && (!list->has_creation || message->event.at >= list->created_at))
		{
			if (update != NULL)
				waits[n++] = make_wait(row, "update", update, message);
			update = message;
		}
		if (is_reply(&conversation, message))
		{
			if (waiting != NULL)
				waits[n++] = make_wait(row, has_reply ? "next_response" : "first_response", waiting, message);
			waiting = NULL;
			has_reply = true;
		}
		else if (message->author == CUSTOMER && waiting == NULL)
			waiting = message;
	}
	if (waiting != NULL)
		waits[n++] = make_wait(row, has_reply ? "next_response" : "first_response", waiting, NULL);
	if (update != NULL)
		waits[n++] = make_wait(row, "update", update, NULL);
	PG_RETURN_ARRAYTYPE_P(construct_array(waits, n, row->tdtypeid, -1, false, TYPALIGN_DOUBLE));
}
