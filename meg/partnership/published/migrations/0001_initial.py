"""Releases of published figures, their figures, and who is like whom."""

import django.db.models.deletion
import django.db.models.functions.datetime
import meg.partnership.trail.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Neighbour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.CharField(max_length=3)),
                ('rank', models.PositiveSmallIntegerField()),
                ('neighbour', models.CharField(max_length=3)),
                ('closeness', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('authority', 'rank'), name='neighbour_once_a_rank')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dataset', models.TextField()),
                ('first_year', models.PositiveSmallIntegerField()),
                ('last_year', models.PositiveSmallIntegerField()),
                ('title', models.TextField()),
                ('publisher', models.TextField()),
                ('licence', models.TextField()),
                ('file_name', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('loaded_by', models.TextField(db_default=meg.partnership.trail.models.FromContext('meg.name', models.TextField()))),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('dataset', 'sha256'), name='release_once'), models.CheckConstraint(condition=models.Q(('first_year__lte', models.F('last_year'))), name='release_years_in_order')],
            },
        ),
        migrations.CreateModel(
            name='PublishedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('level', models.TextField(choices=[('authority', 'Local authority'), ('region', 'Region'), ('country', 'England')])),
                ('code', models.TextField()),
                ('name', models.TextField()),
                ('region', models.TextField(blank=True)),
                ('measure', models.TextField()),
                ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('symbol', models.CharField(blank=True, choices=[('c', 'Hidden by the publisher'), ('z', 'Not applicable'), ('x', 'Not available'), ('k', 'Rounds to nought'), ('u', 'Of low reliability')], max_length=1)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='published.release')),
            ],
            options={
                'indexes': [models.Index(fields=['measure', 'year', 'level', 'code'], name='published_by_measure')],
                'constraints': [models.UniqueConstraint(fields=('release', 'year', 'level', 'code', 'measure'), name='published_once_a_release'), models.CheckConstraint(condition=models.Q(models.Q(('symbol__in', ['c', 'z', 'x', 'k', 'u']), ('value__isnull', True)), models.Q(('symbol', ''), ('value__isnull', False)), _connector='OR'), name='published_number_or_symbol')],
            },
        ),
    ]
