"""Addresses of this room."""

from django.urls import path

from meg.protect.contexts.views import of_child, one, plan, proposals, verbs
from meg.protect.contexts.views.listing import contexts

app_name = "contexts"
ONE = "contexts/<str:reference>/"
urlpatterns = [
    path("contexts/", contexts, name="contexts"),
    path("contexts/new/", verbs.new, name="new"),
    path("contexts/proposals/", proposals.listed, name="proposals"),
    path("contexts/proposals/<str:digest>/open/", proposals.open_one, name="open_proposed"),
    path("contexts/proposals/<str:digest>/add/", proposals.add, name="add_proposed"),
    path("contexts/proposals/<str:digest>/set-aside/", proposals.aside, name="set_aside"),
    path(ONE, one.context, name="context"),
    path(f"{ONE}links/<int:number>/end/", verbs.end, name="end"),
    path(f"{ONE}plan/open/", plan.open_plan, name="plan_open"),
    path(f"{ONE}plan/aims/<int:number>/", plan.settle, name="plan_settle"),
    path(f"{ONE}plan/services/<int:number>/end/", plan.end, name="plan_end"),
    path(f"{ONE}plan/<int:number>/<str:name>/", plan.verb, name="plan_verb"),
    path(f"{ONE}<str:name>/", verbs.verb, name="verb"),
    path("children/<str:reference>/contexts/", of_child.of_child, name="of_child"),
    path("children/<str:reference>/contexts/link/", of_child.link, name="link"),
]
