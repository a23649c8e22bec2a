from django.apps import AppConfig


class ChildrenConfig(AppConfig):
    name = "meg.protect.children"
    label = "children"
