from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "meg.partnership.agencies"
    label = "agencies"
