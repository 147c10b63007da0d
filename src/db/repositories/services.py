"""What the studio sells."""

from __future__ import annotations

from db.repositories.repository import Slugged
from db.sources import SERVICES


class Services(Slugged):
    """Services: the public sees what is published, staff all."""

    source = SERVICES
