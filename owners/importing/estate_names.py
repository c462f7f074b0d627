"""Names of estates as files write them. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: What may stand behind the name of an estate and is no part of it: 锦绣 is 锦绣花园, and not 锦绣二期.
_BEHIND = re.compile(
    r"(?:住宅小区|住宅区|住宅|小区|花园|花苑|家园|园区|社区|物业管理处|物业服务中心|物业管理|物业|管理处|服务中心|项目部|项目"
    r"|estate|garden|gardens|residence|residences|community|project)+"
)


def same_estate(one: str, other: str) -> bool:
    """Whether two names are one but for blanks, width, case and a word like 小区 behind.

    >>> [same_estate("锦绣花园", other) for other in (" 锦绣 花园小区", "锦绣", "新锦绣花园", "锦绣花园二期")]
    [True, True, False, False]
    """
    short, long = sorted((key(one), key(other)), key=len)
    return bool(short) and long.startswith(short) and bool(_BEHIND.fullmatch(long[len(short) :] or "小区"))


@lru_cache(4096)
def key(text: str) -> str:
    """Letters and digits alone, half width and small."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in plain if char.isalnum())
