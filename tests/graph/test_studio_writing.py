"""What admins change of the studio, and what everybody reads of it then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from db.repositories.studios import STUDIO_ID
from services.accounts import an_account, contents
from services.at_once import at_once
from services.rows import THEN, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.accounts import Account
    from services.server import Server

FIELDS = (
    'id name inKorean: name(locale: "ko") email phone address logo { id } timeZone currency locales '
    "weeklyHours { weekday opensAt closesAt } version"
)
ERRORS = "userErrors { code path }"
UPDATE = (
    "mutation ($input: UpdateStudioInput!) "
    f"{{ answer: updateStudio(input: $input) {{ studio {{ {FIELDS} }} {ERRORS} }} }}"
)
STUDIO = f"{{ studio {{ {FIELDS} }} }}"
OPEN = [
    {"weekday": day, "opensAt": "09:00", "closesAt": "18:00"}
    for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
]
HOURS = [
    {"weekday": "MONDAY", "opensAt": "09:00", "closesAt": "12:00"},
    {"weekday": "MONDAY", "opensAt": "13:00", "closesAt": "18:00"},
    {"weekday": "SUNDAY", "opensAt": "22:00", "closesAt": "04:00"},
]
FOUNDED = {
    "id": f"Studio_{STUDIO_ID}",
    "name": "My studio",
    "inKorean": "My studio",
    "email": None,
    "phone": None,
    "address": None,
    "logo": None,
    "timeZone": "UTC",
    "currency": "USD",
    "locales": ["en"],
    "weeklyHours": OPEN,
    "version": 1,
}


@pytest.fixture(autouse=True)
async def _studio(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.studios.found(THEN)


@pytest.fixture
async def admin(server: Server, db: Database) -> Account:
    return await an_account(server, db, role="ADMIN")


def test_a_new_studio_is_open_on_working_days(server: Server) -> None:
    assert server.ask(STUDIO) == {"studio": FOUNDED}


async def test_changes_all_of_it_at_once(server: Server, db: Database, admin: Account) -> None:
    logo = an_image(purpose="GALLERY")
    await _hang_up(db, logo)
    given = {
        "name": " Haneul Studio ", "email": "Hello@HANEUL.example", "phone": "02-2123-4567", "address": "1 Road\nSeoul",
        "logoId": f"Image_{logo['id']}", "translations": [{"locale": "KO", "field": "name", "value": "하늘 스튜디오"}],
        "timeZone": "Asia/Seoul", "currency": "KRW", "locales": ["en", "KO"], "weeklyHours": list(reversed(HOURS)),
        "expectedVersion": 1,
    }  # fmt: skip
    changed = {
        "id": f"Studio_{STUDIO_ID}",
        "name": "Haneul Studio",
        "inKorean": "하늘 스튜디오",
        "email": "Hello@haneul.example",
        "phone": "+82221234567",
        "address": "1 Road\nSeoul",
        "logo": {"id": f"Image_{logo['id']}"},
        "timeZone": "Asia/Seoul",
        "currency": "KRW",
        "locales": ["en", "ko"],
        "weeklyHours": HOURS,
        "version": 2,
    }
    assert _answer(server, admin, **given) == {"studio": changed, "userErrors": []}
    assert server.ask(STUDIO) == {"studio": changed}
    ((action, changes),) = await _audited(db)
    assert (action, {one["field"] for one in changes}) == ("studio.updated", given.keys() - {"expectedVersion"})


async def test_the_audit_tells_what_was_and_what_is(server: Server, db: Database, admin: Account) -> None:
    _answer(server, admin, timeZone="Asia/Seoul", locales=["en", "ko"])
    assert await _audited(db) == [
        (
            "studio.updated",
            [
                {"field": "locales", "before": '["en"]', "after": '["en", "ko"]'},
                {"field": "timeZone", "before": "UTC", "after": "Asia/Seoul"},
            ],
        )
    ]


def test_null_clears_what_can_be_cleared(server: Server, admin: Account) -> None:
    _answer(server, admin, email="a@haneul.kr", phone="+82221234567", address="Seoul", translations=[_korean("하늘")])
    cleared = dict.fromkeys(("email", "phone", "address", "logoId", "translations", "weeklyHours"))
    expected = FOUNDED | {"weeklyHours": [], "version": 3}
    assert _answer(server, admin, **cleared) == {"studio": expected, "userErrors": []}


def test_translations_change_one_by_one(server: Server, admin: Account) -> None:
    names = "query ($locale: Locale) { studio { name(locale: $locale) } }"
    _answer(server, admin, translations=[_korean("하늘"), _korean("Ciel", "fr")])
    _answer(server, admin, translations=[_korean("바다")])
    told = [server.ask(names, locale=one)["studio"]["name"] for one in ("ko", "fr", "en")]
    assert told == ["바다", "Ciel", "My studio"]
    _answer(server, admin, translations=[_korean("")])
    assert [server.ask(names, locale=one)["studio"]["name"] for one in ("ko", "fr")] == ["My studio", "Ciel"]


async def test_a_change_that_changes_nothing_writes_nothing(server: Server, db: Database, admin: Account) -> None:
    before = await contents(db, "studios")
    same = {"name": "My studio", "email": None, "locales": ["en"], "weeklyHours": list(reversed(OPEN))}
    for given in ({}, same, {"translations": [_korean("")]}):
        assert _answer(server, admin, **given) == {"studio": FOUNDED, "userErrors": []}
    assert (await contents(db, "studios"), await _audited(db)) == (before, [])


async def test_tells_all_that_is_wrong_at_once(server: Server, db: Database, admin: Account) -> None:
    before = await contents(db, "studios")
    given = {
        "name": "", "email": "nobody", "phone": "12", "address": "x" * 501, "logoId": "Image_1",
        "translations": [{"locale": "ko", "field": "slogan", "value": "x"}], "timeZone": "Asia/Atlantis",
        "currency": "XXX", "locales": ["en", "EN"], "weeklyHours": [OPEN[0], OPEN[0]],
    }  # fmt: skip
    answer = _answer(server, admin, **given)
    assert sorted((error["code"], error["path"]) for error in answer["userErrors"]) == [
        ("CONFLICT", ["input", "locales", "1"]),
        ("CONFLICT", ["input", "weeklyHours", "0"]),
        ("INVALID", ["input", "currency"]),
        ("INVALID", ["input", "email"]),
        ("INVALID", ["input", "phone"]),
        ("INVALID", ["input", "timeZone"]),
        ("INVALID", ["input", "translations", "0", "field"]),
        ("NOT_FOUND", ["input", "logoId"]),
        ("TOO_LONG", ["input", "address"]),
        ("TOO_SHORT", ["input", "name"]),
    ]
    assert (answer["studio"], await contents(db, "studios"), await _audited(db)) == (None, before, [])


@pytest.mark.parametrize("field", ["name", "timeZone", "currency", "locales"])
async def test_what_is_needed_cannot_be_cleared(field: str, server: Server, db: Database, admin: Account) -> None:
    answer = _answer(server, admin, **{field: None})
    assert answer == {"studio": None, "userErrors": [{"code": "REQUIRED", "path": ["input", field]}]}
    assert await _audited(db) == []


async def test_a_stale_version_is_refused(server: Server, db: Database, admin: Account) -> None:
    _answer(server, admin, name="Haneul")
    answer = _answer(server, admin, name="Bada", expectedVersion=1)
    stale = {"code": "STALE_VERSION", "path": ["input", "expectedVersion"]}
    assert answer == {"studio": None, "userErrors": [stale]}
    assert len(await _audited(db)) == 1


async def test_of_two_changes_at_once_one_is_refused(server: Server, db: Database, admin: Account) -> None:
    def rename(name: str) -> Any:
        return _answer(server, admin, name=name, expectedVersion=1)

    answers = await at_once([lambda: rename("Haneul"), lambda: rename("Bada")])
    assert sorted([error["code"] for error in answer["userErrors"]] for answer in answers) == [[], ["STALE_VERSION"]]
    assert len(await _audited(db)) == 1


@pytest.mark.parametrize("purpose", ["AVATAR", "MEAL", "ITEM"])
async def test_somebody_s_own_picture_is_no_logo(purpose: str, server: Server, db: Database, admin: Account) -> None:
    picture = an_image(purpose=purpose)
    await _hang_up(db, picture)
    answer = _answer(server, admin, logoId=f"Image_{picture['id']}")
    assert answer == {"studio": None, "userErrors": [{"code": "INVALID", "path": ["input", "logoId"]}]}
    assert await _audited(db) == []


@pytest.mark.parametrize("role", ["STAFF", "MEMBER", None])
async def test_only_admins_may_change_it(role: str | None, server: Server, db: Database) -> None:
    headers = (await an_account(server, db, role=role)).headers if role else {}
    before = await contents(db, "studios")
    answer = server.answer(UPDATE, headers, input={"name": "Mine"})
    assert answer["data"] == {"answer": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN" if role else "UNAUTHENTICATED"]
    assert (await contents(db, "studios"), await _audited(db)) == (before, [])


def _korean(name: str, locale: str = "ko") -> dict[str, str]:
    return {"locale": locale, "field": "name", "value": name}


def _answer(server: Server, account: Account, **given: Any) -> Any:
    return server.ask(UPDATE, headers=account.headers, input=given)["answer"]


async def _hang_up(db: Database, picture: dict[str, Any]) -> None:
    async with db.transaction() as tx:
        await tx.images.add([picture])


async def _audited(db: Database) -> list[tuple[str, Any]]:
    """What was done to the studio, the first first."""
    return [(row.action, row.changes) for row in (await contents(db, "audit_events"))["audit_events"]]
