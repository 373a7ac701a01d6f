-- The planner expects one row for each customer and day in customer_health, and would sort every ticket for a merge join.
SELECT set_config('enable_mergejoin', 'off', true), set_config('work_mem', '64MB', true);
