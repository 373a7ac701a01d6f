/*
 * types.c
 *		libFuzzer targets for the SQL types: text and binary input, output, merges.
 *
 * Compiled once for each type.  FUZZ_TYPE is its name in the C functions, and
 * FUZZ_MERGES is 1 for types that can be merged, and 2 for types whose merges
 * can be undone.  FUZZ_CALENDAR selects the functions of business hours, and
 * FUZZ_SENTIMENT the scores of texts.
 */
#include "server.h"

#ifdef FUZZ_CALENDAR
#include "business_hours.h"
#endif
#ifdef FUZZ_SENTIMENT
#include "sentiment_lexicon.h"
#include "sentiment_score.h"
#include "utils/memutils.h"
#endif

/* functions that types with a text as their value share */
#define kpi_business_hours_out kpi_text_value_out
#define kpi_business_hours_send kpi_text_value_send
#define kpi_business_hours_eq kpi_text_value_eq
#define kpi_business_hours_hash kpi_text_value_hash
#define kpi_sentiment_lexicon_out kpi_text_value_out
#define kpi_sentiment_lexicon_send kpi_text_value_send
#define kpi_sentiment_lexicon_eq kpi_text_value_eq
#define kpi_sentiment_lexicon_hash kpi_text_value_hash

#define PASTE3(a, b, c) a##b##c
#define NAME(type, function) PASTE3(kpi_, type, function)
#define CALL(function, ...) call(NAME(FUZZ_TYPE, function), NULL, (Datum[]) {__VA_ARGS__}, \
								 lengthof(((Datum[]) {__VA_ARGS__})))

#define DECLARE(function) extern Datum NAME(FUZZ_TYPE, function) (PG_FUNCTION_ARGS)

DECLARE(_in);
DECLARE(_out);
DECLARE(_recv);
DECLARE(_send);
DECLARE(_eq);
DECLARE(_hash);

#ifndef FUZZ_SENTIMENT

static Datum
call(PGFunction function, Node *context, const Datum *arguments, int n)
{
	LOCAL_FCINFO(fcinfo, 4);
	FmgrInfo	info = {.fn_mcxt = CurrentMemoryContext};
	Datum		result;
	int			i;

	InitFunctionCallInfoData(*fcinfo, &info, n, InvalidOid, context, NULL);
	for (i = 0; i < n; i++)
	{
		fcinfo->args[i].value = arguments[i];
		fcinfo->args[i].isnull = false;
	}
	result = function(fcinfo);
	REQUIRE(!fcinfo->isnull);
	return result;
}

#endif							/* not FUZZ_SENTIMENT */

/* only what blames the input */
static bool
is_clean_error(void)
{
	switch (fuzz_sqlstate)
	{
		case ERRCODE_INVALID_TEXT_REPRESENTATION:
		case ERRCODE_INVALID_BINARY_REPRESENTATION:
		case ERRCODE_PROTOCOL_VIOLATION:
		case ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE:
		case ERRCODE_PROGRAM_LIMIT_EXCEEDED:
		case ERRCODE_INVALID_PARAMETER_VALUE:
		case ERRCODE_OUT_OF_MEMORY:
			return true;
	}
	fprintf(stderr, "unexpected error: %s\n", fuzz_message);
	return false;
}

#if !defined(FUZZ_CALENDAR) && !defined(FUZZ_SENTIMENT)

static bytea *
sent(Datum value)
{
	return DatumGetByteaPP(CALL(_send, value));
}

static void
require_same(Datum a, Datum b)
{
	bytea	   *x = sent(a);
	bytea	   *y = sent(b);

	REQUIRE(VARSIZE(x) == VARSIZE(y) && memcmp(x, y, VARSIZE(x)) == 0);
	REQUIRE(DatumGetBool(CALL(_eq, a, b)));
	REQUIRE(CALL(_hash, a) == CALL(_hash, b));
}

/*
 * A value of bytes, each of which is at the end of its own allocation; an error
 * unless they are all taken.
 */
static Datum
received(const char *bytes, int length)
{
	StringInfoData message = {.data = palloc(length), .len = length, .maxlen = length};
	Datum		value;

	memcpy(message.data, bytes, length);
	value = CALL(_recv, PointerGetDatum(&message));
	if (message.cursor != message.len)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("incorrect binary data format")));
	return value;
}

/*
 * What comes in goes out and in again, in both forms, unchanged.
 */
static void
require_round_trips(Datum value)
{
	char	   *text = DatumGetCString(CALL(_out, value));
	bytea	   *bytes = sent(value);
	Datum		again = CALL(_in, CStringGetDatum(text));

	require_same(value, again);
	REQUIRE(strcmp(DatumGetCString(CALL(_out, again)), text) == 0);
	require_same(value, received(VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ));
}

/*
 * Returns a value read from text or from bytes; the first byte selects which.
 */
static Datum
value_of(const uint8_t *data, size_t size)
{
	Datum		value;

	if (size > 0 && data[0] % 2 == 1)
		value = received((const char *) data + 1, (int) size - 1);
	else
		value = CALL(_in, CStringGetDatum(pnstrdup(size > 0 ? (const char *) data + 1 : "", size > 0 ? size - 1 : 0)));
	require_round_trips(value);
	return value;
}

#endif							/* neither FUZZ_CALENDAR nor FUZZ_SENTIMENT */

#if FUZZ_MERGES

DECLARE(_combine);
#if FUZZ_MERGES == 2
DECLARE(_uncombine);
#endif

/*
 * Merging is commutative, the same in place, and can be taken back.
 */
static void
require_merges(Datum a, Datum b)
{
	static AggState aggregate = {.ss.ps.type = T_AggState};
	Datum		sum = CALL(_combine, a, b);
	Datum		state;

	require_round_trips(sum);
	require_same(sum, CALL(_combine, b, a));
	/* in place: of a copy of its own */
	state = CALL(_in, CALL(_out, a));
	state = call(NAME(FUZZ_TYPE, _combine), (Node *) &aggregate, (Datum[]) {state, b}, 2);
	require_same(sum, state);
	state = call(NAME(FUZZ_TYPE, _combine), (Node *) &aggregate, (Datum[]) {state, a}, 2);
	require_same(CALL(_combine, sum, a), state);
#if FUZZ_MERGES == 2
	require_same(CALL(_uncombine, sum, b), a);
#endif
}

#endif							/* FUZZ_MERGES */

#ifdef FUZZ_CALENDAR

static int64
number_of(const uint8_t *data, size_t size, size_t at)
{
	int64		number = 0;

	for (int i = 0; i < 8; i++)
		number = (int64) ((uint64) number << 8) | (at + i < size ? data[at + i] : 0);
	return number;
}

/*
 * The same hours asked in four ways: between, in a stretch, span by span, and by
 * deadline.
 * Instants are within 1900 and 2100, and up to three years apart.
 */
static void
require_calendar(Datum hours, const uint8_t *data, size_t size)
{
	KpiCalendar *calendar = kpi_calendar_of((const KpiTextValue *) DatumGetPointer(hours));
	Timestamp	from = number_of(data, size, 0) % (100 * 365 * USECS_PER_DAY);
	int64		length = number_of(data, size, 8) & INT64CONST(0x7fffffffffffffff);
	Timestamp	to = from + length % (3 * 365 * USECS_PER_DAY);
	Timestamp	middle = from + (to - from) / 3;
	int64		open_time = kpi_calendar_open_between(calendar, from, to);
	int64		counted = 0;
	Timestamp	at = from;
	Timestamp	open;
	Timestamp	close;
	Timestamp	deadline;
	int64		half = kpi_calendar_open_between(calendar, from, middle);
	KpiCalendarStretch stretch;

	REQUIRE(open_time >= 0 && open_time <= to - from);
	REQUIRE(open_time == half + kpi_calendar_open_between(calendar, middle, to));
	kpi_calendar_stretch_begin(calendar, from, to, &stretch);
	REQUIRE(kpi_calendar_stretch_open(&stretch, from, from) == 0);
	REQUIRE(kpi_calendar_stretch_open(&stretch, from, middle) == half);
	REQUIRE(kpi_calendar_stretch_open(&stretch, middle, to) == open_time - half);
	REQUIRE(kpi_calendar_stretch_open(&stretch, from, to) == open_time);
	while (at < to && kpi_calendar_span_at_or_after(calendar, at, to, &open, &close))
	{
		REQUIRE(close > at && open < close);
		counted += Max(Min(close, to) - Max(open, from), 0);
		at = close;
	}
	REQUIRE(counted == open_time);
	if (open_time > 0)
	{
		REQUIRE(kpi_calendar_deadline(calendar, from, open_time, &deadline));
		REQUIRE(deadline > from && deadline <= to);
		REQUIRE(kpi_calendar_open_between(calendar, from, deadline) == open_time);
		REQUIRE(kpi_calendar_open_between(calendar, from, deadline - 1) == open_time - 1);
	}
	/* far away, now and then, as it takes long: no more than an answer */
	if (length % 256 == 0)
		kpi_calendar_open_between(calendar, from, from + length / 2);
}

#endif							/* FUZZ_CALENDAR */

#ifdef FUZZ_SENTIMENT

/*
 * Returns the built-in list, compiled once for each way to read bytes above 127.
 */
static const KpiLexicon *
english(KpiLetters letters)
{
	static KpiLexicon *lexicons[KPI_LETTERS_OTHER + 1];
	int			i;

	if (lexicons[letters] == NULL)
	{
		lexicons[letters] = kpi_lexicon_create(CacheMemoryContext, letters);
		for (i = 0; i < kpi_english_entries; i++)
			kpi_lexicon_add_contractions(lexicons[letters], kpi_english[i].words);
		for (i = 0; i < kpi_english_entries; i++)
			kpi_lexicon_add(lexicons[letters], &kpi_english[i], true);
		kpi_lexicon_finish(lexicons[letters]);
	}
	return lexicons[letters];
}

/*
 * Returns a lexicon of the entries of a text alone, or NULL if it is none.
 */
static const KpiLexicon *
lexicon_of(const char *text, KpiLetters letters)
{
	KpiLexicon *lexicon = kpi_lexicon_create(CurrentMemoryContext, letters);
	KpiOwnEntries own;
	const char *detail;
	int			i;

	if (!kpi_lexicon_parse(text, &own, &detail))
	{
		REQUIRE(detail != NULL && *detail != '\0');
		return NULL;
	}
	for (i = 0; i < own.n; i++)
		kpi_lexicon_add_contractions(lexicon, own.entries[i].entry.words);
	for (i = 0; i < own.n; i++)
		kpi_lexicon_add(lexicon, &own.entries[i].entry, !own.entries[i].is_removed);
	kpi_lexicon_finish(lexicon);
	return lexicon;
}

/*
 * A text has one score, from -1 to 1, or none, wherever it is in memory, and
 * its words have one normal form.  Each copy has an allocation of its own size.
 */
static void
require_sentiment(const KpiLexicon *lexicon, const char *text, size_t size)
{
	char	   *copy = memcpy(palloc(size), text, size);
	char	   *longer = palloc(size + 16);
	char		normal[KPI_ENTRY_BYTES];
	char		again[KPI_ENTRY_BYTES];
	const char *problem;
	double		score = 0;
	double		other = 0;
	bool		judged;

	memset(longer, 'x', size + 16);
	memcpy(longer, text, size);
	judged = kpi_sentiment_score(lexicon, copy, size, &score);
	REQUIRE(judged == kpi_sentiment_score(lexicon, longer, size, &other) && score == other);
	REQUIRE(score >= -1 && score <= 1);
	if (kpi_lexicon_normalize(copy, size, lexicon->letters, normal, &problem))
	{
		REQUIRE(strlen(normal) > 0);
		copy = memcpy(palloc(strlen(normal)), normal, strlen(normal));
		REQUIRE(kpi_lexicon_normalize(copy, strlen(normal), lexicon->letters, again, &problem));
		REQUIRE(strcmp(normal, again) == 0);
	}
	else
		REQUIRE(*problem != '\0');
}

#endif							/* FUZZ_SENTIMENT */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sigjmp_buf	error;

	fuzz_error = &error;
	if (sigsetjmp(error, 0) == 0)
	{
#if defined(FUZZ_CALENDAR)
		if (size > 16)
			require_calendar(CALL(_in, CStringGetDatum(pnstrdup((const char *) data + 16, size - 16))), data, 16);
#elif defined(FUZZ_SENTIMENT)
		/* how to read bytes above 127, the length of a lexicon, the lexicon, the text */
		if (size > 2)
		{
			KpiLetters	letters = data[0] % (KPI_LETTERS_OTHER + 1);
			size_t		length = Min((size_t) data[1], size - 2);
			const KpiLexicon *lexicon = lexicon_of(pnstrdup((const char *) data + 2, length), letters);

			require_sentiment(english(letters), (const char *) data + 2 + length, size - 2 - length);
			if (lexicon)
				require_sentiment(lexicon, (const char *) data + 2 + length, size - 2 - length);
		}
#elif FUZZ_MERGES
		/* the first byte is the length of the first value */
		size_t		first = size > 0 ? Min((size_t) data[0], size - 1) : 0;

		if (size > 0)
			require_merges(value_of(data + 1, first), value_of(data + 1 + first, size - 1 - first));
#else
		value_of(data, size);
#endif
	}
	else
		REQUIRE(is_clean_error());
	fuzz_free_all();
	return 0;
}
