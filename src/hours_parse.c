/*
 * hours_parse.c
 *		Reads the rules of a business_hours value.
 *
 * The notation is a subset of OpenStreetMap's opening_hours:
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
 * A rule without days applies to all days.  A span that ends at or before its
 * start ends on the next day, and belongs to the day on which it starts.  Case
 * is ignored, weekdays and months may be written out, and white space is
 * allowed between all parts.
 */
#include "hours_rules.h"

/* no real calendar has more; reading more would take gigabytes and minutes */
#define MAX_RULES 65536
#define TOO_MANY_RULES "There are more than 65536 rules."

/* of all rules together; the text of a calendar could otherwise take a gigabyte, which is copied at each use */
#define MAX_SPANS 262144
#define TOO_MANY_SPANS "There are more than 262144 spans."

static const int month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

typedef struct Reader
{
	const char *next;
	KpiHoursProblem *problem;
	int64		nspans;			/* of all rules */
} Reader;

/*
 * Returns true for a leap year of the Gregorian calendar.
 */
static bool
is_leap(int64 year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/*
 * Returns the day number of a date of the Gregorian calendar, years 1 to 9999.
 */
static int32
day_number(int year, int month, int day)
{
	/* March is the first month, so that the leap day is the last */
	int			y = month > 2 ? year : year - 1;
	int			m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - DAYS_TO_2000;
}

/*
 * Returns true for an ASCII letter.
 */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * Returns true for a decimal digit.
 */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Returns the lower case of an ASCII letter, and other characters unchanged.
 */
static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

/*
 * Skips white space.
 */
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

/*
 * Reads a character.  Returns false if another one is next.
 */
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
 * Stores an error: the problem, and the text at "place" up to the next
 * separator, which the message quotes.  Returns false.
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
 * Reads a word that is one of the names, or the beginning of one with at least
 * "least" letters.  Stores its index.  Returns false if there is no such word.
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

/*
 * Reads a word.  Returns false if another one is next.
 */
static bool
accept_word(Reader *reader, const char *word)
{
	int			index;

	return accept_name(reader, &word, 1, (int) strlen(word), &index);
}

/*
 * Reads a number of "least" to "most" digits.  Returns false if there is none.
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

/*
 * Reads a date as in 2026-12-25.  Returns false after an error.
 */
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

/*
 * Reads the day of a month, 0 for January.  Returns false after an error.
 */
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

/*
 * Reads a time of day, 00:00 to 24:00.  Returns false after an error.
 */
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

/*
 * Appends a rule.  Returns false if there are too many.
 */
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
 * Reads "off" or spans, for all rules from "first" on.  Returns false after an
 * error.
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
			/* stop at one per minute: more overlap, and would take long to sort */
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
	reader->nspans += (int64) n * (rules->n - first);
	if (reader->nspans > MAX_SPANS)
	{
		reader->problem->what = TOO_MANY_SPANS;
		return false;
	}
	for (i = first; i < rules->n; i++)
	{
		rules->rules[i].nspans = n;
		rules->rules[i].spans = spans;
	}
	return true;
}

/*
 * Reads weekdays after the first one, which is "day", and sets all in the
 * rule.  Returns false after an error.
 */
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

/*
 * Reads dates and ranges of dates, and appends a rule for each.  Returns false
 * after an error.
 */
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

/*
 * Reads days of months and ranges of them, and appends a rule for each.  The
 * first month has been read.  Returns false after an error.
 */
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
 * Returns true if a date is next: four digits and a dash.
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

/*
 * Reads a rule, which can become several.  Returns false after an error.
 */
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
 * Reads rules separated by semicolons.  Returns false after an error, which is
 * stored in *problem.  Memory comes from the current context.
 */
bool
kpi_hours_parse(const char *text, KpiHoursRules *rules, KpiHoursProblem *problem)
{
	Reader		reader = {.next = text, .problem = problem};

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
