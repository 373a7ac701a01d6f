/*
 * hours_format.c
 *		The canonical form of the rules of a business_hours value.  See
 *		hours_parse.c for the notation.
 */
#include "hours_rules.h"

#include <stdio.h>

/*
 * Writes a date.  Returns the number of bytes.
 */
static size_t
write_date(char *out, int32 day)
{
	int			year;
	int			when = kpi_month_and_day(day, &year);

	return (size_t) sprintf(out, "%04d-%02d-%02d", year, when / 32, when % 32);
}

/*
 * Writes the first letters of a lower-case name, with a capital.  Returns the
 * number of bytes.
 */
static size_t
write_name(char *out, const char *name, int length)
{
	memcpy(out, name, (size_t) length);
	out[0] = (char) (out[0] - 'a' + 'A');
	return (size_t) length;
}

/*
 * Writes a month and a day.  Returns the number of bytes.
 */
static size_t
write_yearly(char *out, int yearly)
{
	size_t		length = write_name(out, kpi_month_names[yearly / 32 - 1], 3);

	return length + (size_t) sprintf(out + length, " %02d", yearly % 32);
}

/*
 * Writes weekdays and ranges of weekdays.  Returns the number of bytes.
 */
static size_t
write_weekdays(char *out, int weekdays)
{
	size_t		length = 0;
	int			day = 0;

	while (day < 7)
	{
		int			last = day;

		if (!((weekdays >> day) & 1))
		{
			day++;
			continue;
		}
		while (last < 6 && ((weekdays >> (last + 1)) & 1))
			last++;
		if (length > 0)
			out[length++] = ',';
		length += write_name(out + length, kpi_weekday_names[day], 2);
		if (last > day)
		{
			out[length++] = '-';
			length += write_name(out + length, kpi_weekday_names[last], 2);
		}
		day = last + 1;
	}
	return length;
}

/*
 * Returns an upper limit of the length of a rule in canonical form.
 */
size_t
kpi_hours_rule_length(const KpiHoursRule *rule)
{
	return 80 + 12 * (size_t) rule->nspans;
}

/*
 * Writes the canonical form of a rule, without a terminating zero.  Returns
 * the number of bytes, at most kpi_hours_rule_length().
 */
size_t
kpi_hours_format_rule(const KpiHoursRule *rule, char *out)
{
	bool		every_day = rule->kind == HOURS_WEEKLY && rule->weekdays == 127 &&
		rule->from == FIRST_DAY && rule->until == LAST_DAY;
	bool		all_day = rule->nspans == 1 && rule->spans[0].start == 0 &&
		rule->spans[0].end == MINUTES_PER_DAY;
	size_t		length = 0;
	int			i;

	if (every_day && all_day)
	{
		memcpy(out, "24/7", 4);
		return 4;
	}
	if (every_day && rule->nspans == 0)
	{
		memcpy(out, "off", 3);
		return 3;
	}

	if (rule->kind == HOURS_DATES)
	{
		length += write_date(out, rule->from);
		if (rule->until != rule->from)
		{
			out[length++] = '-';
			length += write_date(out + length, rule->until);
		}
	}
	else
	{
		if (rule->from != FIRST_DAY)
		{
			length += (size_t) sprintf(out + length, "from ");
			length += write_date(out + length, rule->from);
			out[length++] = ' ';
		}
		if (rule->until != LAST_DAY)
		{
			length += (size_t) sprintf(out + length, "until ");
			length += write_date(out + length, rule->until);
			out[length++] = ' ';
		}
		if (rule->kind == HOURS_WEEKLY)
			length += write_weekdays(out + length, rule->weekdays);
		else
		{
			length += write_yearly(out + length, rule->yearly_from);
			if (rule->yearly_until != rule->yearly_from)
			{
				out[length++] = '-';
				length += write_yearly(out + length, rule->yearly_until);
			}
		}
	}

	out[length++] = ' ';
	if (rule->nspans == 0)
		length += (size_t) sprintf(out + length, "off");
	for (i = 0; i < rule->nspans; i++)
	{
		int			start = rule->spans[i].start;
		int			end = rule->spans[i].end;

		if (end > MINUTES_PER_DAY)
			end -= MINUTES_PER_DAY;
		length += (size_t) sprintf(out + length, "%s%02d:%02d-%02d:%02d", i > 0 ? "," : "",
								   start / 60, start % 60, end / 60, end % 60);
	}
	return length;
}
