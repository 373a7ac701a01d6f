/*
 * words.h
 *		Splits what a person wrote into words, symbols and stops.
 */
#ifndef KPI_WORDS_H
#define KPI_WORDS_H

#include "characters.h"

/* a longer word is in no lexicon; its rest is skipped */
#define KPI_WORD_BYTES 60

typedef enum KpiTokenKind
{
	KPI_TOKEN_END,				/* of the text */
	KPI_TOKEN_WORD,
	KPI_TOKEN_NUMBER,
	KPI_TOKEN_HASHTAG,			/* words without spaces between them */
	KPI_TOKEN_EMOJI,			/* or an emoticon */
	KPI_TOKEN_PAUSE,			/* a comma, a dash, a bracket */
	KPI_TOKEN_STOP				/* the end of a sentence */
} KpiTokenKind;

typedef struct KpiToken
{
	KpiTokenKind kind;
	bool		loud;			/* word: in capitals */
	int			length;			/* more than KPI_WORD_BYTES: too long */
	uint64		hash;			/* of the bytes */
	char		bytes[KPI_WORD_BYTES + 4];	/* in lower case, not terminated */
} KpiToken;

/* a text that is being read */
typedef struct KpiWords
{
	const unsigned char *next;
	const unsigned char *end;
	const unsigned char *begin;
	const unsigned char *chunk_end; /* up to here, is_address() has looked */
	KpiLetters	letters;
	const struct KpiLexicon *lexicon;	/* NULL: the text is an entry of one */
} KpiWords;

#define KPI_HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/*
 * Continues a hash with a byte (FNV-1a).
 */
static inline uint64
kpi_hash_byte(uint64 hash, unsigned char byte)
{
	return (hash ^ byte) * UINT64_C(0x100000001b3);
}

/*
 * Returns the hash of a word.
 */
static inline uint64
kpi_hash_bytes(const char *bytes, int length)
{
	uint64		hash = KPI_HASH_BEGIN;
	int			i;

	for (i = 0; i < length; i++)
		hash = kpi_hash_byte(hash, (unsigned char) bytes[i]);
	return hash;
}

/*
 * Returns the lower case of an ASCII letter, and other bytes unchanged.
 */
static inline unsigned char
kpi_lower_byte(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

extern void kpi_words_begin(KpiWords *words, const char *text, size_t length, KpiLetters letters,
							const struct KpiLexicon *lexicon);
extern void kpi_words_next(KpiWords *words, KpiToken *token);

#endif							/* KPI_WORDS_H */
