from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "searchsvc.search"
    verbose_name = "Search"
