/*
 * rate.h
 *		Transitions of kpi_rate.
 *
 * KPI_RATE_SOURCE defines a transition and its inverse transition.  Its
 * expression maps the arguments of a row, in fcinfo, to a KpiOutcome.
 */
#ifndef KPI_RATE_H
#define KPI_RATE_H

#include "tally.h"

#include "common/int.h"

typedef enum KpiOutcome
{
	KPI_NO_TRIAL = -1,			/* the row is not in the denominator */
	KPI_MISS = 0,
	KPI_HIT = 1
} KpiOutcome;

/*
 * Checks what must hold for every value.  Returns NULL, or an error detail.
 */
static inline const char *
rate_check(const KpiRate *rate)
{
	if (rate->version != KPI_FORMAT_VERSION)
		return "Its format version is unknown.";
	if (rate->hits < 0)
		return "The hits are negative.";
	if (rate->hits > rate->trials)
		return "There are more hits than trials.";
	return NULL;
}

/*
 * Adds a trial.  Returns false if the number of trials overflows.
 */
static inline bool
rate_add_trial(KpiRate *rate, KpiOutcome outcome)
{
	if (unlikely(!kpi_count_up(&rate->trials)))
		return false;
	rate->hits += outcome;		/* at most the trials, so it fits */
	return true;
}

/*
 * Removes a trial.  Returns false if the result is impossible.
 */
static inline bool
rate_take_trial(KpiRate *rate, KpiOutcome outcome)
{
	rate->trials--;
	rate->hits -= outcome;
	return rate_check(rate) == NULL;
}

extern int64 kpi_event_count(FunctionCallInfo fcinfo, int argument, const char *name);

/*
 * Defines an SQL function that changes a state by the outcome of a row.
 * "report" raises the error if "apply" returns false.
 */
#define KPI_RATE_TRANSITION(function, expression, apply, report) \
static inline void \
function##_steps(FunctionCallInfo fcinfo, KpiRate *rate) \
{ \
	KpiOutcome	outcome = (KpiOutcome) (expression); \
\
	if (outcome != KPI_NO_TRIAL && unlikely(!apply(rate, outcome))) \
		report("kpi_rate"); \
} \
\
KPI_TALLY_CHANGE(function, KpiRate, function##_steps)

/*
 * Defines a transition and its inverse transition.
 */
#define KPI_RATE_SOURCE(accum, discard, expression) \
	KPI_RATE_TRANSITION(accum, expression, rate_add_trial, kpi_report_overflow) \
	KPI_RATE_TRANSITION(discard, expression, rate_take_trial, kpi_report_underflow) \
	extern int	no_such_variable

#endif							/* KPI_RATE_H */
