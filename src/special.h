/*
 * special.h
 *		Special functions that the C library does not have.
 */
#ifndef KPI_SPECIAL_H
#define KPI_SPECIAL_H

#include "kpi_core.h"

/* -log of the integrand of a tail integral, which is 0 at 0 and convex */
typedef double (*KpiExponent) (double v, const void *parameters);

extern double kpi_normal_deviate(double confidence);
extern double kpi_student_quantile(double confidence, double freedom);
extern double kpi_stirling_error(double m);
extern double kpi_tail_integral(KpiExponent exponent, const void *parameters,
								double slope, double curvature);
extern void kpi_binomial_root(int64 hits, int64 trials, double tail,
							  double *p, double *q);

#endif							/* KPI_SPECIAL_H */
