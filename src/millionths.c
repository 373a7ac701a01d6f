/*
 * millionths.c
 *		Conversions of exact numbers from and to text, numeric, double
 *		precision and binary messages.
 */
#include "millionths.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "scan.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/*
 * Appends a 128-bit integer in decimal.
 */
void
kpi_int128_append(StringInfo buffer, int128 value)
{
	char		digits[40];
	char	   *digit = digits + sizeof(digits);
	uint128		rest = value < 0 ? -(uint128) value : (uint128) value;

	*--digit = '\0';
	do
	{
		*--digit = '0' + (char) (rest % 10);
		rest /= 10;
	} while (rest != 0);

	if (value < 0)
		appendStringInfoChar(buffer, '-');
	appendStringInfoString(buffer, digit);
}

/*
 * Appends a 128-bit integer to a binary message, high half first.
 */
void
kpi_int128_send(StringInfo message, KpiInt128 value)
{
	pq_sendint64(message, value.high);
	pq_sendint64(message, value.low);
}

/*
 * Reads a 128-bit integer from a binary message.
 */
KpiInt128
kpi_int128_receive(StringInfo message)
{
	KpiInt128	value;

	value.high = pq_getmsgint64(message);
	value.low = (uint64) pq_getmsgint64(message);
	return value;
}

/*
 * Appends a number of millionths as a decimal without trailing zeros.
 */
void
kpi_millionths_append(StringInfo buffer, int128 value)
{
	uint128		magnitude = value < 0 ? -(uint128) value : (uint128) value;
	int			fraction = (int) (magnitude % KPI_MILLION);
	int			width = 6;

	if (value < 0)
		appendStringInfoChar(buffer, '-');
	kpi_int128_append(buffer, (int128) (magnitude / KPI_MILLION));
	if (fraction == 0)
		return;
	while (fraction % 10 == 0)
	{
		fraction /= 10;
		width--;
	}
	appendStringInfo(buffer, ".%0*d", width, fraction);
}

#define SKIP_AMOUNTS "Skip such rows with FILTER (WHERE abs(amount) < 1e32 OR amount IS NULL), or with WHERE, " \
					 "using your own column name."

/*
 * Converts a double to the nearest millionth, halves to even.  Raises an error
 * for NaN, infinity and values from 1e32 on, which sums of 128 bits cannot
 * hold.
 *
 * Only the fraction is multiplied, so whole numbers of any size stay exact.
 */
int128
kpi_millionths_of_double(double value)
{
	double		whole = trunc(value);

	/* negated, so that NaN fails */
	if (!(fabs(value) < 1e32))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount %s cannot be summed exactly",
						DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(value)))),
				 errdetail("Amounts must be finite and below 1e32."),
				 errhint(SKIP_AMOUNTS)));
	return (int128) whole * KPI_MILLION + (int128) rint((value - whole) * KPI_MILLION);
}

/*
 * Converts a numeric to millionths.  Raises an error for NaN, infinity, more
 * than six decimals, and values that do not fit into 128 bits.
 */
int128
kpi_millionths_of_numeric(Datum value)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, value));
	KpiScan		scan = {"numeric", text, text, NULL};
	int128		result;

	if (!kpi_scan_millionths(&scan, &result) || !kpi_scan_end(&scan))
	{
		double		size = fabs(DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value)));

		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount %s cannot be summed exactly", text),
				 size < 1e32 ? errdetail("Amounts have at most six decimals.") :
				 errdetail("Amounts must be finite and below 1e32."),
				 size < 1e32 ? errhint("Round them, as in round(amount, 6).") : errhint(SKIP_AMOUNTS)));
	}
	pfree(text);
	return result;
}

/*
 * Converts an integer to numeric, by way of the text that "append" writes.
 */
static Datum
to_numeric(void (*append) (StringInfo, int128), int128 value)
{
	StringInfoData text;
	Datum		result;

	initStringInfo(&text);
	append(&text, value);
	result = DirectFunctionCall3(numeric_in, CStringGetDatum(text.data),
								 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	pfree(text.data);
	return result;
}

/*
 * Converts a 128-bit integer to numeric.
 */
Datum
kpi_int128_to_numeric(int128 value)
{
	return to_numeric(kpi_int128_append, value);
}

/*
 * Converts millionths to numeric.
 */
Datum
kpi_millionths_to_numeric(int128 value)
{
	return to_numeric(kpi_millionths_append, value);
}
