-- Part of generate.sql: accounts, and the terms of their subscriptions. Accounts on higher plans stay longer.
--
-- A row is a term on one plan. At the yearly renewal, and when the plan changes, it ends and another one begins on the same
-- day. ends_on is the first day without it. The plan Basic is monthly and has no renewal. For other plans, renewed is NULL if
-- the renewal is not due yet, or if the term ended before. end_reason is the reason why an account left.

CREATE TABLE subscriptions (
    account_id text NOT NULL, starts_on date NOT NULL, ends_on date, mrr numeric NOT NULL, plan text NOT NULL,
    renewal_due_on date, renewed boolean, end_reason text, PRIMARY KEY (account_id, starts_on));

-- Accounts are spread over the time zones by their number. On the plans Plus and Enterprise they leave when the year ends.
CREATE TEMP TABLE accounts AS
SELECT a AS account_no, 'account-' || to_char(a, 'FM0000000') AS account_id, (a % 4)::int AS zone_no, plan, starts_on,
       CASE WHEN left_on < '2026-11-01' THEN left_on END AS left_on,
       CASE WHEN left_on < '2026-11-01' THEN (ARRAY['price', 'missing feature', 'service', 'service', 'out of business'])[1 + floor(5 * pg_temp.uniform(a, 14))::int] END AS end_reason,
       CASE WHEN pg_temp.uniform(a, 18) < 0.35 THEN 'retail' WHEN pg_temp.uniform(a, 18) < 0.65 THEN 'software' WHEN pg_temp.uniform(a, 18) < 0.85 THEN 'finance' ELSE 'healthcare' END AS industry,
       price * exp(0.5 * pg_temp.normal(a, 13)) AS mrr,
       CASE WHEN pg_temp.uniform(a, 15) < 0.25 THEN starts_on + 60 + floor(900 * pg_temp.uniform(a, 16))::int END AS changed_on,
       pg_temp.uniform(a, 17) < 0.72 AS grows
FROM (SELECT *, CASE plan WHEN 'Basic' THEN starts_on + 1 + (30.4 * months)::int ELSE (starts_on + ceil(months / 12 + 0.001) * interval '1 year')::date END AS left_on
      FROM (SELECT a, date '2023-01-01' + floor(1370 * pg_temp.uniform(a, 11))::int AS starts_on, p.*, least(-ln(1 - pg_temp.uniform(a, 12)) / hazard, 600) AS months
            FROM generate_series(0, :accounts - 1) a
            JOIN (VALUES ('Basic', 0.0, 0.6, 29.0, 0.034), ('Plus', 0.6, 0.9, 119.0, 0.017), ('Enterprise', 0.9, 1.0, 900.0, 0.006))
              AS p (plan, low, high, price, hazard) ON pg_temp.uniform(a, 10) >= low AND pg_temp.uniform(a, 10) < high) x) y;

INSERT INTO subscriptions
SELECT account_id, begins, ends, round((mrr * 1.03 ^ years * CASE WHEN NOT changed THEN 1 WHEN grows THEN 1.4 ELSE 0.7 END)::numeric, 2),
       p.plan, r.due, CASE WHEN ends = r.due THEN ends IS DISTINCT FROM left_on END, CASE WHEN ends = left_on THEN end_reason END
FROM (SELECT a.*, begins, lead(begins, 1, left_on) OVER (PARTITION BY account_no ORDER BY begins) AS ends, coalesce(begins >= changed_on, false) AS changed,
             years, (starts_on + (years + 1) * interval '1 year')::date AS year_ends
      FROM accounts a,
           LATERAL (SELECT generate_series(starts_on, coalesce(left_on - 1, date '2026-10-31'), '1 year')::date AS begins
                    UNION SELECT changed_on WHERE changed_on < coalesce(left_on, '2026-11-01')) b,
           LATERAL extract(year FROM age(begins, starts_on)) AS years) terms,
     LATERAL (SELECT CASE WHEN NOT changed THEN plan WHEN grows THEN CASE plan WHEN 'Basic' THEN 'Plus' ELSE 'Enterprise' END
                          ELSE CASE plan WHEN 'Enterprise' THEN 'Plus' ELSE plan END END) p (plan),
     LATERAL (SELECT CASE WHEN p.plan <> 'Basic' THEN year_ends END) r (due)
ORDER BY begins, account_no;

ANALYZE accounts;
ANALYZE subscriptions;
