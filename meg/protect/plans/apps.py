from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "meg.protect.plans"
    label = "plans"
