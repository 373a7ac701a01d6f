/*
 * scores.c
 *		kpi_scores: the number of answers of each score from 0 to 10.  Its
 *		transitions are in scores_transitions.c, its KPIs in scores_accessors.c.
 *
 * Text form: {score:count,...} for the scores that occur, ascending.
 */
#include "scores.h"

#include "libpq/pqformat.h"
#include "scan.h"
#include "utils/builtins.h"

/*
 * Adds a tally.  Returns false if the number of answers overflows.
 */
static bool
scores_add(KpiScores *scores, const KpiScores *other)
{
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		if (pg_add_s64_overflow(scores->counts[level], other->counts[level],
								&scores->counts[level]))
			return false;
	return scores_check(scores) == NULL;
}

/*
 * Subtracts a tally.  Returns false if the result is impossible.
 */
static bool
scores_subtract(KpiScores *scores, const KpiScores *other)
{
	int			level;

	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		scores->counts[level] -= other->counts[level];
	return scores_check(scores) == NULL;
}

/*
 * Returns an argument of the type.  Raises an error if the value is damaged.
 */
KPI_TALLY_ARGUMENT(scores_argument, KpiScores, "kpi_scores", scores_check);

/*
 * kpi_scores_eq(kpi_scores, kpi_scores) returns boolean
 * kpi_scores_ne(kpi_scores, kpi_scores) returns boolean
 * kpi_scores_hash(kpi_scores) returns integer
 * kpi_scores_hash_extended(kpi_scores, seed bigint) returns bigint
 *
 * Compare and hash tallies.  Strict.
 */
KPI_TALLY_EQUALITY(KpiScores, kpi_scores_eq, kpi_scores_ne, kpi_scores_hash, kpi_scores_hash_extended);

/*
 * kpi_scores_combine(kpi_scores, kpi_scores) returns kpi_scores
 * kpi_scores_uncombine(kpi_scores, kpi_scores) returns kpi_scores
 *
 * Merge two tallies, and remove the second tally from the first.  Also the
 * operators + and -.  Raise an error if a counter or sum overflows, or if the
 * second tally is not part of the first.  Strict.
 */
KPI_TALLY_MERGE(kpi_scores_combine, KpiScores, "kpi_scores", scores_argument, scores_add, kpi_report_overflow);
KPI_TALLY_MERGE(kpi_scores_uncombine, KpiScores, "kpi_scores", scores_argument, scores_subtract, kpi_report_underflow);

/*
 * Creates an empty tally in the current context.
 */
static KpiScores *
scores_create(void)
{
	KpiScores  *scores = palloc0(sizeof(KpiScores));

	scores->version = KPI_FORMAT_VERSION;
	return scores;
}

/*
 * kpi_scores_in(cstring) returns kpi_scores
 *
 * Reads {score:count,...}.  Scores must ascend.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_in);
Datum
kpi_scores_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "kpi_scores");
	KpiScores  *scores = scores_create();
	int64		last = -1;

	if (!kpi_scan_char(&scan, '{'))
		return kpi_scan_failed(&scan, "Expected \"{\", as in {9:12,10:30}.");
	if (!kpi_scan_char(&scan, '}'))
	{
		do
		{
			int64		score;
			int64		count;

			if (!kpi_scan_count(&scan, &score) || score >= KPI_SCORE_LEVELS)
				return kpi_scan_failed(&scan, "Expected a score from 0 to 10.");
			if (score <= last)
				return kpi_scan_failed(&scan, "Scores must ascend.");
			if (!kpi_scan_char(&scan, ':') || !kpi_scan_count(&scan, &count))
				return kpi_scan_failed(&scan, "Expected \":\" and a count after the score.");
			scores->counts[score] = count;
			last = score;
		} while (kpi_scan_char(&scan, ','));
		if (!kpi_scan_char(&scan, '}'))
			return kpi_scan_failed(&scan, "Expected \",\" or \"}\".");
	}
	if (!kpi_scan_end(&scan))
		return kpi_scan_failed(&scan, "Junk after closing brace.");
	if (scores_check(scores) != NULL)
		return kpi_scan_failed(&scan, scores_check(scores));
	PG_RETURN_POINTER(scores);
}

/*
 * kpi_scores_out(kpi_scores) returns cstring
 *
 * Returns the text form.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_out);
Datum
kpi_scores_out(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	StringInfoData text;
	const char *separator = "";
	int			level;

	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
	{
		if (scores->counts[level] == 0)
			continue;
		appendStringInfo(&text, "%s%d:" INT64_FORMAT, separator, level,
						 scores->counts[level]);
		separator = ",";
	}
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}

/*
 * kpi_scores_recv(internal) returns kpi_scores
 *
 * Reads a binary message.  Raises an error if the value is impossible.
 * Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_recv);
Datum
kpi_scores_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	KpiScores  *scores = scores_create();
	int			level;

	kpi_recv_header(message, "kpi_scores");
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		scores->counts[level] = pq_getmsgint64(message);
	if (scores_check(scores) != NULL)
		kpi_report_received("kpi_scores", scores_check(scores));
	PG_RETURN_POINTER(scores);
}

/*
 * kpi_scores_send(kpi_scores) returns bytea
 *
 * Returns the binary message.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_scores_send);
Datum
kpi_scores_send(PG_FUNCTION_ARGS)
{
	const KpiScores *scores = scores_argument(fcinfo, 0);
	StringInfoData message;
	int			level;

	pq_begintypsend(&message);
	pq_sendbyte(&message, scores->version);
	for (level = 0; level < KPI_SCORE_LEVELS; level++)
		pq_sendint64(&message, scores->counts[level]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
