-- After the writers have ended: the last refresh, and what it missed.

SELECT public.kpi_refresh('care');
INSERT INTO live.difference SELECT :'run', * FROM public.kpi_verify('care');
