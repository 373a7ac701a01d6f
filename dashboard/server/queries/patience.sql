-- How long the next queries of the transaction may take.
-- $1 text  milliseconds
SELECT set_config('statement_timeout', $1::text, true), set_config('lock_timeout', $1::text, true);
