/*
 * intervals.c
 *		Confidence intervals: the statistics behind the *_ci functions.
 */
#include "intervals.h"

#include <math.h>

/* terms below this share of the largest one no longer change a sum of doubles */
#define NEGLIGIBLE 1e-20

/*
 * The ranks, from 1 to n, of the order statistics that enclose a percentile of
 * the population with at least the given confidence, whatever its distribution:
 * the number of the n values below the percentile is binomial, so
 *
 *		P(value[low] <= percentile <= value[high]) = F(high - 1) - F(low - 1)
 *
 * with F the distribution function of Binomial(n, fraction).  Each side gets at
 * most half of what the confidence leaves.  low is 0, or high is n + 1, where n
 * values are too few to say anything on that side.  (H. A. David and H. N.
 * Nagaraja, Order Statistics, 3rd edition, section 7.1.)
 *
 * The terms are summed relative to the largest one, by their ratios, so nothing
 * over- or underflows and no logarithm of a factorial loses digits; that takes
 * about 20 * sqrt(n * fraction * (1 - fraction)) steps.
 */
void
kpi_order_statistics(int64 n, double fraction, double confidence,
					 int64 *low, int64 *high)
{
	double		tail = (1 - confidence) / 2;
	double		odds = fraction / (1 - fraction);
	int64		mode;
	int64		first;
	int64		k;
	double		term;
	double		total = 0;
	double		cumulative;

	if (fraction == 0 || fraction == 1)
	{
		/* the number below is certain */
		*low = fraction == 0 ? 0 : n;
		*high = *low + 1;
		return;
	}

	mode = (int64) Min(floor(((double) n + 1) * fraction), (double) n);
	term = 1;
	for (k = mode; k <= n && term > NEGLIGIBLE; k++)
	{
		if (k % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		total += term;
		term *= (double) (n - k) / (double) (k + 1) * odds;
	}
	term = 1;
	for (first = mode; first > 0; first--)
	{
		double		below = term * ((double) first / (double) (n - first + 1) / odds);

		if (first % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (below <= NEGLIGIBLE)
			break;
		term = below;
		total += term;
	}

	/* from the first term that counts upwards */
	*low = -1;
	cumulative = 0;
	for (k = first; k <= n; k++)
	{
		if (k % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		cumulative += term;
		if (*low < 0 && cumulative > tail * total)
			*low = k;
		if (cumulative >= (1 - tail) * total)
			break;
		term *= (double) (n - k) / (double) (k + 1) * odds;
	}
	*high = Min(k, n) + 1;
}
