-- Staffing by Erlang C; 009_statistics.pl has rows computed elsewhere.
SET search_path = kpi_test, public;

-- the sum of Erlang's own formula, in exact numbers:
-- 1 / C = 1 + (1 - a / N) N! / a^N x (1 + a + a^2 / 2! + ... a^(N - 1) / (N - 1)!)
CREATE FUNCTION wait_by_hand(load numeric, agents int) RETURNS double precision LANGUAGE sql IMMUTABLE
RETURN (SELECT 100 / (1 + (1 - load / agents) * sum(factorial(agents) / factorial(i) / load ^ (agents - i)))
		FROM generate_series(0, agents - 1) AS i);
SELECT count(*), max(abs(erlang_wait_probability(load::float8 * 12, '5 min', agents)
						 / wait_by_hand(round(load, 250), agents) - 1)) < 1e-12 AS same
FROM unnest(ARRAY[0.001, 0.5, 0.999, 1, 2.5, 7, 9.999, 19.25, 39.9, 59]) AS load,
	unnest(ARRAY[1, 2, 3, 7, 10, 20, 40, 60]) AS agents
WHERE load < agents;
DROP FUNCTION wait_by_hand;

-- a textbook's line: 200 calls an hour of three minutes, 80 % in 20 seconds
SELECT agents, round(erlang_wait_probability(200, '3 min', agents)::numeric, 4) AS waits,
	   round(erlang_service_level(200, '3 min', agents, '20 s')::numeric, 4) AS in_time,
	   erlang_speed_of_answer(200, '3 min', agents) AS wait
FROM generate_series(8, 15) AS agents;
SELECT erlang_agents(200, '3 min', 80, '20 s') AS agents,
	   erlang_agents(200, '3 min', 80, '20 s', 70) AS at_most_70_pct_busy,
	   erlang_agents(200, '3 min', 80, '20 s', shrinkage_pct => 30) AS to_schedule,
	   erlang_agents(calls_per_hour => 200, handle => '3 min', target_pct => 80, within => '20 s',
					 max_occupancy_pct => 70, shrinkage_pct => 30) AS both;

-- the smallest number that does: one less does not
SELECT count(*),
	   bool_and(n > load AND erlang_service_level(calls, handle, n, within) >= target
				AND load <= n * coalesce(busy, 100) / 100 + 1e-9) AS enough,
	   bool_and(n - 1 <= load OR erlang_service_level(calls, handle, n - 1, within) < target
				OR load > (n - 1) * coalesce(busy, 100) / 100) AS no_more
FROM unnest(ARRAY[0.01, 3, 60, 1234.5, 1e5, 1e7, 1e11]::float8[]) AS calls,
	 unnest(ARRAY['1 s', '4 min', '1 day']::interval[]) AS handle,
	 unnest(ARRAY[0, 50, 80, 99.99]::float8[]) AS target,
	 unnest(ARRAY['0', '20 s', '1 h']::interval[]) AS within, unnest(ARRAY[NULL, 85, 100, 12.5]::float8[]) AS busy,
	 LATERAL (SELECT erlang_agents(calls, handle, target, within, busy) AS n,
					 calls * extract(epoch FROM handle)::float8 / 3600 AS load) AS q;
-- more agents, less wait
SELECT bool_and(waits <= lag_waits AND in_time >= lag_in_time - 1e-12 AND wait <= lag_wait) AS monotone FROM (
	SELECT waits, in_time, wait,
		   lag(waits) OVER w AS lag_waits, lag(in_time) OVER w AS lag_in_time, lag(wait) OVER w AS lag_wait
	FROM generate_series(1001, 1300) AS agents,
		 LATERAL (SELECT erlang_wait_probability(12000, '5 min', agents) AS waits,
						 erlang_service_level(12000, '5 min', agents, '20 s') AS in_time,
						 erlang_speed_of_answer(12000, '5 min', agents) AS wait) AS q
	WINDOW w AS (ORDER BY agents)) AS s WHERE lag_waits IS NOT NULL;
-- Little's law: the calls that wait, at any time, by two ways
SELECT bool_and(abs(calls / 3600 * extract(epoch FROM erlang_speed_of_answer(calls, '5 min', agents))::float8
					/ (erlang_wait_probability(calls, '5 min', agents) / 100 * (calls / 12) / (agents - calls / 12))
					- 1) < 1e-5) AS little
FROM (VALUES (100::float8, 9), (12000, 1003), (119999.9, 10000)) AS v (calls, agents);

-- shrinkage: what a double misses by a bit is met
SELECT bool_and(erlang_agents(1, '1 s', 0, '1 s', shrinkage_pct => s) = ceil(100 / (100 - s::numeric))) AS of_one,
	   bool_and(erlang_agents(200, '3 min', 80, '20 s', shrinkage_pct => s)
				= ceil(1400 / (100 - s::numeric))) AS of_fourteen
FROM generate_series(1, 99.9, 0.1) AS s;
-- and occupancy
SELECT bool_and(erlang_agents(calls, '1 h', 0, '1 s', busy)
				= greatest(calls + 1, ceil(calls * 100 / busy::numeric))) AS exact
FROM generate_series(1, 300, 7) AS calls, generate_series(1.5, 100, 0.7) AS busy;

-- no calls: no agents and no waits; too many calls: all wait without end
SELECT erlang_agents(0, '3 min', 80, '20 s'), erlang_wait_probability(0, '3 min', 1),
	   erlang_service_level(0, '3 min', 1, '0'), erlang_speed_of_answer(0, '3 min', 1);
SELECT bool_and(erlang_wait_probability(3600 * agents / handle::float8, make_interval(secs => handle), agents)
				= 100) AS to_the_bit
FROM generate_series(1, 400) AS agents, unnest(ARRAY[7, 20, 37, 3601]) AS handle
WHERE 3600 * agents % handle = 0;
SELECT erlang_wait_probability(200, '3 min', 10), erlang_service_level(200, '3 min', 10, '1 year'),
	   erlang_speed_of_answer(200, '3 min', 10) IS NULL AS for_ever, erlang_service_level(200, '3 min', 9, '0');
-- before a single agent, the load is the share that waits
SELECT round(erlang_wait_probability(30, '1 min', 1)::numeric, 9) AS waits,
	   round(erlang_service_level(30, '1 min', 1, '0')::numeric, 9) AS in_time,
	   erlang_speed_of_answer(30, '1 min', 1);
SELECT erlang_agents(NULL, '1 s', 80, '1 s'), erlang_agents(1, NULL, 80, '1 s'), erlang_agents(1, '1 s', NULL, '1 s'),
	   erlang_agents(1, '1 s', 80, NULL), erlang_wait_probability(1, NULL, 1),
	   erlang_service_level(1, '1 s', 1, NULL), erlang_speed_of_answer(1, '1 s', NULL);
-- large lines: the square root rule, load + c sqrt(load), where c gives the service level
-- (Halfin and Whitt 1981: half wait at 0.5061)
SELECT load, round(((erlang_agents(load, '1 h', 50, '0') - load) / sqrt(load))::numeric, 2) AS c
FROM unnest(ARRAY[1e4, 1e6, 1e7, 1e10, 1e14]::float8[]) AS load;
SELECT erlang_wait_probability(1e-300, '1 s', 1) < 1e-295 AS never,
	   erlang_agents(1e-300, '1 microsecond', 99.99, '0'),
	   erlang_service_level(1e18, '1 s', 9223372036854775807, '1 s');

-- errors
\pset format unaligned
\pset tuples_only on
SELECT says(format('SELECT erlang_agents(%L, ''3 min'', 80, ''20 s'')', calls))
FROM unnest(ARRAY[-1, 'NaN', 'infinity', 1e300, 1e17]::float8[]) AS calls;
SELECT says(format('SELECT erlang_agents(200, %L, 80, %L)', handle, within))
FROM (VALUES ('0', '20 s'), ('-1 s', '20 s'), ('3 min', '-1 s'), ('1 month -31 days', '1 s')) AS v (handle, within);
SELECT says(format('SELECT erlang_agents(200, ''3 min'', %L, ''20 s'')', target))
FROM unnest(ARRAY[100, 100.1, -1, 'NaN']::float8[]) AS target;
SELECT says(format('SELECT erlang_agents(200, ''3 min'', 80, ''20 s'', %L)', busy))
FROM unnest(ARRAY[0, 100.1, -1, 'NaN', 1e-300]::float8[]) AS busy;
SELECT says(format('SELECT erlang_agents(200, ''3 min'', 80, ''20 s'', NULL, %L)', shrinkage))
FROM unnest(ARRAY[100, -1, 'NaN', 99.99999999999999]::float8[]) AS shrinkage;
SELECT says(format('SELECT erlang_wait_probability(200, ''3 min'', %L)', agents)) FROM unnest(ARRAY[0, -1]) AS agents;
SELECT says('SELECT erlang_service_level(200, ''3 min'', 0, ''20 s'')');
SELECT says('SELECT erlang_service_level(-1, ''3 min'', 14, ''20 s'')');
SELECT says('SELECT erlang_service_level(200, ''0'', 14, ''20 s'')');
SELECT says('SELECT erlang_service_level(200, ''3 min'', 14, ''-20 s'')');
SELECT says('SELECT erlang_speed_of_answer(200, ''3 min'', 0)');
SELECT says('SELECT erlang_speed_of_answer(3599.9999999999995, ''5 months'', 3600)');
