from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meg.pursue.meetings"
    label = "meetings"
