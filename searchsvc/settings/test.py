"""What the tests run: nothing is shared between two runs, nor between the processes of one."""

import atexit
import shutil
import tempfile
from pathlib import Path

from searchsvc.ops.logging import log_settings
from searchsvc.settings.base import *

SECRET_KEY = "only-for-tests"  # noqa: S105 - it guards nothing
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

VAR_DIR = Path(tempfile.mkdtemp(prefix="searchsvc-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
HAYSTACK_CONNECTIONS = connections(var_dir=VAR_DIR)
SEARCHSVC_INDEXING_WORKER = False  # tests deliver with `drain`
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # static files are served from where they stand
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING = log_settings(json=False, level="WARNING")
