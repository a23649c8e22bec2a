"""Addresses of this room."""

from django.urls import path

from meg.intake import views

app_name = "intake"
ONE = "files-in/<int:number>/"
urlpatterns = [
    path("files-in/", views.batches, name="batches"),
    path(ONE, views.batch, name="batch"),
    path(f"{ONE}rows/", views.rows, name="rows"),
    path(f"{ONE}rejected/<str:table>.csv", views.take_away, name="take_away"),
    path(f"{ONE}undo/", views.undo, name="undo"),
]
