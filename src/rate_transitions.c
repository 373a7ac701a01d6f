/*
 * rate_transitions.c
 *		The rows of rates: which are hits, which are misses, which do not count.
 *
 * Churn and retention are in rate_churn.c.
 */
#include "rate.h"

#include "elapsed.h"
#include "option.h"

/*
 * Returns a count of contacts, replies or the like.  Error: a negative one.
 */
int64
kpi_event_count(FunctionCallInfo fcinfo, int argument)
{
	int64		count = PG_GETARG_INT64(argument);

	if (unlikely(count < 0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count cannot be negative"),
				 errdetail("The count is " INT64_FORMAT ".", count),
				 errhint("Skip such rows with FILTER (WHERE contacts >= 0), naming your own column.")));
	return count;
}

/*
 * A boolean, and counts of events, over all tickets or over solved ones.  Strict.
 */
#define IF_SOLVED(outcome) (PG_GETARG_BOOL(2) ? (outcome) : KPI_NO_TRIAL)

KPI_RATE_SOURCE(kpi_rate_accum_hit, kpi_rate_discard_hit, PG_GETARG_BOOL(1));
KPI_RATE_SOURCE(kpi_rate_accum_at_most_one, kpi_rate_discard_at_most_one,
				kpi_event_count(fcinfo, 1) <= 1);
KPI_RATE_SOURCE(kpi_rate_accum_at_most_one_solved, kpi_rate_discard_at_most_one_solved,
				IF_SOLVED(kpi_event_count(fcinfo, 1) <= 1));
KPI_RATE_SOURCE(kpi_rate_accum_exactly_one, kpi_rate_discard_exactly_one,
				kpi_event_count(fcinfo, 1) == 1);
KPI_RATE_SOURCE(kpi_rate_accum_exactly_one_solved, kpi_rate_discard_exactly_one_solved,
				IF_SOLVED(kpi_event_count(fcinfo, 1) == 1));
KPI_RATE_SOURCE(kpi_rate_accum_at_least_one, kpi_rate_discard_at_least_one,
				kpi_event_count(fcinfo, 1) >= 1);
KPI_RATE_SOURCE(kpi_rate_accum_at_least_one_solved, kpi_rate_discard_at_least_one_solved,
				IF_SOLVED(kpi_event_count(fcinfo, 1) >= 1));

/*
 * Scores at or above a threshold.  Strict.
 */
#define SCORE_REACHES(score) (kpi_score_level(score) >= kpi_score_threshold(fcinfo, 2))

KPI_RATE_SOURCE(kpi_rate_accum_score_int2, kpi_rate_discard_score_int2,
				SCORE_REACHES(PG_GETARG_INT16(1)));
KPI_RATE_SOURCE(kpi_rate_accum_score_int4, kpi_rate_discard_score_int4,
				SCORE_REACHES(PG_GETARG_INT32(1)));
KPI_RATE_SOURCE(kpi_rate_accum_score_float8, kpi_rate_discard_score_float8,
				SCORE_REACHES(PG_GETARG_FLOAT8(1)));

/*
 * Targets met: the actual time is at most the target.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_within, kpi_rate_discard_within,
				kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1)) <= kpi_interval_to_usec(PG_GETARG_INTERVAL_P(2)));

/*
 * Customers who came back within a window.  A NULL next contact is none, so a miss;
 * without a window the row does not count.
 */
static inline KpiOutcome
recontact(FunctionCallInfo fcinfo)
{
	int64		within;

	if (PG_ARGISNULL(2))
		return KPI_NO_TRIAL;
	within = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(2));
	return (KpiOutcome) (!PG_ARGISNULL(1) && kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1)) <= within);
}

KPI_RATE_SOURCE(kpi_rate_accum_recontact, kpi_rate_discard_recontact, recontact(fcinfo));

/*
 * How abandoned calls count: the labels of kpi_service_rule.
 */
typedef enum ServiceRule
{
	SERVICE_AFTER_THRESHOLD,	/* missed, unless abandoned within the threshold */
	SERVICE_ALL_OFFERED,		/* missed */
	SERVICE_ANSWERED_ONLY,		/* not counted */
	SERVICE_CREDIT_ABANDONED	/* like answered calls */
} ServiceRule;

static const char *const service_rules[] = {"after_threshold", "all_offered", "answered_only", "credit_abandoned"};

/*
 * The service level of calls: wait, within, abandoned and perhaps a rule.  Strict.
 */
static KpiOutcome
service(FunctionCallInfo fcinfo)
{
	bool		in_time = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1)) <= kpi_interval_to_usec(PG_GETARG_INTERVAL_P(2));
	ServiceRule rule = SERVICE_AFTER_THRESHOLD;

	if (PG_NARGS() > 4)
		rule = (ServiceRule) kpi_option(fcinfo, 4, service_rules, lengthof(service_rules));
	if (!PG_GETARG_BOOL(3))
		return (KpiOutcome) in_time;
	switch (rule)
	{
		case SERVICE_AFTER_THRESHOLD:
			return in_time ? KPI_NO_TRIAL : KPI_MISS;
		case SERVICE_ALL_OFFERED:
			return KPI_MISS;
		case SERVICE_ANSWERED_ONLY:
			return KPI_NO_TRIAL;
		case SERVICE_CREDIT_ABANDONED:
			return (KpiOutcome) in_time;
	}
	return KPI_NO_TRIAL;
}

KPI_RATE_SOURCE(kpi_rate_accum_service, kpi_rate_discard_service, service(fcinfo));

/*
 * The backlog: a ticket is a hit when it was opened by an instant and not closed by
 * it.  Without opening or instant a row does not count; a NULL closing is none.
 */
#define BACKLOG(INSTANT) \
	(PG_ARGISNULL(1) || PG_ARGISNULL(3) ? KPI_NO_TRIAL : \
	 (KpiOutcome) (INSTANT(1) <= INSTANT(3) && (PG_ARGISNULL(2) || INSTANT(2) > INSTANT(3))))

KPI_RATE_SOURCE(kpi_rate_accum_backlog_instants, kpi_rate_discard_backlog_instants,
				BACKLOG(PG_GETARG_TIMESTAMP));
KPI_RATE_SOURCE(kpi_rate_accum_backlog_dates, kpi_rate_discard_backlog_dates,
				BACKLOG(KPI_GETARG_DATE));
