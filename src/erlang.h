/*
 * erlang.h
 *		How long callers wait when so many agents answer: Erlang C.
 */
#ifndef KPI_ERLANG_H
#define KPI_ERLANG_H

#include "kpi_core.h"

/* well beyond, a double does not tell one agent from two: 2^52 */
#define KPI_MOST_AGENTS 4503599627370496.0

/* shares of the calls */
typedef struct KpiErlang
{
	double		wait;
	double		at_once;
} KpiErlang;

extern KpiErlang kpi_erlang(double load, double agents);
extern double kpi_erlang_service_level(double load, double agents, double patience);
extern double kpi_erlang_agents(double load, double target, double patience, double occupancy);
extern double kpi_whole_at_least(double number);

#endif							/* KPI_ERLANG_H */
