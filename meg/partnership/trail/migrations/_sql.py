"""The trail's own SQL: each line's digest, the refusal to change it, the seals and their proof."""

GUARD = """
CREATE FUNCTION meg.line_digest(e trail_entry) RETURNS bytea LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
  SELECT sha256(convert_to(jsonb_build_array(e.id, e.at, e.partnership_id, e.member_id, e.member_name, e.seat,
    e.kind, e.sentence, e.reference, e.reason, e.detail)::text, 'UTF8')) $$;

CREATE FUNCTION meg.trail_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := clock_timestamp(); NEW.xid := pg_current_xact_id(); NEW.digest := meg.line_digest(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER trail_digest BEFORE INSERT ON trail_entry FOR EACH ROW EXECUTE FUNCTION meg.trail_digest();

CREATE FUNCTION meg.only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The trail is only ever added to: % on % is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE ON trail_entry
  FOR EACH ROW EXECUTE FUNCTION meg.only_added_to();
CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail_entry EXECUTE FUNCTION meg.only_added_to();
CREATE TRIGGER seal_no_change BEFORE UPDATE OR DELETE ON trail_seal
  FOR EACH ROW EXECUTE FUNCTION meg.only_added_to();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON trail_seal EXECUTE FUNCTION meg.only_added_to();
"""

# A seal takes every line it can see that is in no seal yet. Lines whose transaction was still running are seen
# by a later seal: their transaction's number is at or above the horizon of the seal that missed them. Writers
# are never waited for and never wait: the sealer only reads them, and one advisory lock keeps sealers apart.
SEAL = """
CREATE FUNCTION meg.seal_trail() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE before public.trail_seal; ids bigint[]; sums bytea; seen xid8; former bytea;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('meg.seal_trail')) THEN RETURN 0; END IF;
  seen := pg_snapshot_xmin(pg_current_snapshot());
  SELECT * INTO before FROM public.trail_seal ORDER BY id DESC LIMIT 1;
  WITH open AS (
    SELECT e.id, e.digest FROM public.trail_entry e
    WHERE before.id IS NULL OR e.xid >= before.horizon OR e.id > before.lines[cardinality(before.lines)]
  ), sealed AS (
    SELECT unnest(s.lines) AS id FROM public.trail_seal s
    WHERE s.lines[cardinality(s.lines)] >= (SELECT min(id) FROM open)
  ), fresh AS (SELECT o.* FROM open o WHERE NOT EXISTS (SELECT FROM sealed s WHERE s.id = o.id))
  SELECT array_agg(id ORDER BY id), string_agg(digest, ''::bytea ORDER BY id) INTO ids, sums FROM fresh;
  IF ids IS NULL THEN RETURN 0; END IF;
  former := COALESCE(before.hash, sha256('MEG'));
  INSERT INTO public.trail_seal (horizon, lines, digests, was, hash)
    VALUES (seen, ids, sums, former, sha256(former || convert_to(array_to_string(ids, ','), 'UTF8') || sums));
  RETURN cardinality(ids);
END $$;
REVOKE ALL ON FUNCTION meg.seal_trail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.seal_trail() TO seat_operator, meg_app;

-- One row for each thing wrong, first line first; none where all is well.
CREATE FUNCTION meg.verify_trail() RETURNS TABLE (seal bigint, line bigint, wrong text) LANGUAGE sql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH kept AS (
    SELECT s.id AS seal, l.line, substr(s.digests, (l.n::int - 1) * 32 + 1, 32) AS digest
    FROM public.trail_seal s CROSS JOIN LATERAL unnest(s.lines) WITH ORDINALITY AS l(line, n)
  ), chain AS (
    SELECT id, was, hash, lines, digests, lag(hash, 1, sha256('MEG')) OVER (ORDER BY id) AS former
    FROM public.trail_seal
  )
  SELECT k.seal, k.line, 'was taken out after it was sealed' FROM kept k
    WHERE NOT EXISTS (SELECT FROM public.trail_entry e WHERE e.id = k.line)
  UNION ALL
  SELECT k.seal, k.line, 'was changed after it was sealed' FROM kept k JOIN public.trail_entry e ON e.id = k.line
    WHERE meg.line_digest(e) <> k.digest OR e.digest <> k.digest
  UNION ALL
  SELECT NULL, e.id, 'was changed before it was sealed' FROM public.trail_entry e
    WHERE meg.line_digest(e) <> e.digest AND NOT EXISTS (SELECT FROM kept k WHERE k.line = e.id)
  UNION ALL
  SELECT c.id, c.lines[1], 'begins a seal that does not follow from the one before' FROM chain c
    WHERE c.was <> c.former
       OR c.hash <> sha256(c.was || convert_to(array_to_string(c.lines, ','), 'UTF8') || c.digests)
  ORDER BY 2 $$;
REVOKE ALL ON FUNCTION meg.verify_trail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.verify_trail() TO seat_operator, seat_governance;
"""
