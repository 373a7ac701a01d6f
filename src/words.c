/*
 * words.c
 *		Splits what a person wrote into words, symbols and stops.
 *
 * A word is a run of letters and digits that begins with a letter, in lower
 * case, with the apostrophes inside it.  Left out are quoted lines (they begin
 * with ">"), the signature (after a line that is exactly "-- "), links, e-mail
 * addresses, @names, HTML tags, and characters that cannot be seen.
 *
 * Every byte is looked at a fixed number of times, whatever the text is, and
 * nothing is allocated.  Loops that a long text could make long check for
 * interrupts.
 */
#include "words.h"

#include "lexicon.h"

/* a "<" or "&" whose end is farther away begins no tag or entity */
#define MAX_TAG 1000
#define MAX_ENTITY 10

/*
 * Returns true if a letter is at a place of the text, not an emoji or a dash.
 */
static bool
letter_at(const KpiWords *words, const unsigned char *at)
{
	KpiCharacter kind = IS_LETTER;
	uint32		code;

	if (at >= words->end || !kpi_is_letter(*at))
		return false;
	if (kpi_byte_classes[*at] == HIGH)
		kpi_read_character(words->letters, at, words->end, &kind, &code);
	return kind == IS_LETTER;
}

/*
 * Returns true if a digit is at a place of the text.
 */
static bool
digit_at(const KpiWords *words, const unsigned char *at)
{
	return at < words->end && kpi_byte_classes[*at] == DIGIT;
}

/*
 * Returns true if the text goes on with an ASCII string.
 */
static bool
follows(const KpiWords *words, const unsigned char *at, const char *string)
{
	size_t		length = strlen(string);

	return (size_t) (words->end - at) >= length && memcmp(at, string, length) == 0;
}

/*
 * Returns the number of bytes of an apostrophe, or 0 if there is none.
 */
static int
apostrophe_length(const KpiWords *words, const unsigned char *at)
{
	KpiCharacter kind;
	uint32		code;
	int			length;

	switch (*at)
	{
		case '\'':
		case '`':
			return 1;
		case '&':
			return follows(words, at, "&#39;") ? 5 : follows(words, at, "&apos;") ? 6 : follows(words, at, "&rsquo;") ? 7 : 0;
	}
	if (kpi_byte_classes[*at] != HIGH)
		return 0;
	length = kpi_read_character(words->letters, at, words->end, &kind, &code);
	return kind == IS_APOSTROPHE ? length : 0;
}

/*
 * Appends a byte to a token, and to its hash.  Bytes beyond KPI_WORD_BYTES are
 * dropped.
 */
static void
append(KpiToken *token, unsigned char byte)
{
	token->hash = kpi_hash_byte(token->hash, byte);
	if (token->length <= KPI_WORD_BYTES)
		token->bytes[token->length++] = byte;
}

/*
 * Appends a letter above 127 in lower case.
 */
static void
append_high(const KpiWords *words, KpiToken *token, const unsigned char *at, int length, uint32 code)
{
	int			i;

	if (words->letters == KPI_LETTERS_UTF8 && length == 2)
	{
		code = kpi_lower_code(code);
		append(token, 0xc0 | (code >> 6));
		append(token, 0x80 | (code & 0x3f));
		return;
	}
	for (i = 0; i < length; i++)
		append(token, at[i]);
}

/*
 * Skips letters and digits, and "_" in a name.
 */
static void
skip_letters(KpiWords *words, bool in_name)
{
	while (words->next < words->end && (kpi_is_alnum(*words->next) || (in_name && *words->next == '_')))
	{
		KpiCharacter kind = IS_LETTER;
		uint32		code;
		int			length = 1;

		CHECK_FOR_INTERRUPTS();
		if (kpi_byte_classes[*words->next] == HIGH)
			length = kpi_read_character(words->letters, words->next, words->end, &kind, &code);
		if (kind != IS_LETTER && kind != IS_INVISIBLE)
			return;
		words->next += length;
	}
}

/*
 * Returns true if "*" stands for letters, as in "s***" and "sh*t", and not for
 * emphasis, as in "*great*".
 */
static bool
masks_letters(const KpiWords *words, const KpiToken *token)
{
	return token->length == 1 || token->bytes[token->length - 1] == '*' ||
		letter_at(words, words->next + 1);
}

/*
 * Reads the ASCII letters and digits that come next.  Adds to the numbers of
 * letters and capitals.  Most words end here, so all that changes is in
 * registers.
 */
static inline void
read_ascii(KpiWords *words, KpiToken *token, int *letters, int *capitals)
{
	const unsigned char *next = words->next;
	const unsigned char *end = next + Min(words->end - next, KPI_WORD_BYTES + 1 - token->length);
	char	   *out = token->bytes + token->length;
	uint64		hash = token->hash;
	int			upper = 0;
	int			digits = 0;

	for (; next < end; next++)
	{
		unsigned char c = *next;
		ByteClass	class = kpi_byte_classes[c];

		if (class != LOWER)
		{
			if (class < LOWER)
				break;
			if (class == UPPER)
			{
				upper++;
				c += 'a' - 'A';
			}
			else
				digits++;
		}
		hash = kpi_hash_byte(hash, c);
		*out++ = c;
	}
	*letters += (int) (next - words->next) - digits;
	*capitals += upper;
	token->length += next - words->next;
	token->hash = hash;
	words->next = next;
}

/*
 * Reads a word, or a hashtag without its "#".
 */
static void
read_word(KpiWords *words, KpiToken *token)
{
	int			letters = 0;
	int			capitals = 0;

	for (;;)
	{
		KpiCharacter kind = IS_PUNCTUATION;
		uint32		code = 0;
		int			length = 1;

		read_ascii(words, token, &letters, &capitals);
		if (words->next == words->end || *words->next == ' ')
			break;
		if (unlikely(token->length > KPI_WORD_BYTES))
		{
			skip_letters(words, false);
			break;
		}
		if (kpi_byte_classes[*words->next] == HIGH)
			length = kpi_read_character(words->letters, words->next, words->end, &kind, &code);
		if (kind == IS_LETTER)
		{
			append_high(words, token, words->next, length, code);
			letters++;
		}
		else if (*words->next == '*' && masks_letters(words, token))
			append(token, '*');
		else if (kind != IS_INVISIBLE)
		{
			length = apostrophe_length(words, words->next);
			if (length == 0 || !letter_at(words, words->next + length))
				break;
			append(token, '\'');
		}
		CHECK_FOR_INTERRUPTS();
		words->next += length;
	}
	token->loud = capitals >= 3 && capitals == letters;
}

/*
 * Reads a number, with the points, commas and colons inside it.
 */
static void
read_number(KpiWords *words, KpiToken *token)
{
	while (words->next < words->end)
	{
		unsigned char c = *words->next;

		if (kpi_byte_classes[c] != DIGIT &&
			!((c == '.' || c == ',' || c == ':') && digit_at(words, words->next + 1)))
			break;
		CHECK_FOR_INTERRUPTS();
		append(token, c);
		words->next++;
	}
}

/*
 * Reads an emoticon, such as ":-(".  Returns false if there is none.
 */
static bool
read_emoticon(KpiWords *words, KpiToken *token)
{
	const unsigned char *at = words->next;
	int			length;

	if (words->lexicon == NULL)
		return false;
	length = kpi_lexicon_emoticon(words->lexicon, at, words->end - at, &token->hash);
	/* ":d" in "was:delayed" and ":(" in "f(x):(y)" are none */
	if (length == 0 ||
		((letter_at(words, at + length) || digit_at(words, at + length)) &&
		 (kpi_is_alnum(at[length - 1]) || (at > words->begin && kpi_is_alnum(at[-1])))))
		return false;
	for (token->length = 0; token->length < length; token->length++)
		token->bytes[token->length] = kpi_lower_byte(at[token->length]);
	words->next += length;
	token->kind = KPI_TOKEN_EMOJI;
	return true;
}

/*
 * Skips the rest of a line, but not its end.
 */
static void
skip_line(KpiWords *words)
{
	const unsigned char *newline = memchr(words->next, '\n', words->end - words->next);

	words->next = newline ? newline : words->end;
}

/*
 * Returns true if an emoticon of the lexicon is at a place of the text.
 */
static bool
is_emoticon(const KpiWords *words, const unsigned char *at)
{
	uint64		hash;

	return words->lexicon && kpi_lexicon_emoticon(words->lexicon, at, words->end - at, &hash) > 0;
}

/*
 * Reads the beginning of a line: skips a quoted line, and all that follows a
 * signature's mark.
 */
static void
begin_line(KpiWords *words)
{
	const unsigned char *mark = words->next;

	if (follows(words, mark, "-- ") &&
		(words->end - mark == 3 || mark[3] == '\n' || follows(words, mark + 3, "\r\n")))
	{
		words->next = words->end;
		return;
	}
	while (mark < words->end && kpi_byte_classes[*mark] == BLANK)
	{
		CHECK_FOR_INTERRUPTS();
		mark++;
	}
	words->next = mark;
	/* ">:(" is an emoticon */
	if ((follows(words, mark, ">") && !is_emoticon(words, mark)) || follows(words, mark, "&gt;"))
		skip_line(words);
}

/*
 * Returns true if the run of characters from "begin" to the next space is a
 * link or an e-mail address.  Looks at each run once.
 */
static bool
is_address(KpiWords *words, const unsigned char *begin)
{
	const unsigned char *at;
	bool		found = follows(words, begin, "www.");
	bool		has_domain = false;

	if (begin < words->chunk_end)
		return false;
	for (at = begin; at < words->end && !kpi_is_space(*at) && *at != '<'; at++)
	{
		bool		joins = at > begin && words->end - at > 1 && kpi_is_alnum(at[-1]) && kpi_is_alnum(at[1]);

		CHECK_FOR_INTERRUPTS();
		found |= (*at == '@' && joins) || (*at == '/' && joins && has_domain) || follows(words, at, "://");
		has_domain |= *at == '.' && joins && kpi_is_letter(at[1]);
	}
	words->chunk_end = at;
	return found;
}

/*
 * Returns true if the next byte could stand inside an address.
 */
static bool
may_be_address(const KpiWords *words)
{
	if (words->end - words->next < 2 || kpi_is_space(words->next[1]))
		return false;
	switch (*words->next)
	{
		case '.':
		case '@':
		case '/':
		case ':':
		case '-':
		case '_':
		case '+':
		case '=':
			return true;
	}
	return false;
}

/*
 * Skips an HTML tag or entity, or an @name, at the next byte.  Returns false if
 * there is none.
 */
static bool
skip_markup(KpiWords *words)
{
	const unsigned char *at = words->next;
	const unsigned char *limit = words->end - at > MAX_TAG ? at + MAX_TAG : words->end;
	unsigned char second = words->end - at > 1 ? at[1] : ' ';

	switch (*at)
	{
		case '<':
			if (!kpi_is_letter(second) && second != '/' && second != '!')
				return false;
			at = memchr(at, '>', limit - at);
			if (at == NULL)
				return false;
			words->next = at + 1;
			return true;
		case '&':
			if (!kpi_is_letter(second) && second != '#')
				return false;
			limit = limit - at > MAX_ENTITY ? at + MAX_ENTITY : limit;
			/* no space, as in "Q&A good; thanks" */
			for (at += 2; at < limit && kpi_is_alnum(*at);)
				at++;
			if (at == limit || *at != ';')
				return false;
			words->next = at + 1;
			return true;
		case '@':
			if (!letter_at(words, at + 1) && !digit_at(words, at + 1) && second != '_')
				return false;
			words->next++;
			skip_letters(words, true);
			return true;
	}
	return false;
}

/*
 * Reads a mark of punctuation that ends a sentence, and the marks that follow.
 */
static void
read_stop(KpiWords *words, KpiToken *token)
{
	token->kind = KPI_TOKEN_STOP;
	for (; words->next < words->end && kpi_byte_classes[*words->next] == STOP; words->next++)
		CHECK_FOR_INTERRUPTS();
}

/*
 * Reads a token that begins with a byte above 127.  Returns false if it is
 * none, and skips it.
 */
static bool
read_high_token(KpiWords *words, KpiToken *token)
{
	KpiCharacter kind;
	uint32		code;
	int			length = kpi_read_character(words->letters, words->next, words->end, &kind, &code);
	int			i;

	switch (kind)
	{
		case IS_LETTER:
			token->kind = KPI_TOKEN_WORD;
			read_word(words, token);
			return true;
		case IS_EMOJI:
			token->kind = KPI_TOKEN_EMOJI;
			for (i = 0; i < length; i++)
				append(token, words->next[i]);
			break;
		case IS_STOP:
			token->kind = KPI_TOKEN_STOP;
			break;
		case IS_PUNCTUATION:
			token->kind = KPI_TOKEN_PAUSE;
			break;
		default:
			break;
	}
	words->next += length;
	return token->kind != KPI_TOKEN_END;
}

/*
 * Reads a token that begins with ASCII punctuation.  Returns false if it is
 * none, and skips it.
 */
static bool
read_punctuation(KpiWords *words, KpiToken *token)
{
	unsigned char c = *words->next;
	bool		after_letter = words->next > words->begin && kpi_is_alnum(words->next[-1]);
	bool		before_letter = words->end - words->next > 1 && kpi_is_alnum(words->next[1]);

	if (read_emoticon(words, token))
		return true;
	if (skip_markup(words))
		return false;
	words->next++;
	if (c == '#' && letter_at(words, words->next))
	{
		token->kind = KPI_TOKEN_HASHTAG;
		read_word(words, token);
		return true;
	}
	if (c == '#' && words->lexicon == NULL)
	{
		token->kind = KPI_TOKEN_NUMBER;
		append(token, c);
		return true;
	}
	if (strchr(",;:()", c) == NULL && (strchr("-/", c) == NULL || after_letter || before_letter))
		return false;
	token->kind = KPI_TOKEN_PAUSE;
	return true;
}

/*
 * Reads the end of a line.  Returns true if an empty line follows, which ends
 * the sentence.
 */
static bool
read_newline(KpiWords *words, KpiToken *token)
{
	words->next++;
	begin_line(words);
	if (words->next == words->end || kpi_byte_classes[*words->next] != NEWLINE)
		return false;
	token->kind = KPI_TOKEN_STOP;
	return true;
}

/*
 * Prepares to read a text in the server's encoding.  With a lexicon, its
 * emoticons are found; without one, the text is an entry of a lexicon, in which
 * "#" stands for a number.
 */
void
kpi_words_begin(KpiWords *words, const char *text, size_t length, KpiLetters letters, const KpiLexicon *lexicon)
{
	words->begin = (const unsigned char *) text;
	words->next = words->begin;
	words->end = words->begin + length;
	words->chunk_end = words->begin;
	words->letters = letters;
	words->lexicon = lexicon;
	if (lexicon)
		begin_line(words);
}

/*
 * Reads a word or a number.  Returns false if it begins an address, which is
 * skipped.
 */
static bool
read_alnum(KpiWords *words, KpiToken *token)
{
	const unsigned char *begin = words->next;

	if (kpi_byte_classes[*begin] == DIGIT)
	{
		token->kind = KPI_TOKEN_NUMBER;
		read_number(words, token);
	}
	else
	{
		token->kind = KPI_TOKEN_WORD;
		read_word(words, token);
	}
	if (!may_be_address(words) || !is_address(words, begin))
		return true;
	words->next = words->chunk_end;
	return false;
}

/*
 * Reads the next token.
 */
void
kpi_words_next(KpiWords *words, KpiToken *token)
{
	bool		found = false;

	while (!found)
	{
		token->kind = KPI_TOKEN_END;
		token->loud = false;
		token->length = 0;
		token->hash = KPI_HASH_BEGIN;
		while (words->next < words->end && kpi_byte_classes[*words->next] == BLANK)
		{
			CHECK_FOR_INTERRUPTS();
			words->next++;
		}
		if (words->next == words->end)
			return;
		CHECK_FOR_INTERRUPTS();
		switch (kpi_byte_classes[*words->next])
		{
			case LOWER:
			case UPPER:
			case DIGIT:
				found = read_alnum(words, token);
				break;
			case PUNCTUATION:
				found = read_punctuation(words, token);
				break;
			case STOP:
				read_stop(words, token);
				found = true;
				break;
			case NEWLINE:
				found = read_newline(words, token);
				break;
			case HIGH:
				found = read_high_token(words, token);
				break;
			case BLANK:
				break;
		}
	}
}
