/*
 * duration_multiset.c
 *		A sorted multiset of int64 with removal, for exact percentiles of
 *		moving windows.
 *
 * The values are in sorted blocks of at most BLOCK_VALUES.  The greatest value
 * and the size of each block are in separate arrays, so finding a block
 * touches little memory.  Inserting and removing move half a block on average.
 * A rank is found by walking over the counts of groups of blocks, then over
 * the sizes within a group.  For frames of up to a million rows both take less
 * than a microsecond, without the pointers of a tree.  Groups are recounted
 * only when a block is added or dropped, which happens once in many insertions
 * or removals.
 *
 * Memory comes from the context that is current in kpi_multiset_create.
 */
#include "duration_multiset.h"

#define BLOCK_VALUES 256

/* blocks per group, whose values are also counted together */
#define GROUP_BLOCKS 32

struct KpiMultiset
{
	KpiMemory	memory;
	int64		n;
	int32		nblocks;
	int32		capacity;		/* blocks that fit into the arrays */
	int64	   *greatest;		/* last value of each block */
	int32	   *sizes;			/* values in each block */
	int64	  **blocks;
	int32	   *counts;			/* of values in each group of GROUP_BLOCKS */
};

/*
 * Creates an empty multiset in the current context.
 */
KpiMultiset *
kpi_multiset_create(void)
{
	KpiMultiset *set = kpi_allocate(KPI_CURRENT_MEMORY, sizeof(KpiMultiset));

	set->memory = KPI_CURRENT_MEMORY;
	set->n = 0;
	set->nblocks = 0;
	set->capacity = GROUP_BLOCKS;
	set->greatest = kpi_allocate(set->memory, set->capacity * sizeof(int64));
	set->sizes = kpi_allocate(set->memory, set->capacity * sizeof(int32));
	set->blocks = kpi_allocate(set->memory, set->capacity * sizeof(int64 *));
	set->counts = kpi_allocate(set->memory, set->capacity / GROUP_BLOCKS * sizeof(int32));
	return set;
}

/*
 * Returns the number of values.
 */
int64
kpi_multiset_size(const KpiMultiset *set)
{
	return set->n;
}

/*
 * Returns the index of the first of n sorted values that is not smaller than
 * value, or n if all are smaller.
 *
 * The outcome of each comparison is random, so half of all branches would be
 * mispredicted.  The assignment to "low" therefore compiles to a conditional
 * move.  Without a predicted branch the processor does not read ahead, so both
 * values that may be compared next are prefetched.
 */
static inline int32
lower_bound(const int64 *sorted, int32 n, int64 value)
{
	const int64 *low = sorted;
	size_t		left = (size_t) n;

	while (left > 1)
	{
		size_t		half = left / 2;
		size_t		next = (left - half) / 2;
		const int64 *upper = low + half;

		__builtin_prefetch(low + next);
		__builtin_prefetch(upper + next);
		low = upper[-1] < value ? upper : low;
		left -= half;
	}
	return (int32) (low - sorted) + (n > 0 && *low < value);
}

/*
 * Recounts the values of groups, starting with the group of the block "at".
 */
static void
count_groups(KpiMultiset *set, int32 at)
{
	int32		block = at - at % GROUP_BLOCKS;

	for (; block < set->nblocks; block += GROUP_BLOCKS)
	{
		int32		end = Min(block + GROUP_BLOCKS, set->nblocks);
		int32		count = 0;
		int32		i;

		for (i = block; i < end; i++)
			count += set->sizes[i];
		set->counts[block / GROUP_BLOCKS] = count;
	}
}

/*
 * Inserts an empty block at position "at".
 */
static void
add_block(KpiMultiset *set, int32 at)
{
	int32		behind = set->nblocks - at;

	/* for a caller that inserts a long tally */
	CHECK_FOR_INTERRUPTS();
	if (set->nblocks == set->capacity)
	{
		set->capacity *= 2;
		set->greatest = repalloc(set->greatest, set->capacity * sizeof(int64));
		set->sizes = repalloc(set->sizes, set->capacity * sizeof(int32));
		set->blocks = repalloc(set->blocks, set->capacity * sizeof(int64 *));
		set->counts = repalloc(set->counts, set->capacity / GROUP_BLOCKS * sizeof(int32));
	}
	memmove(set->greatest + at + 1, set->greatest + at, behind * sizeof(int64));
	memmove(set->sizes + at + 1, set->sizes + at, behind * sizeof(int32));
	memmove(set->blocks + at + 1, set->blocks + at, behind * sizeof(int64 *));
	set->blocks[at] = kpi_allocate(set->memory, BLOCK_VALUES * sizeof(int64));
	set->sizes[at] = 0;
	set->nblocks++;
}

/*
 * Removes the empty block at position "at".
 */
static void
drop_block(KpiMultiset *set, int32 at)
{
	int32		behind = set->nblocks - at - 1;

	pfree(set->blocks[at]);
	memmove(set->greatest + at, set->greatest + at + 1, behind * sizeof(int64));
	memmove(set->sizes + at, set->sizes + at + 1, behind * sizeof(int32));
	memmove(set->blocks + at, set->blocks + at + 1, behind * sizeof(int64 *));
	set->nblocks--;
}

/*
 * Appends "count" values at the end of a block that has room for them.
 */
static void
append_to_block(KpiMultiset *set, int32 block, const int64 *values, int32 count)
{
	memcpy(set->blocks[block] + set->sizes[block], values, count * sizeof(int64));
	set->sizes[block] += count;
	set->greatest[block] = set->blocks[block][set->sizes[block] - 1];
}

/*
 * Moves the greater half of a block to a new one behind it.
 */
static void
split_block(KpiMultiset *set, int32 block)
{
	int32		kept = set->sizes[block] / 2;

	add_block(set, block + 1);
	append_to_block(set, block + 1, set->blocks[block] + kept,
					set->sizes[block] - kept);
	set->sizes[block] = kept;
	set->greatest[block] = set->blocks[block][kept - 1];
	count_groups(set, block);
}

/*
 * Adds one occurrence of value.
 */
void
kpi_multiset_insert(KpiMultiset *set, int64 value)
{
	int32		block = lower_bound(set->greatest, set->nblocks, value);
	int32		at;
	int64	   *values;

	if (block == set->nblocks)
	{
		/* the value is greater than all others: append it to the last block */
		if (set->nblocks == 0)
		{
			add_block(set, 0);
			count_groups(set, 0);
		}
		block = set->nblocks - 1;
	}
	if (set->sizes[block] == BLOCK_VALUES)
	{
		split_block(set, block);
		if (value > set->greatest[block])
			block++;
	}
	values = set->blocks[block];
	at = lower_bound(values, set->sizes[block], value);
	memmove(values + at + 1, values + at, (set->sizes[block] - at) * sizeof(int64));
	values[at] = value;
	set->sizes[block]++;
	set->counts[block / GROUP_BLOCKS]++;
	set->greatest[block] = values[set->sizes[block] - 1];
	set->n++;
}

/*
 * Removes one occurrence of value.  Returns false if there is none.
 */
bool
kpi_multiset_remove(KpiMultiset *set, int64 value)
{
	int32		block = lower_bound(set->greatest, set->nblocks, value);
	int32		at;
	int64	   *values;

	if (block == set->nblocks)
		return false;
	values = set->blocks[block];
	at = lower_bound(values, set->sizes[block], value);
	if (values[at] != value)
		return false;

	set->sizes[block]--;
	set->counts[block / GROUP_BLOCKS]--;
	set->n--;
	memmove(values + at, values + at + 1, (set->sizes[block] - at) * sizeof(int64));
	if (set->sizes[block] == 0)
	{
		drop_block(set, block);
		count_groups(set, block);
		return true;
	}
	set->greatest[block] = values[set->sizes[block] - 1];

	/* join neighbours that fit into half a block, so that blocks stay full */
	if (block + 1 < set->nblocks &&
		set->sizes[block] + set->sizes[block + 1] <= BLOCK_VALUES / 2)
	{
		append_to_block(set, block, set->blocks[block + 1], set->sizes[block + 1]);
		drop_block(set, block + 1);
		count_groups(set, block);
	}
	return true;
}

/*
 * Returns the block that contains a rank.  *of_all becomes the rank within
 * that block.
 */
static inline int32
block_of_rank(const KpiMultiset *set, int64 *of_all)
{
	int64		rank = *of_all;
	int32		group = 0;
	int32		block;

	Assert(rank >= 0 && rank < set->n);
	while (rank >= set->counts[group])
		rank -= set->counts[group++];
	block = group * GROUP_BLOCKS;
	while (rank >= set->sizes[block])
		rank -= set->sizes[block++];
	*of_all = rank;
	return block;
}

/*
 * Returns the value of a 0-based rank, which must be below the size.
 */
int64
kpi_multiset_at(const KpiMultiset *set, int64 rank)
{
	int32		block = block_of_rank(set, &rank);

	return set->blocks[block][rank];
}

/*
 * Returns the values of a rank and of the next one.  The greatest value is its
 * own neighbour.
 */
void
kpi_multiset_neighbours(const KpiMultiset *set, int64 rank, int64 *low, int64 *high)
{
	int32		block = block_of_rank(set, &rank);

	*low = set->blocks[block][rank];
	if (rank + 1 < set->sizes[block])
		*high = set->blocks[block][rank + 1];
	else
		*high = block + 1 < set->nblocks ? set->blocks[block + 1][0] : *low;
}

/*
 * Copies all values in ascending order.
 */
void
kpi_multiset_values(const KpiMultiset *set, int64 *sorted)
{
	int32		block;

	for (block = 0; block < set->nblocks; block++)
	{
		CHECK_FOR_INTERRUPTS();
		memcpy(sorted, set->blocks[block], set->sizes[block] * sizeof(int64));
		sorted += set->sizes[block];
	}
}
