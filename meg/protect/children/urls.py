"""Addresses of the children's room. The child's page itself spans rooms and is in front."""

from django.urls import path

from meg.protect.children import views

app_name = "children"
urlpatterns = [
    path("children/find/", views.find_child, name="find"),
    path("children/new/", views.new, name="new"),
    path("children/<str:reference>/details/", views.details, name="details"),
    path("children/<str:reference>/change/facts/", views.change, {"what": "facts"}, name="change_facts"),
    path("children/<str:reference>/change/name/", views.change, {"what": "name"}, name="change_name"),
    path("children/<str:reference>/change/number/", views.change, {"what": "number"}, name="change_number"),
    path("children/<str:reference>/change/care/", views.change, {"what": "care"}, name="change_care"),
    path("children/<str:reference>/people/", views.people, name="people"),
    path("children/<str:reference>/people/<str:kind>/<int:number>/stop/", views.stop, name="stop"),
]
