/*
 * calendar.c
 *		Open time between instants, of a compiled business_hours value.
 *
 * Time is elapsed real time.  local_hours.c converts the local times of the
 * rules to instants.  Spans that overlap, because one extends past midnight,
 * count once.
 *
 * A calendar is computed in chunks of CHUNK_DAYS local days when they are
 * first needed.  Each chunk contains its spans, ascending and clipped to the
 * chunk, with the open time before each span.  It also contains the open time
 * before the chunk.  So the open time between any two instants is the
 * difference of two sums.
 *
 * Memory comes from the context that is current in kpi_calendar_create.
 */
#include "calendar.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define CHUNK_DAYS 512

/* hours repeat after 400 years, see kpi_hours_horizon(); and a little more */
#define DAYS_OF_400_YEARS (PERIOD_DAYS + 2 * CHUNK_DAYS)
#define USECS_OF_400_YEARS (PERIOD_DAYS * USECS_PER_DAY)

/* compute at most this number of chunks to fill a gap */
#define MAX_GAP 2048

/* keep the details of chunks up to about this size; totals are always kept */
#define MAX_DETAIL_MEMORY (8 * 1024 * 1024)

/* within this much time, walking over the spans is faster than a look-up */
#define NEARBY (2 * USECS_PER_DAY)

typedef struct OpenSpan
{
	Timestamp	open;
	Timestamp	close;
	int64		before;			/* open time of the chunk before this span */
} OpenSpan;

typedef struct Detail
{
	int			nspans;
	int			first[CHUNK_DAYS + 2];	/* by 24 hours since the begin: the first
										 * span that closes later than that */
	OpenSpan	spans[FLEXIBLE_ARRAY_MEMBER];
} Detail;

typedef struct KpiCalendarChunk
{
	Timestamp	begin;
	Timestamp	end;
	int64		before;			/* open time before, since the first chunk known */
	int64		total;
	Detail	   *detail;			/* NULL until needed, or when memory was short */
} Chunk;

struct KpiCalendar
{
	MemoryContext context;
	MemoryContext detail_context;
	KpiLocalHours local;
	int64		horizon;		/* the last day that a rule names by its date */
	Timestamp	periodic_from;	/* from here on hours repeat every 400 years */
	int64		open_in_400_years;	/* -1 until needed */

	/* chunks first_chunk, first_chunk + 1, ... */
	int			first_chunk;
	int			nchunks;
	int			room;
	Chunk	   *chunks;
};

/*
 * Creates a calendar in the current context.  The rules must remain valid as
 * long as the calendar.
 */
KpiCalendar *
kpi_calendar_create(pg_tz *zone, const KpiHoursRules *rules)
{
	KpiCalendar *calendar = palloc0(sizeof(KpiCalendar));

	calendar->context = CurrentMemoryContext;
	calendar->detail_context = AllocSetContextCreate(CurrentMemoryContext, "kpi calendar",
													 ALLOCSET_DEFAULT_SIZES);
	calendar->local.offsets = kpi_zone_offsets_create(zone);
	calendar->local.rules = *rules;
	calendar->horizon = kpi_hours_horizon(rules);
	calendar->periodic_from = kpi_local_periodic_from(&calendar->local) * USECS_PER_DAY;
	calendar->open_in_400_years = -1;
	return calendar;
}

/*
 * Returns the rules and the zone offsets of a calendar.
 */
const KpiLocalHours *
kpi_calendar_local(const KpiCalendar *calendar)
{
	return &calendar->local;
}

/* ---------------------------------------------------------------------------
 * Chunks
 * ---------------------------------------------------------------------------
 */

/*
 * Returns the first local day of a chunk.
 */
static int64
first_day_of(int64 chunk)
{
	return chunk * CHUNK_DAYS;
}

/*
 * Computes the spans of a chunk, in the current context, and their total.
 */
static Detail *
compute_chunk(KpiCalendar *calendar, int64 number, Timestamp begin, Timestamp end, int64 *total)
{
	int64		first = first_day_of(number);
	int64		day;
	int			room = CHUNK_DAYS;
	int			n = 0;
	int			i;
	int			slot;
	Detail	   *detail = palloc(offsetof(Detail, spans) + room * sizeof(OpenSpan));

	/* spans of the two days before may reach into the chunk */
	for (day = first - 2; day < first + CHUNK_DAYS; day++)
	{
		const KpiHoursRule *rule = kpi_hours_of_day(&calendar->local.rules, (int32) day);
		bool		skipped;

		/* finding the rule of a day may search tens of thousands of rules */
		CHECK_FOR_INTERRUPTS();
		if (rule == NULL || rule->nspans == 0)
			continue;
		skipped = kpi_local_day_is_skipped(&calendar->local, day);
		for (i = 0; i < rule->nspans; i++)
		{
			Timestamp	open;
			Timestamp	close;
			int			at;

			kpi_local_span(&calendar->local, day, skipped, &rule->spans[i], &open, &close);
			open = Max(open, begin);
			close = Min(close, end);
			if (open >= close)
				continue;
			if (n == room)
			{
				room *= 2;
				detail = repalloc(detail, offsetof(Detail, spans) + room * sizeof(OpenSpan));
			}
			/* nearly always the last one already */
			for (at = n++; at > 0 && detail->spans[at - 1].open > open; at--)
				detail->spans[at] = detail->spans[at - 1];
			detail->spans[at].open = open;
			detail->spans[at].close = close;
		}
	}

	/* merge spans that overlap or touch */
	detail->nspans = 0;
	for (i = 0; i < n; i++)
	{
		OpenSpan   *last = &detail->spans[detail->nspans - 1];

		if (detail->nspans > 0 && detail->spans[i].open <= last->close)
			last->close = Max(last->close, detail->spans[i].close);
		else
			detail->spans[detail->nspans++] = detail->spans[i];
	}

	*total = 0;
	for (i = 0; i < detail->nspans; i++)
	{
		detail->spans[i].before = *total;
		*total += detail->spans[i].close - detail->spans[i].open;
	}
	for (slot = 0, i = 0; slot < CHUNK_DAYS + 2; slot++)
	{
		while (i < detail->nspans && detail->spans[i].close - begin <= slot * USECS_PER_DAY)
			i++;
		detail->first[slot] = i;
	}
	return detail;
}

/*
 * Computes the total of a chunk, and of all chunks between it and the known
 * ones.
 */
static Chunk *
chunk_numbered(KpiCalendar *calendar, int64 number)
{
	int64		first = calendar->nchunks > 0 ? Min(calendar->first_chunk, number) : number;
	int64		last = calendar->nchunks > 0 ? Max(calendar->first_chunk + calendar->nchunks - 1, number) : number;
	int			needed = (int) (last - first + 1);

	if (needed > calendar->nchunks)
	{
		int			known_at = calendar->nchunks > 0 ? calendar->first_chunk - (int) first : 0;
		int			known = calendar->nchunks;
		int			i;

		if (needed > calendar->room || known_at > 0)
		{
			/* double the room only if it is short: earlier chunks only take a copy */
			int			room = needed > calendar->room ? Max(needed, Max(8, calendar->room * 2)) : calendar->room;
			Chunk	   *chunks = MemoryContextAllocExtended(calendar->context, room * sizeof(Chunk), MCXT_ALLOC_HUGE);

			if (known > 0)
				memcpy(chunks + known_at, calendar->chunks, known * sizeof(Chunk));
			/* if anything fails from here on, forget all chunks */
			calendar->nchunks = 0;
			if (calendar->chunks)
				pfree(calendar->chunks);
			calendar->chunks = chunks;
			calendar->room = room;
		}
		for (i = 0; i < needed; i++)
		{
			Chunk	   *chunk = &calendar->chunks[i];

			if (i >= known_at && i < known_at + known)
			{
				if (known_at == 0)
				{
					/* the known chunks come first, and do not change */
					i = known - 1;
					continue;
				}
			}
			else
			{
				CHECK_FOR_INTERRUPTS();
				chunk->begin = kpi_local_day_start(&calendar->local, first_day_of(first + i));
				chunk->end = kpi_local_day_start(&calendar->local, first_day_of(first + i + 1));
				pfree(compute_chunk(calendar, first + i, chunk->begin, chunk->end, &chunk->total));
				chunk->detail = NULL;
			}
			chunk->before = i > 0 ? chunk[-1].before + chunk[-1].total : 0;
		}
		calendar->nchunks = needed;
		calendar->first_chunk = (int) first;
	}
	return &calendar->chunks[number - calendar->first_chunk];
}

/*
 * Prepares for queries about an instant.  If it is thousands of years from all
 * known chunks, forgetting these is faster than filling the gap.
 */
static void
begin_at(KpiCalendar *calendar, Timestamp at)
{
	int64		number = at / USECS_PER_DAY / CHUNK_DAYS;

	if (number < (int64) calendar->first_chunk - MAX_GAP ||
		number > (int64) calendar->first_chunk + calendar->nchunks + MAX_GAP)
	{
		calendar->nchunks = 0;
		MemoryContextReset(calendar->detail_context);
	}
}

/*
 * Returns the chunk that contains an instant, with its detail if "detailed".
 */
static Chunk *
chunk_at(KpiCalendar *calendar, Timestamp at, bool detailed)
{
	/* no zone is more than a day off UTC, so it is this one or a neighbour */
	int64		day = at >= 0 ? at / USECS_PER_DAY : -((-at - 1) / USECS_PER_DAY) - 1;
	int64		number = day >= 0 ? day / CHUNK_DAYS : -((-day - 1) / CHUNK_DAYS) - 1;
	Chunk	   *chunk;

	for (;;)
	{
		int64		known = number - calendar->first_chunk;

		chunk = likely(known >= 0 && known < calendar->nchunks) ?
			&calendar->chunks[known] : chunk_numbered(calendar, number);
		if (unlikely(at < chunk->begin))
			number--;
		else if (unlikely(at >= chunk->end))
			number++;
		else
			break;
	}

	if (unlikely(chunk->detail == NULL && detailed))
	{
		MemoryContext caller;

		if (MemoryContextMemAllocated(calendar->detail_context, false) > MAX_DETAIL_MEMORY)
		{
			int			i;

			for (i = 0; i < calendar->nchunks; i++)
				calendar->chunks[i].detail = NULL;
			MemoryContextReset(calendar->detail_context);
		}
		caller = MemoryContextSwitchTo(calendar->detail_context);
		chunk->detail = compute_chunk(calendar, number, chunk->begin, chunk->end, &chunk->total);
		MemoryContextSwitchTo(caller);
	}
	return chunk;
}

/*
 * Returns the index of the first span of a chunk that closes later than an
 * instant of the chunk.
 */
static int
span_index(const Chunk *chunk, Timestamp at)
{
	const Detail *detail = chunk->detail;
	int64		slot = (at - chunk->begin) / USECS_PER_DAY;
	int			i = detail->first[Min(slot, CHUNK_DAYS + 1)];

	while (i < detail->nspans && detail->spans[i].close <= at)
		i++;
	return i;
}

/*
 * Returns the open time from the first known chunk to an instant of a chunk
 * that has its detail, given the index of the first span that closes later.
 * Asking for another chunk can change which one is the first: compare two
 * results only if no chunk was added in between.
 */
static inline int64
open_before_span(const Chunk *chunk, int i, Timestamp at)
{
	if (i == chunk->detail->nspans)
		return chunk->before + chunk->total;
	return chunk->before + chunk->detail->spans[i].before +
		Max(at - chunk->detail->spans[i].open, 0);
}

static inline int64
open_before(const Chunk *chunk, Timestamp at)
{
	return open_before_span(chunk, span_index(chunk, at), at);
}

/*
 * Returns the open time between two instants.
 */
static int64
open_between(KpiCalendar *calendar, Timestamp from, Timestamp to)
{
	int64		until;

	begin_at(calendar, from);
	chunk_at(calendar, from, false);
	until = open_before(chunk_at(calendar, to, true), to);
	return until - open_before(chunk_at(calendar, from, true), from);
}

/*
 * Returns the open time in 400 years, after which hours repeat.
 */
static int64
open_in_400_years(KpiCalendar *calendar)
{
	if (calendar->open_in_400_years < 0)
		calendar->open_in_400_years = open_between(calendar, calendar->periodic_from,
												   calendar->periodic_from + USECS_OF_400_YEARS);
	return calendar->open_in_400_years;
}

/*
 * Returns the open time between two instants, in microseconds.
 */
int64
kpi_calendar_open_between(KpiCalendar *calendar, Timestamp from, Timestamp to)
{
	Timestamp	periodic = Max(from, calendar->periodic_from);
	int64		periods = to > periodic ? (to - periodic) / USECS_OF_400_YEARS : 0;

	if (periods == 0)
		return open_between(calendar, from, to);
	return periods * open_in_400_years(calendar) +
		open_between(calendar, from, to - periods * USECS_OF_400_YEARS);
}

/*
 * Prepares a stretch of time for many calls of kpi_calendar_stretch_open.  Any
 * other call for the same calendar ends the stretch.
 */
void
kpi_calendar_stretch_begin(KpiCalendar *calendar, Timestamp from, Timestamp to, KpiCalendarStretch *stretch)
{
	stretch->calendar = calendar;
	stretch->chunk = NULL;
	/* sums are not kept for years that repeat */
	if (to > calendar->periodic_from)
		return;
	begin_at(calendar, from);
	stretch->chunk = chunk_at(calendar, from, true);
	if (to >= stretch->chunk->end)
	{
		/* no chunk of the stretch is added later, which would move the others */
		chunk_at(calendar, to, false);
		stretch->chunk = chunk_at(calendar, from, true);
	}
}

/*
 * Returns the open time between two instants of a stretch that are in different
 * chunks, or in another chunk than the last ones.
 */
static pg_noinline int64
open_across_chunks(KpiCalendarStretch *stretch, Timestamp from, Timestamp to)
{
	int64		before;

	if (stretch->chunk == NULL)
		return kpi_calendar_open_between(stretch->calendar, from, to);
	before = open_before(chunk_at(stretch->calendar, from, true), from);
	stretch->chunk = chunk_at(stretch->calendar, to, true);
	return open_before(stretch->chunk, to) - before;
}

/*
 * Returns the open time between two instants of a stretch.
 */
int64
kpi_calendar_stretch_open(KpiCalendarStretch *stretch, Timestamp from, Timestamp to)
{
	const Chunk *chunk = stretch->chunk;
	int64		before;
	int			i;

	if (unlikely(chunk == NULL || from < chunk->begin || to >= chunk->end || chunk->detail == NULL))
		return open_across_chunks(stretch, from, to);
	i = span_index(chunk, from);
	before = open_before_span(chunk, i, from);
	if (to - from > NEARBY)
		i = span_index(chunk, to);
	else
	{
		while (i < chunk->detail->nspans && chunk->detail->spans[i].close <= to)
			i++;
	}
	return open_before_span(chunk, i, to) - before;
}

/*
 * Finds the span that is open at an instant, or the next one that opens.
 * Returns false if none opens before "until".  A long span may come in parts:
 * the next part begins where the previous one ends.
 */
bool
kpi_calendar_span_at_or_after(KpiCalendar *calendar, Timestamp at, Timestamp until,
							  Timestamp *open, Timestamp *close)
{
	int64		empty_days = 0;

	begin_at(calendar, at);
	for (;;)
	{
		const Chunk *chunk = chunk_at(calendar, at, true);
		int			i = span_index(chunk, at);

		if (i < chunk->detail->nspans)
		{
			*open = chunk->detail->spans[i].open;
			*close = chunk->detail->spans[i].close;
			return *open < until;
		}

		/* do not compute the detail of chunks without spans */
		do
		{
			CHECK_FOR_INTERRUPTS();
			at = chunk->end;
			if (at / USECS_PER_DAY > calendar->horizon)
				empty_days += CHUNK_DAYS;
			if (empty_days > DAYS_OF_400_YEARS || at >= until || !IS_VALID_TIMESTAMP(at))
				return false;
			chunk = chunk_at(calendar, at, false);
		} while (chunk->total == 0);
	}
}

/*
 * Finds the earliest instant at which the given open time has passed since
 * another instant.  Returns false if there is none.
 */
bool
kpi_calendar_deadline(KpiCalendar *calendar, Timestamp from, int64 usec, Timestamp *deadline)
{
	Timestamp	at = from;
	int64		empty_days = 0;

	if (usec == 0)
	{
		*deadline = from;
		return true;
	}
	begin_at(calendar, from);
	while (IS_VALID_TIMESTAMP(at))
	{
		const Chunk *chunk = chunk_at(calendar, at, false);
		int64		left = chunk->total;

		CHECK_FOR_INTERRUPTS();
		if (at == chunk->begin && at >= calendar->periodic_from)
		{
			/* skip whole periods at once */
			int64		period = open_in_400_years(calendar);
			int64		periods;

			if (period == 0)
				return false;
			periods = (usec - 1) / period;
			if (periods > (PG_INT64_MAX - at) / USECS_OF_400_YEARS)
				return false;
			if (periods > 0)
			{
				usec -= periods * period;
				at += periods * USECS_OF_400_YEARS;
				begin_at(calendar, at);
				continue;
			}
			chunk = chunk_at(calendar, at, false);
		}
		if (at > chunk->begin || usec <= left)
		{
			const Detail *detail;
			int			i;

			if (chunk->detail == NULL)
				chunk = chunk_at(calendar, at, true);
			detail = chunk->detail;
			for (i = span_index(chunk, at); i < detail->nspans; i++)
			{
				Timestamp	open = Max(detail->spans[i].open, at);

				if (usec <= detail->spans[i].close - open)
				{
					*deadline = open + usec;
					return IS_VALID_TIMESTAMP(*deadline);
				}
				usec -= detail->spans[i].close - open;
			}
		}
		else
			usec -= left;		/* all of it is not enough */

		at = chunk->end;
		if (left > 0)
			empty_days = 0;
		else if (at / USECS_PER_DAY > calendar->horizon && (empty_days += CHUNK_DAYS) > DAYS_OF_400_YEARS)
			return false;
	}
	return false;
}
