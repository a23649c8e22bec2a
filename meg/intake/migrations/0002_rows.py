"""Grants and row policies, as `permissions.py` declares them; the rooms below name a batch by its number."""

from django.db import migrations

from meg.partnership.seats import Install

KEYS = """
ALTER TABLE children_child ADD CONSTRAINT child_of_a_batch
  FOREIGN KEY (batch) REFERENCES intake_batch (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE children_careepisode ADD CONSTRAINT care_of_a_batch
  FOREIGN KEY (batch) REFERENCES intake_batch (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE missing_episode ADD CONSTRAINT episode_of_a_batch
  FOREIGN KEY (batch) REFERENCES intake_batch (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
        ("missing", "0002_rows"),
    ]
    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        Install("intake"),
    ]
