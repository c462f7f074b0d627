"""Every setting, read once from the environment, top to bottom.

`SHOUWEN_MODE=embedded` (the default) needs nothing: SQLite and secrets of its own under `var/`.
`SHOUWEN_MODE=production` takes everything from the environment and stops with the name of what is
missing or wrong, and what it should be.
"""

from __future__ import annotations

import secrets
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from config import gateways
from config.enum_names import ENUM_NAMES
from config.logs import hide_secrets

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str, what: str, default: str) -> str:
    """The variable's text; outside production, `default` stands in for a missing one."""
    value: str = env.str(name, default=default if not PRODUCTION else "")
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: set it to {what}.")
    return value


def address(name: str, what: str, default: str, schemes: tuple[str, ...]) -> str:
    """Like `required`, an address of one of these kinds. Never repeated: it may hold a password."""
    value = required(name, what, default)
    try:
        right = urlsplit(value).scheme in schemes and urlsplit(value).port != 0
    except ValueError:  # a port that is no number
        right = False
    if not right:
        raise ImproperlyConfigured(f"{name} is wrong: set it to {what}.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """`True` or `False`, spelled so; anything else stops the start."""
    value: str = env.str(name, default=str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value!r}: set it to True or False.")
    return value == "True"


def count(name: str, *, default: int) -> int:
    """A small whole number; anything else stops the start."""
    value: str = env.str(name, default=str(default))
    if not (value.isascii() and value.isdigit() and int(value[:9]) < 10):
        raise ImproperlyConfigured(f"{name}={value!r}: set it to a whole number from 0 to 9.")
    return int(value)


def own_hosts(bind: str) -> list[str]:
    """The names this machine has for itself, without production: loopback, and what BIND says.

    Bound to every address it also answers to its host name; for any other name there is ALLOWED_HOSTS.
    """
    names = ["localhost", "127.0.0.1", "[::1]"]
    if bind in ("0.0.0.0", "::", "[::]", ""):  # noqa: S104 it only compares
        return [*names, socket.gethostname().lower()]
    return [*names, f"[{bind}]" if ":" in bind and not bind.startswith("[") else bind]


MODE = env.str("SHOUWEN_MODE", default="embedded")
if MODE not in ("embedded", "production"):
    raise ImproperlyConfigured(f"SHOUWEN_MODE={MODE!r}: set it to embedded or production.")
PRODUCTION = MODE == "production"
DEBUG = flag("DEBUG", default=False) and not PRODUCTION
DEMO = flag("SHOUWEN_DEMO", default=not PRODUCTION)

VAR_DIR = Path(env.str("SHOUWEN_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def embedded_secret() -> str:
    """A key made at the first start and kept in `var/`, so that sessions survive a restart."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = required(
    "SECRET_KEY", "a random text of 50 or more characters", "" if PRODUCTION else embedded_secret()
)
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short: set it to 50 or more random characters.")

# The address people type, used in mails, QR codes and the list of allowed hosts.
BASE_URL = address(
    "BASE_URL",
    "the public address, such as https://complaints.example.com",
    f"http://127.0.0.1:{env.str('PORT', default='8000')}",
    ("https",) if PRODUCTION else ("https", "http"),
).rstrip("/")
# Under any other name nobody is answered, so that no link can be made to lead elsewhere.
ALLOWED_HOSTS = [str(urlsplit(BASE_URL).hostname), *env.list("ALLOWED_HOSTS", default=[])]
if not PRODUCTION:
    ALLOWED_HOSTS += own_hosts(env.str("BIND", default="127.0.0.1"))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# How many proxies of ours stand in front: so many entries at the end of X-Forwarded-For are true.
TRUSTED_PROXIES = count("TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "reports",
    "complaints",
    "owners",
    "staff",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
]

MIDDLEWARE = [
    "config.probes.probes",
    "config.framework.outages.one_failure_is_enough",
    "config.framework.request_guard.Guard",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.framework.middleware.compressed",
    "config.framework.middleware.no_store",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.framework.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.framework.middleware.back_to_the_form",
    "complaints.views.office.audit_trail.trace",
]

ROOT_URLCONF = "config.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "complaints.context.shell",
            ],
            "libraries": {"basics": "config.framework.templatetags.basics"},
        },
    }
]
FORM_RENDERER, FORMAT_MODULE_PATH = "config.framework.field_rendering.FieldRenderer", "config.formats"

# Databases ---------------------------------------------------------------------------------------
DATABASE_URL = address(
    "DATABASE_URL",
    "postgres://user:password@host:5432/name",
    f"sqlite:///{quote(str(VAR_DIR))}/shouwen.sqlite3",
    ("postgres", "postgresql") if PRODUCTION else ("postgres", "postgresql", "sqlite"),
)
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # A write lock taken at BEGIN waits its turn; one taken later fails with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"]["ENGINE"] = "config.postgres"
    DATABASES["default"]["WAIT"] = 20  # seconds; longer than statement_timeout, which comes first
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["OPTIONS"] = {
        # Planning a case page's joins costs more than running them; a prepared statement is planned once.
        "server_side_binding": True,
        "prepare_threshold": 5,
        # A machine that is gone says nothing at all.
        "connect_timeout": 2,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        # Compiling the figures of a month takes longer than counting them.
        "options": "-c statement_timeout=15000 -c lock_timeout=3000 -c jit=off"
        " -c idle_in_transaction_session_timeout=30000",
    }
# SQLite keeps the columns of a covering index out of it, which costs nothing at its size.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Login limits live here; a database table, because Redis may vanish at any moment.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

# People ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["config.framework.sessions.SignIn"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The owners' own pages: they know no staff, and read no session of theirs.
OWNERS_PATHS = ("/portal/", "/r/", "/p/", "/q/")
LOGIN_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # of invitations too
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "staff.sign_in.StaffOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "staff.sign_in.SignInForm",
    "change_password": "staff.sign_in.PasswordChangeForm",
    "set_password": "staff.sign_in.PasswordSetForm",
    "reset_password": "staff.sign_in.PasswordForgottenForm",
    "reset_password_from_key": "staff.sign_in.PasswordNewForm",
}
# Wrong tries: of one network in a minute, and of one network on one account. What holds for an account
# from everywhere is in staff/sign_in.py, where a browser that signed in before is not bound by it.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True
SESSION_ENGINE = "config.framework.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # one shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Languages ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese (Simplified)")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files -------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static" if PRODUCTION else None  # else served from where they lie
# Uploads are reached only through a view that checks the case; there is no MEDIA_URL.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
FILE_UPLOAD_HANDLERS = [
    "complaints.uploads.LimitUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS, WHITENOISE_KEEP_ONLY_HASHED_FILES = not PRODUCTION, True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

# Jobs --------------------------------------------------------------------------------------------
REDIS_URL = address(
    "REDIS_URL",
    "redis://host:6379/0",
    f"redis+socket://{quote(str(VAR_DIR))}/redis.sock",
    ("redis", "rediss", "redis+socket"),
)
CELERY_BROKER_URL = REDIS_URL

# Messages ----------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url_config(
    address(
        "EMAIL_URL",
        "smtp+tls://user:password@host:587",
        "consolemail://",
        ("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail"),
    )
)
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"].endswith(".console.EmailBackend"):
    EMAIL_BACKEND = "config.console.Lines"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", "the sender's address of all mails", "shouwen@localhost")
# Text messages and WeCom 企业微信; None where they are not set. A group robot needs only the address.
SMS = gateways.sms(env, [language for language, _name in LANGUAGES], https=PRODUCTION)
WECOM_URL = gateways.wecom_url(env, https=PRODUCTION)
WECOM = gateways.wecom(env, WECOM_URL)
WECHAT = gateways.wechat(env, https=PRODUCTION)
# One-time codes of the owners' pages go by text message; without a gateway only the demo's console has them.
PORTAL_CODE_IN_CONSOLE = DEMO and SMS is None

# Browser -----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# API ---------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "complaints.api.answers.TokenSignIn",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "complaints.api.answers.KnownParameters",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["complaints.api.answers.Json", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "complaints.api.problems.explain",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Shouwen API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "complaints.api.schema.tell_problems",
    ],
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    **dict.fromkeys(("SWAGGER_UI_DIST", "SWAGGER_UI_FAVICON_HREF", "REDOC_DIST"), "SIDECAR"),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "django.utils.log.CallbackFilter", "callback": hide_secrets}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
