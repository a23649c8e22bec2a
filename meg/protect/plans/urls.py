"""Addresses of this room."""

from django.urls import path

from meg.protect.plans.views import handing, outcomes, plan, services, transition

app_name = "plans"
CHILD = "children/<str:reference>/"
urlpatterns = [
    path(f"{CHILD}plan/", plan.of_child, name="of_child"),
    path(f"{CHILD}plan/open/", plan.open_plan, name="open"),
    path(f"{CHILD}plan/aims/<int:number>/", plan.settle, name="settle"),
    path(f"{CHILD}plan/services/<int:number>/end/", plan.end, name="end"),
    path(f"{CHILD}plan/<int:number>/<str:name>/", plan.verb, name="verb"),
    path(f"{CHILD}transition/", transition.decide, name="decide"),
    path(f"{CHILD}transition/<int:number>/take-back/", transition.take_back, name="take_back"),
    path("transition/", transition.transition, name="transition"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("hand-over/", handing.hand_over, name="hand_over"),
    path("services/", services.services, name="services"),
    path("services/<int:number>/take-off/", services.take_off, name="take_off"),
]
