from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "meg.intake"
    label = "intake"
