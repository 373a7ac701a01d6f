
-- Sentiment: how negative or positive a text is, by a lexicon of weighted words and
-- phrases.  A lexicon is a value.

CREATE TYPE @extschema@.sentiment_lexicon;

CREATE FUNCTION @extschema@.sentiment_lexicon_in(cstring)
RETURNS @extschema@.sentiment_lexicon
AS 'MODULE_PATHNAME', 'kpi_sentiment_lexicon_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_out(@extschema@.sentiment_lexicon)
RETURNS cstring
AS 'MODULE_PATHNAME', 'kpi_text_value_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_recv(internal)
RETURNS @extschema@.sentiment_lexicon
AS 'MODULE_PATHNAME', 'kpi_sentiment_lexicon_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_send(@extschema@.sentiment_lexicon)
RETURNS bytea
AS 'MODULE_PATHNAME', 'kpi_text_value_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.sentiment_lexicon (
	INPUT = @extschema@.sentiment_lexicon_in,
	OUTPUT = @extschema@.sentiment_lexicon_out,
	RECEIVE = @extschema@.sentiment_lexicon_recv,
	SEND = @extschema@.sentiment_lexicon_send,
	INTERNALLENGTH = variable,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.sentiment_lexicon
IS 'words and phrases with weights from -1 to 1: english, or english; refund:-0.4, "works like a charm":0.8, -cancel';

-- Equality and hashing

CREATE FUNCTION @extschema@.sentiment_lexicon_eq(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_ne(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_hash(@extschema@.sentiment_lexicon)
RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_text_value_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_hash_extended(@extschema@.sentiment_lexicon, bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_text_value_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.sentiment_lexicon,
	RIGHTARG = @extschema@.sentiment_lexicon,
	FUNCTION = @extschema@.sentiment_lexicon_eq,
	COMMUTATOR = OPERATOR(@extschema@.=),
	NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	HASHES, MERGES
);
COMMENT ON OPERATOR @extschema@.= (@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
IS 'same base and entries';

CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.sentiment_lexicon,
	RIGHTARG = @extschema@.sentiment_lexicon,
	FUNCTION = @extschema@.sentiment_lexicon_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>),
	NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
IS 'different base or entries';

CREATE OPERATOR CLASS @extschema@.sentiment_lexicon_ops
DEFAULT FOR TYPE @extschema@.sentiment_lexicon USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.sentiment_lexicon_hash(@extschema@.sentiment_lexicon),
	FUNCTION 2 @extschema@.sentiment_lexicon_hash_extended(@extschema@.sentiment_lexicon, bigint);

-- Order: by text, byte by byte.  It has no meaning; it lets DISTINCT, GROUP BY and merge
-- joins sort.

CREATE FUNCTION @extschema@.sentiment_lexicon_cmp(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_text_value_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_lt(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_le(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_ge(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.sentiment_lexicon_gt(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.< (
	LEFTARG = @extschema@.sentiment_lexicon,
	RIGHTARG = @extschema@.sentiment_lexicon,
	FUNCTION = @extschema@.sentiment_lexicon_lt,
	COMMUTATOR = OPERATOR(@extschema@.>),
	NEGATOR = OPERATOR(@extschema@.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR @extschema@.< (@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon) IS 'sorts before, by text';

CREATE OPERATOR @extschema@.<= (
	LEFTARG = @extschema@.sentiment_lexicon,
	RIGHTARG = @extschema@.sentiment_lexicon,
	FUNCTION = @extschema@.sentiment_lexicon_le,
	COMMUTATOR = OPERATOR(@extschema@.>=),
	NEGATOR = OPERATOR(@extschema@.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR @extschema@.<= (@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
IS 'sorts before or equal, by text';

CREATE OPERATOR @extschema@.>= (
	LEFTARG = @extschema@.sentiment_lexicon,
	RIGHTARG = @extschema@.sentiment_lexicon,
	FUNCTION = @extschema@.sentiment_lexicon_ge,
	COMMUTATOR = OPERATOR(@extschema@.<=),
	NEGATOR = OPERATOR(@extschema@.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR @extschema@.>= (@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon)
IS 'sorts after or equal, by text';

CREATE OPERATOR @extschema@.> (
	LEFTARG = @extschema@.sentiment_lexicon,
	RIGHTARG = @extschema@.sentiment_lexicon,
	FUNCTION = @extschema@.sentiment_lexicon_gt,
	COMMUTATOR = OPERATOR(@extschema@.<),
	NEGATOR = OPERATOR(@extschema@.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR @extschema@.> (@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon) IS 'sorts after, by text';

CREATE OPERATOR CLASS @extschema@.sentiment_lexicon_btree_ops
DEFAULT FOR TYPE @extschema@.sentiment_lexicon USING btree AS
	OPERATOR 1 @extschema@.<,
	OPERATOR 2 @extschema@.<=,
	OPERATOR 3 @extschema@.=,
	OPERATOR 4 @extschema@.>=,
	OPERATOR 5 @extschema@.>,
	FUNCTION 1 @extschema@.sentiment_lexicon_cmp(@extschema@.sentiment_lexicon, @extschema@.sentiment_lexicon);

CREATE FUNCTION @extschema@.sentiment(body text, lexicon @extschema@.sentiment_lexicon DEFAULT 'english')
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_sentiment'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION @extschema@.sentiment(text, @extschema@.sentiment_lexicon)
IS 'how negative or positive a message of a customer is, from -1 to 1: negative at or below -0.05, positive at or above '
'0.05, else neutral; NULL if it has neither a word nor an emoji or emoticon of the lexicon';
