"""A gallery that is the same in every database, with all that is hard about texts, orders and what may be seen."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from db.database import open_database
from services.rows import THEN, a_category, a_design, a_hanging, a_studio, a_user, an_image

if TYPE_CHECKING:
    from collections.abc import Iterator

RowValues: TypeAlias = "dict[str, Any]"

TITLES = (
    "한복 웨딩", unicodedata.normalize("NFD", "한복 두루마기"), "예약 전용 저고리", "사진촬영 세트", "촬영",
    "लहंगा चोली", "साड़ी बनारसी", "चाल की पोशाक", "चोली", "ÄRMEL", "ärmel", unicodedata.normalize("NFD", "Ärmel"),
    "Straße", "STRASSE", "100% Cotton", "100 percent", "under_score", "underXscore", "back\\slash", "back/slash",
    "🌸 Blossom", "🌸", "a", "Z", "Istanbul", "İstanbul", "", "x y z", "Ωmega", "\ufb01nest ﬁne", "zz\u3000top",
)  # fmt: skip
WORDS: dict[str, tuple[str | None, ...]] = {
    "style": (None, "Classic", "classic", "BOHO", "보헤미안", "%"),
    "colour": (None, "Red", "red_", "Indigo", "लाल", "É", "e\u0301"),
    "fabric": (None, "Silk", "silk ", "Cotton", "모시"),
    "occasion": (None, "Wedding", "wedding party", "돌잔치"),
    "season": (None, "Spring", "Winter"),
    "designer_name": (None, "Mina", "MINA", "김민아", "मीना"),
    "collection_name": (None, "Haneul", "\\", "2026 S/S"),
}
DESCRIPTIONS = (None, "Hand-woven\nsilk", "맞춤 촬영 가능", "चोली के साथ", "50% off_season \\ sale", "aa")
STATUSES = ("PUBLISHED",) * 8 + ("DRAFT", "ARCHIVED")


class Gallery:
    """Rows by table, in the order in which they can be written."""

    def __init__(self, designs: int = 60) -> None:
        chance = Random(2026)  # noqa: S311  (the same rows in every run)
        self.studio = a_studio()
        self.images = [an_image(alt_text=f"Picture {number}") for number in range(12)]
        self.users = [a_user("Mina", avatar_id=self.images[0]["id"]), a_user("Juno"), a_user("आशा")]
        self.categories = list(_categories())
        self.designs = [self._design(number, chance) for number in range(designs)]
        self.hangings = [row for design in self.designs for row in self._pictures(design, chance)]

    async def load(self, url: str) -> None:
        """Write everything into an empty migrated database."""
        db = open_database(url, 1)
        async with db.transaction() as tx:
            await tx.studios.add([self.studio])
            await tx.images.add(self.images)
            await tx.users.add(self.users)
            for category in self.categories:
                await tx.categories.add([category])
            await tx.designs.add(self.designs)
            await tx.images.hang(self.hangings)
        await db.close()

    def _design(self, number: int, chance: Random) -> RowValues:
        """A design with ties in every key, and nulls in every text that may be missing."""
        texts = {name: chance.choice(words) for name, words in WORDS.items()}
        moments = {name: THEN + timedelta(hours=chance.randrange(9)) for name in ("created_at", "published_at")}
        counts = {"view_count": chance.randrange(4), "like_count": chance.randrange(5)}
        status = chance.choice(STATUSES)
        moments["published_at"] = moments["published_at"] if status == "PUBLISHED" else None  # type: ignore[assignment]
        return a_design(
            chance.choice(self.categories[:-1])["id"],
            TITLES[number % len(TITLES)],
            slug=f"design-{number}",
            description=chance.choice(DESCRIPTIONS),
            featured=chance.random() < 0.3,
            status=status,
            deleted_at=THEN if chance.random() < 0.1 else None,
            trending_score=chance.choice((0.0, 0.5, 0.1 + 0.2, 1e-9, 12345.678)),
            created_by_id=chance.choice(self.users)["id"] if number % 3 else None,
            **texts, **moments, **counts,
        )  # fmt: skip

    def _pictures(self, design: RowValues, chance: Random) -> Iterator[RowValues]:
        """Up to three pictures, of which the first is the cover."""
        chosen = chance.sample(self.images[1:-1], chance.randrange(4))
        design["cover_image_id"] = chosen[0]["id"] if chosen else None
        return (a_hanging(design["id"], image["id"], position=place) for place, image in enumerate(chosen))


def _categories() -> Iterator[RowValues]:
    women = a_category("Women", slug="women", description="여성복")
    hanbok = a_category("한복 Hanbok", slug="hanbok", parent_id=women["id"], description="Korean dress")
    yield women
    yield hanbok
    yield a_category("Wedding hanbok", slug="wedding-hanbok", parent_id=hanbok["id"])
    yield a_category("लहंगा", slug="lehenga", parent_id=women["id"], position=1)
    men = a_category("Men", slug="men", position=1)
    yield men
    yield a_category("sherwani", slug="sherwani", parent_id=men["id"], description="100% wool")
    yield a_category("empty", slug="empty", position=1)
