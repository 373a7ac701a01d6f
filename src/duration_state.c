/*
 * duration_state.c
 *		kpi_durations as a value and as a transition state.
 *
 * A datum of this type has one of four layouts:
 *
 * - Canonical: what SQL sees, stores and sends.  A byte stream (see
 *	 duration_codec.c) behind version and form; the same values have the same
 *	 bytes.  A form of its own is reserved for values counted in buckets.
 * - Working array: a transition state with few values, unordered, with room to
 *	 grow in place.
 * - Growing: a transition state with many values, an expanded object with the
 *	 same array in a child of the aggregate context.  The executor copies every
 *	 flat state that was moved by growing; an expanded one it leaves alone.
 * - Moving: a transition state of a window that values leave again, an expanded
 *	 object with a sorted multiset.
 *
 * Expanded objects flatten into a working array: that is how a parallel worker
 * hands over its state, and a copy is all it costs.  A working array that
 * somebody carries outside an aggregate is as good a value as a canonical one:
 * all that is compared, stored by us or sent goes through
 * kpi_durations_canonical.
 */
#include "duration_state.h"

#include "duration_codec.h"
#include "duration_select.h"
#include "miscadmin.h"
#include "utils/expandeddatum.h"
#include "utils/memutils.h"

#include <math.h>

typedef enum DurationForm
{
	FORM_EXACT = 1,				/* canonical, all values */
	FORM_BUCKETS = 2,			/* canonical, reserved */
	FORM_WORKING = 3			/* working array */
} DurationForm;

/* what canonical bytes and working arrays begin with, behind the length word */
typedef struct DurationHeader
{
	uint8		version;
	uint8		form;
	uint8		reserved[2];
} DurationHeader;

typedef struct WorkingArray
{
	int32		vl_len_;
	DurationHeader header;
	int64		n;				/* values in use; the length word tells the room */
	int64		values[FLEXIBLE_ARRAY_MEMBER];
} WorkingArray;

/* beyond this a working array becomes an expanded object: 8 kB */
#define WORKING_LIMIT 1022
#define WORKING_FIRST 6

/* what fits into a flat datum, and so the most that can be handed over */
#define MAX_VALUES ((int64) ((MaxAllocSize - offsetof(WorkingArray, values)) / sizeof(int64)))

typedef struct ExpandedDurations
{
	ExpandedObjectHeader hdr;
	KpiMultiset *set;			/* moving, or NULL: growing */
	int64		n;
	int64		capacity;
	int64	   *values;
} ExpandedDurations;

static Size durations_flat_size(ExpandedObjectHeader *object);
static void durations_flatten(ExpandedObjectHeader *object, void *result, Size size);

static const ExpandedObjectMethods durations_methods = {
	durations_flat_size,
	durations_flatten
};

static void
report_too_many(int64 n)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many durations for exact percentiles"),
			 errdetail("There are " INT64_FORMAT " durations, and a value can hold " INT64_FORMAT ".",
					   n, MAX_VALUES),
			 errhint("Aggregate smaller groups, or keep a tally for each day with durations_agg.")));
}

/*
 * Room for n values in the current context; an error if a datum cannot hold
 * them.
 */
int64 *
kpi_durations_allocate(int64 n)
{
	if (n > MAX_VALUES)
		report_too_many(n);
	return palloc(Max(n, 1) * sizeof(int64));
}

static int64
expanded_count(const ExpandedDurations *expanded)
{
	return expanded->set ? kpi_multiset_size(expanded->set) : expanded->n;
}

static Size
durations_flat_size(ExpandedObjectHeader *object)
{
	int64		n = expanded_count((ExpandedDurations *) object);

	if (n > MAX_VALUES)
		report_too_many(n);
	return offsetof(WorkingArray, values) + n * sizeof(int64);
}

static void
durations_flatten(ExpandedObjectHeader *object, void *result, Size size)
{
	ExpandedDurations *expanded = (ExpandedDurations *) object;
	WorkingArray *working = (WorkingArray *) result;

	memset(working, 0, offsetof(WorkingArray, values));
	SET_VARSIZE(working, size);
	working->header.version = KPI_FORMAT_VERSION;
	working->header.form = FORM_WORKING;
	working->n = expanded_count(expanded);
	if (expanded->set)
		kpi_multiset_values(expanded->set, working->values);
	else
		memcpy(working->values, expanded->values, working->n * sizeof(int64));
}

static ExpandedDurations *
create_expanded(MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "kpi durations",
												  ALLOCSET_SMALL_SIZES);
	ExpandedDurations *expanded = MemoryContextAllocZero(context, sizeof(ExpandedDurations));

	EOH_init_header(&expanded->hdr, &durations_methods, context);
	return expanded;
}

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
 * A flat datum, detoasted: its header, and the bytes behind it.
 */
static DurationHeader
open_flat(Datum datum, struct varlena **flat, const uint8 **bytes, size_t *length)
{
	DurationHeader header;

	*flat = PG_DETOAST_DATUM_PACKED(datum);
	if (VARSIZE_ANY_EXHDR(*flat) < sizeof(DurationHeader))
		kpi_report_corrupted("kpi_durations", "It is too short.");
	memcpy(&header, VARDATA_ANY(*flat), sizeof(DurationHeader));
	if (header.version != KPI_FORMAT_VERSION ||
		(header.form != FORM_EXACT && header.form != FORM_WORKING) ||
		header.reserved[0] != 0 || header.reserved[1] != 0)
		kpi_report_corrupted("kpi_durations", "Its format version is unknown.");
	*bytes = (const uint8 *) VARDATA_ANY(*flat) + sizeof(DurationHeader);
	*length = VARSIZE_ANY_EXHDR(*flat) - sizeof(DurationHeader);
	return header;
}

/*
 * Reads a datum of any layout.  "reorder" says that it is the state of a running
 * aggregate whose values may be moved around; otherwise they are copied where
 * selecting would move them.
 */
KpiDurations
kpi_durations_read(Datum datum, bool reorder)
{
	ExpandedDurations *expanded = as_expanded(datum);
	KpiDurations durations = {0};
	struct varlena *flat;
	const uint8 *bytes;
	size_t		length;

	if (expanded)
	{
		durations.n = expanded_count(expanded);
		durations.set = expanded->set;
		durations.values = expanded->values;
		if (!reorder && durations.values)
		{
			durations.values = kpi_durations_allocate(durations.n);
			memcpy(durations.values, expanded->values, durations.n * sizeof(int64));
		}
		return durations;
	}

	if (open_flat(datum, &flat, &bytes, &length).form == FORM_WORKING)
	{
		if (length < sizeof(int64))
			kpi_report_corrupted("kpi_durations", "It is too short.");
		memcpy(&durations.n, bytes, sizeof(int64));
		bytes += sizeof(int64);
		length -= sizeof(int64);
		if (durations.n < 0 || (uint64) durations.n > length / sizeof(int64))
			kpi_report_corrupted("kpi_durations", "There are fewer values than announced.");

		/* a state is aligned; what came from another process need not be */
		if (reorder && !VARATT_IS_SHORT(flat))
			durations.values = (int64 *) bytes;
		else
		{
			durations.values = kpi_durations_allocate(durations.n);
			memcpy(durations.values, bytes, durations.n * sizeof(int64));
		}
	}
	else
	{
		const char *problem = kpi_exact_count(bytes, length, &durations.n);

		if (problem == NULL)
		{
			durations.values = kpi_durations_allocate(durations.n);
			problem = kpi_exact_decode(bytes, length, durations.n, durations.values);
		}
		if (problem != NULL)
			kpi_report_corrupted("kpi_durations", problem);
		durations.sorted = true;
	}
	return durations;
}

/*
 * The value of the given rank, 0-based.  May reorder the array.
 */
int64
kpi_durations_at(KpiDurations *durations, int64 rank)
{
	if (durations->set)
		return kpi_multiset_at(durations->set, rank);
	if (!durations->sorted)
		kpi_select(durations->values, durations->n, rank);
	return durations->values[rank];
}

/*
 * The percentile of n >= 1 values for a fraction in 0..1, interpolated between
 * neighbours like percentile_cont.
 */
int64
kpi_durations_percentile(KpiDurations *durations, double fraction)
{
	double		rank = fraction * (double) (durations->n - 1);
	int64		below = (int64) floor(rank);
	double		part = rank - (double) below;
	int64		low = kpi_durations_at(durations, below);
	int64		high;

	if (part == 0)
		return low;
	if (durations->set || durations->sorted)
		high = kpi_durations_at(durations, below + 1);
	else						/* selecting has left only greater ones behind */
		high = kpi_minimum(durations->values + below + 1, durations->n - below - 1);
	return kpi_interpolate(low, high, part);
}

/*
 * All values in ascending order.
 */
const int64 *
kpi_durations_sorted(KpiDurations *durations)
{
	if (durations->set)
	{
		durations->values = kpi_durations_allocate(durations->n);
		kpi_multiset_values(durations->set, durations->values);
		durations->set = NULL;
	}
	else if (!durations->sorted)
		kpi_sort(durations->values, durations->n);
	durations->sorted = true;
	return durations->values;
}

/*
 * Makes a canonical datum of sorted values.
 */
Datum
kpi_durations_encode(const int64 *sorted, int64 n)
{
	DurationHeader header = {KPI_FORMAT_VERSION, FORM_EXACT, {0, 0}};
	size_t		length = kpi_exact_encode(sorted, n, NULL);
	size_t		size = VARHDRSZ + sizeof(DurationHeader) + length;
	struct varlena *result;

	if (!AllocSizeIsValid(size))
		report_too_many(n);
	result = palloc(size);
	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), &header, sizeof(DurationHeader));
	kpi_exact_encode(sorted, n, (uint8 *) VARDATA(result) + sizeof(DurationHeader));
	return PointerGetDatum(result);
}

/*
 * The canonical form of a datum of any layout, detoasted.  Itself if it has that
 * form already.
 */
Datum
kpi_durations_canonical(Datum datum)
{
	KpiDurations durations;

	if (!as_expanded(datum))
	{
		struct varlena *flat;
		const uint8 *bytes;
		size_t		length;

		if (open_flat(datum, &flat, &bytes, &length).form == FORM_EXACT)
			return PointerGetDatum(flat);
	}
	durations = kpi_durations_read(datum, false);
	return kpi_durations_encode(kpi_durations_sorted(&durations), durations.n);
}

/*
 * Makes a canonical datum of received bytes; an error unless they are canonical.
 */
Datum
kpi_durations_from_bytes(const char *bytes, int length)
{
	const uint8 *body = (const uint8 *) bytes + sizeof(DurationHeader);
	size_t		body_length = length - sizeof(DurationHeader);
	DurationHeader header;
	const char *problem;
	int64		n;
	struct varlena *result;

	if (length < (int) sizeof(DurationHeader))
		kpi_report_received("kpi_durations", "It is too short.");
	memcpy(&header, bytes, sizeof(DurationHeader));
	if (header.version != KPI_FORMAT_VERSION || header.form != FORM_EXACT ||
		header.reserved[0] != 0 || header.reserved[1] != 0)
		kpi_report_received("kpi_durations", "Its format version is unknown.");
	problem = kpi_exact_count(body, body_length, &n);
	if (problem == NULL)
		problem = kpi_exact_decode(body, body_length, n, NULL);
	if (problem != NULL)
		kpi_report_received("kpi_durations", problem);
	if (n > MAX_VALUES)
		report_too_many(n);

	result = palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), bytes, length);
	return PointerGetDatum(result);
}

/*
 * A new working array with the given room and contents, in the current context.
 */
static WorkingArray *
create_working(int64 room, const int64 *values, int64 n)
{
	Size		size = offsetof(WorkingArray, values) + room * sizeof(int64);
	WorkingArray *working = palloc0(size);

	SET_VARSIZE(working, size);
	working->header.version = KPI_FORMAT_VERSION;
	working->header.form = FORM_WORKING;
	working->n = n;
	memcpy(working->values, values, n * sizeof(int64));
	return working;
}

/*
 * Makes room for n more values in an expanded array, which may grow beyond what
 * a flat datum can hold: only handing it over needs that limit.
 */
static void
reserve(ExpandedDurations *expanded, int64 n)
{
	int64		needed = expanded->n + n;

	if (needed <= expanded->capacity)
		return;
	needed = Max(needed, Max(expanded->capacity * 2, WORKING_LIMIT * 2));
	if ((Size) needed > MaxAllocHugeSize / sizeof(int64))
		report_too_many(expanded->n + n);
	if (expanded->values)
		expanded->values = repalloc_huge(expanded->values, needed * sizeof(int64));
	else
		expanded->values = MemoryContextAllocHuge(expanded->hdr.eoh_context,
												  needed * sizeof(int64));
	expanded->capacity = needed;
}

/*
 * Adds values to the state of an aggregate, in place where there is room.
 * Returns the state to go on with: the same, a greater working array in the
 * current context, which the executor copies, or an expanded object in a child
 * of the aggregate context, which it keeps.
 */
Datum
kpi_durations_append(Datum state, MemoryContext context, const int64 *values, int64 n)
{
	ExpandedDurations *expanded = as_expanded(state);
	KpiDurations durations;

	if (expanded == NULL)
	{
		WorkingArray *working = (WorkingArray *) DatumGetPointer(state);

		if (VARATT_IS_4B_U(working) && working->header.form == FORM_WORKING)
		{
			int64		room = (VARSIZE(working) - offsetof(WorkingArray, values)) / sizeof(int64);

			if (n <= room - working->n)
			{
				memcpy(working->values + working->n, values, n * sizeof(int64));
				working->n += n;
				return state;
			}
		}
		durations = kpi_durations_read(state, true);
		if (durations.n + n <= WORKING_LIMIT)
		{
			int64		room = Max(WORKING_FIRST, durations.n + n);

			/* whole powers of two in all, for the allocator's sake */
			while (room < durations.n + n + durations.n / 2)
				room = room * 2 + 2;
			working = create_working(Min(room, WORKING_LIMIT), durations.values, durations.n);
			memcpy(working->values + working->n, values, n * sizeof(int64));
			working->n += n;
			return PointerGetDatum(working);
		}
		expanded = create_expanded(context);
		reserve(expanded, durations.n + n);
		memcpy(expanded->values, durations.values, durations.n * sizeof(int64));
		expanded->n = durations.n;
	}

	reserve(expanded, n);
	memcpy(expanded->values + expanded->n, values, n * sizeof(int64));
	expanded->n += n;
	return EOHPGetRWDatum(&expanded->hdr);
}

/*
 * The multiset of a moving state, which is made one at the first call; *state
 * becomes the state to go on with.  Values go into it and out of it while
 * *set_context is current.
 */
KpiMultiset *
kpi_durations_moving(Datum *state, MemoryContext context, MemoryContext *set_context)
{
	ExpandedDurations *expanded = as_expanded(*state);

	if (expanded == NULL || expanded->set == NULL)
	{
		KpiDurations durations = kpi_durations_read(*state, true);
		MemoryContext caller;
		int64		i;

		expanded = create_expanded(context);
		caller = MemoryContextSwitchTo(expanded->hdr.eoh_context);
		expanded->set = kpi_multiset_create();
		for (i = 0; i < durations.n; i++)
			kpi_multiset_insert(expanded->set, durations.values[i]);
		MemoryContextSwitchTo(caller);
		*state = EOHPGetRWDatum(&expanded->hdr);
	}
	*set_context = expanded->hdr.eoh_context;
	return expanded->set;
}
