"""The category tree of the demo studio."""

from __future__ import annotations

from typing import NamedTuple


class Branch(NamedTuple):
    """A category; siblings stand in the order of this list."""

    slug: str
    name: str
    parent: str | None
    description: str | None = None


TREE = (
    Branch("womenswear", "Womenswear", None, "Gowns, sarees and hanbok, made to measure."),
    Branch("menswear", "Menswear", None, "Suits, sherwanis and hanbok, made to measure."),
    Branch("children", "Children", None, "First birthdays, festivals and everything between."),
    Branch("studio-wardrobe", "Studio wardrobe", None, "Clothes to be photographed in; ask when you book."),
    Branch("sarees", "Sarees", "womenswear", "साड़ी: six to nine yards, woven by hand."),
    Branch("lehengas", "Lehengas", "womenswear", "लहंगा: skirt, choli and dupatta."),
    Branch("blouses", "Blouses", "womenswear", "Cholis and shirts."),
    Branch("womens-hanbok", "Women's hanbok", "womenswear", "여성 한복: jeogori, chima and dangui."),
    Branch("gowns", "Gowns and dresses", "womenswear", None),
    Branch("mens-hanbok", "Men's hanbok", "menswear", "남성 한복: durumagi and baji-jeogori."),
    Branch("indian-menswear", "Indian menswear", "menswear", "कुर्ता और शेरवानी."),
    Branch("suits", "Suits", "menswear", None),
    Branch("outerwear", "Outerwear", "menswear", "Coats, blazers and jackets."),
    Branch("childrens-hanbok", "Children's hanbok", "children", "아이 한복."),
    Branch("childrens-lehengas", "Children's lehengas", "children", "बच्चों के कपड़े."),
    Branch("photo-costumes", "Photo costumes", "studio-wardrobe", "사진촬영 의상."),
    Branch("banarasi", "Banarasi", "sarees", "बनारसी साड़ी."),
    Branch("kanjeevaram", "Kanjeevaram", "sarees", "कांजीवरम साड़ी."),
    Branch("chanderi", "Chanderi", "sarees", "चंदेरी साड़ी."),
    Branch("ikat-sarees", "Ikat", "sarees", "पटोला और इकत साड़ी."),
    Branch("bridal-lehengas", "Bridal", "lehengas", "दुल्हन के लहंगे."),
    Branch("festive-lehengas", "Festive", "lehengas", "त्योहारों के लहंगे."),
    Branch("cholis", "Cholis", "blouses", "चोली."),
    Branch("silk-shirts", "Shirts", "blouses", None),
    Branch("jeogori", "Jeogori", "womens-hanbok", "저고리."),
    Branch("chima", "Chima", "womens-hanbok", "치마."),
    Branch("dangui", "Dangui", "womens-hanbok", "당의."),
    Branch("evening-gowns", "Evening gowns", "gowns", None),
    Branch("wedding-gowns", "Wedding gowns", "gowns", None),
    Branch("day-dresses", "Day dresses", "gowns", None),
    Branch("capes", "Capes", "gowns", None),
    Branch("durumagi", "Durumagi", "mens-hanbok", "두루마기."),
    Branch("baji-jeogori", "Baji-jeogori", "mens-hanbok", "바지저고리."),
    Branch("kurtas", "Kurtas", "indian-menswear", "कुर्ता."),
    Branch("sherwanis", "Sherwanis", "indian-menswear", "शेरवानी."),
    Branch("lounge-suits", "Lounge suits", "suits", None),
    Branch("dinner-suits", "Dinner suits", "suits", None),
    Branch("overcoats", "Overcoats", "outerwear", None),
    Branch("blazers", "Blazers", "outerwear", None),
    Branch("denim-jackets", "Denim jackets", "outerwear", None),
    Branch("dol-hanbok", "First birthday", "childrens-hanbok", "돌한복."),
    Branch("saekdong-jeogori", "Rainbow jackets", "childrens-hanbok", "까치저고리와 색동."),
    Branch("little-lehengas", "Little lehengas", "childrens-lehengas", "बच्चों का लहंगा."),
    Branch("family-portraits", "Family portraits", "photo-costumes", "가족사진 촬영 한복."),
    Branch("profile-photos", "Profile photos", "photo-costumes", "프로필 사진촬영 의상."),
    Branch("wedding-snaps", "Wedding snaps", "photo-costumes", "웨딩 스냅 촬영 드레스."),
)
