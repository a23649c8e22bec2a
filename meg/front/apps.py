from django.apps import AppConfig


class FrontConfig(AppConfig):
    name = "meg.front"
    label = "front"
