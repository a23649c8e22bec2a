"""Addresses of this room."""

from django.urls import path

from meg.protect.assessments.views import due, frameworks, of_child, writing

app_name = "assessments"
CHILD = "children/<str:reference>/assessments/"
ONE = "frameworks/<slug:key>/<int:version>/"
urlpatterns = [
    path(CHILD, of_child.of_child, name="of_child"),
    path(f"{CHILD}begin/<int:number>/", of_child.begin, name="begin"),
    path(f"{CHILD}<int:number>/", of_child.assessment, name="assessment"),
    path(f"{CHILD}<int:number>/section/<int:section>/", writing.write, name="write"),
    path(f"{CHILD}<int:number>/withdraw/", of_child.withdraw, name="withdraw"),
    path("reviews-due/", due.due, name="due"),
    path("frameworks/", frameworks.frameworks, name="frameworks"),
    path("frameworks/new/", frameworks.new, name="new_framework"),
    path(ONE, frameworks.framework, name="framework"),
    path(f"{ONE}change/", frameworks.change, name="change_framework"),
    path(f"{ONE}new-version/", frameworks.new_version, name="new_version"),
    path(f"{ONE}publish/", frameworks.publish, name="publish"),
    path(f"{ONE}end/", frameworks.end, name="end_framework"),
    path(f"{ONE}factors/new/", frameworks.factor, name="new_factor"),
    path(f"{ONE}factors/<slug:code>/", frameworks.factor, name="factor"),
    path(f"{ONE}factors/<slug:code>/leave-out/", frameworks.leave_out, name="leave_out"),
]
