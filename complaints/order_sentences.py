"""What an order tells in sentences: that its caller wants to stay unknown, and the homes it names. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from owners.places import parse_place

_CLAUSE = re.compile(r"[,，。;；!！?？\n]+")
_KEPT_SECRET = re.compile(
    "保密|匿名|(?:不|勿|别)(?:愿意?|想|希望|便|要|得|予|能)?(?:对外)?(?:公开|透露|泄露|告知)(?:其|来电人|本人|个人|自己)?的?(?:姓名|身份|个人|信息|联系|电话|隐私)?"
)
_WHO = re.compile(
    "来电人|来电者|市民|诉求人|反映人|投诉人|举报人|当事人|本人|其|身份|姓名|个人|信息|联系方式|隐私|电话"
)
_WISH = re.compile("要求|请求|希望|请|需|须|申请|注意|务必|予以|应|不愿|不想|不便|勿|别|不要|不得")
_NO_WISH = re.compile("(?:不|无|未|没有?|毋)(?:要求|需要?|用|必|须|提出)|可以?公开|不是匿名|非匿名|否")
_OF_OTHERS = re.compile("物业|开发商|居委|业委会|社区称|保安")
_SECRET_TAG = re.compile(
    "[【\\[(（〔](?:来电人|信息|身份)?(?:要求|需)?保密(?:件|工单)?[】\\])）〕]|保密工单|保密件"
)

_FLAT = re.compile(
    r"(?<![\d.\-:/A-Za-z])(?:"
    r"(?P<lane>\d{1,5}弄\s*)?"
    r"(?P<home>(?:[A-Za-z]|\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:号楼|栋|幢|座|#楼?|号(?=\s*\d{3,4}\s*室))\s*"
    r"(?:(?:\d{1,2}|[一二三四五六七八九十甲乙丙丁])\s*单元\s*|(?:\d{1,2})-)?\d{3,4}(?:\s*[室房户号])?"
    r"|\d{1,3}-(?:\d{1,2}-)?\d{3,4}(?:\s*[室房户])?)"
    r")(?![\d\-:/年月号])"
)


def wants_secrecy(text: str) -> bool:
    """Whether a sentence says that the caller wants to stay unknown, or a tag marks the order so."""
    if _SECRET_TAG.search(text):
        return True
    about_others = False
    for clause in _CLAUSE.split(text):
        about_others = bool(_OF_OTHERS.search(clause)) and not re.search("来电人|市民|诉求人", clause)
        if not _KEPT_SECRET.search(clause) or about_others:
            continue
        if _WISH.search(clause) and (_WHO.search(clause) or len(clause) <= 8) and not _NO_WISH.search(clause):
            return True
    return False


def homes_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Homes the texts name, in their order, each once; whose they are, only a person can tell."""
    named: dict[str, str] = {}
    for text in texts:
        for match in _FLAT.finditer(unicodedata.normalize("NFKC", text)):
            said = re.sub(r"\s", "", match["home"])
            if (place := parse_place(said)) and place.room:
                named.setdefault(place.code, said)
    return tuple(named.values())
