"""Addresses of this room."""

from django.urls import path

from meg.protect.tasks import views

app_name = "tasks"
urlpatterns = [
    path("tasks/", views.mine, name="mine"),
    path("tasks/<int:number>/done/", views.done, name="done"),
    path("tasks/<int:number>/drop/", views.drop, name="drop"),
    path("tasks/<int:number>/who/", views.pass_on, name="pass_on"),
]
