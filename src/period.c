/*
 * period.c
 *		Arguments that are periods: ranges of instants or dates in SQL.
 */
#include "period.h"

#include "catalog/pg_type.h"
#include "elapsed.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

/*
 * Reports a range that is not a period.  "problem" is the error message.
 */
static void
report_period(RangeType *range, TypeCacheEntry *type, const char *problem)
{
	Oid			output;
	bool		is_varlena;

	getTypeOutputInfo(type->type_id, &output, &is_varlena);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s", problem),
			 errdetail("The period is %s.", OidOutputFunctionCall(output, RangeTypePGetDatum(range))),
			 errhint("A period has a start and an end, as in '[2026-01-01,2026-02-01)'.")));
}

/*
 * Reads a tstzrange, tsrange or daterange.  Plain timestamps are read as UTC,
 * and a date is its midnight.  Raises an error if the range is empty, or has
 * no finite start or end.
 */
KpiPeriod
kpi_period_argument(FunctionCallInfo fcinfo, int argument)
{
	RangeType  *range = PG_GETARG_RANGE_P(argument);
	TypeCacheEntry *type = lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO);
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;
	KpiPeriod	period;

	range_deserialize(type, range, &lower, &upper, &empty);
	if (empty)
		report_period(range, type, "period cannot be empty");
	if (lower.infinite || upper.infinite)
		report_period(range, type, "period cannot be unbounded");
	if (type->type_id == DATERANGEOID)
	{
		period.start = kpi_date_to_timestamp(DatumGetDateADT(lower.val));
		period.end = kpi_date_to_timestamp(DatumGetDateADT(upper.val));
	}
	else
	{
		period.start = DatumGetTimestamp(lower.val);
		period.end = DatumGetTimestamp(upper.val);
	}
	if (TIMESTAMP_NOT_FINITE(period.start) || TIMESTAMP_NOT_FINITE(period.end))
		report_period(range, type, "period cannot be unbounded");
	/* timestamps are discrete: (a,b] is [a + 1,b + 1) */
	if (!lower.inclusive)
		period.start++;
	if (upper.inclusive)
		period.end++;
	if (period.start >= period.end)
		report_period(range, type, "period cannot be empty");
	return period;
}
