from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "meg.partnership.codes"
    label = "codes"
