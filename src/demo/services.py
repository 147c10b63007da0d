"""What the demo studio sells, in its three languages."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from demo.catalogue import Sample, identity
from demo.weave import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

YUNAH, ARJUN, DAYLIGHT, FITTING = "Seo Yun-ah", "Arjun Mehta", "Daylight room", "Hanbok fitting room"


class Option(NamedTuple):
    """Something to be had with a service: its name in English, Korean and Hindi, in won and in minutes."""

    names: tuple[str, str, str]
    price: int
    extra_minutes: int = 0


class Offer(NamedTuple):
    """A service: texts in English, Korean and Hindi (name, summary), what it costs in won, and what it needs.

    `terms` are the columns that differ from TERMS; `cloth` is what its picture shows.
    """

    slug: str
    english: tuple[str, str]
    korean: tuple[str, str]
    hindi: tuple[str, str]
    minutes: int
    price: int | None
    needs: tuple[str, ...]
    cloth: tuple[str, ...]
    options: tuple[Option, ...] = ()
    terms: dict[str, Any] = {}  # noqa: RUF012  (nobody writes to it)


TERMS: dict[str, Any] = {
    "description": None,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 15,
    "slot_step_minutes": 30,
    "min_notice_minutes": 120,
    "max_days_ahead": 90,
    "max_per_day": None,
    "capacity": 1,
    "requires_confirmation": False,
    "cancel_notice_minutes": 1_440,
    "cover_image_id": None,
    "status": "PUBLISHED",
}
PRINTS = Option(("Three framed prints", "액자 인화 3장", "फ़्रेम में तीन प्रिंट"), 60_000)
OFFERS = (
    Offer(
        "profile-portrait",
        ("Profile portrait", "One hour in daylight, three looks, five retouched pictures."),
        ("프로필 사진", "자연광 스튜디오에서 한 시간, 의상 세 벌, 보정본 다섯 장."),
        ("प्रोफ़ाइल पोर्ट्रेट", "दिन की रोशनी में एक घंटा, तीन पोशाकें, पाँच सँवारी हुई तस्वीरें।"),
        60,
        90_000,
        (YUNAH, DAYLIGHT),
        ("satin", "navy", "damask", "star"),
        (Option(("Two more outfits", "의상 두 벌 추가", "दो और पोशाकें"), 40_000, 30), PRINTS),
    ),
    Offer(
        "hanbok-family-portrait",
        ("Family portrait in hanbok", "Everybody dressed by us; grandparents and babies welcome."),
        ("한복 가족사진", "온 가족 한복 대여와 착장 포함, 할머니부터 아기까지 환영합니다."),
        ("हानबोक में पारिवारिक चित्र", "पूरे परिवार के लिए हानबोक; दादा-दादी और शिशु भी साथ आएँ।"),
        120,
        240_000,
        (YUNAH, DAYLIGHT, FITTING),
        ("silk", "rose", "damask", "plum"),
        (PRINTS, Option(("A short film of the day", "촬영 스케치 영상", "दिन की छोटी फ़िल्म"), 110_000, 30)),
        {"buffer_before_minutes": 15, "buffer_after_minutes": 30, "min_notice_minutes": 1_440},
    ),
    Offer(
        "first-birthday",
        ("First birthday", "Doljabi table, rainbow hanbok and all the patience in the world."),
        ("돌사진", "돌잡이 상차림과 색동 한복, 그리고 넉넉한 기다림까지 준비했습니다."),
        ("पहला जन्मदिन", "दोलजाबी की मेज़, इंद्रधनुषी हानबोक और ढेर सारा धैर्य।"),
        90,
        320_000,
        (ARJUN, DAYLIGHT),
        ("silk", "magenta", "rainbow", "lotus"),
        (Option(("Grandparents' hanbok", "조부모 한복 대여", "दादा-दादी के हानबोक"), 80_000), PRINTS),
        {"requires_confirmation": True, "max_per_day": 2, "min_notice_minutes": 2_880, "cancel_notice_minutes": 4_320},
    ),
    Offer(
        "hanbok-fitting",
        ("Hanbok fitting", "Measured and advised; the fabric books are out."),
        ("한복 맞춤 상담", "치수를 재고 원단을 함께 고릅니다."),
        ("हानबोक की नाप", "नाप और सलाह; कपड़ों के नमूने सामने रहते हैं।"),
        45,
        30_000,
        (FITTING,),
        ("ramie", "jade", "scattered", "sprig"),
        terms={"slot_step_minutes": 15, "max_per_day": 6},
    ),
    Offer(
        "light-workshop",
        ("Workshop: light and cloth", "An afternoon with Arjun: how silk, zari and skin take the light."),
        ("빛과 옷감 워크숍", "아르준 작가와 함께 비단과 피부에 빛을 담는 오후."),
        ("कार्यशाला: रोशनी और कपड़ा", "अर्जुन के साथ एक दोपहर: रेशम, ज़री और त्वचा पर रोशनी।"),
        150,
        75_000,
        (ARJUN,),
        ("chanderi", "gold", "scattered", "paisley"),
        terms={"capacity": 8, "slot_step_minutes": 120, "min_notice_minutes": 1_440},
    ),
    Offer(
        "consultation",
        ("Consultation", "Half an hour by phone or over tea, free of charge."),
        ("촬영 상담", "전화나 차 한 잔과 함께 삼십 분, 무료입니다."),
        ("परामर्श", "फ़ोन पर या चाय के साथ आधा घंटा, निःशुल्क।"),
        30,
        None,
        (),
        ("wool", "charcoal", "melange", "lotus"),
        terms={"buffer_after_minutes": 0, "min_notice_minutes": 60, "cancel_notice_minutes": 60},
    ),
)
"""The last one needs nothing, so it takes the studio as a whole."""


def services(epoch: datetime) -> list[Sample]:
    """What is sold, each with its picture."""
    return [_service(offer, position, epoch) for position, offer in enumerate(OFFERS)]


def options(offer: Offer) -> list[dict[str, Any]]:
    """The options of a service, as it is given them."""
    return [
        {
            "id": identity("service option", f"{offer.slug}/{option.names[0]}"),
            "name": option.names[0],
            "extra_minutes": option.extra_minutes,
            "translations": dict(_names(option.names)),
            **_price(option.price),
        }
        for option in offer.options
    ]


def needs(offer: Offer) -> list[str]:
    """The ids of what a service needs."""
    return [identity("resource", name) for name in offer.needs]


def _service(offer: Offer, position: int, epoch: datetime) -> Sample:
    name, summary = offer.english
    row = {
        "id": identity("service", offer.slug),
        "created_at": epoch,
        "updated_at": epoch,
        "version": 1,
        "slug": offer.slug,
        "name": name,
        "summary": summary,
        "duration_minutes": offer.minutes,
        "position": position,
        "translations": {
            locale: {"name": texts[0], "summary": texts[1]}
            for locale, texts in (("ko", offer.korean), ("hi", offer.hindi))
        },
        **TERMS,
        **_price(offer.price),
        **offer.terms,
    }
    fabric, colour, pattern, motif = offer.cloth
    return Sample(row, Piece(offer.slug, fabric, colour, pattern, motif), name)


def _names(names: tuple[str, str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for locale, name in zip(("ko", "hi"), names[1:], strict=True):
        yield locale, {"name": name}


def _price(amount: int | None) -> dict[str, Any]:
    return {
        "price_amount": None if amount is None else Decimal(amount),
        "price_currency": None if amount is None else "KRW",
    }
