from django.apps import AppConfig


class IndexingConfig(AppConfig):
    name = "searchsvc.indexing"
    verbose_name = "Indexing"
