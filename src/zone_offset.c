/*
 * zone_offset.c
 *		Offsets of a time zone from UTC.
 *
 * Finding an offset takes longer than any use of it, so offsets are cached for
 * stretches of about twelve days.  Clocks rarely change twice within a
 * stretch.
 */
#include "zone_offset.h"

#define STRETCH_BITS	20
#define STRETCH_SECONDS (INT64CONST(1) << STRETCH_BITS)
/* four years, so that rows need not be ordered */
#define NSTRETCHES		128

/* the offset of a stretch, and its offset from an instant "change" on */
typedef struct Stretch
{
	int64		begin;
	int64		change;			/* before begin: use ask_zone() */
	int32		offset;
	int32		changed_offset;
} Stretch;

struct KpiZoneOffsets
{
	pg_tz	   *zone;
	Stretch		stretches[NSTRETCHES];
};

/*
 * Creates the offsets of a time zone in the current memory context.
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
 * Finds the first change after an instant.  If there is none, *change is
 * PG_INT64_MAX.  Returns false on failure.
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

/*
 * Computes an offset without the cache.  Raises an error if the time zone has
 * no offset for the instant.
 */
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
 * Returns the offset of local time from UTC at an instant.  The instant is in
 * seconds of Unix time, and the offset in seconds, positive east of Greenwich.
 * Raises an error if the instant is out of range for the time zone.
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
