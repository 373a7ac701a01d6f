/*
 * lexicon_text.c
 *		Reads and writes the text of a sentiment_lexicon.
 *
 *		lexicon	= base [ ";" entry { "," entry } ]
 *		base	= "english" | "none"
 *		entry	= words ":" value | "-" words
 *		words	= letters, digits, spaces and so on | '"' anything '"'
 *		value	= weight | marker { marker } [ weight ]
 *		weight	= -1 to 1, with at most two decimals
 *		marker	= "=not" | "=very" | "=slightly" | "=request" | "=thanks" | "=but" | "=number"
 *
 * A quotation mark inside quoted words is doubled.  Case is ignored, and white
 * space is allowed between all parts.
 */
#include "sentiment_lexicon.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "scan.h"

/* compiling more would take seconds and gigabytes */
#define MAX_ENTRIES 200000

/* bytes of an entry that a message quotes */
#define QUOTED 60

static const char *const marker_names[] = {"=not", "=very", "=slightly", "=request", "=thanks", "=but", "=number"};

typedef struct Reader
{
	KpiScan		scan;
	const char *detail;			/* what is wrong */
} Reader;

/*
 * Returns the beginning of a text, as messages quote it.
 */
static const char *
excerpt(const char *text, size_t length)
{
	return pnstrdup(text, pg_mbcliplen(text, (int) Min(length, QUOTED + MAX_MULTIBYTE_CHAR_LEN), QUOTED));
}

/*
 * Reads the name of the base.
 */
static bool
read_base(Reader *reader, KpiOwnEntries *own)
{
	const char *begin;
	size_t		length;

	kpi_scan_space(&reader->scan);
	begin = reader->scan.next;
	while (kpi_lower_byte(*reader->scan.next) >= 'a' && kpi_lower_byte(*reader->scan.next) <= 'z')
	{
		CHECK_FOR_INTERRUPTS();
		reader->scan.next++;
	}
	length = reader->scan.next - begin;
	own->has_base = length == strlen("english") && pg_strncasecmp(begin, "english", length) == 0;
	if (own->has_base || (length == strlen("none") && pg_strncasecmp(begin, "none", length) == 0))
		return true;
	reader->detail = length == 0 ?
		"Expected a base and entries, as in english; refund:-0.4, \"works like a charm\":0.8, -cancel." :
		psprintf("There is no base \"%s\": write english or none.", excerpt(begin, length));
	return false;
}

/*
 * Reads words, quoted or not, into their normal form.
 */
static bool
read_words(Reader *reader, char *normal)
{
	const char *begin;
	const char *problem;
	StringInfoData words;
	bool		good;

	kpi_scan_space(&reader->scan);
	begin = reader->scan.next;
	initStringInfo(&words);
	if (*reader->scan.next == '"')
	{
		bool		closed = false;

		for (reader->scan.next++; *reader->scan.next != '\0' && !closed; reader->scan.next++)
		{
			CHECK_FOR_INTERRUPTS();
			closed = *reader->scan.next == '"' && reader->scan.next[1] != '"';
			if (closed)
				continue;
			reader->scan.next += *reader->scan.next == '"' ? 1 : 0;
			appendStringInfoChar(&words, *reader->scan.next);
		}
		if (!closed)
		{
			reader->detail = psprintf("A quotation mark is not closed: %s", excerpt(begin, reader->scan.next - begin));
			return false;
		}
	}
	else
	{
		for (; *reader->scan.next != '\0' && strchr(",:;\"", *reader->scan.next) == NULL; reader->scan.next++)
			CHECK_FOR_INTERRUPTS();
		appendBinaryStringInfo(&words, begin, reader->scan.next - begin);
	}
	good = kpi_lexicon_normalize(words.data, words.len, kpi_server_letters(), normal, &problem);
	if (!good)
		reader->detail = psprintf("\"%s\" cannot be an entry. %s", excerpt(words.data, words.len), problem);
	pfree(words.data);
	return good;
}

/*
 * Reads a weight into hundredths.
 */
static bool
read_weight(Reader *reader, int8 *weight)
{
	const char *next = reader->scan.next;
	bool		negative = *next == '-';
	int			hundredths = 0;
	int			decimal = KPI_WEIGHT_ONE;

	if (*next == '-' || *next == '+')
		next++;
	if (*next == '0' || *next == '1')
		hundredths = (*next++ - '0') * KPI_WEIGHT_ONE;
	else if (*next != '.' || next[1] < '0' || next[1] > '9')
		return false;
	if (*next == '.')
		for (next++; *next >= '0' && *next <= '9'; next++)
		{
			CHECK_FOR_INTERRUPTS();
			decimal /= 10;
			if (decimal == 0 && *next != '0')
				return false;
			hundredths += decimal * (*next - '0');
		}
	if (hundredths > KPI_WEIGHT_ONE || (*next >= '0' && *next <= '9'))
		return false;
	*weight = negative ? -hundredths : hundredths;
	reader->scan.next = next;
	return true;
}

/*
 * Reads the value of an entry.
 */
static bool
read_value(Reader *reader, KpiOwnEntry *own)
{
	for (kpi_scan_space(&reader->scan); *reader->scan.next == '='; kpi_scan_space(&reader->scan))
	{
		int			i = 0;
		size_t		length = 0;

		for (; i < (int) lengthof(marker_names); i++)
		{
			length = strlen(marker_names[i]);
			if (pg_strncasecmp(reader->scan.next, marker_names[i], length) == 0)
				break;
		}
		if (i == lengthof(marker_names))
		{
			reader->detail = psprintf("The value of \"%s\" is unknown: %s", own->entry.words,
									  excerpt(reader->scan.next, strcspn(reader->scan.next, ",; ")));
			return false;
		}
		own->entry.markers |= 1 << i;
		reader->scan.next += length;
	}
	own->has_weight = read_weight(reader, &own->entry.weight);
	kpi_scan_space(&reader->scan);
	if ((own->has_weight || own->entry.markers) && (*reader->scan.next == ',' || *reader->scan.next == '\0'))
		return true;
	reader->detail = psprintf("The weight of \"%s\" is not a number from -1 to 1 with at most two decimals.",
							  own->entry.words);
	return false;
}

/*
 * Reads an entry.
 */
static bool
read_entry(Reader *reader, KpiOwnEntries *own)
{
	KpiOwnEntry *entry;
	char		normal[KPI_ENTRY_BYTES];

	if (own->n == MAX_ENTRIES)
	{
		reader->detail = psprintf("There are more than %d entries.", MAX_ENTRIES);
		return false;
	}
	if (own->n == own->room)
	{
		own->room = Max(2 * own->room, 8);
		own->entries = own->entries ? repalloc(own->entries, own->room * sizeof(KpiOwnEntry)) :
			palloc(own->room * sizeof(KpiOwnEntry));
	}
	entry = &own->entries[own->n++];
	memset(entry, 0, sizeof(*entry));
	entry->is_removed = kpi_scan_char(&reader->scan, '-');
	if (!read_words(reader, normal))
		return false;
	entry->entry.words = pstrdup(normal);
	if (entry->is_removed)
		return true;
	if (!kpi_scan_char(&reader->scan, ':'))
	{
		reader->detail = psprintf("Expected a colon and a weight after \"%s\".", normal);
		return false;
	}
	return read_value(reader, entry);
}

/*
 * Compares two entries by their words, byte by byte.
 */
static int
compare_entries(const void *a, const void *b, void *arg)
{
	return strcmp(((const KpiOwnEntry *) a)->entry.words, ((const KpiOwnEntry *) b)->entry.words);
}

/*
 * Reads the text of a lexicon.  Returns false if that is not possible; then
 * *detail is the reason.
 */
bool
kpi_lexicon_parse(const char *text, KpiOwnEntries *own, const char **detail)
{
	Reader		reader = {.scan.next = text};
	int			i;

	memset(own, 0, sizeof(*own));
	if (read_base(&reader, own) && kpi_scan_char(&reader.scan, ';'))
		do
		{
			CHECK_FOR_INTERRUPTS();
			if (!read_entry(&reader, own))
				break;
		} while (kpi_scan_char(&reader.scan, ','));
	kpi_scan_space(&reader.scan);
	if (reader.detail == NULL && *reader.scan.next != '\0')
		reader.detail = psprintf("Expected a %s before \"%s\".", own->n == 0 ? "semicolon" : "comma",
								 excerpt(reader.scan.next, strlen(reader.scan.next)));
	*detail = reader.detail;
	if (*detail)
		return false;

	qsort_interruptible(own->entries, own->n, sizeof(KpiOwnEntry), compare_entries, NULL);
	for (i = 1; i < own->n; i++)
		if (compare_entries(&own->entries[i - 1], &own->entries[i], NULL) == 0)
		{
			*detail = psprintf("There are two entries for \"%s\".", own->entries[i].entry.words);
			return false;
		}
	return true;
}

/*
 * Appends words, with quotation marks if they need them.
 */
static void
append_words(StringInfo text, const char *words)
{
	const char *c = words;

	while ((*c >= 'a' && *c <= 'z') || (c > words && ((*c >= '0' && *c <= '9') || *c == '\'')) || IS_HIGHBIT_SET(*c))
		c++;
	if (*c == '\0')
	{
		appendStringInfoString(text, words);
		return;
	}
	appendStringInfoChar(text, '"');
	for (c = words; *c != '\0'; c++)
	{
		if (*c == '"')
			appendStringInfoChar(text, '"');
		appendStringInfoChar(text, *c);
	}
	appendStringInfoChar(text, '"');
}

/*
 * Appends the canonical text of a lexicon.
 */
void
kpi_lexicon_format(const KpiOwnEntries *own, StringInfo text)
{
	int			i;

	appendStringInfoString(text, own->has_base ? "english" : "none");
	for (i = 0; i < own->n; i++)
	{
		const KpiOwnEntry *entry = &own->entries[i];
		const char *separator = ":";
		int			marker;

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(text, i == 0 ? "; " : ", ");
		if (entry->is_removed)
			appendStringInfoChar(text, '-');
		append_words(text, entry->entry.words);
		for (marker = 0; marker < (int) lengthof(marker_names); marker++)
			if (entry->entry.markers & (1 << marker))
			{
				appendStringInfo(text, "%s%s", separator, marker_names[marker]);
				separator = " ";
			}
		if (entry->has_weight)
		{
			int			weight = abs(entry->entry.weight);

			appendStringInfo(text, "%s%s%d", separator, entry->entry.weight < 0 ? "-" : "", weight / KPI_WEIGHT_ONE);
			if (weight % KPI_WEIGHT_ONE != 0)
				appendStringInfo(text, weight % 10 == 0 ? ".%d" : ".%02d",
								 weight % KPI_WEIGHT_ONE / (weight % 10 == 0 ? 10 : 1));
		}
	}
}

/*
 * Returns how the bytes above 127 of a text in the server's encoding are read.
 */
KpiLetters
kpi_server_letters(void)
{
	switch (GetDatabaseEncoding())
	{
		case PG_UTF8:
			return KPI_LETTERS_UTF8;
		case PG_WIN1250:
		case PG_WIN1251:
		case PG_WIN1252:
		case PG_WIN1253:
		case PG_WIN1254:
		case PG_WIN1255:
		case PG_WIN1256:
		case PG_WIN1257:
		case PG_WIN1258:
		case PG_WIN874:
			return KPI_LETTERS_WINDOWS;
	}
	return KPI_LETTERS_OTHER;
}
