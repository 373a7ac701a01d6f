/*
 * working_days.c
 *		Deadlines in days on which a calendar opens.
 *
 * A day is a local day of the calendar, and a span belongs to the day on which
 * it starts.  A day counts if any of its open time is not paused.
 */
#include "working_days.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

/* the last day that has an instant, in any zone */
#define END_DAY (END_TIMESTAMP / USECS_PER_DAY + 1)

/* in days; every span of a day ends earlier than this */
#define LONGEST_SPAN 3

/*
 * Returns whether a part of a span is not paused.
 */
static bool
is_left(KpiPauses *pauses, Timestamp open, Timestamp close)
{
	Timestamp	begin;
	Timestamp	end;

	kpi_pauses_seek(pauses, open);
	while (open < close && kpi_pauses_next(pauses, &begin, &end) && begin <= open)
	{
		CHECK_FOR_INTERRUPTS();
		open = end;
	}
	return open < close;
}

/*
 * Returns whether a day counts.  If so, *closing is when its last span closes.
 */
static bool
is_working_day(const KpiLocalHours *local, KpiPauses *pauses, int64 day, Timestamp *closing)
{
	const KpiHoursRule *rule = kpi_hours_of_day(&local->rules, (int32) day);
	bool		counts = false;
	int			i;

	if (rule == NULL || rule->nspans == 0 || kpi_local_day_is_skipped(local, day))
		return false;
	*closing = DT_NOBEGIN;
	for (i = 0; i < rule->nspans; i++)
	{
		Timestamp	open;
		Timestamp	close;

		kpi_local_span(local, day, false, &rule->spans[i], &open, &close);
		if (open >= close)
			continue;
		*closing = Max(*closing, close);
		counts = counts || is_left(pauses, open, close);
	}
	return counts;
}

/*
 * Finds the last day that lies in the same pause as a given day, with all
 * spans it can have.  Returns the given day if it does not lie in one pause,
 * and a day beyond END_DAY if the pause never ends.
 */
static int64
last_paused_day(const KpiLocalHours *local, KpiPauses *pauses, int64 day)
{
	Timestamp	start = kpi_local_day_start(local, day);
	Timestamp	begin;
	Timestamp	end;

	kpi_pauses_seek(pauses, start);
	if (!kpi_pauses_next(pauses, &begin, &end) || begin > start)
		return day;
	if (!IS_VALID_TIMESTAMP(end))
		return END_DAY + 1;
	return Max(day, kpi_local_day_of(local, end) - LONGEST_SPAN);
}

/*
 * Finds the closing time of the n-th open day after the local day of an
 * instant, where n is "days", at least 1.  Returns false if the calendar has
 * fewer open days before the end of time.
 */
bool
kpi_working_days_deadline(const KpiCalendar *calendar, KpiPauses *pauses,
						  Timestamp from, int32 days, Timestamp *deadline)
{
	const KpiLocalHours *local = kpi_calendar_local(calendar);
	int64		day = kpi_local_day_of(local, from);
	int64		periodic_from = kpi_local_periodic_from(local);
	int64		period_begin = 0;	/* 0: not in the first whole period yet */
	int32		days_at_begin = 0;
	bool		is_periodic = false;

	while (++day <= END_DAY)
	{
		CHECK_FOR_INTERRUPTS();

		/* count the working days of one period, then skip whole periods */
		if (day > periodic_from && !is_periodic)
		{
			Timestamp	begin;
			Timestamp	end;

			kpi_pauses_seek(pauses, kpi_local_day_start(local, day));
			if (kpi_pauses_next(pauses, &begin, &end))
				period_begin = 0;
			else if (period_begin == 0)
			{
				period_begin = day;
				days_at_begin = days;
			}
			else if (day == period_begin + PERIOD_DAYS)
			{
				int32		days_of_period = days_at_begin - days;
				int64		periods;

				if (days_of_period == 0)
					return false;
				periods = (days - 1) / days_of_period;
				day += periods * PERIOD_DAYS;
				days -= (int32) (periods * days_of_period);
				is_periodic = true;
				if (day > END_DAY)
					return false;
			}
		}

		if (!is_working_day(local, pauses, day, deadline))
			day = last_paused_day(local, pauses, day);
		else if (--days == 0)
			return IS_VALID_TIMESTAMP(*deadline);
	}
	return false;
}
