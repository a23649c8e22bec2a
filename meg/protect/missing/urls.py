"""Addresses of this room."""

from django.urls import path

from meg.protect.missing.views import episodes

app_name = "missing"
ONE = "children/<str:reference>/missing/<int:number>/"
urlpatterns = [
    path("missing/start/", episodes.start, name="start"),
    path("children/<str:reference>/missing/", episodes.report, name="report"),
    path(ONE, episodes.episode, name="episode"),
    path(f"{ONE}return/", episodes.returned, name="returned"),
    path(f"{ONE}change/", episodes.change, name="change"),
    path(f"{ONE}withdraw/", episodes.withdraw, name="withdraw"),
]
