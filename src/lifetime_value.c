/*
 * lifetime_value.c
 *		The value of a customer over the time for which they stay.
 */
#include "kpi.h"

#include <math.h>

#include "utils/float.h"

/* in percent; with a lower monthly churn customers would stay for 83 years */
#define MIN_CHURN 0.1

/*
 * customer_lifetime_value(revenue_per_month double precision,
 *						margin_pct double precision,
 *						monthly_churn_pct double precision)
 * returns double precision
 *
 * Returns the monthly revenue times the margin, divided by the monthly churn:
 * the inverse of the churn is the expected lifetime in months.  NULL if the
 * churn is 0.  Raises an error for a margin above 100, a churn outside 0..100,
 * a percentage that is most likely a fraction, and a result out of range.
 * Strict.
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
