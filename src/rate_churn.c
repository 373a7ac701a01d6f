/*
 * rate_churn.c
 *		Churn and retention: customers at the start of a period, lost or kept.
 */
#include "rate.h"

#include "elapsed.h"
#include "option.h"
#include "period.h"

/*
 * The denominator: the labels of kpi_churn_rule.
 */
typedef enum ChurnRule
{
	CHURN_OF_START,				/* customers at the start of the period */
	CHURN_STRIPE				/* and those who joined inside it */
} ChurnRule;

static const char *const churn_rules[] = {"start", "stripe"};

/*
 * Decides whether a customer is in the denominator and, if so, whether they
 * churned.  A departure at infinity is none.  Error: departed before joined.
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
				 errhint("Skip such rows with FILTER (WHERE departed >= joined OR departed IS NULL), naming your own columns.")));
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
 * The arguments are joined, departed, period and perhaps a rule.  A row whose
 * joined, period or rule is NULL does not count; a NULL departed is none.
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

KPI_RATE_SOURCE(kpi_rate_accum_lost_instants, kpi_rate_discard_lost_instants, lost_instants(fcinfo));
KPI_RATE_SOURCE(kpi_rate_accum_lost_dates, kpi_rate_discard_lost_dates, lost_dates(fcinfo));
KPI_RATE_SOURCE(kpi_rate_accum_kept_instants, kpi_rate_discard_kept_instants, opposite(lost_instants(fcinfo)));
KPI_RATE_SOURCE(kpi_rate_accum_kept_dates, kpi_rate_discard_kept_dates, opposite(lost_dates(fcinfo)));
