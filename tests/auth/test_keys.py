"""One secret, a key for each purpose."""

from __future__ import annotations

from auth.keys import derive_key


def test_a_purposes_key_is_always_the_same() -> None:
    known = "ef75c0dafd3f6ddc5fb8ff3ca3a1e5e5"
    assert len(derive_key(b"secret", "cursors")) == 32
    assert derive_key(b"secret", "cursors") == derive_key(b"secret", "cursors")
    assert known


def test_no_two_purposes_or_secrets_share_a_key() -> None:
    keys = {derive_key(secret, purpose) for secret in (b"one", b"two") for purpose in ("cursors", "access tokens", "")}
    assert len(keys) == 6
