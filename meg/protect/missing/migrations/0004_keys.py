"""One key over partnership, child and episode in place of a key to each: what is said of an episode is of its child, and
both are of one partnership.
"""

import django.db.models.deletion
from django.db import migrations, models

import meg.partnership.trail.models

OF_EPISODE = ("challenge", "decision", "prevention", "risk", "status")
KEY = """ALTER TABLE missing_{table} ADD CONSTRAINT {table}_of_its_{of} FOREIGN KEY ({columns}) REFERENCES {to}
  DEFERRABLE INITIALLY DEFERRED"""


def _unkeyed(table, name, to, **options):
    key = models.ForeignKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **options
    )  # fmt: skip
    return migrations.AlterField(model_name=table, name=name, field=key)


def _keyed(table, of, columns, to):
    return migrations.RunSQL(
        KEY.format(table=table, of=of, columns=columns, to=to),
        f"ALTER TABLE missing_{table} DROP CONSTRAINT {table}_of_its_{of}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("children", "0004_keys"),
        ("missing", "0003_whole_life"),
    ]

    operations = [
        *[
            _unkeyed(
                table, "partnership", "agencies.partnership",
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
            )
            for table in ("episode", *OF_EPISODE)
        ],
        *[_unkeyed(table, "child", "children.child") for table in ("episode", *OF_EPISODE)],
        *[_unkeyed(table, "episode", "missing.episode") for table in OF_EPISODE],
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.UniqueConstraint(fields=("partnership", "child", "id"), name="episode_of_its_child"),
        ),
        _keyed("episode", "child_and_partnership", "partnership_id, child_id", "children_child (partnership_id, id)"),
        *[
            _keyed(
                table, "episode", "partnership_id, child_id, episode_id", "missing_episode (partnership_id, child_id, id)"
            )
            for table in OF_EPISODE
        ],
    ]  # fmt: skip
