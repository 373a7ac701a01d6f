
-- Phrases that occur more often than before.

CREATE TYPE @extschema@.kpi_rising_phrase AS (
	phrase text, documents bigint, share_pct double precision,
	baseline_documents bigint, baseline_share_pct double precision,
	change double precision, low double precision, high double precision, q_value double precision);
COMMENT ON TYPE @extschema@.kpi_rising_phrase IS 'internal: a row of rising_phrases';

CREATE FUNCTION @extschema@.kpi_phrases_add(
	state internal, body text, is_recent boolean, config regconfig, phrases integer)
RETURNS internal
AS 'MODULE_PATHNAME', 'kpi_phrases_add' LANGUAGE C STABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.kpi_phrases_add(internal, text, boolean, regconfig, integer)
IS 'internal: adds a document to the state of kpi_phrases';

CREATE FUNCTION @extschema@.kpi_phrases_final(state internal) RETURNS @extschema@.kpi_rising_phrase[]
AS 'MODULE_PATHNAME', 'kpi_phrases_final' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_phrases_final(internal) IS 'internal: the final function of kpi_phrases';

-- The final function frees the temporary files, so it can be called once, and not in a window.
CREATE AGGREGATE @extschema@.kpi_phrases(body text, is_recent boolean, config regconfig, phrases integer) (
	SFUNC = @extschema@.kpi_phrases_add, STYPE = internal, FINALFUNC = @extschema@.kpi_phrases_final,
	FINALFUNC_MODIFY = READ_WRITE, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.kpi_phrases(text, boolean, regconfig, integer)
IS 'internal: the phrases that occur in a larger share of the recent documents than of the others; it counts in '
'work_mem * hash_mem_multiplier and sorts in work_mem, with temporary files beyond; no count is estimated or lost';

CREATE FUNCTION @extschema@.rising_phrases(
	relation regclass, body name, at name, since timestamptz, until timestamptz, baseline_since timestamptz,
	config regconfig DEFAULT NULL, phrases integer DEFAULT 20)
RETURNS TABLE (
	phrase text, documents bigint, share_pct double precision,
	baseline_documents bigint, baseline_share_pct double precision,
	change double precision, low double precision, high double precision, q_value double precision)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	type text;
	bounds text;
BEGIN
	IF relation IS NULL OR body IS NULL OR at IS NULL OR since IS NULL OR until IS NULL OR baseline_since IS NULL
		OR phrases IS NULL
	THEN
		RETURN;
	END IF;
	IF baseline_since >= since OR since >= until THEN
		RAISE EXCEPTION 'a period of rising phrases is empty'
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'The baseline is from baseline_since to since, and the new period from since to until.';
	END IF;
	IF phrases NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'number of phrases % is not between 1 and 10000', phrases
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF config IS NOT NULL AND NOT EXISTS (SELECT FROM pg_ts_config AS c WHERE c.oid = config) THEN
		RAISE EXCEPTION 'text search configuration % does not exist', config USING ERRCODE = 'undefined_object';
	END IF;
	type := @extschema@.kpi_column_type(relation, at);
	-- As everywhere, plain timestamps are UTC and a date is its midnight.  The bounds are converted instead of the
	-- column, so that an index on it can be used.
	bounds := CASE type
		WHEN 'timestamp with time zone' THEN '$%s'
		WHEN 'timestamp without time zone' THEN '($%s AT TIME ZONE ''UTC'')'
		WHEN 'date' THEN '($%s AT TIME ZONE ''UTC'')'
	END;
	IF bounds IS NULL THEN
		RAISE EXCEPTION 'column "%" of relation "%" is not a date or timestamp', at, relation
			USING ERRCODE = 'datatype_mismatch',
				  DETAIL = format('Its type is %s, not timestamptz, timestamp or date.', type);
	END IF;

	RETURN QUERY EXECUTE format(
		$query$
		SELECT p.phrase, p.documents, p.share_pct, p.baseline_documents, p.baseline_share_pct,
			p.change, p.low, p.high, p.q_value
		FROM unnest((
			SELECT @extschema@.kpi_phrases(%1$s, r.%2$I >= %3$s, $4, $5)
			FROM %6$s AS r
			WHERE r.%2$I >= %5$s AND r.%2$I < %4$s
		)) AS p
		$query$,
		@extschema@.kpi_text_of(relation, body), at, format(bounds, 1), format(bounds, 2), format(bounds, 3), relation)
	USING since, until, baseline_since, config, phrases;
END
$body$;
COMMENT ON FUNCTION @extschema@.rising_phrases(
	regclass, name, name, timestamptz, timestamptz, timestamptz, regconfig, integer)
IS 'words and pairs of adjacent words that occur in a larger share of the documents from since to until than from '
'baseline_since to since, the surest first: body and at name the columns with text and time; config is a text search '
'configuration, by default default_text_search_config; phrases limits the rows; a phrase counts once a document and is '
'shown in its commonest form, in lower case; change, low and high are percentage points, with the 95 % interval of '
'rate_change; of the phrases with a q_value below 0.05, at most 5 % are expected to be chance (exact test of Fisher; '
'Benjamini and Hochberg 1995); no rows when an argument except config is NULL';
