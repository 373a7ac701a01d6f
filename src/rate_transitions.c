/*
 * rate_transitions.c
 *		Transitions of kpi_rate: they decide whether a row is a hit, a miss or
 *		not a trial.
 *
 * Churn and retention are in rate_churn.c.  Every kpi_rate_accum_* has an
 * inverse transition kpi_rate_discard_* with the same arguments.
 */
#include "rate.h"

#include "elapsed.h"
#include "option.h"

/*
 * Returns an argument that is a number of contacts, replies or the like, with
 * its name.  Raises an error if it is negative.
 */
int64
kpi_event_count(FunctionCallInfo fcinfo, int argument, const char *name)
{
	int64		count = PG_GETARG_INT64(argument);

	if (unlikely(count < 0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s cannot be negative", name),
				 errdetail("The number is " INT64_FORMAT ".", count),
				 errhint("Skip such rows with FILTER (WHERE %s >= 0), or with WHERE, using your own column name.", name)));
	return count;
}

/*
 * Returns an outcome if the argument after the count, "solved", is true.
 * Tickets that are not solved are not trials.
 */
#define IF_SOLVED(outcome) (PG_GETARG_BOOL(2) ? (outcome) : KPI_NO_TRIAL)

/*
 * kpi_rate_accum(kpi_rate, hit boolean) returns kpi_rate
 *
 * Counts rows that are true.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_hit, kpi_rate_discard_hit, PG_GETARG_BOOL(1));

/*
 * kpi_rate_accum_at_most_one(kpi_rate, n bigint)
 * kpi_rate_accum_at_most_one(kpi_rate, n bigint, solved boolean)
 * returns kpi_rate
 *
 * Counts tickets, or solved tickets, with at most one event.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_at_most_one, kpi_rate_discard_at_most_one,
				kpi_event_count(fcinfo, 1, "contacts") <= 1);
KPI_RATE_SOURCE(kpi_rate_accum_at_most_one_solved, kpi_rate_discard_at_most_one_solved,
				IF_SOLVED(kpi_event_count(fcinfo, 1, "contacts") <= 1));

/*
 * kpi_rate_accum_exactly_one(kpi_rate, n bigint)
 * kpi_rate_accum_exactly_one(kpi_rate, n bigint, solved boolean)
 * returns kpi_rate
 *
 * Counts tickets, or solved tickets, with exactly one event.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_exactly_one, kpi_rate_discard_exactly_one,
				kpi_event_count(fcinfo, 1, "contacts") == 1);
KPI_RATE_SOURCE(kpi_rate_accum_exactly_one_solved, kpi_rate_discard_exactly_one_solved,
				IF_SOLVED(kpi_event_count(fcinfo, 1, "contacts") == 1));

/*
 * kpi_rate_accum_at_least_one(kpi_rate, n bigint)
 * kpi_rate_accum_at_least_one(kpi_rate, n bigint, solved boolean)
 * returns kpi_rate
 *
 * Counts tickets, or solved tickets, with at least one event.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_at_least_one, kpi_rate_discard_at_least_one,
				kpi_event_count(fcinfo, 1, "contacts") >= 1);
KPI_RATE_SOURCE(kpi_rate_accum_at_least_one_solved, kpi_rate_discard_at_least_one_solved,
				IF_SOLVED(kpi_event_count(fcinfo, 1, "contacts") >= 1));

/*
 * Compares a score with the threshold, the argument after it.
 */
#define SCORE_REACHES(score) (kpi_score_level(score) >= kpi_score_threshold(fcinfo, 2))

/*
 * kpi_rate_accum_score_from(kpi_rate, score, threshold integer)
 * returns kpi_rate
 *
 * Counts scores at or above a threshold.  For smallint, integer and double
 * precision.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_score_int2, kpi_rate_discard_score_int2,
				SCORE_REACHES(PG_GETARG_INT16(1)));
KPI_RATE_SOURCE(kpi_rate_accum_score_int4, kpi_rate_discard_score_int4,
				SCORE_REACHES(PG_GETARG_INT32(1)));
KPI_RATE_SOURCE(kpi_rate_accum_score_float8, kpi_rate_discard_score_float8,
				SCORE_REACHES(PG_GETARG_FLOAT8(1)));

/*
 * kpi_rate_accum_within(kpi_rate, actual interval, target interval)
 * returns kpi_rate
 *
 * Counts rows whose actual time is at most the target.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_within, kpi_rate_discard_within,
				kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1)) <= kpi_interval_to_usec(PG_GETARG_INTERVAL_P(2)));

/*
 * Decides whether a customer came back within a window.  NULL as next contact
 * means that there was none, so the row is a miss.  A row without a window is
 * not a trial.
 */
static inline KpiOutcome
recontact(FunctionCallInfo fcinfo)
{
	int64		within;

	if (PG_ARGISNULL(2))
		return KPI_NO_TRIAL;
	within = kpi_option_to_usec(PG_GETARG_INTERVAL_P(2), "within");
	return (KpiOutcome) (!PG_ARGISNULL(1) && kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1)) <= within);
}

/*
 * kpi_rate_accum_recontact(kpi_rate, next_contact_after interval,
 *						 within interval)
 * returns kpi_rate
 *
 * Counts customers who came back within a window.
 */
KPI_RATE_SOURCE(kpi_rate_accum_recontact, kpi_rate_discard_recontact, recontact(fcinfo));

/* the labels of kpi_service_rule, which selects how abandoned calls count */
typedef enum ServiceRule
{
	SERVICE_AFTER_THRESHOLD,	/* a miss, or no trial if within the threshold */
	SERVICE_ALL_OFFERED,		/* a miss */
	SERVICE_ANSWERED_ONLY,		/* no trial */
	SERVICE_CREDIT_ABANDONED	/* like answered calls */
} ServiceRule;

static const char *const service_rules[] = {"after_threshold", "all_offered", "answered_only", "credit_abandoned"};

/*
 * Decides whether a call was answered in time.  Reads wait, within, abandoned
 * and optionally a rule.
 */
static KpiOutcome
service(FunctionCallInfo fcinfo)
{
	bool		in_time = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1)) <=
		kpi_option_to_usec(PG_GETARG_INTERVAL_P(2), "within");
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

/*
 * kpi_rate_accum_service(kpi_rate, wait interval, within interval,
 *					   abandoned boolean)
 * kpi_rate_accum_service(kpi_rate, wait interval, within interval,
 *					   abandoned boolean, rule kpi_service_rule)
 * returns kpi_rate
 *
 * Counts calls that were answered within a time.  Strict.
 */
KPI_RATE_SOURCE(kpi_rate_accum_service, kpi_rate_discard_service, service(fcinfo));

/*
 * Decides whether a ticket was open at an instant: opened at or before it, and
 * closed later or never.  A row without opened or as_of is not a trial.
 */
#define BACKLOG(INSTANT) \
	(PG_ARGISNULL(1) || PG_ARGISNULL(3) ? KPI_NO_TRIAL : \
	 (KpiOutcome) (INSTANT(1) <= INSTANT(3) && (PG_ARGISNULL(2) || INSTANT(2) > INSTANT(3))))

/*
 * kpi_rate_accum_backlog(kpi_rate, opened, closed, as_of) returns kpi_rate
 *
 * Counts tickets that were open at an instant.  For timestamptz, timestamp and
 * date.
 */
KPI_RATE_SOURCE(kpi_rate_accum_backlog_instants, kpi_rate_discard_backlog_instants,
				BACKLOG(PG_GETARG_TIMESTAMP));
KPI_RATE_SOURCE(kpi_rate_accum_backlog_dates, kpi_rate_discard_backlog_dates,
				BACKLOG(KPI_GETARG_DATE));
