-- How well scores agree with labels: script/accuracy prints these views, and 047_sentiment tests them.

CREATE TABLE judged (
	data text, method text, cut double precision, label text, rating double precision, score double precision);

-- a text without a score is neutral
CREATE VIEW judgement AS
SELECT data, method, label, rating, coalesce(score, 0) AS score,
	CASE
		WHEN score <= -cut AND score < 0 THEN 'negative'
		WHEN score >= cut AND score > 0 THEN 'positive'
		ELSE 'neutral' END AS class
FROM judged;

CREATE VIEW confusion AS
SELECT data, method, label, count(*) FILTER (WHERE class = 'negative') AS negative,
	count(*) FILTER (WHERE class = 'neutral') AS neutral, count(*) FILTER (WHERE class = 'positive') AS positive
FROM judgement WHERE label IS NOT NULL GROUP BY data, method, label;

-- F1 of each label, and the mean of these
CREATE VIEW macro_f1 AS
SELECT data, method, avg(2.0 * hits / (labelled + judged)) AS f1
FROM (
	SELECT data, method, label,
		(SELECT count(*) FROM judgement AS j
		 WHERE (j.data, j.method, j.label, j.class) = (c.data, c.method, c.label, c.label)) AS hits,
		(SELECT count(*) FROM judgement AS j
		 WHERE (j.data, j.method, j.label) = (c.data, c.method, c.label)) AS labelled,
		(SELECT count(*) FROM judgement AS j
		 WHERE (j.data, j.method, j.class) = (c.data, c.method, c.label)) AS judged
	FROM confusion AS c) AS each_label
GROUP BY data, method;

-- The share of pairs of a negative text and another one in which the negative one has the lower score; equal scores
-- count half. From the sum of ranks (Mann and Whitney 1947).
CREATE VIEW auc AS
SELECT data, method,
	(sum(rank) FILTER (WHERE label <> 'negative') - others * (others + 1) / 2.0) / nullif(others * negatives, 0) AS auc
FROM (
	SELECT data, method, label,
		rank() OVER one + (count(*) OVER (PARTITION BY data, method, score) - 1) / 2.0 AS rank,
		count(*) FILTER (WHERE label = 'negative') OVER of_all AS negatives,
		count(*) FILTER (WHERE label <> 'negative') OVER of_all AS others
	FROM judgement WHERE label IS NOT NULL
	WINDOW one AS (PARTITION BY data, method ORDER BY score), of_all AS (PARTITION BY data, method)) AS ranked
GROUP BY data, method, negatives, others;

CREATE VIEW accuracy AS
SELECT data, method, count(*) AS texts, rate_ci(class = label) AS accuracy,
	(SELECT f1 FROM macro_f1 AS m WHERE (m.data, m.method) = (j.data, j.method)) AS f1,
	(SELECT auc FROM auc AS a WHERE (a.data, a.method) = (j.data, j.method)) AS auc
FROM judgement AS j WHERE label IS NOT NULL
GROUP BY data, method;

CREATE VIEW agreement AS
SELECT data, method, count(*) AS texts, corr(rating, score) AS correlation,
	100.0 * count(*) FILTER (
		WHERE sign(rating) = CASE class WHEN 'negative' THEN -1 WHEN 'positive' THEN 1 ELSE 0 END
	) / count(*) AS same_sign
FROM judgement WHERE rating IS NOT NULL
GROUP BY data, method;
