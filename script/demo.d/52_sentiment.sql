--: title: The mood in which customers write
--: note: sentiment(body) judges what they write, by words of customer care. The mart keeps a number for each ticket, not the text.
--: note: Customers who rate us low were in a worse mood, often from the first message on.
--: bars: negative %/100
SELECT coalesce(csat_score::text, 'no rating')    AS rating,
       count(*)                                   AS tickets,
       negative_sentiment_rate(sentiment)         AS "negative %",
       positive_sentiment_rate(sentiment)         AS "positive %",
       rate_pct(rate_agg(sentiment_worsened))     AS "got worse %"
FROM care.ticket
WHERE sentiment IS NOT NULL
GROUP BY csat_score
ORDER BY csat_score;
