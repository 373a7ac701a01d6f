-- Generates a year of customer care, 2025-11-01 to 2026-10-31 (UTC): NOT real data. It makes every relation that
-- a mart and the demo read: tickets, messages, surveys, work_time, subscriptions, customer_events, costs, help_sessions. Run it in an
-- empty database; it needs no extension. You can choose the sizes:
--
--     psql -v tickets=20000 -f test/data/generate.sql        -- accounts and agents grow with the tickets
--     psql -v tickets=20000 -v agents=2050 -f ...            -- 10 million rows of work_time
--     psql -v accounts=1000000 -f ...                        -- a million customers
--
-- Every random number is a hash of the row's number and a salt, so each run, on each machine and under each plan,
-- makes the same rows. They tell this story: a service provider answers tickets for its accounts, which are shops, software
-- makers, banks and clinics. Service is worse during the peak in December. Chat grows while e-mail and phone decline, and a
-- bot handles more and more chats. Over the year, answers become faster and customers more satisfied. Accounts that will
-- leave because of the service write more, and give worse ratings, in the months before. Accounts without money have
-- failed payments before they leave.

\if :{?tickets}
\else
\set tickets 200000
\endif
\if :{?accounts}
\else
SELECT greatest(400, :tickets * 3::bigint / 100) AS accounts \gset
\endif
\if :{?agents}
\else
SELECT greatest(36, :tickets / 5500) AS agents \gset
\endif

-- Uniform in [0, 1), standard normal (Box and Muller), and a log-normal number of seconds with the given median.
CREATE FUNCTION pg_temp.uniform(n bigint, salt int) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT (hashint8extended(n, salt) & 9007199254740991)::double precision / 9007199254740992';
CREATE FUNCTION pg_temp.normal(n bigint, salt int) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT sqrt(-2 * ln(1 - pg_temp.uniform(n, salt))) * cos(6.283185307179586 * pg_temp.uniform(n, salt + 500))';
CREATE FUNCTION pg_temp.lognormal(median double precision, spread double precision, n bigint, salt int)
    RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT round(median * exp(spread * pg_temp.normal(n, salt)))';
CREATE FUNCTION pg_temp.seconds(s double precision) RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT s * interval ''1 second''';

\ir generate_subscriptions.sql
\ir generate_tickets.sql
\ir generate_messages.sql
\ir generate_work_time.sql
\ir generate_customer_events.sql
\ir generate_costs.sql
\ir generate_help_sessions.sql
