/*
 * pauses.c
 *		The spans of a tstzmultirange in which a clock does not run.
 *
 * PostgreSQL keeps the ranges of a multirange ascending and apart.  Time is
 * continuous, so whether a bound belongs to its range makes no difference.  A
 * missing bound is the beginning or the end of time, as an infinite one is.
 */
#include "pauses.h"

#include "utils/rangetypes.h"
#include "utils/timestamp.h"

static void
bounds_of(const KpiPauses *pauses, uint32 i, Timestamp *begin, Timestamp *end)
{
	RangeBound	lower;
	RangeBound	upper;

	multirange_get_bounds(pauses->range, pauses->multirange, i, &lower, &upper);
	*begin = lower.infinite ? DT_NOBEGIN : DatumGetTimestampTz(lower.val);
	*end = upper.infinite ? DT_NOEND : DatumGetTimestampTz(upper.val);
}

/*
 * Begins with the first pause of an argument, none if it is NULL.  The function
 * must have no other use for fn_extra: the type is kept there.
 */
void
kpi_pauses_argument(FunctionCallInfo fcinfo, int argument, KpiPauses *pauses)
{
	pauses->multirange = NULL;
	pauses->next = 0;
	if (PG_ARGISNULL(argument))
		return;
	pauses->multirange = PG_GETARG_MULTIRANGE_P(argument);
	pauses->range = multirange_get_typcache(fcinfo, MultirangeTypeGetOid(pauses->multirange))->rngtype;
}

/*
 * Continues with the first pause that ends after an instant.
 */
void
kpi_pauses_seek(KpiPauses *pauses, Timestamp at)
{
	uint32		low = 0;
	uint32		high = pauses->multirange ? pauses->multirange->rangeCount : 0;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		Timestamp	begin;
		Timestamp	end;

		bounds_of(pauses, middle, &begin, &end);
		if (end <= at)
			low = middle + 1;
		else
			high = middle;
	}
	pauses->next = low;
}

/*
 * The next pause: infinity stands for the ends of time.  False if there is none.
 */
bool
kpi_pauses_next(KpiPauses *pauses, Timestamp *begin, Timestamp *end)
{
	if (pauses->multirange == NULL || pauses->next >= pauses->multirange->rangeCount)
		return false;
	bounds_of(pauses, pauses->next++, begin, end);
	return true;
}
