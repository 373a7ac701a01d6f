/*
 * local_hours.c
 *		The instants at which a calendar opens and closes on a local day.
 *
 * When clocks go back, local times are repeated.  A span opens at the first
 * and closes at the last occurrence.  There is one exception: a closing time
 * at which the repetition begins closes at its first occurrence, because no
 * local time before it is repeated.  The length of the repetition does not
 * matter: it is a whole day where a zone moves across the date line.
 *
 * When clocks go forward, local times are skipped.  They move forward by the
 * gap.  A date that is skipped altogether has no hours.
 */
#include "local_hours.h"

#include "utils/timestamp.h"

/* time zones follow their last rule long before this day, in the year 2500 */
#define DAY_OF_YEAR_2500 182622

typedef enum LocalTimeUse
{
	OPENING,
	CLOSING
} LocalTimeUse;

/*
 * Returns the instant at which a span opens or closes.  Its local time is
 * given in seconds since 2000, as if it were UTC.
 *
 * Only the offsets a day before and a day after matter: no zone is a day away
 * from UTC, and none changes its offset twice within two days.  (The shortest
 * time between two changes in the time zone database is 95 hours.)
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
		 * If clocks go back, both offsets have this local time, the new one
		 * later.  It is where the repetition begins if the offset changes at
		 * its second occurrence.  If clocks go forward over it, neither offset
		 * has it, and the old one moves it forward by the gap.
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
 * Returns the instant at which a local day begins.
 */
Timestamp
kpi_local_day_start(const KpiLocalHours *local, int64 day)
{
	return instant_of_local(local, day * SECS_PER_DAY, OPENING);
}

/*
 * Returns the local day of an instant.
 */
int64
kpi_local_day_of(const KpiLocalHours *local, Timestamp at)
{
	int64		seconds = at / USECS_PER_SEC - (at % USECS_PER_SEC < 0);

	seconds += kpi_zone_offset(local->offsets, seconds + KPI_UNIX_TO_POSTGRES);
	return seconds / SECS_PER_DAY - (seconds % SECS_PER_DAY < 0);
}

/*
 * Returns whether a zone skipped a date, moving from one side of the date line
 * to the other.
 */
bool
kpi_local_day_is_skipped(const KpiLocalHours *local, int64 day)
{
	return kpi_local_day_start(local, day) >= kpi_local_day_start(local, day + 1);
}

/*
 * Finds the instants at which a span of a day opens and closes.  If nothing of
 * the span is left, it closes no later than it opens.  "skipped" is the
 * result of kpi_local_day_is_skipped, which is the same for all spans of a day.
 */
void
kpi_local_span(const KpiLocalHours *local, int64 day, bool skipped,
			   const KpiHoursSpan *span, Timestamp *open, Timestamp *close)
{
	int64		midnight = day * SECS_PER_DAY;

	*open = instant_of_local(local, midnight + span->start * SECS_PER_MINUTE, OPENING);
	*close = instant_of_local(local, midnight + span->end * SECS_PER_MINUTE, CLOSING);

	/* on a skipped date, only the part of a span after its midnight counts */
	if (skipped)
		*open = span->end > MINUTES_PER_DAY ? kpi_local_day_start(local, day + 1) : *close;
	else if (span->end > MINUTES_PER_DAY && kpi_local_day_is_skipped(local, day + 1))
		*close = kpi_local_day_start(local, day + 1);
}

/*
 * Returns the day from which on hours repeat every PERIOD_DAYS: no rule names a
 * later date, and the time zone follows its last rule.
 */
int64
kpi_local_periodic_from(const KpiLocalHours *local)
{
	return Max((int64) kpi_hours_horizon(&local->rules) + 2, DAY_OF_YEAR_2500);
}
