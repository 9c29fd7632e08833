"""The WSGI application that deploy/serve starts. Production is the default here: safe unless asked otherwise."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.production")
application = get_wsgi_application()

from searchsvc.indexing import wake  # noqa: E402 - its models need the line above

wake.begin()
