"""Keys of this room and to it; when a context stays open; when two names are one."""

SAID = ("said", "level", "link", "answer")

KEYS = "\n".join(
    [
        *(
            f"""
ALTER TABLE contexts_{name} ADD CONSTRAINT {name}_of_its_context
  FOREIGN KEY (partnership_id, context_id) REFERENCES contexts_context (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
            for name in SAID
        ),
        """
ALTER TABLE contexts_link ADD CONSTRAINT context_link_of_child_and_partnership
  FOREIGN KEY (partnership_id, child_id) REFERENCES children_child (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE contexts_link ADD CONSTRAINT context_link_of_its_referral
  FOREIGN KEY (partnership_id, child_id, referral_id) REFERENCES exploitation_referral (partnership_id, child_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE plans_plan ADD CONSTRAINT plan_of_its_context
  FOREIGN KEY (partnership_id, context) REFERENCES contexts_context (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
""",
    ]
)

# A context is closed once, and not while a plan for it is open; a link that ended stays as it is. They look with the eyes
# of whoever writes, who is of the team.
LAWS = """
CREATE FUNCTION meg.context_goes_on() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL THEN
    RAISE check_violation USING CONSTRAINT = 'context_stays_closed', MESSAGE = 'A closed context stays as it is.';
  END IF;
  IF NEW.closed_at IS NOT NULL AND EXISTS (
      SELECT FROM plans_plan p WHERE p.context = NEW.id AND p.closed_at IS NULL) THEN
    RAISE check_violation USING CONSTRAINT = 'context_held_open',
      MESSAGE = 'An open plan holds this context open. Close the plan first.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER context_goes_on BEFORE UPDATE ON contexts_context
  FOR EACH ROW EXECUTE FUNCTION meg.context_goes_on();

CREATE FUNCTION meg.context_link_stays() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL
     OR (OLD.context_id, OLD.child_id, OLD.how, OLD.since, OLD.referral_id, OLD.interview_id, OLD.linked_at, OLD.linked_by)
        IS DISTINCT FROM
        (NEW.context_id, NEW.child_id, NEW.how, NEW.since, NEW.referral_id, NEW.interview_id, NEW.linked_at, NEW.linked_by)
  THEN
    RAISE check_violation USING CONSTRAINT = 'context_link_stays', MESSAGE = 'A link is ended, and otherwise stays as it is.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER context_link_stays BEFORE UPDATE ON contexts_link
  FOR EACH ROW EXECUTE FUNCTION meg.context_link_stays();
"""

# By which two names are one, as rules.same_words says it.
SAME = r"""
CREATE FUNCTION meg.same_words(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, normalize(words, NFC))),
    '\s+', ' ', 'g')) $$;
"""
