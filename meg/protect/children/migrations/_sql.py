"""Functions of the children's room: folding names, the right to look, and the one way to search across agencies."""

# Immutable, so that they can fill stored columns: the dictionary is named, and C.UTF-8 does not change.
# O'Brien and OBrien are one word; Dunstan-Hale is two, and may be asked for in any order.
FOLD = """
CREATE FUNCTION meg.fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT upper(btrim(regexp_replace(replace(public.unaccent('public.unaccent'::regdictionary,
    normalize(words, NFC)), '''', ''), '[^[:alnum:]]+', ' ', 'g'))) $$;
CREATE FUNCTION meg.sounds(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(array_agg(DISTINCT public.dmetaphone(w)) FILTER (WHERE public.dmetaphone(w) <> ''), '{}')
  FROM unnest(string_to_array(meg.fold(words), ' ')) AS w $$;
CREATE FUNCTION meg.in_order(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(string_agg(w, ' ' ORDER BY w), '') FROM unnest(string_to_array(meg.fold(words), ' ')) AS w $$;
CREATE FUNCTION meg.squeeze(number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT regexp_replace(upper(number), '[^[:alnum:]]', '', 'g') $$;
"""

# The grant that opens one child to the asking member, in words; nothing where their seat reaches the child anyway.
WHY = """
CREATE FUNCTION meg.why_reached(child bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET timezone = 'Europe/London' AS $$
  SELECT 'Grant until ' || to_char(g.until, 'FMDD FMMonth YYYY HH24:MI') || ': ' || g.reason
  FROM public.access_grant g
  WHERE g.child_id = child AND meg.seat() IN ('practitioner', 'interviewer', 'governance')
    AND (g.member_id = meg.member() OR (meg.seat() = 'practitioner' AND g.agency_id = meg.agency()))
    AND g.revoked_at IS NULL AND g.since <= statement_timestamp() AND g.until > statement_timestamp()
    AND NOT EXISTS (SELECT FROM public.access_involvement i
      WHERE i.child_id = child AND i.since <= statement_timestamp() AND (i.until IS NULL OR i.until > statement_timestamp())
        AND CASE meg.seat() WHEN 'practitioner' THEN i.agency_id = meg.agency()
                            WHEN 'interviewer' THEN i.member_id = meg.member() ELSE false END)
  ORDER BY g.until DESC LIMIT 1 $$;
REVOKE ALL ON FUNCTION meg.why_reached(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.why_reached(bigint)
  TO seat_team, seat_analyst, seat_practitioner, seat_interviewer, seat_governance;
"""

# How alike two words of names are, from 0 to 1: the same, beginning the same, two neighbouring letters swapped, sounding
# the same, or few letters off.
ALIKE = """
CREATE FUNCTION meg.swaps(asked text, kept text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT length(asked) = length(kept) AND EXISTS (SELECT FROM generate_series(1, length(asked) - 1) AS n
    WHERE left(asked, n - 1) || substr(asked, n + 1, 1) || substr(asked, n, 1) || substr(asked, n + 2) = kept) $$;
CREATE FUNCTION meg.alike(asked text, kept text) RETURNS real LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE letters real;
BEGIN
  IF asked = kept THEN RETURN 1; END IF;
  IF length(asked) > 2 AND starts_with(kept, asked) THEN RETURN 0.85; END IF;
  letters := 1 - levenshtein(left(asked, 40), left(kept, 40))::real
                 / greatest(length(left(asked, 40)), length(left(kept, 40)), 1);
  IF letters >= 0.3 AND length(asked) > 2 AND dmetaphone(asked) = dmetaphone(kept) THEN
    letters := greatest(letters, (0.95 + letters) / 2);
  END IF;
  IF letters >= 0.3 AND letters < 0.85 AND meg.swaps(asked, kept) THEN RETURN 0.85; END IF;
  RETURN letters;
END $$;
"""

# Children worth comparing, for a seat that reaches the whole partnership: each branch has an index and a bound.
MAYBE = """
CREATE FUNCTION meg.maybe_children(here bigint, words text, number text, born date) RETURNS SETOF bigint
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE asked text := meg.fold(words); heard text[] := meg.sounds(words); one boolean := strpos(asked, ' ') = 0;
BEGIN
  IF number <> '' THEN
    RETURN QUERY SELECT i.child_id FROM children_identifier i
      WHERE i.folded = number AND i.partnership_id = here AND i.withdrawn_at IS NULL LIMIT 50;
    RETURN QUERY SELECT c.id FROM children_child c WHERE c.reference = meg.reference_of(number) AND c.partnership_id = here;
  END IF;
  IF born IS NOT NULL THEN
    RETURN QUERY SELECT c.id FROM children_child c
      WHERE c.partnership_id = here AND c.date_of_birth IN (born, meg.swapped(born)) LIMIT 300;
  END IF;
  IF asked = '' THEN RETURN; END IF;
  PERFORM show_limit(), set_config('pg_trgm.similarity_threshold', '0.4', true),  -- loaded first, then set
    set_config('pg_trgm.word_similarity_threshold', '0.5', true);
  RETURN QUERY SELECT n.child_id FROM children_name n
    WHERE n.in_order = meg.in_order(words) AND n.partnership_id = here LIMIT 100;
  IF cardinality(heard) > 0 THEN
    RETURN QUERY SELECT n.child_id FROM children_name n WHERE n.sounds @> heard AND n.partnership_id = here LIMIT 200;
  END IF;
  IF one THEN
    RETURN QUERY SELECT n.child_id FROM children_name n WHERE n.folded %> asked AND n.partnership_id = here LIMIT 200;
  ELSE
    RETURN QUERY SELECT n.child_id FROM children_name n WHERE n.folded % asked AND n.partnership_id = here LIMIT 200;
  END IF;
END $$;
REVOKE ALL ON FUNCTION meg.maybe_children(bigint, text, text, date) FROM PUBLIC;
CREATE FUNCTION meg.swapped(born date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN extract(day FROM born) <= 12 THEN
    make_date(extract(year FROM born)::int, extract(day FROM born)::int, extract(month FROM born)::int) END $$;
CREATE FUNCTION meg.reference_of(number text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 'MEG-' || lpad(n, greatest(6, length(n)), '0')
  FROM (SELECT ltrim(substring(number FROM '^(?:MEG)?([0-9]{1,15})$'), '0') AS n) AS digits $$;
"""

# Trigram indexes are not used under a row policy (their operators are not leakproof). This function looks with the
# owner's eyes, keeps to what the caller's seat may see, returns numbers only, and writes the search to the trail.
# A caseload seat never touches an index that holds other children: neither its answer nor its time tells of them.
FIND = """
CREATE FUNCTION meg.find_children(words text, born date, most integer, why text DEFAULT '')
  RETURNS TABLE (child_id bigint, likeness real, same_name boolean, same_birth boolean, same_number boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  typed text := left(COALESCE(words, ''), 200); number text := meg.squeeze(typed);
  asked text[] := string_to_array(NULLIF(meg.fold(typed), ''), ' ');
  ordered text := meg.in_order(typed); joined text := replace(meg.fold(typed), ' ', ''); ids bigint[];
BEGIN
  INSERT INTO trail_entry (kind, sentence, reason, detail) VALUES ('search', 'Searched for a child.', COALESCE(why, ''),
    jsonb_strip_nulls(jsonb_build_object('words', NULLIF(typed, ''), 'born', born)));
  ids := CASE meg.seat()
    WHEN 'team' THEN ARRAY(SELECT DISTINCT meg.maybe_children(meg.partnership(), typed, number, born))
    WHEN 'analyst' THEN ARRAY(SELECT DISTINCT meg.maybe_children(meg.partnership(), typed, number, born))
    WHEN 'operator' THEN ARRAY(SELECT DISTINCT meg.maybe_children(meg.partnership(), typed, number, born))
    WHEN 'practitioner' THEN ARRAY(SELECT meg.my_children())
    WHEN 'interviewer' THEN ARRAY(SELECT meg.allocated_children())
    WHEN 'governance' THEN ARRAY(SELECT meg.granted_children())
    ELSE '{}' END;
  RETURN QUERY
  WITH known AS (
    SELECT n.child_id, n.folded, n.in_order FROM children_name n WHERE n.child_id = ANY (ids) AND n.withdrawn_at IS NULL
  ), per_word AS (
    SELECT k.child_id, q.place, max(meg.alike(q.word, w.word)) AS likeness
    FROM known k, unnest(string_to_array(k.folded, ' ')) AS w(word), unnest(asked) WITH ORDINALITY AS q(word, place)
    GROUP BY 1, 2
  ), named AS (
    SELECT p.child_id, avg(p.likeness) AS likeness FROM per_word p GROUP BY 1
  ), whole AS (
    SELECT k.child_id, bool_or(k.in_order = ordered) AS same, max(similarity(replace(k.folded, ' ', ''), joined)) AS likeness
    FROM known k WHERE joined <> '' GROUP BY 1
  ), judged AS (
    SELECT c.id, greatest(n.likeness, w.likeness, 0)::real AS likeness, COALESCE(w.same, false) AS same_name,
      COALESCE(c.date_of_birth = born, false) AS same_birth,
      CASE WHEN c.date_of_birth = born THEN 1 WHEN c.date_of_birth = meg.swapped(born) THEN 0.8
           WHEN (extract(day FROM c.date_of_birth) = extract(day FROM born))::int
              + (extract(month FROM c.date_of_birth) = extract(month FROM born))::int
              + (extract(year FROM c.date_of_birth) = extract(year FROM born))::int = 2 THEN 0.5 ELSE 0 END AS birth,
      number <> '' AND (c.reference IS NOT DISTINCT FROM meg.reference_of(number) OR EXISTS (SELECT FROM children_identifier i
        WHERE i.child_id = c.id AND i.folded = number AND i.withdrawn_at IS NULL)) AS same_number
    FROM children_child c LEFT JOIN named n ON n.child_id = c.id LEFT JOIN whole w ON w.child_id = c.id
    WHERE c.id = ANY (ids) AND c.withdrawn_at IS NULL
  )
  SELECT j.id, j.likeness, j.same_name, j.same_birth, j.same_number FROM judged j
  WHERE j.same_number OR j.likeness >= 0.75 OR (j.birth >= 0.5 AND j.likeness >= 0.55)
     OR (j.birth >= 0.8 AND (asked IS NULL OR j.likeness >= 0.35))
  ORDER BY j.same_number DESC, j.likeness + j.birth / 2 DESC, j.id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION meg.find_children(text, date, integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.find_children(text, date, integer, text)
  TO seat_team, seat_analyst, seat_practitioner, seat_interviewer, seat_governance, seat_operator;
"""

# access names children by number, being below this room; the integrity is added from here.
KEYS = """
ALTER TABLE access_involvement ADD CONSTRAINT involvement_of_a_child
  FOREIGN KEY (child_id) REFERENCES children_child (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE access_grant ADD CONSTRAINT grant_of_a_child
  FOREIGN KEY (child_id) REFERENCES children_child (id) DEFERRABLE INITIALLY DEFERRED;
"""

# The governance officer's seat sees no child; to open one record for a reason, it asks for its number alone.
NUMBER = """
CREATE FUNCTION meg.child_number(asked text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.id FROM public.children_child c
  WHERE c.reference = asked AND c.partnership_id = meg.partnership() AND c.withdrawn_at IS NULL $$;
REVOKE ALL ON FUNCTION meg.child_number(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.child_number(text) TO seat_governance;
"""
