/*
 * phrase_words.c
 *		The words and the pairs of adjacent words of a document, by the text
 *		search of PostgreSQL.
 *
 * A parser finds words and what is between them, and dictionaries normalize the
 * words, as in to_tsvector().  What the dictionaries return for a word is
 * remembered, because that takes longer than all the rest.
 *
 * This differs from to_tsvector() in four ways.  Negators count although they
 * are stop words: "not working" says more than "working".  Contractions are put
 * together again, because the parser reads "can't" as "can" and "t".  The parts
 * of a hyphenated word or of an address count, but not the whole.  A thesaurus
 * is asked for single words only.
 */
#include "phrase_words.h"

#include "catalog/pg_collation.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "phrase_text.h"
#include "tsearch/ts_cache.h"
#include "tsearch/ts_public.h"
#include "utils/fmgroids.h"
#include "utils/formatting.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* types of words of the parser "default" that contain other words */
enum
{
	DEFAULT_URL = 5,
	DEFAULT_TAG = 13,
	DEFAULT_NUMHWORD = 15,
	DEFAULT_ASCIIHWORD = 16,
	DEFAULT_HWORD = 17
};

/* separates what the dictionaries return for one word */
#define LEXEME_SEPARATOR '\002'
/* longer words do not fit into a tsvector either */
#define KEY_BYTES 2046

/* what a string is: a token of a type, of a verb with "not", or one of these */
#define NEGATED_TOKEN 0x4000
#define KEY_STRING 0x8000
#define FORM_STRING 0x8001

typedef struct StringName
{
	const char *text;
	uint16		length;
	uint16		kind;
} StringName;

/* a string and its number, which is 0 for a token that does not count */
typedef struct WordString
{
	StringName	name;
	uint32		number;
	uint32		hash;
	char		status;			/* for the hash table */
} WordString;

#define SH_PREFIX strings
#define SH_ELEMENT_TYPE WordString
#define SH_KEY_TYPE StringName
#define SH_KEY name
#define SH_HASH_KEY(table, key) (hash_bytes((const unsigned char *) (key).text, (key).length) ^ (key).kind)
#define SH_EQUAL(table, a, b) \
	((a).kind == (b).kind && (a).length == (b).length && memcmp((a).text, (b).text, (a).length) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, element) (element)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* a way to write a word */
typedef struct Form
{
	uint32		key;
	const char *key_text;
	const char *written;
} Form;

#define FIRST_STRINGS 1024

struct KpiWords
{
	MemoryContext memory;
	Oid			config;
	strings_hash *strings;
	Form	   *forms;			/* from 1 on */
	uint32		n_forms;
	uint32		allocated;
	uint32		n_keys;
};

/* what is between two words */
typedef enum Gap
{
	GAP_NONE,
	GAP_APOSTROPHE,
	GAP_HYPHEN,
	GAP_OTHER,
	GAP_CLAUSE
} Gap;

/* a document that is being read */
typedef struct Reader
{
	KpiWords   *words;
	TSConfigCacheEntry *config;

	/* the last word, as long as a contraction may follow */
	const char *token;
	int			length;
	int			type;
	bool		is_negated;
	Gap			gap_before;

	Gap			gap;			/* after the last word */
	uint32		previous;		/* form of the word before, or 0 */

	KpiPhrase  *phrases;
	int			n;
	int			allocated;
} Reader;

/*
 * Creates the tables of the words.
 */
static void
create_tables(KpiWords *words)
{
	words->strings = strings_create(words->memory, FIRST_STRINGS, NULL);
	words->allocated = FIRST_STRINGS;
	words->forms = MemoryContextAlloc(words->memory, words->allocated * sizeof(Form));
	words->n_forms = 0;
	words->n_keys = 0;
}

/*
 * Returns an object that reads documents with a text search configuration.
 * Raises an error if there is no such configuration, as a regconfig can be any
 * number.
 */
KpiWords *
kpi_words(MemoryContext parent, Oid config)
{
	KpiWords   *words;

	if (!SearchSysCacheExists1(TSCONFIGOID, ObjectIdGetDatum(config)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("text search configuration %u does not exist", config)));
	words = MemoryContextAllocZero(parent, sizeof(KpiWords));
	words->memory = AllocSetContextCreate(parent, "kpi words", ALLOCSET_DEFAULT_SIZES);
	words->config = config;
	create_tables(words);
	return words;
}

/*
 * Returns the memory that the words take.
 */
Size
kpi_words_memory(const KpiWords *words)
{
	return MemoryContextMemAllocated(words->memory, false);
}

/*
 * Forgets all words.  Numbers that were returned before are no longer valid.
 */
void
kpi_words_forget(KpiWords *words)
{
	MemoryContextReset(words->memory);
	create_tables(words);
}

/*
 * Returns the word of a form as the dictionaries return it.
 */
const char *
kpi_word_key(const KpiWords *words, uint32 form)
{
	return words->forms[form & ~KPI_HYPHEN].key_text;
}

/*
 * Returns the word of a form as it is written, in lower case.
 */
const char *
kpi_word_written(const KpiWords *words, uint32 form)
{
	return words->forms[form & ~KPI_HYPHEN].written;
}

/*
 * Adds a string that is not in the table yet, with a copy of its text.
 */
static WordString *
add_string(KpiWords *words, StringName name, uint32 number)
{
	bool		found;
	char	   *copy = MemoryContextAlloc(words->memory, name.length + 1);
	WordString *string;

	memcpy(copy, name.text, name.length);
	copy[name.length] = '\0';
	name.text = copy;
	string = strings_insert(words->strings, name, &found);
	Assert(!found);
	string->number = number;
	return string;
}

/*
 * Returns the number of the form of a word.  A new form gets a new number.
 */
static uint32
form_number(KpiWords *words, const char *key, const char *written)
{
	StringName	key_name = {key, strlen(key), KEY_STRING};
	StringName	form_name = {NULL, 0, FORM_STRING};
	WordString *string;
	Form		form;

	/* a form is the key, a zero byte and the text */
	form_name.text = psprintf("%s%c%s", key, '\0', written);
	form_name.length = key_name.length + 1 + strlen(written);
	string = strings_lookup(words->strings, form_name);
	if (string != NULL)
		return string->number;

	string = strings_lookup(words->strings, key_name);
	if (string == NULL)
		string = add_string(words, key_name, ++words->n_keys);
	form.key = string->number;
	form.key_text = string->name.text;
	if (++words->n_forms == words->allocated)
	{
		words->allocated *= 2;
		words->forms = repalloc_huge(words->forms, words->allocated * sizeof(Form));
	}
	string = add_string(words, form_name, words->n_forms);
	form.written = string->name.text + key_name.length + 1;
	words->forms[words->n_forms] = form;
	return words->n_forms;
}

/*
 * Returns what the dictionaries of a type of words return for a word, or NULL if
 * none knows it.  The result is empty for a stop word.
 */
static char *
normalize(const ListDictionary *dictionaries, const char *token, int length)
{
	for (int i = 0; i < dictionaries->len; i++)
	{
		TSDictionaryCacheEntry *dictionary = lookup_ts_dictionary_cache(dictionaries->dictIds[i]);
		DictSubState state = {false, false, NULL};
		TSLexeme   *lexemes = (TSLexeme *)
			DatumGetPointer(FunctionCall4(&dictionary->lexize,
										  PointerGetDatum(dictionary->dictData),
										  PointerGetDatum(token),
										  Int32GetDatum(length),
										  PointerGetDatum(&state)));
		StringInfoData key;

		if (lexemes == NULL)
			continue;
		if (lexemes->flags & TSL_FILTER)
		{
			token = lexemes->lexeme;
			length = strlen(token);
			continue;
		}
		initStringInfo(&key);
		for (; lexemes->lexeme != NULL; lexemes++)
		{
			if (key.len > 0)
				appendStringInfoChar(&key, LEXEME_SEPARATOR);
			appendStringInfoString(&key, lexemes->lexeme);
		}
		return key.data;
	}
	return NULL;
}

/*
 * Returns the number of the form of a token, or 0 if it does not count.
 */
static uint32
find_form(Reader *reader)
{
	KpiWords   *words = reader->words;
	StringName	name = {reader->token, reader->length, reader->type | (reader->is_negated ? NEGATED_TOKEN : 0)};
	WordString *string = strings_lookup(words->strings, name);
	uint32		form = 0;
	char	   *written;
	char	   *key;

	if (string != NULL)
		return string->number;
	written = str_tolower(name.text, name.length, DEFAULT_COLLATION_OID);
	if (reader->is_negated)
		written = psprintf("%s't", written);
	if (reader->is_negated || kpi_is_negated_verb(written))
		key = "not";
	else
	{
		key = normalize(&reader->config->map[reader->type], name.text, name.length);
		if (key != NULL && key[0] == '\0' && kpi_is_negator(written))
			key = written;
	}
	if (key != NULL && key[0] != '\0' && strlen(key) <= KEY_BYTES)
		form = form_number(words, key, written);
	add_string(words, name, form);
	return form;
}

/*
 * Adds a phrase to those of the document.
 */
static void
add_phrase(Reader *reader, uint32 first_form, uint32 second_form)
{
	const Form *forms = reader->words->forms;
	KpiPhrase  *phrase;

	if (reader->n == reader->allocated)
	{
		reader->allocated *= 2;
		reader->phrases = repalloc_huge(reader->phrases, reader->allocated * sizeof(KpiPhrase));
	}
	phrase = &reader->phrases[reader->n];
	phrase->first = forms[first_form].key;
	phrase->second = second_form == 0 ? 0 : forms[second_form & ~KPI_HYPHEN].key;
	phrase->first_form = first_form;
	phrase->second_form = second_form;
	phrase->place = reader->n++;
}

/*
 * Adds the last word, and the pair that ends with it.
 */
static void
end_word(Reader *reader)
{
	uint32		form = 0;

	if (reader->token == NULL)
		return;
	if (reader->length <= KPI_WORD_BYTES)
		form = find_form(reader);
	if (form != 0)
	{
		add_phrase(reader, form, 0);
		if (reader->previous != 0 && reader->gap_before != GAP_CLAUSE)
			add_phrase(reader, reader->previous, form | (reader->gap_before == GAP_HYPHEN ? KPI_HYPHEN : 0));
	}
	reader->previous = form;
	reader->token = NULL;
}

/*
 * Returns whether a token is the end of a contraction, such as "s" of "it's".
 */
static bool
is_contracted(const char *token, int length)
{
	static const char *const ends[] = {"s", "t", "m", "d", "ll", "re", "ve"};

	for (size_t i = 0; i < lengthof(ends); i++)
	{
		if ((int) strlen(ends[i]) == length && pg_strncasecmp(token, ends[i], length) == 0)
			return true;
	}
	return false;
}

/*
 * Reads what the parser returns, which is a word or what is between two words.
 */
static void
read_token(Reader *reader, const char *token, int length, int type, bool is_default)
{
	if (is_default && (type == DEFAULT_URL || (type >= DEFAULT_NUMHWORD && type <= DEFAULT_HWORD)))
		return;					/* its parts follow */
	if (type >= reader->config->lenmap || reader->config->map[type].len == 0)
	{
		if ((is_default && type == DEFAULT_TAG) || kpi_ends_clause(token, length))
			reader->gap = GAP_CLAUSE;
		else if (reader->gap == GAP_NONE && length == 1 && token[0] == '\'')
			reader->gap = GAP_APOSTROPHE;
		else if (reader->gap == GAP_NONE && length == 1 && token[0] == '-')
			reader->gap = GAP_HYPHEN;
		else if (reader->gap != GAP_CLAUSE)
			reader->gap = GAP_OTHER;
		return;
	}
	if (reader->gap == GAP_APOSTROPHE && reader->token != NULL && is_contracted(token, length))
	{
		if (length == 1 && (token[0] == 't' || token[0] == 'T'))
			reader->is_negated = pg_strncasecmp(reader->token + reader->length - 1, "n", 1) == 0;
		reader->gap = GAP_NONE;
		return;
	}
	end_word(reader);
	reader->token = token;
	reader->length = length;
	reader->type = type;
	reader->is_negated = false;
	reader->gap_before = reader->gap;
	reader->gap = GAP_NONE;
}

static int
compare_phrases(const void *a, const void *b, void *arg)
{
	const KpiPhrase *first = a;
	const KpiPhrase *second = b;

	if (first->first != second->first)
		return first->first < second->first ? -1 : 1;
	if (first->second != second->second)
		return first->second < second->second ? -1 : 1;
	return first->place < second->place ? -1 : 1;
}

/*
 * Returns the phrases of a document and their number.  Each is returned once, in
 * the first of its forms.  They are allocated in the current memory context,
 * which the caller resets, and the document may be changed.
 */
int
kpi_words_read(KpiWords *words, char *document, int length, KpiPhrase **phrases)
{
	Reader		reader = {0};
	TSParserCacheEntry *parser;
	bool		is_default;
	void	   *parser_state;
	int			type;
	int			n = 0;

	document = kpi_tidy_text(document, &length);
	reader.words = words;
	reader.config = lookup_ts_config_cache(words->config);
	reader.allocated = 64;
	reader.phrases = palloc(reader.allocated * sizeof(KpiPhrase));
	parser = lookup_ts_parser_cache(reader.config->prsId);
	is_default = parser->startOid == F_PRSD_START;
	parser_state = DatumGetPointer(FunctionCall2(&parser->prsstart,
												 PointerGetDatum(document), Int32GetDatum(length)));
	do
	{
		char	   *token = NULL;
		int			token_length = 0;

		CHECK_FOR_INTERRUPTS();
		type = DatumGetInt32(FunctionCall3(&parser->prstoken, PointerGetDatum(parser_state),
										   PointerGetDatum(&token), PointerGetDatum(&token_length)));
		if (type > 0)
			read_token(&reader, token, token_length, type, is_default);
	} while (type > 0);
	end_word(&reader);
	FunctionCall1(&parser->prsend, PointerGetDatum(parser_state));

	qsort_interruptible(reader.phrases, reader.n, sizeof(KpiPhrase), compare_phrases, NULL);
	for (int i = 0; i < reader.n; i++)
	{
		const KpiPhrase *phrase = &reader.phrases[i];

		if (n == 0 || reader.phrases[n - 1].first != phrase->first || reader.phrases[n - 1].second != phrase->second)
			reader.phrases[n++] = *phrase;
	}
	*phrases = reader.phrases;
	return n;
}
