/*
 * phrase_text.h
 *		Texts as people write them, before a parser of the text search reads
 *		them.
 */
#ifndef KPI_PHRASE_TEXT_H
#define KPI_PHRASE_TEXT_H

#include "kpi_compat.h"

extern char *kpi_tidy_text(char *text, int *length);
extern bool kpi_ends_clause(const char *text, int length);
extern bool kpi_is_negated_verb(const char *word);
extern bool kpi_is_negator(const char *word);

#endif							/* KPI_PHRASE_TEXT_H */
