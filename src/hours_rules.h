/*
 * hours_rules.h
 *		The rules of a business_hours value: reading, writing, looking up a
 *		day.
 */
#ifndef KPI_HOURS_RULES_H
#define KPI_HOURS_RULES_H

#include "kpi_core.h"

#define MINUTES_PER_DAY 1440

/* days are numbered from 2000-01-01, as PostgreSQL's dates are */
#define FIRST_DAY INT32_MIN
#define LAST_DAY INT32_MAX

/* from 0000-03-01, where years are counted from in computations, to 2000-01-01 */
#define DAYS_TO_2000 730425

/* minutes since local midnight; the end may be on the next day */
typedef struct KpiHoursSpan
{
	int32		start;
	int32		end;
} KpiHoursSpan;

typedef enum KpiHoursDays
{
	HOURS_WEEKLY,
	HOURS_DATES,
	HOURS_YEARLY
} KpiHoursDays;

typedef struct KpiHoursRule
{
	KpiHoursDays kind;
	int			weekdays;		/* weekly: bit 0 is Monday */
	int32		from;			/* dates: the range; weekly and yearly: validity */
	int32		until;
	int			yearly_from;	/* yearly: month * 32 + day; may wrap the year */
	int			yearly_until;
	int			nspans;			/* 0: off */
	KpiHoursSpan *spans;		/* ascending, not overlapping */
} KpiHoursRule;

/* later rules override earlier ones for the days that they name */
typedef struct KpiHoursRules
{
	int			n;
	int			room;
	KpiHoursRule *rules;
} KpiHoursRules;

/*
 * The reason why a text cannot be read.  The quoted text ends the sentence.
 * It has at most KPI_HOURS_QUOTED bytes and may end inside a character, so
 * clip it.
 */
#define KPI_HOURS_QUOTED 60

typedef struct KpiHoursProblem
{
	const char *what;
	const char *quoted;			/* in the text that was read; NULL: none */
	int			length;
} KpiHoursProblem;

extern const char *const kpi_weekday_names[7];
extern const char *const kpi_month_names[12];
extern int	kpi_month_and_day(int32 number, int *year);

extern bool kpi_hours_parse(const char *text, KpiHoursRules *rules, KpiHoursProblem *problem);
extern size_t kpi_hours_format_rule(const KpiHoursRule *rule, char *out);
extern int32 kpi_hours_horizon(const KpiHoursRules *rules);
extern const KpiHoursRule *kpi_hours_of_day(const KpiHoursRules *rules, int32 day);
extern size_t kpi_hours_rule_length(const KpiHoursRule *rule);

#endif							/* KPI_HOURS_RULES_H */
