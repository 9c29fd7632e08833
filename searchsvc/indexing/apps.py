from django.apps import AppConfig


class IndexingConfig(AppConfig):
    name = "searchsvc.indexing"
    verbose_name = "Indexing"

    def ready(self) -> None:
        from searchsvc.indexing import checks, signals

        signals.connect()
        checks.register_all()
