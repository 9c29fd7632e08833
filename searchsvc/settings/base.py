"""What every environment shares; dev, test and production each import this and differ in as little as they can.

Everything comes from the environment: the names of `deploy/README.md`, all else `SEARCHSVC_<AREA>_<NAME>`.
"""

from pathlib import Path
from typing import Any

import environ

from searchsvc.ops.logging import log_settings
from searchsvc.settings.databases import tuned
from searchsvc.settings.engines import *
from searchsvc.settings.tasks import celery_settings

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("SEARCHSVC_VAR_DIR", str(BASE_DIR / "var")))

SECRET_KEY = env.str("SECRET_KEY", "")
# Old keys still verify what they signed (cursors, sessions), and sign nothing new.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("SEARCHSVC_CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",  # before staticfiles: runserver then serves files as production does
    "django.contrib.staticfiles",
    "backends",  # before haystack: its build_solr_schema is ours
    "searchsvc.indexing",  # before haystack: rebuild_index, update_index and clear_index are ours
    "haystack",
    "searchsvc.ops",
    "searchsvc.catalog",
    "searchsvc.search",
    "searchsvc.importing",
    "searchsvc.web",
    "indexes",
]

MIDDLEWARE = [
    "searchsvc.ops.middleware.RequestId",  # outermost: the lines and replies of all the others carry the id
    "searchsvc.ops.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "searchsvc.urls"
WSGI_APPLICATION = "searchsvc.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# No address is built for the default: a folder's name may hold what an address may not.
SQLITE_FILE = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "searchsvc.sqlite3")}
DATABASES: dict[str, dict[str, Any]] = {
    "default": tuned(
        env.db("DATABASE_URL") if env.str("DATABASE_URL", "") else SQLITE_FILE,
        pool_size=env.int("SEARCHSVC_DATABASE_POOL", 8),
    ),
}
if env.str("REDIS_URL", ""):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.str("REDIS_URL")}}

# Where tasks go; with none, and without Celery, the service delivers by itself.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "")
# Whether changes are delivered to the indexes by a thread of this process: by default where no broker takes tasks.
SEARCHSVC_INDEXING_WORKER = env.bool("SEARCHSVC_INDEXING_WORKER", not CELERY_BROKER_URL)
SEARCHSVC_INDEXING_SWEEP = env.float("SEARCHSVC_INDEXING_SWEEP", 30.0)  # seconds between two looks for what was left
# Seconds after which others take what a worker had begun with; one call of an engine may take half of that.
SEARCHSVC_INDEXING_LEASE = env.float("SEARCHSVC_INDEXING_LEASE", 60.0)
if CELERY_BROKER_URL:
    globals().update(celery_settings(CELERY_BROKER_URL, SEARCHSVC_INDEXING_SWEEP))

# Who may read /metrics: whoever sends this token; and, where set, addresses of the own network without one.
SEARCHSVC_METRICS_TOKEN = env.str("SEARCHSVC_METRICS_TOKEN", "")
SEARCHSVC_METRICS_INTERNAL = env.bool("SEARCHSVC_METRICS_INTERNAL", False)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("SEARCHSVC_STATIC_ROOT", str(VAR_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # A hash of the content in each name, so that browsers may keep a file for ever; gzip and brotli beside it.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING_CONFIG = "searchsvc.ops.logging.configure"
LOGGING = log_settings(json=True, level=env.str("SEARCHSVC_LOG_LEVEL", "INFO"))

# Django 6's name and form for this setting, so that its own middleware can take over from ours.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "https:"],  # https: the pictures of a catalogue stand on their museums' hosts
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
# What people search for stands in the address: other sites are not told it.
SECURE_REFERRER_POLICY = "same-origin"
NO_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")
PERMISSIONS_POLICY: dict[str, list[str]] = {name: [] for name in NO_FEATURES}
X_FRAME_OPTIONS = "DENY"
