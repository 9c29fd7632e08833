"""What runs for people. It refuses to start when unsafe, and says all that is wrong at once."""

import os

from searchsvc.settings.base import *
from searchsvc.settings.safety import Asked, refuse_unsafe

refuse_unsafe(Asked(SECRET_KEY, SECRET_KEY_FALLBACKS, ALLOWED_HOSTS, os.environ))

SECURE_SSL_REDIRECT = env.bool("SEARCHSVC_SECURITY_SSL_REDIRECT", True)
# Probes come from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
# Only when asked for: without a proxy that always sets this header, anyone could claim to have come over HTTPS.
if env.bool("SEARCHSVC_SECURITY_TRUST_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_HSTS_SECONDS = env.int("SEARCHSVC_SECURITY_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SEARCHSVC_SECURITY_HSTS_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env.bool("SEARCHSVC_SECURITY_HSTS_PRELOAD", True)

SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers take it over HTTPS only, and from no other subdomain
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
