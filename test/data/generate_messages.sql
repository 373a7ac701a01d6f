-- Part of generate.sql: the messages of chats, e-mails, forms and posts; calls have none. Customers who give a bad rating write
-- in a worse mood, from the first message on, and those who wait or ask again become impatient. Every text is made up.

CREATE TABLE messages (
    ticket_id text NOT NULL, at timestamptz NOT NULL, author text NOT NULL, author_id text, is_public boolean, body text);

-- What customers and agents write: part of the conversation, mood (-1 bad, 0 neutral, 1 good), category, or NULL for any.
CREATE TEMP TABLE sentences (part text, mood int, category text, sentence text);
INSERT INTO sentences VALUES
    ('opening',  0, 'How do I ...?', 'How do I change the language of my account?'),
    ('opening',  0, 'How do I ...?', 'Where do I find the settings for notifications?'),
    ('opening',  0, 'How do I ...?', 'Is it possible to add a second user to our plan?'),
    ('opening', -1, 'How do I ...?', 'I have been looking for the export button for an hour and cannot find it anywhere.'),
    ('opening', -1, 'How do I ...?', 'Your instructions are confusing. Step 3 does not match what I see on the screen.'),
    ('opening',  0, 'Login', 'I would like to change the e-mail address that I log in with.'),
    ('opening',  0, 'Login', 'Could you send me a new invitation? My link has expired.'),
    ('opening', -1, 'Login', 'I cannot log in, it keeps saying wrong password although I reset it twice.'),
    ('opening', -1, 'Login', 'My account is locked again and the code never arrives.'),
    ('opening', -1, 'Login', 'Locked out since this morning, and I have work to do!'),
    ('opening',  0, 'Billing and refunds', 'Please send me the invoice for last month.'),
    ('opening',  0, 'Billing and refunds', 'Can we pay by bank transfer from next month on?'),
    ('opening', -1, 'Billing and refunds', 'You charged me twice for the same order.'),
    ('opening', -1, 'Billing and refunds', 'I am still waiting for my refund, it has been three weeks.'),
    ('opening', -1, 'Billing and refunds', 'The amount on the invoice is wrong, and I have already paid it.'),
    ('opening',  0, 'Delivery', 'When will my parcel be delivered?'),
    ('opening',  0, 'Delivery', 'I would like to change the delivery address of my order.'),
    ('opening', -1, 'Delivery', 'My parcel has not arrived, and the tracking has not moved for six days.'),
    ('opening', -1, 'Delivery', 'The box was damaged and half of the items are missing.'),
    ('opening', -1, 'Delivery', 'You sent me the wrong item.'),
    ('opening',  0, 'Return', 'I want to return the shoes, they are too small. Can you send me a label?'),
    ('opening',  0, 'Return', 'How long do I have to send something back?'),
    ('opening', -1, 'Return', 'I sent the jacket back two weeks ago and nobody has confirmed it.'),
    ('opening', -1, 'Return', 'The return label does not work, the shop refused to take the parcel.'),
    ('opening',  0, 'Availability', 'Will the blue one be available in size M again?'),
    ('opening',  0, 'Availability', 'Do you ship this to Portugal?'),
    ('opening', -1, 'Availability', 'It said in stock when I ordered, and now you tell me it is sold out. Disappointing.'),
    ('opening',  0, 'Bug report', 'On page 4 of the report the date is in another format than on page 1.'),
    ('opening',  0, 'Bug report', 'Here are the steps to reproduce: open a project, press copy, press undo.'),
    ('opening', -1, 'Bug report', 'The app crashes every time I open a large file.'),
    ('opening', -1, 'Bug report', 'The import fails with error 500, and I lost all my changes.'),
    ('opening', -1, 'Bug report', 'Since the last update the search is broken.'),
    ('opening',  0, 'Feature request', 'It would be useful to sort the list by date.'),
    ('opening',  0, 'Feature request', 'Are you planning an integration with our calendar?'),
    ('opening',  1, 'Feature request', 'I love the new dashboard! Could it also show last year?'),
    ('opening', -1, 'Feature request', 'I asked for a dark mode two years ago and nothing has happened.'),
    ('opening',  0, 'Outage', 'Is there maintenance at the moment?'),
    ('opening', -1, 'Outage', 'Nothing works, the page does not load at all.'),
    ('opening', -1, 'Outage', 'The service is down again. Our whole team cannot work.'),
    ('opening', -1, 'Outage', 'Third outage this month. This is costing us money.'),
    ('opening',  0, 'Account', 'I have moved. My new address is Garden Road 12.'),
    ('opening',  0, 'Account', 'Please send me a statement of the last quarter.'),
    ('opening', -1, 'Account', 'My card was blocked without any warning, and I am standing at the checkout.'),
    ('opening', -1, 'Account', 'The transfer has been pending for four days.'),
    ('opening',  0, 'Compliance', 'Which documents do you need to verify our company?'),
    ('opening',  0, 'Compliance', 'Attached is the signed form.'),
    ('opening', -1, 'Compliance', 'I uploaded my passport three times and it was rejected every time without a reason.'),
    ('opening',  0, 'Security incident', 'I received an e-mail in your name. Is it really from you?'),
    ('opening', -1, 'Security incident', 'There are two payments on my account that I did not make!'),
    ('opening', -1, 'Security incident', 'Somebody has logged in to my account, please block it, I am worried.'),
    ('opening',  0, 'Appointment', 'I would like to make an appointment for next week, if possible in the morning.'),
    ('opening',  0, 'Appointment', 'I have to cancel my appointment on Thursday.'),
    ('opening', -1, 'Appointment', 'I waited for 50 minutes in spite of my appointment.'),
    ('opening',  0, 'Insurance', 'Does my insurance cover the treatment?'),
    ('opening', -1, 'Insurance', 'My claim was refused, and nobody explains why.'),
    ('opening',  0, 'Medical record', 'Could you send my records to my new doctor?'),
    ('opening', -1, 'Medical record', 'There is a mistake in my record, and I have reported it before.'),

    ('addition',  0, NULL, 'Many thanks in advance.'), ('addition', 0, NULL, 'Thank you and best regards'),
    ('addition',  0, NULL, 'My customer number is 20814.'), ('addition', 0, NULL, 'I use the app on my phone.'),
    ('addition',  0, NULL, 'You can reach me in the afternoon.'), ('addition', 0, NULL, 'Screenshot attached.'),
    ('addition', -1, NULL, 'This is really annoying.'), ('addition', -1, NULL, 'Very disappointed.'),
    ('addition', -1, NULL, 'I have written twice and got no answer.'), ('addition', -1, NULL, 'I am not happy with this at all.'),
    ('addition', -1, NULL, 'Please fix this, it is urgent.'), ('addition', -1, NULL, 'UNACCEPTABLE!!!'),
    ('addition', -1, NULL, 'If this goes on I will cancel.'), ('addition', -1, NULL, 'What a mess.'),
    ('addition',  1, NULL, 'Apart from that I really like your service.'), ('addition', 1, NULL, 'Great product otherwise!'),

    ('again',  0, NULL, 'Here is the number you asked for: 7730-118.'), ('again', 0, NULL, 'I have tried that, see the screenshot.'),
    ('again',  0, NULL, 'One more question: does this also apply to my second account?'), ('again', 0, NULL, 'Is there any news?'),
    ('again',  0, NULL, 'I will try it tomorrow and let you know.'), ('again', 0, NULL, 'ok, and where do I click then?'),
    ('again',  1, NULL, 'Thanks, that worked! One more thing: how do I save it?'), ('again', 1, NULL, 'Thank you for the quick answer, that helps.'),
    ('again',  1, NULL, 'Great, I see it now. Does it stay like this?'),
    ('again', -1, NULL, 'It still does not work.'), ('again', -1, NULL, 'No, that did not help. Same error as before.'),
    ('again', -1, NULL, 'I am still waiting for an answer.'), ('again', -1, NULL, 'Did anybody read what I wrote? That was not my question.'),
    ('again', -1, NULL, 'This is the third time I explain the problem.'), ('again', -1, NULL, 'Hello??? It has been days.'),
    ('again', -1, NULL, 'You promised a call back and nobody called.'), ('again', -1, NULL, 'I want to speak to a manager.'),

    ('closing',  1, NULL, 'Perfect, thank you so much!'), ('closing', 1, NULL, 'That was quick, thanks a lot!'),
    ('closing',  1, NULL, 'It works now. You were very helpful.'), ('closing', 1, NULL, 'Excellent service, please thank your colleague.'),
    ('closing',  1, NULL, 'Solved, thank you. Have a nice day!'), ('closing', 1, NULL, 'You made my day 😊'),
    ('closing',  1, NULL, 'Thanks, all good now.'), ('closing', 1, NULL, 'Wonderful, I am very happy with this.'),
    ('closing',  0, NULL, 'ok'), ('closing', 0, NULL, 'The parcel is here, you can close this.'), ('closing', 0, NULL, 'Received.'),
    ('closing',  0, NULL, 'I will wait for the next update then.'),
    ('closing', -1, NULL, 'It took far too long.'), ('closing', -1, NULL, 'That is not a solution. I am disappointed.'),
    ('closing', -1, NULL, 'So you cannot help me. Great.'), ('closing', -1, NULL, 'Never again. Worst support I have ever had.'),
    ('closing', -1, NULL, 'Fine, then I will look for another provider.'), ('closing', -1, NULL, 'Two weeks for this? Ridiculous.'),
    ('closing', -1, NULL, 'Your bot is useless, I wanted to talk to a person.'),

    ('agent', 0, NULL, 'Thank you for your message. I have looked into it and changed the setting for you.'),
    ('agent', 0, NULL, 'I am sorry for the trouble. Could you tell me which version you use?'),
    ('agent', 0, NULL, 'We apologize for the delay. It will be done by tomorrow.'),
    ('agent', 0, NULL, 'Good news: it is on its way. You will get an e-mail when it arrives.'),
    ('agent', 0, NULL, 'Please try it again and let me know if it works.');
CREATE TEMP TABLE phrases AS
SELECT part, mood, category, array_agg(sentence ORDER BY sentence COLLATE "C") AS texts FROM sentences GROUP BY part, mood, category;

-- A sentence of a list, chosen by a number and a salt.
CREATE FUNCTION pg_temp.one_of(texts text[], n bigint, salt int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT texts[1 + floor(cardinality(texts) * pg_temp.uniform(n, salt))::int]';

-- The rating of the customer; that of one who gave none is drawn.
CREATE TEMP TABLE conversations AS
SELECT t.*, CASE WHEN bot_resolved THEN 'bot' ELSE 'agent' END AS answered_by,
       coalesce(csat_score, (nps_score + 2) / 2 - 1, ces_score - 2,
           5 - (4 * least(0.999, pg_temp.uniform(n, 110) ^ CASE WHEN reopens > 0 OR sla_resolution_met IS FALSE THEN 0.8 ELSE 2.2 END) + 0.3)::int) AS rating
FROM (SELECT *, substr(ticket_id, 3)::bigint AS n FROM tickets WHERE channel <> 'phone') t;

WITH turns AS (
    SELECT ticket_id, n, 'opening' AS part, 0 AS k, created_at AS at, rating, category FROM conversations
    UNION ALL
    -- a customer who writes again does so between the answer and the solution, or waits for an answer now
    SELECT ticket_id, n, 'again', k, first_response_at + (coalesce(resolved_at, '2026-11-01') - first_response_at) * k / (contacts + 1), rating, category
    FROM conversations, generate_series(1, contacts::int - 1) k
    WHERE first_response_at < coalesce(resolved_at, '2026-11-01') AND (resolved_at IS NOT NULL OR k = 1)
    UNION ALL
    SELECT ticket_id, n, 'closing', 99, resolved_at, rating, category FROM conversations
    WHERE first_response_at < resolved_at AND pg_temp.uniform(n, 111) < 0.45
), moods AS (
    SELECT *, n * 100 + k AS m,
           CASE part WHEN 'opening' THEN CASE WHEN pg_temp.uniform(n * 100 + k, 112) < 0.95 - 0.14 * rating THEN -1 WHEN pg_temp.uniform(n * 100 + k, 112) > 0.98 THEN 1 ELSE 0 END
               ELSE CASE WHEN pg_temp.uniform(n * 100 + k, 112) < 0.92 - 0.21 * rating THEN -1 WHEN pg_temp.uniform(n * 100 + k, 112) < 1.08 - 0.19 * rating THEN 0 ELSE 1 END END AS mood
    FROM turns OFFSET 0
)
INSERT INTO messages
SELECT ticket_id, date_trunc('second', at), 'customer', NULL, true,
       pg_temp.one_of(p.texts, m, 113) || CASE WHEN moods.part = 'opening' AND pg_temp.uniform(m, 114) < 0.6 THEN ' ' || pg_temp.one_of(a.texts, m, 115) ELSE '' END
FROM moods JOIN LATERAL (
        -- where no customer of a category is in this mood, a neutral one
        SELECT texts FROM phrases p WHERE p.part = moods.part AND (p.category = moods.category OR p.category IS NULL) AND p.mood IN (moods.mood, 0)
        ORDER BY p.mood = 0 LIMIT 1) p ON true
JOIN phrases a ON a.part = 'addition' AND a.mood = moods.mood
UNION ALL
SELECT ticket_id, first_response_at, answered_by, agent_id, true, pg_temp.one_of(p.texts, n, 116)
FROM conversations, phrases p WHERE p.part = 'agent' AND first_response_at IS NOT NULL
UNION ALL
SELECT ticket_id, date_trunc('second', first_response_at + (resolved_at - first_response_at) * (k + 0.5) / (contacts + 1)), 'agent', agent_id, true, pg_temp.one_of(p.texts, n * 100 + k, 116)
FROM conversations, generate_series(1, contacts::int - 1) k, phrases p WHERE p.part = 'agent' AND first_response_at < resolved_at AND NOT bot_resolved
ORDER BY 1, 2, 3;

CREATE INDEX ON messages (ticket_id);
ANALYZE messages;
