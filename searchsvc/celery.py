"""The Celery app: celery -A searchsvc worker, celery -A searchsvc beat. Only where CELERY_BROKER_URL is set."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "searchsvc.settings.production")

app = Celery("searchsvc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["searchsvc.indexing"])
