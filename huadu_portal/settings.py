"""The one settings file. What differs between places comes from the environment.

Every variable is listed and explained in docs/operating.md.
"""

import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from huadu_portal import environment, logs
from huadu_portal.backoffice.unfold import UNFOLD  # noqa: F401  (how the staff desk looks)
from huadu_portal.beat import HOUR, every

BASE_DIR = Path(__file__).resolve().parent.parent

# The portal is not installed as a package: its version stands in one file, and is read there.
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

DEBUG = environment.flag("DEBUG", False)
# Demo data may be loaded, mails stay in the outbox, and pages say that it is a demo.
DEMO = environment.flag("DEMO", False)
# The one password of all demo accounts, for whoever runs the demo.
DEMO_PASSWORD_FILE = Path(
    environment.text("DEMO_PASSWORD_FILE", str(BASE_DIR / ".local/demo-password"))
)
HTTPS = environment.flag("HTTPS", True)
# How many of ours stand in front and name the visitor's address in X-Forwarded-For; whatever
# a client says of itself beyond them counts for nothing.
PROXIES = environment.count("PROXIES", 1 if HTTPS else 0)
# Of each web process: granian's --blocking-threads.
WEB_THREADS = environment.count("WEB_THREADS", 4)
METRICS_ALLOWED = environment.networks("METRICS_ALLOWED")
SECRET_KEY = environment.text("SECRET_KEY")
# Earlier ones, the latest first: what they have signed or sealed is still good.
SECRET_KEY_FALLBACKS = environment.text_list("SECRET_KEY_FALLBACKS")
PORT = environment.text("PORT", "8000")
# How people reach us; links in mails and on papers begin with it.
SITE_URL = environment.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
# What the foot of each page and the receipt say; what is empty is not shown.
CONTACT_ADDRESS = environment.text("CONTACT_ADDRESS", "")
CONTACT_HOURS = environment.text("CONTACT_HOURS", "")
CONTACT_PHONE = environment.text("CONTACT_PHONE", "")
CONTACT_EMAIL = environment.text("CONTACT_EMAIL", "")
ICP_NUMBER = environment.text("ICP_NUMBER", "")
POLICE_RECORD_NUMBER = environment.text("POLICE_RECORD_NUMBER", "")
# One name. Others only where they are said, for checks that come by an address.
ALLOWED_HOSTS = environment.hosts("ALLOWED_HOSTS", SITE_URL)
SECOND_FACTOR_REQUIRED = (
    environment.choice("SECOND_FACTOR", "required", {"required", "optional"}) == "required"
)
if not DEMO and not DEBUG and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    # Our own site instead of Unfold's: sign-in, start page and status page.
    "huadu_portal.backoffice.admin_app.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "csp",
    "huadu_portal.rest",
    "huadu_portal.papers",
    "huadu_portal.ui",
    "huadu_portal.accounts",
    "huadu_portal.workdays",
    "huadu_portal.notifications",
    "huadu_portal.escalation",
    "projects",
    "approvals",
    "agents",
    "huadu_portal.dashboard",
    "huadu_portal.monitoring",
    "huadu_portal.public",
    "huadu_portal.demo",
    "huadu_portal.backoffice",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huadu_portal.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "huadu_portal.accounts.middleware.ReadersLanguageMiddleware",
    "huadu_portal.charset.Utf8Middleware",
    # Before anything that asks the database.
    "huadu_portal.failures.admission.AdmissionMiddleware",
    "huadu_portal.accounts.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "huadu_portal.accounts.middleware.UnsavedFormMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "huadu_portal.accounts.middleware.SecondFactorMiddleware",
    "huadu_portal.accounts.middleware.PrivatePagesMiddleware",
    "huadu_portal.backoffice.middleware.StaffDeskPolicyMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "huadu_portal.urls"
WSGI_APPLICATION = "huadu_portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huadu_portal.notifications.context.portal",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": environment.database("DATABASE_URL")}
# With an owner's address given, these run as owner; the application's own role then has no
# right to alter history.
OWNERS_COMMANDS = {"migrate", "backup", "restore"}
if OWNERS_COMMANDS.intersection(sys.argv) and environment.text("DATABASE_OWNER_URL", ""):
    DATABASES = {"default": environment.database("DATABASE_OWNER_URL")}
DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": 60}
DATABASES["default"]["OPTIONS"] |= {
    "connect_timeout": 3,
    # Milliseconds: statement, lock, idle in transaction (docs/quality.md).
    "options": "-c statement_timeout=15000 -c lock_timeout=5000"
    " -c idle_in_transaction_session_timeout=30000",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "huadu_portal.cache.Cache",
        "LOCATION": "cache",
        # The default of 300 would cull rate limits.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Never served by address: huadu_portal/…/download views check who asks.
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", str(BASE_DIR / ".local/media")))
MEDIA_URL = ""
# What firms have sent is read by us and our group (backups); other users of the machine have
# no business there.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o640, 0o750
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(BASE_DIR / ".local/static")))
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "huadu_portal.npm.NpmFinder",
]
WHITENOISE_USE_FINDERS = DEBUG
# Only what pages ask for, by its hashed name; nobody waits for a source map.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2"),
    "map",
)
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "projects.uploads.TemporaryFiles",
]
# Named, for Python would look for one by writing: at a full disk it takes another, or none.
FILE_UPLOAD_TEMP_DIR = environment.text("TMPDIR", "") or "/tmp"
UPLOAD_MAX_BYTES = 50 * 1024 * 1024
# Bytes that one firm may keep here in all, earlier versions included.
ENTERPRISE_QUOTA = environment.count("ENTERPRISE_QUOTA_MB", 5 * 1024) * 1024 * 1024
# A clamd that looks into what was uploaded; without one the checks of content alone release.
CLAMD_URL = environment.scanner("CLAMD_URL")
# Days for which a file is shown to it again once it has new signatures; 0: never again.
CLAMD_RESCAN_DAYS = environment.count("CLAMD_RESCAN_DAYS", 30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20

LANGUAGE_CODE = environment.text("LANGUAGE_CODE", "zh-hans")
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "huadu_portal.formats"
TIME_ZONE = environment.text("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "huadu_portal.accounts.backends.RoleBackend",
    "huadu_portal.accounts.backends.SignInBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "huadu_portal.notifications.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "huadu_portal.accounts.forms.SignupFields"
ACCOUNT_FORMS = {
    "signup": "huadu_portal.accounts.sign_in_forms.SignupForm",
    "reset_password": "huadu_portal.accounts.sign_in_forms.ResetPasswordForm",
    "change_password": "huadu_portal.accounts.sign_in_forms.ChangePasswordForm",
}
# Wrong entries are counted by huadu_portal/accounts/attempts.py; these bound the load.
ACCOUNT_RATE_LIMITS = {
    "login_failed": None,
    "login": "300/m/ip",
    "reset_password": "20/m/ip",
    "change_password": "5/m/user",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# By name: the user name of a firm's people is made for them, and they have never seen it.
ACCOUNT_USER_DISPLAY = str
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds
ACCOUNT_USERNAME_BLACKLIST = ["admin", "root", "system", "security", "auditor"]
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "huadu_portal.accounts.sign_in_forms.AuthenticateForm",
    "reauthenticate": "huadu_portal.accounts.sign_in_forms.ReauthenticateForm",
    "activate_totp": "huadu_portal.accounts.sign_in_forms.ActivateTOTPForm",
}
MFA_TOTP_ISSUER = "花都区产业项目服务中心"
# 等保三级 asks for an idle limit: signed out after half an hour without a request, or up to
# a minute earlier (huadu_portal/accounts/sessions.py).
SESSION_COOKIE_AGE = 1800
# Rows that know whose they are.
SESSION_ENGINE = "huadu_portal.accounts.session_store"
SESSION_ABSOLUTE_AGE = timedelta(hours=12)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "huadu_portal.failures.pages.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if urlsplit(SITE_URL).scheme else []
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    # The first one names the challenge: with the token in front, anonymous is 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "huadu_portal.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["huadu_portal.rest.renderers.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["huadu_portal.rest.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "huadu_portal.rest.pages.KeysetPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "huadu_portal.rest.throttles.AnonymousThrottle",
        "huadu_portal.rest.throttles.UserThrottle",
    ],
    "NUM_PROXIES": PROXIES,
    "DEFAULT_THROTTLE_RATES": {"anon": "300/min", "user": "3000/min"},
    "EXCEPTION_HANDLER": "huadu_portal.rest.problems.exception_handler",
}
KNOX_TOKEN_MODEL = "accounts.Token"
REST_KNOX = {
    "TOKEN_TTL": timedelta(hours=12),
    "TOKEN_LIMIT_PER_USER": 10,
    "AUTH_HEADER_PREFIX": "Token",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "花都区产业项目服务中心 API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "huadu_portal.rest.schema.document_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ApplicationStatus": "projects.models.ApplicationStatus",
        "ItemStatus": "approvals.models.Status",
        "Phase": "projects.models.Phase",
        "Unit": "huadu_portal.workdays.models.Unit",
        "LimitStart": "approvals.models.Start",
        "CardLevel": "huadu_portal.escalation.models.CardLevel",
        "ApprovalKind": "approvals.models.ApprovalType.Kind",
        "NoticeStanding": "projects.models.counter_notices.CounterNotice.Standing",
        "StandingEnum": "approvals.vault.needs.MaterialState",
        "Fact": "approvals.models.Fact",
        "DepartmentKind": "huadu_portal.accounts.models.Department.Kind",
        "NotificationKind": "huadu_portal.notifications.models.Kind",
    },
}

# Without a mail server nothing leaves; the outbox keeps what would have been sent.
EMAIL_URL = urlsplit(environment.text("EMAIL_URL", ""))
MAIL_GOES_OUT = bool(EMAIL_URL.scheme)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if MAIL_GOES_OUT
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = EMAIL_URL.hostname or ""
EMAIL_PORT = EMAIL_URL.port or 25
EMAIL_HOST_USER = EMAIL_URL.username or ""
EMAIL_HOST_PASSWORD = EMAIL_URL.password or ""
EMAIL_USE_TLS = EMAIL_URL.scheme == "smtp+tls"
EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
EMAIL_TIMEOUT = environment.seconds("EMAIL_TIMEOUT", 20).total_seconds()
# Further ways to a person, each an apprise address; without one a channel does not exist.
GATEWAYS = environment.gateways(
    wecom="WECOM_URL", dingtalk="DINGTALK_URL", sms="SMS_URL", webhook="WEBHOOK_URL"
)
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "noreply@huadu-projects.example")

# How far our clock may be from the database's before periodic work refuses to run by it.
CLOCK_TOLERANCE = environment.seconds("CLOCK_TOLERANCE", 60)

CELERY_BROKER_URL = environment.text("REDIS_URL")
# Seconds, for the web process: a broker that is away must not keep a person waiting.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "max_retries": 0,
    # Far above the hard time limit, so that no running task is handed out twice.
    "visibility_timeout": 3600,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker waits for its broker as long as it takes.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# What could not be published waits in its table for the next sweep.
CELERY_TASK_PUBLISH_RETRY = False
# By kind, so that one cannot hold up another; a worker without -Q takes them all.
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name)
    for name in ("reminders", "deliveries", "previews", "reports")
]
CELERY_TASK_DEFAULT_QUEUE = "reports"
CELERY_TASK_ROUTES = {
    "approvals.tasks.remind": {"queue": "reminders"},
    "approvals.tasks.record_silences": {"queue": "reminders"},
    "huadu_portal.notifications.tasks.*": {"queue": "deliveries"},
    "projects.tasks.render_previews": {"queue": "previews"},
    "projects.tasks.scan_files": {"queue": "previews"},
}
CELERY_TASK_ACKS_LATE = True
# A task that takes its worker along is tried again three times, ten seconds apart; then
# its next turn is beat's.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_ANNOTATIONS = {"*": {"max_retries": 3, "default_retry_delay": 10}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "huadu_portal.beat:Scheduler"
# Intervals only: a beat that was away must not have missed "nine o'clock".
CELERY_BEAT_SCHEDULE = {
    "deliver-due": every(30, "huadu_portal.notifications.tasks.deliver_due"),
    "send-digests": every(30, "huadu_portal.notifications.tasks.send_digests"),
    "set-papers": every(30, "huadu_portal.desk.tasks.set_papers"),
    "remind": every(30, "approvals.tasks.remind"),
    "watch-calendar": every(30, "huadu_portal.desk.tasks.watch_calendar"),
    "render-previews": every(30, "projects.tasks.render_previews"),
    "scan-files": every(30, "projects.tasks.scan_files"),
    "remove-stray-files": every(HOUR, "projects.tasks.remove_stray_files"),
    "remove-expired": every(HOUR, "huadu_portal.desk.tasks.remove_expired"),
    "record-heads": every(HOUR, "approvals.tasks.record_heads"),
    "record-silences": every(30, "approvals.tasks.record_silences"),
    # Whether the others are silent, is looked for in every queue.
    **{
        f"watch-sweeps-by-{queue.name}": every(
            30, "huadu_portal.desk.tasks.watch_sweeps", queue=queue.name
        )
        for queue in CELERY_TASK_QUEUES
    },
}

structlog.configure(**logs.STRUCTLOG)
LOGGING = logs.LOGGING
