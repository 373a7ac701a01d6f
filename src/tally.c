/*
 * tally.c
 *		Functions that the tallies share: errors, message headers, numbers as
 *		text, and statistics for ANALYZE.
 */
#include "kpi.h"

#include "commands/vacuum.h"
#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/*
 * Reports that a counter or a sum of a tally overflows.
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
 * Reports that a row or tally is removed from a tally that does not contain
 * it.
 *
 * In a window this happens only if a volatile function in an argument is
 * declared STABLE or IMMUTABLE: the executor does not remove values of other
 * volatile arguments.
 */
void
kpi_report_underflow(const char *tally)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s out of range", tally),
			 errdetail("The value to remove was never added."),
			 errhint("In a moving window frame, the cause is a volatile argument. "
					 "Compute it first, in a MATERIALIZED CTE.")));
}

/*
 * Reports a binary message that the send function cannot have written.
 * "problem" is the error detail.
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
 * Reports a stored value that this library cannot have written.  "problem" is
 * the error detail.
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
 * Reports a number that is not allowed for an argument.  "problem" completes
 * the sentence that begins with the name of the argument, the number and "is".
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
 * Reports a percentage, or a number of points, that was passed as a fraction.
 */
void
kpi_report_fraction(const char *argument, double number)
{
	StringInfoData text;
	StringInfoData percent;

	initStringInfo(&text);
	kpi_double_append(&text, number);
	initStringInfo(&percent);
	kpi_double_append(&percent, number * 100);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s %s looks like a fraction", argument, text.data),
			 errhint("For %s percent, write %s instead of %s.", percent.data, percent.data, text.data)));
}

/*
 * Reads the version byte that begins every binary message.  Raises an error if
 * the version is unknown.
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
 * Appends the shortest decimal that reads back as the same double.  The setting
 * extra_float_digits makes no difference.
 */
void
kpi_double_append(StringInfo buffer, double value)
{
	char		decimal[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(value, decimal);
	appendStringInfoString(buffer, decimal);
}

/*
 * Returns the jsonb value of a JSON text that this library has written.
 */
Datum
kpi_jsonb(StringInfo json)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json->data));
}

/*
 * Computes what ANALYZE stores about a column of tallies: the average width
 * and the fraction of NULLs.
 *
 * Queries do not search for single tallies, so the most common values and the
 * number of distinct values are not useful.  To find them, the default
 * function would compare thousands of tallies with each other.
 */
static void
measure_width(VacAttrStatsP stats, AnalyzeAttrFetchFunc fetch, int rows, double total_rows)
{
	int16		length = get_typlen(stats->attrtypid);
	double		width = 0;
	int			nulls = 0;
	int			row;

	for (row = 0; row < rows; row++)
	{
		bool		isnull;
		Datum		tally;

		CHECK_FOR_INTERRUPTS();
		tally = fetch(stats, row, &isnull);
		if (isnull)
			nulls++;
		else
			width += length > 0 ? length : (int) VARSIZE_ANY(DatumGetPointer(tally));
	}
	if (rows == 0)
		return;
	stats->stats_valid = true;
	stats->stanullfrac = (double) nulls / rows;
	stats->stawidth = rows > nulls ? width / (rows - nulls) : 0;
	stats->stadistinct = 0;		/* unknown */
}

/*
 * kpi_tally_typanalyze(internal) returns boolean
 *
 * Chooses measure_width() for a column of tallies.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_tally_typanalyze);
Datum
kpi_tally_typanalyze(PG_FUNCTION_ARGS)
{
	/* enough for an average; other columns of the table may need more rows */
	const int	sample = 300;
	VacAttrStats *stats = (VacAttrStats *) PG_GETARG_POINTER(0);

	stats->compute_stats = measure_width;
	stats->minrows = sample;
	PG_RETURN_BOOL(true);
}
