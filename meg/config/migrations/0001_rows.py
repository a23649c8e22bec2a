"""The cache's table, and grants on the framework's own tables for the application's login."""

from django.db import migrations

from meg.partnership.seats import Install

CACHE = """
CREATE TABLE meg_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX meg_cache_expires ON meg_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_rows"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE meg_cache"),
        Install("config"),
    ]
