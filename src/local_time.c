/*
 * local_time.c
 *		The day and the hour of an instant in a time zone.
 *
 * AT TIME ZONE does the same, but looks the zone up anew in each row, which
 * takes several times as long as the arithmetic.
 */
#include "business_hours.h"

#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

/* the time zone of the last call, with its name, which is not terminated */
typedef struct ZoneCache
{
	pg_tz	   *zone;
	size_t		length;
	char		name[TZ_STRLEN_MAX];
} ZoneCache;

/*
 * The time zone that an argument names; an error if there is none.
 */
static pg_tz *
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

		if (zone == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("time zone \"%s\" not recognized", wanted),
					 errhint("A time zone has a name like Europe/Berlin; pg_timezone_names lists them.")));
		if (cache == NULL)
			cache = fcinfo->flinfo->fn_extra =
				MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(ZoneCache));
		cache->zone = zone;
		cache->length = strlen(wanted);
		memcpy(cache->name, wanted, cache->length);
		pfree(wanted);
	}
	return cache->zone;
}

/*
 * The local time of an instant.  False when it has no day to be counted on: one
 * of the years that programs which show dates can show, in every time zone.
 */
static bool
local_time(TimestampTz at, pg_tz *zone, struct pg_tm *local)
{
	/* 0001-01-02 and 9999-12-30, in microseconds from 2000 */
	const TimestampTz first = INT64CONST(-63082195200000000);
	const TimestampTz last = INT64CONST(252455443200000000);
	fsec_t		fraction;
	int			offset;

	return at >= first && at <= last &&
		timestamp2tm(at, &offset, local, &fraction, NULL, zone) == 0;
}

PG_FUNCTION_INFO_V1(kpi_day);

/*
 * kpi_day(at timestamptz, time_zone text) returns date
 *
 * The day on which an instant is counted, in a time zone; NULL for infinity and
 * for years that a date picker cannot show.  Strict.  Errors: unknown zone.
 */
Datum
kpi_day(PG_FUNCTION_ARGS)
{
	struct pg_tm local;

	if (!local_time(PG_GETARG_TIMESTAMPTZ(0), zone_argument(fcinfo, 1), &local))
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(date2j(local.tm_year, local.tm_mon, local.tm_mday) - POSTGRES_EPOCH_JDATE);
}

PG_FUNCTION_INFO_V1(kpi_hour);

/*
 * kpi_hour(at timestamptz, time_zone text) returns integer
 *
 * The hour of the day, 0 to 23, of an instant in a time zone; NULL and errors as
 * kpi_day.
 */
Datum
kpi_hour(PG_FUNCTION_ARGS)
{
	struct pg_tm local;

	if (!local_time(PG_GETARG_TIMESTAMPTZ(0), zone_argument(fcinfo, 1), &local))
		PG_RETURN_NULL();
	PG_RETURN_INT32(local.tm_hour);
}
