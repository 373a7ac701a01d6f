/*
 * hours_rules.c
 *		Looks up a day in the rules of a business_hours value.
 */
#include "hours_rules.h"

const char *const kpi_weekday_names[7] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
};

const char *const kpi_month_names[12] = {
	"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december"
};

/*
 * Returns month * 32 + day of a day number.  Stores the year if "year" is not
 * NULL.
 */
int
kpi_month_and_day(int32 number, int *year)
{
	int64		shifted = (int64) number + DAYS_TO_2000;
	int64		era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int			of_era = (int) (shifted - era * 146097);
	int			year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int			of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int			m = (5 * of_year + 2) / 153;
	int			day = of_year - (153 * m + 2) / 5 + 1;
	int			month = m < 10 ? m + 3 : m - 9;

	if (year)
		*year = (int) (year_of_era + era * 400 + (month <= 2));
	return month * 32 + day;
}

/*
 * Returns the weekday of a day number, 0 for Monday to 6 for Sunday.  Day 0,
 * 2000-01-01, was a Saturday.
 */
static int
weekday_of(int32 number)
{
	int			weekday = (int) (((int64) number + 5) % 7);

	return weekday < 0 ? weekday + 7 : weekday;
}

/*
 * Returns true if a rule applies to a day.
 */
static bool
covers(const KpiHoursRule *rule, int32 day)
{
	int			when;

	if (day < rule->from || day > rule->until)
		return false;
	switch (rule->kind)
	{
		case HOURS_WEEKLY:
			return (rule->weekdays >> weekday_of(day)) & 1;
		case HOURS_DATES:
			return true;
		case HOURS_YEARLY:
			when = kpi_month_and_day(day, NULL);
			if (rule->yearly_from <= rule->yearly_until)
				return when >= rule->yearly_from && when <= rule->yearly_until;
			return when >= rule->yearly_from || when <= rule->yearly_until;
	}
	return false;
}

/*
 * Returns the rule that is in force on a day, or NULL.
 */
const KpiHoursRule *
kpi_hours_of_day(const KpiHoursRules *rules, int32 day)
{
	int			i;

	for (i = rules->n - 1; i >= 0; i--)
		if (covers(&rules->rules[i], day))
			return &rules->rules[i];
	return NULL;
}

/*
 * Returns the last day that a rule names by its date.  After it the hours
 * repeat every 400 years, which are a whole number of weeks.
 */
int32
kpi_hours_horizon(const KpiHoursRules *rules)
{
	int32		horizon = FIRST_DAY;
	int			i;

	for (i = 0; i < rules->n; i++)
	{
		const KpiHoursRule *rule = &rules->rules[i];

		if (rule->from != FIRST_DAY)
			horizon = Max(horizon, rule->from);
		if (rule->until != LAST_DAY)
			horizon = Max(horizon, rule->until);
	}
	return horizon;
}
