/*
 * pauses.c
 *		The spans of a tstzmultirange in which a clock does not run.
 *
 * PostgreSQL keeps the ranges of a multirange ascending and apart.  Time is
 * continuous, so it makes no difference whether a bound belongs to its range.  A
 * missing bound is the beginning or the end of time, as an infinite one is.
 */
#include "pauses.h"

#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"

/*
 * The bounds are read in place, because multirange_get_bounds() takes longer
 * for one range than computing the time within it.  The layout is that of
 * values on disk, which pg_upgrade keeps (see multirangetypes.c):
 *
 *		the header, rangeCount - 1 items of 4 bytes, rangeCount flag bytes, padding,
 *		and the bounds that are not missing
 *
 * As ranges ascend, only the first can lack a lower and the last an upper bound.
 */
#define BOUNDS_OFFSET(n) \
	DOUBLEALIGN(sizeof(MultirangeType) + ((n) - 1) * sizeof(uint32) + (n))

#ifdef USE_ASSERT_CHECKING
/*
 * Compares all bounds with what PostgreSQL reads.
 */
static bool
bounds_are_right(FunctionCallInfo fcinfo, int argument, const KpiPauses *pauses)
{
	MultirangeType *multirange = PG_GETARG_MULTIRANGE_P(argument);
	TypeCacheEntry *type = lookup_type_cache(MultirangeTypeGetOid(multirange), TYPECACHE_MULTIRANGE_INFO);
	uint32		i;

	for (i = 0; i < pauses->n; i++)
	{
		RangeBound	lower;
		RangeBound	upper;

		multirange_get_bounds(type->rngtype, multirange, i, &lower, &upper);
		if (kpi_pause_begin(pauses, i) != (lower.infinite ? DT_NOBEGIN : DatumGetTimestampTz(lower.val)) ||
			kpi_pause_end(pauses, i) != (upper.infinite ? DT_NOEND : DatumGetTimestampTz(upper.val)))
			return false;
	}
	return pauses->n == multirange->rangeCount;
}
#endif

/*
 * Prepares to read the pauses of an argument; NULL has none.  The value must
 * stay in memory as long as they are read.
 */
void
kpi_pauses_argument(FunctionCallInfo fcinfo, int argument, KpiPauses *pauses)
{
	struct varlena *multirange;
	const char *begin;			/* where the value begins with a header of 4 bytes */
	const char *flags;

	pauses->n = 0;
	pauses->next = 0;
	if (PG_ARGISNULL(argument))
		return;
	multirange = PG_GETARG_VARLENA_PP(argument);
	begin = VARDATA_ANY(multirange) - VARHDRSZ;
	memcpy(&pauses->n, begin + offsetof(MultirangeType, rangeCount), sizeof(uint32));
	if (pauses->n == 0)
		return;
	flags = begin + sizeof(MultirangeType) + (pauses->n - 1) * sizeof(uint32);
	pauses->no_begin = (flags[0] & RANGE_LB_INF) != 0;
	pauses->no_end = (flags[pauses->n - 1] & RANGE_UB_INF) != 0;
	pauses->bounds = begin + BOUNDS_OFFSET(pauses->n);
	Assert(bounds_are_right(fcinfo, argument, pauses));
}

/*
 * Advances to the first pause that ends after an instant.
 */
void
kpi_pauses_seek(KpiPauses *pauses, Timestamp at)
{
	uint32		low = 0;
	uint32		high = pauses->n;
	uint32		middle = 0;		/* usually it is the first one */

	while (low < high)
	{
		if (kpi_pause_end(pauses, middle) <= at)
			low = middle + 1;
		else
			high = middle;
		middle = low + (high - low) / 2;
	}
	pauses->next = low;
}
