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
	bool		has_negator;	/* it, its beginning or one of its words negates */
	bool		ends_negated;	/* it or its last word negates what follows */
	uint64		next_words;		/* bit w % 64 is set if a longer phrase goes on with word w */
	uint32		before;			/* the node without the last word */
	uint32		word;			/* the node of the last word */
} KpiLexiconNode;

/* the tables are small, so that they stay in the processor's cache */
typedef struct KpiWordSlot
{
	uint32		tag;			/* the upper half of the hash */
	uint32		spelling;		/* where it is in "spellings"; 0: free */
} KpiWordSlot;

typedef struct KpiPhraseSlot
{
	uint32		tag;
	uint32		node;			/* 0: free */
} KpiPhraseSlot;

/* a word in "spellings": the number of its node, which others may share, its length, and its bytes */
#define KPI_SPELLING_LENGTH sizeof(uint32)
#define KPI_SPELLING_BYTES (sizeof(uint32) + 1)

typedef struct KpiLexicon
{
	KpiMemory	memory;
	KpiLetters	letters;

	KpiLexiconNode *nodes;		/* the first one is not used */
	uint32		nnodes;
	uint32		node_room;

	char	   *spellings;		/* the first byte is not used */
	uint32		nspellings;
	uint32		spelling_room;

	KpiWordSlot *words;
	uint32		nwords;
	uint32		word_room;		/* a power of two */

	KpiPhraseSlot *phrases;
	uint32		nphrases;
	uint32		phrase_room;	/* a power of two */

	uint32		number;			/* the node of "#", or 0 */
	bool		begins_emoticon[256];
} KpiLexicon;

/*
 * Returns the slot of a word, or the free one where it would be.
 */
static inline KpiWordSlot *
kpi_word_slot(const KpiLexicon *lexicon, const char *bytes, int length, uint64 hash)
{
	uint32		mask = lexicon->word_room - 1;
	uint32		tag = (uint32) (hash >> 32);
	uint32		i = ((uint32) hash ^ tag) & mask;

	for (;; i = (i + 1) & mask)
	{
		KpiWordSlot *slot = &lexicon->words[i];
		const char *spelling = lexicon->spellings + slot->spelling;

		if (slot->spelling == 0 ||
			(slot->tag == tag && (uint8) spelling[KPI_SPELLING_LENGTH] == length &&
			 memcmp(spelling + KPI_SPELLING_BYTES, bytes, length) == 0))
			return slot;
	}
}

/*
 * Returns the node of a spelling.
 */
static inline uint32
kpi_spelling_node(const KpiLexicon *lexicon, uint32 spelling)
{
	uint32		node;

	memcpy(&node, lexicon->spellings + spelling, sizeof(node));
	return node;
}

/*
 * Returns the node of a word, or 0 if it is in no entry.
 */
static inline uint32
kpi_lexicon_word(const KpiLexicon *lexicon, const char *bytes, int length, uint64 hash)
{
	const KpiWordSlot *slot = kpi_word_slot(lexicon, bytes, length, hash);

	return slot->spelling ? kpi_spelling_node(lexicon, slot->spelling) : 0;
}

/*
 * Returns the hash of a phrase.
 */
static inline uint64
kpi_phrase_hash(uint32 before, uint32 word)
{
	return (((uint64) before << 32) | word) * UINT64_C(0x9e3779b97f4a7c15);
}

/*
 * Returns the slot of a phrase, or the free one where it would be.
 */
static inline KpiPhraseSlot *
kpi_phrase_slot(const KpiLexicon *lexicon, uint32 before, uint32 word)
{
	uint32		mask = lexicon->phrase_room - 1;
	uint64		hash = kpi_phrase_hash(before, word);
	uint32		tag = (uint32) hash;
	uint32		i = (uint32) (hash >> 32) & mask;

	for (;; i = (i + 1) & mask)
	{
		KpiPhraseSlot *slot = &lexicon->phrases[i];

		if (slot->node == 0 ||
			(slot->tag == tag && lexicon->nodes[slot->node].before == before && lexicon->nodes[slot->node].word == word))
			return slot;
	}
}

/*
 * Returns the node of a node's words and one more, or 0 if no entry begins so.
 */
static inline uint32
kpi_lexicon_longer(const KpiLexicon *lexicon, uint32 node, uint32 word)
{
	if ((lexicon->nodes[node].next_words & UINT64_C(1) << word % 64) == 0)
		return 0;
	return kpi_phrase_slot(lexicon, node, word)->node;
}

extern KpiLexicon *kpi_lexicon_create(KpiMemory memory, KpiLetters letters);
extern bool kpi_lexicon_normalize(const char *key, size_t length, KpiLetters letters, char *normal,
								  const char **problem);
extern void kpi_lexicon_add_contractions(KpiLexicon *lexicon, const char *words);
extern void kpi_lexicon_add(KpiLexicon *lexicon, const KpiLexiconEntry *entry, bool is_entry);
extern void kpi_lexicon_finish(KpiLexicon *lexicon);
extern int	kpi_lexicon_emoticon(const KpiLexicon *lexicon, const unsigned char *at, size_t length, uint64 *hash);

#endif							/* KPI_LEXICON_H */
