"""Addresses of the children's room. The child's page itself spans rooms and is in front."""

from django.urls import path

from meg.protect.children import views, views_people

app_name = "children"
urlpatterns = [
    path("children/find/", views.find_child, name="find"),
    path("children/new/", views.new, name="new"),
    path("children/<str:reference>/details/", views.details, name="details"),
    path("children/<str:reference>/change/facts/", views.change, {"what": "facts"}, name="change_facts"),
    path("children/<str:reference>/change/name/", views.change, {"what": "name"}, name="change_name"),
    path("children/<str:reference>/change/number/", views.change, {"what": "number"}, name="change_number"),
    path("children/<str:reference>/change/care/", views.change, {"what": "care"}, name="change_care"),
    path("children/<str:reference>/change/care/<int:number>/end/", views.end_time_looked_after, name="end_care"),
    path("children/<str:reference>/take-back/name/<int:number>/", views.take_back, {"kind": "name"}, name="drop_name"),
    path(
        "children/<str:reference>/take-back/number/<int:number>/",
        views.take_back,
        {"kind": "number"},
        name="drop_number",
    ),
    path("children/<str:reference>/people/", views_people.people, name="people"),
    path("children/<str:reference>/people/add/", views_people.add, {"what": "work"}, name="work"),
    path("children/<str:reference>/people/share/", views_people.add, {"what": "share"}, name="share"),
    path(
        "children/<str:reference>/people/work/<int:number>/stop/", views_people.stop, {"kind": "work"}, name="stop_work"
    ),
    path(
        "children/<str:reference>/people/grant/<int:number>/stop/",
        views_people.stop,
        {"kind": "grant"},
        name="stop_grant",
    ),
]
