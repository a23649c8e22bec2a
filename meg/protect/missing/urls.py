"""Addresses of this room."""

from django.urls import path

from meg.protect.missing import views

app_name = "missing"
ONE = "children/<str:reference>/missing/<int:number>/"
urlpatterns = [
    path("missing/start/", views.start, name="start"),
    path("children/<str:reference>/missing/", views.report, name="report"),
    path(ONE, views.episode, name="episode"),
    path(f"{ONE}return/", views.returned, name="returned"),
    path(f"{ONE}change/", views.change, name="change"),
    path(f"{ONE}withdraw/", views.withdraw, name="withdraw"),
]
