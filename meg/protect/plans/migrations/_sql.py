"""Keys, and the law of transition, which the database keeps."""

KEYS = """
ALTER TABLE plans_plan ADD CONSTRAINT plan_of_child_and_partnership
  FOREIGN KEY (partnership_id, child_id) REFERENCES children_child (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE plans_plan ADD CONSTRAINT plan_of_its_referral
  FOREIGN KEY (partnership_id, child_id, referral_id) REFERENCES exploitation_referral (partnership_id, child_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE plans_decision ADD CONSTRAINT transition_of_child_and_partnership
  FOREIGN KEY (partnership_id, child_id) REFERENCES children_child (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
OF_PLAN = """
ALTER TABLE plans_{0} ADD CONSTRAINT {0}_of_its_plan
  FOREIGN KEY (partnership_id, plan_id) REFERENCES plans_plan (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE plans_{0} ADD CONSTRAINT {0}_of_its_child
  FOREIGN KEY (partnership_id, child_id, plan_id) REFERENCES plans_plan (partnership_id, child_id, id)
  DEFERRABLE INITIALLY DEFERRED;
"""

# Who must not go out of view: 17 or older, the latest level medium or high, and no decision that stands.
LAW = """
CREATE FUNCTION meg.is_in_view(child bigint) RETURNS boolean LANGUAGE sql STABLE
  SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
      SELECT FROM children_child c WHERE c.id = child
        AND COALESCE(c.date_of_birth, make_date(c.estimated_birth_year, 1, 1)) + interval '17 years'
            <= (now() AT TIME ZONE 'Europe/London')::date)
    AND COALESCE((SELECT l.level IN ('medium', 'high') FROM exploitation_level l WHERE l.child_id = child
                  ORDER BY l.at DESC, l.id DESC LIMIT 1), false)
    AND NOT EXISTS (SELECT FROM plans_decision d WHERE d.child_id = child AND d.overtaken_at IS NULL)
$$;

CREATE FUNCTION meg.keep_in_view(child bigint) RETURNS bigint LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  referral exploitation_referral;
  made bigint;
  today date := (now() AT TIME ZONE 'Europe/London')::date;
BEGIN
  IF NOT meg.is_in_view(child) OR EXISTS (
      SELECT FROM plans_plan p WHERE p.child_id = child AND p.closed_at IS NULL) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO referral FROM exploitation_referral r WHERE r.child_id = child AND r.state = 'open'
    AND r.withdrawn_at IS NULL ORDER BY r.received_at DESC, r.id DESC LIMIT 1;
  IF referral.id IS NULL THEN
    RETURN NULL;
  END IF;
  INSERT INTO plans_plan (child_id, referral_id, words, review_on, automatic, transition_since)
    VALUES (child, referral.id, 'The way to adult services: aims are to be agreed.', today + 28, true, today)
    RETURNING id INTO made;
  INSERT INTO trail_entry (kind, sentence, reference, reason, detail)
    SELECT 'write', 'A plan was opened of itself: 17 or older, at medium or high, and without one.', c.reference,
           'The law of transition', jsonb_build_object('plan', made, 'referral', referral.reference)
    FROM children_child c WHERE c.id = child;
  RETURN made;
END $$;

CREATE FUNCTION meg.transition_overtaken(child bigint, because text) RETURNS void LANGUAGE sql
  SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE plans_decision SET overtaken_at = now(), overtaken_because = because
  WHERE child_id = child AND overtaken_at IS NULL
$$;

CREATE FUNCTION meg.level_keeps_in_view() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.point <> 'closure' OR EXISTS (SELECT FROM plans_decision d WHERE d.child_id = NEW.child_id
      AND d.overtaken_at IS NULL AND d.what = 'low_ended') THEN
    PERFORM meg.transition_overtaken(NEW.child_id, 'A level of medium or high was given.');
  END IF;
  PERFORM meg.keep_in_view(NEW.child_id);
  RETURN NULL;
END $$;
CREATE TRIGGER level_keeps_in_view AFTER INSERT ON exploitation_level
  FOR EACH ROW WHEN (NEW.level IN ('medium', 'high')) EXECUTE FUNCTION meg.level_keeps_in_view();

CREATE FUNCTION meg.referral_keeps_in_view() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM meg.transition_overtaken(NEW.child_id, 'A referral was taken on.');
  PERFORM meg.keep_in_view(NEW.child_id);
  RETURN NULL;
END $$;
CREATE TRIGGER new_referral_keeps_in_view AFTER INSERT ON exploitation_referral
  FOR EACH ROW WHEN (NEW.state = 'open' AND NEW.child_id IS NOT NULL) EXECUTE FUNCTION meg.referral_keeps_in_view();
CREATE TRIGGER referral_keeps_in_view AFTER UPDATE OF state, child_id, withdrawn_at ON exploitation_referral
  FOR EACH ROW WHEN (NEW.state = 'open' AND NEW.child_id IS NOT NULL AND NEW.withdrawn_at IS NULL
    AND (OLD.state, OLD.child_id, OLD.withdrawn_at) IS DISTINCT FROM (NEW.state, NEW.child_id, NEW.withdrawn_at))
  EXECUTE FUNCTION meg.referral_keeps_in_view();

CREATE FUNCTION meg.birth_keeps_in_view() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM meg.keep_in_view(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER birth_keeps_in_view AFTER UPDATE OF date_of_birth, estimated_birth_year ON children_child
  FOR EACH ROW WHEN ((OLD.date_of_birth, OLD.estimated_birth_year)
    IS DISTINCT FROM (NEW.date_of_birth, NEW.estimated_birth_year)) EXECUTE FUNCTION meg.birth_keeps_in_view();

CREATE FUNCTION meg.decision_keeps_in_view() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (OLD.child_id, OLD.what, OLD.accepted_by, OLD.decided_by, OLD.why, OLD.at) IS DISTINCT FROM
     (NEW.child_id, NEW.what, NEW.accepted_by, NEW.decided_by, NEW.why, NEW.at) OR OLD.overtaken_at IS NOT NULL THEN
    RAISE check_violation USING CONSTRAINT = 'transition_decision_stays',
      MESSAGE = 'A decision on transition is never rewritten.';
  END IF;
  PERFORM meg.keep_in_view(NEW.child_id);
  RETURN NULL;
END $$;
CREATE TRIGGER decision_keeps_in_view AFTER UPDATE ON plans_decision
  FOR EACH ROW EXECUTE FUNCTION meg.decision_keeps_in_view();

CREATE FUNCTION meg.plan_keeps_in_view() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (OLD.child_id, OLD.referral_id, OLD.context) IS DISTINCT FROM (NEW.child_id, NEW.referral_id, NEW.context)
     OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS NULL) THEN
    RAISE check_violation USING CONSTRAINT = 'plan_stays_closed', MESSAGE = 'A plan stays whose it is, and stays closed.';
  END IF;
  IF OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND NEW.child_id IS NOT NULL
     AND meg.is_in_view(NEW.child_id)
     AND NOT EXISTS (SELECT FROM plans_plan p WHERE p.child_id = NEW.child_id AND p.closed_at IS NULL AND p.id <> NEW.id)
  THEN
    RAISE check_violation USING CONSTRAINT = 'plan_held_open',
      MESSAGE = 'From 17, at medium or high, a plan stays open until it is decided who takes over. Record that decision first.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER plan_keeps_in_view BEFORE UPDATE ON plans_plan FOR EACH ROW EXECUTE FUNCTION meg.plan_keeps_in_view();

CREATE FUNCTION meg.referral_held_open() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE words text;
BEGIN
  IF EXISTS (SELECT FROM plans_plan p WHERE p.referral_id = NEW.id AND p.closed_at IS NULL) THEN
    words := 'An open plan holds this referral open. Close the plan first.';
  ELSIF meg.is_in_view(NEW.child_id) AND NOT EXISTS (
      SELECT FROM plans_plan p WHERE p.child_id = NEW.child_id AND p.closed_at IS NULL) THEN
    words := 'From 17, at medium or high, a referral stays open until it is decided who takes over. Record that decision first.';
  END IF;
  IF words IS NULL THEN
    RETURN NEW;
  END IF;
  IF NEW.changed_by_batch IS DISTINCT FROM OLD.changed_by_batch THEN  -- a file: what it says is kept in "sent"
    NEW.state := OLD.state; NEW.closed_at := OLD.closed_at; NEW.outcome := OLD.outcome; NEW.decided_at := OLD.decided_at;
    RETURN NEW;
  END IF;
  RAISE check_violation USING CONSTRAINT = 'referral_held_open', MESSAGE = words;
END $$;
CREATE TRIGGER referral_held_open BEFORE UPDATE OF state ON exploitation_referral
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed' AND NEW.child_id IS NOT NULL)
  EXECUTE FUNCTION meg.referral_held_open();
"""
