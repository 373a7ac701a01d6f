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

/*
 * Reads the bounds of a pause.
 */
void
kpi_pauses_read(KpiPauses *pauses, uint32 i)
{
	RangeBound	lower;
	RangeBound	upper;

	multirange_get_bounds(pauses->range, pauses->multirange, i, &lower, &upper);
	pauses->begin = lower.infinite ? DT_NOBEGIN : DatumGetTimestampTz(lower.val);
	pauses->end = upper.infinite ? DT_NOEND : DatumGetTimestampTz(upper.val);
	pauses->known = i;
}

/*
 * Prepares to read the pauses of an argument, none if it is NULL.  The type is kept
 * in fn_extra: the SQL function must not use that for anything else.
 */
void
kpi_pauses_argument(FunctionCallInfo fcinfo, int argument, KpiPauses *pauses)
{
	pauses->n = 0;
	pauses->next = 0;
	pauses->known = PG_UINT32_MAX;
	if (PG_ARGISNULL(argument))
		return;
	pauses->multirange = PG_GETARG_MULTIRANGE_P(argument);
	pauses->n = pauses->multirange->rangeCount;
	pauses->range = multirange_get_typcache(fcinfo, MultirangeTypeGetOid(pauses->multirange))->rngtype;
}

/*
 * Makes the first pause that ends after an instant the next one.
 */
void
kpi_pauses_seek(KpiPauses *pauses, Timestamp at)
{
	uint32		low = 0;
	uint32		high = pauses->n;
	uint32		middle = 0;		/* usually it is the first one */

	while (low < high)
	{
		kpi_pauses_read(pauses, middle);
		if (pauses->end <= at)
			low = middle + 1;
		else
			high = middle;
		middle = low + (high - low) / 2;
	}
	pauses->next = low;
}
