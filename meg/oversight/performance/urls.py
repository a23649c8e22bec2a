"""Addresses of figures. A period is written as everywhere: 2017-18Q4, 2018-02, 2017-18."""

from django.urls import path

from meg.oversight.performance import views, views_factors, views_reports, views_specification, views_supply

app_name = "performance"
urlpatterns = [
    path("scorecard/", views.scorecard, name="scorecard"),
    path("scorecard/<str:number>/", views.indicator, name="indicator"),
    path("scorecard/<str:number>/authorities.csv", views.authorities, name="authorities"),
    path("scorecard/<str:number>/factors/", views_factors.factors, name="factors"),
    path("scorecard/<str:number>/limits/", views_reports.limits, name="limits"),
    path("scorecard/<str:number>/children/", views.rows, name="rows"),
    path("scorecard/<str:period>/report.<str:form>", views.document, name="document"),
    path("reports/", views_reports.reports, name="reports"),
    path("reports/<str:period>/", views_reports.report, name="report"),
    path("reports/<str:period>/summary/", views_reports.summary, name="summary"),
    path("reports/<str:period>/ask/", views_reports.ask, name="ask"),
    path("reports/<str:period>/commentary/<str:number>/", views_reports.commentary, name="commentary"),
    path("reports/<str:period>/approve/", views_reports.approve, name="approve"),
    path("reports/<str:period>/publish/", views_reports.publish, name="publish"),
    path("reports/<str:period>/published.<str:form>", views_reports.as_published, name="as_published"),
    path("supply/", views_supply.supplies, name="supplies"),
    path("supply/file/", views_supply.supply_file, name="supply_file"),
    path("supply/<str:number>/<str:period>/", views_supply.supply, name="supply"),
    path("specification/", views_specification.specification, name="specification"),
    path("specification/new/", views_specification.add, name="add_indicator"),
    path("specification/<str:number>/", views_specification.history, name="specified"),
    path("specification/<str:number>/change/", views_specification.change, name="change_indicator"),
    path("specification/<str:number>/end/", views_specification.end, name="end_indicator"),
]
