"""One secret, a key for each purpose."""

from __future__ import annotations

from auth.keys import derive_key


def test_a_key_stays_the_same_or_everybody_would_be_signed_out() -> None:
    assert derive_key(b"secret", "cursors").hex() == "9eb8967f3d9fecd8d366f573b46810e5e98996cf42b764d99149a5835d82527e"


def test_no_two_purposes_or_secrets_share_a_key() -> None:
    keys = {derive_key(secret, purpose) for secret in (b"one", b"two") for purpose in ("cursors", "access tokens", "")}
    assert len(keys) == 6
