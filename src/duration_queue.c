/*
 * duration_queue.c
 *		A queue of tallies with the sum of all, for moving windows over stored
 *		tallies.
 *
 * The queue consists of two stacks.  "back" has the tallies that were added since
 * the last turn, and their sum.  "front" has, for each older tally, the sum of
 * that tally and all later ones up to the turn.  So no tally is ever subtracted,
 * which is not possible for the minimum and the maximum.  Each tally is merged at
 * most three times.
 */
#include "duration_queue.h"

#include "duration_accumulator.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/memutils.h"

typedef struct TallyStack
{
	int			n;
	int			room;
	Datum	   *tallies;		/* canonical, each in an allocation of its own */
} TallyStack;

struct KpiTallyQueue
{
	MemoryContext context;
	TallyStack	front;
	TallyStack	back;
	KpiAccumulator merged;		/* sum of back, in a context that is reset */
};

/*
 * Creates an empty queue in the given context.
 */
KpiTallyQueue *
kpi_queue_create(MemoryContext context)
{
	KpiTallyQueue *queue = MemoryContextAllocZero(context, sizeof(KpiTallyQueue));

	queue->context = context;
	queue->merged.context = AllocSetContextCreate(context, "kpi merged durations",
												  ALLOCSET_SMALL_SIZES);
	return queue;
}

/*
 * Pushes a tally, which must be in the context of the queue.  That context must be
 * current.
 */
static void
stack_push(TallyStack *stack, Datum tally)
{
	if (stack->n == stack->room)
	{
		stack->room = Max(8, stack->room * 2);
		if (stack->tallies)
			stack->tallies = repalloc(stack->tallies, stack->room * sizeof(Datum));
		else
			stack->tallies = palloc(stack->room * sizeof(Datum));
	}
	stack->tallies[stack->n++] = tally;
}

/*
 * Empties the sum of "back".
 */
static void
restart_merging(KpiTallyQueue *queue)
{
	MemoryContext context = queue->merged.context;

	MemoryContextReset(context);
	memset(&queue->merged, 0, sizeof(KpiAccumulator));
	queue->merged.context = context;
}

/*
 * Adds a canonical tally to the end of the queue.
 */
void
kpi_queue_push(KpiTallyQueue *queue, Datum canonical)
{
	MemoryContext caller;

	kpi_accumulator_merge_flat(&queue->merged, canonical);
	caller = MemoryContextSwitchTo(queue->context);
	stack_push(&queue->back, datumCopy(canonical, false, -1));
	MemoryContextSwitchTo(caller);
}

/*
 * Moves all tallies from "back" to "front", the newest one first, each merged with
 * all that were added after it.
 */
static void
turn(KpiTallyQueue *queue)
{
	restart_merging(queue);
	while (queue->back.n > 0)
	{
		Datum		tally = queue->back.tallies[--queue->back.n];
		KpiDurations durations;
		MemoryContext caller;

		CHECK_FOR_INTERRUPTS();
		kpi_accumulator_merge_flat(&queue->merged, tally);
		durations = kpi_accumulator_read(&queue->merged);
		caller = MemoryContextSwitchTo(queue->context);
		stack_push(&queue->front, kpi_durations_encode(&durations));
		MemoryContextSwitchTo(caller);
		pfree(DatumGetPointer(tally));
	}
	restart_merging(queue);
}

/*
 * Removes the oldest tally.  An error if there is none.
 */
void
kpi_queue_pop(KpiTallyQueue *queue)
{
	if (queue->front.n == 0)
		turn(queue);
	if (queue->front.n == 0)
		kpi_report_underflow("kpi_durations");
	pfree(DatumGetPointer(queue->front.tallies[--queue->front.n]));
}

/*
 * Returns the sum of all tallies in the queue, in the current context.
 */
KpiDurations
kpi_queue_read(KpiTallyQueue *queue)
{
	KpiAccumulator all = {0};
	KpiDurations back = kpi_accumulator_read(&queue->merged);

	all.context = CurrentMemoryContext;
	if (queue->front.n > 0)
		kpi_accumulator_merge_flat(&all, queue->front.tallies[queue->front.n - 1]);
	kpi_accumulator_merge(&all, &back);
	return kpi_accumulator_read(&all);
}
