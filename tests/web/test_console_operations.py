"""The console's ready operations: each is explained, fits the contract with its variables, and does what it says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import get_variable_values

from auth.passwords import hash_password
from contract.contract_check import with_connections
from services.accounts import an_account
from services.bookable import book, open_studio, slots
from services.ready_operations import OPERATIONS, run, variables
from services.rows import a_category, a_user, an_image

if TYPE_CHECKING:
    from db.database import Database
    from services.server import Server

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "console" / "src"
CONTRACT = ROOT / "tests" / "contract" / "contract.graphql"
DOCUMENTS = sorted(OPERATIONS.glob("*.graphql"))
INTRODUCTION = re.compile(
    r"# (?P<title>[A-Z][^\n.]+)\n# (?P<text>[A-Z](?:[^\n]|\n# )+\.)\n(?:query|mutation|subscription) "
)

SEOUL = ZoneInfo("Asia/Seoul")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def contract() -> GraphQLSchema:
    """What the server promises, with the connections that its conventions imply."""
    return build_schema(with_connections(CONTRACT.read_text(encoding="utf-8")))


@each_document
def test_an_operation_fits_the_contract(contract: GraphQLSchema, document: Path) -> None:
    assert validate(contract, parse(document.read_text(encoding="utf-8"))) == []


@each_document
def test_its_variables_fit(contract: GraphQLSchema, document: Path) -> None:
    given = variables(document.stem)
    definitions = _operation(document).variable_definitions or ()

    assert {definition.variable.name.value for definition in definitions} == given.keys()
    assert not isinstance(get_variable_values(contract, definitions, given), list), "a list tells what is wrong"


@each_document
def test_it_begins_with_a_title_and_what_to_fill_in(document: Path) -> None:
    assert INTRODUCTION.match(document.read_text(encoding="utf-8"))


def test_the_panel_lists_them_all() -> None:
    listed = re.findall(r"^  '([\w-]+)',$", (SOURCES / "operations.js").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(listed) == [document.stem for document in DOCUMENTS]


def test_no_two_have_the_same_title_or_name() -> None:
    titles = {document.read_text(encoding="utf-8").splitlines()[0] for document in DOCUMENTS}
    names = {operation.name.value for operation in map(_operation, DOCUMENTS) if operation.name}

    assert (len(titles), len(names)) == (len(DOCUMENTS), len(DOCUMENTS))


def test_nothing_has_lost_its_operation() -> None:
    assert sorted(path.stem for path in OPERATIONS.glob("*.json")) == [document.stem for document in DOCUMENTS]


async def test_members_are_found_approved_and_rejected(db: Database, server: Server) -> None:
    admin = await an_account(server, db, "ADMIN")
    waiting = [a_user(name, status="PENDING") for name in ("juno", "asha")]
    async with db.transaction() as tx:
        await tx.users.add(waiting)

    found = run(server, admin, "pending-members")["users"]
    juno, asha = sorted((node["id"] for node in found["nodes"]), key=[f"User_{user['id']}" for user in waiting].index)
    approved = run(server, admin, "approve-member", id=juno)["approveUser"]
    rejected = run(server, admin, "reject-member", id=asha, reason="Who?")["rejectUser"]

    assert found["totalCount"] == 2
    assert approved == {"user": {"id": juno, "username": "juno", "status": "APPROVED"}, "userErrors": []}
    assert rejected == {
        "user": {"id": asha, "username": "asha", "status": "REJECTED", "statusReason": "Who?"},
        "userErrors": [],
    }


async def test_a_design_is_published_found_and_archived(db: Database, server: Server) -> None:
    admin = await an_account(server, db, "ADMIN")
    category, image = a_category("Hanbok"), an_image(alt_text="A picture", uploaded_by_id=admin.id)
    async with db.transaction() as tx:
        await tx.categories.add([category])
        await tx.images.add([image])

    (unused,) = run(server, admin, "unused-pictures")["images"]["nodes"]
    (listed,) = run(server, admin, "categories")["categories"]["nodes"]
    given = {
        **variables("publish-design")["input"],
        "title": "Durumagi",
        "categoryId": listed["id"],
        "imageIds": [unused["id"]],
    }
    published = run(server, admin, "publish-design", input=given)["createDesign"]
    (found,) = run(server, admin, "find-designs")["designs"]["nodes"]
    archived = run(server, admin, "archive-design", id=found["id"])["updateDesign"]

    assert (unused["altText"], listed["name"]) == ("A picture", "Hanbok")
    assert published["userErrors"] == archived["userErrors"] == []
    assert (published["design"]["status"], published["design"]["images"]) == ("PUBLISHED", [{"id": unused["id"]}])
    assert (found["id"], found["title"], found["status"]) == (published["design"]["id"], "Durumagi", "PUBLISHED")
    assert (archived["design"]["id"], archived["design"]["status"]) == (found["id"], "ARCHIVED")
    assert run(server, admin, "unused-pictures")["images"]["nodes"] == []


async def test_the_bookings_of_a_day_are_found_confirmed_and_moved(db: Database, server: Server) -> None:
    staff = await an_account(server, db, "STAFF")
    service = await open_studio(db, requires_confirmation=True)
    starts = slots(server, service)
    booked = book(server, service, starts[10])
    of_the_day = {"startsAt": {"gte": starts[0], "lt": starts[11]}, "status": ["PENDING", "CONFIRMED"]}

    (found,) = run(server, staff, "bookings-of-a-day", where=of_the_day)["bookings"]["nodes"]
    confirmed = run(server, staff, "confirm-booking", id=found["id"])["confirmBooking"]
    moved = run(server, staff, "reschedule-booking", id=found["id"], startsAt=starts[12])["rescheduleBooking"]

    assert (found["id"], found["code"], found["status"]) == (booked.id, booked.code, "PENDING")
    assert (found["localStart"][-5:], found["serviceName"], found["customerName"]) == ("10:00", "Portrait", "Kim Mina")
    assert confirmed["userErrors"] == moved["userErrors"] == []
    assert (confirmed["booking"]["status"], moved["booking"]["localStart"][-5:]) == ("CONFIRMED", "12:00")
    assert run(server, staff, "bookings-of-a-day", where=of_the_day)["bookings"]["nodes"] == []


async def test_a_studio_is_set_up_and_what_it_sells_can_be_booked(db: Database, server: Server) -> None:
    admin = await an_account(server, db, "ADMIN")
    await open_studio(db)
    wanted = {**variables("update-studio")["input"], "name": "Nari's", "email": "nari@example.com"}
    changed = run(server, admin, "update-studio", input=wanted)["updateStudio"]
    ara = {**variables("create-resource")["input"], "name": "Ara"}
    created = run(server, admin, "create-resource", input=ara)["createResource"]
    passport = {**variables("create-service")["input"], "name": "Passport", "resourceIds": [created["resource"]["id"]]}
    sold = run(server, admin, "create-service", input=passport)["createService"]

    assert changed["userErrors"] == created["userErrors"] == sold["userErrors"] == []
    assert {name: changed["studio"][name] for name in wanted} == wanted
    assert (created["resource"]["name"], created["resource"]["active"]) == ("Ara", True)
    assert (sold["service"]["status"], sold["service"]["price"]) == (
        "PUBLISHED",
        {"amount": "50000", "currency": "KRW"},
    )
    tuesday = next(days for days in range(1, 8) if (datetime.now(SEOUL) + timedelta(days=days)).weekday() == 1)
    assert len(slots(server, sold["service"]["id"], tuesday)) == 17  # an hour each, every half an hour


async def test_a_booking_is_declined_with_its_reason(db: Database, server: Server) -> None:
    staff = await an_account(server, db, "STAFF")
    service = await open_studio(db, requires_confirmation=True)
    booked = book(server, service, slots(server, service)[10])
    declined = run(server, staff, "decline-booking", id=booked.id, reason="We are ill.")["declineBooking"]
    assert (declined["booking"]["status"], declined["userErrors"]) == ("DECLINED", [])
    events = server.ask("query ($by: BookingBy!) { booking(by: $by) { events { reason } } }", by=booked.by)
    assert events["booking"]["events"][-1] == {"reason": "We are ill."}


async def test_the_calendar_has_a_new_address(db: Database, server: Server) -> None:
    staff = await an_account(server, db, "STAFF")
    first, second = (run(server, staff, "rotate-calendar")["rotateCalendarToken"] for _ in range(2))
    assert first["userErrors"] == second["userErrors"] == []
    assert first["viewer"]["calendarUrl"] != second["viewer"]["calendarUrl"]


@pytest.mark.parametrize(
    ("name", "field", "status"),
    [("mark-no-show", "markNoShow", "NO_SHOW"), ("complete-booking", "completeBooking", "COMPLETED")],
)
async def test_whether_somebody_came_is_noted_once_the_booking_has_begun(
    db: Database, server: Server, name: str, field: str, status: str
) -> None:
    staff = await an_account(server, db, "STAFF")
    service = await open_studio(db)
    booked = book(server, service, slots(server, service)[10])
    early = run(server, staff, name, id=booked.id)[field]
    then = datetime.fromisoformat(booked.starts_at) - timedelta(days=4)
    async with db.transaction() as tx:
        await tx.bookings.note(booked.id.removeprefix("Booking_"), starts_at=then, ends_at=then + timedelta(hours=1))

    late = run(server, staff, name, id=booked.id)[field]

    assert (early["booking"], [error["code"] for error in early["userErrors"]]) == (None, ["POLICY"])
    assert (late["booking"]["status"], late["userErrors"]) == (status, [])


async def test_a_day_is_blocked(db: Database, server: Server) -> None:
    staff = await an_account(server, db, "STAFF")
    service = await open_studio(db)
    assert len(slots(server, service)) == 24
    day = (datetime.now(SEOUL) + timedelta(days=2)).date().isoformat()
    wanted = {**variables("block-a-day")["input"], "date": day, "note": "A wedding"}

    blocked = run(server, staff, "block-a-day", input=wanted)["setDateOverride"]

    assert blocked["userErrors"] == []
    told = {name: blocked["dateOverride"][name] for name in ("date", "closed", "opensAt", "note")}
    assert told == {"date": day, "closed": True, "opensAt": None, "note": "A wedding"}
    assert slots(server, service) == []


async def test_the_studio_and_its_settings_are_shown(db: Database, server: Server) -> None:
    admin = await an_account(server, db, "ADMIN")
    await open_studio(db)
    shown = run(server, admin, "studio-settings")
    assert (shown["studio"]["name"], shown["studio"]["timeZone"]) == ("Haneul Studio", "Asia/Seoul")
    assert "bookings.pending_hours" in {setting["key"] for setting in shown["settings"]}


async def test_a_password_is_changed(db: Database, server: Server) -> None:
    admin = await an_account(server, db, "ADMIN", password_hash=await hash_password("Moonlit-Durumagi-7"))
    passwords = {"currentPassword": "Moonlit-Durumagi-7", "newPassword": "Starlit-Durumagi-7"}

    assert run(server, admin, "change-password", **passwords) == {"changePassword": {"userErrors": []}}
    again = run(server, admin, "change-password", **passwords)["changePassword"]["userErrors"]
    assert [error["code"] for error in again] == ["BAD_CREDENTIALS"]


async def test_an_api_key_is_created_that_signs_in(db: Database, server: Server) -> None:
    admin = await an_account(server, db, "ADMIN")
    created = run(server, admin, "create-api-key", input={"name": "Website", "role": "STAFF"})["createApiKey"]

    assert created["userErrors"] == []
    assert (created["apiKey"]["name"], created["apiKey"]["role"]) == ("Website", "STAFF")
    headers = {"authorization": f"Bearer {created['secret']}"}
    assert server.ask("{viewer {user {id}}}", headers) == {"viewer": {"user": {"id": admin.global_id}}}


def _operation(document: Path) -> OperationDefinitionNode:
    (operation,) = parse(document.read_text(encoding="utf-8")).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation
