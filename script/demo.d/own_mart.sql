--: title: A data mart of these tickets
--: note: kpi_mart makes facts, daily tallies and views for BI tools. kpi_refresh keeps them up to date.
SELECT object, kind, rows FROM kpi_build('tickets', 'care', 'TIME_ZONE', fcr_rule => FCR_RULE, accept_errors => true)
WHERE object IN ('ticket', 'ticket_daily_tally', 'agent_daily_tally', 'executive_monthly', 'team_weekly',
                 'channel_weekly', 'agent_daily', 'kpi_monthly', 'kpi_coverage');
