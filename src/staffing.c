/*
 * staffing.c
 *		The number of agents that a queue of calls requires, and its waits, by
 *		Erlang C.
 */
#include "kpi.h"

#include "elapsed.h"
#include "erlang.h"

#include <math.h>

/*
 * Returns the mean handle time in microseconds.  Raises an error if it is zero
 * or negative.
 */
static int64
handle_argument(FunctionCallInfo fcinfo)
{
	int64		handle = kpi_option_to_usec(PG_GETARG_INTERVAL_P(1), "handle");

	if (handle == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("handle time cannot be zero"),
				 errhint("Pass the mean time that an agent spends on a call, including wrap-up.")));
	return handle;
}

/*
 * Returns the load in erlangs: the mean number of agents that the calls keep
 * busy.  Raises an error if the number of calls is negative or not finite.
 */
static double
load_argument(FunctionCallInfo fcinfo, int64 handle)
{
	double		calls_per_hour = PG_GETARG_FLOAT8(0);

	if (!(calls_per_hour >= 0 && !isinf(calls_per_hour)))
		kpi_report_number("calls_per_hour", calls_per_hour, "negative or not finite",
						  "Pass the mean number of calls in an hour, 0 or more.");
	/* multiply first: 180 calls of 20 s are exactly one erlang */
	return calls_per_hour * (double) handle / USECS_PER_HOUR;
}

/*
 * Returns the number of agents.  Raises an error if it is below 1.
 */
static double
agents_argument(FunctionCallInfo fcinfo)
{
	int64		agents = PG_GETARG_INT64(2);

	if (agents < 1)
		kpi_report_number("agents", (double) agents, "less than 1",
						  "Pass at least 1; erlang_agents() computes how many are needed.");
	return (double) agents;
}

/*
 * Returns a percentage as a share, or "otherwise" if it is NULL.  Raises an
 * error for a percentage outside 0..100, and between 0 and 1, where it is most
 * likely a fraction.  "zero" and "hundred" allow these limits.
 */
static double
share_argument(FunctionCallInfo fcinfo, int argument, const char *name, double otherwise,
			   bool zero, bool hundred)
{
	double		percent;

	if (PG_ARGISNULL(argument))
		return otherwise;
	percent = PG_GETARG_FLOAT8(argument);
	if (percent > 0 && percent < 1)
		kpi_report_fraction(name, percent);
	if (!((percent > 0 || (zero && percent == 0)) && (percent < 100 || (hundred && percent == 100))))
		kpi_report_number(name, percent,
						  zero ? "not at least 0 and below 100" : "not above 0 and at most 100",
						  "Pass percent, as in 80.");
	return percent / 100;
}

/*
 * erlang_agents(calls_per_hour double precision, handle interval,
 *			  target_pct double precision, within interval,
 *			  max_occupancy_pct double precision,
 *			  shrinkage_pct double precision)
 * returns bigint
 *
 * Returns the number of agents to schedule so that the target percentage of
 * calls is answered within a time, and the occupancy does not exceed its
 * maximum.  Shrinkage is the percentage of paid time in which agents are
 * absent.  Returns 0 without calls, and NULL if one of the first four
 * arguments is NULL.
 */
PG_FUNCTION_INFO_V1(kpi_erlang_agents_needed);
Datum
kpi_erlang_agents_needed(PG_FUNCTION_ARGS)
{
	int64		handle;
	double		load;
	double		target;
	double		patience;
	double		occupancy;
	double		shrinkage;
	double		agents;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	handle = handle_argument(fcinfo);
	load = load_argument(fcinfo, handle);
	/* no number of agents answers every call in time, so 100 is an error */
	target = share_argument(fcinfo, 2, "target_pct", 0, true, false);
	patience = (double) kpi_option_to_usec(PG_GETARG_INTERVAL_P(3), "within") / (double) handle;
	occupancy = share_argument(fcinfo, 4, "max_occupancy_pct", 1, false, true);
	shrinkage = share_argument(fcinfo, 5, "shrinkage_pct", 0, true, false);

	agents = kpi_erlang_agents(load, target, patience, occupancy);
	agents = kpi_whole_at_least(agents / (1 - shrinkage));
	if (agents > KPI_MOST_AGENTS)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of agents out of range"),
				 errhint("Check the number of calls and the handle time.")));
	PG_RETURN_INT64((int64) agents);
}

/*
 * erlang_service_level(calls_per_hour double precision, handle interval,
 *					 agents bigint, within interval)
 * returns double precision
 *
 * Returns the percentage of calls that are answered within a time, or 0 if the
 * agents are overloaded.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_erlang_service_level_pct);
Datum
kpi_erlang_service_level_pct(PG_FUNCTION_ARGS)
{
	int64		handle = handle_argument(fcinfo);
	double		load = load_argument(fcinfo, handle);
	double		patience = (double) kpi_option_to_usec(PG_GETARG_INTERVAL_P(3), "within") / (double) handle;

	PG_RETURN_FLOAT8(100 * kpi_erlang_service_level(load, agents_argument(fcinfo), patience));
}

/*
 * erlang_wait_probability(calls_per_hour double precision, handle interval,
 *						agents bigint)
 * returns double precision
 *
 * Returns the percentage of calls that wait, or 100 if the agents are
 * overloaded.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_erlang_wait_pct);
Datum
kpi_erlang_wait_pct(PG_FUNCTION_ARGS)
{
	double		load = load_argument(fcinfo, handle_argument(fcinfo));

	PG_RETURN_FLOAT8(100 * kpi_erlang(load, agents_argument(fcinfo)).wait);
}

/*
 * erlang_speed_of_answer(calls_per_hour double precision, handle interval,
 *					   agents bigint)
 * returns interval
 *
 * Returns the mean wait of all calls.  NULL if the agents are overloaded,
 * because the wait then has no limit.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_erlang_mean_wait);
Datum
kpi_erlang_mean_wait(PG_FUNCTION_ARGS)
{
	int64		handle = handle_argument(fcinfo);
	double		load = load_argument(fcinfo, handle);
	double		agents = agents_argument(fcinfo);

	if (load >= agents)
		PG_RETURN_NULL();
	return kpi_usec_to_interval((int128) rint(kpi_erlang(load, agents).wait * (double) handle / (agents - load)));
}
