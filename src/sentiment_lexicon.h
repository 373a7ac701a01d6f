/*
 * sentiment_lexicon.h
 *		The sentiment_lexicon type.
 */
#ifndef KPI_SENTIMENT_LEXICON_H
#define KPI_SENTIMENT_LEXICON_H

#include "lexicon.h"
#include "text_value.h"

/* a lexicon's base and what it adds, in normal form, sorted by words */
typedef struct KpiOwnEntry
{
	KpiLexiconEntry entry;
	bool		has_weight;		/* not only markers */
	bool		is_removed;		/* from the base */
} KpiOwnEntry;

typedef struct KpiOwnEntries
{
	bool		has_base;		/* english, not none */
	int			n;
	int			room;
	KpiOwnEntry *entries;
} KpiOwnEntries;

/* the built-in lexicon, from src/english.txt */
extern const KpiLexiconEntry kpi_english[];
extern const int kpi_english_entries;

extern bool kpi_lexicon_parse(const char *text, KpiOwnEntries *own, const char **detail);
extern void kpi_lexicon_format(const KpiOwnEntries *own, StringInfo text);
extern KpiLetters kpi_server_letters(void);

#endif							/* KPI_SENTIMENT_LEXICON_H */
