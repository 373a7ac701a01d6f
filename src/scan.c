/*
 * scan.c
 *		Readers of the text forms of tallies.
 *
 * Each reader skips leading white space.  If the input does not match, it
 * returns false and does not advance.  The loops check for interrupts, because
 * a literal can be as long as memory allows.
 */
#include "scan.h"

#include "millionths.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#define MAX_EXCERPT 1000

/*
 * Returns true for a decimal digit.
 */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Skips white space, as isspace() of the C locale defines it.
 */
void
kpi_scan_space(KpiScan *scan)
{
	while (*scan->next == ' ' || (*scan->next >= '\t' && *scan->next <= '\r'))
	{
		CHECK_FOR_INTERRUPTS();
		scan->next++;
	}
}

/*
 * Prepares to read the first argument, a cstring, as a literal of the given
 * type.
 */
KpiScan
kpi_scan_begin(FunctionCallInfo fcinfo, const char *type)
{
	KpiScan		scan;

	scan.type = type;
	scan.text = PG_GETARG_CSTRING(0);
	scan.next = scan.text;
	scan.escontext = fcinfo->context;
	return scan;
}

/*
 * Returns a literal as error messages quote it.  A long literal is cut,
 * because formatting, logging and sending megabytes takes seconds without a
 * check for interrupts.
 */
const char *
kpi_literal_excerpt(const char *text)
{
	size_t		length = strnlen(text, MAX_EXCERPT + 1);

	if (length <= MAX_EXCERPT)
		return text;
	return psprintf("%.*s...", pg_mbcliplen(text, (int) length, MAX_EXCERPT), text);
}

/*
 * Reports a literal that cannot be read.  If the caller collects soft errors,
 * this returns a dummy value, which the input function must return.
 */
Datum
kpi_scan_failed(KpiScan *scan, const char *detail)
{
	ereturn(scan->escontext, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", scan->type, kpi_literal_excerpt(scan->text)),
			 errdetail("%s", detail)));
}

/*
 * Reads a character.
 */
bool
kpi_scan_char(KpiScan *scan, char expected)
{
	kpi_scan_space(scan);
	if (*scan->next != expected)
		return false;
	scan->next++;
	return true;
}

/*
 * Reads a word.
 */
bool
kpi_scan_word(KpiScan *scan, const char *expected)
{
	size_t		length = strlen(expected);

	kpi_scan_space(scan);
	if (strncmp(scan->next, expected, length) != 0)
		return false;
	scan->next += length;
	return true;
}

/*
 * Returns true if only white space is left.
 */
bool
kpi_scan_end(KpiScan *scan)
{
	kpi_scan_space(scan);
	return *scan->next == '\0';
}

/*
 * Reads a count: decimal digits that fit into a bigint.
 */
bool
kpi_scan_count(KpiScan *scan, int64 *value)
{
	const char *next;
	int64		result = 0;

	kpi_scan_space(scan);
	next = scan->next;
	if (!is_digit(*next))
		return false;
	for (; is_digit(*next); next++)
	{
		int			digit = *next - '0';

		CHECK_FOR_INTERRUPTS();
		if (result > (PG_INT64_MAX - digit) / 10)
			return false;
		result = result * 10 + digit;
	}
	scan->next = next;
	*value = result;
	return true;
}

/*
 * Reads a decimal number with at most six decimals, as millionths.  More
 * decimals are allowed if they are zeros.
 */
bool
kpi_scan_millionths(KpiScan *scan, int128 *value)
{
	const char *next;
	bool		negative;
	int128		result = 0;
	int			decimals = -1;	/* digits after the point; -1 before it */

	kpi_scan_space(scan);
	next = scan->next;
	negative = (*next == '-');
	if (negative)
		next++;
	if (!is_digit(*next))
		return false;
	for (;; next++)
	{
		int			digit;

		CHECK_FOR_INTERRUPTS();
		if (*next == '.' && decimals < 0 && is_digit(next[1]))
		{
			decimals = 0;
			continue;
		}
		if (!is_digit(*next))
			break;
		digit = *next - '0';
		if (decimals == 6)
		{
			if (digit != 0)
				return false;
			continue;
		}
		/* divide constants only, because 128-bit division is slow */
		if (result >= KPI_INT128_MAX / 10 &&
			(result > KPI_INT128_MAX / 10 || digit > (int) (KPI_INT128_MAX % 10)))
			return false;
		result = result * 10 + digit;
		if (decimals >= 0)
			decimals++;
	}
	for (decimals = Max(decimals, 0); decimals < 6; decimals++)
	{
		if (result > KPI_INT128_MAX / 10)
			return false;
		result *= 10;
	}
	scan->next = next;
	*value = negative ? -result : result;
	return true;
}

/* strtod() does not check for interrupts, so do not pass it megabytes */
#define MAX_DOUBLE_LENGTH 1000

/*
 * Reads a decimal number as the nearest double, or as infinity if it is too
 * large.
 */
bool
kpi_scan_double(KpiScan *scan, double *value)
{
	char	   *next;

	kpi_scan_space(scan);
	/* strtod() would accept hexadecimal digits */
	if (!is_digit(scan->next[0]) || pg_tolower((unsigned char) scan->next[1]) == 'x' ||
		strnlen(scan->next, MAX_DOUBLE_LENGTH + 1) > MAX_DOUBLE_LENGTH)
		return false;
	*value = strtod(scan->next, &next);
	scan->next = next;
	return true;
}
