"""What links in mails prove."""

from __future__ import annotations

from db.models import MailedToken
from db.repositories.repository import Repository
from db.sources import Source

MAILED_TOKENS = Source(MailedToken)


class MailedTokens(Repository):
    """Tokens: single-use, hashed, short-lived."""

    source = MAILED_TOKENS
