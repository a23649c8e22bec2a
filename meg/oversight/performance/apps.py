from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "meg.oversight.performance"
    label = "performance"
