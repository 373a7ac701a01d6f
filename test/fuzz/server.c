/*
 * server.c
 *		As much of a PostgreSQL backend as the types need, for fuzzing.
 *
 * Every allocation is one of malloc's, so that AddressSanitizer sees each byte
 * beyond it; a context frees its own.  Errors jump.  The time zones are made up:
 * one is fixed, one changes twice a year, and two cross the date line.
 */
#include "server.h"

#include "access/detoast.h"
/* its type differs between majors */
#define pq_sendbytes pq_sendbytes_of_this_major
#include "libpq/pqformat.h"
#undef pq_sendbytes
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/expandeddatum.h"
#include "utils/memutils.h"

sigjmp_buf *fuzz_error = NULL;
int			fuzz_sqlstate;
char		fuzz_message[256];

/* ---------------------------------------------------------------------------
 * Memory
 * ---------------------------------------------------------------------------
 */

/* more is refused, as a real server refuses more than a gigabyte */
#define MOST_MEMORY ((Size) 64 * 1024 * 1024)

typedef struct Context
{
	MemoryContextData head;
	struct Block *blocks;
	struct Context *next;		/* of all contexts */
	bool		keep;
} Context;

typedef struct Block
{
	Context    *owner;
	struct Block *before;
	struct Block *behind;
	Size		size;
} Block;

static Context top;
static Context cache = {.next = &top};
static Context *contexts = &cache;
MemoryContext CurrentMemoryContext = &top.head;
MemoryContext CacheMemoryContext = &cache.head;

static void
unlink_block(Block *block)
{
	if (block->before)
		block->before->behind = block->behind;
	else
		block->owner->blocks = block->behind;
	if (block->behind)
		block->behind->before = block->before;
}

static void
link_block(Block *block, Context *owner)
{
	block->owner = owner;
	block->before = NULL;
	block->behind = owner->blocks;
	if (owner->blocks)
		owner->blocks->before = block;
	owner->blocks = block;
}

void *
MemoryContextAlloc(MemoryContext context, Size size)
{
	Block	   *block;

	if (size > MOST_MEMORY)
		ereport(ERROR, (errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	block = malloc(sizeof(Block) + size);
	REQUIRE(block != NULL);
	/* no code may rely on zeros */
	memset(block + 1, 0x7f, size);
	block->size = size;
	link_block(block, (Context *) context);
	return block + 1;
}

void *
MemoryContextAllocZero(MemoryContext context, Size size)
{
	return memset(MemoryContextAlloc(context, size), 0, size);
}

void *
MemoryContextAllocHuge(MemoryContext context, Size size)
{
	return MemoryContextAlloc(context, size);
}

void *
MemoryContextAllocExtended(MemoryContext context, Size size, int flags)
{
	return (flags & MCXT_ALLOC_ZERO) ? MemoryContextAllocZero(context, size) : MemoryContextAlloc(context, size);
}

void *
palloc(Size size)
{
	return MemoryContextAlloc(CurrentMemoryContext, size);
}

void *
palloc0(Size size)
{
	return MemoryContextAllocZero(CurrentMemoryContext, size);
}

void
pfree(void *pointer)
{
	unlink_block((Block *) pointer - 1);
	free((Block *) pointer - 1);
}

void *
repalloc(void *pointer, Size size)
{
	Block	   *block = (Block *) pointer - 1;
	void	   *moved = MemoryContextAlloc(&block->owner->head, size);

	memcpy(moved, pointer, Min(size, block->size));
	pfree(pointer);
	return moved;
}

void *
repalloc_huge(void *pointer, Size size)
{
	return repalloc(pointer, size);
}

char *
pnstrdup(const char *text, Size length)
{
	char	   *copy;

	length = strnlen(text, length);
	copy = palloc(length + 1);
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *
psprintf(const char *format,...)
{
	char		text[4096];
	va_list		arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return pnstrdup(text, sizeof(text));
}

MemoryContext
AllocSetContextCreateInternal(MemoryContext parent, const char *name, Size least, Size first, Size most)
{
	Context    *context = calloc(1, sizeof(Context));

	REQUIRE(context != NULL);
	context->head.type = T_AllocSetContext;
	context->head.parent = parent;
	context->next = contexts;
	contexts = context;
	return &context->head;
}

void
MemoryContextReset(MemoryContext context)
{
	Context    *each;

	for (each = contexts; each; each = each->next)
		if (each->head.parent == context)
			MemoryContextReset(&each->head);
	while (((Context *) context)->blocks)
		pfree(((Context *) context)->blocks + 1);
}

/* the empty context itself goes with fuzz_free_all */
void
MemoryContextDelete(MemoryContext context)
{
	MemoryContextReset(context);
	context->parent = NULL;
}

void
MemoryContextSetParent(MemoryContext context, MemoryContext parent)
{
	context->parent = parent;
}

Size
MemoryContextMemAllocated(MemoryContext context, bool recurse)
{
	Size		sum = 0;
	Block	   *block;

	for (block = ((Context *) context)->blocks; block; block = block->behind)
		sum += block->size;
	return sum;
}

/*
 * Frees all but what a backend keeps until its end.
 */
void
fuzz_free_all(void)
{
	Context    *each;
	Context   **link;
	MemoryContext above;

	for (each = contexts; each; each = each->next)
	{
		for (above = &each->head; above && above != CacheMemoryContext;)
			above = above->parent;
		each->keep = above != NULL;
	}
	for (link = &contexts; (each = *link) != NULL;)
	{
		while (!each->keep && each->blocks)
			pfree(each->blocks + 1);
		if (each->keep || each == &top)
			link = &each->next;
		else
		{
			*link = each->next;
			free(each);
		}
	}
	CurrentMemoryContext = &top.head;
}

/* ---------------------------------------------------------------------------
 * Errors
 * ---------------------------------------------------------------------------
 */

volatile sig_atomic_t InterruptPending = false;

void
ProcessInterrupts(void)
{
}

bool
errstart(int level, const char *domain)
{
	REQUIRE(level == ERROR);
	fuzz_sqlstate = ERRCODE_INTERNAL_ERROR;
	fuzz_message[0] = '\0';
	return true;
}

bool
errstart_cold(int level, const char *domain)
{
	return errstart(level, domain);
}

int
errcode(int sqlstate)
{
	fuzz_sqlstate = sqlstate;
	return 0;
}

#define KEEP_MESSAGE \
	va_list		arguments; \
	va_start(arguments, format); \
	vsnprintf(fuzz_message, sizeof(fuzz_message), format, arguments); \
	va_end(arguments); \
	return 0

int
errmsg(const char *format,...)
{
	KEEP_MESSAGE;
}

int
errmsg_internal(const char *format,...)
{
	KEEP_MESSAGE;
}

int
errdetail(const char *format,...)
{
	return 0;
}

int
errhint(const char *format,...)
{
	return 0;
}

void
errfinish(const char *file, int line, const char *function)
{
	if (fuzz_error == NULL)
		fprintf(stderr, "%s:%d: unexpected error: %s\n", file, line, fuzz_message);
	REQUIRE(fuzz_error != NULL);
	siglongjmp(*fuzz_error, 1);
}

/* ---------------------------------------------------------------------------
 * Messages
 * ---------------------------------------------------------------------------
 */

const char *
pq_getmsgbytes(StringInfo message, int length)
{
	const char *bytes = message->data + message->cursor;

	if (length < 0 || length > message->len - message->cursor)
		ereport(ERROR, (errcode(ERRCODE_PROTOCOL_VIOLATION), errmsg("insufficient data left in message")));
	message->cursor += length;
	return bytes;
}

int
pq_getmsgbyte(StringInfo message)
{
	return *(const unsigned char *) pq_getmsgbytes(message, 1);
}

int64
pq_getmsgint64(StringInfo message)
{
	uint64		number;

	memcpy(&number, pq_getmsgbytes(message, sizeof(number)), sizeof(number));
	return (int64) pg_ntoh64(number);
}

float8
pq_getmsgfloat8(StringInfo message)
{
	int64		bits = pq_getmsgint64(message);
	float8		number;

	memcpy(&number, &bits, sizeof(number));
	return number;
}

char *
pq_getmsgtext(StringInfo message, int length, int *nbytes)
{
	const char *bytes = pq_getmsgbytes(message, length);

	*nbytes = length;
	return pnstrdup(bytes, length);
}

void
pq_begintypsend(StringInfo message)
{
	initStringInfo(message);
	appendBinaryStringInfo(message, "\0\0\0\0", VARHDRSZ);
}

bytea *
pq_endtypsend(StringInfo message)
{
	SET_VARSIZE(message->data, message->len);
	return (bytea *) message->data;
}

extern void pq_sendbytes(StringInfo message, const void *bytes, int length);

void
pq_sendbytes(StringInfo message, const void *bytes, int length)
{
	appendBinaryStringInfo(message, bytes, length);
}

void
pq_sendtext(StringInfo message, const char *text, int length)
{
	appendBinaryStringInfo(message, text, length);
}

void
pq_sendfloat8(StringInfo message, float8 number)
{
	int64		bits;

	memcpy(&bits, &number, sizeof(bits));
	pq_sendint64(message, bits);
}

int
pg_mbcliplen(const char *text, int length, int limit)
{
	return Min(length, limit);
}

int
GetDatabaseEncoding(void)
{
	return PG_UTF8;
}

/* ---------------------------------------------------------------------------
 * Values
 * ---------------------------------------------------------------------------
 */

ExpandedObjectHeader *
DatumGetEOHP(Datum datum)
{
	varattrib_1b_e *external = (varattrib_1b_e *) DatumGetPointer(datum);
	varatt_expanded pointer;

	memcpy(&pointer, VARDATA_EXTERNAL(external), sizeof(pointer));
	return pointer.eohptr;
}

void
EOH_init_header(ExpandedObjectHeader *object, const ExpandedObjectMethods *methods, MemoryContext context)
{
	varatt_expanded pointer = {object};

	object->vl_len_ = EOH_HEADER_MAGIC;
	object->eoh_methods = methods;
	object->eoh_context = context;
	SET_VARTAG_EXTERNAL(object->eoh_rw_ptr, VARTAG_EXPANDED_RW);
	memcpy(VARDATA_EXTERNAL(object->eoh_rw_ptr), &pointer, sizeof(pointer));
	SET_VARTAG_EXTERNAL(object->eoh_ro_ptr, VARTAG_EXPANDED_RO);
	memcpy(VARDATA_EXTERNAL(object->eoh_ro_ptr), &pointer, sizeof(pointer));
}

struct varlena *
pg_detoast_datum(struct varlena *value)
{
	ExpandedObjectHeader *object;
	Size		size;
	void	   *flat;

	if (!VARATT_IS_EXTERNAL_EXPANDED(value))
		return value;
	object = DatumGetEOHP(PointerGetDatum(value));
	size = object->eoh_methods->get_flat_size(object);
	flat = palloc(size);
	object->eoh_methods->flatten_into(object, flat, size);
	return flat;
}

struct varlena *
pg_detoast_datum_packed(struct varlena *value)
{
	return pg_detoast_datum(value);
}

/* of our own variable-length values only */
Datum
datumCopy(Datum value, bool by_value, int length)
{
	struct varlena *flat = pg_detoast_datum((struct varlena *) DatumGetPointer(value));

	REQUIRE(!by_value && length == -1);
	return PointerGetDatum(memcpy(palloc(VARSIZE(flat)), flat, VARSIZE(flat)));
}

int
AggCheckCallContext(FunctionCallInfo fcinfo, MemoryContext *context)
{
	if (fcinfo->context == NULL)
		return 0;
	if (context)
		*context = &top.head;
	return AGG_CONTEXT_AGGREGATE;
}

/* ---------------------------------------------------------------------------
 * Time zones
 * ---------------------------------------------------------------------------
 */

/* a change from one offset to another, once or, with a period, for ever to and fro */
struct pg_tz
{
	const char *name;
	int64		change;			/* Unix seconds */
	int64		period;
	long		before;
	long		after;
};

static pg_tz zones[] = {
	{"UTC", 0, 0, 0, 0},
	{"Test/Summer", 1000000000, 15778800, 3600, 7200},
	{"Test/Skipped", 1325203200, 0, -36000, 50400},
	{"Test/Repeated", 1325203200, 0, 50400, -36000},
	/* twice within a stretch of zone_offset.c */
	{"Test/Restless", 1000000000, 432000, 0, 1800},
};

pg_tz *
pg_tzset(const char *name)
{
	int			i;

	/* only names of the database are asked for */
	if (*name++ != ':')
		abort();
	for (i = 0; i < (int) lengthof(zones); i++)
		if (strcmp(zones[i].name, name) == 0)
			return &zones[i];
	return NULL;
}

bool
pg_tz_acceptable(pg_tz *zone)
{
	return true;
}

const char *
pg_get_timezone_name(pg_tz *zone)
{
	return zone->name;
}

/* how many changes there have been, or fewer than one before the first */
static int64
changes(const pg_tz *zone, int64 at)
{
	int64		since = at - zone->change;

	if (zone->period == 0)
		return since >= 0;
	return (since >= 0 ? since : since - zone->period + 1) / zone->period + 1;
}

struct pg_tm *
pg_localtime(const pg_time_t *at, const pg_tz *zone)
{
	static struct pg_tm local;

	local.tm_gmtoff = changes(zone, *at) & 1 ? zone->after : zone->before;
	return &local;
}

int
pg_next_dst_boundary(const pg_time_t *at, long *before_offset, int *before_dst, pg_time_t *boundary,
					 long *after_offset, int *after_dst, const pg_tz *zone)
{
	*before_dst = *after_dst = 0;
	*before_offset = pg_localtime(at, zone)->tm_gmtoff;
	if (zone->period == 0 && (zone->before == zone->after || *at >= zone->change))
		return 0;
	*boundary = zone->change + changes(zone, *at) * zone->period;
	*after_offset = pg_localtime(boundary, zone)->tm_gmtoff;
	return 1;
}

/*
 * Sorts as the backend does, but is never interrupted.
 */
void
qsort_interruptible(void *base, size_t nel, size_t elsize, qsort_arg_comparator cmp, void *arg)
{
	qsort_arg(base, nel, elsize, cmp, arg);
}
