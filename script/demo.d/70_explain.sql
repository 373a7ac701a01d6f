--: title: The tickets behind one number
--: note: kpi_explain opens a number of any view over tickets: here the reopen rate of a team in a week.
SELECT counted, not_applicable AS "not applicable", pending, excluded, ids[1:3] AS "such as"
FROM kpi_explain('care', 'team_weekly', '{"week": "2026-10-05", "team": "Billing"}', 'reopen_pct');
