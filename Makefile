srcdir = $(or $(USE_VPATH),.)

EXTENSION = kpi kpi_mart
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/kpi.control)

MODULE_big = kpi
OBJS = $(addprefix src/, \
	module.o tally.o millionths.o scan.o elapsed.o option.o period.o \
	estimate.o intervals.o hypergeometric.o order_statistics.o special.o \
	scores.o scores_transitions.o scores_accessors.o rate.o rate_transitions.o rate_churn.o \
	ratio.o ratio_transitions.o sentiment_transitions.o trend.o miss_evidence.o \
	first_contact.o event_list.o conversation.o status_spans.o units.o status.o lifetime_value.o staffing.o erlang.o \
	business_hours.o business_time.o pauses.o working_days.o calendar.o local_hours.o \
	hours_rules.o hours_parse.o hours_format.o local_time.o zone_offset.o rails_zones.o \
	phrases.o phrase_counts.o phrase_ranking.o phrase_words.o phrase_text.o \
	durations.o durations_transitions.o durations_accessors.o duration_state.o duration_value.o \
	duration_accumulator.o duration_queue.o duration_codec.o duration_select.o duration_multiset.o \
	duration_sketch.o duration_share.o \
	sentiment_lexicon.o sentiment_score.o lexicon.o lexicon_text.o words.o characters.o english.o text_value.o)
PG_CPPFLAGS = -I$(srcdir)/src -DKPI_VERSION=\"$(EXTVERSION)\"

# The parts of the install scripts, in order.
KPI_PARTS = $(addprefix $(srcdir)/sql/kpi/, \
	prologue.sql options.sql business_hours.sql scores.sql rate.sql ratio.sql durations.sql trend.sql \
	units.sql status.sql evidence.sql sentiment.sql first_contact.sql planning.sql aggregates.sql \
	kpis.sql kpis_surveys.sql kpis_rates.sql kpis_durations.sql kpis_ratios.sql kpis_sentiment.sql kpis_flow.sql \
	kpis_create.sql catalogue.sql help.sql columns.sql backlog_series.sql phrases.sql version.sql ../epilogue.sql)
MART_PARTS = $(addprefix $(srcdir)/sql/kpi_mart/, \
	prologue.sql options.sql events.sql contract.sql checks.sql check_relation.sql template.sql placeholders.sql sources.sql \
	benchmark.sql guard.sql track.sql \
	make.sql changes.sql refresh.sql build.sql verify.sql manage.sql scorecard.sql own.sql explain.sql alerts.sql ../epilogue.sql)
# The relations that kpi_build makes, in the order in which they depend on each other.
MART_RELATIONS = $(addprefix $(srcdir)/sql/kpi_mart/relations/, \
	kpi_object.sql kpi_settings.sql kpi_own_measure.sql kpi_state.sql kpi_source.sql kpi_sla_policy.sql kpi_target.sql kpi_priority.sql \
	kpi_health_weight.sql kpi_alerts.sql kpi_followup.sql kpi_change.sql \
	sla_policy.sql ticket_policy.sql ticket_conversation.sql ticket_spans.sql ticket_history.sql ticket_target.sql \
	ticket_completed.sql ticket_checked.sql ticket_contact_now.sql ticket_now.sql ticket_wait_now.sql ticket_backlog_now.sql \
	ticket_status_now.sql survey_now.sql help_reading_now.sql ticket_daily_tally_now.sql hourly_tally_now.sql \
	backlog_daily_tally_now.sql wait_daily_tally_now.sql status_daily_tally_now.sql \
	own_daily_tally_now.sql \
	coverage_daily_tally_now.sql \
	survey_daily_tally_now.sql work_daily_tally_now.sql \
	subscription_now.sql customer_event_daily_tally_now.sql customer_month_now.sql customer_monthly_tally_now.sql \
	cost_monthly_tally_now.sql customer_today.sql customer_past.sql customer_signal_now.sql \
	help_daily_tally_now.sql article_daily_tally_now.sql \
	month_total.sql executive_monthly.sql team_weekly.sql channel_weekly.sql agent_daily.sql new_agent_ramp.sql channel_consistency.sql \
	next_replies.sql time_in_status.sql alerts.sql open_tickets.sql agent_backlog.sql backlog_age.sql backlog_daily.sql \
	hour_window.sql weekdays_covered.sql volume_heatmap.sql staffing_by_hour.sql kpi_coverage.sql \
	survey_weekly.sql survey_timing.sql workforce_daily.sql lifecycle_monthly.sql plan_monthly.sql exit_reasons_monthly.sql \
	cost_monthly.sql self_service_weekly.sql article_usage.sql bot_weekly.sql \
	customer_contact.sql omnichannel.sql customer_channel.sql channel_preference_monthly.sql \
	customer_score.sql customer_health.sql customer_health_backtest.sql \
	ticket_monthly.sql savings_monthly.sql service_and_revenue.sql bad_answer.sql followup_monthly.sql \
	next_contact.sql ticket_events.sql created_tallies.sql created_rollups.sql outcome_tallies.sql outcome_rollups.sql \
	ticket_daily_subset.sql ticket_rollup.sql ticket_measure.sql work_measure.sql business_measure.sql \
	business_subset.sql kpi_period.sql own_measure.sql own_value.sql scorecard_surveys.sql scorecard_waits.sql scorecard_own.sql \
	scorecard_total.sql scorecard_agent.sql scorecard_selection.sql overdue_tickets.sql customer_signal_of.sql \
	help_reading_of.sql help_followed.sql ticket_kpi.sql survey_kpi.sql ticket_state.sql opened_kpi.sql opened_backlog.sql \
	opened_now.sql opened_hour.sql opened_tenure.sql opened_spread.sql opened_contact.sql opened_preference.sql)

# Released versions have frozen install scripts in sql/; unreleased ones are built.
EXTENSION_SQL = $(EXTENSION:%=%--$(EXTVERSION).sql)
DATA = $(wildcard $(srcdir)/sql/kpi*--*.sql)
DATA_built = $(filter-out $(notdir $(DATA)), $(EXTENSION_SQL))
DOCS = README.md
# psql scripts, used in place: they go to the directory kpi/adapters of `pg_config --sharedir`.
ADAPTERS = $(notdir $(wildcard $(srcdir)/adapters/*))

# Every test is named, because an empty list would pass silently.
REGRESS = setup types numbers definitions signatures intervals evidence staffing bad_input rules define check \
	sketches calendars same_answer moving distributed
REGRESS_OPTS = --inputdir=$(srcdir)/test --load-extension=kpi --load-extension=kpi_mart

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
# Other extensions have a README.md too, so ours goes to a directory of its own.
docmoduledir = kpi

kpi--$(EXTVERSION).sql: $(KPI_PARTS) $(srcdir)/kpi.control
	cat $(KPI_PARTS) > $@

# Each relation goes into the table kpi_template, under the name of its file.
kpi_mart--$(EXTVERSION).sql: $(MART_PARTS) $(MART_RELATIONS) $(srcdir)/kpi_mart.control
	cat $(MART_PARTS) > $@
	position=0; for file in $(MART_RELATIONS); do position=$$((position + 1)); \
		printf "\nINSERT INTO @extschema@.kpi_template VALUES (%d, '%s', \$$template\$$\n" $$position $$(basename $$file .sql); \
		cat $$file; printf "\$$template\$$);\n"; done >> $@

.PHONY: install-adapters uninstall-adapters
install: install-adapters
install-adapters:
	$(MKDIR_P) '$(DESTDIR)$(datadir)/kpi/adapters'
	$(INSTALL_DATA) $(addprefix $(srcdir)/adapters/, $(ADAPTERS)) '$(DESTDIR)$(datadir)/kpi/adapters/'
uninstall: uninstall-adapters
uninstall-adapters:
	rm -f $(addprefix '$(DESTDIR)$(datadir)/kpi/adapters'/, $(ADAPTERS))

# The zip of the last commit, for PGXN. The same commit gives the same bytes. .gitattributes names what stays out.
DISTRIBUTION = kpi-$(EXTVERSION)
.PHONY: dist
dist:
	TZ=UTC git -C $(srcdir) archive --format=zip --prefix=$(DISTRIBUTION)/ -9 HEAD > $(DISTRIBUTION).zip || \
		{ rm -f $(DISTRIBUTION).zip; exit 1; }

# Freezes the install scripts of a version, which databases then contain: once, at its tag.
.PHONY: release
release: $(EXTENSION_SQL)
	@for file in $(EXTENSION_SQL); do test ! -e $(srcdir)/sql/$$file || \
		{ echo "sql/$$file is released: raise default_version in the control files" >&2; exit 1; }; done
	cp $(EXTENSION_SQL) $(srcdir)/sql/

EXTRA_CLEAN = $(EXTENSION_SQL) $(DISTRIBUTION).zip src/english.c
$(OBJS): $(wildcard $(srcdir)/src/*.h)
src/module.o: $(srcdir)/kpi.control

# The built-in lexicon of sentiment().
src/english.c: $(srcdir)/src/english.txt $(srcdir)/src/english.awk
	awk -f $(srcdir)/src/english.awk $(srcdir)/src/english.txt > $@ || { rm -f $@; exit 1; }
