-- internal: facts derived from the messages of each ticket
SELECT
	c.ticket_id, -- id of the ticket, as the messages have it
	(c.said).opened_by, -- customer, agent, bot or system; NULL when unknown
	(c.said).channel, -- channel of the first message of the customer
	(c.said).first_response_at, -- the first reply: a public message of an agent that does not open the ticket
	(c.said).first_responder_id, -- agent who gave it
	(c.said).agent_messages, -- public messages of agents
	(c.said).agent_replies, -- replies: public messages of agents that do not open the ticket
	(c.said).customer_replies, -- public messages of the customer, without one that opens the ticket
	(c.said).bot_messages, -- public messages of bots
	(c.said).teammates, -- agents who wrote, in public or not; NULL when they are unknown
	(c.said).waiting_since, -- first public message of the customer that no agent has answered yet
	(c.said).sentiment, -- mean sentiment of the public messages of the customer; NULL when none can be judged
	(c.said).sentiment_first, -- sentiment of the first one that can be judged
	(c.said).sentiment_last -- sentiment of the last one that can be judged
FROM (
	SELECT
		m.ticket_id,
		@extschema@.kpi_conversation(@extschema@.kpi_instant(m.at), m.seq, m.author, m.is_public, m.author_id, m.channel,
			@extschema@.kpi_instant(t.created_at), t.opened_by,
			CASE WHEN m.author = 'customer' AND m.is_public IS NOT FALSE THEN @extschema@.sentiment(m.body, @lexicon@) END) AS said
	FROM @schema@.message_source AS m
	JOIN @schema@.ticket_source AS t ON t.ticket_id = m.ticket_id
	GROUP BY m.ticket_id
) AS c
