"""Collections in the console: its ready operations define, try, change, enter and find; a file is chosen and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from demo.studio import found_studio
from services import chromium
from services.accounts import PASSWORD, a_member, an_account
from services.console import Console
from services.ready_operations import run, variables
from services.rows import THEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from db.database import Database
    from services.accounts import Account
    from services.server import Server

CSV = "name,visibility,brand,weight\nHaneul 35,PUBLIC,Haneul,620 g\n접이식 카메라,PUBLIC,,0.61 kg\n"
WRONG = "name,visibility,weight\nHaneul 35,PUBLIC,620 g\nToo light,PUBLIC,feather\n"
ITEMS = "{ items { nodes { name specifications { text } } } }"
on_one_database = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
async def _studio(db: Database) -> None:
    async with db.transaction() as tx:
        await found_studio(tx, THEN, with_demo=False)


async def test_a_collection_is_defined_filled_changed_and_found(db: Database, server: Server) -> None:
    staff = await an_account(server, db, "STAFF")
    category, brand, _weight = _defined(server, staff)
    for name, brand_of_it in (("Haneul 35", "1968"), ("Box", "Sora")):
        _entered(server, staff, category, name, brand_of_it)

    tried = run(server, staff, "try-change", id=brand)["updateSpecification"]
    refused = run(server, staff, "change-specification", id=brand)["updateSpecification"]
    changed = run(server, staff, "change-specification", id=brand, onConflict="KEEP_AS_RESIDUE")["updateSpecification"]
    where = {"category": {"slug": "cameras"}, "specification": {"key": "weight", "lt": "0.5", "unit": "kg"}}
    found = run(server, staff, "find-items", where=where, facets=["spec:weight", "visibility"])["items"]

    impact = {"itemsAffected": 2, "itemsConvertible": 1, "itemsFailing": 1}
    assert {name: tried["impact"][name] for name in impact} == impact
    assert ("Box" in tried["impact"]["examples"][0], tried["userErrors"]) == (True, [])
    assert (refused["specification"], refused["impact"]) == (None, tried["impact"])
    assert [error["code"] for error in refused["userErrors"]] == ["CONFLICT"]
    assert (changed["specification"]["type"], changed["impact"], changed["userErrors"]) == (
        "INTEGER",
        tried["impact"],
        [],
    )
    assert found["totalCount"] == 2
    assert [facet["field"] for facet in found["facets"]] == ["spec:weight", "visibility"]
    assert [(item["name"], [value["display"] for value in item["specifications"]]) for item in found["nodes"]] == [
        ("Box", ["Sora", "480 g"]),
        ("Haneul 35", ["1968", "480 g"]),
    ]


async def test_the_specifications_of_a_category_are_listed(db: Database, server: Server) -> None:
    staff = await an_account(server, db, "STAFF")
    _category, brand, weight = _defined(server, staff)

    listed = run(server, staff, "specifications", category={"slug": "cameras"})["category"]
    (category,) = run(server, staff, "categories")["categories"]["nodes"]

    assert category == {"id": listed["id"], "slug": "cameras", "name": "Cameras", "parent": None}
    assert [(one["id"], one["key"], one["type"], one["unit"]) for one in listed["specifications"]] == [
        (brand, "brand", "TEXT", None),
        (weight, "weight", "QUANTITY", "g"),
    ]


@pytest.fixture
async def tab(server: Server, db: Database) -> AsyncIterator[chromium.Tab]:
    """A tab in which a member, juno, has signed in."""
    await a_member(server, db, "juno")
    async with chromium.launch() as opened:
        console = Console(opened.page)
        await console.open(server.url)
        await console.sign_in("juno", PASSWORD)
        yield opened


async def test_a_file_is_tried_and_then_imported(tab: chromium.Tab, server: Server, db: Database) -> None:
    category, _brand, _weight = _defined(server, await an_account(server, db, "STAFF"))
    counts = {"created": 2, "updated": 0, "unchanged": 0, "rowErrors": [], "userErrors": []}

    tried = await _imported(tab, CSV, categoryId=category)
    assert (tried, server.ask(ITEMS)["items"]["nodes"]) == (counts, [])

    assert await _imported(tab, CSV, categoryId=category, dryRun=False) == counts
    written = server.ask(ITEMS)["items"]["nodes"]
    assert {item["name"]: [value["text"] for value in item["specifications"]] for item in written} == {
        "Haneul 35": ["Haneul", "620 g"],
        "접이식 카메라": ["0.61 kg"],
    }
    assert tab.complaints == []


@on_one_database
async def test_a_row_that_is_wrong_is_told_and_nothing_is_written(
    tab: chromium.Tab, server: Server, db: Database
) -> None:
    category, _brand, _weight = _defined(server, await an_account(server, db, "STAFF"))

    answer = await _imported(tab, WRONG, categoryId=category, dryRun=False)

    assert [(error["row"], error["code"], error["path"]) for error in answer["rowErrors"]] == [
        (3, "INVALID", ["weight"])
    ]
    assert server.ask(ITEMS)["items"]["nodes"] == []


@on_one_database
async def test_nothing_is_sent_where_no_file_is_chosen(tab: chromium.Tab) -> None:
    console = Console(tab.page)
    asked: list[str] = []
    await console.open_operation("Import items", {"categoryId": "", "file": "", "dryRun": False})
    tab.page.on("request", lambda request: asked.append(request.method))
    async with tab.page.expect_file_chooser() as chooser:
        await tab.page.get_by_role("button", name="Execute query").click()
    await (await chooser.value).element.dispatch_event("cancel")

    answer = await console.answer("No file was chosen")

    assert answer == {"errors": [{"message": "No file was chosen, so nothing was sent. Run it again and choose one."}]}
    assert "POST" not in asked


def _defined(server: Server, staff: Account) -> tuple[str, str, str]:
    """The ids of a category for cameras and of its specifications, brand and weight."""
    made = run(server, staff, "create-category", input={"name": "Cameras"})["createCategory"]
    category = made["category"]["id"]
    brand = {"key": "brand", "label": "Brand", "type": "TEXT", "filterable": True}
    added = [
        run(server, staff, "add-specification", categoryId=category, input=given)["addSpecification"]
        for given in (brand, variables("add-specification")["input"])
    ]
    assert [answer["userErrors"] for answer in (made, *added)] == [[], [], []]
    return category, *(answer["specification"]["id"] for answer in added)


def _entered(server: Server, account: Account, category: str, name: str, brand: str) -> None:
    values = [{"key": "brand", "value": {"text": brand}}, {"key": "weight", "value": {"text": "480 g"}}]
    given = {"name": name, "categoryId": category, "visibility": "PUBLIC", "specifications": values}
    answer = run(server, account, "create-item", input={**variables("create-item")["input"], **given})["createItem"]
    assert answer["userErrors"] == []


async def _imported(tab: chromium.Tab, csv: str, **filled_in: Any) -> Any:
    """What is answered to a file that is chosen when the operation asks for it."""
    console = Console(tab.page)
    await console.open_operation("Import items", {**variables("import-items"), **filled_in})
    async with tab.page.expect_file_chooser() as chooser:
        await tab.page.get_by_role("button", name="Execute query").click()
    file = await chooser.value
    await file.set_files({"name": "items.csv", "mimeType": "text/csv", "buffer": csv.encode()})
    return (await console.answer("userErrors"))["data"]["importItems"]
