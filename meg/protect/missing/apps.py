from django.apps import AppConfig


class MissingConfig(AppConfig):
    name = "meg.protect.missing"
    label = "missing"
