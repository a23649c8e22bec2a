"""Addresses of this room."""

from django.urls import path

from meg.intake import views, views_rows

app_name = "intake"
ONE = "files-in/<int:number>/"
urlpatterns = [
    path("files-in/", views.batches, name="batches"),
    path(ONE, views.batch, name="batch"),
    path(f"{ONE}rows/", views_rows.rows, name="rows"),
    path(f"{ONE}rejected/<str:table>.csv", views_rows.take_away, name="take_away"),
    path(f"{ONE}rows/<str:table>/<int:row>/correct/", views_rows.correct, name="correct"),
    path(f"{ONE}send-again/", views_rows.send_again, name="send_again"),
    path(f"{ONE}decide/", views_rows.decide, name="decide"),
    path(f"{ONE}undo/", views.undo, name="undo"),
]
