"""Addresses of signing in that differ from the library's: most are closed, an administrator keeps the accounts.

They stand before the library's own, so that what is not offered cannot be reached either.
"""

from typing import NoReturn

from allauth.socialaccount.providers.openid_connect.views import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from requests import RequestException


def closed(request: HttpRequest, **_: str) -> NoReturn:
    raise Http404("This page is not offered here.")


def to_the_organisation(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To an organisation's own sign-in; a page that says what to do where that does not answer."""
    try:
        answer: HttpResponse = login(request, provider_id)
    except RequestException:
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer


urlpatterns = [
    path("oidc/<provider_id>/login/", to_the_organisation),
    path("email/", closed),
    re_path(r"^confirm-email/(?:.*)$", closed),
    path("login/code/confirm/", closed),
    re_path(r"^3rdparty/(?:signup/)?$", closed),
    re_path(r"^social/(?:.*)$", closed),
]
