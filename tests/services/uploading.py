"""Pictures brought to a server as clients bring them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from services.forms import sent_headers

if TYPE_CHECKING:
    import httpx2

    from services.accounts import Account

ERRORS = "userErrors { __typename code message path ... on OutOfRange { min max } ... on InUse { count } }"
IMAGE = "id key url width height contentType byteSize sha256 altText focalX focalY purpose status version"
UPLOAD = (
    "mutation ($file: Upload!, $purpose: ImagePurpose!, $altText: String) "
    f"{{ answer: uploadImage(file: $file, purpose: $purpose, altText: $altText) {{ image {{ {IMAGE} }} {ERRORS} }} }}"
)
ANNOUNCE = (
    "mutation ($input: CreateUploadInput!) { answer: createUpload(input: $input) "
    f"{{ upload {{ method url headers {{ name value }} expiresAt uploadId }} {ERRORS} }} }}"
)
COMPLETE = f"mutation ($id: ID!) {{ answer: completeUpload(uploadId: $id) {{ image {{ {IMAGE} }} {ERRORS} }} }}"


def sent(client: httpx2.Client, headers: dict[str, str], data: bytes, **variables: Any) -> dict[str, Any]:
    """The whole answer to `uploadImage` with these bytes; the purpose is AVATAR unless told."""
    operations = {"query": UPLOAD, "variables": {"purpose": "AVATAR", "file": None, **variables}}
    form = {"operations": json.dumps(operations), "map": json.dumps({"0": ["variables.file"]})}
    preflight = {"x-studiograph-csrf": sent_headers()["x-studiograph-csrf"]}
    response = client.post("/graphql", data=form, files={"0": ("a.png", data)}, headers=headers | preflight)
    answer: dict[str, Any] = response.json()
    return answer


def uploaded(client: httpx2.Client, account: Account, data: bytes, **variables: Any) -> dict[str, Any]:
    """The picture that these bytes have become."""
    answer = sent(client, account.headers, data, **variables)
    assert (answer.get("errors"), answer["data"]["answer"]["userErrors"]) == (None, [])
    image: dict[str, Any] = answer["data"]["answer"]["image"]
    return image


def announced(data: bytes, **changed: Any) -> dict[str, Any]:
    """The input that announces these bytes."""
    told = {"filename": "face.png", "contentType": "image/png", "byteSize": len(data)}
    return told | {"sha256": sha256(data).hexdigest(), "purpose": "AVATAR"} | changed


def bring(client: httpx2.Client, ticket: dict[str, Any], data: bytes) -> httpx2.Response:
    """Send the bytes as the ticket says."""
    headers = {header["name"]: header["value"] for header in ticket["headers"] if header["name"] != "content-length"}
    return client.request(ticket["method"], ticket["url"], content=data, headers=headers)
