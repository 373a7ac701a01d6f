-- KPIs of what customers write.  sentiment(body) judges a text.

INSERT INTO @extschema@.kpi_builtin VALUES
	('avg_sentiment', 'ratio', 'avg_sentiment', 'score', 'up', 'leading',
	 ARRAY['kpi_ratio_accum_sentiment(sentiment double precision)'],
	 ARRAY['kpi_ratio=kpi_ratio_value'],
	 ARRAY['average sentiment', 'mean sentiment', 'tone', 'mood'],
	 NULL,
	 'texts that can be judged',
	 'sum of sentiments / texts that can be judged',
	 'Mean sentiment of what customers write, from -1 (very negative) to 1 (very positive). A text that cannot be '
	 'judged is NULL and does not count.',
	 'How do customers feel when they write to us?',
	 $$SELECT avg_sentiment(sentiment(body)) FROM messages WHERE author = 'customer' AND is_public IS NOT FALSE$$),
	('negative_sentiment_rate', 'rate', 'negative_sentiment_rate', 'percent', 'down', 'leading',
	 ARRAY['kpi_rate_accum_negative(sentiment double precision)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['negative share', 'negative messages', 'angry customers'],
	 'texts with a sentiment of -0.05 or less',
	 'texts that can be judged',
	 '100 x (texts with a sentiment of -0.05 or less) / (texts that can be judged)',
	 'Negative texts, as a percentage of texts that can be judged: those with a sentiment of -0.05 or less.',
	 'How many customers are angry?',
	 $$
	SELECT negative_sentiment_rate(sentiment(body))
	FROM messages
	WHERE author = 'customer' AND is_public IS NOT FALSE$$),
	('positive_sentiment_rate', 'rate', 'positive_sentiment_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum_positive(sentiment double precision)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['positive share', 'positive messages', 'praise'],
	 'texts with a sentiment of 0.05 or more',
	 'texts that can be judged',
	 '100 x (texts with a sentiment of 0.05 or more) / (texts that can be judged)',
	 'Positive texts, as a percentage of texts that can be judged: those with a sentiment of 0.05 or more.',
	 'How many customers praise us?',
	 $$
	SELECT positive_sentiment_rate(sentiment(body))
	FROM messages
	WHERE author = 'customer' AND is_public IS NOT FALSE$$);
