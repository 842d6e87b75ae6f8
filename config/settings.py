"""One settings module for development, tests and production; the environment decides.

Development is when DEBUG is on, or when neither DEBUG nor DATABASE_URL is set: then PostgreSQL and
Valkey are embedded (config/embedded.py) and secrets have throwaway defaults.
"""

import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config import embedded, env, push
from config.logs import logging
from config.policy import POLICY
from config.schedule import QUEUES, SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("PEERLOOM_VAR") or BASE_DIR / "var")

DATABASE_URL = env.url("DATABASE_URL", schemes=("postgres", "postgresql"))
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss", "unix"))
DEBUG = env.flag("DEBUG", default=not DATABASE_URL)

if not (DATABASE_URL and REDIS_URL):
    if not DEBUG:
        raise ImproperlyConfigured("Set DATABASE_URL and REDIS_URL (or DEBUG=true to develop).")
    # Commands that need no services, such as `check`, run without them: nothing listens there.
    nowhere = ("postgresql://nobody@127.0.0.1:1/nowhere", "redis://127.0.0.1:1/0")
    running = embedded.urls() or nowhere
    DATABASE_URL, REDIS_URL = DATABASE_URL or running[0], REDIS_URL or running[1]

SECRET_KEY = env.secret("SECRET_KEY", development="for-development-only", debug=DEBUG)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = env.url(
    "SITE_URL",
    f"http://127.0.0.1:{os.environ.get('PORT', '8000')}" if DEBUG else "",
    schemes=("http", "https"),
).rstrip("/")
if not SITE_URL:
    raise ImproperlyConfigured("Set SITE_URL to the address people open, as https://…")

ROOT_URLCONF = "config.urls"
# The outbox and the style guide; not DEBUG itself, which tests turn off.
DEVELOPMENT_PAGES = DEBUG
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "members.Member"

INSTALLED_APPS = [
    "members.apps.MembersConfig",
    "notifications",
    "circles",
    "sessions_app",
    "facilitation",
    "analytics",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "lucide",
    "template_partials",
    "rules.apps.AutodiscoverRulesConfig",
    "django_filters",
    "csp",
    "members.apps.PeerloomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
if DEBUG and env.flag("PEERLOOM_CHECKS"):
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "config.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.middleware.KeepDraftLoginRequiredMiddleware",
    "members.middleware.PersonTimeZoneMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "circles.middleware.EmergencyReadingMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

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
                "config.context.page",
            ],
            "builtins": ["members.templatetags.peerloom"],
        },
    }
]
FORM_RENDERER = "members.forms.PeerloomRenderer"

DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Signing in
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "members.backends.PersonBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "meetings:home"
CSRF_FAILURE_VIEW = "members.views.csrf_failure"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Not in a cookie: of two quick clicks the browser reads only the last answer's.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "members.account_forms.LoginForm",
    "signup": "members.account_forms.SignupForm",
    "request_login_code": "members.account_forms.RequestLoginCodeForm",
    "confirm_login_code": "members.account_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "members.account_forms.ConfirmEmailCodeForm",
    "reset_password": "members.account_forms.ResetPasswordForm",
    "confirm_password_reset_code": "members.account_forms.ConfirmPasswordResetCodeForm",
    "reset_password_from_key": "members.account_forms.NewPasswordForm",
    "change_password": "members.account_forms.ChangePasswordForm",
    "set_password": "members.account_forms.SetPasswordForm",
    "add_email": "members.account_forms.ChangeEmailForm",
    "reauthenticate": "members.account_forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# One address a person; changing it takes a code sent to the new one.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.split(":", 1)[0]
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# Codes instead of links: scanners of mail follow links, and a code works on another device.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
# Whoever signs in may still be waiting for the code when allauth's own 15 minutes are over.
ACCOUNT_LOGIN_TIMEOUT = 20 * 60
# Rate limits count by address, which behind a proxy is in X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0

MFA_ADAPTER = "members.adapters.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "members.account_forms.SecondStepForm",
    "reauthenticate": "members.account_forms.SecondStepAgainForm",
    "activate_totp": "members.account_forms.ActivateAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Peerloom"
MFA_TOTP_TOLERANCE = 1

SIGNUP_DOMAINS = [domain.lower().lstrip("@") for domain in env.words("SIGNUP_DOMAINS")]
DEMO_DOMAIN = "demo.peerloom.test"

# Transport and headers
SECURE_SSL_REDIRECT = not DEBUG and env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else env.integer("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
if env.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": POLICY}

# Words and time
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.storage.HashedStaticStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
# Nothing larger is an import; the view refuses it in words before it is stored.
IMPORT_MAX_BYTES = env.integer("IMPORT_MAX_MB", 64) * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["analytics.uploads.CappedUploadHandler"]

# Mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", "Peerloom <peerloom@localhost>" if DEBUG else ""
)
if not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("Set DEFAULT_FROM_EMAIL to the address that mail comes from.")
# Where calendars answer invitations; each person is given it with a mark of their own after a “+”.
REPLY_ADDRESS = env.text("REPLY_ADDRESS") or DEFAULT_FROM_EMAIL
REPLY_IMAP_URL = env.url("REPLY_IMAP_URL", schemes=("imaps", "imap"))
OUTBOX_DIR = VAR_DIR / "outbox"
EMAIL_BACKEND = (
    "notifications.outbox.OutboxBackend"
    if DEBUG and not env.text("EMAIL_HOST")
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20

# What a monitor says to read /metrics; without it, the page does not exist.
METRICS_TOKEN = env.text("METRICS_TOKEN")

# Messages on people's devices. Without a key nobody is offered them; development makes one.
VAPID_PRIVATE_KEY, VAPID_CONTACT = push.keys(sender=DEFAULT_FROM_EMAIL)

# Celery
CELERY_BROKER_URL = env.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 30 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "queue_order_strategy": "priority",
}
CELERY_TASK_QUEUES = QUEUES
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE

LOGGING = logging(level=env.text("LOG_LEVEL", "INFO"), as_json=not DEBUG)
