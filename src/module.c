/*
 * module.c
 *		Marks the library as one that this PostgreSQL can load.
 */
#include "kpi_compat.h"

KPI_MODULE_MAGIC;
