"""The Hindi part of the catalogue: sarees, lehengas, kurtas and what goes with them."""

from __future__ import annotations

from demo.looks import Figure, Garment, Look, Member, Wording

COLOURS = {
    "ivory": "क्रीम",
    "white": "सफ़ेद",
    "crimson": "सुर्ख़ लाल",
    "vermilion": "सिंदूरी",
    "rose": "गुलाबी",
    "magenta": "रानी गुलाबी",
    "marigold": "केसरिया",
    "gold": "सुनहरा",
    "jade": "पिस्तई",
    "emerald": "गहरा हरा",
    "teal": "मोरपंखी",
    "sky": "आसमानी",
    "indigo": "नीला",
    "navy": "गहरा नीला",
    "plum": "जामुनी",
    "lavender": "हल्का बैंगनी",
    "charcoal": "स्लेटी",
    "black": "काला",
}
"""As a masculine noun takes them."""
FABRICS = {
    "silk": "रेशमी",
    "satin": "साटन",
    "brocade": "ब्रोकेड",
    "jacquard": "जैक्वार्ड",
    "organza": "ऑर्गेन्ज़ा",
    "velvet": "मखमली",
    "cotton": "सूती",
    "khadi": "खादी",
    "linen": "लिनन",
    "chanderi": "चंदेरी",
    "georgette": "जॉर्जेट",
    "dupion": "ड्यूपियन",
    "ikat": "इकत",
}
FIGURES = {
    "paisley": "कैरी बूटी",
    "lotus": "कमल बूटी",
    "plum": "फूल बूटी",
    "sprig": "पत्तीदार बूटी",
    "star": "तारा बूटी",
    "medallions": "गोल बूटों",
    "lattice": "बेल जाल",
    "ikat": "पान भात",
    "stripes": "महीन धारियों",
}
PAISLEY, LOTUS, SPRIG = Figure("scattered", "paisley"), Figure("scattered", "lotus"), Figure("scattered", "sprig")
FLOWER, STAR, NET = Figure("scattered", "plum"), Figure("scattered", "star"), Figure("lattice", "lotus")
SOLID, SHOT, ROUNDS, STRIPES = Figure("solid"), Figure("shot"), Figure("medallions"), Figure("stripes")
OCCASIONS = {
    "wedding": "शादी के मंडप से लेकर विदाई तक पहनने के लिए।",
    "festival": "दीवाली, तीज और करवा चौथ की रौनक़ के लिए।",
    "party": "संगीत और स्वागत समारोह की शामों के लिए।",
    "daily": "दिन भर आराम से पहनने के लिए।",
    "work": "दफ़्तर और औपचारिक बैठकों के लिए भी उपयुक्त।",
    "photoshoot": "फ़ोटोशूट की रोशनी में भी रंग जस का तस दिखता है।",
}
SEASONS = {
    "spring": "बसंत के खुले दिनों के लिए मुलायम बुनाई।",
    "summer": "गर्मियों में भी कपड़ा साँस लेता है।",
    "autumn": "शरद की हल्की ठंडक के लिए सही वज़न।",
    "winter": "सर्दियों के लिए भीतर नरम अस्तर लगा है।",
}


class Hindi(Wording):
    """हिन्दी."""

    members = (
        Member("ananya", "अनन्या शर्मा"),
        Member("kabir", "कबीर मेहता", avatar=False),
        Member("meera", "मीरा अय्यर"),
        Member("rohan", "रोहन वर्मा"),
    )
    collections = ("बनारस की शाम", "मोगरा", None, "रेशम राग")
    occasions = OCCASIONS
    seasons = SEASONS
    garments = (
        Garment(
            "banarasi",
            "बनारसी साड़ी",
            "किनारे और पल्लू पर असली ज़री, जिसे बनारस के बुनकरों ने हथकरघे पर बुना है।",
            "crimson magenta emerald indigo gold plum vermilion teal",
            "silk brocade",
            (PAISLEY, NET, LOTUS, ROUNDS),
            "royal classic",
            "wedding festival",
            border="zari",
            feminine=True,
        ),
        Garment(
            "kanjeevaram",
            "कांजीवरम साड़ी",
            "चौड़ा मंदिर किनारा अलग बुनकर साड़ी के बीच के हिस्से से जोड़ा गया है।",
            "marigold crimson plum emerald navy magenta teal black",
            "silk",
            (SOLID, LOTUS, STAR, SHOT),
            "classic royal",
            "wedding festival party",
            border="zari",
            feminine=True,
        ),
        Garment(
            "chanderi",
            "साड़ी",
            "पारदर्शी बुनाई में ज़री के महीन तार पिरोए गए हैं और पल्लू बिल्कुल हल्का है।",
            "jade rose sky ivory lavender marigold white gold",
            "chanderi",
            (FLOWER, SPRIG, SOLID),
            "minimal romantic",
            "festival daily party",
            border="zari",
            feminine=True,
        ),
        Garment(
            "ikat-sarees",
            "पटोला साड़ी",
            "ताने को बुनाई से पहले बाँधकर रंगा गया है, इसलिए आकृतियों के किनारे हल्के बहते हैं।",
            "vermilion indigo crimson emerald plum marigold black teal",
            "ikat",
            (Figure("ikat", "diamond"), Figure("ikat", "star")),
            "ethnic classic",
            "festival wedding",
            border="zari",
            feminine=True,
        ),
        Garment(
            "bridal-lehengas",
            "दुल्हन लहंगा",
            "सोलह कलियों का घेर, साथ में चोली और ज़री के किनारे वाला दुपट्टा।",
            "crimson vermilion magenta gold rose emerald plum ivory",
            "velvet brocade silk",
            (ROUNDS, NET, PAISLEY),
            "royal romantic",
            "wedding photoshoot",
            border="zari",
        ),
        Garment(
            "festive-lehengas",
            "लहंगा चोली सेट",
            "घेर इतना खुला है कि गरबा करते हुए पूरा लहराता है।",
            "marigold teal magenta indigo jade lavender rose sky",
            "georgette dupion organza",
            (STAR, FLOWER, SPRIG),
            "festive romantic",
            "festival party",
            border="zari",
        ),
        Garment(
            "cholis",
            "चोली",
            "पीठ पर डोरी और लटकन, बाँहें और गला आपके नाप के अनुसार।",
            "gold crimson emerald black magenta navy plum ivory",
            "brocade velvet dupion",
            (NET, STAR, SOLID),
            "classic festive",
            "wedding festival party",
            feminine=True,
        ),
        Garment(
            "kurtas",
            "कुर्ता",
            "बटन पट्टी और कॉलर पर हाथ की महीन सिलाई, दोनों ओर जेब।",
            "white indigo sky marigold charcoal jade vermilion ivory",
            "khadi cotton linen",
            (SOLID, SPRIG, STRIPES),
            "casual minimal",
            "daily work festival",
        ),
        Garment(
            "sherwanis",
            "शेरवानी",
            "कंधे और छाती पर कैनवस का अस्तर, बटन कपड़े से मढ़े हुए।",
            "ivory gold crimson navy black plum emerald charcoal",
            "brocade velvet jacquard",
            (NET, ROUNDS, SOLID),
            "royal classic",
            "wedding party photoshoot",
            feminine=True,
        ),
        Garment(
            "little-lehengas",
            "किड्स लहंगा",
            "कमर पर मुलायम इलास्टिक और भीतर सूती अस्तर, ताकि बच्चे खुलकर खेल सकें।",
            "rose marigold sky magenta jade lavender vermilion gold",
            "cotton organza silk",
            (FLOWER, STAR, PAISLEY),
            "festive casual",
            "festival party photoshoot",
            border="zari",
        ),
    )

    def title(self, look: Look) -> str:
        """बूटी, रंग, कपड़ा, नाम."""
        figure = FIGURES.get(look.figure.name)
        with_figure = figure and f"{figure} {_agreeing('वाला', look)}"
        words = (with_figure, _agreeing(COLOURS[look.colour], look), FABRICS[look.fabric], look.garment.noun)
        return " ".join(filter(None, words))

    def opening(self, look: Look) -> str:
        """What it is, in the gender of its noun."""
        colour = _oblique(COLOURS[look.colour])
        name = f"{colour} रंग {_agreeing('का', look)} {FABRICS[look.fabric]} {look.garment.noun}"
        figure = FIGURES.get(look.figure.name)
        return f"{name}, जिस पर {figure} का काम है।" if figure else f"{name}, जिसकी ख़ूबसूरती उसकी सादगी में है।"

    def alt_text(self, title: str) -> str:
        """What the picture shows."""
        return f"{title}: कपड़े का नज़दीक से लिया गया चित्र"


def _agreeing(words: str, look: Look) -> str:
    """Words that end in -ā take -ī before a feminine noun."""
    return _ending(words, "ी") if look.garment.feminine else words


def _oblique(words: str) -> str:
    """Words that end in -ā take -e before a noun that something follows."""
    return _ending(words, "े")


def _ending(words: str, ending: str) -> str:
    return " ".join(word[:-1] + ending if word.endswith("ा") else word for word in words.split())
