/*
 * text_value.h
 *		Types whose values are their own canonical text.
 */
#ifndef KPI_TEXT_VALUE_H
#define KPI_TEXT_VALUE_H

#include "kpi.h"

typedef struct KpiTextValue
{
	int32		vl_len_;
	uint8		version;
	char		text[FLEXIBLE_ARRAY_MEMBER];	/* not terminated */
} KpiTextValue;

#define KPI_TEXT_LENGTH(value) ((int) (VARSIZE_ANY_EXHDR(value) - 1))
#define KPI_TEXT_OF(value) (VARDATA_ANY(value) + 1)

extern const KpiTextValue *kpi_text_value_argument(FunctionCallInfo fcinfo, int argument, const char *type);
extern bool kpi_text_value_is(const KpiTextValue *value, const char *text, int length);

#endif							/* KPI_TEXT_VALUE_H */
