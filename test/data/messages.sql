-- Messages of customers for doc/phrases.md: 3,000 in eight weeks.  From 2026-02-23 on, after an update of the shop, one
-- in ten reports a problem with refunds.  Nothing is random, so every database has the same rows.

CREATE FUNCTION pg_temp.pick(n int, salt text, parts text[]) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN parts[1 + ('x' || substr(md5(salt || n), 1, 7))::bit(28)::int % cardinality(parts)];

CREATE TABLE messages AS
SELECT n AS ticket_id, timestamptz '2026-01-05 00:00 UTC' + n * interval '26 minutes 52 seconds' AS at,
	'customer' AS author,
	concat_ws(' ', pg_temp.pick(n, 'greeting', '{Hi.,Hello!,"Good morning,",NULL,Hi there.}'),
		CASE WHEN n > 2625 AND pg_temp.pick(n, 'what', '{problem,2,3,4,5,6,7,8,9,10}') = 'problem' THEN
			pg_temp.pick(n, 'problem',
			'{"The refund button isn’t working since the update.",
			  "Refund button does not work, nothing happens.",
			  "I tap the refund button and it doesn''t work.",
			  "Since the update I can''t get a refund: refund buttons are not working."}')
		ELSE pg_temp.pick(n, 'topic',
			'{"Where is my parcel? It has been on the way for nine days.",
			  "I would like to change the delivery address of my order.",
			  "Can I return a pair of shoes that do not fit?",
			  "My voucher is not accepted at checkout.",
			  "I can''t log in, the password link never arrives.",
			  "You charged my card twice for one order.",
			  "When do I get my refund?",
			  "Is the blue jacket available in size M?",
			  "The parcel arrived, but one item is missing.",
			  "Please cancel my order, it has not been sent yet.",
			  "How long does the delivery to Austria take?",
			  "The invoice has the wrong company name.",
			  "Thank you for the quick answer, everything is fine now.",
			  "The zip of the jacket broke after one week."}') END,
		pg_temp.pick(n, 'detail',
			'{NULL,I ordered on Monday.,NULL,I wrote to you before.,I use the app.,NULL,I am a member.}'),
		pg_temp.pick(n, 'ending', '{Thanks!,NULL,Best regards,Please help.}')) AS body
FROM generate_series(1, 3000) AS n;
