"""Documents are named by their hash: those of a list, and those that clients have sent before."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
import pytest
from graphql import build_schema

from engine.http import Endpoint
from engine.persisted import Documents, hash_of, read_documents
from engine.streams import Streams
from services.answers import refusal
from services.engine import Anyone, an_engine

if TYPE_CHECKING:
    from pathlib import Path

JSON, RESPONSE_JSON = "application/json", "application/graphql-response+json"
CORE = build_schema("type Query { a: Int b: Int } type Mutation { c: Int }")
DOCUMENT = "query Studio { a }"
OTHER = "{ b }"
ANSWER, OTHER_ANSWER = {"data": {"a": None}}, {"data": {"b": None}}
HASH = sha256(DOCUMENT.encode()).hexdigest()
ID = f"sha256:{HASH}"
NO_ID = "`documentId` must be `sha256:` and 64 hexadecimal digits, in lower case."
NO_HASH = '`extensions.persistedQuery` must be {"version": 1, "sha256Hash": "64 hexadecimal digits"}.'
NOT_THIS = "The hash given is not that of the document that came with it."
LISTED_ONLY = "Only documents of this server's list are answered: name one by documentId."


def apollo(hashed: object = HASH, version: object = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": hashed}}}


MALFORMED = {
    "a number": ({"documentId": 1}, "`documentId` must be a string."),
    "an empty name": ({"documentId": ""}, NO_ID),
    "a name of another kind": ({"documentId": "studio"}, NO_ID),
    "a hash without its kind": ({"documentId": HASH}, NO_ID),
    "another kind of hash": ({"documentId": f"md5:{HASH[:32]}"}, NO_ID),
    "too short a hash": ({"documentId": ID[:-1]}, NO_ID),
    "too long a hash": ({"documentId": f"{ID}0"}, NO_ID),
    "a line after the hash": ({"documentId": f"{ID}\n"}, NO_ID),
    "capital letters": ({"documentId": f"sha256:{HASH.upper()}"}, NO_ID),
    "a list": ({"extensions": {"persistedQuery": [HASH]}}, NO_HASH),
    "a string": ({"extensions": {"persistedQuery": HASH}}, NO_HASH),
    "no hash": ({"extensions": {"persistedQuery": {"version": 1}}}, NO_HASH),
    "no version": ({"extensions": {"persistedQuery": {"sha256Hash": HASH}}}, NO_HASH),
    "another version": (apollo(version=2), NO_HASH),
    "a version in a string": (apollo(version="1"), NO_HASH),
    "a null for the hash": (apollo(hashed=None), NO_HASH),
    "a number for the hash": (apollo(hashed=5), NO_HASH),
    "no hexadecimal digits": (apollo(hashed="g" * 64), NO_HASH),
    "two names": ({"documentId": f"sha256:{'0' * 64}", **apollo()}, NO_HASH),
}


@pytest.mark.parametrize("given", [{"documentId": ID}, apollo(), {"documentId": ID, **apollo()}])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_listed_document_is_answered_by_its_name(method: str, given: dict[str, Any]) -> None:
    async with client(Documents({ID: DOCUMENT})) as asking:
        assert await answer(asking, method, given) == (200, ANSWER)


@pytest.mark.parametrize(("given", "message"), MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
async def test_what_is_no_name_is_refused(accept: str, given: dict[str, Any], message: str) -> None:
    async with client(Documents({ID: DOCUMENT})) as asking:
        for query in ({}, {"query": DOCUMENT}):
            response = await asking.post("/graphql", json={**query, **given}, headers={"accept": accept})
            assert (response.status_code, response.json()) == (400, refusal("BAD_USER_INPUT", message))


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (RESPONSE_JSON, 404)])
async def test_an_unknown_document_is_not_found(accept: str, status: int) -> None:
    async with client(Documents()) as asking:
        for sent in ({"documentId": ID}, apollo()):
            response = await asking.post("/graphql", json=sent, headers={"accept": accept})
            assert response.status_code == status
            assert response.json() == refusal("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
            assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_document_that_came_with_its_hash_is_known_from_then_on(method: str) -> None:
    async with client(Documents()) as asking:
        assert await answer(asking, "POST", {"query": DOCUMENT, **apollo()}) == (200, ANSWER)
        assert await answer(asking, method, apollo()) == (200, ANSWER)
        assert await answer(asking, method, {"documentId": ID}) == (200, ANSWER)


async def test_a_document_that_came_without_its_hash_is_not_kept() -> None:
    async with client(Documents()) as asking:
        assert await answer(asking, "POST", {"query": DOCUMENT}) == (200, ANSWER)
        assert (await answer(asking, "POST", apollo()))[1] == refusal(
            "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"
        )


async def test_a_document_under_the_hash_of_another_is_refused_and_not_kept() -> None:
    async with client(Documents()) as asking:
        sent = {"query": OTHER, **apollo()}
        assert await answer(asking, "POST", sent) == (200, refusal("BAD_USER_INPUT", NOT_THIS))
        assert (await answer(asking, "POST", apollo()))[1]["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_a_mutation_by_its_hash_is_not_run_by_get() -> None:
    document = "mutation { c }"
    async with client(Documents({hash_of(document): document})) as asking:
        status, told = await answer(asking, "GET", {"documentId": hash_of(document)})
        assert (status, told["errors"][0]["extensions"]["code"]) == (405, "METHOD_NOT_ALLOWED")
        assert await answer(asking, "POST", {"documentId": hash_of(document)}) == (200, {"data": {"c": None}})


async def test_of_what_clients_send_the_least_recently_used_is_forgotten() -> None:
    first, second, third = "{ a }", "{ b }", "{a,b}"
    async with client(Documents(room=len(first) + len(second))) as asking:
        for document in (first, second):
            await answer(asking, "POST", {"query": document, "documentId": hash_of(document)})
        await answer(asking, "POST", {"documentId": hash_of(first)})
        await answer(asking, "POST", {"query": third, "documentId": hash_of(third)})
        found = [(await answer(asking, "POST", {"documentId": hash_of(each)}))[1] for each in (first, second, third)]
    assert ["data" in told for told in found] == [True, False, True]


async def test_a_document_larger_than_the_room_is_answered_and_not_kept() -> None:
    async with client(Documents(room=len(DOCUMENT) - 1)) as asking:
        assert await answer(asking, "POST", {"query": DOCUMENT, "documentId": ID}) == (200, ANSWER)
        assert "errors" in (await answer(asking, "POST", {"documentId": ID}))[1]


@pytest.mark.parametrize("sent", [{"documentId": ID}, {"query": DOCUMENT}, {"query": DOCUMENT, "documentId": ID}])
async def test_a_listed_document_is_answered_where_nothing_else_is(sent: dict[str, Any]) -> None:
    async with client(Documents({ID: DOCUMENT}, listed_only=True), Anyone(may_introspect=False)) as asking:
        assert await answer(asking, "POST", sent) == (200, ANSWER)


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
async def test_what_is_on_no_list_is_refused_where_nothing_else_is_answered(accept: str) -> None:
    name = hash_of(OTHER)
    async with client(Documents({ID: DOCUMENT}, listed_only=True), Anyone(may_introspect=False)) as asking:
        for sent in ({"query": OTHER}, {"documentId": name}, {"query": OTHER, "documentId": name}):
            response = await asking.post("/graphql", json=sent, headers={"accept": accept})
            told = response.status_code, response.json()
            assert told == (403, refusal("PERSISTED_QUERY_REQUIRED", LISTED_ONLY))


async def test_staff_may_ask_what_is_on_no_list() -> None:
    async with client(Documents({ID: DOCUMENT}, listed_only=True)) as asking:
        assert await answer(asking, "POST", {"query": OTHER}) == (200, OTHER_ANSWER)


def test_a_list_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_bytes(orjson.dumps({ID: DOCUMENT}))
    assert read_documents(path) == {ID: DOCUMENT}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[]", "must be a JSON object"),
        (b'{"sha256:0": 1}', "must be a JSON object"),
        (b'{"sha256:0": "{ a }"}', "the document's own hash is sha256:"),
        (b"{", "unexpected end of data"),
    ],
)
def test_a_file_that_is_no_list_of_documents_is_refused(text: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_bytes(text)
    with pytest.raises(ValueError, match=message):
        read_documents(path)


def client(documents: Documents, context: Anyone | None = None) -> httpx2.AsyncClient:
    asking = context or Anyone()
    endpoint: Any = Endpoint(an_engine(CORE, documents=documents), lambda _scope: asking, Streams(1))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(endpoint), base_url="http://studio")


async def answer(asking: httpx2.AsyncClient, method: str, given: dict[str, Any]) -> tuple[int, Any]:
    if method == "POST":
        response = await asking.post("/graphql", json=given)
    else:
        response = await asking.get("/graphql", params={name: written(value) for name, value in given.items()})
    return response.status_code, response.json()


def written(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
