/*
 * hours.c
 *		libFuzzer target for the notation of business hours.
 */
#include "hours_rules.h"
#include "require.h"

static char *
rules_text(const KpiHoursRules *rules)
{
	size_t		length = 1;
	char	   *text;
	char	   *out;
	int			i;

	for (i = 0; i < rules->n; i++)
		length += 1 + kpi_hours_rule_length(&rules->rules[i]);
	out = text = malloc(length);
	REQUIRE(text != NULL);
	for (i = 0; i < rules->n; i++)
	{
		out += kpi_hours_format_rule(&rules->rules[i], out);
		*out++ = ';';
	}
	*out = '\0';
	return text;
}

/*
 * Any text is refused with a reason, or has rules whose canonical form reads
 * back as the same rules, which cover the same days.
 */
int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	char	   *text = malloc(size + 1);
	KpiHoursRules rules;
	KpiHoursRules again;
	KpiHoursProblem problem;
	char	   *canonical;
	int32		day;

	REQUIRE(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	if (!kpi_hours_parse(text, &rules, &problem))
	{
		REQUIRE(problem.what[0] != '\0');
		REQUIRE(problem.quoted == NULL || strnlen(problem.quoted, (size_t) problem.length) == (size_t) problem.length);
		return 0;
	}
	canonical = rules_text(&rules);
	REQUIRE(kpi_hours_parse(canonical, &again, &problem));
	REQUIRE(again.n == rules.n);
	REQUIRE(strcmp(rules_text(&again), canonical) == 0);
	for (day = -1000; day < 20000; day += 97)
	{
		const KpiHoursRule *one = kpi_hours_of_day(&rules, day);
		const KpiHoursRule *other = kpi_hours_of_day(&again, day);

		REQUIRE((one == NULL) == (other == NULL));
		REQUIRE(one == NULL || one - rules.rules == other - again.rules);
		REQUIRE(one == NULL || one->nspans == other->nspans);
	}
	return 0;
}
