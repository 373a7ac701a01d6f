/*
 * option.c
 *		Arguments that choose one of several rules.  They are enums in SQL.
 */
#include "option.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "utils/syscache.h"

/* the last value that was looked up: a query rarely has more than one */
typedef struct Chosen
{
	Oid			value;
	int			position;
} Chosen;

/*
 * Returns the position of an enum argument, which must not be NULL, among the
 * labels of its SQL type.  Caches the last value in fn_extra, so the SQL
 * function must not use that for anything else.
 */
int
kpi_option(FunctionCallInfo fcinfo, int argument, const char *const *labels, int n)
{
	Oid			value = PG_GETARG_OID(argument);
	Chosen	   *chosen = fcinfo->flinfo->fn_extra;
	HeapTuple	entry;
	int			position;

	if (chosen && chosen->value == value)
		return chosen->position;

	entry = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
	if (!HeapTupleIsValid(entry))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid internal value for enum: %u", value)));
	for (position = 0; position < n; position++)
	{
		if (strcmp(NameStr(((Form_pg_enum) GETSTRUCT(entry))->enumlabel), labels[position]) == 0)
			break;
	}
	ReleaseSysCache(entry);
	if (position == n)
		elog(ERROR, "unknown option");

	if (!chosen)
		chosen = fcinfo->flinfo->fn_extra = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(Chosen));
	chosen->value = value;
	chosen->position = position;
	return position;
}
