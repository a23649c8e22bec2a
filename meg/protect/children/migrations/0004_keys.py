from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("children", "0003_distance"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="child",
            constraint=models.UniqueConstraint(fields=("partnership", "id"), name="child_of_its_partnership"),
        ),
    ]
