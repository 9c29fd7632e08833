from django.apps import AppConfig


class IndexingConfig(AppConfig):
    name = "searchsvc.indexing"
    verbose_name = "Indexing"

    def ready(self) -> None:
        from searchsvc.indexing import signals

        signals.connect()
