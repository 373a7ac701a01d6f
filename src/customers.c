/*
 * customers.c
 *		Churn and retention: which customers a period began with, and which of
 *		them left in it.
 */
#include "rate.h"

#include "elapsed.h"
#include "option.h"
#include "period.h"

typedef enum ChurnRule
{
	CHURN_OF_START,				/* of those who were there at the start */
	CHURN_STRIPE				/* and of those who joined inside the period */
} ChurnRule;

static const char *const churn_rules[] = {"start", "stripe"};

/*
 * Whether a customer counts, and left in the period: one who joined before its
 * start and did not leave before it; under the other rule one who joined inside
 * it too.  A departure at infinity is none.  An error if a customer left before
 * joining.
 */
static KpiOutcome
customer_lost(KpiPeriod period, ChurnRule rule, Timestamp joined, bool gone, Timestamp departed)
{
	gone = gone && !TIMESTAMP_IS_NOEND(departed);
	if (unlikely(gone && departed < joined))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("customer cannot depart before joining"),
				 errdetail("The departure %s is before the joining %s (UTC).",
						   kpi_timestamp_text(departed), kpi_timestamp_text(joined)),
				 errhint("Leave such rows out with FILTER (WHERE departed >= joined OR departed IS NULL), naming your own columns.")));
	if (joined < period.start)
	{
		if (gone && departed < period.start)
			return KPI_NO_TRIAL;
	}
	else if (rule != CHURN_STRIPE || !kpi_period_has(period, joined))
		return KPI_NO_TRIAL;
	return gone && departed < period.end ? KPI_HIT : KPI_MISS;
}

static inline KpiOutcome
opposite(KpiOutcome outcome)
{
	return outcome == KPI_NO_TRIAL ? KPI_NO_TRIAL : (KpiOutcome) (KPI_HIT - outcome);
}

/*
 * The arguments are joined, departed, period and perhaps a rule.  Without
 * joining, period or rule a row does not count; without departure the customer
 * is still there.
 */
#define CUSTOMER_SOURCES(pair, JOINED, DEPARTED) \
static KpiOutcome \
customer_lost_##pair(FunctionCallInfo fcinfo) \
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
	return customer_lost(kpi_period_argument(fcinfo, 3), rule, JOINED(1), \
						 !PG_ARGISNULL(2), PG_ARGISNULL(2) ? 0 : DEPARTED(2)); \
} \
\
KPI_RATE_SOURCE(lost_##pair, customer_lost_##pair(fcinfo)); \
KPI_RATE_SOURCE(kept_##pair, opposite(customer_lost_##pair(fcinfo)));

KPI_INSTANT_PAIRS(CUSTOMER_SOURCES)
