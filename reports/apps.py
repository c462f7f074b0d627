from django.apps import AppConfig

from reports import checks  # noqa: F401 registers them


class ReportsConfig(AppConfig):
    name = "reports"
