"""Addresses of this room."""

from django.urls import path

from meg.pursue.meetings.views import agenda, meetings, minutes, papers, room

app_name = "meetings"
urlpatterns = [
    path("meetings/", meetings.show_all, name="meetings"),
    path("meetings/new/", meetings.new, name="new"),
    path("meetings/<int:number>/", meetings.show, name="meeting"),
    path("meetings/<int:number>/change/", meetings.change, name="change"),
    path("meetings/<int:number>/next/", meetings.following, name="next"),
    path("meetings/<int:number>/agenda/", agenda.show, name="agenda"),
    path("meetings/<int:number>/agenda/gather/", agenda.gather_again, name="gather"),
    path("meetings/<int:number>/agenda/close/", agenda.close, name="close"),
    path("meetings/<int:number>/agenda/child/", agenda.ask, name="ask"),
    path("meetings/<int:number>/agenda/theme/", agenda.theme, name="theme"),
    path("meetings/<int:number>/agenda/<int:item>/off/", agenda.off, name="off"),
    path("meetings/<int:number>/agenda/<int:item>/<str:way>/", agenda.move, name="move"),
    path("meetings/<int:number>/papers/", papers.show, name="papers"),
    path("meetings/<int:number>/papers.pdf", papers.pdf, name="papers_pdf"),
    path("meetings/<int:number>/begin/", room.begin_meeting, name="begin"),
    path("meetings/<int:number>/room/", room.start, name="room"),
    path("meetings/<int:number>/room/<int:item>/", room.show, name="item"),
    path("meetings/<int:number>/attendance/", room.attendance, name="attendance"),
    path("meetings/<int:number>/attendance/<int:said>/back/", room.attendance_back, name="attendance_back"),
    path("meetings/<int:number>/end/", room.end, name="end"),
    path("meetings/<int:number>/minutes/", minutes.show, name="minutes"),
    path("meetings/<int:number>/minutes.pdf", minutes.pdf, name="minutes_pdf"),
    path("meetings/<int:number>/minutes/agree/", minutes.agree_them, name="agree"),
    path("meetings/<int:number>/minutes/<int:item>/correct/", minutes.correction, name="correct"),
]
