--: title: And the mart is again what its views compute
--: note: kpi_verify returns the tickets and days that differ.
SELECT count(*) AS differences FROM kpi_verify('care');
