/*
 * characters.h
 *		Kinds of characters above 127.
 */
#ifndef KPI_CHARACTERS_H
#define KPI_CHARACTERS_H

#include "kpi_core.h"

/* how the bytes of a text above 127 are read */
typedef enum KpiLetters
{
	KPI_LETTERS_UTF8,
	KPI_LETTERS_WINDOWS,		/* a code page of Windows: letters, and some punctuation */
	KPI_LETTERS_OTHER			/* letters, all of them */
} KpiLetters;

/* what a character above 127 is */
typedef enum KpiCharacter
{
	IS_LETTER,
	IS_INVISIBLE,
	IS_BLANK,
	IS_APOSTROPHE,
	IS_PUNCTUATION,
	IS_STOP,
	IS_EMOJI
} KpiCharacter;

extern int	kpi_read_character(KpiLetters letters, const unsigned char *at, const unsigned char *end,
							   KpiCharacter *kind, uint32 *code);
extern uint32 kpi_lower_code(uint32 code);

#endif							/* KPI_CHARACTERS_H */
