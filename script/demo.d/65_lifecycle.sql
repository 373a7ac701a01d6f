--: title: What becomes of new accounts?
--: note: Those that joined in each half-year: onboarded within 30 days, adopted within 180, bought more, recommended us;
--: note: and how many approaches of all kinds reached their goal.
--: note: Whoever joined of late had less time for it.
--: bars: onboarded %/100
WITH firsts AS (
    SELECT account_id, min(starts_on) AS joined FROM subscriptions GROUP BY account_id
), did AS (
    SELECT account_id, min(at) FILTER (WHERE event = 'onboarded') AS onboarded,
           min(at) FILTER (WHERE event = 'adopted') AS adopted,
           count(*) FILTER (WHERE event = 'upsold') AS upsold, count(*) FILTER (WHERE event = 'referred') AS referred,
           rate_agg(value = 1) FILTER (WHERE event = 'outreach') AS outreach
    FROM customer_events
    GROUP BY account_id
)
SELECT to_char(joined, 'YYYY') || CASE WHEN extract(month FROM joined) <= 6 THEN ' H1' ELSE ' H2' END AS "joined in",
       count(*)                                                               AS accounts,
       onboarding_rate(coalesce(onboarded < joined + 30, false))              AS "onboarded %",
       adoption_rate(coalesce(adopted < joined + 180, false))                 AS "adopted %",
       upsell_rate(coalesce(upsold, 0) > 0)                                   AS "upsold %",
       referral_rate(coalesce(referred, 0) > 0)                               AS "referred %",
       outreach_success_rate(rollup(outreach))                                AS "outreach reached %"
FROM firsts LEFT JOIN did USING (account_id)
GROUP BY 1
ORDER BY 1;
