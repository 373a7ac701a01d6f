/*
 * hours_rules.c
 *		The rules of a business_hours value: reading them, and looking up a day.
 *
 * A subset of the notation of OpenStreetMap's opening_hours:
 *
 *		rules	= rule { ";" rule }
 *		rule	= "24/7" | [ validity ] [ days ] hours
 *		validity = { "from" date | "until" date }
 *		days	= weekday [ "-" weekday ] { "," ... }
 *				| date [ "-" date ] { "," ... }
 *				| month day [ "-" [ month ] day ] { "," ... }
 *		hours	= "off" | span { "," span }
 *		span	= hh:mm "-" hh:mm
 *
 * A rule without days is for all.  A span that ends at or before its start ends
 * on the next day, and belongs to the day it starts on.  Letters may be of any
 * case, weekdays and months written out, blanks anywhere between the parts.
 */
#include "hours_rules.h"

/* no real calendar has more, and reading them would take gigabytes and minutes */
#define MAX_RULES 65536
#define TOO_MANY_RULES "There are more than 65536 rules."

const char *const kpi_weekday_names[7] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
};

const char *const kpi_month_names[12] = {
	"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december"
};

static const int month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

typedef struct Reader
{
	const char *next;
	KpiHoursProblem *problem;
} Reader;

/* ---------------------------------------------------------------------------
 * Days
 * ---------------------------------------------------------------------------
 */

static bool
is_leap(int64 year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/*
 * Day number of a date of the Gregorian calendar, years from 1 to 9999.
 */
static int32
day_number(int year, int month, int day)
{
	/* March is the first month, so that the leap day is the last */
	int			y = month > 2 ? year : year - 1;
	int			m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 730425;
}

/*
 * Month and day of a day number, as month * 32 + day; year too if wanted.
 */
int
kpi_month_and_day(int32 number, int *year)
{
	int64		shifted = (int64) number + 730425;
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
 * 0 for Monday to 6 for Sunday; 2000-01-01 was a Saturday.
 */
static int
weekday_of(int32 number)
{
	int			weekday = (int) (((int64) number + 5) % 7);

	return weekday < 0 ? weekday + 7 : weekday;
}

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
 * The rule that is in force on a day, or NULL.
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
 * The last day that a rule names by its date.  From there on the hours repeat
 * every 400 years, which are a whole number of weeks.
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

/* ---------------------------------------------------------------------------
 * Reading
 * ---------------------------------------------------------------------------
 */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

static void
skip_space(Reader *reader)
{
	for (;; reader->next++)
	{
		/* every part of a text, which may be long, begins here */
		CHECK_FOR_INTERRUPTS();
		if (*reader->next != ' ' && (*reader->next < '\t' || *reader->next > '\r'))
			break;
	}
}

static bool
accept(Reader *reader, char c)
{
	skip_space(reader);
	if (*reader->next != c)
		return false;
	reader->next++;
	return true;
}

/*
 * Notes what is wrong, and the text at the given place up to the next separator,
 * to be quoted.
 */
static bool
fail(Reader *reader, const char *what, const char *place)
{
	int			length = 0;

	while (place[length] && place[length] != ';' && place[length] != ',' &&
		   place[length] != ' ' && length < KPI_HOURS_QUOTED)
		length++;
	reader->problem->what = what;
	reader->problem->quoted = place;
	reader->problem->length = length;
	return false;
}

/*
 * Whether the next word is the beginning, of at least "least" letters, of one of
 * the names; then its index goes to *index and the reader behind it.
 */
static bool
accept_name(Reader *reader, const char *const *names, int nnames, int least, int *index)
{
	int			length = 0;
	int			i;

	skip_space(reader);
	while (is_letter(reader->next[length]))
		length++;
	if (length < least || is_digit(reader->next[length]))
		return false;
	for (i = 0; i < nnames; i++)
	{
		int			at = 0;

		while (at < length && names[i][at] == lower(reader->next[at]))
			at++;
		if (at == length)
		{
			*index = i;
			reader->next += length;
			return true;
		}
	}
	return false;
}

static bool
accept_word(Reader *reader, const char *word)
{
	int			index;

	return accept_name(reader, &word, 1, (int) strlen(word), &index);
}

/*
 * Reads between least and most digits.
 */
static bool
accept_number(Reader *reader, int least, int most, int *number)
{
	int			length = 0;

	*number = 0;
	skip_space(reader);
	while (is_digit(reader->next[length]) && length < most)
		*number = *number * 10 + (reader->next[length++] - '0');
	if (length < least || is_digit(reader->next[length]))
		return false;
	reader->next += length;
	return true;
}

static bool
read_date(Reader *reader, int32 *day)
{
	const char *place;
	int			y;
	int			m;
	int			d;

	skip_space(reader);
	place = reader->next;
	if (!accept_number(reader, 4, 4, &y) || !accept(reader, '-') ||
		!accept_number(reader, 2, 2, &m) || !accept(reader, '-') ||
		!accept_number(reader, 2, 2, &d))
		return fail(reader, "Expected a date as in 2026-12-25 instead of", place);
	if (y < 1 || m < 1 || m > 12 || d < 1 || d > month_days[m - 1] ||
		(m == 2 && d == 29 && !is_leap(y)))
		return fail(reader, "There is no date", place);
	*day = day_number(y, m, d);
	return true;
}

static bool
read_yearly(Reader *reader, int month, int *yearly)
{
	const char *place;
	int			day;

	skip_space(reader);
	place = reader->next;
	if (!accept_number(reader, 1, 2, &day) || day < 1 || day > month_days[month])
		return fail(reader, "Expected a day of the month instead of", place);
	*yearly = (month + 1) * 32 + day;
	return true;
}

static bool
read_time(Reader *reader, int *minutes)
{
	const char *place;
	int			h;
	int			m;

	skip_space(reader);
	place = reader->next;
	if (!accept_number(reader, 1, 2, &h) || !accept(reader, ':') ||
		!accept_number(reader, 2, 2, &m) || h > 24 || m > 59 || (h == 24 && m > 0))
		return fail(reader, "Expected a time as in 09:30 instead of", place);
	*minutes = h * 60 + m;
	return true;
}

static bool
add_rule(Reader *reader, KpiHoursRules *rules, KpiHoursRule rule)
{
	if (rules->n == MAX_RULES)
	{
		reader->problem->what = TOO_MANY_RULES;
		return false;
	}
	if (rules->n == rules->room)
	{
		rules->room = Max(8, rules->room * 2);
		rules->rules = rules->rules ?
			repalloc(rules->rules, rules->room * sizeof(KpiHoursRule)) :
			kpi_allocate(KPI_CURRENT_MEMORY, rules->room * sizeof(KpiHoursRule));
	}
	rules->rules[rules->n++] = rule;
	return true;
}

/*
 * Reads "off" or spans, for all rules from "first" on.
 */
static bool
read_hours(Reader *reader, KpiHoursRules *rules, int first)
{
	KpiHoursSpan *spans = NULL;
	const char *begin;
	int			n = 0;
	int			room = 0;
	int			i;

	skip_space(reader);
	begin = reader->next;
	if (!accept_word(reader, "off") && !accept_word(reader, "closed"))
	{
		do
		{
			KpiHoursSpan span;

			if (!read_time(reader, &span.start))
				return false;
			if (span.start == MINUTES_PER_DAY)
				return fail(reader, "A span cannot start at", "24:00");
			if (!accept(reader, '-'))
				return fail(reader, "Expected \"-\" and the end of the span instead of", reader->next);
			if (!read_time(reader, &span.end))
				return false;
			if (span.end <= span.start)
				span.end += MINUTES_PER_DAY;

			if (n == room)
			{
				room = Max(2, room * 2);
				spans = spans ? repalloc(spans, room * sizeof(KpiHoursSpan)) :
					kpi_allocate(KPI_CURRENT_MEMORY, room * sizeof(KpiHoursSpan));
			}
			for (i = n++; i > 0 && spans[i - 1].start > span.start; i--)
				spans[i] = spans[i - 1];
			spans[i] = span;
			/* one a minute is the most that do not overlap; sorting more would take long */
		} while (n <= MINUTES_PER_DAY && accept(reader, ','));
	}
	for (i = 1; i < n; i++)
		if (spans[i - 1].end > spans[i].start)
		{
			reader->problem->what = "Spans overlap:";
			reader->problem->quoted = begin;
			reader->problem->length = (int) Min(reader->next - begin, KPI_HOURS_QUOTED);
			return false;
		}
	for (i = first; i < rules->n; i++)
	{
		rules->rules[i].nspans = n;
		rules->rules[i].spans = spans;
	}
	return true;
}

static bool
read_weekdays(Reader *reader, KpiHoursRule *rule, int day)
{
	for (;;)
	{
		int			last = day;

		if (accept(reader, '-') && !accept_name(reader, kpi_weekday_names, 7, 2, &last))
			return fail(reader, "Unknown weekday", reader->next);
		rule->weekdays |= 1 << last;
		for (; day != last; day = (day + 1) % 7)
			rule->weekdays |= 1 << day;
		if (!accept(reader, ','))
			return true;
		skip_space(reader);
		if (!accept_name(reader, kpi_weekday_names, 7, 2, &day))
			return fail(reader, "Unknown weekday", reader->next);
	}
}

static bool
read_dates(Reader *reader, KpiHoursRules *rules)
{
	do
	{
		KpiHoursRule rule = {HOURS_DATES, 0, 0, 0, 0, 0, 0, NULL};
		const char *place = reader->next;

		if (!read_date(reader, &rule.from))
			return false;
		rule.until = rule.from;
		if (accept(reader, '-') && !read_date(reader, &rule.until))
			return false;
		if (rule.until < rule.from)
			return fail(reader, "A range of dates ends before it begins:", place);
		if (!add_rule(reader, rules, rule))
			return false;
	} while (accept(reader, ','));
	return true;
}

static bool
read_yearly_dates(Reader *reader, KpiHoursRules *rules, KpiHoursRule validity, int month)
{
	for (;;)
	{
		KpiHoursRule rule = validity;

		rule.kind = HOURS_YEARLY;
		if (!read_yearly(reader, month, &rule.yearly_from))
			return false;
		rule.yearly_until = rule.yearly_from;
		if (accept(reader, '-'))
		{
			accept_name(reader, kpi_month_names, 12, 3, &month);
			if (!read_yearly(reader, month, &rule.yearly_until))
				return false;
		}
		if (!add_rule(reader, rules, rule))
			return false;
		if (!accept(reader, ','))
			return true;
		skip_space(reader);
		if (!accept_name(reader, kpi_month_names, 12, 3, &month))
			return fail(reader, "Expected a month instead of", reader->next);
	}
}

/*
 * Returns whether a date comes next: four digits and a dash.
 */
static bool
at_date(Reader *reader)
{
	int			i;

	skip_space(reader);
	for (i = 0; i < 4; i++)
		if (!is_digit(reader->next[i]))
			return false;
	return reader->next[4] == '-';
}

static bool
read_rule(Reader *reader, KpiHoursRules *rules)
{
	static const char *const off_names[] = {"off", "closed"};
	KpiHoursRule rule = {HOURS_WEEKLY, 0, FIRST_DAY, LAST_DAY, 0, 0, 0, NULL};
	Reader		ahead;
	int			first = rules->n;
	int			index;

	skip_space(reader);
	if (strncmp(reader->next, "24/7", 4) == 0)
	{
		rule.weekdays = 127;
		rule.nspans = 1;
		rule.spans = kpi_allocate(KPI_CURRENT_MEMORY, sizeof(KpiHoursSpan));
		rule.spans[0].start = 0;
		rule.spans[0].end = MINUTES_PER_DAY;
		if (!add_rule(reader, rules, rule))
			return false;
		reader->next += 4;
		return true;
	}
	if (at_date(reader))
		return read_dates(reader, rules) && read_hours(reader, rules, first);

	for (;;)
	{
		if (accept_word(reader, "from"))
		{
			if (!read_date(reader, &rule.from))
				return false;
		}
		else if (accept_word(reader, "until"))
		{
			if (!read_date(reader, &rule.until))
				return false;
		}
		else
			break;
	}
	if (rule.from > rule.until)
		return fail(reader, "A rule ends before it begins, at", reader->next);

	skip_space(reader);
	ahead = *reader;
	if (!is_letter(*reader->next) || accept_name(&ahead, off_names, 2, 3, &index))
	{
		rule.weekdays = 127;
		if (!add_rule(reader, rules, rule))
			return false;
	}
	else if (accept_name(reader, kpi_weekday_names, 7, 2, &index))
	{
		if (!read_weekdays(reader, &rule, index))
			return false;
		if (!add_rule(reader, rules, rule))
			return false;
	}
	else if (accept_name(reader, kpi_month_names, 12, 3, &index))
	{
		if (!read_yearly_dates(reader, rules, rule, index))
			return false;
	}
	else
		return fail(reader, "Unknown weekday", reader->next);
	return read_hours(reader, rules, first);
}

/*
 * Reads rules separated by semicolons; false and a problem if it cannot.
 * Memory comes from the current context.
 */
bool
kpi_hours_parse(const char *text, KpiHoursRules *rules, KpiHoursProblem *problem)
{
	Reader		reader = {text, problem};

	memset(rules, 0, sizeof(KpiHoursRules));
	memset(problem, 0, sizeof(KpiHoursProblem));
	for (;;)
	{
		skip_space(&reader);
		if (*reader.next != ';' && *reader.next != '\0' && !read_rule(&reader, rules))
			return false;
		if (accept(&reader, ';'))
			continue;
		if (*reader.next == '\0')
			break;
		return fail(&reader, "Cannot make sense of", reader.next);
	}
	if (rules->n == 0)
	{
		problem->what = "There are no opening hours: write \"off\" for a calendar that never opens.";
		return false;
	}
	return true;
}
