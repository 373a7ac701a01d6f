/*
 * duration_state.c
 *		kpi_durations as the state of an aggregate.
 *
 * A state begins as the canonical empty value, which tells whether it is
 * unlimited.  With few values it is a working array, which takes the least
 * memory for many groups.  Beyond that it is an expanded object in a child of
 * the aggregate context, because the executor copies every flat state that was
 * moved by growing, and leaves an expanded one alone.  An expanded state is
 *
 * - growing: an array, and buckets from KPI_EXACT_LIMIT values on unless it is
 *	 unlimited;
 * - moving over values: a sorted multiset that values leave again;
 * - moving over tallies: a queue.  Frames lose what they got first, so two
 *	 stacks will do: "back" has the tallies that came since the last turn, and
 *	 their merger; "front" has, for each older tally, the merger of it and all
 *	 that came between it and the turn.  Nothing is ever subtracted, which
 *	 buckets could not do exactly.
 *
 * Expanded objects flatten into a working array or buckets: that is how a
 * parallel worker hands over its state.
 */
#include "duration_state.h"

#include "duration_codec.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/expandeddatum.h"
#include "utils/memutils.h"

/* working arrays of 64, 128, ... 8192 bytes in all, for the allocator's sake */
#define FIRST_ROOM 6
#define NEXT_ROOM(room) ((room) * 2 + 2)
#define LAST_ROOM 1022

/* an array this long grows by half rather than to the double */
#define LARGE_ARRAY (1024 * 1024)

/* values wait in such a buffer until they are counted, many in one go */
#define BUFFER_ROOM 128

/*
 * Values that grow, in a memory context of their own choice.  Once there is a
 * sketch, the array is but its buffer.
 */
typedef struct Accumulator
{
	MemoryContext context;
	bool		unlimited;
	int64		n;				/* values in the array */
	int64		room;
	int64	   *values;
	KpiSketch  *sketch;
} Accumulator;

typedef struct TallyStack
{
	int			n;
	int			room;
	Datum	   *tallies;		/* canonical, each allocated by itself */
} TallyStack;

typedef struct TallyQueue
{
	MemoryContext context;
	TallyStack	front;
	TallyStack	back;
	Accumulator merged;			/* all of back, in a context to be reset */
} TallyQueue;

typedef struct ExpandedDurations
{
	ExpandedObjectHeader hdr;
	Accumulator grown;
	KpiMultiset *set;			/* moving over values, or NULL */
	TallyQueue *queue;			/* moving over tallies, or NULL */
	Datum		flat;			/* what a queue flattens into, once measured */
} ExpandedDurations;

static Size durations_flat_size(ExpandedObjectHeader *object);
static void durations_flatten(ExpandedObjectHeader *object, void *result, Size size);

static const ExpandedObjectMethods durations_methods = {
	durations_flat_size,
	durations_flatten
};

/*
 * The expanded object behind a datum, or NULL if it is flat.
 */
static ExpandedDurations *
as_expanded(Datum datum)
{
	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	return (ExpandedDurations *) DatumGetEOHP(datum);
}

/*
 * Only aggregates that somebody has put together of parts that do not fit bring
 * a state to a function of another kind.
 */
KPI_NORETURN static void
report_other_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the state of kpi_durations is of another kind"),
			 errhint("An aggregate needs the transition functions that belong together; kpi_define knows them.")));
}

/* ---------------------------------------------------------------------------
 * Accumulators
 * ---------------------------------------------------------------------------
 */

/*
 * Makes room for n more values.  The array may become longer than a flat datum
 * can be: only handing it over needs that limit.
 */
static void
reserve(Accumulator *grown, int64 n)
{
	int64		needed = grown->n + n;
	int64		room;

	if (needed <= grown->room)
		return;
	room = grown->room < LARGE_ARRAY ? grown->room * 2 : grown->room + grown->room / 2;
	room = Max(needed, Max(room, NEXT_ROOM(LAST_ROOM)));
	if (!grown->unlimited)
		room = KPI_EXACT_LIMIT;	/* the caller never wants more */
	if ((Size) room > MaxAllocHugeSize / sizeof(int64))
		kpi_report_too_many(needed);
	if (grown->values)
		grown->values = repalloc_huge(grown->values, room * sizeof(int64));
	else
		grown->values = MemoryContextAllocHuge(grown->context, room * sizeof(int64));
	grown->room = room;
}

/*
 * Counts the values of the array in buckets.
 */
static void
flush(Accumulator *grown)
{
	if (grown->sketch == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(grown->context);

		grown->sketch = kpi_sketch_create();
		MemoryContextSwitchTo(caller);
	}
	if (!kpi_sketch_add_all(grown->sketch, grown->values, grown->n))
		kpi_report_overflow("kpi_durations");
	grown->n = 0;
	if (grown->room != BUFFER_ROOM)
	{
		if (grown->values)
			pfree(grown->values);
		grown->values = MemoryContextAlloc(grown->context, BUFFER_ROOM * sizeof(int64));
		grown->room = BUFFER_ROOM;
	}
}

static inline void
accumulate(Accumulator *grown, int64 value)
{
	if (unlikely(grown->n == grown->room))
	{
		if (grown->sketch || (grown->n >= KPI_EXACT_LIMIT && !grown->unlimited))
			flush(grown);
		else
			reserve(grown, 1);
	}
	grown->values[grown->n++] = value;
}

/*
 * What an accumulator holds.  Its array is passed as it is.
 */
static KpiDurations
accumulated(Accumulator *grown)
{
	KpiDurations durations = {0};

	durations.unlimited = grown->unlimited;
	if (grown->sketch)
	{
		flush(grown);
		durations.sketch = grown->sketch;
		durations.n = kpi_sketch_size(grown->sketch);
	}
	else
	{
		durations.values = grown->values;
		durations.n = grown->n;
	}
	return durations;
}

/*
 * Adds a distribution to an accumulator.  The other one is only read.
 */
static void
accumulate_durations(Accumulator *grown, KpiDurations *other)
{
	if (other->unlimited != grown->unlimited)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge the state of an exact percentile with a tally"),
				 errhint("Make tallies with durations_agg.")));
	if (other->n == 0)
		return;
	if (!grown->unlimited && grown->sketch == NULL && grown->n + other->n > KPI_EXACT_LIMIT)
		flush(grown);

	if (other->set)
		kpi_durations_sorted(other);
	if (grown->sketch == NULL)
	{
		reserve(grown, other->n);
		memcpy(grown->values + grown->n, other->values, other->n * sizeof(int64));
		grown->n += other->n;
		return;
	}

	if (!(other->sketch ? kpi_sketch_merge(grown->sketch, other->sketch) :
		  kpi_sketch_add_all(grown->sketch, other->values, other->n)))
		kpi_report_overflow("kpi_durations");
}

/*
 * Adds a datum of any layout.  Buckets that meet buckets are counted as they are
 * decoded, which is what makes merging thousands of stored tallies fast.
 */
static void
accumulate_datum(Accumulator *grown, Datum datum)
{
	KpiDurations other;

	if (grown->sketch && as_expanded(datum) == NULL)
	{
		FlatDurations flat = kpi_durations_open(datum);

		if (flat.header.form == FORM_BUCKETS)
		{
			const char *problem = kpi_sketch_decode_into(grown->sketch, flat.bytes, flat.length);

			if (problem)
			{
				/* either the datum is damaged, which reading it by itself tells */
				(void) kpi_durations_read_flat(datum, true);
				kpi_report_overflow("kpi_durations");
			}
			return;
		}
	}
	other = kpi_durations_read(datum, true);
	accumulate_durations(grown, &other);
}

/* ---------------------------------------------------------------------------
 * Queues of tallies
 * ---------------------------------------------------------------------------
 */

static TallyQueue *
create_queue(MemoryContext context)
{
	TallyQueue *queue = MemoryContextAllocZero(context, sizeof(TallyQueue));

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
restart_merging(TallyQueue *queue)
{
	MemoryContext context = queue->merged.context;

	MemoryContextReset(context);
	memset(&queue->merged, 0, sizeof(Accumulator));
	queue->merged.context = context;
}

static void
queue_push(TallyQueue *queue, Datum canonical)
{
	MemoryContext caller;

	accumulate_datum(&queue->merged, canonical);
	caller = MemoryContextSwitchTo(queue->context);
	stack_push(&queue->back, datumCopy(canonical, false, -1));
	MemoryContextSwitchTo(caller);
}

/*
 * Turns the back over to the front: the newest tally first, each merged with all
 * that came after it.
 */
static void
turn(TallyQueue *queue)
{
	restart_merging(queue);
	while (queue->back.n > 0)
	{
		Datum		tally = queue->back.tallies[--queue->back.n];
		KpiDurations durations;
		MemoryContext caller;

		CHECK_FOR_INTERRUPTS();
		accumulate_datum(&queue->merged, tally);
		durations = accumulated(&queue->merged);
		caller = MemoryContextSwitchTo(queue->context);
		stack_push(&queue->front, kpi_durations_encode(&durations));
		MemoryContextSwitchTo(caller);
		pfree(DatumGetPointer(tally));
	}
	restart_merging(queue);
}

static void
queue_pop(TallyQueue *queue)
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
static KpiDurations
queue_merged(TallyQueue *queue)
{
	Accumulator all = {0};
	KpiDurations back = accumulated(&queue->merged);

	all.context = CurrentMemoryContext;
	if (queue->front.n > 0)
		accumulate_datum(&all, queue->front.tallies[queue->front.n - 1]);
	accumulate_durations(&all, &back);
	return accumulated(&all);
}

/* ---------------------------------------------------------------------------
 * Expanded objects
 * ---------------------------------------------------------------------------
 */

static ExpandedDurations *
create_expanded(FunctionCallInfo fcinfo)
{
	MemoryContext parent = CurrentMemoryContext;
	MemoryContext context;
	ExpandedDurations *expanded;

	AggCheckCallContext(fcinfo, &parent);	/* leaves it alone elsewhere */
	context = AllocSetContextCreate(parent, "kpi durations", ALLOCSET_SMALL_SIZES);
	expanded = MemoryContextAllocZero(context, sizeof(ExpandedDurations));
	EOH_init_header(&expanded->hdr, &durations_methods, context);
	expanded->grown.context = context;
	return expanded;
}

/*
 * Reads a datum of any layout; "in_place" as in kpi_durations_read_flat.
 */
KpiDurations
kpi_durations_read(Datum datum, bool in_place)
{
	ExpandedDurations *expanded = as_expanded(datum);
	KpiDurations durations;

	if (expanded == NULL)
		return kpi_durations_read_flat(datum, in_place);
	if (expanded->queue)
		return queue_merged(expanded->queue);

	durations = accumulated(&expanded->grown);
	if (expanded->set)
	{
		durations.set = expanded->set;
		durations.n = kpi_multiset_size(expanded->set);
	}
	else if (durations.values && !in_place)
	{
		int64	   *copy = kpi_durations_allocate(durations.n);

		durations.values = memcpy(copy, durations.values, durations.n * sizeof(int64));
	}
	return durations;
}

/*
 * The canonical form of a datum of any layout, detoasted.  Itself if it has that
 * form already.
 */
Datum
kpi_durations_canonical(Datum datum)
{
	KpiDurations durations;

	if (as_expanded(datum) == NULL)
	{
		FlatDurations flat = kpi_durations_open(datum);

		if (flat.header.form != FORM_WORKING)
			return PointerGetDatum(flat.datum);
	}
	durations = kpi_durations_read(datum, false);
	return kpi_durations_encode(&durations);
}

/*
 * An array is copied; everything else is encoded, which is the only way to
 * measure it.
 */
static Size
durations_flat_size(ExpandedObjectHeader *object)
{
	ExpandedDurations *expanded = (ExpandedDurations *) object;

	if (expanded->set == NULL && expanded->queue == NULL && expanded->grown.sketch == NULL)
	{
		if (expanded->grown.n > MAX_FLAT_VALUES)
			kpi_report_too_many(expanded->grown.n);
		return offsetof(WorkingArray, values) + expanded->grown.n * sizeof(int64);
	}
	else
	{
		MemoryContext caller = MemoryContextSwitchTo(object->eoh_context);
		KpiDurations durations = kpi_durations_read(EOHPGetRODatum(object), false);

		if (expanded->flat)
			pfree(DatumGetPointer(expanded->flat));
		expanded->flat = kpi_durations_encode(&durations);
		MemoryContextSwitchTo(caller);
		return VARSIZE(DatumGetPointer(expanded->flat));
	}
}

static void
durations_flatten(ExpandedObjectHeader *object, void *result, Size size)
{
	ExpandedDurations *expanded = (ExpandedDurations *) object;
	WorkingArray *working = (WorkingArray *) result;

	if (expanded->flat)
	{
		memcpy(result, DatumGetPointer(expanded->flat), size);
		return;
	}
	memset(working, 0, offsetof(WorkingArray, values));
	SET_VARSIZE(working, size);
	working->header.version = KPI_FORMAT_VERSION;
	working->header.form = FORM_WORKING;
	working->header.flags = expanded->grown.unlimited ? DURATION_UNLIMITED : 0;
	working->n = expanded->grown.n;
	if (working->n > 0)
		memcpy(working->values, expanded->grown.values, working->n * sizeof(int64));
}

/* ---------------------------------------------------------------------------
 * States that grow
 * ---------------------------------------------------------------------------
 */

/*
 * The growing object that a state is, or becomes.
 */
static ExpandedDurations *
expand(FunctionCallInfo fcinfo, Datum state)
{
	ExpandedDurations *expanded = as_expanded(state);
	KpiDurations durations;

	if (expanded)
	{
		if (expanded->set || expanded->queue)
			report_other_state();
		return expanded;
	}
	durations = kpi_durations_read(state, true);
	expanded = create_expanded(fcinfo);
	expanded->grown.unlimited = durations.unlimited;
	accumulate_durations(&expanded->grown, &durations);
	return expanded;
}

/*
 * A working array with the given room, in the current context.
 */
static WorkingArray *
create_working(uint8 flags, int64 room, const int64 *values, int64 n)
{
	Size		size = offsetof(WorkingArray, values) + room * sizeof(int64);
	WorkingArray *working = palloc0(size);

	SET_VARSIZE(working, size);
	working->header.version = KPI_FORMAT_VERSION;
	working->header.form = FORM_WORKING;
	working->header.flags = flags;
	working->n = n;
	if (n > 0)
		memcpy(working->values, values, n * sizeof(int64));
	return working;
}

/*
 * Adds a value to the state of an aggregate, in place where there is room.
 * Returns the state to go on with: the same, a greater working array in the
 * current context, which the executor copies, or an expanded object in a child
 * of the aggregate context, which it keeps.
 */
Datum
kpi_durations_append(FunctionCallInfo fcinfo, Datum state, int64 value)
{
	WorkingArray *working = (WorkingArray *) DatumGetPointer(state);
	ExpandedDurations *expanded = as_expanded(state);

	if (likely(expanded != NULL))
	{
		if (unlikely(expanded->set || expanded->queue))
			report_other_state();
		accumulate(&expanded->grown, value);
		return state;
	}
	if (VARATT_IS_4B_U(working))
	{
		if (working->header.form == FORM_WORKING)
		{
			int64		room = (VARSIZE(working) - offsetof(WorkingArray, values)) / sizeof(int64);

			if (working->n == room && room < LAST_ROOM)
				working = create_working(working->header.flags,
										 Min(Max(NEXT_ROOM(room), FIRST_ROOM), LAST_ROOM),
										 working->values, working->n);
			else if (working->n >= room)
				working = NULL;
		}
		else if (kpi_durations_read_flat(state, true).n == 0)
			working = create_working(working->header.flags, FIRST_ROOM, NULL, 0);
		else
			working = NULL;
		if (working)
		{
			working->values[working->n++] = value;
			return PointerGetDatum(working);
		}
	}

	expanded = expand(fcinfo, state);
	accumulate(&expanded->grown, value);
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Adds a tally or a partial state of any layout, which is only read.
 */
Datum
kpi_durations_merge(FunctionCallInfo fcinfo, Datum state, Datum other)
{
	ExpandedDurations *expanded = expand(fcinfo, state);

	accumulate_datum(&expanded->grown, other);
	return EOHPGetRWDatum(&expanded->hdr);
}

/* ---------------------------------------------------------------------------
 * States of moving windows
 * ---------------------------------------------------------------------------
 */

/*
 * The multiset that a state is, or becomes.
 */
static ExpandedDurations *
expand_set(FunctionCallInfo fcinfo, Datum state)
{
	ExpandedDurations *expanded = as_expanded(state);
	KpiDurations durations;
	MemoryContext caller;
	int64		i;

	if (expanded)
	{
		if (expanded->set == NULL)
			report_other_state();
		return expanded;
	}
	durations = kpi_durations_read(state, true);
	if (durations.sketch)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("values cannot be taken out of durations that were counted in buckets")));
	expanded = create_expanded(fcinfo);
	expanded->grown.unlimited = durations.unlimited;
	caller = MemoryContextSwitchTo(expanded->hdr.eoh_context);
	expanded->set = kpi_multiset_create();
	MemoryContextSwitchTo(caller);
	for (i = 0; i < durations.n; i++)
		kpi_multiset_insert(expanded->set, durations.values[i]);
	return expanded;
}

/*
 * Adds a value to a state that can lose it again.
 */
Datum
kpi_durations_insert(FunctionCallInfo fcinfo, Datum state, int64 value)
{
	ExpandedDurations *expanded = expand_set(fcinfo, state);

	kpi_multiset_insert(expanded->set, value);
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Takes a value out of such a state; an error if it is not there.
 */
Datum
kpi_durations_remove(FunctionCallInfo fcinfo, Datum state, int64 value)
{
	ExpandedDurations *expanded = expand_set(fcinfo, state);

	if (!kpi_multiset_remove(expanded->set, value))
		kpi_report_underflow("kpi_durations");
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Adds a tally at the end of a queue, which the state becomes.
 */
Datum
kpi_durations_push(FunctionCallInfo fcinfo, Datum state, Datum tally)
{
	ExpandedDurations *expanded = as_expanded(state);

	if (expanded == NULL)
	{
		if (kpi_durations_read(state, true).n > 0)
			report_other_state();
		expanded = create_expanded(fcinfo);
		expanded->queue = create_queue(expanded->hdr.eoh_context);
	}
	if (expanded->queue == NULL)
		report_other_state();
	queue_push(expanded->queue, kpi_durations_canonical(tally));
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Takes the oldest tally out of a queue.
 */
Datum
kpi_durations_pop(Datum state)
{
	ExpandedDurations *expanded = as_expanded(state);

	if (expanded == NULL || expanded->queue == NULL)
		report_other_state();
	queue_pop(expanded->queue);
	return EOHPGetRWDatum(&expanded->hdr);
}
