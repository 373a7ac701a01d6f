--: title: Verify the mart
--: note: kpi_verify compares every fact and tally with the view that computes it.
SELECT count(*) AS differences FROM kpi_verify('care');
