/*
 * ratio.h
 *		Transitions of kpi_ratio.
 *
 * A source is a function
 *
 *		bool amounts(FunctionCallInfo fcinfo, KpiAmounts *row)
 *
 * that reads the two amounts of a row, in millionths, from its arguments.  It
 * returns false if the row does not count.  KPI_RATIO_SOURCE defines a
 * transition and its inverse transition from a source.
 */
#ifndef KPI_RATIO_H
#define KPI_RATIO_H

#include "tally.h"

#include "common/int.h"

typedef struct KpiAmounts
{
	int128		numerator;
	int128		denominator;
} KpiAmounts;

/*
 * Checks what must hold for every value.  Returns NULL, or an error detail.
 */
static inline const char *
ratio_check(const KpiRatio *ratio)
{
	int128		numerator = kpi_int128(ratio->numerator);
	int128		denominator = kpi_int128(ratio->denominator);

	if (ratio->version != KPI_FORMAT_VERSION)
		return "Its format version is unknown.";
	if (ratio->n < 0)
		return "The number of rows is negative.";
	if (denominator < 0)
		return "The denominator is negative.";
	if (numerator < -KPI_INT128_MAX)
		return "The numerator is out of range.";	/* its negation must exist */
	if (ratio->n == 0 && (numerator != 0 || denominator != 0))
		return "There are sums without rows.";
	return NULL;
}

/*
 * Adds a row.  Returns false if a counter or sum overflows.
 */
static inline bool
ratio_add_row(KpiRatio *ratio, const KpiAmounts *row)
{
	if (unlikely(!kpi_count_up(&ratio->n)))
		return false;
	return kpi_int128_add(&ratio->numerator, row->numerator) &&
		kpi_int128_add(&ratio->denominator, row->denominator);
}

/*
 * Removes a row.  Returns false if the result is impossible.
 */
static inline bool
ratio_take_row(KpiRatio *ratio, const KpiAmounts *row)
{
	ratio->n--;
	return kpi_int128_add(&ratio->numerator, -row->numerator) &&
		kpi_int128_add(&ratio->denominator, -row->denominator) &&
		ratio_check(ratio) == NULL;
}

KPI_NORETURN extern void kpi_report_denominator(int128 denominator);

/*
 * Defines an SQL function that changes a state by the amounts of a row.
 * "report" raises the error if "apply" returns false.
 */
#define KPI_RATIO_TRANSITION(function, amounts, apply, report) \
static inline void \
function##_steps(FunctionCallInfo fcinfo, KpiRatio *ratio) \
{ \
	KpiAmounts	row; \
\
	if (amounts(fcinfo, &row)) \
	{ \
		if (row.denominator < 0) \
			kpi_report_denominator(row.denominator); \
		if (unlikely(!apply(ratio, &row))) \
			report("kpi_ratio"); \
	} \
} \
\
KPI_TALLY_CHANGE(function, KpiRatio, function##_steps)

/*
 * Defines a transition and its inverse transition.
 */
#define KPI_RATIO_SOURCE(accum, discard, amounts) \
	KPI_RATIO_TRANSITION(accum, amounts, ratio_add_row, kpi_report_overflow) \
	KPI_RATIO_TRANSITION(discard, amounts, ratio_take_row, kpi_report_underflow) \
	extern int	no_such_variable

#endif							/* KPI_RATIO_H */
