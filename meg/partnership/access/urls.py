"""Addresses of this room."""

from django.urls import path

from meg.partnership.access import views, views_agencies, views_members

app_name = "access"
urlpatterns = [
    path("account/seat/", views.choose_seat, name="choose_seat"),
    path("account/no-membership/", views.no_membership, name="no_membership"),
    path("drafts/", views.draft, name="draft"),
    path("members/", views_members.members, name="members"),
    path("members/new/", views_members.add, name="add_member"),
    path("members/<int:number>/", views_members.change, name="change_member"),
    path("members/<int:number>/end/", views_members.end, name="end_member"),
    path("members/<int:number>/password/", views_members.send_password, name="send_password"),
    path("members/<int:number>/second-factor/", views_members.forget_factor, name="forget_factor"),
    path("members/<int:number>/back/", views_members.take_back, name="take_back"),
    path("agencies/", views_agencies.agencies, name="agencies"),
    path("agencies/new/", views_agencies.add, name="add_agency"),
    path("agencies/<int:number>/", views_agencies.rename, name="rename_agency"),
    path("agencies/<int:number>/close/", views_agencies.close, name="close_agency"),
]
