/*
 * order_statistics.c
 *		Confidence intervals of percentiles: the order statistics of a sample
 *		that enclose a percentile.
 *
 * Let X be the number of the n values that are below the percentile of the
 * population.  X is binomial for any distribution of the values.  With 0-based
 * ranks,
 *
 *		P(value[low] <= percentile <= value[high]) = P(low < X <= high)
 *
 * (H. A. David and H. N. Nagaraja, Order Statistics, 3rd edition, section
 * 7.1).
 *
 * For a small variance of X the terms of the binomial distribution are summed.
 * That takes time in proportion to the square root of the variance.  For a
 * larger variance a search uses tail integrals (special.c), whose time does
 * not depend on n.  Both find the same ranks.
 */
#include "order_statistics.h"

#include "special.h"

#include <float.h>
#include <math.h>

/* up to this variance summing is at least as fast as searching */
#define SUMMED_VARIANCE 1e5

/* relative to the largest term; smaller terms do not change any tail */
#define NEGLIGIBLE 1e-40

/*
 * Finds the ranks outside the limits by summation.  *below becomes the
 * greatest k with P(X <= k) <= tail, and *above the greatest k with P(n - X <=
 * k) <= tail.  Each is -1 if there is no such k.  p is at most 1/2.
 *
 * All terms are relative to the largest one, so nothing overflows and no
 * digits are lost in logarithms of factorials.  Each tail is summed from its
 * small end.
 */
static void
sum_tails(int64 n, double p, double tail, int64 *below, int64 *above)
{
	double		odds = p / (1 - p);
	int64		mode = (int64) Min(((double) n + 1) * p, (double) (n / 2));
	int64		first;
	int64		last;
	double		total = 1;
	double		lowest = 1;
	double		highest = 1;
	double		sum;

	for (first = mode; first > 0; first--)
	{
		double		term = lowest * ((double) first / (double) (n - first + 1) / odds);

		if (term <= NEGLIGIBLE)
			break;
		lowest = term;
		total += term;
	}
	for (last = mode; last < n; last++)
	{
		double		term = highest * ((double) (n - last) / (double) (last + 1) * odds);

		if (term <= NEGLIGIBLE)
			break;
		highest = term;
		total += term;
	}
	tail *= total;

	for (sum = lowest; sum <= tail; first++)
	{
		lowest *= (double) (n - first) / (double) (first + 1) * odds;
		sum += lowest;
	}
	*below = first - 1;

	for (sum = highest; sum <= tail; last--)
	{
		highest *= (double) last / (double) (n - last + 1) / odds;
		sum += highest;
	}
	*above = n - last - 1;
}

/*
 * Returns log(1 + x) - x without cancellation for small x.
 */
static double
log1p_minus(double x)
{
	double		y = x / (2 + x);
	double		square = y * y;
	double		series = 0;
	int			divisor;

	if (fabs(x) > 0.1)
		return log1p(x) - x;
	/* log(1 + x) = 2 atanh(y) = 2 (y + y^3/3 + y^5/5 + ...), and x = 2 y / (1 - y) */
	for (divisor = 15; divisor >= 3; divisor -= 2)
		series = 1.0 / divisor + square * series;
	return 2 * y * square * series - x * y;
}

/*
 * Parameters of tail_exponent(), for the tail of at least "hits" hits in hits
 * + misses - 1 trials with the probability p = 1 - q of a hit.  slope is hits
 * - (hits + misses) * p.
 */
typedef struct Tail
{
	double		hits;
	double		misses;
	double		p;
	double		q;
	double		slope;
} Tail;

/*
 * Computes hits v + (hits + misses) log(q + p exp(-v)), the loss of
 * log-likelihood if the log odds decrease by v.  All terms are small, so even
 * 10^18 trials lose few digits.
 */
static double
tail_exponent(double v, const void *parameters)
{
	const Tail *tail = (const Tail *) parameters;
	double		trials = tail->hits + tail->misses;
	double		shrunk = -expm1(-v);
	double		grown = expm1(v);

	if (tail->p <= 0.5)
		return tail->slope * shrunk + trials * log1p_minus(-tail->p * shrunk) - tail->hits * log1p_minus(-shrunk);
	return tail->slope * grown + trials * log1p_minus(tail->q * grown) - tail->misses * log1p_minus(grown);
}

/*
 * Returns (1 + x) log(1 + x) - x.  This is the deviance of a count relative to
 * its mean, if the count differs from the mean by the share x.
 */
static double
deviance(double x)
{
	return (1 + x) * log1p_minus(x) + x * x;
}

/*
 * Returns P(X >= hits) for hits + misses trials with the probability p = 1 -
 * q.  excess is hits - (hits + misses) * p, computed without cancellation.
 * The result is the density at the edge of the tail times a tail integral, as
 * in kpi_binomial_root().
 */
static double
binomial_tail(int64 hits, int64 misses, double p, double q, double excess)
{
	double		h = (double) hits;
	double		m = (double) misses;
	double		n = (double) (hits + misses);
	Tail		tail = {h, m + 1, p, q, excess - p};
	double		log_density = kpi_stirling_error(n) - kpi_stirling_error(h) - kpi_stirling_error(m) -
		0.5 * log(2 * M_PI * h * (m / n)) -
		n * p * deviance(excess / (n * p)) - n * q * deviance(-excess / (n * q));

	return exp(log_density) * h * q *
		kpi_tail_integral(tail_exponent, &tail, tail.slope, (n + 1) * p * q);
}

/*
 * n trials with the probability p, at most 1/2.  The mean number of hits is
 * mean + fraction, with a fraction from 0 to 1.
 */
typedef struct Trials
{
	int64		n;
	double		p;
	int64		mean;
	double		fraction;
} Trials;

/*
 * Splits the mean into a whole number and a fraction.  This is exact, because
 * p is an integer times a power of two.
 */
static Trials
trials_of(int64 n, double p)
{
	Trials		trials = {n, p, 0, 0};
	int			exponent;
	uint128		product = (uint128) n * (uint128) ldexp(frexp(p, &exponent), DBL_MANT_DIG);
	int			shift = DBL_MANT_DIG - exponent;

	trials.mean = (int64) (product >> shift);
	trials.fraction = ldexp((double) (product - ((uint128) trials.mean << shift)), -shift);
	return trials;
}

/*
 * Returns true if the probability of at most k hits, or of at most k misses,
 * is at most "tail".
 */
static bool
is_outside(const Trials *trials, int64 k, bool misses, double tail)
{
	double		p = trials->p;
	double		q = 1 - p;

	if (misses)
		return binomial_tail(trials->n - k, k, p, q,
							 (double) (trials->n - k - trials->mean) - trials->fraction) <= tail;
	return binomial_tail(trials->n - k, k, q, p, (double) (trials->mean - k) + trials->fraction) <= tail;
}

/*
 * Searches for the greatest k that is outside.
 *
 * The first guess is the normal approximation with a correction for skewness
 * (E. A. Cornish and R. A. Fisher, Moments and cumulants in the specification
 * of distributions, 1937).  It is a few ranks away at most.
 */
static int64
search_tail(const Trials *trials, bool misses, double confidence, double tail)
{
	double		z = kpi_normal_deviate(confidence);
	double		p = trials->p;
	double		skew = (z * z - 1) * (1 - 2 * p) / 6;
	double		reach = z * sqrt((double) trials->n * p * (1 - p));
	int64		inside;
	int64		outside;
	int64		step = 1;

	if (misses)
		outside = trials->n - trials->mean - (int64) (reach + skew);
	else
		outside = trials->mean - (int64) (reach - skew);

	while (!is_outside(trials, outside, misses, tail))
	{
		outside -= step;
		step *= 2;
	}
	inside = outside + step;
	while (is_outside(trials, inside, misses, tail))
	{
		outside = inside;
		step *= 2;
		inside += step;
	}
	while (inside - outside > 1)
	{
		int64		middle = outside + (inside - outside) / 2;

		CHECK_FOR_INTERRUPTS();
		if (is_outside(trials, middle, misses, tail))
			outside = middle;
		else
			inside = middle;
	}
	return outside;
}

/*
 * Finds the 0-based ranks of the order statistics that enclose a percentile of
 * the population with at least the given confidence.  The probability that the
 * percentile is outside is at most (1 - confidence) / 2 on either side.  If
 * there are too few values for a limit, *low is -1 or *high is n.
 *
 * n is at least 1, fraction is from 0 to 1, and confidence is above 0 and
 * below 1.
 */
void
kpi_order_statistics(int64 n, double fraction, double confidence,
					 int64 *low, int64 *high)
{
	/* 1 - fraction is exact if it is the smaller one */
	double		p = Min(fraction, 1 - fraction);
	/* a tail that equals the limit except for rounding errors is within it */
	double		tail = (1 - confidence) / 2 * (1 + 8 * DBL_EPSILON);
	int64		below;
	int64		above;

	if (p == 0)
	{
		/* X is 0, or n, with certainty */
		below = -1;
		above = n - 1;
	}
	else if ((double) n * p * (1 - p) <= SUMMED_VARIANCE)
		sum_tails(n, p, tail, &below, &above);
	else
	{
		Trials		trials = trials_of(n, p);

		below = search_tail(&trials, false, confidence, tail);
		above = search_tail(&trials, true, confidence, tail);
	}
	*low = fraction <= 0.5 ? below : above;
	*high = n - 1 - (fraction <= 0.5 ? above : below);

	/* for a confidence near 0 both tails round to one half and can overlap */
	if (*low >= *high)
		*low = *high - 1;
}
