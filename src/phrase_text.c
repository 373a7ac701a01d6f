/*
 * phrase_text.c
 *		Texts as people write them, before a parser of the text search reads
 *		them.
 */
#include "phrase_text.h"

#include "mb/pg_wchar.h"
#include "phrase_words.h"

/*
 * Returns the length of an invisible character at "at", or 0: a soft hyphen, a
 * zero-width space, a word joiner or a byte order mark.  The zero-width joiner
 * and non-joiner are part of words in Persian and in languages of India.
 */
static int
invisible_length(const unsigned char *at, const unsigned char *end)
{
	if (end - at >= 2 && at[0] == 0xC2 && at[1] == 0xAD)
		return 2;
	if (end - at < 3)
		return 0;
	if (at[0] == 0xE2 && at[1] == 0x80 && at[2] == 0x8B)
		return 3;
	if (at[0] == 0xE2 && at[1] == 0x81 && at[2] == 0xA0)
		return 3;
	if (at[0] == 0xEF && at[1] == 0xBB && at[2] == 0xBF)
		return 3;
	return 0;
}

/*
 * Returns the length of a typographic apostrophe at "at", or 0.
 */
static int
apostrophe_length(const unsigned char *at, const unsigned char *end)
{
	if (end - at >= 3 && at[0] == 0xE2 && at[1] == 0x80 && at[2] == 0x99)
		return 3;
	if (end - at >= 2 && at[0] == 0xCA && at[1] == 0xBC)
		return 2;
	return 0;
}

/*
 * Returns whether a byte can be inside of a word, an address or a path.
 */
static bool
is_dense(unsigned char c)
{
	return c > ' ' && c < 127 && c != '<' && c != '>';
}

/*
 * Returns the length of the sequence of dense bytes at "at".
 */
static Size
dense_length(const unsigned char *at, const unsigned char *end)
{
	const unsigned char *start = at;

	while (at < end && is_dense(*at))
		at++;
	return at - start;
}

/*
 * Returns whether a comment of HTML begins at "at".
 */
static bool
is_comment(const unsigned char *at, const unsigned char *end)
{
	return end - at >= 4 && memcmp(at, "<!--", 4) == 0;
}

/*
 * Returns the end of the comment that begins at "at", or NULL if it has none.
 */
static const unsigned char *
comment_end(const unsigned char *at, const unsigned char *end)
{
	for (at += 4; end - at >= 3; at++)
	{
		if (memcmp(at, "-->", 3) == 0)
			return at + 3;
	}
	return NULL;
}

/*
 * Removes invisible characters, and makes apostrophes straight.  Returns a copy
 * if the text changes, and sets *length.
 */
static char *
tidy_characters(char *text, int *length)
{
	const unsigned char *at = (const unsigned char *) text;
	const unsigned char *end = at + *length;
	char	   *tidy;
	char	   *to;

	while (at < end && invisible_length(at, end) == 0 && apostrophe_length(at, end) == 0)
		at++;
	if (at == end)
		return text;
	to = tidy = palloc(*length + 1);
	for (at = (const unsigned char *) text; at < end;)
	{
		int			invisible = invisible_length(at, end);
		int			apostrophe = apostrophe_length(at, end);

		if (apostrophe > 0)
			*to++ = '\'';
		else if (invisible == 0)
			*to++ = *at;
		at += Max(invisible + apostrophe, 1);
	}
	*to = '\0';
	*length = to - tidy;
	return tidy;
}

/*
 * Returns whether cut_slow_parts() would change anything.
 */
static bool
has_slow_parts(const unsigned char *at, const unsigned char *end)
{
	while (at < end)
	{
		Size		dense = dense_length(at, end);

		if (dense > KPI_WORD_BYTES)
			return true;
		at += dense;
		if (is_comment(at, end))
			return true;
		if (at < end)
			at++;
	}
	return false;
}

/*
 * Replaces by a blank line what takes the parser of PostgreSQL quadratic time
 * and is no word: each sequence of more than KPI_WORD_BYTES ASCII characters
 * without a blank, and comments of HTML.  Returns a copy if the text changes,
 * and sets *length.
 */
static char *
cut_slow_parts(char *text, int *length)
{
	const unsigned char *at = (const unsigned char *) text;
	const unsigned char *end = at + *length;
	const unsigned char *after = at;
	char	   *rest;
	char	   *to;

	if (!has_slow_parts(at, end))
		return text;
	to = rest = palloc(*length + 1);
	while (at < end)
	{
		Size		dense = dense_length(at, end);

		if (dense > KPI_WORD_BYTES)
		{
			*to++ = '\n';
			*to++ = '\n';
		}
		else
		{
			memcpy(to, at, dense);
			to += dense;
		}
		at += dense;
		if (is_comment(at, end))
		{
			/* without an end, only its first character goes; look for one once */
			if (after != NULL)
				after = comment_end(at, end);
			at = after != NULL ? after : at + 1;
			*to++ = '\n';
			if (after != NULL)
				*to++ = '\n';
		}
		else if (at < end)
			*to++ = *at++;
	}
	*to = '\0';
	*length = to - rest;
	return rest;
}

/*
 * Prepares a text for the parser: removes invisible characters, makes
 * apostrophes straight, and cuts out what would take quadratic time.  Characters
 * come first, as what is cut may be hidden by them.  Returns a copy if the text
 * changes, and sets *length.
 */
char *
kpi_tidy_text(char *text, int *length)
{
	if (GetDatabaseEncoding() == PG_UTF8)
		text = tidy_characters(text, length);
	return cut_slow_parts(text, length);
}

/*
 * Returns whether a sentence or a part of one ends in the text between two
 * words: at a punctuation mark, a bracket or a blank line.
 */
bool
kpi_ends_clause(const char *text, int length)
{
	static const char *const marks[] = {
		"\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\xA6",	/* dashes, ellipsis */
		"\xE3\x80\x81", "\xE3\x80\x82", "\xEF\xBC\x81", "\xEF\xBC\x8C", /* Chinese and Japanese */
		"\xEF\xBC\x9A", "\xEF\xBC\x9B", "\xEF\xBC\x9F",
		"\xD8\x8C", "\xD8\x9B", "\xD8\x9F",	/* Arabic */
		"\xE0\xA5\xA4",			/* danda */
	};
	bool		is_utf8 = GetDatabaseEncoding() == PG_UTF8;
	int			lines = 0;

	for (int i = 0; i < length; i++)
	{
		if (text[i] != '\0' && strchr(".!?,;:()[]{}", text[i]) != NULL)
			return true;
		if (text[i] == '\n' && ++lines == 2)
			return true;
		if (strchr("\n\r\t ", text[i]) == NULL)
			lines = 0;
		for (size_t j = 0; IS_HIGHBIT_SET(text[i]) && is_utf8 && j < lengthof(marks); j++)
		{
			int			size = strlen(marks[j]);

			if (length - i >= size && memcmp(text + i, marks[j], size) == 0)
				return true;
		}
	}
	return false;
}

/*
 * Returns whether a word, in lower case, is a verb with "not": "can't" and
 * "didn't", also without the apostrophe, and "cannot".
 */
bool
kpi_is_negated_verb(const char *word)
{
	static const char *const verbs[] = {
		"ain", "aren", "can", "couldn", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn",
		"mustn", "needn", "shan", "shouldn", "wasn", "weren", "won", "wouldn",
	};
	size_t		length = strlen(word);

	if (strcmp(word, "cannot") == 0)
		return true;
	if (length < 4 || word[length - 1] != 't')
		return false;
	if (word[length - 2] == '\'')
		return word[length - 3] == 'n';
	for (size_t i = 0; i < lengthof(verbs); i++)
	{
		if (strlen(verbs[i]) == length - 1 && memcmp(verbs[i], word, length - 1) == 0)
			return true;
	}
	return false;
}

/*
 * Returns whether a word, in lower case, is a negator of a language whose stop
 * words PostgreSQL has.  Words of other languages do no harm: they count only
 * where a dictionary has them as stop words.
 */
bool
kpi_is_negator(const char *word)
{
	static const char *const negators[] = {
		"no", "not", "nor", "never", "none", "nothing", "neither", "without",
		"nicht", "kein", "keine", "keinem", "keinen", "keiner", "keines", "nichts", "nie", "ohne",
		"pas", "jamais", "rien", "sans", "non", "nada", "nunca", "niet", "geen", "niets", "nooit", "zonder",
		"nem", "sem", "nincs", "ikke", "ikkje", "ingen", "inte", "inget", "inga", "aldrig", "utan", "ei",
	};
	static const char *const utf8_negators[] = {
		"n\xC3\xA3o",			/* Portuguese */
		"\xD0\xBD\xD0\xB5", "\xD0\xBD\xD0\xB5\xD1\x82", "\xD0\xBD\xD0\xB8", /* Russian */
		"\xD0\xB1\xD0\xB5\xD0\xB7", "\xD0\xBD\xD0\xB8\xD0\xBA\xD0\xBE\xD0\xB3\xD0\xB4\xD0\xB0",
	};

	for (size_t i = 0; i < lengthof(negators); i++)
	{
		if (strcmp(negators[i], word) == 0)
			return true;
	}
	for (size_t i = 0; i < lengthof(utf8_negators) && GetDatabaseEncoding() == PG_UTF8; i++)
	{
		if (strcmp(utf8_negators[i], word) == 0)
			return true;
	}
	return false;
}
