/*
 * contacts.c
 *		What counts as answered in time, as coming back, and as solved at first
 *		contact.
 */
#include "rate.h"

#include "elapsed.h"
#include "option.h"

/*
 * A service level target met: the actual time is at or below the target.
 * Strict.
 */
KPI_RATE_SOURCE(within,
				kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1)) <= kpi_interval_to_usec(PG_GETARG_INTERVAL_P(2)));

/*
 * The customer came back within the window; without a next contact, not.
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

KPI_RATE_SOURCE(recontact, recontact(fcinfo));

/*
 * The four ways to count the calls that were given up.
 */
typedef enum ServiceRule
{
	SERVICE_AFTER_THRESHOLD,	/* missed, but not counted when given up in time */
	SERVICE_ALL_OFFERED,		/* missed */
	SERVICE_ANSWERED_ONLY,		/* not counted */
	SERVICE_CREDIT_ABANDONED	/* like answered ones */
} ServiceRule;

static const char *const service_rules[] = {"after_threshold", "all_offered", "answered_only", "credit_abandoned"};

/*
 * The service level of calls: wait, within, abandoned and perhaps a rule.
 * Strict.
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

KPI_RATE_SOURCE(service, service(fcinfo));

/*
 * How help desks call a ticket solved at first contact.  Each rule looks at some
 * of the facts about a ticket.
 */
typedef enum ContactRule
{
	CONTACT_ZENDESK,
	CONTACT_ZENDESK_MESSAGING,
	CONTACT_FIVETRAN,
	CONTACT_INTERCOM,
	CONTACT_FRESHSERVICE,
	CONTACT_FRESHDESK,
	CONTACT_ZOHO,
	CONTACT_ZAMMAD,
	CONTACT_NO_RECONTACT
} ContactRule;

static const char *const contact_rules[] = {
	"zendesk", "zendesk_messaging", "fivetran", "intercom", "freshservice",
	"freshdesk", "zoho", "zammad", "no_recontact"
};

/* the arguments of first_contact */
enum
{
	RULE,
	SOLVED,
	AGENT_REPLIES,
	REOPENS,
	CUSTOMER_REPLIES,
	CONTACTS,
	TEAMMATES,
	CLOSES,
	WAS_PENDING,
	TIME_TO_CLOSE,
	NEXT_CONTACT_AFTER
};

static int64
duration(FunctionCallInfo fcinfo, int argument)
{
	return kpi_interval_to_usec(PG_GETARG_INTERVAL_P(argument));
}

/*
 * Whether a solved ticket was solved at first contact, by the rule of a help
 * desk.  NULL when it is not solved, or what the rule looks at is not known; no
 * next contact is known, and good.
 */
PG_FUNCTION_INFO_V1(kpi_first_contact);
Datum
kpi_first_contact(PG_FUNCTION_ARGS)
{
#define RETURN_IF_KNOWN(argument, answer) \
	do { \
		if (PG_ARGISNULL(argument)) \
			PG_RETURN_NULL(); \
		PG_RETURN_BOOL(answer); \
	} while (0)

	if (PG_ARGISNULL(RULE) || PG_ARGISNULL(SOLVED) || !PG_GETARG_BOOL(SOLVED))
		PG_RETURN_NULL();
	switch ((ContactRule) kpi_option(fcinfo, RULE, contact_rules, lengthof(contact_rules)))
	{
		case CONTACT_ZENDESK:
			RETURN_IF_KNOWN(AGENT_REPLIES, kpi_event_count(fcinfo, AGENT_REPLIES) < 2);
		case CONTACT_ZENDESK_MESSAGING:
			if (PG_ARGISNULL(REOPENS) || PG_ARGISNULL(WAS_PENDING))
				PG_RETURN_NULL();
			RETURN_IF_KNOWN(AGENT_REPLIES, kpi_event_count(fcinfo, AGENT_REPLIES) > 0 &&
							kpi_event_count(fcinfo, REOPENS) == 0 && !PG_GETARG_BOOL(WAS_PENDING));
		case CONTACT_FIVETRAN:
		case CONTACT_FRESHDESK:
		case CONTACT_ZOHO:
			RETURN_IF_KNOWN(AGENT_REPLIES, kpi_event_count(fcinfo, AGENT_REPLIES) == 1);
		case CONTACT_INTERCOM:
			if (PG_ARGISNULL(TEAMMATES))
				PG_RETURN_NULL();
			RETURN_IF_KNOWN(CLOSES, kpi_event_count(fcinfo, CLOSES) == 1 && kpi_event_count(fcinfo, TEAMMATES) == 1);
		case CONTACT_FRESHSERVICE:
			RETURN_IF_KNOWN(CUSTOMER_REPLIES, kpi_event_count(fcinfo, CUSTOMER_REPLIES) == 0);
		case CONTACT_ZAMMAD:
			RETURN_IF_KNOWN(TIME_TO_CLOSE, duration(fcinfo, TIME_TO_CLOSE) <= 15 * INT64CONST(60) * USECS_PER_SEC);
		case CONTACT_NO_RECONTACT:
			PG_RETURN_BOOL(PG_ARGISNULL(NEXT_CONTACT_AFTER) ||
						   duration(fcinfo, NEXT_CONTACT_AFTER) > 7 * USECS_PER_DAY);
	}
	PG_RETURN_NULL();
}
