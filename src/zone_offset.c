/*
 * zone_offset.c
 *		How far the clocks of a time zone are ahead of UTC.
 *
 * To ask the time zone itself takes longer than whatever is done with the
 * answer, so answers are kept, each for a stretch of about twelve days, in which
 * clocks hardly ever change more than once.
 */
#include "zone_offset.h"

#define STRETCH_BITS	20
#define STRETCH_SECONDS (INT64CONST(1) << STRETCH_BITS)
/* four years, so that rows in any order find theirs */
#define NSTRETCHES		128

/* the offset of a stretch, and the other one that it has from an instant on */
typedef struct Stretch
{
	int64		begin;
	int64		change;			/* before begin: ask the time zone */
	int32		offset;
	int32		changed_offset;
} Stretch;

struct KpiZoneOffsets
{
	pg_tz	   *zone;
	Stretch		stretches[NSTRETCHES];
};

/*
 * The offsets of a time zone, in the current memory context.
 */
KpiZoneOffsets *
kpi_zone_offsets_create(pg_tz *zone)
{
	KpiZoneOffsets *offsets = palloc(sizeof(KpiZoneOffsets));
	int			i;

	offsets->zone = zone;
	/* no stretch begins here */
	for (i = 0; i < NSTRETCHES; i++)
		offsets->stretches[i].begin = PG_INT64_MAX;
	return offsets;
}

/*
 * Finds the first change after an instant.  False when the time zone does not
 * tell; no change at all is one at the end of time.
 */
static bool
next_change(pg_tz *zone, int64 at, int64 *change, int32 *before, int32 *after)
{
	pg_time_t	t = (pg_time_t) at;
	pg_time_t	boundary;
	long		before_offset;
	long		after_offset;
	int			before_dst;
	int			after_dst;
	int			found = pg_next_dst_boundary(&t, &before_offset, &before_dst, &boundary,
											 &after_offset, &after_dst, zone);

	*before = (int32) before_offset;
	*after = found == 1 ? (int32) after_offset : *before;
	*change = found == 1 ? (int64) boundary : PG_INT64_MAX;
	return found >= 0;
}

static int64
ask_zone(pg_tz *zone, int64 at)
{
	pg_time_t	t = (pg_time_t) at;
	struct pg_tm *local = pg_localtime(&t, zone);

	if (local == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return local->tm_gmtoff;
}

/*
 * Seconds that local time is ahead of UTC at an instant, in Unix seconds.
 * Error: an instant too far away for the time zone.
 */
int64
kpi_zone_offset(KpiZoneOffsets *offsets, int64 at)
{
	int64		begin = at & ~(STRETCH_SECONDS - 1);
	Stretch    *stretch = &offsets->stretches[(at >> STRETCH_BITS) & (NSTRETCHES - 1)];

	if (stretch->begin != begin)
	{
		int64		second;
		int32		between;
		int32		after;

		if (!next_change(offsets->zone, begin, &stretch->change, &stretch->offset, &stretch->changed_offset) ||
			(stretch->change < begin + STRETCH_SECONDS &&
			 (!next_change(offsets->zone, stretch->change, &second, &between, &after) ||
			  second < begin + STRETCH_SECONDS)))
			stretch->change = PG_INT64_MIN;
		stretch->begin = begin;
	}
	if (unlikely(stretch->change < begin))
		return ask_zone(offsets->zone, at);
	return at < stretch->change ? stretch->offset : stretch->changed_offset;
}
