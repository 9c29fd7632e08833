"""How Celery runs here: tasks may be delivered twice and never lost; whoever sends one waits a second at most."""

from typing import Any
from urllib.parse import urlsplit

TIME_LIMIT = 360  # seconds of a task, the process is killed then; a soft one before it
VISIBILITY = (
    900  # seconds after which Redis gives a task that nobody has acknowledged to another; longer than the limit
)
VERIFY = 3600.0  # seconds between two slices of the verification that goes round in a week
CONNECT = 1.0  # seconds for a connection to the broker, and for what is sent over it
REDIS = {"visibility_timeout": VISIBILITY, "socket_timeout": 5.0, "socket_connect_timeout": CONNECT}
RABBITMQ = {"connect_timeout": CONNECT, "confirm_publish": True, "read_timeout": 5.0, "write_timeout": 5.0}


def celery_settings(broker: str, sweep: float) -> dict[str, Any]:
    """Settings by their names in Django. `sweep`: seconds between two looks for what no task took."""
    transport = REDIS if urlsplit(broker).scheme.startswith(("redis", "sentinel")) else RABBITMQ
    return {
        "CELERY_BROKER_URL": broker,
        "CELERY_BROKER_TRANSPORT_OPTIONS": transport,
        "CELERY_BROKER_CONNECTION_TIMEOUT": CONNECT,
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,  # a worker waits for its broker for ever
        "CELERY_TASK_DEFAULT_QUEUE": "searchsvc",
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_TIME_LIMIT": TIME_LIMIT,
        "CELERY_TASK_SOFT_TIME_LIMIT": TIME_LIMIT - 60,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_BEAT_SCHEDULE": {
            "sweep": {"task": "searchsvc.indexing.tasks.sweep", "schedule": sweep},
            "verify": {"task": "searchsvc.indexing.tasks.verify", "schedule": VERIFY},
        },
    }
