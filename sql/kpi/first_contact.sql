-- First contact resolution by the definitions of the helpdesks.

CREATE FUNCTION @extschema@.first_contact(
	rule @extschema@.kpi_contact_rule,
	solved boolean DEFAULT NULL,
	agent_replies bigint DEFAULT NULL,
	reopens bigint DEFAULT NULL,
	customer_replies bigint DEFAULT NULL,
	contacts bigint DEFAULT NULL,
	teammates bigint DEFAULT NULL,
	closes bigint DEFAULT NULL,
	was_pending boolean DEFAULT NULL,
	time_to_close interval DEFAULT NULL,
	next_contact_after interval DEFAULT NULL,
	solved_at timestamptz DEFAULT NULL,
	as_of timestamptz DEFAULT NULL,
	agent_messages bigint DEFAULT NULL,
	within interval DEFAULT '7 days')
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_first_contact' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.first_contact(
	@extschema@.kpi_contact_rule, boolean, bigint, bigint, bigint, bigint, bigint, bigint, boolean, interval, interval,
	timestamptz, timestamptz, bigint, interval)
IS 'true when a solved ticket was resolved at first contact by the definition of a helpdesk; NULL when it is not '
'solved or when an input of the rule is NULL. zendesk: agent_replies < 2. zendesk_messaging: agent_replies > 0, '
'never pending or on hold, no reopen. fivetran: agent_messages = 1. intercom: closed once, by one teammate. freshservice: '
'customer_replies = 0. freshdesk and zoho: agent_replies = 1. zammad: closed within 15 minutes. no_recontact: no '
'next contact within the window after solved_at; without a next contact, NULL until as_of is past the window';
