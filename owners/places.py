"""What a place is called: one reading of every spelling, and one short name for each. Pure.

People write `1号楼2单元101`, `1栋2-101`, `1#2单元101室`, `1#2#101`, `一幢二单元101` or `１－２－１０１`
and mean the same home. Its short name is `1-2-101` (building, entrance, room), `A-1201` where there are no
entrances, `S101` for a shop, `1期3-2-101` where phases number their buildings anew.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

HOME, SHOP, PARKING = "home", "shop", "parking"

_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
_BUILDING_WORD = r"(?:号楼|号|栋|幢|座|#楼|#|楼|BUILDING|BLOCK)"
_ENTRANCE_WORD = r"(?:单元|门|梯|#|ENTRANCE|UNIT)"
_ROOM_WORD = r"(?:室|房|号|户)"
_PHASE = r"(?:(?P<phase>[0-9A-Z东南西北中]{1,3}[期区])-?)?"
_BUILDING = r"(?P<building>[甲乙丙丁戊]?[0-9]{1,3}[A-Z]?|[A-Z][0-9]{0,2})"
_NAMED = r"(?P<building>[一-鿿]{1,9}[一-鿿](?<![期区]))"
_ENTRANCE = r"(?P<entrance>[0-9]{1,2}|[A-Z]|[甲乙丙丁戊东南西北中])"
#: 101, 101A, 601跃, 4层东, 地下室3, 1F-02: as they stand on the door.
_ROOM_TEXT = (
    r"(?:[0-9]{1,5}(?:[A-Z]|[跃复东西南北中上下左右])?|[0-9]{1,2}[层楼][东西南北中]{1,2}|[0-9]{1,2}F-?[0-9]{1,4}"
    r"|地下室[0-9]{1,3})"
)
_ROOM = rf"(?P<room>{_ROOM_TEXT})"

_SPELLINGS = [
    re.compile(pattern)
    for pattern in (
        # 别墅12号, 别墅5号A, 别墅12-101
        rf"{_PHASE}(?P<building>别墅-?[0-9]{{1,3}}[A-Z]?)(?:号楼|号|栋|幢|#)?(?:-?(?P<entrance>(?!)))?(?:-?(?P<room>[A-Z]|{_ROOM_TEXT}){_ROOM_WORD}?)?",
        # 1号楼, 1栋2单元, 1栋2-101, 1#101室, A座1201
        rf"{_PHASE}{_BUILDING}{_BUILDING_WORD}-?(?:{_ENTRANCE}(?:{_ENTRANCE_WORD}-?|-))?(?:(?P<room>{_ROOM_TEXT}|[A-Z]){_ROOM_WORD}?)?",
        # 1-2-101, 1-101, 1-2单元101
        rf"{_PHASE}{_BUILDING}-(?:{_ENTRANCE}(?:{_ENTRANCE_WORD}-?|-))?(?:{_ROOM}{_ROOM_WORD}?)?",
        # 紫薇阁2单元101, 紫薇阁101
        rf"{_NAMED}-?(?:{_ENTRANCE}(?:{_ENTRANCE_WORD}-?|-))?{_ROOM}{_ROOM_WORD}?",
    )
]
_BUILDING_ONLY = re.compile(rf"{_PHASE}{_BUILDING}(?P<word>{_BUILDING_WORD})?")
_BUILDING_INSIDE = re.compile(rf"{_PHASE}(?<![0-9A-Z]){_BUILDING}(?:号楼|栋|幢|座|#楼|#)")
_ENTRANCE_AND_ROOM = re.compile(rf"{_ENTRANCE}(?:单元|门|梯|ENTRANCE|UNIT)-?{_ROOM}{_ROOM_WORD}?")
_ENTRANCE_ONLY = re.compile(rf"{_ENTRANCE}{_ENTRANCE_WORD}?")
_ROOM_ONLY = re.compile(
    r"([A-Z]{1,2}-?[0-9]{1,5}[A-Z]?|[A-Z][0-9]-[0-9]{1,5}|[0-9]{2,5}[A-Z]?-[0-9]{1,4}[A-Z]?|[0-9]{1,5}[A-Z]?)"
    rf"{_ROOM_WORD}?|({_ROOM_TEXT}|[A-Z]){_ROOM_WORD}?"
)
_VILLA = re.compile(
    r"(?P<villa>别墅|联排|叠拼|独栋|排屋|VILLA)-?(?P<number>[0-9]{1,3}[A-Z]?)(?:号楼|号|栋|幢|#)?"
)
VILLA_WORDS = ("别墅", "联排", "独栋", "排屋", "villa", "Villa")
_ANNEX = re.compile(rf"{_PHASE}{_BUILDING}{_BUILDING_WORD}附-?(?P<annex>[0-9]{{1,2}})号?楼?")
_SHOP = re.compile(
    rf"(?:{_PHASE}{_BUILDING}{_BUILDING_WORD}-?)?"
    r"(?:(?:商铺|商业|底商|门面|店铺|SHOP)-?(?P<any>[A-Z]{0,2}-?[0-9]{1,4}[A-Z]?)|(?P<letter>S)-?(?P<digits>[0-9]{1,4}[A-Z]?))号?"
)
_PARKING = re.compile(
    r"(?:地下|地面)?(?:车位|车库|PARKING)-?(?P<number>(?:[A-Z][0-9]?-?)?[0-9]{1,5}[A-Z]?)号?"
)
#: Typed to look a home up: 1.2.101, and with the full stop of a Chinese keyboard 1。2。101.
_DOTTED = re.compile(r"(?:[0-9]{1,3}[A-Z]?|[A-Z][0-9]{0,2})(?:[.。·][0-9]{1,2})?[.。·][0-9]{2,5}[A-Z]?室?")
_RUN = re.compile(r"([1-9][0-9]{4,6})室?")
_HAN_NUMBER = re.compile(rf"([一二三四五六七八九十百零]+)(?={_BUILDING_WORD}|{_ENTRANCE_WORD}|[期区])")

_KINDS = {
    SHOP: ("商铺", "商业", "底商", "门面", "店铺", "商户", "商用", "shop", "retail"),
    PARKING: ("车位", "车库", "停车位", "地下车库", "地下车位", "parking", "parking space"),
    HOME: ("住宅", "公寓", "别墅", "洋房", "住房", "home", "flat", "apartment", "residential"),
}


@dataclass(frozen=True)
class Place:
    """A place as spoken of; parts not named are empty. `room` empty: a building or an entrance."""

    building: str = ""
    entrance: str = ""
    room: str = ""
    phase: str = ""
    kind: str = HOME

    @property
    def building_code(self) -> str:
        return self.phase + self.building

    @property
    def code(self) -> str:
        """The short name: `1-2-101`, `A-1201`, `S101`; with parts missing, its beginning."""
        room = self.room
        if room and self.kind != HOME and room[0].isdigit():
            room = {SHOP: "S", PARKING: "P"}.get(self.kind, "") + room
        return "-".join(part for part in (self.building_code, self.entrance, room) if part)

    def name(self, building_name: str = "") -> str:
        """As people read it: `1号楼2单元101`, `商铺S101`, `车位B1-023`."""
        entrance = f"{self.entrance}单元" if self.entrance else ""
        word = {SHOP: "商铺", PARKING: "车位"}.get(self.kind, "")
        if building_name[-1:].isdigit() and not word and (entrance or self.room)[:1].isdigit():
            building_name += "-"
        return f"{building_name}{entrance}{word}{self.room}"


def tidy(text: str) -> str:
    """Half width, capital letters, one sort of dash, no blanks; `1 2 101` becomes `1-2-101`."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    text = re.sub(r"\s*[‐‑‒–—―−－~_/\\]+\s*|\s*-+\s*", "-", text)
    text = re.sub(r"(?<=[0-9A-Z])\s+(?=[0-9])", "-", text)
    text = re.sub(r"\s+", "", text)
    return _HAN_NUMBER.sub(lambda m: str(_han_number(m[1])), text)


def parse_place(text: str) -> Place | None:
    """The place a text names, whole or in its beginning (`1号楼2单元`); None when it names none.

    >>> parse_place("1号楼2单元101").code, parse_place("１栋２－１０１").code, parse_place("商铺S101").code
    ('1-2-101', '1-2-101', 'S101')
    >>> parse_place("1-2-101").name("1号楼")
    '1号楼2单元101'
    >>> parse_place("张三") is None
    True
    """
    text = tidy(text)
    if match := _SHOP.fullmatch(text):
        number = match["any"] or match["letter"] + match["digits"]
        return Place(
            phase=match["phase"] or "",
            building=_plain(match["building"] or ""),
            room=re.sub(r"(?<=[A-Z])-", "", number),
            kind=SHOP,
        )
    if match := _PARKING.fullmatch(text):
        return Place(room=match["number"], kind=PARKING)
    for spelling in _SPELLINGS:
        if match := spelling.fullmatch(text):
            parts = match.groupdict(default="")
            return Place(
                phase=parts.get("phase", ""),
                building=_plain(parts["building"].replace("别墅-", "别墅")),
                entrance=_plain(parts["entrance"]),
                room=parts["room"],
            )
    return None


def parse_asked(text: str) -> Place | None:
    """As `parse_place`, of what is typed to look a home up: dots part its numbers as dashes do.

    Cells of ledgers are not read so: there 1.101 may be a number.

    >>> parse_asked("1.2.101").code, parse_asked("１。２。１０１").code, parse_asked("139.1111.0001")
    ('1-2-101', '1-2-101', None)
    """
    plain = tidy(text)
    return parse_place(text) or (
        parse_place(re.sub("[.。·]", "-", plain)) if _DOTTED.fullmatch(plain) else None
    )


def in_one_run(text: str) -> list[Place]:
    """The homes that digits without a mark between them may mean, for a look-up; empty for other texts.

    A room has three digits, or four; the number may be a room's own as well (`parse_room`).

    >>> [place.code for place in in_one_run("12101")], in_one_run("1201"), in_one_run("1-2-101")
    (['12-101', '1-2-101', '1-2101'], [], [])
    """
    run = _RUN.fullmatch(tidy(text))
    found: list[Place] = []
    if run is None:
        return found
    for length in (3, 4):
        before, room = run[1][:-length], run[1][-length:]
        if length == 3 and room.startswith("0"):
            continue
        if len(before) <= 3:
            found.append(Place(building=before, room=room))
        found += [
            Place(building=before[:-n], entrance=before[-n:], room=room)
            for n in (1, 2)
            if 1 <= len(before) - n <= 3 and before[-n] != "0"
        ]
    return found


def parse_building(text: str) -> tuple[str, str, str] | None:
    """A building's phase, short name without the phase, and name: `("", "1", "1号楼")`.

    A bare number or letter gets the usual word (`1` → `1号楼`, `A` → `A座`); a text without a
    number is a name of its own (`紫薇阁`). None: empty or too long for a name.
    """
    shown = unicodedata.normalize("NFKC", text).strip()
    text = tidy(text)
    if match := _VILLA.fullmatch(text):
        number = _plain(match["number"])
        return "", match["villa"] + number, re.sub(r"\s+", "", shown)
    if match := _ANNEX.fullmatch(text):
        return (
            match["phase"] or "",
            f"{_plain(match['building'])}附{match['annex']}",
            re.sub(r"\s+", "", shown),
        )
    if match := _BUILDING_ONLY.fullmatch(text):
        code = _plain(match["building"])
        if not match["word"]:
            shown += "座" if code[0].isascii() and code[0].isalpha() else "号楼"
        return match["phase"] or "", code, re.sub(r"\s+", "", shown)
    if re.fullmatch(r"[一-鿿]{2,10}|[A-Z]{4,16}", text) and not kind_of(text):
        return "", text[:20], re.sub(r"\s+", "", shown)
    return None


def building_in(text: str) -> tuple[str, str, str] | None:
    """The one building named inside a sheet name or title (`3号楼业主台账`); None for none or several."""
    found = {m[0] for m in _BUILDING_INSIDE.finditer(tidy(text))}
    return parse_building(found.pop()) if len(found) == 1 else None


def without_room(text: str) -> str:
    """A place in words as far as it leads to nobody's door: of `3号楼1单元901` the building alone.

    >>> without_room("3号楼1单元901"), without_room("901室"), without_room("东门")
    ('3号楼', '', '东门')
    """
    place = parse_place(text)
    building = parse_building(place.building_code) if place else building_in(text)
    if building and building[1].isascii():  # 张大妈家 would be taken for the name of one
        return building[2]
    return "" if place or re.search(r"[0-9]{3}", tidy(text)) else text


def parse_entrance(text: str) -> str | None:
    """`1单元`, `一单元`, `1` → `1`; `""` for an empty cell; None for anything else."""
    text = tidy(text)
    if text in ("", "-", "无"):
        return ""
    match = _ENTRANCE_ONLY.fullmatch(text)
    return _plain(match["entrance"]) if match else None


def parse_room(text: str) -> str | None:
    """`101`, `101室`, `S101`, `B1-023`; None for anything that is no room number."""
    match = _ROOM_ONLY.fullmatch(tidy(text))
    return re.sub(r"(?<=^S)-", "", match[1] or match[2]) if match else None


def several_rooms(text: str) -> list[str]:
    """The rooms of a text that names more than one door, or perhaps more than one.

    >>> several_rooms("101-102"), several_rooms("301、302"), several_rooms("1-101")
    (['101', '102'], ['301', '302'], [])
    """
    parts = re.split(r"[、,，/&+~～\-]+", unicodedata.normalize("NFKC", text).replace(" ", ""))
    rooms = [part.removesuffix("室") for part in parts]
    alike = len({len(re.sub("[A-Z]$", "", room)) for room in rooms}) == 1
    doors = all(re.fullmatch(r"[0-9]{3,5}[A-Z]?", room) for room in rooms)
    return rooms if len(rooms) > 1 and alike and doors else []


def parse_stair(text: str) -> tuple[tuple[str, str, str], str] | None:
    """A building with its entrance in one text: `1栋2单元`, `1-2`, `A座甲单元`; None for anything else.

    >>> parse_stair("1栋2单元"), parse_stair("3-1")
    ((('', '1', '1栋'), '2'), (('', '3', '3号楼'), '1'))
    """
    if match := re.fullmatch(rf"({_PHASE}[^-]*?{_BUILDING_WORD}?)-?{_ENTRANCE}{_ENTRANCE_WORD}", tidy(text)):
        building = parse_building(match[1])
        return (building, _plain(match["entrance"])) if building else None
    if match := re.fullmatch(rf"([^-]+)-{_ENTRANCE}", tidy(text)):
        building = parse_building(match[1])
        return (building, _plain(match["entrance"])) if building else None
    return None


def is_villa(text: str) -> bool:
    """Whether a building says that it is a home: `别墅1号`."""
    return bool(_VILLA.fullmatch(tidy(text)))


def is_house_number(text: str) -> bool:
    """Whether a building is written as a house, `3号`, and not as one of many homes, `3号楼`."""
    return bool(re.fullmatch(r"[0-9]{1,3}[A-Z]?号", tidy(text)))


def same_rooms(number: str) -> list[str]:
    """The numbers people may mean by one: 102 is found where the door says 0102, and 0102 where it says 102.

    >>> same_rooms("102"), same_rooms("0102"), same_rooms("1203")
    (['102', '0102'], ['0102', '102'], ['1203', '01203'])
    """
    if number.startswith("0"):
        return list(dict.fromkeys((number, number.lstrip("0") or number)))
    return [number, "0" + number] if number[:1].isdigit() and len(number) <= 5 else [number]


def parse_entrance_and_room(text: str) -> tuple[str, str] | None:
    """The entrance and the room of a text that names no building, else None: it is in any of them.

    >>> parse_entrance_and_room("2单元101室"), parse_entrance_and_room("1号楼2单元101")
    (('2', '101'), None)
    """
    match = _ENTRANCE_AND_ROOM.fullmatch(tidy(text))
    return (_plain(match["entrance"]), match["room"]) if match else None


def kind_of(text: str) -> str | None:
    """The kind of place a word means: `商铺` → `shop`; None for an unknown word."""
    word = unicodedata.normalize("NFKC", text).strip().lower()
    return next((kind for kind, words in _KINDS.items() if word in words), None)


def _plain(number: str) -> str:
    return number.lstrip("0") or number[:1]


def _han_number(text: str) -> int:
    """`十二` → 12, `一百零三` → 103."""
    total = digit = 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _HAN_DIGITS[c]
    return total + digit
