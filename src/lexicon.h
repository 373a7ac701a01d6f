/*
 * lexicon.h
 *		Words and phrases with their weights, to be found in a text.
 */
#ifndef KPI_LEXICON_H
#define KPI_LEXICON_H

#include "kpi_core.h"

#include "words.h"

/* words of a phrase */
#define KPI_PHRASE_WORDS 5

/* bytes of an emoticon */
#define KPI_EMOTICON_BYTES 8

/* words of an entry, with spaces and a terminator */
#define KPI_ENTRY_BYTES (KPI_PHRASE_WORDS * (KPI_WORD_BYTES + 1))

/* a weight of 1 */
#define KPI_WEIGHT_ONE 100

/* what an entry does, besides its weight */
#define KPI_NEGATES 0x01		/* turns the next words round */
#define KPI_STRENGTHENS 0x02	/* makes the next word count more */
#define KPI_WEAKENS 0x04		/* makes the next word count less */
#define KPI_ASKS 0x08			/* makes the sentence a request */
#define KPI_THANKS 0x10			/* is politeness in a request */
#define KPI_CONTRASTS 0x20		/* what follows counts more than what went before */
#define KPI_COUNTS 0x40			/* is a number */

typedef struct KpiLexiconEntry
{
	const char *words;
	int8		weight;			/* hundredths */
	uint8		markers;
} KpiLexiconEntry;

/*
 * A word, or the first words of a phrase.  Nodes are numbered from 1, so that 0
 * is none.
 */
typedef struct KpiLexiconNode
{
	int8		weight;			/* hundredths */
	uint8		markers;
	bool		is_entry;
	bool		is_settled;		/* an earlier entry decides, or has removed it */
	bool		is_prefix;		/* of a longer phrase */
	bool		has_negator;	/* among its words */
	bool		ends_negated;	/* its last word negates what follows */
	uint32		before;			/* the node without the last word */
	uint32		word;			/* the node of the last word */
} KpiLexiconNode;

typedef struct KpiLexicon KpiLexicon;

extern KpiLexicon *kpi_lexicon_create(KpiMemory memory, KpiLetters letters);
extern void kpi_lexicon_free(KpiLexicon *lexicon);
extern bool kpi_lexicon_normalize(const char *key, size_t length, KpiLetters letters, char *normal, const char **problem);
extern void kpi_lexicon_add(KpiLexicon *lexicon, const KpiLexiconEntry *entry, bool is_entry);
extern void kpi_lexicon_finish(KpiLexicon *lexicon);
extern KpiLetters kpi_lexicon_letters(const KpiLexicon *lexicon);
extern const KpiLexiconNode *kpi_lexicon_node(const KpiLexicon *lexicon, uint32 node);
extern uint32 kpi_lexicon_word(const KpiLexicon *lexicon, const char *bytes, int length, uint64 hash);
extern uint32 kpi_lexicon_number(const KpiLexicon *lexicon);
extern uint32 kpi_lexicon_longer(const KpiLexicon *lexicon, uint32 node, uint32 word);
extern int	kpi_lexicon_emoticon(const KpiLexicon *lexicon, const unsigned char *at, size_t length, uint64 *hash);

#endif							/* KPI_LEXICON_H */
