/*
 * calendar.c
 *		Open time between instants, of a compiled business_hours value.
 *
 * Time is elapsed real time; local_hours.c turns the local times of the rules into
 * instants.  Spans that overlap, because one goes past midnight, count once.
 *
 * The calendar is computed in chunks of CHUNK_DAYS local days when they are first
 * needed.  Each chunk has its spans clipped to it, ascending, with the open time
 * before each; and the chunks know the open time before them, so the open time
 * between any two instants is a difference of two sums, however far apart they
 * are.
 *
 * Memory comes from the context that is current in kpi_calendar_create.
 */
#include "calendar.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define CHUNK_DAYS 512

/* hours repeat after so many days, see kpi_hours_horizon, and a little more */
#define DAYS_OF_400_YEARS (146097 + 2 * CHUNK_DAYS)
#define USECS_OF_400_YEARS (146097 * USECS_PER_DAY)
#define DAY_OF_YEAR_2500 182622

/* chunks between what is known and what is asked that are worth computing */
#define MAX_GAP 2048

/* details of chunks are kept up to about so many bytes; their totals always are */
#define MAX_DETAIL_MEMORY (8 * 1024 * 1024)

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
	/* no rule names a later date, and time zones follow their last rule */
	calendar->periodic_from = (Timestamp) Max(calendar->horizon + 2, DAY_OF_YEAR_2500) * USECS_PER_DAY;
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

static int64
first_day_of(int64 chunk)
{
	return chunk * CHUNK_DAYS;
}

/*
 * The spans of a chunk, in the current context, and their total.
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

		/* tens of thousands of rules may have to be looked through */
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

	/* what overlaps or touches becomes one */
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
		while (i < detail->nspans && detail->spans[i].close <= begin + slot * USECS_PER_DAY)
			i++;
		detail->first[slot] = i;
	}
	return detail;
}

/*
 * Computes the total of a chunk, and of all chunks between it and the ones that
 * are known.
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
			/* room doubles only where it is short: going back takes a copy, no more */
			int			room = needed > calendar->room ? Max(needed, Max(8, calendar->room * 2)) : calendar->room;
			Chunk	   *chunks = MemoryContextAllocExtended(calendar->context, room * sizeof(Chunk), MCXT_ALLOC_HUGE);

			if (known > 0)
				memcpy(chunks + known_at, calendar->chunks, known * sizeof(Chunk));
			/* should anything fail from here on, all is forgotten */
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
					/* those known begin the row, and stay as they are */
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
 * Begins a question at an instant: if that is thousands of years from all that
 * is known, it is quicker to forget this than to fill the gap.
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
 * The chunk that an instant is in, with its detail if wanted.
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
 * The first span of a chunk that closes later than an instant of it.
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
 * Returns the open time from the first known chunk to an instant of a chunk that has
 * its detail.  Asking for another chunk can change which one is the first: compare
 * two results only if no chunk was added in between.
 */
static inline int64
open_before(const Chunk *chunk, Timestamp at)
{
	int			i = span_index(chunk, at);

	if (i == chunk->detail->nspans)
		return chunk->before + chunk->total;
	return chunk->before + chunk->detail->spans[i].before +
		Max(at - chunk->detail->spans[i].open, 0);
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
 * Prepares a stretch of time for many calls of kpi_calendar_stretch_open.  Any other
 * call for the same calendar ends the stretch.
 */
void
kpi_calendar_stretch_begin(KpiCalendar *calendar, Timestamp from, Timestamp to, KpiCalendarStretch *stretch)
{
	stretch->calendar = calendar;
	stretch->from = from;
	stretch->is_periodic = to > calendar->periodic_from;
	stretch->chunk = NULL;
	if (stretch->is_periodic)
		return;
	begin_at(calendar, from);
	stretch->chunk = chunk_at(calendar, from, true);
	if (to >= stretch->chunk->end)
	{
		chunk_at(calendar, to, false);
		stretch->chunk = chunk_at(calendar, from, true);
	}
	stretch->before = open_before(stretch->chunk, from);
}

/*
 * Returns the open time from the start of a stretch to an instant of it.
 */
int64
kpi_calendar_stretch_open(KpiCalendarStretch *stretch, Timestamp at)
{
	const Chunk *chunk = stretch->chunk;

	if (unlikely(stretch->is_periodic))
		return kpi_calendar_open_between(stretch->calendar, stretch->from, at);
	if (unlikely(at < chunk->begin || at >= chunk->end || chunk->detail == NULL))
		stretch->chunk = chunk = chunk_at(stretch->calendar, at, true);
	return open_before(chunk, at) - stretch->before;
}

/*
 * Finds the span that is open at an instant, or the next one that opens.  Returns
 * false if none opens before "until".  A long span may come in parts: the next part
 * begins where the one before ends.
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
 * Finds the earliest instant at which so much open time has passed since another
 * one.  Returns false if there is none.
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
			/* leap over whole periods at once */
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
