from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "searchsvc.ops"

    def ready(self) -> None:
        from searchsvc.ops import checks

        checks.register_all()
