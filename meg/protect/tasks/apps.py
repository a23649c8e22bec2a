from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "meg.protect.tasks"
    label = "tasks"
