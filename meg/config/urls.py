"""Every address. Each room has its own `urls.py`; here they are only put together."""

from django.urls import URLPattern, URLResolver, include, path

from meg.front import child_urls
from meg.front.api_door import door
from meg.protect.children import urls as children

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("meg.partnership.access.sign_in_urls")),
    path("account/", include("allauth.urls")),
    path("", include("meg.partnership.access.urls")),
    path("", include("meg.partnership.trail.urls")),
    path("", include(([*children.urlpatterns, *child_urls.urlpatterns], "children"))),
    path("api/<path:rest>", door),
    path("", include("meg.pursue.meetings.urls")),
    path("", include("meg.protect.contexts.urls")),
    path("", include("meg.protect.plans.urls")),
    path("", include("meg.protect.assessments.urls")),
    path("", include("meg.protect.exploitation.urls")),
    path("", include("meg.protect.missing.urls")),
    path("", include("meg.protect.tasks.urls")),
    path("", include("meg.intake.urls")),
    path("", include("meg.oversight.performance.urls")),
    path("", include("meg.front.urls")),
]
handler400 = "meg.front.views.bad_request"
handler403 = "meg.front.views.forbidden"
handler404 = "meg.front.views.not_found"
handler429 = "meg.front.views.too_many"
handler500 = "meg.front.views.server_error"
