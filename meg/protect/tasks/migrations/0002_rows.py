"""Row policies; whose task it is stays as the team said; a task's child is of its partnership."""

from django.db import migrations

from meg.partnership.seats import Install

KEYS = """
ALTER TABLE tasks_task ADD CONSTRAINT task_of_child_and_partnership
  FOREIGN KEY (partnership_id, child_id) REFERENCES children_child (partnership_id, id) DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION meg.task_keeps_its_owner() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF meg.seat() NOT IN ('team', 'operator') AND (OLD.agency_id, OLD.child_id, OLD.of, OLD.of_number, OLD.what, OLD.due_on)
      IS DISTINCT FROM (NEW.agency_id, NEW.child_id, NEW.of, NEW.of_number, NEW.what, NEW.due_on) THEN
    RAISE insufficient_privilege USING MESSAGE = 'Only the exploitation team says whose a task is, and what is to be done.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER task_keeps_its_owner BEFORE UPDATE ON tasks_task
  FOR EACH ROW EXECUTE FUNCTION meg.task_keeps_its_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("children", "0004_keys")]

    operations = [migrations.RunSQL(KEYS, migrations.RunSQL.noop), Install("tasks")]
