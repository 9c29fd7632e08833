from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "searchsvc.catalog"
    verbose_name = "Catalogue"
