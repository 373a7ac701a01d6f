/*
 * option.h
 *		Arguments that choose one of several rules.  They are enums in SQL.
 */
#ifndef KPI_OPTION_H
#define KPI_OPTION_H

#include "kpi_compat.h"

extern int	kpi_option(FunctionCallInfo fcinfo, int argument, const char *const *labels, int n);

#endif							/* KPI_OPTION_H */
