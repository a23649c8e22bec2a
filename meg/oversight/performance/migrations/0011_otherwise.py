"""What is counted by other words of the specification is kept with what is published, a figure knows its settings, and a
revision whether another has overtaken it.
"""

from django.db import migrations, models

import meg.partnership.trail.models
from meg.partnership.seats import Install


KEPT = """
CREATE FUNCTION meg.keep_published_words() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.measure <> '' AND (OLD.measure, OLD.settings) IS DISTINCT FROM (NEW.measure, NEW.settings) AND EXISTS (
    SELECT FROM public.performance_report r WHERE r.partnership_id = OLD.partnership_id AND r.state = 'published'
      AND r.frozen ? OLD.number AND (r.published_at AT TIME ZONE 'Europe/London')::date >= lower(OLD.valid))
  THEN
    RAISE EXCEPTION 'Figures that these words count are published.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER published_words_are_kept BEFORE UPDATE OF measure, settings ON performance_indicator
  FOR EACH ROW EXECUTE FUNCTION meg.keep_published_words();
"""

# Until now each revision went on from the one before it. Each tells now what was published, and the last of each stands. The
# owner of the tables has no policy of its own on them.
OVERTAKEN = """
ALTER TABLE performance_revision NO FORCE ROW LEVEL SECURITY;
UPDATE performance_revision r SET was = chained.was, overtaken_at = chained.after
  FROM (SELECT id, first_value(was) OVER so_far AS was, lead(at) OVER so_far AS after FROM performance_revision
    WINDOW so_far AS (PARTITION BY report_id, indicator, period ORDER BY id)) AS chained
  WHERE chained.id = r.id;
UPDATE performance_revision SET overtaken_at = at WHERE overtaken_at IS NULL AND became = was;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE performance_revision FORCE ROW LEVEL SECURITY;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("performance", "0010_published"),
    ]
    operations = [
        migrations.AddField(
            model_name="figure",
            name="settings",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="CountedOtherwise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("family", models.TextField()),
                ("period", models.CharField(max_length=9)),
                ("name", models.TextField()),
                ("value", models.PositiveIntegerField(null=True)),
                (
                    "partnership",
                    models.ForeignKey(
                        db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.partnership",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="countedotherwise",
            constraint=models.UniqueConstraint(
                fields=("partnership", "family", "period", "name"), name="counted_otherwise_once"
            ),
        ),
        migrations.AddField(
            model_name="released",
            name="unshown",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="released",
            constraint=models.CheckConstraint(
                condition=models.Q(("hidden", True), ("unshown", True), _negated=True),
                name="released_hidden_is_what_the_report_had",
            ),
        ),
        migrations.AddField(
            model_name="revision",
            name="overtaken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(OVERTAKEN, migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        Install("performance"),
    ]
