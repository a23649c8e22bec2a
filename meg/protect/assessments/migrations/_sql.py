"""Keys of this room, and what the database itself refuses."""

KEYS = """
ALTER TABLE assessments_frameworkfactor ADD CONSTRAINT factor_of_its_framework
  FOREIGN KEY (partnership_id, framework_id) REFERENCES assessments_framework (partnership_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assessments_assessment ADD CONSTRAINT assessment_of_its_referral
  FOREIGN KEY (partnership_id, child_id, referral_id) REFERENCES exploitation_referral (partnership_id, child_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assessments_assessment ADD CONSTRAINT assessment_by_a_framework
  FOREIGN KEY (partnership_id, framework_id) REFERENCES assessments_framework (partnership_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assessments_assessment ADD CONSTRAINT assessment_after_one_of_its_child
  FOREIGN KEY (partnership_id, child_id, previous_id) REFERENCES assessments_assessment (partnership_id, child_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assessments_said ADD CONSTRAINT answer_of_its_assessment
  FOREIGN KEY (partnership_id, child_id, assessment_id) REFERENCES assessments_assessment (partnership_id, child_id, id)
  DEFERRABLE INITIALLY DEFERRED;
"""

# They look after the row is written, so that a row policy speaks first.
KEPT = """
CREATE FUNCTION meg.framework_is_kept() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE free text[] := ARRAY['state', 'valid_to'];
BEGIN
  IF TG_TABLE_NAME = 'assessments_framework' THEN
    IF OLD.state <> 'draft' AND (to_jsonb(OLD) - free <> to_jsonb(NEW) - free OR NEW.state = 'draft'
                                 OR (OLD.state = 'ended' AND to_jsonb(OLD) <> to_jsonb(NEW))) THEN
      RAISE check_violation USING CONSTRAINT = 'framework_published_stays',
        MESSAGE = 'A framework that was published is not changed. Make a new version.';
    END IF;
  ELSIF EXISTS (SELECT FROM assessments_framework f WHERE f.id IN (NEW.framework_id, OLD.framework_id) AND f.state <> 'draft') THEN
    RAISE check_violation USING CONSTRAINT = 'framework_published_stays',
      MESSAGE = 'The factors of a framework that was published are not changed. Make a new version.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER framework_is_kept AFTER UPDATE ON assessments_framework
  FOR EACH ROW EXECUTE FUNCTION meg.framework_is_kept();
CREATE TRIGGER factor_is_kept AFTER INSERT OR UPDATE ON assessments_frameworkfactor
  FOR EACH ROW EXECUTE FUNCTION meg.framework_is_kept();

CREATE FUNCTION meg.assessment_is_kept() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  free text[] := ARRAY['state', 'withdrawn_at', 'withdrawn_by', 'withdrawn_why'];
  fixed text[] := ARRAY['partnership_id', 'referral_id', 'child_id', 'framework_id', 'kind', 'previous_id', 'begun_at', 'begun_by'];
  name text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM assessments_framework f WHERE f.id = NEW.framework_id AND f.state = 'draft') THEN
      RAISE check_violation USING CONSTRAINT = 'assessment_by_a_published_framework',
        MESSAGE = 'A draft of a framework cannot be used yet.';
    END IF;
  ELSIF OLD.state = 'withdrawn' OR (OLD.state = 'finished'
        AND (NEW.state <> 'withdrawn' OR to_jsonb(OLD) - free <> to_jsonb(NEW) - free)) THEN
    RAISE check_violation USING CONSTRAINT = 'assessment_finished_stays',
      MESSAGE = 'A finished assessment is not changed. Withdraw it, or begin a new one.';
  ELSE
    FOREACH name IN ARRAY fixed LOOP
      IF to_jsonb(OLD) -> name IS DISTINCT FROM to_jsonb(NEW) -> name THEN
        RAISE check_violation USING CONSTRAINT = 'assessment_stays_of_its_referral',
          MESSAGE = 'An assessment stays with its referral and its framework.';
      END IF;
    END LOOP;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER assessment_is_kept AFTER INSERT OR UPDATE ON assessments_assessment
  FOR EACH ROW EXECUTE FUNCTION meg.assessment_is_kept();

CREATE FUNCTION meg.answer_is_kept() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM assessments_assessment a WHERE a.id = NEW.assessment_id AND a.state <> 'begun') THEN
    RAISE check_violation USING CONSTRAINT = 'assessment_finished_stays',
      MESSAGE = 'What was answered in an assessment is not changed.';
  END IF;
  IF NOT EXISTS (
    SELECT FROM assessments_frameworkfactor f JOIN assessments_assessment a ON a.framework_id = f.framework_id
    CROSS JOIN LATERAL jsonb_array_elements(f.answers) one
    WHERE f.id = NEW.factor_id AND a.id = NEW.assessment_id AND one ->> 'code' = NEW.answer
      AND (one ->> 'weight')::int IS NOT DISTINCT FROM NEW.weight) THEN
    RAISE check_violation USING CONSTRAINT = 'answer_is_one_of_its_factor',
      MESSAGE = 'The framework of this assessment has no such answer.';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER answer_is_kept AFTER INSERT OR UPDATE ON assessments_said
  FOR EACH ROW EXECUTE FUNCTION meg.answer_is_kept();
"""
