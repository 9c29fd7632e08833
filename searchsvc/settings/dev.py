"""What a developer and `deploy/demo` run: it works with no environment at all, on this machine only."""

from searchsvc.ops.logging import log_settings
from searchsvc.settings.base import *

DEBUG = env.bool("SEARCHSVC_DEBUG", True)
SECRET_KEY = SECRET_KEY or "only-for-development"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
LOGGING = log_settings(json=env.bool("SEARCHSVC_LOG_JSON", False), level=env.str("SEARCHSVC_LOG_LEVEL", "INFO"))
VAR_DIR.mkdir(parents=True, exist_ok=True)  # SQLite makes its file, and no folder
