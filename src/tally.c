/*
 * tally.c
 *		What the four tallies share: errors, headers, numbers as text.
 */
#include "kpi.h"

#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

/*
 * The sum of two tallies, or one more row, does not fit any more.
 */
void
kpi_report_overflow(const char *tally)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s out of range", tally),
			 errdetail("A counter or sum does not fit into its integer.")));
}

/*
 * A row or tally is taken away that was never counted.
 */
void
kpi_report_underflow(const char *tally)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s out of range", tally),
			 errdetail("More would be taken away than has been counted.")));
}

/*
 * A binary message that no send function of ours can have written.
 */
void
kpi_report_received(const char *tally, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary representation of type %s", tally),
			 errdetail("%s", problem)));
}

/*
 * A stored value that no function of ours can have made.
 */
void
kpi_report_corrupted(const char *tally, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored value of type %s is damaged", tally),
			 errdetail("%s", problem)));
}

/*
 * A number that an argument cannot be: what it is instead of what it should be,
 * and a hint.
 */
void
kpi_report_number(const char *argument, double number, const char *problem, const char *hint)
{
	StringInfoData text;

	initStringInfo(&text);
	kpi_double_append(&text, number);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s %s is %s", argument, text.data, problem),
			 errhint("%s", hint)));
}

/*
 * Reads the version byte that begins every binary message.
 */
void
kpi_recv_header(StringInfo message, const char *tally)
{
	int			version = pq_getmsgbyte(message);

	if (version != KPI_FORMAT_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported version %d of the binary representation of type %s",
						version, tally)));
}

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

/*
 * Appends the shortest decimal that reads back as the same double, whatever
 * extra_float_digits says.
 */
void
kpi_double_append(StringInfo buffer, double value)
{
	char		decimal[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(value, decimal);
	appendStringInfoString(buffer, decimal);
}

/*
 * The jsonb of a JSON text that we wrote ourselves.
 */
Datum
kpi_jsonb(StringInfo json)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json->data));
}
