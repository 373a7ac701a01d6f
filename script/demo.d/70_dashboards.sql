--: title: Daily tallies and the views over them, in one call
--: note: kpi_build makes these in a schema of yours, for BI tools to read; kpi_refresh counts the days again that have changed.
SELECT object, kind, rows FROM kpi_build('tickets', 'care', 'Europe/Berlin',
  surveys => 'surveys', work_time => 'work_time', subscriptions => 'subscriptions',
  customer_events => 'customer_events', costs => 'costs', help_sessions => 'help_sessions');
