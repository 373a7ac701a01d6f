srcdir = $(or $(USE_VPATH),.)

EXTENSION = kpi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/kpi.control)

MODULE_big = kpi
OBJS = $(addprefix src/, \
	module.o tally.o millionths.o scan.o elapsed.o option.o period.o \
	estimate.o intervals.o order_statistics.o special.o \
	scores.o scores_transitions.o scores_accessors.o rate.o rate_transitions.o rate_churn.o \
	ratio.o ratio_transitions.o trend.o \
	first_contact.o units.o status.o lifetime_value.o staffing.o erlang.o \
	business_hours.o business_time.o pauses.o working_days.o calendar.o local_hours.o \
	hours_rules.o hours_parse.o hours_format.o local_time.o zone_offset.o rails_zones.o \
	durations.o durations_transitions.o durations_accessors.o duration_state.o duration_value.o \
	duration_accumulator.o duration_queue.o duration_codec.o duration_select.o duration_multiset.o \
	duration_sketch.o duration_share.o)
PG_CPPFLAGS = -I$(srcdir)/src -DKPI_VERSION=\"$(EXTVERSION)\"

# The parts of the install script, in order.  The second list is the dashboard layer.
SQL_PARTS = $(addprefix $(srcdir)/sql/kpi/, \
	prologue.sql options.sql business_hours.sql scores.sql rate.sql ratio.sql durations.sql trend.sql \
	units.sql status.sql first_contact.sql planning.sql aggregates.sql \
	kpis.sql kpis_surveys.sql kpis_rates.sql kpis_durations.sql kpis_ratios.sql kpis_flow.sql kpis_create.sql \
	catalogue.sql backlog_series.sql version.sql) \
	$(addprefix $(srcdir)/sql/, \
	check_tickets.sql measures.sql sources.sql user_tables.sql targets.sql views.sql business_views.sql customers.sql \
	scorecard.sql alerts.sql refresh.sql build.sql)

# Released versions have frozen install scripts in sql/; an unreleased one is built.
EXTENSION_SQL = kpi--$(EXTVERSION).sql
DATA = $(wildcard $(srcdir)/sql/kpi--*.sql)
ifeq ($(filter %/$(EXTENSION_SQL), $(DATA)),)
DATA_built = $(EXTENSION_SQL)
endif
DOCS = README.md

# Every test is named, because an empty list would pass silently.
REGRESS = setup types numbers definitions signatures intervals staffing bad_input rules define check \
	sketches calendars same_answer moving distributed
REGRESS_OPTS = --inputdir=$(srcdir)/test --load-extension=kpi

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(EXTENSION_SQL): $(SQL_PARTS) $(srcdir)/kpi.control
	cat $(SQL_PARTS) > $@

# Freezes the install script of a version, which databases then contain: once, at its tag.
.PHONY: release
release: $(EXTENSION_SQL)
	@test ! -e $(srcdir)/sql/$(EXTENSION_SQL) || \
		{ echo "sql/$(EXTENSION_SQL) is released: raise default_version in kpi.control" >&2; exit 1; }
	cp $(EXTENSION_SQL) $(srcdir)/sql/$(EXTENSION_SQL)

EXTRA_CLEAN = $(EXTENSION_SQL)
$(OBJS): $(wildcard $(srcdir)/src/*.h)
src/module.o: $(srcdir)/kpi.control
