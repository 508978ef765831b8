"""Read facts out of Chinese statements.

Owns: Chinese clauses and subjects, and the third person.
Knows nothing of: what a message states in earnest, other languages.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ..text.patterns import late
from .chinese_rules import KIN, PET, REL, RULES, TIME
from .facts import About, Category, Fact
from .statements import Stated
from .told import Told

_MINE: Final = late(
    f"(?:我|咱|我们)?(?:的|家的?)?(?P<rel>{REL})(?:的名字)?(?:是)?(?:名?叫|叫做)"
    f"(?P<name>[^，。！的]{{1,5}})"
)
_KIN_TELLS: Final = late(
    f"^(?:我|咱|我们)(?:的|家的?)?(?P<rel>{REL})(?!也?(?:说|觉得|以为|问|要我|让我"
    "|总说|老说|常说))(?P<rest>(?:今年|是|在|有|住|去|喜欢|讨厌|病|死|去世|怀孕|"
    "结婚|离婚|做|当|最|很|从|刚|对|怕|不|会|养|搬|昨天|也|已|把|教|生|开|卖|种|退休"
    "|以前|曾|特别|姓|得了)[^。！]*)$"
)
_CALL_ME: Final = late(
    "^(?:你?可以|就)?叫我(?P<x>[^，。！]{1,6}?)(?:就好|就行|吧|就可以了?)?$"
)
_PROMISES: Final = late("(?:答应|保证|发誓|向你保证)(?:过)?(?:你)?[，,：:]")
_EACH_CALLED: Final = late(
    "(?:一[只条个位]|(?:它|他|她)?(?:的名字)?)(?:名?叫|叫做)(?P<name>[^，。！]{1,5})"
)
_ZH_TIME_FIRST: Final = late(
    f"^(?P<when>{TIME}|上个?月|上周|去年|前年|小时候|以前|最近)(?:的?时候)?(?P<i>我|咱)"
)
_OTHER_FIRST: Final = late(
    "^(?:这次|今天|那|其实|对了|现在|那么|所以|因为|而且|不过|但是?|哈哈+|嗯+|啊+|"
    "唉+|说起来|告诉你|跟你说|记住|别忘了|话说|另外|顺便说一下|老实说|说实话)[，,、"
    "]?"
)
_ANSWERS: Final = (
    (late("做什么工作|什么工作|干什么的|做什么的|职业"), "我是{}"),
    (late("住在?哪|住哪"), "我住在{}"),
    (late("哪里人|哪儿人|来自哪|老家"), "我来自{}"),
    (late("多大|几岁|年龄"), "我{}"),
    (late("过敏"), "我对{}过敏"),
    (late("怕什么|害怕什么"), "我怕{}"),
    (late("生日"), "我生日是{}"),
    (late("宠物|兄弟姐妹|孩子"), "我有{}"),
    (late("喜欢(?:吃|喝|看|听)?什么"), "我喜欢{}"),
)
_NO: Final = late("(?:^|^现在|^已经|^其实|^也)(?:不是|没有?|不|别|从没|从来没)")


class ChineseReader:
    """Reads the statements of one message, in order."""

    def __init__(self, speaker: str, other: str, *, user: bool) -> None:
        """Take the names of who speaks and to whom."""
        self._speaker = speaker
        self._other = other
        self._about: About = "user" if user else "character"
        self._rel = ""
        self._mine = False
        self._found: list[Fact] = []

    def read(self, said: list[Stated], before: str) -> list[Fact]:
        """Return the facts of a message; see `EnglishReader.read`."""
        for statement in said:
            clauses = [
                one
                for one in re.split(
                    "[，,；;。！!…~～]+", _PROMISES.sub("答应你", statement.text)
                )
                if one.strip()
            ]
            for at, clause in enumerate(clauses):
                if found := _EACH_CALLED.match(clause):
                    self._name_last(found["name"])
                text = _OTHER_FIRST.sub("", clause.strip()) or clause
                if statement.first and at == 0 and "我" not in text:
                    text = _answered(text, before) or text
                self._clause(text, statement.earnest)
        return self._found

    def _clause(self, text: str, earnest: float) -> None:
        if len(text) > 60 or re.match("你|您|他|她|它们?|谁|怎么|为什么", text):
            self._names(text, earnest)
            return
        when = ""
        if found := _ZH_TIME_FIRST.match(text):
            when, text = found["when"], text[found.start("i") :]
        if found := _CALL_ME.match(text):
            told = Told(Category.PERSONAL, "name", found["x"], 0.82)
            self._add(f"{self._speaker}叫{found['x']}", told, earnest)
            return
        if found := _MINE.match(text):
            self._is_named(found["rel"], found["name"], earnest)
            self._mine = True
            return
        if found := _KIN_TELLS.match(text):
            self._rel = found["rel"]
            self._of_kin(found["rel"], found["rest"], earnest)
            return
        body = text.removeprefix("我们").removeprefix("我").removeprefix("咱")
        own = body != text
        if own or self._mine:
            self._of_self(body, when, earnest * (1.0 if own else 0.92))
        self._names(text, earnest)
        self._mine = own or self._mine

    def _of_self(self, body: str, when: str, earnest: float) -> None:
        told = _told_by(f"{when}{body}") or (_told_by(body) if when else None)
        if told is None:
            return
        line = f"{self._speaker}{when}{_third(body, self._speaker, self._other)}"
        self._add(line, told, earnest)
        if told.category in (Category.PET, Category.FAMILY, Category.RELATIONSHIP):
            self._rel = next(iter(re.findall(REL, body)), "")

    def _of_kin(self, rel: str, rest: str, earnest: float) -> None:
        who = f"{self._speaker}的{rel}"
        told = _told_by(rest) or Told(Category.FAMILY, f"is:{rest[:6]}", rest[:8], 0.74)
        if _NO.match(rest) and told.value not in ("no", "dislikes"):
            return
        self._add(
            f"{who}{_third(rest, self._speaker, self._other)}", told, earnest, who
        )
        self._names(rest, earnest)

    def _names(self, text: str, earnest: float) -> None:
        for found in _EACH_CALLED.finditer(text):
            if self._rel:
                self._is_named(self._rel, found["name"], earnest)

    def _name_last(self, name: str) -> None:
        """Add a name to what was told last: "two cats, one called Doudou"."""
        if self._found and self._found[-1].category is Category.PET and self._rel:
            at = max(
                n
                for n, one in enumerate(self._found)
                if one.slot == f"pet:{self._rel}" or one.text.startswith(self._speaker)
            )
            whole = self._found[at].text.rstrip("。")
            joined = f"{whole}和{name}。" if "叫" in whole else f"{whole}，叫{name}。"
            self._found[at] = replace(self._found[at], text=joined)

    def _is_named(self, rel: str, name: str, earnest: float) -> None:
        if re.match("我|你|他|她|什么|人|爸|妈|救|得|不|喊", name):
            return
        slot = f"pet:{name}" if re.fullmatch(PET, rel) else f"knows:{name}"
        category = (
            Category.PET
            if re.fullmatch(PET, rel)
            else Category.FAMILY
            if re.fullmatch(KIN, rel)
            else Category.RELATIONSHIP
        )
        if re.fullmatch(
            "老公|老婆|丈夫|妻子|男朋友|女朋友|男友|女友|未婚夫|未婚妻", rel
        ):
            self._add(
                f"{name}是{self._speaker}的{rel}",
                Told(category, "partner", name, 0.92),
                earnest,
            )
        else:
            self._add(
                f"{name}是{self._speaker}的{rel}",
                Told(category, slot, rel, 0.92),
                earnest,
            )
        self._rel = rel

    def _add(self, text: str, told: Told, earnest: float, subject: str = "") -> None:
        line = re.sub("[了吧呢啊呀嘛哦]*[\\s，。！]*$", "", text) + "。"
        if any(known.text == line for known in self._found):
            return
        self._found.append(
            Fact(
                text=line,
                about="other" if subject else self._about,
                subject=subject or self._speaker,
                category=told.category,
                slot=told.slot,
                value=told.value,
                confidence=round(min(1.0, told.confidence * earnest), 3),
                ended=told.ended,
                when=next(iter(re.findall(TIME, text)), ""),
            )
        )


def _told_by(body: str) -> Told | None:
    for one in RULES:
        if found := one.pattern.match(body):
            groups = found.groupdict()
            x = (groups.get("x") or groups.get("y") or "").strip("的了 ")[:10]
            if _NO.match(body) and one.value not in ("no", "dislikes"):
                return None
            ended = one.ended or "不再" in body
            return Told(
                one.category,
                one.slot.format(x=x),
                one.value or x,
                one.confidence,
                ended,
            )
    return None


def _third(text: str, speaker: str, other: str) -> str:
    return text.replace("我们", speaker).replace("我", speaker).replace("你", other)


def _answered(text: str, before: str) -> str:
    if not re.search("[?？]", before) or re.match("不|没|你|是的|对|嗯|有$", text):
        return ""
    for pattern, lead in _ANSWERS:
        if pattern.search(before):
            return lead.format(text.removeprefix("有") if lead == "我有{}" else text)
    return ""
