"""One settings file. Everything that differs between installations comes from the environment."""

from __future__ import annotations

import os
import secrets
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from meg.config.home import CHECKOUT, home

BASE_DIR = CHECKOUT
MEG_HOME = home()


def truth(name: str) -> bool:
    """A yes-or-no setting: '1', 'true' or 'yes' is yes, unset is no."""
    return os.environ.get(name, "").lower() in ("1", "true", "yes")


def secret_key() -> str:
    """The key that signs sessions: from the environment, or made once and kept in MEG_HOME."""
    if given := os.environ.get("MEG_SECRET_KEY"):
        return given
    kept = MEG_HOME / "secret-key"
    if not kept.exists():
        MEG_HOME.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass
    return kept.read_text()


DEBUG = False
SECRET_KEY = secret_key()
ALLOWED_HOSTS = os.environ.get("MEG_HOSTS", "localhost 127.0.0.1 [::1] testserver").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("MEG_ORIGINS", "").split()
SITE = CSRF_TRUSTED_ORIGINS[0] if CSRF_TRUSTED_ORIGINS else "http://localhost:8000"  # for links in messages
BEHIND_TLS = truth("MEG_TLS")
DEMONSTRATION = truth("MEG_DEMONSTRATION")
# Only a partnership that is a demonstration is ever excused from the second factor: see access.middleware.
SECOND_FACTOR_OFF = DEMONSTRATION and not truth("MEG_SECOND_FACTOR")

INSTALLED_APPS = [
    "meg.config",
    "meg.front",
    "meg.oversight.performance",
    "meg.intake",
    "meg.pursue.meetings",
    "meg.protect.contexts",
    "meg.protect.plans",
    "meg.protect.assessments",
    "meg.protect.exploitation",
    "meg.protect.missing",
    "meg.protect.tasks",
    "meg.protect.children",
    "meg.partnership.access",
    "meg.partnership.agencies",
    "meg.partnership.published",
    "meg.partnership.codes",
    "meg.partnership.trail",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "meg.partnership.access.middleware.SeatMiddleware",
]
ROOT_URLCONF = "meg.config.urls"
WSGI_APPLICATION = "meg.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "meg.config.jinja.environment",
            "context_processors": ["meg.front.context.page"],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

# ── database: embedded unless DATABASE_URL names a server; the owner only for migrations ─────────────────────
AS_OWNER = os.environ.get("MEG_AS") == "owner"


def database() -> dict[str, Any]:
    """The one database alias, as the application's role or (MEG_AS=owner) as the owner's."""
    url = os.environ.get("DATABASE_OWNER_URL" if AS_OWNER else "DATABASE_URL")
    if not url and os.environ.get("DATABASE_URL"):
        raise SystemExit("Set DATABASE_OWNER_URL beside DATABASE_URL: the owner's role makes and changes the tables.")
    common = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    if not url:
        from meg.config.postgres import EmbeddedPostgres

        place = EmbeddedPostgres(MEG_HOME).place("meg_owner" if AS_OWNER else "meg_app")
        return {**common, **place}
    parts = urlsplit(url)
    return {
        **common,
        "NAME": parts.path.lstrip("/") or "meg",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
    }


DATABASES = {"default": database()}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "meg_cache"}}

# ── sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "meg.partnership.access.sign_in.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    name: f"meg.partnership.access.sign_in_forms.{form}"
    for name, form in {
        "login": "LoginForm",
        "reauthenticate": "ReauthenticateForm",
        "reset_password": "ResetPasswordForm",
        "reset_password_from_key": "ResetPasswordKeyForm",
        "change_password": "ChangePasswordForm",
        "set_password": "SetPasswordForm",
    }.items()
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to who has no account
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MEG_PROXIES", "1" if BEHIND_TLS else "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "MEG"
MFA_ADAPTER = "meg.partnership.access.sign_in.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the administrator who made the account vouches for its address
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS  # http://localhost
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
SOCIALACCOUNT_ADAPTER = "meg.partnership.access.sign_in.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an account is found by an address its organisation has verified
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
OIDC_ISSUER = os.environ.get("MEG_OIDC_ISSUER", "")
OIDC_ORIGINS = os.environ.get("MEG_OIDC_ORIGINS", "").split()  # where its sign-in page stands, if elsewhere
if OIDC_ISSUER:
    OIDC_ORIGINS.append("{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER)))
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": os.environ.get("MEG_OIDC_NAME", "your organisation's account"),
                "client_id": os.environ["MEG_OIDC_CLIENT_ID"],
                "secret": os.environ["MEG_OIDC_SECRET"],
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
    }

SESSION_COOKIE_AGE = 20 * 60  # seconds without a request
CSRF_FAILURE_VIEW = "meg.front.views.form_too_old"
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# ── words, time, files ───────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = "Europe/London"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in (BASE_DIR / "build" / "static",) if path.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
BIGGEST_FILE = int(os.environ.get("MEG_BIGGEST_FILE", str(50 * 1024 * 1024)))  # bytes
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
EMAIL_BACKEND = os.environ.get("MEG_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = MEG_HOME / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("MEG_FROM", "meg@localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("MEG_LOG", "WARNING")},
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
