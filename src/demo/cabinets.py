"""What the demo studio's members collect: three cabinets, what is asked of each thing in them, and the things."""

from __future__ import annotations

from typing import Any, NamedTuple


class Cabinet(NamedTuple):
    """A category below COLLECTIONS. `asked` are its specifications by key, each with its type and what it has beside.

    `things` is a table with semicolons: first the columns, of which those behind the price (in won) are keys of
    specifications, inherited ones too; then a line for each thing.
    """

    slug: str
    name: str
    description: str
    asked: dict[str, dict[str, Any]]
    things: str


COLLECTIONS = "collections"
"""The slug of the category above all cabinets."""
COUNTRIES = {"korea": "Korea", "india": "India", "japan": "Japan", "germany": "Germany", "usa": "United States"}
OF_ALL: dict[str, dict[str, Any]] = {
    "made": {"label": "Made", "type": "DATE", "filterable": True},
    "origin": {"label": "Country of origin", "type": "ENUM", "options": COUNTRIES, "filterable": True},
}
"""What is asked of every thing: all cabinets inherit it."""
CAMERAS = Cabinet(
    "cameras",
    "Cameras",
    "Film cameras, most of them in working order.",
    {
        "serial": {"label": "Serial number", "type": "TEXT", "required": True, "unique": True, "filterable": True},
        "film": {
            "label": "Film",
            "type": "ENUM",
            "options": {"135": "35 mm", "120": "120 roll film", "sheet": "Sheet film", "instant": "Instant film"},
            "filterable": True,
        },
        "weight": {"label": "Weight", "type": "QUANTITY", "unit": "g", "min": "1", "filterable": True},
        "features": {
            "label": "Features",
            "type": "MULTI_ENUM",
            "options": {"meter": "Light meter", "timer": "Self-timer", "flash": "Flash", "case": "Case"},
            "filterable": True,
        },
        "works": {"label": "In working order", "type": "BOOLEAN", "filterable": True},
        "manual": {"label": "Manual", "type": "URL"},
    },
    """
name; owner; visibility; condition; price; made; origin; serial; film; weight; features; works; manual
하늘 35 거리계 카메라; haneul; PUBLIC; GOOD; 180000; 1968-04; korea; HN-350417; 135; 620 g; meter|timer; yes;
하늘 35, 두 번째; haneul; MEMBERS; FAIR; 90000; 1968; korea; HN-350902; 135; 618.5 g; meter|timer|case; no;
접이식 중형 카메라; haneul; PUBLIC; EXCELLENT; 420000; 1954-11-03; germany; B 77120; 120; 0.61 kg; case; yes;
즉석 사진기; mirae; PUBLIC; GOOD; 75000; 1983; usa; AX-4471-82; instant; 640 g; flash|timer; yes;
할아버지의 일안 반사식; mirae; PRIVATE; GOOD; ; 1976-09; japan; 2216408; 135; 1.02 kg; meter|timer|case; yes;
View camera; clara; PUBLIC; EXCELLENT; 1650000; 1961; usa; G-10233; sheet; 3.9 kg; ; yes; https://example.com/g.pdf
Twin-lens reflex; clara; PUBLIC; GOOD; 540000; 1957-06; germany; 1624871; 120; 995 g; timer|case; yes;
Twin-lens reflex, for parts; clara; MEMBERS; POOR; 60000; 1956; germany; 1590022; 120; 910 g; ; no;
Pocket half-frame; tomas; PUBLIC; FAIR; 85000; 1964-03; japan; PF 88213; 135; 410 g; meter; yes;
Field camera in teak; rohan; PUBLIC; GOOD; 760000; 1938; india; CAL-0092; sheet; 2.75 kg; case; yes;
दादाजी का बॉक्स कैमरा; rohan; PRIVATE; FAIR; ; 1949; india; BX-1147; 120; 480 g; ; no;
शादी वाला 35 मिमी कैमरा; meera; MEMBERS; GOOD; 150000; 1979-02-14; japan; 5503377; 135; 33 oz; meter|flash; yes;
Press camera; grace; PUBLIC; GOOD; 690000; 1947; usa; PR-481516; sheet; 5.5 lb; flash|case; yes;
Underwater 35 mm; noor; PUBLIC; EXCELLENT; 380000; 1984-07; japan; 3117005; 135; 1.1 kg; meter; yes;
""",
)
COINS = Cabinet(
    "coins",
    "Coins",
    "Cash coins, rupees and what turned up in old coats.",
    {
        "catalogue": {"label": "Catalogue number", "type": "TEXT", "unique": True, "filterable": True},
        "metal": {
            "label": "Metal",
            "type": "ENUM",
            "options": {"bronze": "Bronze", "brass": "Brass", "silver": "Silver", "nickel": "Nickel", "gold": "Gold"},
            "filterable": True,
        },
        "face": {"label": "Face value", "type": "DECIMAL", "min": "0", "filterable": True},
        "mintage": {"label": "Mintage", "type": "INTEGER", "min": "1", "filterable": True},
        "weight": {"label": "Weight", "type": "QUANTITY", "unit": "g", "min": "0.01", "filterable": True},
        "diameter": {"label": "Diameter", "type": "QUANTITY", "unit": "mm", "min": "1", "filterable": True},
    },
    """
name; owner; visibility; condition; price; made; origin; catalogue; metal; face; mintage; weight; diameter
상평통보 당이전; seoyeon; PUBLIC; GOOD; 35000; 1742; korea; SP-0211; bronze; 2; ; 6.2 g; 31 mm
상평통보 당오전; seoyeon; PUBLIC; FAIR; 42000; 1883; korea; SP-0508; brass; 5; ; 7.9 g; 32.5 mm
상평통보 당백전; seoyeon; MEMBERS; EXCELLENT; 310000; 1866-11; korea; SP-1001; bronze; 100; ; 24.1 g; 40.2 mm
반원 은화; seoyeon; PRIVATE; EXCELLENT; 2400000; 1905; korea; DH-0050; silver; 0.50; 600000; 13.48 g; 31 mm
십 원, 첫해; doyun; PUBLIC; GOOD; 150000; 1966-08-16; korea; W10-1966; bronze; 10; 10600000; 4.22 g; 22.86 mm
오백 원, 첫해; doyun; PUBLIC; NEW; 12000; 1982-06-12; korea; W500-1982; nickel; 500; 15000000; 7.7 g; 26.5 mm
चाँदी का एक रुपया; ananya; PUBLIC; GOOD; 65000; 1917; india; IN-524; silver; 1; 151583000; 11.66 g; 30.5 mm
१९४७ का एक रुपया; ananya; PUBLIC; EXCELLENT; 48000; 1947; india; IN-559; nickel; 1; 118128000; 11.6 g; 28 mm
नानी का आधा आना; ananya; PRIVATE; FAIR; ; 1940; india; ; brass; 0.5; ; 2.9 g; 20 mm
एक पैसा, छेद वाला; kabir; PUBLIC; GOOD; 4000; 1943; india; IN-533; bronze; 1; ; 1.9 g; 21.3 mm
Half dollar with a dent; grace; PUBLIC; POOR; 18000; 1943-05; usa; US-199; silver; 0.50; 53190000; 12.5 g; 30.6 mm
Ten-mark piece; tomas; MEMBERS; EXCELLENT; 880000; 1898; germany; DE-265; gold; 10; ; 3.98 g; 19.5 mm
Hundred yen, silver; noor; PUBLIC; GOOD; 9000; 1957; japan; JP-Y77; silver; 100; 30000000; 4.8 g; 22.6 mm
""",
)
FABRICS = Cabinet(
    "fabrics",
    "Fabrics",
    "Lengths and swatches from looms that are still, and some that are not.",
    {
        "swatch": {"label": "Swatch number", "type": "TEXT", "required": True, "unique": True, "filterable": True},
        "fibre": {
            "label": "Fibres",
            "type": "MULTI_ENUM",
            "options": {"silk": "Silk", "cotton": "Cotton", "ramie": "Ramie", "hemp": "Hemp", "wool": "Wool"},
            "filterable": True,
        },
        "width": {"label": "Width", "type": "QUANTITY", "unit": "cm", "min": "1", "filterable": True},
        "length": {"label": "Length", "type": "QUANTITY", "unit": "m", "min": "0.01", "filterable": True},
        "hand_woven": {"label": "Woven by hand", "type": "BOOLEAN", "filterable": True},
        "weaver": {"label": "Weaver", "type": "TEXT", "filterable": True},
    },
    """
name; owner; visibility; condition; price; made; origin; swatch; fibre; width; length; hand_woven; weaver
한산 모시; mirae; PUBLIC; EXCELLENT; 950000; 2014-08; korea; F-001; ramie; 31 cm; 21.6 m; yes; 한산 방씨 댁
안동포 한 필; mirae; PUBLIC; GOOD; 780000; 1998; korea; F-002; hemp; 35 cm; 22 m; yes; 임하 김씨 댁
명주, 쪽물; mirae; MEMBERS; GOOD; 240000; 2021-05-30; korea; F-003; silk; 36 cm; 4.5 m; yes;
무명 조각; doyun; PUBLIC; FAIR; 15000; 1961; korea; F-004; cotton; 340 mm; 120 cm; yes;
갑사, 나비무늬; doyun; PUBLIC; NEW; 88000; 2024-03; korea; F-005; silk; 55 cm; 8 m; no; Haneul Studio
बनारसी ब्रोकेड; meera; PUBLIC; EXCELLENT; 520000; 1972-10; india; F-101; silk; 112 cm; 5.5 m; yes; रहीम, बनारस
चंदेरी; meera; PUBLIC; GOOD; 130000; 2008; india; F-102; silk|cotton; 46 in; 6 yd; yes; चंदेरी की समिति
माँ की पटोला; meera; PRIVATE; EXCELLENT; ; 1968-12-02; india; F-103; silk; 120 cm; 5 m; yes; पाटन
खादी, बिना रंगी; kabir; PUBLIC; GOOD; 22000; 2019; india; F-104; cotton; 90 cm; 3 m; yes;
Kasuri swatch, arrow feathers; noor; PUBLIC; GOOD; 40000; 1930; japan; F-201; cotton; 14 in; 60 cm; yes;
Loden end of bolt; tomas; PUBLIC; NEW; 64000; 2022-09; germany; F-301; wool; 1.5 m; 1.8 m; no;
Feed-sack print; grace; PUBLIC; FAIR; 25000; 1941; usa; F-401; cotton; 37 in; 1.1 yd; no;
Wedding blanket, half; clara; PRIVATE; FAIR; ; 1890; usa; F-402; wool|cotton; 38 in; 84 in; yes; Ruth Bennett
""",
)
CABINETS = (CAMERAS, COINS, FABRICS)
