/*
 * lifetime_value.c
 *		The value of a customer over the time that they stay.
 */
#include "kpi.h"

#include <math.h>

#include "utils/float.h"

/* a lower monthly churn, in percent, would mean that customers stay for 83 years */
#define MIN_CHURN 0.1

/*
 * customer_lifetime_value(revenue_per_month, margin_pct, monthly_churn_pct
 * double precision) returns double precision
 *
 * Returns monthly revenue times margin over monthly churn, whose inverse is the
 * expected lifetime in months.  NULL when the churn is 0.  Strict.  Errors: a margin
 * over 100, a churn outside 0 to 100, percentages that look like fractions, a result
 * out of range.
 */
PG_FUNCTION_INFO_V1(kpi_customer_lifetime_value);
Datum
kpi_customer_lifetime_value(PG_FUNCTION_ARGS)
{
	double		revenue = PG_GETARG_FLOAT8(0);
	double		margin = PG_GETARG_FLOAT8(1);
	double		churn = PG_GETARG_FLOAT8(2);

	/* negated comparisons, so that NaN fails */
	if (!(fabs(revenue) < INFINITY))
		kpi_report_number("revenue_per_month", revenue, "not finite", "Skip rows without a revenue.");
	if (margin > 0 && margin < 1)
		kpi_report_fraction("margin_pct", margin);
	if (!(margin > -INFINITY && margin <= 100))
		kpi_report_number("margin_pct", margin, "not finite and at most 100", "Pass percent, as in 70.");
	if (churn > 0 && churn < MIN_CHURN)
		kpi_report_fraction("monthly_churn_pct", churn);
	if (!(churn >= 0 && churn <= 100))
		kpi_report_number("monthly_churn_pct", churn, "not between 0 and 100", "Pass percent, as in 2.5.");
	if (churn == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(float8_div(float8_mul(revenue, margin), churn));
}
