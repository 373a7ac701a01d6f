/*
 * phrases.c
 *		libFuzzer target for what reads a text before a parser of the text search
 *		does.
 */
#include "phrase_text.h"
#include "phrase_words.h"
#include "server.h"

/*
 * A copy at the end of its own allocation.
 */
static char *
copy(const char *text, int length)
{
	return memcpy(palloc(length), text, length);
}

/*
 * Nothing is left that takes a parser quadratic time.
 */
static void
require_fast(const char *text, int length)
{
	int			dense = 0;

	for (int i = 0; i < length; i++)
	{
		dense = text[i] > ' ' && text[i] < 127 && text[i] != '<' && text[i] != '>' ? dense + 1 : 0;
		REQUIRE(dense <= KPI_WORD_BYTES);
		REQUIRE(length - i < 4 || memcmp(text + i, "<!--", 4) != 0);
	}
}

/*
 * The text is cut into parts of a few bytes, each of which is repeated, so that
 * sequences are long enough to be cut.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t		repeat = size > 0 ? 1 + data[0] % 64 : 1;
	size_t		part = size > 1 ? 1 + data[1] % 32 : 1;
	StringInfoData text;
	char	   *tidy;
	int			length;

	initStringInfo(&text);
	for (size_t at = 2; at < size; at += part)
	{
		for (size_t i = 0; i < repeat; i++)
			appendBinaryStringInfo(&text, (const char *) data + at, Min(part, size - at));
	}
	length = text.len;
	tidy = kpi_tidy_text(copy(text.data, text.len), &length);
	REQUIRE(length <= text.len);
	require_fast(tidy, length);
	kpi_ends_clause(copy(tidy, length), length);
	tidy = pnstrdup(tidy, length);
	kpi_is_negated_verb(tidy);
	kpi_is_negator(tidy);
	fuzz_free_all();
	return 0;
}
