/*
 * lexicon.c
 *		Words and phrases with their weights, to be found in a text.
 *
 * A lexicon is a tree of words: a node stands for a word, or for the first
 * words of a phrase.  One hash table finds the node of a word, and another the
 * node of a phrase that goes on with a word.  Both use open addressing and are
 * at most half full, so that a search takes a few steps.
 *
 * Entries are added in the order of their right to decide: the first one of the
 * same words wins.
 */
#include "lexicon.h"

#define FIRST_ROOM 64

typedef struct WordSlot
{
	uint64		hash;
	uint32		node;			/* 0: free */
	uint32		offset;			/* of the word in "bytes" */
	uint32		length;
} WordSlot;

typedef struct PhraseSlot
{
	uint32		before;
	uint32		word;
	uint32		node;			/* 0: free */
} PhraseSlot;

struct KpiLexicon
{
	KpiMemory	memory;
	KpiLetters	letters;

	KpiLexiconNode *nodes;		/* the first one is not used */
	uint32		nnodes;
	uint32		node_room;

	char	   *bytes;			/* of all words */
	size_t		nbytes;
	size_t		byte_room;

	WordSlot   *words;
	uint32		nwords;
	uint32		word_room;		/* a power of two */

	PhraseSlot *phrases;
	uint32		nphrases;
	uint32		phrase_room;	/* a power of two */

	uint32		number;			/* the node of "#", or 0 */
	bool		begins_emoticon[256];
};

/*
 * Creates an empty lexicon.
 */
KpiLexicon *
kpi_lexicon_create(KpiMemory memory, KpiLetters letters)
{
	KpiLexicon *lexicon = kpi_allocate_zeroed(memory, sizeof(KpiLexicon));

	lexicon->memory = memory;
	lexicon->letters = letters;
	lexicon->node_room = FIRST_ROOM;
	lexicon->nodes = kpi_allocate_zeroed(memory, FIRST_ROOM * sizeof(KpiLexiconNode));
	lexicon->nnodes = 1;
	lexicon->byte_room = FIRST_ROOM;
	lexicon->bytes = kpi_allocate(memory, FIRST_ROOM);
	lexicon->word_room = FIRST_ROOM;
	lexicon->words = kpi_allocate_zeroed(memory, FIRST_ROOM * sizeof(WordSlot));
	lexicon->phrase_room = FIRST_ROOM;
	lexicon->phrases = kpi_allocate_zeroed(memory, FIRST_ROOM * sizeof(PhraseSlot));
	return lexicon;
}

/*
 * Frees a lexicon.
 */
void
kpi_lexicon_free(KpiLexicon *lexicon)
{
	pfree(lexicon->nodes);
	pfree(lexicon->bytes);
	pfree(lexicon->words);
	pfree(lexicon->phrases);
	pfree(lexicon);
}

/*
 * Returns how texts of the lexicon are read.
 */
KpiLetters
kpi_lexicon_letters(const KpiLexicon *lexicon)
{
	return lexicon->letters;
}

/*
 * Returns a node.
 */
const KpiLexiconNode *
kpi_lexicon_node(const KpiLexicon *lexicon, uint32 node)
{
	return &lexicon->nodes[node];
}

/*
 * Returns the node that stands for any number, or 0.
 */
uint32
kpi_lexicon_number(const KpiLexicon *lexicon)
{
	return lexicon->number;
}

/*
 * Returns the slot of a word, or the free one where it would be.
 */
static WordSlot *
word_slot(const KpiLexicon *lexicon, const char *bytes, int length, uint64 hash)
{
	uint32		mask = lexicon->word_room - 1;
	uint32		i = (uint32) (hash ^ (hash >> 32)) & mask;

	for (;; i = (i + 1) & mask)
	{
		WordSlot   *slot = &lexicon->words[i];

		if (slot->node == 0 ||
			(slot->hash == hash && slot->length == (uint32) length &&
			 memcmp(lexicon->bytes + slot->offset, bytes, length) == 0))
			return slot;
	}
}

/*
 * Returns the node of a word, or 0 if it is in no entry.
 */
uint32
kpi_lexicon_word(const KpiLexicon *lexicon, const char *bytes, int length, uint64 hash)
{
	return word_slot(lexicon, bytes, length, hash)->node;
}

/*
 * Returns the slot of a phrase, or the free one where it would be.
 */
static PhraseSlot *
phrase_slot(const KpiLexicon *lexicon, uint32 before, uint32 word)
{
	uint32		mask = lexicon->phrase_room - 1;
	uint64		hash = (((uint64) before << 32) | word) * UINT64_C(0x9e3779b97f4a7c15);
	uint32		i = (uint32) (hash >> 32) & mask;

	for (;; i = (i + 1) & mask)
	{
		PhraseSlot *slot = &lexicon->phrases[i];

		if (slot->node == 0 || (slot->before == before && slot->word == word))
			return slot;
	}
}

/*
 * Returns the node of a node's words and one more, or 0 if no entry begins so.
 */
uint32
kpi_lexicon_longer(const KpiLexicon *lexicon, uint32 node, uint32 word)
{
	return phrase_slot(lexicon, node, word)->node;
}

/*
 * Returns the length of the longest emoticon at the beginning of a text, and
 * its hash, or 0 if there is none.
 */
int
kpi_lexicon_emoticon(const KpiLexicon *lexicon, const unsigned char *at, size_t length, uint64 *hash)
{
	uint64		running = KPI_HASH_BEGIN;
	char		lower[KPI_EMOTICON_BYTES];
	int			longest = 0;
	int			i;

	if (!lexicon->begins_emoticon[at[0]])
		return 0;
	for (i = 0; i < KPI_EMOTICON_BYTES && i < (int) Min(length, KPI_EMOTICON_BYTES); i++)
	{
		lower[i] = kpi_lower_byte(at[i]);
		running = kpi_hash_byte(running, lower[i]);
		if (i > 0 && kpi_lexicon_word(lexicon, lower, i + 1, running) != 0)
		{
			longest = i + 1;
			*hash = running;
		}
	}
	return longest;
}

/*
 * Appends a node, and returns its number.
 */
static uint32
new_node(KpiLexicon *lexicon, uint32 before, uint32 word)
{
	uint32		node = lexicon->nnodes;

	if (node == lexicon->node_room)
	{
		lexicon->node_room *= 2;
		lexicon->nodes = repalloc(lexicon->nodes, lexicon->node_room * sizeof(KpiLexiconNode));
	}
	memset(&lexicon->nodes[node], 0, sizeof(KpiLexiconNode));
	lexicon->nodes[node].before = before;
	lexicon->nodes[node].word = word ? word : node;
	lexicon->nodes[before].is_prefix |= before != 0;
	lexicon->nnodes++;
	return node;
}

/*
 * Doubles the table of words.
 */
static void
grow_words(KpiLexicon *lexicon)
{
	WordSlot   *old = lexicon->words;
	uint32		room = lexicon->word_room;
	uint32		i;

	lexicon->words = kpi_allocate_zeroed(lexicon->memory, 2 * room * sizeof(WordSlot));
	lexicon->word_room = 2 * room;
	for (i = 0; i < room; i++)
		if (old[i].node != 0)
			*word_slot(lexicon, lexicon->bytes + old[i].offset, old[i].length, old[i].hash) = old[i];
	pfree(old);
}

/*
 * Doubles the table of phrases.
 */
static void
grow_phrases(KpiLexicon *lexicon)
{
	PhraseSlot *old = lexicon->phrases;
	uint32		room = lexicon->phrase_room;
	uint32		i;

	lexicon->phrases = kpi_allocate_zeroed(lexicon->memory, 2 * room * sizeof(PhraseSlot));
	lexicon->phrase_room = 2 * room;
	for (i = 0; i < room; i++)
		if (old[i].node != 0)
			*phrase_slot(lexicon, old[i].before, old[i].word) = old[i];
	pfree(old);
}

/*
 * Lets a word lead to a node, or to a new one if that is 0.  Returns the node.
 * A word that is there already keeps its node.
 */
static uint32
add_word(KpiLexicon *lexicon, const char *bytes, int length, uint32 node)
{
	uint64		hash = KPI_HASH_BEGIN;
	WordSlot   *slot;
	int			i;

	for (i = 0; i < length; i++)
		hash = kpi_hash_byte(hash, (unsigned char) bytes[i]);
	slot = word_slot(lexicon, bytes, length, hash);
	if (slot->node != 0)
		return slot->node;
	if (2 * ++lexicon->nwords > lexicon->word_room)
	{
		grow_words(lexicon);
		slot = word_slot(lexicon, bytes, length, hash);
	}
	while (lexicon->nbytes + length > lexicon->byte_room)
	{
		lexicon->byte_room *= 2;
		lexicon->bytes = repalloc(lexicon->bytes, lexicon->byte_room);
	}
	memcpy(lexicon->bytes + lexicon->nbytes, bytes, length);
	slot->hash = hash;
	slot->offset = lexicon->nbytes;
	slot->length = length;
	slot->node = node ? node : new_node(lexicon, 0, 0);
	lexicon->nbytes += length;
	return slot->node;
}

/*
 * Returns the node of a node's words and one more, which it makes if need be.
 */
static uint32
add_longer(KpiLexicon *lexicon, uint32 before, uint32 word)
{
	PhraseSlot *slot = phrase_slot(lexicon, before, word);

	if (slot->node != 0)
		return slot->node;
	if (2 * ++lexicon->nphrases > lexicon->phrase_room)
	{
		grow_phrases(lexicon);
		slot = phrase_slot(lexicon, before, word);
	}
	slot->before = before;
	slot->word = word;
	slot->node = new_node(lexicon, before, word);
	return slot->node;
}

/*
 * Returns true if a word is an emoticon.
 */
static bool
is_emoticon(const char *word, int length)
{
	unsigned char c = kpi_lower_byte(word[0]);

	return length > 1 && c < 128 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9');
}

/*
 * Adds an entry, in normal form, unless an earlier one has the same words.
 * Without is_entry, the words become no entry: later ones are left out.
 */
void
kpi_lexicon_add(KpiLexicon *lexicon, const KpiLexiconEntry *entry, bool is_entry)
{
	const char *word = entry->words;
	uint32		node = 0;
	KpiLexiconNode *added;

	for (;;)
	{
		const char *space = strchr(word, ' ');
		int			length = space ? (int) (space - word) : (int) strlen(word);
		uint32		number = add_word(lexicon, word, length, 0);

		if (is_emoticon(word, length))
			lexicon->begins_emoticon[(unsigned char) word[0]] = true;
		node = node ? add_longer(lexicon, node, number) : number;
		if (space == NULL)
			break;
		word = space + 1;
	}
	added = &lexicon->nodes[node];
	if (added->is_settled)
		return;
	added->is_settled = true;
	added->is_entry = is_entry;
	if (is_entry)
	{
		added->weight = entry->weight;
		added->markers = entry->markers;
	}
}

/*
 * Lets a word with an apostrophe be found without it, as many people write it,
 * unless that is another word: "dont", "im", "ive".
 */
static void
add_without_apostrophe(KpiLexicon *lexicon, const WordSlot *slot)
{
	char		plain[KPI_WORD_BYTES];
	int			length = slot->length;
	const char *word = lexicon->bytes + slot->offset;
	const char *apostrophe = memchr(word, '\'', length);
	int			before;

	if (apostrophe == NULL || length > KPI_WORD_BYTES)
		return;
	before = (int) (apostrophe - word);
	if (!(length - before == 2 && (apostrophe[1] == 't' || apostrophe[1] == 'm')) &&
		!(length - before == 3 && memcmp(apostrophe, "'ve", 3) == 0))
		return;
	memcpy(plain, word, before);
	memcpy(plain + before, apostrophe + 1, length - before - 1);
	add_word(lexicon, plain, length - 1, slot->node);
}

/*
 * Ends the adding of entries.
 */
void
kpi_lexicon_finish(KpiLexicon *lexicon)
{
	WordSlot   *words = kpi_allocate(lexicon->memory, lexicon->word_room * sizeof(WordSlot));
	uint32		room = lexicon->word_room;
	uint32		i;

	/* the table may grow while words are added */
	memcpy(words, lexicon->words, room * sizeof(WordSlot));
	for (i = 0; i < room; i++)
		if (words[i].node != 0)
			add_without_apostrophe(lexicon, &words[i]);
	pfree(words);

	lexicon->number = kpi_lexicon_word(lexicon, "#", 1, kpi_hash_byte(KPI_HASH_BEGIN, '#'));

	/* a node comes after the nodes that it is made of */
	for (i = 1; i < lexicon->nnodes; i++)
	{
		KpiLexiconNode *node = &lexicon->nodes[i];
		bool		negates = (lexicon->nodes[node->word].markers & KPI_NEGATES) != 0;

		node->ends_negated = negates;
		node->has_negator = negates || lexicon->nodes[node->before].has_negator;
	}
}

/*
 * Writes an entry's words in normal form to "normal", which has room for
 * KPI_ENTRY_BYTES: in lower case, one space between them, as a text would be
 * read.  Returns false and the reason if they are none.
 */
bool
kpi_lexicon_normalize(const char *key, size_t length, KpiLetters letters, char *normal, const char **problem)
{
	KpiWords	words;
	KpiToken	token;
	char	   *out = normal;
	int			n = 0;
	size_t		alnums = 0;
	size_t		i;

	for (i = 0; i < length; i++)
	{
		unsigned char c = kpi_lower_byte(key[i]);

		alnums += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c > 127 ? 1 : 0;
	}
	if (length > 1 && length <= KPI_EMOTICON_BYTES && alnums <= 1 && is_emoticon(key, 2) && strchr("#'", key[0]) == NULL &&
		memchr(key, ' ', length) == NULL)
	{
		for (i = 0; i < length; i++)
			*out++ = kpi_lower_byte(key[i]);
		*out = '\0';
		return true;
	}

	kpi_words_begin(&words, key, length, letters, NULL);
	for (kpi_words_next(&words, &token); token.kind != KPI_TOKEN_END; kpi_words_next(&words, &token))
	{
		if (token.kind == KPI_TOKEN_PAUSE || token.kind == KPI_TOKEN_STOP)
			continue;
		if (token.length > KPI_WORD_BYTES)
		{
			*problem = "A word has at most 60 bytes.";
			return false;
		}
		if (n++ == KPI_PHRASE_WORDS)
		{
			*problem = "A phrase has at most 5 words.";
			return false;
		}
		if (n > 1)
			*out++ = ' ';
		memcpy(out, token.bytes, token.length);
		out += token.length;
	}
	*out = '\0';
	*problem = "An entry has at least one word, emoji or emoticon.";
	return n > 0;
}
