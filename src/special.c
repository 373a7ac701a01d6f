/*
 * special.c
 *		Special functions that the C library does not have.
 *
 * They use erf, erfc, lgamma, expm1 and log1p of the C library, which are
 * better maintained than a copy of an approximation.  The methods rely on two
 * facts:
 *
 * The logarithm of a tail probability is concave in the natural parameter.  So
 * Newton's method converges from any start, and from one side after the first
 * step at the latest.
 *
 * A tail probability is the density at its edge times the integral of a
 * smooth, decaying function.  After a change of variable the trapezoidal rule
 * converges exponentially (H. Takahasi and M. Mori, Double exponential
 * formulas for numerical integration, 1974), for a billion trials as fast as
 * for three.  Continued fractions need sqrt(trials) terms, and power series
 * more.
 *
 * Compared with 40-digit arithmetic, the relative error of the normal deviate
 * is below 1e-15.  The errors of both roots of the binomial tail are below
 * 1e-14, for any number of trials that fits into a bigint.
 */
#include "special.h"

#include <float.h>
#include <math.h>

/*
 * Returns z such that a standard normal variable is within -z..z with the
 * given probability, above 0 and below 1.
 */
double
kpi_normal_deviate(double confidence)
{
	/* compute the smaller of the centre and the tails, which is more precise */
	bool		central = confidence < 0.5;
	double		target = central ? confidence : 1 - confidence;
	double		x = central ? confidence * sqrt(M_PI) / 2 : sqrt(-log(target));
	double		step;

	/* the density is flat here, and steps of denormal numbers would never end */
	if (confidence < 1e-9)
		return sqrt(2) * x;
	do
	{
		double		probability = central ? erf(x) : erfc(x);
		double		density = 2 / sqrt(M_PI) * exp(-x * x);

		step = log(probability / target) * probability / density;
		x += central ? -step : step;
	} while (fabs(step) > 1e-9 * x);
	return sqrt(2) * x;
}

/*
 * Returns the error of Stirling's formula for a whole number m > 0:
 *
 *		log(m!) - log(sqrt(2 pi m) (m / e)^m)
 */
double
kpi_stirling_error(double m)
{
	double		square = m * m;

	if (m < 16)
		return lgamma(m + 1) - (m + 0.5) * log(m) + m - 0.5 * log(2 * M_PI);
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) / square) / m;
}

/* step of the trapezoidal rule: half of it doubles the correct digits */
#define STEP 0.0625
/* limits in steps: terms below do not matter, and the sum ends before LAST */
#define FIRST -60
#define LAST 112

/*
 * Returns the integral of exp(-exponent(v)) over v from 0 to infinity.  slope
 * and curvature are the first and second derivative of the exponent at 0.
 * They determine the scale on which the integrand decays.
 */
double
kpi_tail_integral(KpiExponent exponent, const void *parameters,
				  double slope, double curvature)
{
	double		scale = 1 / Max(slope, sqrt(curvature));
	double		sum = 0;
	int			i;

	for (i = FIRST; i <= LAST; i++)
	{
		double		s = i * STEP;
		double		x = exp(s - exp(-s));
		double		term = exp(-exponent(scale * x, parameters)) * x * (1 + exp(-s));

		sum += term;
		if (i > 0 && term < DBL_EPSILON * sum / 16)
			break;
	}
	return scale * STEP * sum;
}

/*
 * A binomial experiment with the probabilities p of a hit and q = 1 - p of a
 * miss.  Both are stored, because either can be tiny.
 */
typedef struct Binomial
{
	double		hits;
	double		misses;
	double		p;
	double		q;
} Binomial;

/*
 * Computes hits v + (hits + misses) log(q + p exp(-v)), the loss of
 * log-likelihood if the log odds decrease by v.  Free of cancellation for
 * small p and small q.
 */
static double
binomial_exponent(double v, const void *parameters)
{
	const Binomial *b = (const Binomial *) parameters;
	double		trials = b->hits + b->misses;

	if (b->p <= 0.5)
		return b->hits * v + trials * log1p(b->p * expm1(-v));
	return trials * log1p(b->q * expm1(v)) - b->misses * v;
}

/*
 * Returns the same experiment with the log odds decreased by v.
 */
static Binomial
binomial_below(const Binomial *b, double v)
{
	double		shrunk = 1 + b->p * expm1(-v);
	Binomial	below = {b->hits, b->misses, Min(b->p * exp(-v) / shrunk, 1), Min(b->q / shrunk, 1)};

	return below;
}

/*
 * Finds p, and q = 1 - p, such that at least "hits" hits in "trials" trials
 * have the probability "tail", which is at most one half.  p is the quantile of
 * the beta distribution with the parameters hits and trials - hits + 1.
 *
 * With the log odds t of p,
 *
 *		P = h q b R,	dP/dt = h q b
 *
 * where b is the probability of exactly h hits and R is the tail integral
 * below t.  Newton's method searches for the distance of t from the observed
 * log odds.  This difference keeps its digits even if 10^18 trials make it
 * tiny.  The density is Stirling's formula with the deviance in the exponent
 * (C. Loader, Fast and accurate computation of binomial probabilities, 2000).
 */
void
kpi_binomial_root(int64 hits, int64 trials, double tail, double *p, double *q)
{
	double		h = (double) hits;
	double		m = (double) (trials - hits);
	double		n = (double) trials;
	Binomial	observed = {h, m, h / n, m / n};
	double		stirling;
	double		below;
	double		step;

	if (hits == 0)
	{
		*p = 0;
		*q = 1;
		return;
	}
	if (hits == trials)
	{
		/* p^n = tail */
		*p = exp(log(tail) / n);
		*q = -expm1(log(tail) / n);
		return;
	}

	stirling = kpi_stirling_error(n) - kpi_stirling_error(h) - kpi_stirling_error(m) -
		0.5 * log(2 * M_PI * h * (m / n));

	/* start with a normal variable of the variance of the log odds */
	below = kpi_normal_deviate(1 - 2 * Min(tail, 0.49)) * sqrt(n / h / m);
	do
	{
		Binomial	lower = binomial_below(&observed, below);
		double		log_density = stirling - binomial_exponent(below, &observed);
		double		integral;

		CHECK_FOR_INTERRUPTS();
		lower.misses += 1;
		integral = kpi_tail_integral(binomial_exponent, &lower,
									 h * lower.q - lower.misses * lower.p,
									 (n + 1) * lower.p * lower.q);
		step = (log_density + log(h * lower.q * integral / tail)) * integral;
		below += step;
	} while (fabs(step) > 1e-10 * below + 4 * DBL_EPSILON);

	observed = binomial_below(&observed, below);
	*p = observed.p;
	*q = observed.q;
}

/* parameters of student_exponent() */
typedef struct Student
{
	double		freedom;
	double		slope;			/* tanh(u) */
} Student;

/*
 * Computes freedom * log(cosh(u + v) / cosh(u)), without cancellation for
 * small v and without overflow for large v.
 */
static double
student_exponent(double v, const void *parameters)
{
	const Student *student = (const Student *) parameters;
	double		half = sinh(v / 2);

	if (v < 1)
		return student->freedom * log1p(2 * half * half + student->slope * sinh(v));
	return student->freedom * (v + log1p((1 - student->slope) * expm1(-2 * v) / 2));
}

/*
 * Returns the integral of (cosh(u) / cosh(u + v)) ^ freedom over v from 0 to
 * infinity.
 */
static double
student_integral(double u, double freedom)
{
	Student		student = {freedom, tanh(u)};
	double		outside = 1 / cosh(u);

	return kpi_tail_integral(student_exponent, &student, freedom * student.slope,
							 freedom * outside * outside);
}

/*
 * Returns t such that a variable with Student's distribution is within -t..t
 * with the given probability, above 0 and below 1.
 *
 * With t = sqrt(freedom) sinh(u), the density is proportional to
 *
 *		cosh(u) ^ -freedom
 *
 * A tail is this density at its edge times the tail integral.  So no digits
 * are lost in gamma functions of large degrees of freedom.
 */
double
kpi_student_quantile(double confidence, double freedom)
{
	Student		origin = {1, 0};
	double		whole = student_integral(0, freedom);
	double		u = 0;
	double		integral;
	double		step;

	do
	{
		double		log_tail;

		CHECK_FOR_INTERRUPTS();
		integral = student_integral(u, freedom);
		log_tail = log(integral / whole) - freedom * student_exponent(u, &origin);
		step = (log_tail - log1p(-confidence)) * integral;
		u += step;
	} while (fabs(step) > 1e-10 * u + 8 * DBL_EPSILON * integral);
	return sqrt(freedom) * sinh(u);
}
