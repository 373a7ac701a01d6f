/*
 * rate_churn.c
 *		Transitions of churn and retention: customers at the start of a period
 *		who were lost or kept.
 */
#include "rate.h"

#include "elapsed.h"
#include "option.h"
#include "period.h"

/* the labels of kpi_churn_rule, which selects the denominator */
typedef enum ChurnRule
{
	CHURN_OF_START,				/* customers at the start of the period */
	CHURN_STRIPE				/* also customers who joined inside it */
} ChurnRule;

static const char *const churn_rules[] = {"start", "stripe"};

/*
 * Decides whether a customer is in the denominator and, if so, whether they
 * churned.  A departure at infinity means that the customer has not departed.
 * Raises an error if a customer departed before joining.
 */
static KpiOutcome
customer_lost(KpiPeriod period, ChurnRule rule, Timestamp joined, bool gone, Timestamp departed)
{
	gone = gone && !TIMESTAMP_IS_NOEND(departed);
	if (unlikely(gone && departed < joined))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("customer cannot depart before joining"),
				 errdetail("The customer departed at %s, before joining at %s (UTC).",
						   kpi_timestamp_text(departed), kpi_timestamp_text(joined)),
				 errhint("Skip such rows with FILTER (WHERE departed >= joined OR departed IS NULL), or with WHERE, "
						 "using your own column names.")));
	if (joined < period.start)
	{
		if (gone && departed < period.start)
			return KPI_NO_TRIAL;
	}
	else if (rule != CHURN_STRIPE || !kpi_period_has(period, joined))
		return KPI_NO_TRIAL;
	return gone && departed < period.end ? KPI_HIT : KPI_MISS;
}

/*
 * Returns the outcome for retention from the outcome for churn.
 */
static inline KpiOutcome
opposite(KpiOutcome outcome)
{
	return outcome == KPI_NO_TRIAL ? KPI_NO_TRIAL : (KpiOutcome) (KPI_HIT - outcome);
}

/*
 * Defines a function that reads the arguments joined, departed, period and
 * optionally a rule.  A row without joined, period or rule is not a trial.  A
 * customer without departed has not departed.
 */
#define CUSTOMER_LOST(function, INSTANT) \
static KpiOutcome \
function(FunctionCallInfo fcinfo) \
{ \
	ChurnRule	rule = CHURN_OF_START; \
\
	if (PG_ARGISNULL(1) || PG_ARGISNULL(3)) \
		return KPI_NO_TRIAL; \
	if (PG_NARGS() > 4) \
	{ \
		if (PG_ARGISNULL(4)) \
			return KPI_NO_TRIAL; \
		rule = (ChurnRule) kpi_option(fcinfo, 4, churn_rules, lengthof(churn_rules)); \
	} \
	return customer_lost(kpi_period_argument(fcinfo, 3), rule, INSTANT(1), \
						 !PG_ARGISNULL(2), PG_ARGISNULL(2) ? 0 : INSTANT(2)); \
} \
extern int	no_such_variable

CUSTOMER_LOST(lost_instants, PG_GETARG_TIMESTAMP);
CUSTOMER_LOST(lost_dates, KPI_GETARG_DATE);

/*
 * kpi_rate_accum_lost(kpi_rate, joined, departed, period)
 * kpi_rate_accum_lost(kpi_rate, joined, departed, period, rule kpi_churn_rule)
 * kpi_rate_discard_lost(...)
 * returns kpi_rate
 *
 * Count the customers who were lost.  For timestamptz, timestamp and date.
 */
KPI_RATE_SOURCE(kpi_rate_accum_lost_instants, kpi_rate_discard_lost_instants, lost_instants(fcinfo));
KPI_RATE_SOURCE(kpi_rate_accum_lost_dates, kpi_rate_discard_lost_dates, lost_dates(fcinfo));

/*
 * kpi_rate_accum_kept(kpi_rate, joined, departed, period)
 * kpi_rate_accum_kept(kpi_rate, joined, departed, period, rule kpi_churn_rule)
 * kpi_rate_discard_kept(...)
 * returns kpi_rate
 *
 * Count the customers who were kept.  For timestamptz, timestamp and date.
 */
KPI_RATE_SOURCE(kpi_rate_accum_kept_instants, kpi_rate_discard_kept_instants, opposite(lost_instants(fcinfo)));
KPI_RATE_SOURCE(kpi_rate_accum_kept_dates, kpi_rate_discard_kept_dates, opposite(lost_dates(fcinfo)));
