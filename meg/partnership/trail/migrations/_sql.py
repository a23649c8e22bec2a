"""The trail's own SQL: each line's digest, the refusal to change it, the seals and their proof."""

# Who acts is what the transaction says, whatever an INSERT names. A line's number comes from its sequence, so that
# nobody can put one where a later line would stand. Times are digested in UTC, whatever zone a session is in.
GUARD = """
CREATE FUNCTION meg.line_digest(e trail_entry) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(convert_to(json_build_array(e.id, e.at AT TIME ZONE 'UTC', e.partnership_id, e.member_id,
    e.member_name, e.seat, e.kind, e.sentence, e.reference, e.reason, e.detail)::text, 'UTF8')) $$;

CREATE FUNCTION meg.trail_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> currval('public.trail_entry_id_seq') THEN
    RAISE EXCEPTION 'A line of the trail takes the next number, not %.', NEW.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  NEW.at := clock_timestamp(); NEW.xid := pg_current_xact_id();
  NEW.member_name := meg.name(); NEW.seat := meg.seat();
  NEW.digest := meg.line_digest(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER trail_digest BEFORE INSERT ON trail_entry FOR EACH ROW EXECUTE FUNCTION meg.trail_digest();

CREATE FUNCTION meg.only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The trail is only ever added to: % on % is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER trail_no_change BEFORE UPDATE OR DELETE ON trail_entry
  FOR EACH STATEMENT EXECUTE FUNCTION meg.only_added_to();
CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail_entry EXECUTE FUNCTION meg.only_added_to();
CREATE TRIGGER seal_no_change BEFORE UPDATE OR DELETE ON trail_seal
  FOR EACH STATEMENT EXECUTE FUNCTION meg.only_added_to();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON trail_seal EXECUTE FUNCTION meg.only_added_to();
"""

# A seal takes every line it can see that is in no seal yet. Lines whose transaction was still running are seen
# by a later seal: their transaction's number is at or above the horizon of the seal that missed them. Writers
# are never waited for and never wait: the sealer only reads them, and one advisory lock keeps sealers apart.
# A restored database counts its transactions anew: numbers that it has not reached yet are of the one before.
SEAL = """
CREATE FUNCTION meg.seal_hash(s trail_seal) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(s.was || convert_to(s.id || ' ' || (extract(epoch FROM s.sealed_at) * 1000000)::bigint || ' '
    || s.horizon::text || ' ' || s.last || ' ' || array_to_string(s.lines, ','), 'UTF8') || s.digests) $$;

CREATE FUNCTION meg.seal_chained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sealed_at := clock_timestamp(); NEW.last := NEW.lines[cardinality(NEW.lines)];
  NEW.was := COALESCE((SELECT s.hash FROM public.trail_seal s ORDER BY s.id DESC LIMIT 1), sha256('MEG'));
  NEW.hash := meg.seal_hash(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER seal_chained BEFORE INSERT ON trail_seal FOR EACH ROW EXECUTE FUNCTION meg.seal_chained();

CREATE FUNCTION meg.seal_trail() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  seen xid8; now_at xid8; since xid8; sealed_to bigint; taken bigint := 0; part record;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('meg.seal_trail')) THEN RETURN 0; END IF;
  seen := pg_snapshot_xmin(pg_current_snapshot());
  SELECT s.horizon INTO since FROM trail_seal s ORDER BY s.id DESC LIMIT 1;
  SELECT COALESCE(max(s.last), 0) INTO sealed_to FROM trail_seal s;
  now_at := greatest(pg_snapshot_xmax(pg_current_snapshot()), pg_current_xact_id());
  FOR part IN
    WITH open AS MATERIALIZED (
      SELECT e.id, e.digest FROM trail_entry e
      WHERE e.id > sealed_to OR (e.xid >= COALESCE(since, '0') AND e.xid <= now_at)
    ), sealed AS (
      SELECT unnest(s.lines) AS id FROM trail_seal s WHERE s.last >= (SELECT min(o.id) FROM open o)
    ), fresh AS (
      SELECT o.id, o.digest, (row_number() OVER (ORDER BY o.id) - 1) / 10000 AS batch
      FROM open o WHERE NOT EXISTS (SELECT FROM sealed s WHERE s.id = o.id)
    )
    SELECT array_agg(f.id ORDER BY f.id) AS ids, string_agg(f.digest, ''::bytea ORDER BY f.id) AS sums
    FROM fresh f GROUP BY f.batch ORDER BY f.batch
  LOOP
    INSERT INTO trail_seal (horizon, lines, digests) VALUES (seen, part.ids, part.sums);
    taken := taken + cardinality(part.ids);
  END LOOP;
  RETURN taken;
END $$;
REVOKE ALL ON FUNCTION meg.seal_trail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.seal_trail() TO seat_operator, meg_app;
"""

# One row for each thing wrong; none where all is well. Seal by seal, so that it needs no more memory for a long trail:
# a whole seal is compared at once, and line by line only where it does not agree.
VERIFY = """
CREATE FUNCTION meg.verify_seal(s trail_seal) RETURNS TABLE (seal bigint, line bigint, wrong text) LANGUAGE sql STABLE AS $$
  SELECT s.id, l.line, CASE WHEN e.id IS NULL THEN 'was taken out after it was sealed'
                            ELSE 'was changed after it was sealed' END
  FROM unnest(s.lines) WITH ORDINALITY AS l(line, n) LEFT JOIN trail_entry e ON e.id = l.line
  WHERE e.id IS NULL OR e.digest <> substr(s.digests, (l.n::int - 1) * 32 + 1, 32)
     OR meg.line_digest(e) <> substr(s.digests, (l.n::int - 1) * 32 + 1, 32) $$;

CREATE FUNCTION meg.verify_trail() RETURNS TABLE (seal bigint, line bigint, wrong text) LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET work_mem = '64MB' AS $$
#variable_conflict use_column
DECLARE s trail_seal; former bytea := sha256('MEG'); now_is bytea; was_kept bytea; sealed_to bigint := 0; horizon xid8 := '0';
BEGIN
  FOR s IN SELECT * FROM trail_seal ORDER BY id LOOP
    IF s.hash <> meg.seal_hash(s) THEN
      RETURN QUERY SELECT s.id, s.lines[1], 'begins a seal that was changed';
    ELSIF s.was <> former THEN
      RETURN QUERY SELECT s.id, s.lines[1], 'begins a seal that does not follow from the one before';
    END IF;
    SELECT string_agg(meg.line_digest(e), ''::bytea ORDER BY e.id), string_agg(e.digest, ''::bytea ORDER BY e.id)
      INTO now_is, was_kept FROM trail_entry e WHERE e.id = ANY (s.lines);
    IF now_is IS DISTINCT FROM s.digests OR was_kept IS DISTINCT FROM s.digests THEN
      RETURN QUERY SELECT * FROM meg.verify_seal(s);
    END IF;
    former := s.hash; horizon := s.horizon; sealed_to := greatest(sealed_to, s.last);
  END LOOP;
  RETURN QUERY
  WITH kept AS MATERIALIZED (
    SELECT k.id AS seal, unnest(k.lines) AS line FROM trail_seal k
  ), loose AS MATERIALIZED (
    SELECT e.id, e.xid FROM trail_entry e WHERE NOT EXISTS (SELECT FROM kept k WHERE k.line = e.id)
  )
  SELECT min(k.seal), k.line, 'stands in more than one seal' FROM kept k GROUP BY k.line HAVING count(*) > 1
  UNION ALL
  SELECT NULL, e.id, CASE WHEN meg.line_digest(e) <> e.digest THEN 'was changed before it was sealed'
    ELSE 'should be in a seal and is in none: its seal was taken out, or it was put in later' END
  FROM loose l JOIN trail_entry e ON e.id = l.id
  WHERE meg.line_digest(e) <> e.digest OR (l.xid < horizon AND l.id <= sealed_to);
END $$;
REVOKE ALL ON FUNCTION meg.verify_trail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.verify_trail() TO seat_operator, seat_governance;
"""

# The lines about one child, also of pages that listed it among others. Looking into `detail` is not leakproof, so a
# seat's own policy would keep the index from being used: this looks with the owner's eyes and returns numbers only.
ABOUT = """
CREATE INDEX trail_by_child ON trail_entry USING gin ((detail->'children') jsonb_path_ops)
  WHERE detail->'children' IS NOT NULL;
CREATE FUNCTION meg.lines_about(asked text) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT id FROM trail_entry WHERE reference = asked AND reference <> ''
    AND (meg.partnership() IS NULL OR partnership_id = meg.partnership())
  UNION
  SELECT id FROM trail_entry WHERE detail->'children' IS NOT NULL AND detail->'children' @> to_jsonb(asked)
    AND (meg.partnership() IS NULL OR partnership_id = meg.partnership()) $$;
REVOKE ALL ON FUNCTION meg.lines_about(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.lines_about(text) TO seat_team, seat_governance, seat_operator;
"""
