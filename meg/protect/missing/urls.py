"""Addresses of this room."""

from django.urls import path

from meg.protect.missing.views import (
    board,
    episodes,
    history,
    interview_corrections,
    interviews,
    passing,
    responding,
    scrutiny,
    sheets,
    write_up,
)

app_name = "missing"
INTERVIEW = "children/<str:reference>/interviews/<int:number>/"
ONE = "children/<str:reference>/missing/<int:number>/"
urlpatterns = [
    path("missing/", board.show, name="board"),
    path("missing/start/", episodes.start, name="start"),
    path("children/<str:reference>/missing/", episodes.report, name="report"),
    path(ONE, episodes.episode, name="episode"),
    path(f"{ONE}return/", episodes.returned, name="returned"),
    path(f"{ONE}change/", episodes.change, name="change"),
    path(f"{ONE}withdraw/", episodes.withdraw, name="withdraw"),
    path("children/<str:reference>/missing/history/", history.history, name="history"),
    path("children/<str:reference>/missing/history.csv", history.history_csv, name="history_csv"),
    path("children/<str:reference>/sheet/", sheets.sheet, name="sheet"),
    path("children/<str:reference>/sheet/change/", sheets.sheet_change, name="sheet_change"),
    path(f"{ONE}interview-needed/", passing.need, name="need"),
    path(INTERVIEW, interviews.interview, name="interview"),
    path(f"{INTERVIEW}write-up/<int:question>/", write_up.write_up, name="write_up"),
    path(f"{INTERVIEW}correct/", interview_corrections.correct, name="interview_correct"),
    path(f"{INTERVIEW}<str:step>/", interviews.step, name="step"),
    path("children/<str:reference>/pass-on/", passing.pass_on, name="pass_on"),
    path("passed-on/", passing.passed, name="passed"),
    path("passed-on/<int:number>/taken-up/", passing.taken_up, name="taken_up"),
    path(f"{ONE}risk/", responding.grade, name="grade"),
    path(f"{ONE}status/", responding.status, name="status"),
    path(f"{ONE}prevention/", responding.prevention, name="prevention"),
    path(f"{ONE}eighteen/", responding.eighteen, name="eighteen"),
    path(f"{ONE}decide/", scrutiny.decide, name="decide"),
    path(f"{ONE}challenge/", scrutiny.challenge, name="challenge"),
    path(f"{ONE}challenge/answer/", scrutiny.answer, name="answer"),
    path("children/<str:reference>/discussion/", scrutiny.discussion, name="discussion"),
    path("missing/thresholds/", scrutiny.thresholds, name="thresholds"),
]
