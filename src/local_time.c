/*
 * local_time.c
 *		The day and the hour of an instant in a time zone.
 *
 * AT TIME ZONE looks up the zone for each row, which takes several times as
 * long as the arithmetic.
 */
#include "business_hours.h"

#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"
#include "zone_offset.h"

/* the time zone of the last call; its name is not terminated */
typedef struct ZoneCache
{
	KpiZoneOffsets *offsets;
	size_t		length;
	char		name[TZ_STRLEN_MAX];
} ZoneCache;

/*
 * Returns the time zone that an argument names.  Raises an error if there is
 * none.  Caches the last zone in fn_extra.
 */
static KpiZoneOffsets *
zone_argument(FunctionCallInfo fcinfo, int argument)
{
	text	   *name = PG_GETARG_TEXT_PP(argument);
	ZoneCache  *cache = fcinfo->flinfo->fn_extra;

	if (cache == NULL ||
		cache->length != VARSIZE_ANY_EXHDR(name) ||
		memcmp(cache->name, VARDATA_ANY(name), cache->length) != 0)
	{
		char	   *wanted = text_to_cstring(name);
		pg_tz	   *zone = kpi_find_zone(wanted);
		KpiZoneOffsets *offsets;
		MemoryContext old;

		if (zone == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("time zone \"%s\" not recognized", wanted),
					 errhint("A time zone has a name like Europe/Berlin; pg_timezone_names lists them.")));
		old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		if (cache == NULL)
			cache = fcinfo->flinfo->fn_extra = palloc0(sizeof(ZoneCache));
		offsets = kpi_zone_offsets_create(zone);
		MemoryContextSwitchTo(old);
		if (cache->offsets)
			pfree(cache->offsets);
		cache->offsets = offsets;
		cache->length = strlen(wanted);
		memcpy(cache->name, wanted, cache->length);
		pfree(wanted);
	}
	return cache->offsets;
}

/*
 * Divides and rounds towards minus infinity.
 */
static int64
floor_div(int64 dividend, int64 divisor)
{
	return dividend / divisor - (dividend % divisor < 0);
}

/*
 * Computes the local time of an instant, in seconds since 2000.  Returns false
 * for infinity, and for instants outside the years 1 to 9999 in any time zone:
 * most programs cannot show such dates.
 */
static bool
local_time(FunctionCallInfo fcinfo, int64 *local)
{
	/* 0001-01-02 and 9999-12-30, in microseconds since 2000 */
	const TimestampTz first = INT64CONST(-63082195200000000);
	const TimestampTz last = INT64CONST(252455443200000000);
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
	KpiZoneOffsets *offsets = zone_argument(fcinfo, 1);
	int64		seconds;

	if (at < first || at > last)
		return false;
	seconds = floor_div(at, USECS_PER_SEC);
	*local = seconds + kpi_zone_offset(offsets, seconds + KPI_UNIX_TO_POSTGRES);
	return true;
}

/*
 * kpi_day(at timestamptz, time_zone text) returns date
 *
 * Returns the local day of an instant, or NULL for infinity and for years
 * outside 1 to 9999.  Raises an error if the zone is unknown.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_day);
Datum
kpi_day(PG_FUNCTION_ARGS)
{
	int64		local;

	if (!local_time(fcinfo, &local))
		PG_RETURN_NULL();
	PG_RETURN_DATEADT((DateADT) floor_div(local, SECS_PER_DAY));
}

/*
 * kpi_hour(at timestamptz, time_zone text) returns integer
 *
 * Returns the local hour of an instant, 0 to 23.  NULL and errors as in
 * kpi_day.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_hour);
Datum
kpi_hour(PG_FUNCTION_ARGS)
{
	int64		local;

	if (!local_time(fcinfo, &local))
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (local - floor_div(local, SECS_PER_DAY) * SECS_PER_DAY) / SECS_PER_HOUR);
}
