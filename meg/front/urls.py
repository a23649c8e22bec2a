"""Addresses of this room."""

from django.urls import path

from meg.front import exports, glass, home, morning, views

app_name = "front"
urlpatterns = [
    path("", home.home, name="home"),
    path("children/<str:reference>/sheet.pdf", exports.sheet_pdf, name="sheet_print"),
    path("missing/morning-sheet.pdf", morning.morning, name="morning"),
    path("open-a-record/", glass.open_a_record, name="glass"),
    path("help/", views.help_page, name="help"),
    path("help/keyboard/", views.keyboard, name="keyboard"),
    path("help/accessibility/", views.accessibility, name="accessibility"),
    path("health", views.health, name="health"),
]
