"""The demo studio's catalogue: its categories, its people and their designs, the same at every founding."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

from demo.english import English
from demo.hindi import Hindi
from demo.korean import Korean
from demo.looks import Garment, Look, Member, Wording
from demo.tree import TREE
from demo.weave import Piece
from rules.trending import trending_score

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

WORDINGS: tuple[Wording, ...] = (Korean(), Hindi(), English())
IDS = UUID("5d0a1e5a-57d1-4c0d-9e0a-2f6b1c7d8e90")
"""The name space of every id here: a name gives the same id always, so that nothing is ever added twice."""
DAYS = 730
"""How far back the catalogue reaches."""
WARM = frozenset({"velvet", "wool", "cashmere", "tweed"})
COOL = frozenset({"ramie", "linen", "organza", "cotton", "chanderi", "khadi", "georgette"})
EMBLEMS = (
    ("crimson", "lotus"),
    ("indigo", "plum"),
    ("emerald", "star"),
    ("teal", "medallion"),
    ("plum", "lotus"),
    ("gold", "plum"),
    ("magenta", "star"),
)
"""The colours and figures of avatars, in turn."""


class Sample(NamedTuple):
    """A design or a member: the row, and the cloth and the text of its picture (None: it has no picture)."""

    row: dict[str, Any]
    piece: Piece | None
    alt_text: str


def identity(kind: str, name: str) -> str:
    """The id of one thing of the demo studio, as 32 hexadecimal digits."""
    return uuid5(IDS, f"{kind}/{name}").hex


def categories(epoch: datetime) -> list[dict[str, Any]]:
    """The rows of the category tree, three levels deep, parents first; `epoch` is when the studio was founded."""
    return [
        _recorded("category", branch.slug, epoch - timedelta(days=DAYS))
        | {
            "slug": branch.slug,
            "name": branch.name,
            "description": branch.description,
            "parent_id": identity("category", branch.parent) if branch.parent else None,
            "position": position,
        }
        for position, branch in enumerate(TREE)
    ]


def members(epoch: datetime) -> list[Sample]:
    """Everybody with an account."""
    everybody = [member for wording in WORDINGS for member in wording.members]
    return [_member(member, emblem, epoch) for member, emblem in zip(everybody, cycle(EMBLEMS))]


def designs(epoch: datetime) -> list[Sample]:
    """The 240 designs, the languages taking turns."""
    looks = [[(wording, look) for garment in wording.garments for look in _looks(garment)] for wording in WORDINGS]
    return [_design(wording, look, number, epoch) for number, (wording, look) in enumerate(_in_turns(looks))]


def _in_turns(several: list[list[tuple[Wording, Look]]]) -> Iterator[tuple[Wording, Look]]:
    for turn in zip(*several, strict=True):
        yield from turn


def _looks(garment: Garment) -> Iterator[Look]:
    """A garment in each of its colours."""
    fabrics, styles, occasions = garment.fabrics.split(), garment.styles.split(), garment.occasions.split()
    for at, colour in enumerate(garment.colours.split()):
        rng = Random(f"{garment.category}/{colour}")  # noqa: S311  (no secret)
        fabric = fabrics[at % len(fabrics)]
        figure = garment.figures[at % len(garment.figures)]
        season = rng.choice(_seasons(fabric))
        yield Look(garment, colour, fabric, figure, rng.choice(styles), rng.choice(occasions), season)


def _seasons(fabric: str) -> tuple[str | None, ...]:
    if fabric in WARM:
        return "autumn", "winter", None
    return ("spring", "summer", None) if fabric in COOL else ("spring", "autumn", "winter", None)


def _member(member: Member, emblem: tuple[str, str], epoch: datetime) -> Sample:
    row = _recorded("user", member.username, epoch - timedelta(days=DAYS)) | {
        "username": member.username,
        "display_name": member.display_name,
        "avatar_id": None,
        "status": "APPROVED",
    }
    piece = Piece(member.username, "brocade", emblem[0], "emblem", emblem[1]) if member.avatar else None
    return Sample(row, piece, member.display_name)


def _design(wording: Wording, look: Look, number: int, epoch: datetime) -> Sample:
    slug = f"{look.garment.category}-{look.colour}-{look.fabric}"
    rng = Random(slug)  # noqa: S311  (no secret)
    designer = wording.members[rng.randrange(len(wording.members))]
    title = wording.title(look)
    row = _recorded("design", slug, epoch - timedelta(minutes=round(DAYS * 1440 * rng.random() ** 1.5) + 60)) | {
        "slug": slug,
        "title": title,
        "description": wording.description(look),
        "category_id": identity("category", look.garment.category),
        "cover_image_id": None,
        "style": look.style,
        "colour": look.colour,
        "fabric": look.fabric,
        "occasion": look.occasion,
        "season": look.season,
        "designer_name": designer.display_name,
        "collection_name": rng.choice(wording.collections),
        "created_by_id": identity("user", designer.username),
        "deleted_at": None,
    }
    return Sample(row | _standing(row["created_at"], number, rng), _piece(slug, look, number), wording.alt_text(title))


def _standing(created_at: datetime, number: int, rng: Random) -> dict[str, Any]:
    """Status, and what the public has made of it; what was never published has not been seen."""
    status = "DRAFT" if number % 20 == 7 else "ARCHIVED" if number % 24 == 11 else "PUBLISHED"
    views = 0 if status == "DRAFT" else round(rng.lognormvariate(6.2, 1.1))
    likes = round(views * rng.uniform(0.02, 0.12))
    published_at = None if status == "DRAFT" else created_at + timedelta(minutes=rng.randrange(5, 60))
    return {
        "featured": status == "PUBLISHED" and rng.random() < 0.1,
        "status": status,
        "view_count": views,
        "like_count": likes,
        "trending_score": trending_score(likes, views, published_at or created_at),
        "published_at": published_at,
    }


def _piece(slug: str, look: Look, number: int) -> Piece:
    """The cloth; three in four have their border, every second one its upper ply."""
    border = look.garment.border if number % 4 else None
    over = look.garment.over if number % 2 else None
    return Piece(slug, look.fabric, look.colour, look.figure.pattern, look.figure.motif, border, over)


def _recorded(kind: str, name: str, at: datetime) -> dict[str, Any]:
    return {"id": identity(kind, name), "created_at": at, "updated_at": at, "version": 1}
