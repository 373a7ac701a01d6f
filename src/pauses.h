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
	uint32		n;
	uint32		next;
	const MultirangeType *multirange;
	TypeCacheEntry *range;
	uint32		known;			/* the pause whose bounds these are */
	Timestamp	begin;
	Timestamp	end;
} KpiPauses;

extern void kpi_pauses_argument(FunctionCallInfo fcinfo, int argument, KpiPauses *pauses);
extern void kpi_pauses_seek(KpiPauses *pauses, Timestamp at);
extern void kpi_pauses_read(KpiPauses *pauses, uint32 i);

/*
 * Reads the next pause.  Infinity stands for a missing bound.  Returns false if
 * there is no pause left.
 */
static inline bool
kpi_pauses_next(KpiPauses *pauses, Timestamp *begin, Timestamp *end)
{
	if (pauses->next >= pauses->n)
		return false;
	if (pauses->known != pauses->next)
		kpi_pauses_read(pauses, pauses->next);
	pauses->next++;
	*begin = pauses->begin;
	*end = pauses->end;
	return true;
}

#endif							/* KPI_PAUSES_H */
