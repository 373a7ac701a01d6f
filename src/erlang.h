/*
 * erlang.h
 *		Waits of callers in a queue with a number of agents: Erlang C.
 */
#ifndef KPI_ERLANG_H
#define KPI_ERLANG_H

#include "kpi_core.h"

/* 2^52; above 2^53 a double cannot represent every number of agents */
#define KPI_MOST_AGENTS 4503599627370496.0

/* the share of calls that wait, and of calls that find a free agent */
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
