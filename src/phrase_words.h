/*
 * phrase_words.h
 *		The words and the pairs of adjacent words of a document.
 */
#ifndef KPI_PHRASE_WORDS_H
#define KPI_PHRASE_WORDS_H

#include "kpi_compat.h"

/* the part of a longer document that counts; tsvector has the same limit */
#define KPI_DOCUMENT_BYTES (1024 * 1024 - 1)
/* longer words do not count */
#define KPI_WORD_BYTES 255

/* set in the second word of a pair that is written with a hyphen */
#define KPI_HYPHEN 0x80000000u

/*
 * A phrase of a document.  A word is known by two numbers: of what the
 * dictionaries return for it, and of the form in which it is written.
 */
typedef struct KpiPhrase
{
	uint32		first;			/* number of the first word */
	uint32		second;			/* number of the second word, 0 in a single word */
	uint32		first_form;
	uint32		second_form;	/* with KPI_HYPHEN */
	uint32		place;			/* in the document */
} KpiPhrase;

typedef struct KpiWords KpiWords;

extern KpiWords *kpi_words(MemoryContext parent, Oid config);
extern Size kpi_words_memory(const KpiWords *words);
extern void kpi_words_forget(KpiWords *words);
extern int	kpi_words_read(KpiWords *words, char *document, int length, KpiPhrase **phrases);
extern const char *kpi_word_key(const KpiWords *words, uint32 form);
extern const char *kpi_word_written(const KpiWords *words, uint32 form);

#endif							/* KPI_PHRASE_WORDS_H */
