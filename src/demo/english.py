"""The English part of the catalogue: gowns, suits and coats."""

from __future__ import annotations

from demo.looks import Figure, Garment, Look, Member, Wording

FIGURES = {
    "plum": "plum-blossom",
    "lotus": "lotus",
    "cloud": "cloud-pattern",
    "sprig": "sprigged",
    "star": "star-figured",
    "paisley": "paisley",
    "medallions": "medallion",
    "lattice": "trellis",
    "stripes": "pinstripe",
    "check": "glen-check",
    "houndstooth": "houndstooth",
    "melange": "flecked",
    "faded": "raw",
    "shot": "shot",
}
COLOURS = {"sky": "sky-blue", "rose": "dusty-rose", "gold": "old-gold"}
"""Where a colour's word is more than its name."""
SOLID, SHOT, STRIPES, CHECK = Figure("solid"), Figure("shot"), Figure("stripes"), Figure("check")
BLOSSOM, LOTUS, HOUNDSTOOTH = Figure("damask", "plum"), Figure("damask", "lotus"), Figure("houndstooth")
OCCASIONS = {
    "wedding": "Made for the aisle and for the photographs after it.",
    "gala": "Holds its line through a long evening under chandeliers.",
    "party": "Easy to dance in, and easier to be seen in.",
    "work": "Sits well at a desk and travels without a crease.",
    "daily": "An everyday piece that gets better with wear.",
    "photoshoot": "A favourite on our photo sets: it takes the light without glare.",
}
SEASONS = {
    "spring": "Light enough for the first warm days.",
    "summer": "Unlined, for summer.",
    "autumn": "The right weight for autumn layers.",
    "winter": "Interlined for winter.",
}


class English(Wording):
    """English."""

    members = (
        Member("clara", "Clara Bennett"),
        Member("noor", "Noor Haddad"),
        Member("tomas", "Tomás Oliveira", avatar=False),
        Member("grace", "Grace Okafor"),
    )
    collections = ("Northern Light", "Glasshouse", None, "Low Tide")
    occasions = OCCASIONS
    seasons = SEASONS
    garments = (
        Garment(
            "evening-gowns",
            "evening gown",
            "The bodice is boned by hand and the skirt is cut on the bias.",
            "emerald black crimson navy plum gold teal charcoal",
            "velvet satin silk",
            (SOLID, SOLID, BLOSSOM),
            "formal romantic",
            "gala party photoshoot",
        ),
        Garment(
            "wedding-gowns",
            "wedding gown",
            "Thirty covered buttons run down the back, each with its own loop.",
            "ivory white rose gold sky lavender jade crimson",
            "satin silk organza",
            (BLOSSOM, SOLID, LOTUS),
            "romantic classic",
            "wedding photoshoot",
        ),
        Garment(
            "day-dresses",
            "tea dress",
            "It buttons to the waist, has deep pockets and can be let out at every seam.",
            "sky rose marigold white jade indigo lavender vermilion",
            "cotton linen georgette",
            (Figure("scattered", "sprig"), Figure("lattice", "plum"), SOLID),
            "boho casual vintage",
            "daily party work",
        ),
        Garment(
            "silk-shirts",
            "shirt",
            "French seams throughout, with a collar that stands on its own.",
            "ivory sky lavender black rose teal white plum",
            "silk satin georgette",
            (SOLID, STRIPES, Figure("damask", "cloud")),
            "minimal modern",
            "work daily photoshoot",
        ),
        Garment(
            "capes",
            "cape",
            "Cut from a single width of cloth, with slits for the arms and a hidden clasp.",
            "charcoal plum navy gold emerald crimson black ivory",
            "cashmere wool velvet",
            (SOLID, CHECK, SHOT),
            "vintage avant",
            "party photoshoot daily",
            over="solid",
        ),
        Garment(
            "lounge-suits",
            "two-piece suit",
            "Half-canvassed, with working cuffs and trousers finished to your length.",
            "navy charcoal black indigo ivory plum teal emerald",
            "wool linen cashmere",
            (CHECK, STRIPES, HOUNDSTOOTH, SOLID),
            "formal classic",
            "work wedding party",
        ),
        Garment(
            "dinner-suits",
            "dinner suit",
            "Grosgrain lapels, a single button, and braid down the outer seam.",
            "black navy plum emerald charcoal ivory crimson teal",
            "wool velvet jacquard",
            (SOLID, SOLID, BLOSSOM),
            "formal modern",
            "gala wedding photoshoot",
        ),
        Garment(
            "overcoats",
            "overcoat",
            "Raglan sleeves, horn buttons and a storm flap that is really of use.",
            "charcoal navy gold black indigo plum teal emerald",
            "tweed wool",
            (Figure("melange"), HOUNDSTOOTH, Figure("melange"), CHECK),
            "classic vintage",
            "daily work",
        ),
        Garment(
            "blazers",
            "blazer",
            "Soft shoulders, patch pockets and hardly any lining.",
            "plum emerald black navy crimson teal gold charcoal",
            "velvet cashmere jacquard",
            (SOLID, SOLID, Figure("damask", "medallion")),
            "modern romantic",
            "party work photoshoot",
        ),
        Garment(
            "denim-jackets",
            "denim jacket",
            "Chain-stitched on old machines, with copper rivets at every corner.",
            "indigo navy charcoal black sky teal plum white",
            "denim",
            (Figure("faded"),),
            "casual urban",
            "daily party",
        ),
    )

    def title(self, look: Look) -> str:
        """Colour, figure, fabric, garment."""
        return self._name(look).capitalize()

    def opening(self, look: Look) -> str:
        """What it is."""
        name = self._name(look)
        return f"{'An' if name[0] in 'aeiou' else 'A'} {name} from our own workroom, made to measure."

    def alt_text(self, title: str) -> str:
        """What the picture shows."""
        return f"Close-up of the cloth: {title[0].lower()}{title[1:]}"

    def _name(self, look: Look) -> str:
        fabric = "" if look.fabric in look.garment.noun else look.fabric
        words = (COLOURS.get(look.colour, look.colour), FIGURES.get(look.figure.name), fabric, look.garment.noun)
        return " ".join(filter(None, words))
