/*
 * characters.h
 *		Kinds of characters.
 */
#ifndef KPI_CHARACTERS_H
#define KPI_CHARACTERS_H

#include "kpi_core.h"

/* what a byte is */
typedef enum ByteClass
{
	PUNCTUATION,
	BLANK,
	NEWLINE,
	STOP,
	HIGH,						/* this and the following may be letters */
	LOWER,						/* this and the following belong to words */
	UPPER,
	DIGIT
} ByteClass;

extern const uint8 kpi_byte_classes[256];

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

/*
 * Returns true for an ASCII letter or digit, or a byte above 127.
 */
static inline bool
kpi_is_alnum(unsigned char c)
{
	return kpi_byte_classes[c] >= HIGH;
}

/*
 * Returns true for an ASCII letter, or a byte above 127.
 */
static inline bool
kpi_is_letter(unsigned char c)
{
	return kpi_is_alnum(c) && kpi_byte_classes[c] != DIGIT;
}

/*
 * Returns true for a space or the end of a line.
 */
static inline bool
kpi_is_space(unsigned char c)
{
	return kpi_byte_classes[c] == BLANK || kpi_byte_classes[c] == NEWLINE;
}

extern int	kpi_read_character(KpiLetters letters, const unsigned char *at, const unsigned char *end,
							   KpiCharacter *kind, uint32 *code);
extern uint32 kpi_lower_code(uint32 code);

#endif							/* KPI_CHARACTERS_H */
