/*
 * sentiment_lexicon.c
 *		sentiment_lexicon: weighted words and phrases; sentiment(): the score of
 *		a text.
 *
 * A value is its own canonical text: the base and what it adds to it.  It is
 * compiled (lexicon.c) when it is first used.  A query that uses a constant
 * lexicon finds it once; each backend keeps the lexicons that it used last.
 */
#include "sentiment_lexicon.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "scan.h"
#include "sentiment_score.h"
#include "utils/memutils.h"

/*
 * Creates a value in the current context.
 */
static KpiTextValue *
make_value(const KpiOwnEntries *own)
{
	StringInfoData value;

	initStringInfo(&value);
	appendStringInfoSpaces(&value, offsetof(KpiTextValue, text));
	kpi_lexicon_format(own, &value);
	SET_VARSIZE(value.data, value.len);
	((KpiTextValue *) value.data)->version = KPI_FORMAT_VERSION;
	return (KpiTextValue *) value.data;
}

/*
 * sentiment_lexicon_in(cstring) returns sentiment_lexicon
 *
 * Reads "base; entry, entry ...".  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_sentiment_lexicon_in);
Datum
kpi_sentiment_lexicon_in(PG_FUNCTION_ARGS)
{
	KpiScan		scan = kpi_scan_begin(fcinfo, "sentiment_lexicon");
	KpiOwnEntries own;
	const char *detail;

	if (!kpi_lexicon_parse(scan.text, &own, &detail))
		return kpi_scan_failed(&scan, detail);
	PG_RETURN_POINTER(make_value(&own));
}

/*
 * sentiment_lexicon_recv(internal) returns sentiment_lexicon
 *
 * Reads a binary message, a version byte and text.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_sentiment_lexicon_recv);
Datum
kpi_sentiment_lexicon_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	KpiOwnEntries own;
	const char *detail;
	char	   *text;
	int			length;

	kpi_recv_header(message, "sentiment_lexicon");
	text = pq_getmsgtext(message, message->len - message->cursor, &length);
	if (!kpi_lexicon_parse(text, &own, &detail))
		kpi_report_received("sentiment_lexicon", detail);
	PG_RETURN_POINTER(make_value(&own));
}

/* ---------------------------------------------------------------------------
 * Compiled lexicons
 * ---------------------------------------------------------------------------
 */

/* a backend keeps this many that no query uses */
#define MAX_LEXICONS 16

typedef struct CachedLexicon
{
	MemoryContext context;
	KpiLexicon *lexicon;
	uint64		used;
	int			users;			/* queries */
	int			length;
	char	   *text;
	struct CachedLexicon *next;
} CachedLexicon;

static CachedLexicon *lexicons = NULL;
static int	nlexicons = 0;
static uint64 lexicon_uses = 0;

/*
 * Returns true if a text has bytes above 127.
 */
static bool
has_high_byte(const char *text)
{
	while (*text != '\0' && !IS_HIGHBIT_SET(*text))
		text++;
	return *text != '\0';
}

/*
 * Compiles a lexicon in a new context, below the current one.
 */
static CachedLexicon *
compile(const KpiTextValue *value)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "kpi lexicon", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	CachedLexicon *compiled = palloc0(sizeof(CachedLexicon));
	KpiOwnEntries own;
	const char *detail;
	int			i;

	compiled->context = context;
	compiled->length = KPI_TEXT_LENGTH(value);
	compiled->text = pnstrdup(KPI_TEXT_OF(value), compiled->length);
	compiled->lexicon = kpi_lexicon_create(context, kpi_server_letters());
	MemoryContextSwitchTo(caller);

	/* what the parser allocates lives as long as the caller's context */
	if (!kpi_lexicon_parse(compiled->text, &own, &detail))
		kpi_report_corrupted("sentiment_lexicon", detail);
	for (i = 0; i < own.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		kpi_lexicon_add_contractions(compiled->lexicon, own.entries[i].entry.words);
	}
	for (i = 0; own.has_base && i < kpi_english_entries; i++)
		kpi_lexicon_add_contractions(compiled->lexicon, kpi_english[i].words);
	for (i = 0; i < own.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		kpi_lexicon_add(compiled->lexicon, &own.entries[i].entry, !own.entries[i].is_removed);
	}
	/* the list is in UTF-8: in another encoding, no text has its emoji */
	for (i = 0; own.has_base && i < kpi_english_entries; i++)
		if (kpi_server_letters() == KPI_LETTERS_UTF8 || !has_high_byte(kpi_english[i].words))
			kpi_lexicon_add(compiled->lexicon, &kpi_english[i], true);
	kpi_lexicon_finish(compiled->lexicon);
	return compiled;
}

/*
 * Forgets the least recently used lexicons that no query uses, as long as there
 * are more than MAX_LEXICONS.
 */
static void
forget_oldest(void)
{
	while (nlexicons > MAX_LEXICONS)
	{
		CachedLexicon **oldest = NULL;
		CachedLexicon **link;
		CachedLexicon *forgotten;

		for (link = &lexicons; *link; link = &(*link)->next)
			if ((*link)->users == 0 && (oldest == NULL || (*link)->used < (*oldest)->used))
				oldest = link;
		if (oldest == NULL)
			return;
		forgotten = *oldest;
		*oldest = forgotten->next;
		nlexicons--;
		MemoryContextDelete(forgotten->context);
	}
}

/*
 * Returns the compiled form of a lexicon, which belongs to the backend.
 */
static CachedLexicon *
find_or_compile(const KpiTextValue *value)
{
	CachedLexicon *found = lexicons;

	while (found && !kpi_text_value_is(value, found->text, found->length))
		found = found->next;
	if (found == NULL)
	{
		found = compile(value);
		MemoryContextSetParent(found->context, CacheMemoryContext);
		found->next = lexicons;
		found->used = ++lexicon_uses;
		lexicons = found;
		nlexicons++;
		found->users++;
		forget_oldest();
		found->users--;
	}
	found->used = ++lexicon_uses;
	return found;
}

/*
 * Called when a query that uses a lexicon ends.
 */
static void
release(void *lexicon)
{
	((CachedLexicon *) lexicon)->users--;
	forget_oldest();
}

/*
 * Keeps a lexicon until the query ends, as a function's lexicon.
 */
static void
keep(FmgrInfo *function, CachedLexicon *lexicon)
{
	MemoryContextCallback *callback = MemoryContextAlloc(function->fn_mcxt, sizeof(MemoryContextCallback));

	callback->func = release;
	callback->arg = lexicon;
	MemoryContextRegisterResetCallback(function->fn_mcxt, callback);
	lexicon->users++;
	function->fn_extra = lexicon;
}

/*
 * Returns true if an argument is a constant.  get_fn_expr_arg_stable() is not
 * enough: it is also true for a variable of PL/pgSQL, which keeps an expression
 * like "x := sentiment(body, lexicon)" for a transaction while the variable
 * changes.
 */
static bool
is_constant(const FmgrInfo *function, int argument)
{
	Node	   *expression = function->fn_expr;
	List	   *arguments;

	if (expression == NULL || !IsA(expression, FuncExpr))
		return false;
	arguments = ((FuncExpr *) expression)->args;
	return argument < list_length(arguments) && IsA(list_nth(arguments, argument), Const);
}

/*
 * Returns the compiled form of argument 1.  A query keeps that of a constant
 * until it ends.
 */
static const KpiLexicon *
lexicon_argument(FunctionCallInfo fcinfo)
{
	CachedLexicon *lexicon = fcinfo->flinfo->fn_extra;

	if (lexicon == NULL)
	{
		lexicon = find_or_compile(kpi_text_value_argument(fcinfo, 1, "sentiment_lexicon"));
		if (is_constant(fcinfo->flinfo, 1))
			keep(fcinfo->flinfo, lexicon);
	}
	return lexicon->lexicon;
}

/*
 * sentiment(body text, lexicon sentiment_lexicon) returns double precision
 *
 * Returns how negative or positive a text is, -1 to 1, or NULL if it has
 * neither a word nor an emoji or emoticon of the lexicon.  Strict.
 */
PG_FUNCTION_INFO_V1(kpi_sentiment);
Datum
kpi_sentiment(PG_FUNCTION_ARGS)
{
	const KpiLexicon *lexicon = lexicon_argument(fcinfo);
	text	   *body = PG_GETARG_TEXT_PP(0);
	double		score;
	bool		judged = kpi_sentiment_score(lexicon, VARDATA_ANY(body), VARSIZE_ANY_EXHDR(body), &score);

	PG_FREE_IF_COPY(body, 0);
	if (!judged)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(score);
}
