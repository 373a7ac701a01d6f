/*
 * intervals.c
 *		Confidence intervals: the statistics behind the *_ci functions.
 */
#include "intervals.h"

#include "special.h"

#include <math.h>

/* terms below this share of the largest one no longer change a sum of doubles */
#define NEGLIGIBLE 1e-20

/*
 * Both intervals for a share enclose the one that was seen and end at 1, also
 * where the last digit of a double says otherwise.
 */
static KpiInterval
around(double centre, double low, double high)
{
	KpiInterval interval = {centre, Min(low, centre), Min(Max(high, centre), 1)};

	return interval;
}

/*
 * Wilson's score interval for a share (E. B. Wilson, Probable inference, the law
 * of succession, and statistical inference, 1927), without correction for
 * continuity.  Both limits are written so that small ones keep their digits.
 * NaN without trials.
 */
KpiInterval
kpi_wilson(int64 hits, int64 trials, double confidence)
{
	double		k = (double) hits;
	double		n = (double) trials;
	double		z = kpi_normal_deviate(confidence);
	double		reach = k + z * z / 2 + z * sqrt(k * ((double) (trials - hits) / n) + z * z / 4);

	return around(k / n, k * (k / n) / reach, reach / (n + z * z));
}

/*
 * The exact interval for a share (C. J. Clopper and E. S. Pearson, The use of
 * confidence or fiducial limits illustrated in the case of the binomial, 1934):
 * at either limit, what was seen or more of it has half the probability that the
 * confidence leaves.
 */
KpiInterval
kpi_clopper_pearson(int64 hits, int64 trials, double confidence)
{
	double		tail = (1 - confidence) / 2;
	double		low;
	double		high;
	double		unused;

	kpi_binomial_root(hits, trials, tail, &low, &unused);
	kpi_binomial_root(trials - hits, trials, tail, &unused, &high);
	return around((double) hits / (double) trials, low, high);
}

/*
 * The adjusted Wald interval for promoters minus detractors: as if three more
 * had answered, three quarters each as promoter and detractor, the rest as
 * passives (B. Rocks, Interval estimation for the "Net Promoter Score", 2016).
 * The limits may lie beyond -1 and 1.
 */
KpiInterval
kpi_adjusted_wald(int64 promoters, int64 detractors, int64 n, double confidence)
{
	double		all = (double) n + 3;
	double		net = (double) (promoters - detractors) / all;
	double		either = ((double) promoters + (double) detractors + 1.5) / all;
	double		half = kpi_normal_deviate(confidence) * sqrt((either - net * net) / all);
	KpiInterval interval = {net, net - half, net + half};

	return interval;
}

/*
 * The interval for b - a, from those of two independent samples: squares of the
 * distances between centre and limit add up.  Over Wilson's intervals that is
 * method 10 of R. G. Newcombe, Interval estimation for the difference between
 * independent proportions, 1998; over any others that of G. Y. Zou and A. Donner,
 * Construction of confidence limits about effect measures, 2008.
 */
KpiInterval
kpi_difference(KpiInterval a, KpiInterval b)
{
	KpiInterval difference;

	difference.centre = b.centre - a.centre;
	difference.low = difference.centre - hypot(b.centre - b.low, a.high - a.centre);
	difference.high = difference.centre + hypot(b.high - b.centre, a.centre - a.low);
	return difference;
}

/*
 * How many trials make the interval of the normal approximation at most so wide
 * on either side, a margin as share: z^2 / (4 margin^2), for the share of one
 * half, where it is widest.
 */
double
kpi_required_sample_size(double margin, double confidence)
{
	double		z = kpi_normal_deviate(confidence);

	return Max(ceil(z / margin * (z / margin) / 4), 1);
}

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
