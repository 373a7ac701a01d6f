/*
 * formats.c
 *		Prints what the algorithms that need no server store and send, for values
 *		of every magnitude: the bytes must not depend on the size of a word.
 */
#include "duration_codec.h"
#include "duration_select.h"
#include "duration_sketch.h"
#include "hours_rules.h"

#include <stdio.h>

#define MOST 5000

static uint64 random_state = 1;

/* the same numbers everywhere (splitmix64) */
static uint64
next_random(void)
{
	uint64		z = (random_state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static int
compare(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return (x > y) - (x < y);
}

static void
print_bytes(const char *what, int bits, int n, const uint8 *bytes, size_t length)
{
	printf("%s of %d values of %d bits:", what, n, bits);
	for (size_t i = 0; i < length; i++)
		printf(" %02x", bytes[i]);
	printf("\n");
}

/* n values of up to so many bits, in a common unit */
static void
durations(int bits, int n)
{
	static int64 values[MOST];
	static uint8 bytes[MOST * 20 + 100];
	int64		unit = (n % 2 == 0 && bits <= 40) ? 1000000 : 1;
	KpiSketch  *sketch = kpi_sketch_create();

	for (int i = 0; i < n; i++)
		values[i] = (int64) (next_random() >> (64 - bits)) * unit;
	qsort(values, n, sizeof(int64), compare);
	print_bytes("exact", bits, n, bytes, kpi_exact_encode(values, n, bytes));
	if (kpi_sketch_add_all(sketch, values, n))
	{
		print_bytes("buckets", bits, n, bytes, kpi_sketch_encode(sketch, bytes));
		for (int i = 1; i <= 9; i++)
			printf("%lld ", (long long) kpi_sketch_at(sketch, (n - 1) * (int64) i / 10));
		printf("of %lld\n", (long long) kpi_sketch_size(sketch));
	}
}

static void
hours(const char *text)
{
	KpiHoursRules rules;
	KpiHoursProblem problem;

	if (!kpi_hours_parse(text, &rules, &problem))
	{
		printf("%s: %s %.*s\n", text, problem.what, problem.quoted ? problem.length : 0,
			   problem.quoted ? problem.quoted : "");
		return;
	}
	for (int i = 0; i < rules.n; i++)
	{
		char	   *out = malloc(kpi_hours_rule_length(&rules.rules[i]) + 1);

		out[kpi_hours_format_rule(&rules.rules[i], out)] = '\0';
		printf("%s; ", out);
		free(out);
	}
	for (int32 day = -200000; day < 3000000; day += 97)
	{
		const KpiHoursRule *rule = kpi_hours_of_day(&rules, day);

		printf("%d", rule ? rule->nspans : -1);
	}
	printf(" until %d\n", kpi_hours_horizon(&rules));
}

int
main(void)
{
	static const int sizes[] = {1, 2, 5, 100, 2047, 2048, MOST};

	for (int bits = 1; bits <= 63; bits += 2)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
			durations(bits, sizes[i]);
	hours("Mo-Fr 09:00-12:00,13:00-17:00; Sa-Su 22:00-06:00; 2026-12-24-2027-01-01 off; Dec 24-Jan 01 off");
	hours("24/7; from 2026-07-01 until 2027-01-01 tue,Thursday 9:00-24:00; jul 4, nov 11 closed");
	hours("2026-02-30 off");
	hours("Mo 99999999999999999999:00-12:00");
	return 0;
}
