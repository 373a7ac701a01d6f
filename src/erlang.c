/*
 * erlang.c
 *		Waits of callers in a queue with a number of agents: Erlang C.
 *
 * Calls arrive at random and one by one, wait in one queue, and are never
 * abandoned.  Handle times are exponential (A. K. Erlang 1917; R. B. Cooper,
 * Introduction to Queueing Theory, 2nd edition, section 3.6).  The load is in
 * erlangs: the mean number of busy agents if no call waited.  Times are
 * multiples of the mean handle time.
 *
 * Let B be the share of calls that Erlang's loss formula blocks.  For N agents
 * and the load a < N,
 *
 *		C = N B / (N - a (1 - B))
 *
 * is the share of calls that wait.  Let b be the probability of exactly N
 * events of a Poisson variable with mean a, and b T the probability of more.
 * Then 1 / B is 1 / b - T, so a result costs the same for ten million agents
 * as for ten.
 *
 * Compared with 50-digit arithmetic, the relative error is below 1e-12 up to
 * 20,000 agents, plus the effect of rounding the load to a double, which is
 * greater if the load is close to N.
 */
#include "erlang.h"

#include "special.h"

#include <math.h>

/* parameters of poisson_exponent() */
typedef struct Poisson
{
	double		events;
	double		mean;
} Poisson;

/*
 * Computes events * v + mean * (exp(-v) - 1), for kpi_tail_integral().
 */
static double
poisson_exponent(double v, const void *parameters)
{
	const Poisson *p = (const Poisson *) parameters;

	return p->events * v + p->mean * expm1(-v);
}

/*
 * Returns the share of calls that wait and the share of calls that find a free
 * agent.  Both are computed, because 1 minus a share near 1 has few correct
 * digits.  If the load is not below the number of agents, all calls wait.
 */
KpiErlang
kpi_erlang(double load, double agents)
{
	KpiErlang	answer = {1, 0};
	Poisson		more = {agents + 1, load};
	double		excess = (load - agents) / agents;
	double		log_ratio;
	double		density;
	double		tail;
	double		free;

	if (load >= agents)
		return answer;
	/* Stirling's formula with the deviance, as in Loader's binomial densities */
	log_ratio = excess < -0.5 ? log(load / agents) : log1p(excess);
	density = exp(-kpi_stirling_error(agents) - agents * (excess - log_ratio)) /
		sqrt(2 * M_PI * agents);
	tail = density * load * kpi_tail_integral(poisson_exponent, &more, agents + 1 - load, load);
	free = -excess * (1 - density - tail);
	answer.wait = density / (density + free);
	answer.at_once = free / (density + free);
	return answer;
}

/*
 * Returns the share of calls that wait no longer than patience.
 */
double
kpi_erlang_service_level(double load, double agents, double patience)
{
	KpiErlang	answer = kpi_erlang(load, agents);

	if (load >= agents)
		return 0;
	return answer.at_once - answer.wait * expm1((load - agents) * patience);
}

/*
 * Rounds up to a whole number, unless a number exceeds one only by rounding
 * errors.  For example, 14 agents at a shrinkage of 30 percent are 20, not 21.
 */
double
kpi_whole_at_least(double number)
{
	double		nearest = rint(number);

	return fabs(number - nearest) <= 1e-12 * number ? nearest : ceil(number);
}

/*
 * Returns the smallest number of agents with which at least the share "target"
 * of the calls waits no longer than patience, and agents are at most as busy
 * as "occupancy".  target is below 1, and occupancy above 0 and at most 1.
 * Returns 0 without load.  A result above KPI_MOST_AGENTS is only a lower
 * bound.
 */
double
kpi_erlang_agents(double load, double target, double patience, double occupancy)
{
	double		enough;
	double		too_few;
	double		step;

	if (load == 0)
		return 0;
	enough = Max(floor(load) + 1, kpi_whole_at_least(load / occupancy));
	if (enough > KPI_MOST_AGENTS || kpi_erlang_service_level(load, enough, patience) >= target)
		return enough;

	/* the service level grows with the agents: gallop, then bisect */
	step = 1;
	do
	{
		CHECK_FOR_INTERRUPTS();
		too_few = enough;
		enough += step;
		step *= 2;
	} while (kpi_erlang_service_level(load, enough, patience) < target);
	while (enough - too_few > 1)
	{
		double		middle = floor(too_few + (enough - too_few) / 2);

		CHECK_FOR_INTERRUPTS();
		if (kpi_erlang_service_level(load, middle, patience) < target)
			too_few = middle;
		else
			enough = middle;
	}
	return enough;
}
