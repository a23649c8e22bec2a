from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "meg.protect.assessments"
    label = "assessments"
