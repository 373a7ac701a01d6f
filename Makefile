srcdir = $(or $(USE_VPATH),.)

EXTENSION = kpi
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/kpi.control)

MODULE_big = kpi
OBJS = $(addprefix src/, \
	module.o tally.o millionths.o scan.o elapsed.o option.o period.o estimate.o intervals.o order_statistics.o special.o \
	scores.o scores_transitions.o rate.o contacts.o customers.o ratio.o ratio_transitions.o flow.o trend.o scalars.o staffing.o erlang.o \
	business_hours.o business_time.o local_time.o zone_offset.o calendar.o hours_rules.o hours_format.o \
	durations.o durations_transitions.o durations_accessors.o duration_state.o duration_value.o duration_accumulator.o duration_queue.o \
	duration_codec.o duration_select.o duration_multiset.o duration_sketch.o duration_share.o)
PG_CPPFLAGS = -I$(srcdir)/src -DKPI_VERSION=\"$(EXTVERSION)\"

# The last release keeps its install script, and one that upgrades from it.
RELEASED = 0.1.0
UPGRADE = $(srcdir)/sql/kpi--$(RELEASED)--$(EXTVERSION).sql

# The parts of the install script, in order.  What is new since the release is in
# the upgrade, which is the last part.  What changes in the other parts has to
# be done in the upgrade as well: test/t/018_upgrade.pl compares.
SQL_PARTS = $(addprefix $(srcdir)/sql/, \
	prologue.sql tallies.sql arguments.sql business_hours.sql transitions.sql accessors.sql durations_more.sql aggregates.sql \
	statistics.sql builtin.sql catalogue.sql backlog_series.sql \
	check_tickets.sql measures.sql sources.sql user_tables.sql targets.sql views.sql business_views.sql customers.sql scorecard.sql alerts.sql \
	refresh.sql build.sql)

DATA = $(srcdir)/sql/kpi--$(RELEASED).sql $(UPGRADE)
DATA_built = kpi--$(EXTVERSION).sql
DOCS = README.md

# every test is named: an empty list would pass without a word
REGRESS = setup types numbers definitions signatures intervals staffing bad_input rules define check sketches calendars same_answer moving distributed
REGRESS_OPTS = --inputdir=$(srcdir)/test --load-extension=kpi

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

kpi--$(EXTVERSION).sql: $(SQL_PARTS) $(UPGRADE) $(srcdir)/kpi.control
	cat $(SQL_PARTS) $(UPGRADE) > $@

# Freezes the install script of the release, once: what it says is in databases.
.PHONY: release
release:
	cat $(SQL_PARTS) > $(srcdir)/sql/kpi--$(RELEASED).sql

EXTRA_CLEAN = kpi--$(EXTVERSION).sql
$(OBJS): $(wildcard $(srcdir)/src/*.h)
src/module.o: $(srcdir)/kpi.control
