/*
 * local_hours.c
 *		The instants at which a calendar opens and closes on a local day.
 *
 * Clocks that go back repeat local times: a span opens at the first and closes at
 * the last occurrence.  But a closing time at which the repetition begins closes
 * at its first occurrence, because no local time before it is repeated.  This
 * holds for repetitions of any length, of a whole day at the date line, too.
 *
 * Clocks that go forward skip local times, which move forward by the gap.  A date
 * that is skipped altogether has no hours.
 */
#include "local_hours.h"

#include "utils/timestamp.h"

typedef enum LocalTimeUse
{
	OPENING,
	CLOSING
} LocalTimeUse;

/*
 * The instant at which a span opens or closes, whose local time is given in seconds
 * since 2000 as if it were UTC.
 *
 * No zone is a day away from UTC, and none changes its offset twice within two days
 * (the least in the time zone database is 95 hours), so the offsets a day before
 * and a day after are all that can be meant.
 */
static Timestamp
instant_of_local(const KpiLocalHours *local, int64 seconds, LocalTimeUse use)
{
	KpiZoneOffsets *offsets = local->offsets;
	int64		as_utc = seconds + KPI_UNIX_TO_POSTGRES;
	int64		before = as_utc - kpi_zone_offset(offsets, as_utc - SECS_PER_DAY);
	int64		after = as_utc - kpi_zone_offset(offsets, as_utc + SECS_PER_DAY);
	int64		chosen = before;

	if (before != after)
	{
		bool		is_before = before + kpi_zone_offset(offsets, before) == as_utc;
		bool		is_after = after + kpi_zone_offset(offsets, after) == as_utc;

		/*
		 * Where clocks go back both show it, the new offset later.  The repetition
		 * begins at the second occurrence if the clocks go back to it.  When
		 * neither shows it, the old offset moves it forward by the gap.
		 */
		if (is_before && is_after)
		{
			if (use == CLOSING && kpi_zone_offset(offsets, after - 1) == kpi_zone_offset(offsets, after))
				chosen = after;
		}
		else if (is_after)
			chosen = after;
	}
	chosen -= KPI_UNIX_TO_POSTGRES;
	/* a day may be beyond the end of time */
	return chosen < PG_INT64_MAX / USECS_PER_SEC ? chosen * USECS_PER_SEC : PG_INT64_MAX;
}

/*
 * The instant at which a local day begins.
 */
Timestamp
kpi_local_day_start(const KpiLocalHours *local, int64 day)
{
	return instant_of_local(local, day * SECS_PER_DAY, OPENING);
}

/*
 * The local day that an instant is in.
 */
int64
kpi_local_day_of(const KpiLocalHours *local, Timestamp at)
{
	int64		seconds = at / USECS_PER_SEC - (at % USECS_PER_SEC < 0);

	seconds += kpi_zone_offset(local->offsets, seconds + KPI_UNIX_TO_POSTGRES);
	return seconds / SECS_PER_DAY - (seconds % SECS_PER_DAY < 0);
}

/*
 * Whether a zone has left out a date, moving from one side of the date line to
 * the other.
 */
bool
kpi_local_day_is_skipped(const KpiLocalHours *local, int64 day)
{
	return kpi_local_day_start(local, day) >= kpi_local_day_start(local, day + 1);
}

/*
 * The instants at which a span of a day opens and closes; it closes no later than
 * it opens if nothing of it is left.  "skipped" is the answer of
 * kpi_local_day_is_skipped, which is the same for all spans of the day.
 */
void
kpi_local_span(const KpiLocalHours *local, int64 day, bool skipped,
			   const KpiHoursSpan *span, Timestamp *open, Timestamp *close)
{
	int64		midnight = day * SECS_PER_DAY;

	*open = instant_of_local(local, midnight + span->start * SECS_PER_MINUTE, OPENING);
	*close = instant_of_local(local, midnight + span->end * SECS_PER_MINUTE, CLOSING);

	/* nothing counts on a skipped date, except what goes past its midnight */
	if (skipped)
		*open = span->end > MINUTES_PER_DAY ? kpi_local_day_start(local, day + 1) : *close;
	else if (span->end > MINUTES_PER_DAY && kpi_local_day_is_skipped(local, day + 1))
		*close = kpi_local_day_start(local, day + 1);
}
