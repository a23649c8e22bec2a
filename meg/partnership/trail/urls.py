"""Addresses of the trail."""

from django.urls import path

from meg.partnership.trail import views

app_name = "trail"
urlpatterns = [
    path("trail/", views.read, name="read"),
    path("trail.csv", views.take_away, name="take_away"),
]
