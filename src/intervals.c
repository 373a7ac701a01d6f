/*
 * intervals.c
 *		Confidence intervals: the statistics behind the *_ci functions.
 */
#include "intervals.h"

#include "special.h"

#include <math.h>

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
