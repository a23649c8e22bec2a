"""Functions of the children's room: folding names, and the one way to search across agencies."""

# Immutable, so that they can fill stored columns: the dictionary is named, and C.UTF-8 does not change.
FOLD = """
CREATE FUNCTION meg.fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT upper(btrim(regexp_replace(public.unaccent('public.unaccent'::regdictionary, words), '[^[:alnum:]]+', ' ', 'g'))) $$;
CREATE FUNCTION meg.sounds(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT COALESCE(array_agg(DISTINCT public.dmetaphone(w)) FILTER (WHERE public.dmetaphone(w) <> ''), '{}')
  FROM unnest(string_to_array(meg.fold(words), ' ')) AS w $$;
"""

# Trigram indexes are not used under a row policy (their operators are not leakproof). This function looks with the
# owner's eyes, keeps to what the caller's seat may see, returns numbers only, and writes the search to the trail.
FIND = """
CREATE FUNCTION meg.find_children(words text, born date, most integer)
  RETURNS TABLE (child_id bigint, name_id bigint, likeness real, same_birth boolean, same_number boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  seat text := meg.seat(); here bigint := meg.partnership(); mine bigint[]; wide boolean;
  folded text := meg.fold(COALESCE(words, '')); heard text[] := meg.sounds(COALESCE(words, ''));
  number text := upper(btrim(COALESCE(words, '')));
BEGIN
  wide := COALESCE(seat IN ('team', 'analyst', 'operator'), false);
  IF NOT wide THEN
    mine := CASE seat
      WHEN 'practitioner' THEN ARRAY(SELECT meg.my_children())
      WHEN 'interviewer' THEN ARRAY(SELECT meg.allocated_children())
      WHEN 'governance' THEN ARRAY(SELECT meg.granted_children())
      ELSE '{}' END;
  END IF;
  INSERT INTO trail_entry (kind, sentence, detail) VALUES ('search', 'Searched for a child.',
    jsonb_strip_nulls(jsonb_build_object('words', NULLIF(words, ''), 'born', born)));
  RETURN QUERY
  WITH hits AS (
    SELECT n.child_id, n.id AS name_id, similarity(n.folded, folded) AS likeness,
           cardinality(ARRAY(SELECT unnest(n.sounds) INTERSECT SELECT unnest(heard))) AS heard_alike
    FROM children_name n
    WHERE folded <> '' AND (n.folded % folded OR (cardinality(heard) > 0 AND n.sounds @> heard))
      AND (CASE WHEN wide THEN n.partnership_id = here ELSE n.child_id = ANY (mine) END)
  ), best AS (
    SELECT DISTINCT ON (child_id) child_id, name_id,
      (likeness + 0.15 * LEAST(heard_alike, 3))::real AS likeness FROM hits ORDER BY child_id, likeness DESC, name_id
  ), numbered AS (
    SELECT i.child_id FROM children_identifier i
    WHERE number <> '' AND i.folded = number
      AND (CASE WHEN wide THEN i.partnership_id = here ELSE i.child_id = ANY (mine) END)
    UNION
    SELECT c.id FROM children_child c
    WHERE number <> '' AND c.reference = number
      AND (CASE WHEN wide THEN c.partnership_id = here ELSE c.id = ANY (mine) END)
  ), born_then AS (
    SELECT c.id AS child_id FROM children_child c
    WHERE born IS NOT NULL AND c.date_of_birth = born
      AND (CASE WHEN wide THEN c.partnership_id = here ELSE c.id = ANY (mine) END)
  ), found AS (
    SELECT child_id FROM best UNION SELECT child_id FROM numbered UNION SELECT child_id FROM born_then
  )
  SELECT f.child_id, b.name_id, COALESCE(b.likeness, 0)::real,
         COALESCE(c.date_of_birth = born, false), EXISTS (SELECT FROM numbered x WHERE x.child_id = f.child_id)
  FROM found f JOIN children_child c ON c.id = f.child_id AND c.withdrawn_at IS NULL
    LEFT JOIN best b ON b.child_id = f.child_id
  ORDER BY 5 DESC, (COALESCE(b.likeness, 0) + CASE WHEN c.date_of_birth = born THEN 0.5 ELSE 0 END) DESC, f.child_id
  LIMIT most;
END $$;
REVOKE ALL ON FUNCTION meg.find_children(text, date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION meg.find_children(text, date, integer)
  TO seat_team, seat_analyst, seat_practitioner, seat_interviewer, seat_governance, seat_operator;
"""

# access names children by number, being below this room; the integrity is added from here.
KEYS = """
ALTER TABLE access_involvement ADD CONSTRAINT involvement_of_a_child
  FOREIGN KEY (child_id) REFERENCES children_child (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE access_grant ADD CONSTRAINT grant_of_a_child
  FOREIGN KEY (child_id) REFERENCES children_child (id) DEFERRABLE INITIALLY DEFERRED;
"""
