/*
 * text_value.c
 *		Types whose values are their own canonical text: business_hours and
 *		sentiment_lexicon.
 *
 * The text stands behind a version byte.  Equal values have equal bytes.  The
 * order is that of the bytes and has no meaning; it lets values be sorted, so
 * that DISTINCT, GROUP BY and merge joins work.
 */
#include "text_value.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"

/*
 * Returns an argument of such a type.  Raises an error if its format is
 * unknown.
 */
const KpiTextValue *
kpi_text_value_argument(FunctionCallInfo fcinfo, int argument, const char *type)
{
	KpiTextValue *value = (KpiTextValue *) PG_GETARG_VARLENA_PP(argument);

	if (VARSIZE_ANY_EXHDR(value) < 1 || *(uint8 *) VARDATA_ANY(value) != KPI_FORMAT_VERSION)
		kpi_report_corrupted(type, "Its format version is unknown.");
	return value;
}

/*
 * Returns true if a value has a text.
 */
bool
kpi_text_value_is(const KpiTextValue *value, const char *text, int length)
{
	return KPI_TEXT_LENGTH(value) == length && memcmp(KPI_TEXT_OF(value), text, length) == 0;
}

/*
 * Returns an argument for which any version will do.
 */
static const KpiTextValue *
any_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_text_value_argument(fcinfo, argument, "business_hours or sentiment_lexicon");
}

/*
 * business_hours_out(business_hours) returns cstring
 * sentiment_lexicon_out(sentiment_lexicon) returns cstring
 *
 * Returns the canonical text.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_text_value_out);
Datum
kpi_text_value_out(PG_FUNCTION_ARGS)
{
	const KpiTextValue *value = any_argument(fcinfo, 0);

	PG_RETURN_CSTRING(pnstrdup(KPI_TEXT_OF(value), KPI_TEXT_LENGTH(value)));
}

/*
 * business_hours_send(business_hours) returns bytea
 * sentiment_lexicon_send(sentiment_lexicon) returns bytea
 *
 * Returns the binary message, a version byte and text.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_text_value_send);
Datum
kpi_text_value_send(PG_FUNCTION_ARGS)
{
	const KpiTextValue *value = any_argument(fcinfo, 0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, KPI_FORMAT_VERSION);
	pq_sendtext(&message, KPI_TEXT_OF(value), KPI_TEXT_LENGTH(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Compares two arguments by their text, byte by byte.
 */
static int
compare(FunctionCallInfo fcinfo)
{
	const KpiTextValue *a = any_argument(fcinfo, 0);
	const KpiTextValue *b = any_argument(fcinfo, 1);
	int			order = memcmp(KPI_TEXT_OF(a), KPI_TEXT_OF(b), Min(KPI_TEXT_LENGTH(a), KPI_TEXT_LENGTH(b)));

	return order != 0 ? order : KPI_TEXT_LENGTH(a) - KPI_TEXT_LENGTH(b);
}

/*
 * Defines a comparison of two values.  Strict.
 */
#define COMPARISON(function, PG_RETURN, answer) \
PG_FUNCTION_INFO_V1(function); \
Datum \
function(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN(answer); \
} \
extern int	no_such_variable

COMPARISON(kpi_text_value_eq, PG_RETURN_BOOL, compare(fcinfo) == 0);
COMPARISON(kpi_text_value_ne, PG_RETURN_BOOL, compare(fcinfo) != 0);
COMPARISON(kpi_text_value_cmp, PG_RETURN_INT32, compare(fcinfo));
COMPARISON(kpi_text_value_lt, PG_RETURN_BOOL, compare(fcinfo) < 0);
COMPARISON(kpi_text_value_le, PG_RETURN_BOOL, compare(fcinfo) <= 0);
COMPARISON(kpi_text_value_ge, PG_RETURN_BOOL, compare(fcinfo) >= 0);
COMPARISON(kpi_text_value_gt, PG_RETURN_BOOL, compare(fcinfo) > 0);

/*
 * business_hours_hash(business_hours) returns integer
 * sentiment_lexicon_hash(sentiment_lexicon) returns integer
 *
 * Returns a hash value.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_text_value_hash);
Datum
kpi_text_value_hash(PG_FUNCTION_ARGS)
{
	const KpiTextValue *value = any_argument(fcinfo, 0);

	return hash_any((const unsigned char *) KPI_TEXT_OF(value), KPI_TEXT_LENGTH(value));
}

/*
 * business_hours_hash_extended(business_hours, seed bigint) returns bigint
 * sentiment_lexicon_hash_extended(sentiment_lexicon, seed bigint) returns bigint
 *
 * Returns a hash value for a seed.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_text_value_hash_extended);
Datum
kpi_text_value_hash_extended(PG_FUNCTION_ARGS)
{
	const KpiTextValue *value = any_argument(fcinfo, 0);

	return hash_any_extended((const unsigned char *) KPI_TEXT_OF(value), KPI_TEXT_LENGTH(value), PG_GETARG_INT64(1));
}
