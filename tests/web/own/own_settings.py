"""The service's settings and one more app, which is what Django itself asks for."""

from searchsvc.settings.test import *  # noqa: F403 - settings inherit so

INSTALLED_APPS = [*INSTALLED_APPS, "cinema"]  # noqa: F405
