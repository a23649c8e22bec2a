from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "meg.partnership.access"
    label = "access"
