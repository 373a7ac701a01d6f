/*
 * duration_queue.c
 *		Tallies of durations that come and go in the same order: what a moving
 *		window over stored tallies needs.
 *
 * Two stacks make a queue.  "back" has the tallies that came since the last
 * turn, and their merger; "front" has, for each older tally, the merger of it
 * and all that came between it and the turn.  So nothing is ever subtracted,
 * which buckets could not do exactly, and every tally is merged three times at
 * most on its way through.
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
	Datum	   *tallies;		/* canonical, each allocated by itself */
} TallyStack;

struct KpiTallyQueue
{
	MemoryContext context;
	TallyStack	front;
	TallyStack	back;
	KpiAccumulator merged;			/* all of back, in a context to be reset */
};

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
 * The tally must be in the queue's context, which must be current.
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
 * Forgets what "back" has merged.
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
 * Adds a canonical tally at the end.
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
 * Turns the back over to the front: the newest tally first, each merged with all
 * that came after it.
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
 * Takes the oldest tally out; an error if there is none.
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
 * All that is in the queue, in the current context.
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
