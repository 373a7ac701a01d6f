/*
 * module.c
 *		The magic block, and the version of the library.
 */
#include "kpi_compat.h"

#include "utils/builtins.h"

KPI_MODULE_MAGIC;

/*
 * kpi_library_version() returns text
 *
 * Returns the version of this library.
 */
PG_FUNCTION_INFO_V1(kpi_library_version);
Datum
kpi_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(KPI_VERSION));
}
