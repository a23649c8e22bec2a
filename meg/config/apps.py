from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "meg.config"
    label = "config"
