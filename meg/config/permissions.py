"""The framework's own tables: sessions, sign-in, cache, jobs. No record of a child stands in them.

The application's login needs them before any seat is taken; it may delete there (a session ends, a second factor
is removed) and nowhere else.
"""

from meg.partnership.seats import ALL, APP, READ, Access, Holds, Table

KEEP_HOUSE = Access("SELECT, INSERT, UPDATE, DELETE", ALL)

SIGN_IN = (
    "account_emailaddress",
    "account_emailconfirmation",
    "django_session",
    "mfa_authenticator",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
)
JOBS = (
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)
QUIET = ("auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations")

TABLES = [
    *(Table(name, Holds.SIGN_IN, {APP: KEEP_HOUSE}) for name in SIGN_IN),
    *(Table(name, Holds.PLUMBING, {APP: KEEP_HOUSE}) for name in (*JOBS, "meg_cache")),
    *(Table(name, Holds.PLUMBING, {APP: Access(READ, ALL)}) for name in QUIET),
]
