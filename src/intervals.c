/*
 * intervals.c
 *		Confidence intervals of shares.
 */
#include "intervals.h"

#include "special.h"

#include <math.h>

/*
 * Returns the interval of a share.  It contains the observed share and ends at
 * 1 at most, regardless of rounding.
 */
static KpiInterval
around(double centre, double low, double high)
{
	KpiInterval interval = {centre, Min(low, centre), Min(Max(high, centre), 1)};

	return interval;
}

/*
 * Returns Wilson's score interval of a share, without correction for
 * continuity (E. B. Wilson, Probable inference, the law of succession, and
 * statistical inference, 1927).  NaN without trials.
 *
 * The formulas of the limits keep the digits of small limits.
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
 * Returns the exact interval of a share (C. J. Clopper and E. S. Pearson, The
 * use of confidence or fiducial limits illustrated in the case of the
 * binomial, 1934).  If a limit were the true share, a result at least as
 * extreme as the observed one would have the probability (1 - confidence) / 2.
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
 * Returns the adjusted Wald interval of promoters minus detractors (B. Rocks,
 * Interval estimation for the "Net Promoter Score", 2016).  It adds three
 * answers: 0.75 promoters, 0.75 detractors and 1.5 passives.  The limits may
 * be beyond -1 and 1.
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
 * Returns the interval of b - a from the intervals of two independent samples.
 * The squares of the distances between centre and limit are added.
 *
 * For Wilson's intervals this is method 10 of R. G. Newcombe, Interval
 * estimation for the difference between independent proportions, 1998.  For
 * all others it is the method of G. Y. Zou and A. Donner, Construction of
 * confidence limits about effect measures, 2008.
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
 * Returns the number of trials for which the interval of the normal
 * approximation extends at most "margin", a share, to either side.  This is
 * z^2 / (4 margin^2), for a share of one half, where the interval is widest.
 */
double
kpi_required_sample_size(double margin, double confidence)
{
	double		z = kpi_normal_deviate(confidence);

	return Max(ceil(z / margin * (z / margin) / 4), 1);
}
