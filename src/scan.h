/*
 * scan.h
 *		Readers of the text forms of tallies.
 */
#ifndef KPI_SCAN_H
#define KPI_SCAN_H

#include "kpi_compat.h"

typedef struct KpiScan
{
	const char *type;			/* SQL name, for errors */
	const char *text;			/* the whole input, for errors */
	const char *next;
	struct Node *escontext;		/* receives soft errors, from PostgreSQL 16 on */
} KpiScan;

extern KpiScan kpi_scan_begin(FunctionCallInfo fcinfo, const char *type);
extern void kpi_scan_space(KpiScan *scan);
extern bool kpi_scan_char(KpiScan *scan, char expected);
extern bool kpi_scan_word(KpiScan *scan, const char *expected);
extern bool kpi_scan_count(KpiScan *scan, int64 *value);
extern bool kpi_scan_millionths(KpiScan *scan, int128 *value);
extern bool kpi_scan_double(KpiScan *scan, double *value);
extern bool kpi_scan_end(KpiScan *scan);
extern const char *kpi_literal_excerpt(const char *text);
extern Datum kpi_scan_failed(KpiScan *scan, const char *detail);

#endif							/* KPI_SCAN_H */
