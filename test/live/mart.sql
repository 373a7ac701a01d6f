-- The mart, which finds changes by :track. Run as keeper.

SET client_min_messages = warning;
SELECT public.kpi_build('live.tickets', 'care', 'Europe/Berlin', track => :'track', lag => '30 seconds');
GRANT USAGE ON SCHEMA care TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA care TO reader;
