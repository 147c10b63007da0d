"""Which slots of a service can be booked, and what is said about all others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from rules.booking_slots import Calendar, Need, Session, Slot, Terms, claim_slot, slots
from rules.opening_hours import Hours, OpeningHours, Override

if TYPE_CHECKING:
    from collections.abc import Sequence

NEW_YORK = ZoneInfo("America/New_York")
SEOUL = ZoneInfo("Asia/Seoul")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
MONDAY, TUESDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 8)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
TERMS = Terms(
    service_id="portrait",
    duration_minutes=60,
    buffer_before_minutes=0,
    buffer_after_minutes=0,
    step_minutes=30,
    min_notice_minutes=0,
    max_days_ahead=365,
    max_per_day=None,
    capacity=1,
)


def weekly(opens_at: str, closes_at: str, days: Sequence[int] = range(7)) -> tuple[Hours, ...]:
    return tuple(Hours(day, time.fromisoformat(opens_at), time.fromisoformat(closes_at)) for day in days)


def studio(
    *hours: Hours,
    zone: ZoneInfo = SEOUL,
    needs: tuple[Need, ...] = (Need("room", active=True, hours=None, busy=()),),
    overrides: dict[date, Override] | None = None,
    booked: dict[date, int] | None = None,
) -> Calendar:
    return Calendar(OpeningHours(zone, hours or weekly("09:00", "12:00"), overrides or {}), needs, booked or {})


def room(*busy: Session, hours: tuple[Hours, ...] | None = None, active: bool = True) -> Need:
    return Need("room", active, hours, busy)


def seoul(text: str) -> datetime:
    """An instant of that Monday, or of another day where the text says so."""
    return datetime.fromisoformat(text if "T" in text else f"{MONDAY}T{text}").replace(tzinfo=SEOUL).astimezone(UTC)


def session(begins: str, ends: str, *, service: str = "portrait", seats: tuple[int, int] = (1, 1)) -> Session:
    """Without buffers; `seats` are those taken and those that there are."""
    starts_at, ends_at = seoul(begins), seoul(ends)
    taken, capacity = seats
    return Session(f"{service} {begins}", service, starts_at, ends_at, starts_at, ends_at, capacity, taken)


def shown(found: Sequence[Slot], zone: ZoneInfo = SEOUL) -> list[str]:
    """Slots as a client shows them."""
    return [slot.starts_at.astimezone(zone).strftime("%d %H:%M%z").removesuffix("+0900") for slot in found]


def offered(
    calendar: Calendar,
    first: date = MONDAY,
    last: date | None = None,
    *,
    party: int = 1,
    now: datetime = NOW,
    **terms: Any,
) -> list[str]:
    found = slots(replace(TERMS, **terms), calendar, first, last or first, party, now)
    return shown(found, calendar.opening.zone)


def test_slots_tell_their_times_seats_and_session() -> None:
    terms = replace(TERMS, buffer_before_minutes=10, buffer_after_minutes=20, capacity=4)
    begun = Session(
        "begun", "portrait", seoul("10:30"), seoul("11:30"), seoul("10:20"), seoul("11:50"), capacity=3, seats_taken=1
    )
    assert slots(terms, studio(needs=(room(begun),)), MONDAY, MONDAY, 2, NOW) == [
        Slot(
            starts_at=seoul("09:00"),
            ends_at=seoul("10:00"),
            busy_from=seoul("08:50"),
            busy_until=seoul("10:20"),
            remaining=4,
            local_start=datetime(2026, 3, 2, 9),  # noqa: DTZ001  (a wall time)
            session_id=None,
        ),
        Slot(
            starts_at=seoul("10:30"),
            ends_at=seoul("11:30"),
            busy_from=seoul("10:20"),
            busy_until=seoul("11:50"),
            remaining=2,
            local_start=datetime(2026, 3, 2, 10, 30),  # noqa: DTZ001  (a wall time)
            session_id="begun",
        ),
    ]


def test_an_appointment_lies_within_the_opening_and_its_buffers_may_lie_outside() -> None:
    assert offered(studio()) == ["02 09:00", "02 09:30", "02 10:00", "02 10:30", "02 11:00"]
    assert offered(studio(), buffer_before_minutes=90, buffer_after_minutes=90) == offered(studio())


def test_options_make_it_longer() -> None:
    assert offered(studio(), duration_minutes=60 + 45) == ["02 09:00", "02 09:30", "02 10:00"]
    assert offered(studio(), duration_minutes=181) == []


def test_new_york_skips_an_hour_in_march() -> None:
    night = studio(*weekly("00:00", "04:00"), zone=NEW_YORK)
    assert offered(night, SUNDAY) == [
        "08 00:00-0500",
        "08 00:30-0500",
        "08 01:00-0500",
        "08 01:30-0500",
        "08 03:00-0400",
    ]
    assert offered(night, SUNDAY, duration_minutes=180) == ["08 00:00-0500"]
    assert offered(night, SUNDAY, duration_minutes=181) == []


def test_new_york_repeats_an_hour_in_november() -> None:
    night, day = studio(*weekly("00:00", "04:00"), zone=NEW_YORK), date(2026, 11, 1)
    assert offered(night, day) == [
        "01 00:00-0400", "01 00:30-0400", "01 01:00-0400", "01 01:30-0400", "01 01:00-0500", "01 01:30-0500",
        "01 02:00-0500", "01 02:30-0500", "01 03:00-0500",
    ]  # fmt: skip
    assert offered(night, day, duration_minutes=300) == ["01 00:00-0400"]


def test_lord_howe_changes_by_half_an_hour() -> None:
    night = studio(*weekly("01:00", "03:30"), zone=LORD_HOWE)
    assert offered(night, date(2026, 10, 4)) == ["04 01:00+1030", "04 01:30+1030", "04 02:30+1100"]
    assert offered(night, date(2026, 4, 5)) == [
        "05 01:00+1100", "05 01:30+1100", "05 01:30+1030", "05 02:00+1030", "05 02:30+1030",
    ]  # fmt: skip


def test_hours_after_midnight_belong_to_the_date_on_which_they_are() -> None:
    late = studio(*weekly("22:00", "02:00", [6]))
    assert offered(late, SUNDAY, duration_minutes=90) == ["08 22:00", "08 22:30", "08 23:00", "08 23:30"]
    assert offered(late, MONDAY, duration_minutes=90) == ["02 00:00", "02 00:30"]
    assert offered(late, TUESDAY, duration_minutes=90) == []
    assert offered(late, MONDAY, SUNDAY, step_minutes=60) == ["02 00:00", "02 01:00", "08 22:00", "08 23:00"]


def test_a_studio_that_never_closes_takes_appointments_over_midnight() -> None:
    always = studio(*weekly("00:00", "00:00"))
    around_midnight = offered(always, SUNDAY, SUNDAY, duration_minutes=120, step_minutes=60)
    assert around_midnight == [f"08 {hour:02}:00" for hour in range(24)]
    closed = replace(always.opening, overrides={date(2026, 3, 9): Override(closed=True, opens_at=None, closes_at=None)})
    before_a_closed_day = offered(replace(always, opening=closed), SUNDAY, duration_minutes=120, step_minutes=60)
    assert before_a_closed_day == [f"08 {hour:02}:00" for hour in range(23)]


def test_an_appointment_lasts_over_a_date_that_the_zone_skips() -> None:
    """Apia went from the 29th to the 31st of December 2011."""
    apia, day = studio(*weekly("00:00", "00:00"), zone=ZoneInfo("Pacific/Apia")), date(2011, 12, 29)
    now = datetime(2011, 12, 1, tzinfo=UTC)
    assert offered(apia, day, now=now, duration_minutes=120, step_minutes=720) == ["29 00:00-1000", "29 12:00-1000"]
    assert offered(apia, day, date(2011, 12, 31), now=now, duration_minutes=780, step_minutes=720) == [
        "29 00:00-1000", "29 12:00-1000", "31 00:00+1400", "31 12:00+1400",
    ]  # fmt: skip


def test_openings_that_touch_hold_one_appointment_each_with_its_own_grid() -> None:
    calendar = studio(Hours(0, time(9), time(10, 40)), Hours(0, time(10, 40), time(12)))
    assert offered(calendar) == ["02 09:00", "02 09:30", "02 10:00", "02 10:30", "02 10:40"]


def test_openings_that_overlap_offer_a_start_once() -> None:
    """An override may reach into what the day before still has open."""
    late = {TUESDAY: Override(closed=False, opens_at=time(1), closes_at=time(4))}
    calendar = studio(*weekly("22:00", "02:00"), overrides=late)
    assert offered(calendar, TUESDAY) == [
        "03 00:00",
        "03 00:30",
        "03 01:00",
        "03 01:30",
        "03 02:00",
        "03 02:30",
        "03 03:00",
    ]


def test_an_override_replaces_the_hours_of_its_date() -> None:
    overrides = {
        MONDAY: Override(closed=True, opens_at=None, closes_at=None),
        TUESDAY: Override(closed=False, opens_at=time(18), closes_at=time(20)),
    }
    calendar = studio(overrides=overrides)
    assert offered(calendar, MONDAY, date(2026, 3, 4), step_minutes=60) == [
        "03 18:00", "03 19:00", "04 09:00", "04 10:00", "04 11:00",
    ]  # fmt: skip


def test_resources_with_hours_of_their_own_are_needed_beside_the_studio() -> None:
    assert offered(studio(needs=(room(hours=weekly("10:30", "20:00")),))) == ["02 10:30", "02 11:00"]
    assert offered(studio(needs=(room(hours=()),))) == []
    longer = {MONDAY: Override(closed=False, opens_at=time(8), closes_at=time(22))}
    closed = {MONDAY: Override(closed=True, opens_at=None, closes_at=None)}
    evening = (room(hours=weekly("19:30", "21:00")),)
    assert offered(studio(needs=evening, overrides=longer)) == ["02 19:30", "02 20:00"]
    assert offered(studio(needs=(room(hours=weekly("00:00", "00:00")),), overrides=closed)) == []


def test_nothing_is_offered_where_one_of_two_resources_is_away() -> None:
    person, away = Need("person", active=True, hours=None, busy=()), room(active=False)
    assert offered(studio(needs=(person, away))) == []
    assert offered(studio(needs=(person, room(session("09:30", "10:30", service="other"))))) == ["02 10:30", "02 11:00"]
    assert offered(studio(needs=(person, room(hours=weekly("10:00", "11:30"))))) == ["02 10:00", "02 10:30"]


def test_buffers_keep_appointments_apart() -> None:
    calendar = studio(needs=(room(session("10:00", "10:30", service="other")),))
    half: dict[str, Any] = {"duration_minutes": 30}
    assert offered(calendar, **half) == ["02 09:00", "02 09:30", "02 10:30", "02 11:00", "02 11:30"]
    assert offered(calendar, **half, buffer_after_minutes=1) == ["02 09:00", "02 10:30", "02 11:00", "02 11:30"]
    assert offered(calendar, **half, buffer_before_minutes=1) == ["02 09:00", "02 09:30", "02 11:00", "02 11:30"]


def test_seats_of_a_session_are_offered_as_long_as_they_suffice() -> None:
    calendar = studio(needs=(room(session("09:30", "10:30", seats=(2, 4))),))
    assert offered(calendar, party=2, capacity=4) == ["02 09:30", "02 10:30", "02 11:00"]
    assert offered(calendar, party=3, capacity=4) == ["02 10:30", "02 11:00"]
    assert offered(calendar, party=5, capacity=4) == offered(calendar, party=0, capacity=4) == []


@pytest.mark.parametrize(
    "other",
    [
        session("09:30", "10:30", service="family", seats=(1, 4)),
        session("09:30", "10:31", seats=(1, 4)),
        session("09:30", "10:30", seats=(1, 4))._replace(busy_from=seoul("09:29")),
        session("09:30", "10:30", seats=(4, 4)),
    ],
)
def test_a_session_that_is_not_quite_the_same_or_full_cannot_be_joined(other: Session) -> None:
    free = ["02 11:00"] if other.busy_until > seoul("10:30") else ["02 10:30", "02 11:00"]
    assert offered(studio(needs=(room(other),)), capacity=4) == free


def test_a_session_that_lacks_one_of_the_resources_cannot_be_joined() -> None:
    begun = session("09:30", "10:30", seats=(1, 4))
    person = Need("person", active=True, hours=None, busy=(begun,))
    assert offered(studio(needs=(person, room())), capacity=4) == ["02 10:30", "02 11:00"]
    assert offered(studio(needs=(person, room(begun))), capacity=4) == ["02 09:30", "02 10:30", "02 11:00"]


def test_a_slot_is_offered_until_its_notice() -> None:
    ten = seoul("10:00") - timedelta(hours=2)
    assert offered(studio(), now=ten - MOMENT, min_notice_minutes=120) == ["02 10:00", "02 10:30", "02 11:00"]
    assert offered(studio(), now=ten, min_notice_minutes=120) == ["02 10:30", "02 11:00"]
    assert offered(studio(), now=seoul("10:00")) == ["02 10:30", "02 11:00"]


def test_days_ahead_are_counted_from_the_studios_own_date() -> None:
    late_on_sunday = datetime(2026, 3, 1, 14, 59, tzinfo=UTC)
    ahead = offered(studio(), MONDAY, SUNDAY, now=late_on_sunday, max_days_ahead=1, step_minutes=120)
    assert ahead == ["02 09:00", "02 11:00"]
    ahead = offered(
        studio(), MONDAY, SUNDAY, now=late_on_sunday + timedelta(minutes=1), max_days_ahead=1, step_minutes=120
    )
    assert ahead == ["02 09:00", "02 11:00", "03 09:00", "03 11:00"]
    assert offered(studio(), SUNDAY, MONDAY) == []


def test_a_date_that_has_its_number_of_bookings_is_full() -> None:
    calendar = studio(booked={MONDAY: 2, TUESDAY: 1})
    assert offered(calendar, MONDAY, TUESDAY, max_per_day=2, step_minutes=120) == ["03 09:00", "03 11:00"]
    assert offered(calendar, MONDAY, MONDAY, max_per_day=3, step_minutes=120) == ["02 09:00", "02 11:00"]


def test_a_claim_gets_the_slot_that_was_offered() -> None:
    calendar = studio(needs=(room(session("09:30", "10:30", seats=(2, 4))),))
    terms = replace(TERMS, capacity=4)
    found = slots(terms, calendar, MONDAY, MONDAY, 2, NOW)
    assert [claim_slot(terms, calendar, slot.starts_at, 2, NOW, staff=False) for slot in found] == found
    assert [claim_slot(terms, calendar, slot.starts_at, 2, NOW, staff=True) for slot in found] == found
