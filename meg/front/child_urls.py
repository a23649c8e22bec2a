"""Addresses of a child's pages that span rooms. They stand in the children's namespace."""

from django.urls import path

from meg.front import child, exports

urlpatterns = [
    path("children/<str:reference>/", child.overview, name="child"),
    path("children/<str:reference>/seen/", child.seen, name="seen"),
    path("children/<str:reference>/chronology.csv", exports.as_csv, name="chronology_csv"),
    path("children/<str:reference>/chronology.pdf", exports.as_pdf, name="chronology_pdf"),
]
