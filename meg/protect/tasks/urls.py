"""Addresses of this room."""

from django.urls import URLPattern

app_name = "tasks"
urlpatterns: list[URLPattern] = []
