/*
 * pauses.h
 *		The spans of a tstzmultirange in which a clock does not run.
 */
#ifndef KPI_PAUSES_H
#define KPI_PAUSES_H

#include "kpi_compat.h"

#include "datatype/timestamp.h"

/*
 * The pauses of an argument.  They ascend and neither overlap nor touch.
 */
typedef struct KpiPauses
{
	uint32		n;
	uint32		next;
	bool		no_begin;		/* the first one has no lower bound */
	bool		no_end;			/* the last one has no upper bound */
	const char *bounds;			/* all other bounds, not aligned */
} KpiPauses;

extern void kpi_pauses_argument(FunctionCallInfo fcinfo, int argument, KpiPauses *pauses);
extern void kpi_pauses_seek(KpiPauses *pauses, Timestamp at);

static inline Timestamp
kpi_pauses_bound(const KpiPauses *pauses, uint32 i)
{
	Timestamp	bound;

	memcpy(&bound, pauses->bounds + (Size) i * sizeof(Timestamp), sizeof(Timestamp));
	return bound;
}

/*
 * Returns where a pause begins or ends.  Infinity stands for a missing bound.
 */
static inline Timestamp
kpi_pause_begin(const KpiPauses *pauses, uint32 i)
{
	return i == 0 && pauses->no_begin ? DT_NOBEGIN : kpi_pauses_bound(pauses, 2 * i - pauses->no_begin);
}

static inline Timestamp
kpi_pause_end(const KpiPauses *pauses, uint32 i)
{
	return i == pauses->n - 1 && pauses->no_end ? DT_NOEND : kpi_pauses_bound(pauses, 2 * i + 1 - pauses->no_begin);
}

/*
 * Reads the next pause.  Returns false if there is no pause left.
 */
static inline bool
kpi_pauses_next(KpiPauses *pauses, Timestamp *begin, Timestamp *end)
{
	if (pauses->next >= pauses->n)
		return false;
	*begin = kpi_pause_begin(pauses, pauses->next);
	*end = kpi_pause_end(pauses, pauses->next);
	pauses->next++;
	return true;
}

#endif							/* KPI_PAUSES_H */
