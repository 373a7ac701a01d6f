/*
 * scan.c
 *		Reads the text form of a tally from left to right.
 *
 * The readers skip leading white space and return false, without moving, when
 * the input has something else.  Their loops look for interrupts, because a
 * literal may be as long as memory allows.
 */
#include "scan.h"

#include "millionths.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#define MAX_EXCERPT 1000

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
skip_space(KpiScan *scan)
{
	while (*scan->next == ' ' || (*scan->next >= '\t' && *scan->next <= '\r'))
	{
		CHECK_FOR_INTERRUPTS();
		scan->next++;
	}
}

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
 * A literal as errors quote it: not all of one that is long, because formatting,
 * logging and sending megabytes takes seconds in which nothing can be cancelled.
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
 * Raises the error that a bad literal deserves, or hands it over to a caller
 * that collects soft errors; then there is a return value, to be returned.
 */
Datum
kpi_scan_failed(KpiScan *scan, const char *detail)
{
	ereturn(scan->escontext, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", scan->type, kpi_literal_excerpt(scan->text)),
			 errdetail("%s", detail)));
}

bool
kpi_scan_char(KpiScan *scan, char expected)
{
	skip_space(scan);
	if (*scan->next != expected)
		return false;
	scan->next++;
	return true;
}

bool
kpi_scan_word(KpiScan *scan, const char *expected)
{
	size_t		length = strlen(expected);

	skip_space(scan);
	if (strncmp(scan->next, expected, length) != 0)
		return false;
	scan->next += length;
	return true;
}

bool
kpi_scan_end(KpiScan *scan)
{
	skip_space(scan);
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

	skip_space(scan);
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
 * Reads a decimal number with at most six digits behind the point, as
 * millionths.  Further zeros are allowed: they change nothing.
 */
bool
kpi_scan_millionths(KpiScan *scan, int128 *value)
{
	const char *next;
	bool		negative;
	int128		result = 0;
	int			decimals = -1;	/* digits behind the point; -1 before it */

	skip_space(scan);
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
		/* dividing 128 bits is slow: divide constants only */
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

/* no double needs more: strtod of a literal of megabytes could not be cancelled */
#define MAX_DOUBLE_LENGTH 1000

/*
 * Reads a decimal number as the nearest double, which is infinite for one that
 * is too large.
 */
bool
kpi_scan_double(KpiScan *scan, double *value)
{
	char	   *next;

	skip_space(scan);
	/* strtod would take hexadecimal digits, too */
	if (!is_digit(scan->next[0]) || pg_tolower((unsigned char) scan->next[1]) == 'x' ||
		strnlen(scan->next, MAX_DOUBLE_LENGTH + 1) > MAX_DOUBLE_LENGTH)
		return false;
	*value = strtod(scan->next, &next);
	scan->next = next;
	return true;
}
