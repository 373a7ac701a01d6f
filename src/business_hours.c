/*
 * business_hours.c
 *		business_hours: a time zone with weekly opening hours and exceptions.
 *
 * A value is its own canonical text behind a version byte: equal values have
 * equal bytes, and a value is small enough for a column.  It is compiled
 * (calendar.c) when it is first used; each backend keeps the calendars that it
 * used last.
 */
#include "business_hours.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "rails_zones.h"
#include "scan.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

/*
 * Returns an argument of the type.  Raises an error if its format is unknown.
 */
const KpiTextValue *
kpi_hours_argument(FunctionCallInfo fcinfo, int argument)
{
	return kpi_text_value_argument(fcinfo, argument, "business_hours");
}

/* ---------------------------------------------------------------------------
 * Text
 * ---------------------------------------------------------------------------
 */

/*
 * Returns true if a name has a file in the time zone database but is not a
 * zone: a link to the zone of the machine, a template for POSIX strings, the
 * zone of a machine without one, or a second copy of the zones.
 */
static bool
is_no_zone(const char *name)
{
	static const char *const files[] = {"localtime", "posixrules", "Factory"};
	static const char *const directories[] = {"posix/", "right/"};
	int			i;

	for (i = 0; i < (int) lengthof(files); i++)
		if (pg_strcasecmp(name, files[i]) == 0)
			return true;
	for (i = 0; i < (int) lengthof(directories); i++)
		if (pg_strncasecmp(name, directories[i], strlen(directories[i])) == 0)
			return true;
	return false;
}

/*
 * Finds the zone with a name of Ruby on Rails or of the time zone database
 * (IANA), ignoring case.  Returns NULL if there is none.
 *
 * PostgreSQL reads a name that is not in the database as a POSIX zone: "UTC-3"
 * is three hours ahead of UTC, and "Berlin2" is two hours behind it.  That is
 * hardly ever what the user meant.  With a colon in front of the name
 * PostgreSQL looks it up in the database only.
 */
pg_tz *
kpi_find_zone(const char *name)
{
	char		file[TZ_STRLEN_MAX + 1];
	const char *iana = kpi_rails_zone(name);
	pg_tz	   *zone;

	if (iana == NULL)
		iana = name;
	if (iana[0] == ':' || strlen(iana) + 1 > TZ_STRLEN_MAX || is_no_zone(iana))
		return NULL;
	snprintf(file, sizeof(file), ":%s", iana);
	zone = pg_tzset(file);
	return zone && pg_tz_acceptable(zone) ? zone : NULL;
}

/*
 * Returns true for white space, as isspace() of the C locale defines it.
 */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Splits "zone; rules" into the name of the zone and the rules.  Returns NULL
 * if there is no semicolon.  A name that is too long for a zone is cut, but
 * stays too long.
 */
static char *
split_hours(const char *text, const char **rules)
{
	const char *end = strchr(text, ';');

	if (end == NULL)
		return NULL;
	*rules = end + 1;
	for (; text < end && is_space(*text); text++)
		CHECK_FOR_INTERRUPTS();
	for (; text < end && is_space(end[-1]); end--)
		CHECK_FOR_INTERRUPTS();
	return pnstrdup(text, Min(end - text, TZ_STRLEN_MAX));
}

/*
 * Returns the beginning of a text, at most "limit" bytes, without cutting a
 * character of the server's encoding.
 */
static char *
clip(const char *text, size_t length, size_t limit)
{
	return pnstrdup(text, pg_mbcliplen(text, (int) Min(length, limit + MAX_MULTIBYTE_CHAR_LEN), (int) limit));
}

/*
 * Reads "zone; rules".  Returns false if that is not possible; then *detail is
 * the reason.
 */
static bool
read_hours(const char *text, pg_tz **zone, KpiHoursRules *rules, const char **detail)
{
	const char *rules_text;
	char	   *name = split_hours(text, &rules_text);
	KpiHoursProblem problem;

	if (name == NULL)
	{
		*detail = "Expected a time zone and rules, as in Europe/Berlin; Mo-Fr 09:00-17:00.";
		return false;
	}
	*zone = kpi_find_zone(name);
	if (*zone == NULL)
	{
		*detail = psprintf("Time zone \"%s\" is not recognized: write a name such as Europe/Berlin.",
						   clip(name, strlen(name), KPI_HOURS_QUOTED));
		return false;
	}
	if (kpi_hours_parse(rules_text, rules, &problem))
		return true;
	*detail = problem.quoted == NULL ? pstrdup(problem.what) :
		psprintf("%s \"%s\".", problem.what, clip(problem.quoted, problem.length, problem.length));
	return false;
}

/*
 * Creates a value in the current context: the name of the zone and the rules,
 * in canonical form.
 */
static KpiTextValue *
make_hours(pg_tz *zone, const KpiHoursRules *rules)
{
	const char *name = pg_get_timezone_name(zone);
	size_t		length = offsetof(KpiTextValue, text) + strlen(name);
	KpiTextValue *hours;
	char	   *out;
	int			i;

	for (i = 0; i < rules->n; i++)
		length += 2 + kpi_hours_rule_length(&rules->rules[i]);
	hours = palloc0(length);
	hours->version = KPI_FORMAT_VERSION;
	out = hours->text;
	memcpy(out, name, strlen(name));
	out += strlen(name);
	for (i = 0; i < rules->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		*out++ = ';';
		*out++ = ' ';
		out += kpi_hours_format_rule(&rules->rules[i], out);
	}
	SET_VARSIZE(hours, out - (char *) hours);
	return hours;
}

/*
 * business_hours_in(cstring) returns business_hours
 *
 * Reads "zone; rule; rule ...".  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_business_hours_in);
Datum
kpi_business_hours_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "business_hours");
	pg_tz	   *zone;
	KpiHoursRules rules;
	const char *detail;

	if (!read_hours(scan.text, &zone, &rules, &detail))
		return kpi_scan_failed(&scan, detail);
	PG_RETURN_POINTER(make_hours(zone, &rules));
}

/*
 * business_hours_recv(internal) returns business_hours
 *
 * Reads a binary message, a version byte and text.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_business_hours_recv);
Datum
kpi_business_hours_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	pg_tz	   *zone;
	KpiHoursRules rules;
	const char *detail;
	char	   *text;
	int			length;

	kpi_recv_header(message, "business_hours");
	text = pq_getmsgtext(message, message->len - message->cursor, &length);
	if (!read_hours(text, &zone, &rules, &detail))
		kpi_report_received("business_hours", detail);
	PG_RETURN_POINTER(make_hours(zone, &rules));
}

/*
 * business_hours_to_jsonb(business_hours) returns jsonb
 *
 * Returns {"time_zone": ..., "rules": [...]}.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_business_hours_to_jsonb);
Datum
kpi_business_hours_to_jsonb(PG_FUNCTION_ARGS)
{
	const KpiTextValue *hours = kpi_hours_argument(fcinfo, 0);
	char	   *part = pnstrdup(KPI_TEXT_OF(hours), KPI_TEXT_LENGTH(hours));
	char	   *next = strstr(part, "; ");
	const char *separator = "";
	StringInfoData json;

	if (next == NULL)
		kpi_report_corrupted("business_hours", "It has no rules.");
	initStringInfo(&json);
	*next = '\0';
	appendStringInfo(&json, "{\"time_zone\": \"%s\", \"rules\": [", part);
	for (part = next + 2; part; part = next ? next + 2 : NULL)
	{
		next = strstr(part, "; ");
		if (next)
			*next = '\0';
		appendStringInfo(&json, "%s\"%s\"", separator, part);
		separator = ", ";
	}
	appendStringInfoString(&json, "]}");
	return kpi_jsonb(&json);
}

/*
 * Appends a string of a jsonb object to a text.  Returns false if there is no
 * such key, or if it is not a string or contains a semicolon.
 */
static bool
append_string(StringInfo text, const JsonbValue *value)
{
	if (value == NULL || value->type != jbvString || memchr(value->val.string.val, ';', value->val.string.len))
		return false;
	appendBinaryStringInfo(text, value->val.string.val, value->val.string.len);
	return true;
}

/*
 * business_hours_from_jsonb(jsonb) returns business_hours
 *
 * Reads an object as business_hours_to_jsonb returns it.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_business_hours_from_jsonb);
Datum
kpi_business_hours_from_jsonb(PG_FUNCTION_ARGS)
{
	Jsonb	   *json = PG_GETARG_JSONB_P(0);
	JsonbValue *zone_name = NULL;
	JsonbValue *list = NULL;
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;
	StringInfoData text;
	bool		good;

	initStringInfo(&text);
	if (JB_ROOT_IS_OBJECT(json))
	{
		zone_name = getKeyJsonValueFromContainer(&json->root, "time_zone", 9, NULL);
		list = getKeyJsonValueFromContainer(&json->root, "rules", 5, NULL);
	}
	good = append_string(&text, zone_name) && list && list->type == jbvBinary &&
		JsonContainerIsArray(list->val.binary.data) && JB_ROOT_COUNT(json) == 2;
	if (good)
	{
		iterator = JsonbIteratorInit(list->val.binary.data);
		while (good && (token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
		{
			if (token != WJB_ELEM)
				continue;
			appendStringInfoString(&text, "; ");
			good = append_string(&text, &value);
		}
	}
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot convert this jsonb to business_hours"),
				 errdetail("Expected an object with a string \"time_zone\" and an array of strings \"rules\", and no other keys."),
				 errhint("Write, for example, {\"time_zone\": \"Europe/Berlin\", \"rules\": [\"Mo-Fr 09:00-17:00\", \"2026-12-25 off\"]}.")));
	return DirectFunctionCall1(kpi_business_hours_in, CStringGetDatum(text.data));
}

/* ---------------------------------------------------------------------------
 * Compiled calendars
 * ---------------------------------------------------------------------------
 */

/* if a backend uses more in turn, it compiles them at every call */
#define MAX_CALENDARS 256

typedef struct CachedCalendar
{
	MemoryContext context;		/* NULL: not in use */
	KpiCalendar *calendar;
	uint64		used;
	int			length;
	char	   *text;
} CachedCalendar;

static CachedCalendar calendars[MAX_CALENDARS];
static uint64 calendar_uses = 0;

/* where a calendar was found last, by the hash of its text */
#define CALENDAR_SLOTS 1024

static CachedCalendar *calendar_slots[CALENDAR_SLOTS];

/*
 * Reports a stored value that cannot be read: the time zone data of this server
 * does not have its zone, or its bytes are damaged.
 */
static void
report_unreadable(const char *text, const char *detail)
{
	const char *rules;
	const char *name = split_hours(text, &rules);

	if (name != NULL && kpi_find_zone(name) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", clip(name, strlen(name), KPI_HOURS_QUOTED)),
				 errdetail("The stored business hours are \"%s\".", kpi_literal_excerpt(text)),
				 errhint("Update the time zone data of this server, "
						 "or store business hours in a zone that pg_timezone_names lists.")));
	kpi_report_corrupted("business_hours", detail);
}

/*
 * Compiles business hours in place of the least recently used calendar.  Raises
 * an error if they cannot be read.
 */
static CachedCalendar *
compile(const KpiTextValue *hours)
{
	CachedCalendar *oldest = &calendars[0];
	CachedCalendar compiled = {0};
	MemoryContext caller;
	pg_tz	   *zone;
	KpiHoursRules rules;
	const char *detail;
	int			i;

	for (i = 1; i < MAX_CALENDARS; i++)
		if (calendars[i].used < oldest->used)
			oldest = &calendars[i];

	/* if anything fails, the context goes with the caller's */
	compiled.context = AllocSetContextCreate(CurrentMemoryContext, "kpi business hours",
											 ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(compiled.context);
	compiled.length = KPI_TEXT_LENGTH(hours);
	compiled.text = pnstrdup(KPI_TEXT_OF(hours), compiled.length);
	if (!read_hours(compiled.text, &zone, &rules, &detail))
		report_unreadable(compiled.text, detail);
	compiled.calendar = kpi_calendar_create(zone, &rules);
	MemoryContextSwitchTo(caller);

	if (oldest->context)
		MemoryContextDelete(oldest->context);
	*oldest = compiled;
	MemoryContextSetParent(oldest->context, CacheMemoryContext);
	return oldest;
}

/*
 * Returns true if a cache entry has the calendar of these business hours.
 */
static bool
is_calendar_of(const CachedCalendar *cached, const KpiTextValue *hours)
{
	return cached->context && kpi_text_value_is(hours, cached->text, cached->length);
}

/*
 * Returns the compiled form of business hours, which belongs to the backend.
 * It depends on nothing but the value: time zones do not change while a
 * backend runs.
 */
KpiCalendar *
kpi_calendar_of(const KpiTextValue *hours)
{
	static CachedCalendar *last = &calendars[0];

	if (!is_calendar_of(last, hours))
	{
		uint32		hash = hash_bytes((const unsigned char *) KPI_TEXT_OF(hours), KPI_TEXT_LENGTH(hours));
		CachedCalendar **slot = &calendar_slots[hash % CALENDAR_SLOTS];

		if (*slot == NULL || !is_calendar_of(*slot, hours))
		{
			CachedCalendar *found = NULL;
			int			i;

			for (i = 0; i < MAX_CALENDARS && found == NULL; i++)
				if (is_calendar_of(&calendars[i], hours))
					found = &calendars[i];
			*slot = found ? found : compile(hours);
		}
		last = *slot;
	}
	last->used = ++calendar_uses;
	return last->calendar;
}
