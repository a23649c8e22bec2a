from django.apps import AppConfig


class ContextsConfig(AppConfig):
    name = "meg.protect.contexts"
    label = "contexts"
