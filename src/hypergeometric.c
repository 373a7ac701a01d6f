/*
 * hypergeometric.c
 *		The exact test of two shares.
 *
 * Probabilities are computed as C. Loader, Fast and accurate computation of
 * binomial probabilities, 2000, does: from the errors of Stirling's formula and
 * from deviances.  Differences of log-gamma functions would lose the digits of
 * a probability among a million trials.
 */
#include "hypergeometric.h"

#include "special.h"

#include <float.h>
#include <math.h>

/* terms between two checks for interrupts */
#define TERMS_UNCHECKED 10000

/*
 * Returns x log(x / mean) + mean - x, for positive numbers.  Free of
 * cancellation where x is close to the mean.
 */
static double
deviance(double x, double mean)
{
	double		v = (x - mean) / (x + mean);
	double		power = 2 * x * v;
	double		sum;

	if (fabs(v) > 0.1)
		return x * log(x / mean) + mean - x;
	sum = (x - mean) * v;
	for (int i = 3;; i += 2)
	{
		double		longer;

		power *= v * v;
		longer = sum + power / i;
		if (longer == sum)
			return sum;
		sum = longer;
	}
}

/*
 * Returns the logarithm of the probability of x hits in n trials.  p and q are
 * the probabilities of a hit and of a miss.
 */
static double
log_binomial(double x, double n, double p, double q)
{
	if (x == 0)
		return n == 0 ? 0 : n * (p < q ? log1p(-p) : log(q));
	if (x == n)
		return n * (q < p ? log1p(-q) : log(p));
	return kpi_stirling_error(n) - kpi_stirling_error(x) - kpi_stirling_error(n - x) -
		deviance(x, n * p) - deviance(n - x, n * q) - 0.5 * log(2 * M_PI * x * ((n - x) / n));
}

/*
 * Returns the probability of at least "hits" hits among "trials" trials, if
 * total_hits hits are distributed at random over these and other_trials others.
 *
 * This is the p-value of Fisher's exact test (R. A. Fisher, The logic of
 * inductive inference, 1935) for a share that is greater in the trials than in
 * the others.  It is 0 below the smallest double.
 */
double
kpi_hypergeometric_tail(int64 hits, int64 total_hits, int64 trials, int64 other_trials)
{
	double		t = (double) total_hits;
	double		a = (double) trials;
	double		b = (double) other_trials;
	double		x = (double) hits;
	double		p = t / (a + b);
	double		q = (a + b - t) / (a + b);
	bool		is_upper;
	double		term;
	double		sum = 0;
	int			unchecked = 0;

	if (hits <= 0 || hits <= total_hits - other_trials)
		return 1;
	if (hits > Min(total_hits, trials))
		return 0;

	/* sum the smaller tail, from its largest term to the end */
	is_upper = x >= t / (a + b) * a;
	if (!is_upper)
		x -= 1;
	term = exp(log_binomial(x, a, p, q) + log_binomial(t - x, b, p, q) - log_binomial(t, a + b, p, q));
	while (term > sum * (DBL_EPSILON / 16))
	{
		sum += term;
		if (is_upper)
		{
			term *= (t - x) / (x + 1) * ((a - x) / (b - t + x + 1));
			x += 1;
		}
		else
		{
			term *= x / (t - x + 1) * ((b - t + x) / (a - x + 1));
			x -= 1;
		}
		if (++unchecked == TERMS_UNCHECKED)
		{
			CHECK_FOR_INTERRUPTS();
			unchecked = 0;
		}
	}
	return is_upper ? Min(sum, 1) : Max(1 - sum, 0);
}
