"""Keys and laws of this room."""

SAID = ("reason", "decision", "action", "minute", "note")

KEYS = "\n".join(
    [
        """
ALTER TABLE meetings_item ADD CONSTRAINT item_of_meeting_and_partnership
  FOREIGN KEY (partnership_id, meeting_id) REFERENCES meetings_meeting (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_item ADD CONSTRAINT item_of_child_and_partnership
  FOREIGN KEY (partnership_id, child_id) REFERENCES children_child (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_attendance ADD CONSTRAINT attendance_of_meeting_and_partnership
  FOREIGN KEY (partnership_id, meeting_id) REFERENCES meetings_meeting (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_document ADD CONSTRAINT document_of_meeting_and_partnership
  FOREIGN KEY (partnership_id, meeting_id) REFERENCES meetings_meeting (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
""",
        *(
            f"""
ALTER TABLE meetings_{name} ADD CONSTRAINT {name}_of_its_item_and_meeting
  FOREIGN KEY (partnership_id, meeting_id, item_id) REFERENCES meetings_item (partnership_id, meeting_id, id)
  DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE meetings_{name} ADD CONSTRAINT {name}_of_its_item_and_child
  FOREIGN KEY (partnership_id, child_id, item_id) REFERENCES meetings_item (partnership_id, child_id, id)
  DEFERRABLE INITIALLY DEFERRED;
"""
            for name in SAID
        ),
    ]
)

# A meeting goes on step by step. No item is left without an end, every end that was decided has its decision, and what is
# agreed never changes. The functions look with the owner's eyes, at the meeting of the row alone: whoever adds to a
# meeting waits for whoever closes its agenda.
LAWS = """
CREATE FUNCTION meg.meeting_goes_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE steps text[] := ARRAY['open', 'closed', 'room', 'held', 'agreed'];
BEGIN
  IF meg.partnership() <> NEW.partnership_id THEN RETURN NEW; END IF;  -- the row policies refuse it, and say nothing of it
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' THEN RAISE check_violation USING MESSAGE = 'A meeting begins with an open agenda.'; END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'agreed' THEN
    RAISE check_violation USING CONSTRAINT = 'minutes_are_frozen', MESSAGE = 'The minutes are agreed, and stay as they are.';
  END IF;
  IF array_position(steps, NEW.state) NOT IN (array_position(steps, OLD.state), array_position(steps, OLD.state) + 1) THEN
    RAISE check_violation USING MESSAGE = 'A meeting goes on one step at a time.';
  END IF;
  IF NEW.state IN ('held', 'agreed') AND EXISTS (SELECT FROM meetings_item i WHERE i.meeting_id = NEW.id AND i.state = 'on') THEN
    RAISE check_violation USING CONSTRAINT = 'meeting_leaves_nothing', MESSAGE = 'An item is not dealt with.';
  END IF;
  IF NEW.state = 'agreed' AND EXISTS (
      SELECT FROM meetings_item i WHERE i.meeting_id = NEW.id AND i.state IN ('decided', 'put_off')
        AND NOT EXISTS (SELECT FROM meetings_decision d WHERE d.item_id = i.id)) THEN
    RAISE check_violation USING MESSAGE = 'An item has no decision.';
  END IF;
  IF NEW.state = 'agreed' AND EXISTS (
      SELECT FROM meetings_item i WHERE i.meeting_id = NEW.id
        AND NOT EXISTS (SELECT FROM meetings_minute d WHERE d.item_id = i.id)) THEN
    RAISE check_violation USING MESSAGE = 'An item is not in the minutes.';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION meg.meeting_goes_on() FROM PUBLIC;
CREATE TRIGGER meeting_goes_on BEFORE INSERT OR UPDATE ON meetings_meeting
  FOR EACH ROW EXECUTE FUNCTION meg.meeting_goes_on();

CREATE FUNCTION meg.of_a_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE stands text;
BEGIN
  IF meg.partnership() <> NEW.partnership_id THEN RETURN NEW; END IF;  -- the row policies refuse it, and say nothing of it
  SELECT m.state INTO stands FROM meetings_meeting m WHERE m.id = NEW.meeting_id FOR SHARE;
  IF TG_OP = 'UPDATE' AND OLD.meeting_id <> NEW.meeting_id THEN
    RAISE check_violation USING MESSAGE = 'What is said at a meeting stays with it.';
  END IF;
  IF TG_TABLE_NAME = 'meetings_note' THEN
    IF stands <> 'agreed' THEN
      RAISE check_violation USING MESSAGE = 'The minutes are not agreed yet: change them instead.';
    END IF;
    RETURN NEW;
  END IF;
  IF stands = 'agreed' THEN
    RAISE check_violation USING CONSTRAINT = 'minutes_are_frozen', MESSAGE = 'The minutes are agreed, and stay as they are.';
  END IF;
  IF TG_TABLE_NAME IN ('meetings_minute', 'meetings_document') AND stands <> 'held' THEN
    RAISE check_violation USING MESSAGE = 'Minutes are made when the meeting was held.';
  END IF;
  IF TG_TABLE_NAME IN ('meetings_decision', 'meetings_action') AND stands NOT IN ('room', 'held') THEN
    RAISE check_violation USING MESSAGE = 'The meeting has not begun.';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION meg.of_a_meeting() FROM PUBLIC;

CREATE FUNCTION meg.item_comes_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE stands text;
BEGIN
  IF meg.partnership() <> NEW.partnership_id THEN RETURN NEW; END IF;  -- the row policies refuse it, and say nothing of it
  SELECT m.state INTO stands FROM meetings_meeting m WHERE m.id = NEW.meeting_id FOR SHARE;
  IF NEW.state <> 'on' OR NOT (stands = 'open' AND NOT NEW.late OR stands IN ('closed', 'room') AND NEW.late) THEN
    RAISE check_violation USING CONSTRAINT = 'item_comes_in_time',
      MESSAGE = 'The agenda is closed. The exploitation team can add an item as late, until the meeting ends.';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION meg.item_comes_in_time() FROM PUBLIC;
CREATE TRIGGER item_comes_in_time BEFORE INSERT ON meetings_item
  FOR EACH ROW EXECUTE FUNCTION meg.item_comes_in_time();
""" + "\n".join(
    f"""CREATE TRIGGER {name}_of_a_meeting BEFORE INSERT OR UPDATE ON meetings_{name}
  FOR EACH ROW EXECUTE FUNCTION meg.of_a_meeting();"""
    for name in ("item", "attendance", "document", *SAID)
)
