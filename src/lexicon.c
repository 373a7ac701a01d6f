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
	lexicon->spelling_room = FIRST_ROOM;
	lexicon->spellings = kpi_allocate(memory, FIRST_ROOM);
	lexicon->nspellings = 1;
	lexicon->word_room = FIRST_ROOM;
	lexicon->words = kpi_allocate_zeroed(memory, FIRST_ROOM * sizeof(KpiWordSlot));
	lexicon->phrase_room = FIRST_ROOM;
	lexicon->phrases = kpi_allocate_zeroed(memory, FIRST_ROOM * sizeof(KpiPhraseSlot));
	return lexicon;
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
	if (before != 0)
		lexicon->nodes[before].next_words |= UINT64_C(1) << word % 64;
	lexicon->nnodes++;
	return node;
}

/*
 * Doubles the table of words.
 */
static void
grow_words(KpiLexicon *lexicon)
{
	KpiWordSlot *old = lexicon->words;
	uint32		room = lexicon->word_room;
	uint32		i;

	lexicon->words = kpi_allocate_zeroed(lexicon->memory, 2 * room * sizeof(KpiWordSlot));
	lexicon->word_room = 2 * room;
	for (i = 0; i < room; i++)
		if (old[i].spelling != 0)
		{
			const char *spelling = lexicon->spellings + old[i].spelling;
			const char *bytes = spelling + KPI_SPELLING_BYTES;
			int			length = (uint8) spelling[KPI_SPELLING_LENGTH];

			*kpi_word_slot(lexicon, bytes, length, kpi_hash_bytes(bytes, length)) = old[i];
		}
	pfree(old);
}

/*
 * Doubles the table of phrases.
 */
static void
grow_phrases(KpiLexicon *lexicon)
{
	KpiPhraseSlot *old = lexicon->phrases;
	uint32		room = lexicon->phrase_room;
	uint32		i;

	lexicon->phrases = kpi_allocate_zeroed(lexicon->memory, 2 * room * sizeof(KpiPhraseSlot));
	lexicon->phrase_room = 2 * room;
	for (i = 0; i < room; i++)
		if (old[i].node != 0)
			*kpi_phrase_slot(lexicon, lexicon->nodes[old[i].node].before, lexicon->nodes[old[i].node].word) = old[i];
	pfree(old);
}

/*
 * Appends the spelling of a word that leads to a node, and returns where it is.
 */
static uint32
new_spelling(KpiLexicon *lexicon, const char *bytes, int length, uint32 node)
{
	uint32		spelling = lexicon->nspellings;

	while (spelling + KPI_SPELLING_BYTES + length > lexicon->spelling_room)
	{
		lexicon->spelling_room *= 2;
		lexicon->spellings = repalloc(lexicon->spellings, lexicon->spelling_room);
	}
	memcpy(lexicon->spellings + spelling, &node, sizeof(node));
	lexicon->spellings[spelling + KPI_SPELLING_LENGTH] = (char) length;
	memcpy(lexicon->spellings + spelling + KPI_SPELLING_BYTES, bytes, length);
	lexicon->nspellings += KPI_SPELLING_BYTES + length;
	return spelling;
}

/*
 * Lets a word lead to a node, or to a new one if that is 0.  Returns the node.
 * A word that is there already keeps its node.
 */
static uint32
add_word(KpiLexicon *lexicon, const char *bytes, int length, uint32 node)
{
	uint64		hash = kpi_hash_bytes(bytes, length);
	KpiWordSlot *slot = kpi_word_slot(lexicon, bytes, length, hash);

	if (slot->spelling != 0)
		return kpi_spelling_node(lexicon, slot->spelling);
	if (2 * ++lexicon->nwords > lexicon->word_room)
	{
		grow_words(lexicon);
		slot = kpi_word_slot(lexicon, bytes, length, hash);
	}
	if (node == 0)
		node = new_node(lexicon, 0, 0);
	slot->tag = (uint32) (hash >> 32);
	slot->spelling = new_spelling(lexicon, bytes, length, node);
	return node;
}

/*
 * Returns the node of a node's words and one more, which it makes if need be.
 */
static uint32
add_longer(KpiLexicon *lexicon, uint32 before, uint32 word)
{
	KpiPhraseSlot *slot = kpi_phrase_slot(lexicon, before, word);

	if (slot->node != 0)
		return slot->node;
	if (2 * ++lexicon->nphrases > lexicon->phrase_room)
	{
		grow_phrases(lexicon);
		slot = kpi_phrase_slot(lexicon, before, word);
	}
	slot->tag = (uint32) kpi_phrase_hash(before, word);
	slot->node = new_node(lexicon, before, word);
	return slot->node;
}

/*
 * Returns true if the words of an entry are an emoticon: ASCII punctuation, of
 * which the first ends no sentence, and at most one letter or digit.
 */
static bool
is_emoticon(const char *words, size_t length)
{
	int			alnums = 0;
	size_t		i;

	if (length < 2 || length > KPI_EMOTICON_BYTES || strchr(".!?,#'\"", words[0]) != NULL)
		return false;
	for (i = 0; i < length; i++)
	{
		unsigned char c = kpi_lower_byte(words[i]);

		if (c <= ' ' || c >= 127)
			return false;
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		{
			if (i == 0)
				return false;
			alnums++;
		}
	}
	return alnums <= 1;
}

/*
 * Returns the length of the next word of an entry in normal form.
 */
static int
word_length(const char *words)
{
	const char *space = strchr(words, ' ');

	return space ? (int) (space - words) : (int) strlen(words);
}

/*
 * Lets the contractions in an entry be found without their apostrophe, as many
 * people write them: "dont", "im", "ive".  Call it for all entries before the
 * first kpi_lexicon_add(), so that "dont" in one entry is "don't" in another.
 */
void
kpi_lexicon_add_contractions(KpiLexicon *lexicon, const char *words)
{
	for (;;)
	{
		int			length = word_length(words);
		const char *apostrophe = memchr(words, '\'', length);
		int			before = apostrophe ? (int) (apostrophe - words) : length;
		int			after = length - before;

		if ((after == 2 && (apostrophe[1] == 't' || apostrophe[1] == 'm')) ||
			(after == 3 && memcmp(apostrophe, "'ve", 3) == 0))
		{
			char		plain[KPI_WORD_BYTES];

			memcpy(plain, words, before);
			memcpy(plain + before, apostrophe + 1, after - 1);
			add_word(lexicon, plain, length - 1, add_word(lexicon, words, length, 0));
		}
		if (words[length] == '\0')
			return;
		words += length + 1;
	}
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
		int			length = word_length(word);
		uint32		number = add_word(lexicon, word, length, 0);

		if (is_emoticon(word, length))
			lexicon->begins_emoticon[(unsigned char) word[0]] = true;
		node = node ? add_longer(lexicon, node, number) : number;
		if (word[length] == '\0')
			break;
		word += length + 1;
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
 * Ends the adding of entries.
 */
void
kpi_lexicon_finish(KpiLexicon *lexicon)
{
	uint32		i;

	lexicon->number = kpi_lexicon_word(lexicon, "#", 1, kpi_hash_byte(KPI_HASH_BEGIN, '#'));

	/* a node comes after the nodes that it is made of */
	for (i = 1; i < lexicon->nnodes; i++)
	{
		KpiLexiconNode *node = &lexicon->nodes[i];
		bool		negates = (lexicon->nodes[node->word].markers & KPI_NEGATES) != 0;

		node->ends_negated = negates || (node->markers & KPI_NEGATES) != 0;
		node->has_negator = node->ends_negated || lexicon->nodes[node->before].has_negator;
	}
}

/*
 * Writes an entry's words in normal form to "normal", which has room for
 * KPI_ENTRY_BYTES: in lower case, one space between them, as a text would be
 * read.  Returns false and the reason if they are none.
 */
bool
kpi_lexicon_normalize(const char *key, size_t length, KpiLetters letters, char *normal,
					  const char **problem)
{
	KpiWords	words;
	KpiToken	token;
	char	   *out = normal;
	int			n = 0;

	while (length > 0 && key[length - 1] >= '\0' && key[length - 1] <= ' ')
		length--;
	for (; length > 0 && *key >= '\0' && *key <= ' '; key++)
		length--;
	if (is_emoticon(key, length))
	{
		for (; length > 0; length--)
			*out++ = kpi_lower_byte(*key++);
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
