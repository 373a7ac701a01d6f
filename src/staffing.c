/*
 * staffing.c
 *		How many agents a line of calls needs, and how they fare: Erlang C.
 */
#include "kpi.h"

#include "elapsed.h"
#include "erlang.h"

#include <math.h>

/*
 * The mean handle time in microseconds, above 0.
 */
static int64
handle_argument(FunctionCallInfo fcinfo)
{
	int64		handle = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1));

	if (handle == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("handle time cannot be zero"),
				 errhint("Give the mean time that an agent spends on a call, wrap-up included.")));
	return handle;
}

/*
 * The load in erlangs: agents whom the calls would keep busy without a break.
 */
static double
load_argument(FunctionCallInfo fcinfo, int64 handle)
{
	double		calls_per_hour = PG_GETARG_FLOAT8(0);

	if (!(calls_per_hour >= 0 && !isinf(calls_per_hour)))
		kpi_report_number("calls_per_hour", calls_per_hour, "not a number of calls",
						  "Give the mean number of calls in an hour, 0 or more.");
	/* the product of whole numbers is exact, and 180 calls of 20 s are one agent */
	return calls_per_hour * (double) handle / USECS_PER_HOUR;
}

static double
agents_argument(FunctionCallInfo fcinfo)
{
	int64		agents = PG_GETARG_INT64(2);

	if (agents < 1)
		kpi_report_number("agents", (double) agents, "not a number of agents",
						  "Give at least 1; erlang_agents() tells how many it takes.");
	return (double) agents;
}

/*
 * An optional percentage of agents' time as a share, or what it is when left
 * out.
 */
static double
share_argument(FunctionCallInfo fcinfo, int argument, double otherwise)
{
	return PG_ARGISNULL(argument) ? otherwise : PG_GETARG_FLOAT8(argument) / 100;
}

/*
 * How many agents to schedule so that the target percentage of calls is answered
 * within a time, and none is busier than a maximum; after shrinkage, which is the
 * percentage of paid time that agents are not there.  Nobody for no calls; NULL
 * when a required argument is.
 */
PG_FUNCTION_INFO_V1(kpi_erlang_agents_needed);
Datum
kpi_erlang_agents_needed(PG_FUNCTION_ARGS)
{
	double		occupancy = share_argument(fcinfo, 4, 1);
	double		shrinkage = share_argument(fcinfo, 5, 0);
	int64		handle;
	double		load;
	double		target;
	double		patience;
	double		agents;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	handle = handle_argument(fcinfo);
	load = load_argument(fcinfo, handle);
	target = PG_GETARG_FLOAT8(2);
	patience = (double) kpi_interval_to_usec(PG_GETARG_INTERVAL_P(3)) / (double) handle;
	if (!(target >= 0 && target < 100))
		kpi_report_number("target_pct", target, "not at least 0 and below 100",
						  "80 percent is 80; no number of agents answers every call in time.");
	if (!(occupancy > 0 && occupancy <= 1))
		kpi_report_number("max_occupancy_pct", PG_GETARG_FLOAT8(4), "not above 0 and at most 100",
						  "85 percent is 85.");
	if (!(shrinkage >= 0 && shrinkage < 1))
		kpi_report_number("shrinkage_pct", PG_GETARG_FLOAT8(5), "not at least 0 and below 100",
						  "30 percent is 30.");

	agents = kpi_erlang_agents(load, target / 100, patience, occupancy);
	agents = kpi_whole_at_least(agents / (1 - shrinkage));
	if (agents > KPI_MOST_AGENTS)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of agents out of range"),
				 errhint("Check the number of calls and the handle time.")));
	PG_RETURN_INT64((int64) agents);
}

/*
 * The percentage of calls that are answered within a time; 0 when the agents
 * cannot keep up.
 */
PG_FUNCTION_INFO_V1(kpi_erlang_service_level_pct);
Datum
kpi_erlang_service_level_pct(PG_FUNCTION_ARGS)
{
	int64		handle = handle_argument(fcinfo);
	double		load = load_argument(fcinfo, handle);
	double		patience = (double) kpi_interval_to_usec(PG_GETARG_INTERVAL_P(3)) / (double) handle;

	PG_RETURN_FLOAT8(100 * kpi_erlang_service_level(load, agents_argument(fcinfo), patience));
}

/*
 * The percentage of calls that wait; 100 when the agents cannot keep up.
 */
PG_FUNCTION_INFO_V1(kpi_erlang_wait_pct);
Datum
kpi_erlang_wait_pct(PG_FUNCTION_ARGS)
{
	double		load = load_argument(fcinfo, handle_argument(fcinfo));

	PG_RETURN_FLOAT8(100 * kpi_erlang(load, agents_argument(fcinfo)).wait);
}

/*
 * The mean wait over all calls; NULL when the agents cannot keep up, as it grows
 * without end.
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
