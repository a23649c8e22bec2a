"""Every address. Each room has its own `urls.py`; here they are only put together."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("meg.partnership.access.sign_in_urls")),
    path("account/", include("allauth.urls")),
    path("", include("meg.partnership.access.urls")),
    path("", include("meg.partnership.trail.urls")),
    path("", include("meg.protect.children.urls")),
    path("", include("meg.protect.missing.urls")),
    path("", include("meg.intake.urls")),
    path("", include("meg.oversight.performance.urls")),
    path("", include("meg.front.urls")),
]
handler400 = "meg.front.views.bad_request"
handler403 = "meg.front.views.forbidden"
handler404 = "meg.front.views.not_found"
handler500 = "meg.front.views.server_error"
