"""GraphQL over HTTP as the audits of the package graphql-http see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.node import told_by

if TYPE_CHECKING:
    from services.server import Server


def test_all_that_must_should_or_may_be_done_is_done(server: Server) -> None:
    audits = told_by("audits", url=f"{server.url}/graphql")
    assert len(audits) == 61
    assert [audit for audit in audits if audit["status"] != "ok"] == []
