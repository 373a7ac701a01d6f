/*
 * duration_state.c
 *		kpi_durations as the state of an aggregate.
 *
 * A state begins as the canonical empty value, whose flags decide whether the
 * number of its values is unlimited.  With few values it is a working array,
 * which takes the least memory for many groups.  With more it is an expanded
 * object in a child of the aggregate context: the executor copies a flat state
 * whenever growing has moved it, but never an expanded one.  An expanded state
 * is
 *
 * - growing: an array, then buckets (duration_accumulator.c);
 * - moving over values: a sorted multiset, from which values can be removed
 *	 (duration_multiset.c);
 * - moving over tallies: a queue of tallies (duration_queue.c).
 *
 * Expanded objects flatten into a working array or a canonical value.  A
 * parallel worker sends its state in this form.
 */
#include "duration_state.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "duration_accumulator.h"
#include "duration_queue.h"
#include "duration_select.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/expandeddatum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

/*
 * The total size of a working array is 128, 256, ... 2048 bytes, because the
 * allocator rounds up to powers of two, and finally a little over 8 kB.  The
 * aggregate context keeps the small arrays that groups have outgrown.  An
 * allocation of more than 8 kB has a block of its own, which is freed.
 */
#define FIRST_ROOM 14
#define NEXT_ROOM(room) ((room) < 254 ? (room) * 2 + 2 : LAST_ROOM)
#define LAST_ROOM 1023

typedef struct ExpandedDurations
{
	ExpandedObjectHeader hdr;
	KpiAccumulator grown;
	KpiMultiset *set;			/* moving over values, or NULL */
	bool		restarts;		/* a moving window whose rows cannot be removed */
	KpiTallyQueue *queue;		/* moving over tallies, or NULL */
	Datum		flat;			/* flattened form, between measuring and copying */
} ExpandedDurations;

static Size durations_flat_size(ExpandedObjectHeader *object);
static void durations_flatten(ExpandedObjectHeader *object, void *result, Size size);

static const ExpandedObjectMethods durations_methods = {
	durations_flat_size,
	durations_flatten
};

/*
 * Returns the expanded object behind a datum, or NULL if the datum is flat.
 */
static ExpandedDurations *
as_expanded(Datum datum)
{
	if (!VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return NULL;
	return (ExpandedDurations *) DatumGetEOHP(datum);
}

/*
 * Reports a state of the wrong kind.  Only user-defined aggregates can cause
 * this, if their functions do not belong together.
 */
KPI_NORETURN static void
report_other_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("invalid aggregate state for this function"),
			 errdetail("Aggregates over kpi_durations use different states for groups and for moving window frames."),
			 errhint("Create your own aggregates with kpi_define.")));
}

/* ---------------------------------------------------------------------------
 * Expanded objects
 * ---------------------------------------------------------------------------
 */

/*
 * Creates an empty expanded object in the context of the aggregate that fcinfo
 * is called for, or in the current context.
 */
static ExpandedDurations *
create_expanded(FunctionCallInfo fcinfo)
{
	MemoryContext parent;
	MemoryContext context;
	ExpandedDurations *expanded;

	if (!AggCheckCallContext(fcinfo, &parent))
		parent = CurrentMemoryContext;
	/* small blocks that do not grow, so that each page of counters has its own */
	context = AllocSetContextCreate(parent, "kpi durations", 0, 1024, 1024);
	expanded = MemoryContextAllocZero(context, sizeof(ExpandedDurations));
	EOH_init_header(&expanded->hdr, &durations_methods, context);
	expanded->grown.context = context;
	return expanded;
}

/*
 * Reads a datum of any layout; "borrow" as in kpi_durations_read_flat.
 */
KpiDurations
kpi_durations_read(Datum datum, bool borrow)
{
	ExpandedDurations *expanded = as_expanded(datum);
	KpiDurations durations;

	if (expanded == NULL)
		return kpi_durations_read_flat(datum, borrow);
	if (expanded->set)
		return (KpiDurations) {
			.unlimited = expanded->grown.unlimited,
			.n = kpi_multiset_size(expanded->set),
			.set = expanded->set
		};
	if (expanded->queue)
		return kpi_queue_read(expanded->queue);

	durations = kpi_accumulator_read(&expanded->grown);
	if (durations.values && !borrow)
	{
		int64	   *copy = kpi_durations_allocate(durations.n);

		kpi_copy_values(copy, durations.values, durations.n);
		durations.values = copy;
	}
	return durations;
}

/*
 * Returns the canonical form of a datum of any layout, detoasted.  A datum
 * that is canonical is not copied.
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
 * Measures the flat form.  That of an array is known; all others are encoded,
 * because nothing else gives their size.
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
		/*
		 * The current context may keep all that is allocated in it until the
		 * end of the query, so reading and encoding get a context of their
		 * own.
		 */
		MemoryContext scratch = AllocSetContextCreate(object->eoh_context, "kpi durations encoding",
													  ALLOCSET_DEFAULT_SIZES);
		MemoryContext caller = MemoryContextSwitchTo(scratch);
		KpiDurations durations = kpi_durations_read(EOHPGetRODatum(object), false);
		Datum		flat = kpi_durations_encode(&durations);
		Size		size = VARSIZE(DatumGetPointer(flat));

		MemoryContextSwitchTo(caller);
		if (expanded->flat)
			pfree(DatumGetPointer(expanded->flat));
		expanded->flat = PointerGetDatum(memcpy(MemoryContextAlloc(object->eoh_context, size),
												DatumGetPointer(flat), size));
		MemoryContextDelete(scratch);
		return size;
	}
}

/*
 * Writes the flat form that has been measured.
 */
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
	kpi_copy_values(working->values, expanded->grown.values, working->n);
}

/* ---------------------------------------------------------------------------
 * States that grow
 * ---------------------------------------------------------------------------
 */

/*
 * Returns a growing state as expanded object, which is created if necessary.
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
	kpi_accumulator_merge(&expanded->grown, &durations);
	return expanded;
}

/*
 * Creates a working array with the given room in the current context.
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
 * Adds values to a flat state, in place if there is room for them.  Returns
 * the new state, which may be a longer array in the current context, or NULL
 * if an array would be too long.
 */
static WorkingArray *
append_to_flat(Datum state, const int64 *values, int64 n)
{
	WorkingArray *working = (WorkingArray *) DatumGetPointer(state);
	int64		used;
	int64		room;

	if (!VARATT_IS_4B_U(working))
		return NULL;
	/* the canonical empty value has no field for the number of values */
	if (n == 0)
		return working;
	if (working->header.form == FORM_WORKING)
	{
		used = working->n;
		room = (VARSIZE(working) - offsetof(WorkingArray, values)) / sizeof(int64);
	}
	else if (kpi_durations_read_flat(state, true).n == 0)
		used = room = 0;
	else
		return NULL;

	if (used + n > LAST_ROOM)
		return NULL;
	if (used + n > room)
	{
		for (room = FIRST_ROOM; room < used + n; room = NEXT_ROOM(room))
			;
		working = create_working(working->header.flags, room, working->values, used);
	}
	memcpy(working->values + used, values, n * sizeof(int64));
	working->n = used + n;
	return working;
}

/*
 * Adds a value to the state of an aggregate, in place if there is room.
 * Returns the new state: the same one, a longer working array in the current
 * context, which the executor copies, or an expanded object in a child of the
 * aggregate context, which the executor keeps.
 */
Datum
kpi_durations_append(FunctionCallInfo fcinfo, Datum state, int64 value)
{
	ExpandedDurations *expanded = as_expanded(state);

	if (unlikely(expanded == NULL))
	{
		WorkingArray *working = append_to_flat(state, &value, 1);

		if (working)
			return PointerGetDatum(working);
	}
	else if (unlikely(expanded->set != NULL))
		return kpi_durations_insert(fcinfo, state, value);
	expanded = expand(fcinfo, state);
	kpi_accumulator_add(&expanded->grown, value);
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Merges a tally or a partial state of any layout, which is only read.
 */
Datum
kpi_durations_merge(FunctionCallInfo fcinfo, Datum state, Datum other)
{
	ExpandedDurations *expanded = as_expanded(state);
	KpiDurations durations;

	/* the fast path for buckets into buckets */
	if (expanded && as_expanded(other) == NULL)
	{
		kpi_accumulator_merge_flat(&expand(fcinfo, state)->grown, other);
		return EOHPGetRWDatum(&expanded->hdr);
	}

	durations = kpi_durations_read(other, true);
	if (expanded == NULL && durations.sketch == NULL)
	{
		WorkingArray *working;

		kpi_durations_require_kind(&durations, kpi_durations_open(state).header.flags);
		if (durations.set)
			kpi_durations_sorted(&durations);
		working = append_to_flat(state, durations.values, durations.n);
		if (working)
			return PointerGetDatum(working);
	}
	expanded = expand(fcinfo, state);
	kpi_accumulator_merge(&expanded->grown, &durations);
	return EOHPGetRWDatum(&expanded->hdr);
}

/* ---------------------------------------------------------------------------
 * States of moving windows
 * ---------------------------------------------------------------------------
 */

/*
 * Returns the call of a window function that uses the current function for its
 * moving state, and whose arguments or FILTER match, or NULL.
 */
static WindowFunc *
find_window_function(FunctionCallInfo fcinfo, bool (*matches) (Node *call))
{
	ListCell   *cell;

	foreach(cell, ((WindowAggState *) fcinfo->context)->funcs)
	{
		WindowFunc *call = ((WindowFuncExprState *) lfirst(cell))->wfunc;
		HeapTuple	aggregate;
		bool		same = false;

		aggregate = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(call->winfnoid));
		if (HeapTupleIsValid(aggregate))
		{
			Form_pg_aggregate form = (Form_pg_aggregate) GETSTRUCT(aggregate);

			same = form->aggmtransfn == fcinfo->flinfo->fn_oid || form->aggminvtransfn == fcinfo->flinfo->fn_oid;
			ReleaseSysCache(aggregate);
		}
		if (same && matches((Node *) call))
			return call;
	}
	return NULL;
}

/*
 * Stores a function in *found, and returns true, if it is volatile.
 */
static bool
is_volatile(Oid function, void *found)
{
	if (func_volatile(function) != PROVOLATILE_VOLATILE)
		return false;
	*(Oid *) found = function;
	return true;
}

/*
 * Finds the first volatile function that an expression calls.
 */
static bool
find_volatile_function(Node *node, void *found)
{
	return node != NULL &&
		(check_functions_in_node(node, is_volatile, found) ||
		 expression_tree_walker(node, find_volatile_function, found));
}

/*
 * Reports a call of a window function with a volatile argument or FILTER.
 */
KPI_NORETURN static void
report_volatile_call(WindowFunc *call)
{
	Oid			function = InvalidOid;

	find_volatile_function((Node *) call, &function);
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("moving window frames do not support volatile arguments"),
			 errdetail("An argument or FILTER of %s calls %s, which is volatile, "
					   "so a row could leave the frame with another value.",
					   get_func_name(call->winfnoid), format_procedure(function)),
			 errhint("Compute the argument first, in a MATERIALIZED CTE.")));
}

/*
 * Checks that rows leave the frame with the values with which they entered it.
 * Raises an error if an argument is volatile.  Returns true if an argument has
 * a subquery, which may be volatile: then the executor must not remove rows,
 * but aggregate the frame anew.
 *
 * The executor itself avoids the inverse transition in both cases, unless only
 * the moving implementation has a read-only final function, as percentiles
 * have.
 */
static bool
check_arguments(FunctionCallInfo fcinfo)
{
	WindowFunc *call;

	if (fcinfo->context == NULL || !IsA(fcinfo->context, WindowAggState))
		return false;
	/* rows never leave these frames one by one */
	if (((WindowAggState *) fcinfo->context)->frameOptions &
		(FRAMEOPTION_START_UNBOUNDED_PRECEDING | FRAMEOPTION_EXCLUSION))
		return false;

	call = find_window_function(fcinfo, contain_volatile_functions);
	if (call)
		report_volatile_call(call);
	return find_window_function(fcinfo, contain_subplans) != NULL;
}

/*
 * Creates the state of a moving window with the values of another state.  If
 * rows cannot be removed it is a growing one, otherwise a multiset.
 */
static ExpandedDurations *
create_moving(FunctionCallInfo fcinfo, Datum state)
{
	ExpandedDurations *expanded = as_expanded(state);
	KpiDurations durations = kpi_durations_read(state, true);
	MemoryContext caller;
	int64		i;

	if (durations.sketch || (expanded && expanded->queue))
		report_other_state();
	expanded = create_expanded(fcinfo);
	expanded->grown.unlimited = durations.unlimited;
	expanded->restarts = check_arguments(fcinfo);
	if (expanded->restarts)
	{
		kpi_accumulator_merge(&expanded->grown, &durations);
		return expanded;
	}
	caller = MemoryContextSwitchTo(expanded->hdr.eoh_context);
	expanded->set = kpi_multiset_create();
	MemoryContextSwitchTo(caller);
	for (i = 0; i < durations.n; i++)
		kpi_multiset_insert(expanded->set, durations.values[i]);
	return expanded;
}

/*
 * Adds a value to the state of a moving window that is not a multiset yet, or
 * never will be.
 */
static pg_noinline Datum
insert_first(FunctionCallInfo fcinfo, Datum state, int64 value)
{
	ExpandedDurations *expanded = as_expanded(state);

	if (expanded == NULL || !expanded->restarts)
		expanded = create_moving(fcinfo, state);
	if (expanded->restarts)
		kpi_accumulator_add(&expanded->grown, value);
	else
		kpi_multiset_insert(expanded->set, value);
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Adds a value to the state of a moving window.
 */
Datum
kpi_durations_insert(FunctionCallInfo fcinfo, Datum state, int64 value)
{
	ExpandedDurations *expanded = as_expanded(state);

	if (unlikely(expanded == NULL || expanded->set == NULL))
		return insert_first(fcinfo, state, value);
	kpi_multiset_insert(expanded->set, value);
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Removes a value from the state of a moving window.  Raises an error if the
 * value is not there.  Returns NULL if the executor must aggregate the frame
 * anew.
 */
Datum
kpi_durations_remove(FunctionCallInfo fcinfo, Datum state, int64 value)
{
	ExpandedDurations *expanded = as_expanded(state);

	if (unlikely(expanded == NULL || expanded->set == NULL))
	{
		if (expanded == NULL || !expanded->restarts)
			expanded = create_moving(fcinfo, state);
		if (expanded->restarts)
			PG_RETURN_NULL();
	}
	if (!kpi_multiset_remove(expanded->set, value))
		kpi_report_underflow("kpi_durations");
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Adds a tally at the end of the queue of a moving window, which is created if
 * necessary.
 */
Datum
kpi_durations_push(FunctionCallInfo fcinfo, Datum state, Datum tally)
{
	ExpandedDurations *expanded = as_expanded(state);

	if (expanded == NULL)
	{
		expanded = create_expanded(fcinfo);
		expanded->restarts = check_arguments(fcinfo);
		expanded->queue = kpi_queue_create(expanded->hdr.eoh_context);
		if (kpi_durations_read(state, true).n > 0)
			kpi_queue_push(expanded->queue, kpi_durations_canonical(state));
	}
	if (expanded->queue == NULL)
		report_other_state();
	kpi_queue_push(expanded->queue, kpi_durations_canonical(tally));
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * Removes the oldest tally from the queue of a moving window.  Returns NULL if
 * the executor must aggregate the frame anew.
 */
Datum
kpi_durations_pop(FunctionCallInfo fcinfo, Datum state)
{
	ExpandedDurations *expanded = as_expanded(state);

	/* without a queue nothing has been added, so an argument was NULL then */
	if (expanded ? expanded->restarts : check_arguments(fcinfo))
		PG_RETURN_NULL();
	if (expanded == NULL || expanded->queue == NULL)
		report_other_state();
	kpi_queue_pop(expanded->queue);
	return EOHPGetRWDatum(&expanded->hdr);
}
