from datetime import date

from django.urls import path, register_converter

from clinics.tokens import TokenConverter
from patients.views import (
    answers,
    appointments,
    calendar,
    changes,
    day,
    drops,
    feeds,
    find_time,
    flags,
    groups,
    holds,
    hours,
    offer_answers,
    patients,
    series,
    series_changes,
    waiting_area,
    waiting_list,
)


class DayConverter:
    """A calendar day such as 2027-03-01. A day that does not exist is a page that does not exist."""

    regex = r"20\d{2}-\d{2}-\d{2}"  # FIRST_DAY to LAST_DAY of the board

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class FeedConverter:
    """The clinic's number and a secret of 256 bits, as patients.services.feeds makes it."""

    regex = r"[0-9]{1,18}-[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DayConverter, "day")
register_converter(FeedConverter, "feed")
register_converter(TokenConverter, "token")

urlpatterns = [
    path("day/", day.day, name="day"),
    path("day/<day:on>/", day.day, name="day-on"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<day:on>/", calendar.calendar, name="calendar-on"),
    path("calendar/<day:on>/data/", calendar.day_data, name="calendar-day-data"),
    path("calendar/<day:on>/print/", calendar.day_print, name="day-print"),
    path("find-time/", find_time.find_time, name="find-time"),
    path("series/new/", series.new, name="series-new"),
    path("series/<int:pk>/", series_changes.detail, name="series"),
    path("series/<int:pk>/move/", series_changes.move, name="series-move"),
    path("series/<int:pk>/cancel/", series_changes.cancel, name="series-cancel"),
    path("waiting-area/", waiting_area.board, name="waiting-area"),
    path("classes/new/", groups.new, name="class-new"),
    path("classes/<int:pk>/", groups.group, name="class"),
    path("appointments/new/", appointments.new, name="appointment-new"),
    path("appointments/hold/", holds.hold, name="hold"),
    path("appointments/hold/release/", holds.let_go, name="hold-release"),
    path("appointments/<int:pk>/", appointments.detail, name="appointment"),
    path("appointments/<int:pk>/drop/", drops.drop, name="appointment-drop"),
    path("appointments/<int:pk>/quiet/", drops.quiet, name="appointment-quiet"),
    path("appointments/<int:pk>/move/", changes.move, name="appointment-move"),
    path("appointments/<int:pk>/cancel/", changes.cancel, name="appointment-cancel"),
    path("appointments/<int:pk>/undo/", changes.undo, name="appointment-undo"),
    path("appointments/<int:pk>/fee/", appointments.waive, name="appointment-waive-fee"),
    path("appointments/<int:pk>/status/", appointments.status, name="appointment-status"),
    path("waiting-list/", waiting_list.index, name="waiting-list"),
    path("waiting-list/new/", waiting_list.new, name="waiting-list-new"),
    path("waiting-list/<int:pk>/", waiting_list.edit, name="waiting-list-edit"),
    path("waiting-list/<int:pk>/leave/", waiting_list.leave, name="waiting-list-leave"),
    path("waiting-list/<int:pk>/offer/", waiting_list.offer, name="waiting-list-offer"),
    path("waiting-list/offers/<int:pk>/back/", waiting_list.offer_back, name="offer-back"),
    path("offer/<token:token>/", offer_answers.answer, name="offer-answer"),
    path("patients/", patients.index, name="patients"),
    path("patients/search/", patients.search, name="patient-search"),
    path("patients/new/", patients.new, name="patient-new"),
    path("patients/<int:pk>/", patients.detail, name="patient"),
    path("patients/<int:pk>/flags/", flags.flags, name="patient-flags"),
    path("patients/<int:pk>/flags/new/", flags.note, name="patient-flag-new"),
    path("patients/<int:pk>/flags/<int:flag_pk>/end/", flags.end, name="patient-flag-end"),
    path("patients/<int:pk>/edit/", patients.edit, name="patient-edit"),
    path("a/<token:token>/", answers.answer, name="visit-answer"),
    path("my-feed/", feeds.my_feed, name="my-feed"),
    path("my-feed/make/", feeds.make, name="my-feed-make"),
    path("my-feed/revoke/", feeds.revoke, name="my-feed-revoke"),
    path("feed/<feed:secret>.ics", feeds.feed, name="feed"),
    path("hours/", hours.hours, name="hours"),
    path("hours/<int:therapist_id>/", hours.hours_of, name="hours-of"),
    path("hours/<int:therapist_id>/exceptions/new/", hours.exception_new, name="hours-exception-new"),
    path("hours/exceptions/<int:pk>/end/", hours.exception_end, name="hours-exception-end"),
    path("hours/holidays/", hours.holidays, name="holidays"),
    path("hours/holidays/<int:pk>/end/", hours.holiday_end, name="holiday-end"),
]
