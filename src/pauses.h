/*
 * pauses.h
 *		The spans of a tstzmultirange in which a clock does not run.
 */
#ifndef KPI_PAUSES_H
#define KPI_PAUSES_H

#include "kpi_compat.h"

#include "datatype/timestamp.h"
#include "utils/multirangetypes.h"
#include "utils/typcache.h"

typedef struct KpiPauses
{
	const MultirangeType *multirange;	/* NULL: no pauses */
	TypeCacheEntry *range;
	uint32		next;
} KpiPauses;

extern void kpi_pauses_argument(FunctionCallInfo fcinfo, int argument, KpiPauses *pauses);
extern void kpi_pauses_seek(KpiPauses *pauses, Timestamp at);
extern bool kpi_pauses_next(KpiPauses *pauses, Timestamp *begin, Timestamp *end);

#endif							/* KPI_PAUSES_H */
