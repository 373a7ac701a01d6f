/*
 * module.c
 *		Marks the library as one that this PostgreSQL can load, and tells its
 *		version.
 */
#include "kpi_compat.h"

#include "utils/builtins.h"

KPI_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(kpi_library_version);

/*
 * The version of this library, as text.
 */
Datum
kpi_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(KPI_VERSION));
}
