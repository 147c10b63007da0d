"""The Korean part of the catalogue: hanbok, and clothes for the camera."""

from __future__ import annotations

from demo.looks import Figure, Garment, Look, Member, Wording

COLOURS = {
    "ivory": "미색",
    "white": "흰색",
    "crimson": "진홍색",
    "vermilion": "다홍색",
    "rose": "연분홍색",
    "magenta": "꽃분홍색",
    "marigold": "치자색",
    "gold": "황금색",
    "jade": "옥색",
    "emerald": "비취색",
    "teal": "청록색",
    "sky": "하늘색",
    "indigo": "쪽빛",
    "navy": "남색",
    "plum": "자주색",
    "lavender": "연보라색",
    "charcoal": "먹색",
    "black": "흑색",
}
FABRICS = {
    "silk": "명주",
    "satin": "공단",
    "brocade": "양단",
    "jacquard": "자카드",
    "organza": "노방",
    "velvet": "벨벳",
    "cotton": "무명",
    "ramie": "모시",
    "linen": "리넨",
    "wool": "모직",
    "cashmere": "캐시미어",
    "georgette": "조젯",
}
FIGURES = {
    "plum": "매화무늬",
    "cloud": "구름무늬",
    "lotus": "연꽃무늬",
    "medallions": "보상화무늬",
    "lattice": "넝쿨무늬",
    "sprig": "풀꽃무늬",
    "star": "별무늬",
    "stripes": "줄무늬",
    "check": "체크무늬",
    "rainbow": "색동",
}
PLUM, CLOUD, LOTUS = Figure("damask", "plum"), Figure("damask", "cloud"), Figure("damask", "lotus")
SOLID, ROUNDS, RAINBOW, STRIPES = Figure("solid"), Figure("medallions"), Figure("rainbow"), Figure("stripes")
OCCASIONS = {
    "wedding": "혼례와 폐백 자리에 어울리며, 예식 사진촬영에서도 빛깔이 곱게 살아납니다.",
    "festival": "설과 추석 같은 명절에 온 가족이 함께 입기 좋습니다.",
    "birthday": "돌잔치와 백일상 앞에서 가장 먼저 눈에 들어오는 옷입니다.",
    "photoshoot": "스튜디오 조명 아래에서 번들거리지 않아 사진촬영 의상으로 자주 찾습니다.",
    "daily": "세탁이 쉬워 나들이와 일상복으로도 부담이 없습니다.",
    "party": "저녁 모임과 상견례처럼 격식을 갖춰야 하는 자리에 알맞습니다.",
}
SEASONS = {
    "spring": "봄볕에 어울리는 가벼운 두께입니다.",
    "summer": "바람이 잘 통해 한여름에도 시원합니다.",
    "autumn": "선선한 가을에 한 겹으로 입기 좋습니다.",
    "winter": "안감을 누벼 겨울에도 따뜻합니다.",
}


class Korean(Wording):
    """한국어."""

    members = (
        Member("seoyeon", "이서연"),
        Member("haneul", "박하늘"),
        Member("doyun", "김도윤", avatar=False),
        Member("mirae", "정미래"),
    )
    collections = ("달빛 정원", "궁궐의 아침", None, "한강의 봄")
    occasions = OCCASIONS
    seasons = SEASONS
    garments = (
        Garment(
            "jeogori",
            "저고리",
            "깃과 동정은 손바느질로 마무리하고 고름은 넉넉하게 달았습니다.",
            "rose ivory jade lavender vermilion sky marigold white",
            "silk organza brocade",
            (PLUM, Figure("scattered", "sprig"), CLOUD, SOLID),
            "classic romantic",
            "wedding festival photoshoot",
            over="solid",
        ),
        Garment(
            "chima",
            "한복 치마",
            "허리 말기를 조끼형으로 지어 오래 입어도 흘러내리지 않습니다.",
            "crimson indigo plum emerald rose navy jade marigold",
            "satin silk organza",
            (SOLID, LOTUS, Figure("scattered", "plum"), SOLID),
            "classic modern",
            "wedding festival party",
            border="dancheong",
        ),
        Garment(
            "dangui",
            "당의",
            "앞뒤 자락의 곡선을 살리고 금박 대신 금사를 짜 넣었습니다.",
            "emerald crimson plum ivory navy vermilion lavender black",
            "brocade silk",
            (ROUNDS, CLOUD, LOTUS),
            "royal classic",
            "wedding party photoshoot",
            border="dancheong",
        ),
        Garment(
            "durumagi",
            "두루마기",
            "겉섶과 안섶을 곧게 맞추고 소매 배래를 완만하게 굴렸습니다.",
            "charcoal indigo ivory navy black jade plum white",
            "wool brocade silk ramie",
            (CLOUD, SOLID, PLUM, STRIPES),
            "classic minimal",
            "festival wedding party",
        ),
        Garment(
            "baji-jeogori",
            "남자 바지저고리",
            "대님과 허리끈을 함께 드리며 바지 마루폭을 넓혀 앉기 편합니다.",
            "jade ivory sky charcoal indigo white lavender teal",
            "silk ramie cotton",
            (SOLID, CLOUD, STRIPES),
            "classic casual",
            "festival daily wedding",
        ),
        Garment(
            "dol-hanbok",
            "아기 돌한복",
            "아이 살에 닿는 안감은 모두 순면이며 솔기를 한 번 더 감쌌습니다.",
            "vermilion rose sky ivory jade magenta marigold lavender",
            "silk cotton organza",
            (RAINBOW, Figure("scattered", "plum"), PLUM),
            "festive classic",
            "birthday photoshoot",
            border="dancheong",
        ),
        Garment(
            "saekdong-jeogori",
            "아이 까치저고리",
            "소매의 띠를 한 폭씩 이어 붙이던 방식 그대로 지었습니다.",
            "crimson emerald navy magenta teal gold sky white",
            "silk cotton",
            (RAINBOW,),
            "festive",
            "festival birthday photoshoot",
            over="solid",
        ),
        Garment(
            "family-portraits",
            "가족사진 촬영 한복",
            "부모와 아이의 치수를 한 번에 맞출 수 있도록 여러 치수를 갖추었습니다.",
            "ivory sky rose jade lavender navy marigold white",
            "silk ramie organza",
            (PLUM, SOLID, CLOUD),
            "modern romantic",
            "photoshoot festival",
            over="damask",
        ),
        Garment(
            "profile-photos",
            "프로필 사진촬영 재킷",
            "어깨선이 또렷하게 보이도록 심지를 두 겹 넣었고, 촬영 예약과 함께 빌릴 수 있습니다.",
            "charcoal navy ivory black plum teal emerald white",
            "wool cashmere linen",
            (SOLID, STRIPES, Figure("check")),
            "minimal modern",
            "photoshoot daily",
        ),
        Garment(
            "wedding-snaps",
            "웨딩 스냅 촬영 드레스",
            "야외 촬영에서 바람을 받으면 길게 퍼지도록 치마 폭을 여유 있게 잡았습니다.",
            "white ivory rose lavender sky gold jade crimson",
            "satin organza georgette",
            (SOLID, Figure("scattered", "plum"), PLUM),
            "romantic modern",
            "photoshoot wedding",
        ),
    )

    def title(self, look: Look) -> str:
        """무늬, 색, 옷감, 이름의 차례로."""
        words = (FIGURES.get(look.figure.name), COLOURS[look.colour], FABRICS[look.fabric], look.garment.noun)
        return " ".join(filter(None, words))

    def opening(self, look: Look) -> str:
        """What it is; every particle here follows a word that does not change."""
        colour, fabric, noun = COLOURS[look.colour], FABRICS[look.fabric], look.garment.noun
        figure = FIGURES.get(look.figure.name)
        if figure == "색동":
            return f"{colour} {fabric} 바탕에 색동을 이어 지은 {noun}입니다."
        if figure:
            return f"{colour} {fabric} 바탕에 {figure}를 짜 넣은 {noun}입니다."
        return f"무늬 없이 {colour} {fabric}의 결을 그대로 살린 {noun}입니다."

    def alt_text(self, title: str) -> str:
        """What the picture shows."""
        return f"{title}의 옷감을 가까이에서 찍은 사진"
