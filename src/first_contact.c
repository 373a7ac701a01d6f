/*
 * first_contact.c
 *		First contact resolution by the definitions of several helpdesks.
 */
#include "rate.h"

#include "elapsed.h"
#include "option.h"

/* the labels of kpi_contact_rule */
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
	NEXT_CONTACT_AFTER,
	SOLVED_AT,
	AS_OF,
	AGENT_MESSAGES,
	WITHIN
};

#define ZAMMAD_FIRST_SOLUTION (15 * USECS_PER_MINUTE)

/*
 * Applies the rule 'no_recontact'.  A ticket without a next contact is
 * undecided, NULL, until the window has passed at as_of, up to which all
 * contacts are known.  It is also undecided if solved_at or as_of is not
 * known.
 */
static Datum
no_recontact(FunctionCallInfo fcinfo)
{
	int64		within;
	int64		passed;

	if (PG_ARGISNULL(WITHIN))
		PG_RETURN_NULL();
	within = kpi_option_to_usec(PG_GETARG_INTERVAL_P(WITHIN), "within");
	if (!PG_ARGISNULL(NEXT_CONTACT_AFTER))
		PG_RETURN_BOOL(kpi_interval_to_usec(PG_GETARG_INTERVAL_P(NEXT_CONTACT_AFTER)) > within);
	if (PG_ARGISNULL(SOLVED_AT) || PG_ARGISNULL(AS_OF) ||
		TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(SOLVED_AT)) ||
		pg_sub_s64_overflow(PG_GETARG_TIMESTAMPTZ(AS_OF), PG_GETARG_TIMESTAMPTZ(SOLVED_AT), &passed) ||
		passed < within)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(true);
}

/*
 * first_contact(rule kpi_contact_rule, solved boolean, ...)
 * returns boolean
 *
 * Returns true if a solved ticket was resolved at first contact.  NULL if it
 * is not solved, or if an argument that the rule uses is NULL.  Raises an
 * error for negative counts and durations.
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
			RETURN_IF_KNOWN(AGENT_REPLIES, kpi_event_count(fcinfo, AGENT_REPLIES, "agent_replies") < 2);
		case CONTACT_ZENDESK_MESSAGING:
			if (PG_ARGISNULL(REOPENS) || PG_ARGISNULL(WAS_PENDING))
				PG_RETURN_NULL();
			RETURN_IF_KNOWN(AGENT_REPLIES, kpi_event_count(fcinfo, AGENT_REPLIES, "agent_replies") > 0 &&
							kpi_event_count(fcinfo, REOPENS, "reopens") == 0 && !PG_GETARG_BOOL(WAS_PENDING));
		case CONTACT_FIVETRAN:
			RETURN_IF_KNOWN(AGENT_MESSAGES, kpi_event_count(fcinfo, AGENT_MESSAGES, "agent_messages") == 1);
		case CONTACT_INTERCOM:
			if (PG_ARGISNULL(TEAMMATES))
				PG_RETURN_NULL();
			RETURN_IF_KNOWN(CLOSES, kpi_event_count(fcinfo, CLOSES, "closes") == 1 &&
							kpi_event_count(fcinfo, TEAMMATES, "teammates") == 1);
		case CONTACT_FRESHSERVICE:
			RETURN_IF_KNOWN(CUSTOMER_REPLIES, kpi_event_count(fcinfo, CUSTOMER_REPLIES, "customer_replies") == 0);
		case CONTACT_FRESHDESK:
		case CONTACT_ZOHO:
			RETURN_IF_KNOWN(AGENT_REPLIES, kpi_event_count(fcinfo, AGENT_REPLIES, "agent_replies") == 1);
		case CONTACT_ZAMMAD:
			RETURN_IF_KNOWN(TIME_TO_CLOSE,
							kpi_interval_to_usec(PG_GETARG_INTERVAL_P(TIME_TO_CLOSE)) <= ZAMMAD_FIRST_SOLUTION);
		case CONTACT_NO_RECONTACT:
			return no_recontact(fcinfo);
	}
	PG_RETURN_NULL();
}
