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

# One row for each thing wrong, first line first; none where all is well. Whole seals are compared first: line by line
# only where one does not agree.
VERIFY = """
CREATE FUNCTION meg.verify_trail() RETURNS TABLE (seal bigint, line bigint, wrong text) LANGUAGE plpgsql STABLE
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET work_mem = '128MB' AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH kept AS MATERIALIZED (
    SELECT s.id AS seal, l.line, l.n FROM trail_seal s CROSS JOIN LATERAL unnest(s.lines) WITH ORDINALITY AS l(line, n)
  ), there AS MATERIALIZED (
    SELECT e.id, e.xid, e.digest, meg.line_digest(e) AS true_digest FROM trail_entry e
  ), now AS (
    SELECT k.seal, string_agg(COALESCE(t.true_digest, ''), ''::bytea ORDER BY k.n) AS digests,
      bool_and(COALESCE(t.true_digest = t.digest, false)) AS agree
    FROM kept k LEFT JOIN there t ON t.id = k.line GROUP BY k.seal
  ), bad AS MATERIALIZED (
    SELECT s.id, s.lines, s.digests FROM trail_seal s LEFT JOIN now n ON n.seal = s.id
    WHERE n.digests IS DISTINCT FROM s.digests OR NOT n.agree
  ), by_line AS (
    SELECT b.id AS seal, l.line, substr(b.digests, (l.n::int - 1) * 32 + 1, 32) AS digest
    FROM bad b CROSS JOIN LATERAL unnest(b.lines) WITH ORDINALITY AS l(line, n)
  ), chain AS (
    SELECT s.id, s.lines[1] AS first, s.was <> lag(s.hash, 1, sha256('MEG')) OVER (ORDER BY s.id) AS torn,
      s.hash <> meg.seal_hash(s) AS changed FROM trail_seal s
  ), latest AS (
    SELECT s.horizon, (SELECT max(last) FROM trail_seal) AS sealed_to FROM trail_seal s ORDER BY s.id DESC LIMIT 1
  )
  SELECT b.seal, b.line, 'was taken out after it was sealed' FROM by_line b
    WHERE NOT EXISTS (SELECT FROM there t WHERE t.id = b.line)
  UNION ALL
  SELECT b.seal, b.line, 'was changed after it was sealed' FROM by_line b JOIN there t ON t.id = b.line
    WHERE t.true_digest <> b.digest OR t.digest <> b.digest
  UNION ALL
  SELECT min(k.seal), k.line, 'stands in more than one seal' FROM kept k GROUP BY k.line HAVING count(*) > 1
  UNION ALL
  SELECT NULL, t.id, 'was changed before it was sealed' FROM there t
    WHERE t.true_digest <> t.digest AND NOT EXISTS (SELECT FROM kept k WHERE k.line = t.id)
  UNION ALL
  SELECT NULL, t.id, 'should be in a seal and is in none: its seal was taken out, or it was put in later'
    FROM there t, latest WHERE t.xid < latest.horizon AND t.id <= latest.sealed_to
      AND NOT EXISTS (SELECT FROM kept k WHERE k.line = t.id)
  UNION ALL
  SELECT c.id, c.first, 'begins a seal that was changed' FROM chain c WHERE c.changed
  UNION ALL
  SELECT c.id, c.first, 'begins a seal that does not follow from the one before' FROM chain c
    WHERE c.torn AND NOT c.changed
  ORDER BY 2, 1;
END $$;
REVOKE ALL ON FUNCTION meg.verify_trail() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.verify_trail() TO seat_operator, seat_governance;
"""
