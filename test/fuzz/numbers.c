/*
 * numbers.c
 *		libFuzzer target for the statistics and the theory of queues: whatever the
 *		arguments, an answer within its bounds, and soon.
 */
#include "erlang.h"
#include "intervals.h"
#include "order_statistics.h"
#include "require.h"
#include "special.h"

#include <math.h>

/* the rounding of a few operations */
#define A_LITTLE 1e-9

typedef struct Arguments
{
	int64		a;
	int64		b;
	double		x;
	double		y;
	double		confidence;
} Arguments;

static void
require_interval(KpiInterval interval, double low, double high)
{
	REQUIRE(interval.low <= interval.centre && interval.centre <= interval.high);
	REQUIRE(interval.low >= low && interval.high <= high);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Arguments	is;
	int64		trials;
	int64		hits;
	double		load;
	double		agents;
	KpiErlang	erlang;
	KpiInterval shares;
	int64		low;
	int64		high;

	if (size < sizeof(is))
		return 0;
	memcpy(&is, data, sizeof(is));
	if (!(is.confidence > 0 && is.confidence < 1) || !isfinite(is.x) || !isfinite(is.y))
		return 0;
	trials = (is.a & INT64_MAX) | 1;
	hits = (is.b & INT64_MAX) % (trials + (trials < INT64_MAX));

	shares = kpi_wilson(hits, trials, is.confidence);
	require_interval(shares, 0, 1);
	require_interval(kpi_clopper_pearson(hits, trials, is.confidence), 0, 1);
	require_interval(kpi_adjusted_wald(hits / 2, (trials - hits) / 2, trials, is.confidence), -INFINITY, INFINITY);
	require_interval(kpi_difference(shares, shares), -2, 2);
	REQUIRE(kpi_student_quantile(is.confidence, (double) trials) >= 0);
	REQUIRE(kpi_required_sample_size(0.1, is.confidence) >= 1);

	kpi_order_statistics(trials, fabs(is.x) <= 1 ? fabs(is.x) : 0.5, is.confidence, &low, &high);
	REQUIRE(low >= -1 && low < high && high <= trials);

	load = fabs(is.x);
	agents = (double) (is.b & INT64_MAX) + 1;
	erlang = kpi_erlang(load, agents);
	REQUIRE(erlang.wait >= 0 && erlang.wait <= 1 && erlang.at_once >= 0 && erlang.at_once <= 1);
	if (load < KPI_MOST_AGENTS)
	{
		double		patience = fabs(is.y);
		double		needed = kpi_erlang_agents(load, is.confidence, patience, 1);

		REQUIRE(needed >= load);
		REQUIRE(needed > KPI_MOST_AGENTS || load == 0 ||
				kpi_erlang_service_level(load, needed, patience) >= is.confidence - A_LITTLE);
	}
	return 0;
}
