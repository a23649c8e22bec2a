from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "meg.partnership.trail"
    label = "trail"
