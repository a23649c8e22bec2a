"""Addresses of figures. A period is written as everywhere: 2017-18Q4, 2018-02, 2017-18."""

from django.urls import path

from meg.oversight.performance import views

app_name = "performance"
urlpatterns = [
    path("scorecard/", views.scorecard, name="scorecard"),
    path("scorecard/<str:number>/", views.indicator, name="indicator"),
    path("scorecard/<str:number>/children/", views.rows, name="rows"),
    path("scorecard/<str:period>/report.<str:form>", views.document, name="document"),
]
