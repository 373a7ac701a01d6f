--: title: Build a data mart in one call
--: note: kpi_mart makes facts, daily tallies and views for BI tools, in a schema that you name.
SELECT object, kind, rows
FROM kpi_build('tickets', 'care', 'Europe/Berlin', messages => 'messages', surveys => 'surveys', work_time => 'work_time',
               costs => 'costs', subscriptions => 'subscriptions', customer_events => 'customer_events',
               help_sessions => 'help_sessions')
WHERE object IN ('ticket', 'survey', 'ticket_daily_tally', 'executive_monthly', 'team_weekly', 'agent_daily',
                 'kpi_monthly');
