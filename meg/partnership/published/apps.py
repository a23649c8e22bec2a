from django.apps import AppConfig


class PublishedConfig(AppConfig):
    name = "meg.partnership.published"
    label = "published"
