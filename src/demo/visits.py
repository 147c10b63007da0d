"""Who comes to the demo studio: some two dozen visits in the week before its founding and the two after it."""

from __future__ import annotations

from typing import NamedTuple


class Visit(NamedTuple):
    """A visit as it was planned: the slot of the service that is nearest to `day` and `time` is booked for it.

    `day` and `made` count days from the founding, `made` being when it was booked; `steps` came after that.
    """

    service: str
    day: int
    time: str
    customer: str
    locale: str
    made: float
    steps: tuple[str, ...] = ()
    party_size: int = 1
    options: tuple[int, ...] = ()
    """Which of the service's options, counted from 0."""
    note: str | None = None


COMPLETED, CONFIRMED = ("completed",), ("confirmed",)
VISITS = (
    Visit("profile-portrait", -7, "10:00", "박지훈", "ko", -12, COMPLETED, options=(0,)),
    Visit("consultation", -7, "15:00", "Emma Larsson", "en", -9, COMPLETED),
    Visit("hanbok-fitting", -6, "11:00", "이서연", "ko", -10, COMPLETED, note="5월 결혼식, 신부 어머니 한복입니다."),
    Visit(
        "hanbok-family-portrait", -5, "14:00", "김도현", "ko", -20, COMPLETED, options=(0,), note="모두 여섯 명입니다."
    ),
    Visit("light-workshop", -4, "14:00", "Kavya Rao", "en", -15, COMPLETED, party_size=2),
    Visit("light-workshop", -4, "14:00", "रोहन वर्मा", "hi", -13, COMPLETED),
    Visit("profile-portrait", -4, "10:30", "최민서", "ko", -8, ("no_show",)),
    Visit("first-birthday", -3, "15:00", "정유진", "ko", -14, ("confirmed", "completed"), options=(0, 1)),
    Visit("consultation", -3, "11:00", "अनन्या जोशी", "hi", -5, COMPLETED),
    Visit("hanbok-fitting", -2, "16:00", "Lucas Weber", "en", -6, ("cancelled",)),
    Visit("profile-portrait", -2, "13:00", "한소희", "ko", -7, COMPLETED, options=(1,)),
    Visit("first-birthday", 1, "14:00", "오세훈", "ko", -6, ("expired",)),
    Visit("profile-portrait", 1, "10:00", "Grace Kim", "en", -3, options=(0,)),
    Visit("hanbok-fitting", 1, "15:00", "윤아름", "ko", -2),
    Visit("consultation", 2, "11:30", "मीरा नायर", "hi", -1),
    Visit(
        "hanbok-family-portrait", 3, "14:00", "강태우", "ko", -11, options=(0, 1), note="할머니께서 휠체어를 타십니다."
    ),
    Visit("first-birthday", 4, "12:00", "서은지", "ko", -9, CONFIRMED, options=(1,), note="쌍둥이입니다."),
    Visit("first-birthday", 4, "16:00", "Oliver Park", "en", -4, ("declined",)),
    Visit("light-workshop", 5, "14:00", "Nina Petrova", "en", -5, party_size=2),
    Visit("light-workshop", 5, "14:00", "조은별", "ko", -4),
    Visit("light-workshop", 5, "14:00", "आरव शर्मा", "hi", -2, party_size=3),
    Visit("profile-portrait", 6, "11:00", "신유나", "ko", -1),
    Visit("hanbok-fitting", 7, "13:30", "ईशा कपूर", "hi", -1.5, note="लहंगा और हानबोक दोनों देखना चाहती हूँ।"),
    Visit("first-birthday", 8, "13:00", "임하늘", "ko", -0.2, options=(0, 1)),
    Visit("hanbok-family-portrait", 9, "10:00", "Sofia Rossi", "en", -6, ("cancelled",)),
    Visit("first-birthday", 11, "15:00", "Priya Menon", "en", -0.1, note="Allergic to peaches: please no fruit tower."),
    Visit("consultation", 12, "17:00", "Daniel Novak", "en", -0.5),
    Visit("profile-portrait", 13, "14:00", "배수진", "ko", -2.5, options=(0, 1)),
)
