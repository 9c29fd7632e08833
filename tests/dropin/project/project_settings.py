"""A small Haystack project that knows nothing of searchsvc. Its engine and its folder come from outside."""

import os

SECRET_KEY = "of a test"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["haystack", "notes"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
ROOT_URLCONF = "notes.urls"
USE_TZ = False
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": os.environ["DROPIN_ENGINE"], "PATH": os.environ["DROPIN_PATH"]}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.RealtimeSignalProcessor"
HAYSTACK_SEARCH_RESULTS_PER_PAGE = 3
