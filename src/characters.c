/*
 * characters.c
 *		Kinds of characters.
 */
#include "characters.h"

#define REPEAT_8(x) x, x, x, x, x, x, x, x
#define REPEAT_26(x) REPEAT_8(x), REPEAT_8(x), REPEAT_8(x), x, x

const uint8 kpi_byte_classes[256] = {
	['\t'] = BLANK, [' '] = BLANK, ['\v'] = BLANK, ['\f'] = BLANK, ['\r'] = BLANK,
	['\n'] = NEWLINE,
	['!'] = STOP, ['?'] = STOP, ['.'] = STOP,
	['0'] = REPEAT_8(DIGIT), DIGIT, DIGIT,
	['A'] = REPEAT_26(UPPER),
	['a'] = REPEAT_26(LOWER),
	[128] = REPEAT_26(HIGH), REPEAT_26(HIGH), REPEAT_26(HIGH), REPEAT_26(HIGH), REPEAT_8(HIGH), REPEAT_8(HIGH),
	REPEAT_8(HIGH)
};

/*
 * Reads a UTF-8 character, and returns its number of bytes.  Bytes that are no
 * UTF-8 are characters of one byte; the text ends before "end".
 */
static int
decode(const unsigned char *at, const unsigned char *end, uint32 *code)
{
	int			length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : at[0] >= 0xc0 ? 2 : 1;
	int			i;

	*code = at[0];
	if (length == 1 || end - at < length)
		return 1;
	for (i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 1;
	*code = at[0] & (0x7f >> length);
	for (i = 1; i < length; i++)
		*code = (*code << 6) | (at[i] & 0x3f);
	return length;
}

/*
 * Returns what a Unicode character above 127 is.
 */
static KpiCharacter
kind_of_code(uint32 code)
{
	if (code < 0xc0)
	{
		if (code == 0xad)
			return IS_INVISIBLE;
		if (code == 0xb4)
			return IS_APOSTROPHE;
		if (code == 0xb7)
			return IS_PUNCTUATION;
		return code == 0xaa || code == 0xb5 || code == 0xba ? IS_LETTER : IS_BLANK;
	}
	if (code < 0x2000)
		return code == 0xd7 || code == 0xf7 ? IS_PUNCTUATION : code == 0x2bc ? IS_APOSTROPHE : IS_LETTER;
	if (code < 0x2070)
	{
		if (code <= 0x200a || code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f)
			return IS_BLANK;
		if (code <= 0x200f || (code >= 0x202a && code <= 0x202e) || code >= 0x2060)
			return IS_INVISIBLE;
		if (code == 0x2018 || code == 0x2019)
			return IS_APOSTROPHE;
		if (code >= 0x201a && code <= 0x201f)
			return IS_BLANK;	/* quotation marks, like the straight ones */
		return code == 0x2026 || code == 0x203c || code == 0x2049 ? IS_STOP : IS_PUNCTUATION;
	}
	if (code >= 0x20a0 && code < 0x2100)
		return code < 0x20d0 ? IS_BLANK : IS_INVISIBLE; /* currencies, and the frame of a keycap */
	if (code >= 0x2190 && code < 0x2c00)
		return IS_EMOJI;
	if (code >= 0x3000 && code < 0x3040)
		return code == 0x3000 ? IS_BLANK : code == 0x3002 ? IS_STOP : IS_PUNCTUATION;
	if ((code >= 0xfe00 && code <= 0xfe0f) || code == 0xfeff || (code >= 0x1f3fb && code <= 0x1f3ff) ||
		(code >= 0xe0000 && code < 0xe1000))
		return IS_INVISIBLE;
	if (code >= 0xff00 && code < 0xff21)
		return code == 0xff07 ? IS_APOSTROPHE : code == 0xff01 || code == 0xff1f ? IS_STOP : IS_PUNCTUATION;
	return code >= 0x1f000 && code < 0x1fb00 ? IS_EMOJI : IS_LETTER;
}

/*
 * Returns what a byte above 127 of a Windows code page is.
 */
static KpiCharacter
kind_of_windows(unsigned char c)
{
	switch (c)
	{
		case 0x91:
		case 0x92:
			return IS_APOSTROPHE;
		case 0x85:
			return IS_STOP;
		case 0x84:
		case 0x93:
		case 0x94:
		case 0xa0:
			return IS_BLANK;
		case 0x95:
		case 0x96:
		case 0x97:
			return IS_PUNCTUATION;
	}
	return IS_LETTER;
}

/*
 * Reads the character at a byte above 127, and returns its number of bytes.
 */
int
kpi_read_character(KpiLetters letters, const unsigned char *at, const unsigned char *end,
				   KpiCharacter *kind, uint32 *code)
{
	int			length = 1;

	*code = *at;
	if (letters == KPI_LETTERS_UTF8)
	{
		length = decode(at, end, code);
		*kind = kind_of_code(*code);
	}
	else
		*kind = letters == KPI_LETTERS_WINDOWS ? kind_of_windows(*at) : IS_LETTER;
	return length;
}

/*
 * Returns the lower case of a Greek letter with an accent, and other letters
 * unchanged.
 */
static uint32
lower_greek(uint32 code)
{
	switch (code)
	{
		case 0x386:
			return 0x3ac;
		case 0x388:
		case 0x389:
		case 0x38a:
			return code + 0x25;
		case 0x38c:
			return 0x3cc;
		case 0x38e:
		case 0x38f:
			return code + 0x3f;
	}
	return code;
}

/*
 * Returns the lower case of a letter of two bytes in UTF-8: Latin-1, Latin
 * Extended-A, Greek and Cyrillic.
 */
uint32
kpi_lower_code(uint32 code)
{
	if ((code >= 0xc0 && code <= 0xde) || (code >= 0x391 && code <= 0x3a9) || (code >= 0x410 && code <= 0x42f))
		return code + 0x20;
	if (code >= 0x400 && code <= 0x40f)
		return code + 0x50;
	if (code >= 0x200 && code < 0x220)
		return code | 1;
	if (code < 0x100 || (code > 0x17e && code < 0x460) || code > 0x52f)
		return lower_greek(code);
	if (code == 0x178)
		return 0xff;
	/* a capital and its small letter are neighbours */
	if (code == 0x130 || code == 0x131 || code == 0x138 || code == 0x149 || code == 0x4c0 ||
		(code > 0x481 && code < 0x48a))
		return code;
	if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e) || (code >= 0x4c1 && code <= 0x4ce))
		return code + (code & 1);
	return code == 0x4cf ? code : code | 1;
}
