"""Words by which a statement tells that something has changed, and of what it tells.

Owns: the lists, in English, German and Chinese; whether a text holds words of one;
what a question asks for by them.
Knows nothing of: statements, scores.

They are hints, and none decides: in other languages, and where a change is told in
other words, likeness, shared rare words and time speak alone.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

_ASCII_WORD: Final = re.compile(r"[a-z0-9]+|\$")
_WORD: Final = re.compile(
    r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u4e00-\u9fff]+|[£$€]"
)


def _sets(**lists: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in lists.items()}


CHANGE: Final = frozenset(
    """now nowadays instead anymore changed change changing moved moving switched
    swapped replaced replaces quit resigned fired sacked retired promoted new ended
    dumped divorced engaged married died gone dead sold bought cancelled canceled
    postponed pushed finally actually forget nevermind fixed better renamed update
    updated stopped became become
    jetzt nun inzwischen mittlerweile neuerdings umgezogen ausgezogen eingezogen
    gekündigt gefeuert schluss getrennt verlobt verheiratet gestorben verkauft
    verschenkt gekauft abgesagt verschoben stattdessen endlich vorbei neu neue neuer
    neues neuen geändert gewechselt auseinander gezogen umziehen hingeschmissen
    换 搬 新 现在 如今 不再 已经 辞职 离职 分手 离婚 结婚 去世 死了 卖了 卖掉 买了 取消
    推迟 改成 改到 改名 终于 转正 升职 以后 往后""".split()
)
"""One word, case folded, or of scripts without spaces one sign or two."""

CHANGE_PAIRS: Final = frozenset(
    tuple(pair.split("_"))
    for pair in """no_longer any_more used_to these_days as_of laid_off broke_up
    split_up let_go me_go my_notice no_more push_the
    given_up gave_up passed_away called_off fell_through back_home came_back at_last
    turns_out
    never_mind the_end after_all said_yes said_no not_any from_monday
    from_tuesday from_wednesday from_thursday from_friday from_saturday from_sunday
    from_january from_february from_march from_april from_may from_june from_july
    from_august from_september from_october from_november from_december from_now
    nicht_mehr kein_mehr ab_januar ab_februar ab_märz ab_april ab_mai ab_juni ab_juli
    ab_august ab_september ab_oktober ab_november ab_dezember ab_montag ab_jetzt
    zieh_um ziehe_um wieder_gesund ab_sofort von_jetzt""".split()
)
"""Two words that follow each other."""

_NO_MORE: Final = re.compile(
    r"\b(?:kein\w*|nicht|nie)\b[^.!?]{1,40}\bmehr\b"
    r"|\b(?:not?|never|n['\u2019]t)\b[^.!?]{1,40}\b(?:any\s?more|any\slonger)\b",
    re.IGNORECASE,
)
"""The same with words between: "I'm not a vegetarian any more"."""

_MORE: Final = ("mehr", "more", "longer")
"""One of them stands in whatever `_NO_MORE` matches."""

PEOPLE: Final = _sets(
    sister="sister sisters sis schwester 姐姐 妹妹",
    brother="brother brothers bro bruder 哥哥 弟弟",
    mother="mother mum mom mums mama mutter 妈 妈妈",
    father="father dad dads papa vater 爸 爸爸",
    son="son sohn 儿子",
    daughter="daughter tochter 女儿",
    friend="friend friends buddy kumpel 朋友",
    grandparent="grandma grandpa gran granny oma opa 奶奶 爷爷",
    relative="aunt uncle cousin tante onkel 阿姨 叔叔",
    neighbour="neighbour neighbor nachbar nachbarin 邻居",
    colleague="colleague colleagues kollege kollegin 同事",
)
"""Others than the speaker, of whom a statement may tell."""

SLOTS: Final = _sets(
    home="""live living lives lived moved moving flat apartment house room bunk loft
    attic lease city town wohn wohne wohnen wohnt umgezogen gezogen wohnung zimmer wg
    haus stadt 住 搬 租 房 城市""",
    work="""job work works working employer company boss shift shifts quit hired fired
    career profession office wage wages salary notice arbeit arbeite arbeitest stelle
    gekündigt beruf lehrstelle ausbildung firma lohn
    工作 上班 辞职 公司 转正 实习 工资""",
    partner="""boyfriend girlfriend partner husband wife fiance fiancee dating married
    marry engaged single divorced freund freundin mann verlobt heiraten schluss
    getrennt auseinander 男友 女友 老公 老婆 结婚 离婚 分手 对象""",
    age="birthday geburtstag 岁 生日",
    name="""call called name named renamed heisst heisse heissen nenn nennen nennt namen
    叫 名字 改名""",
    pet="""cat dog kitten puppy hamster tortoise horse pony bird parrot rabbit katze
    kater hund hase vogel pferd 猫 狗 龟 鸟 兔""",
    vehicle="""car truck van bike motorbike scooter ship boat auto wagen fahrrad
    motorrad 车 船""",
    device="phone iphone laptop tablet computer handy telefon 手机 电脑",
    number="number nummer 电话 号码",
    day="""monday tuesday wednesday thursday friday saturday sunday january february
    march april june july august september october november december montag dienstag
    mittwoch donnerstag freitag samstag sonntag januar februar märz mai juni juli
    oktober dezember 星期 周一 周二 周三 周四 周五 周六 周日""",
    money="euro euros dollar dollars pound pounds quid marks bucks price £ $ € 块 元",
    health="""sick ill hurt knee shoulder doctor physio hospital fever krank arzt
    gesund knie schulter 病 医院 手术 医生""",
    diet="""vegetarian vegetarians vegan vegans veggie meat vegetarier vegetarierin
    vegetarisch veganer veganerin vegan fleisch 素 肉""",
    liking="favourite favorite liebling lieblings 最爱",
)
"""What a statement may tell a value of, by words."""

CURRENT: Final = frozenset(
    """now nowadays still yet currently anymore finally presently noch jetzt inzwischen
    mittlerweile aktuell gerade grad momentan derzeit 现在 如今 目前
    还是 还在""".split()
)
"""A question with one of them asks how things are."""

CURRENT_PAIRS: Final = frozenset(
    {("these", "days"), ("any", "more"), ("the", "moment"), ("the", "end")}
)

EVENT: Final = frozenset("did was were had has war warst waren hatte hatten".split())
"""A question with one of them may ask for what happened once, which stays as it was."""

PAST: Final = frozenset(
    """before previously formerly former earlier originally previous ex früher vorher
    damals ehemalig ehemalige ehemaliger ehemaligen ursprünglich vorige voriger
    以前 之前 过去 原来 当初 曾经 那时 最初""".split()
)
"""A question with one of them asks how things were."""

PAST_PAIRS: Final = frozenset(
    {
        *(("used", "to"), ("use", "to"), ("back", "then"), ("at", "first")),
        *(("my", "old"), ("your", "old"), ("the", "old"), ("in", "past")),
        *(("last", "job"), ("last", "place"), ("first", "job"), ("first", "place")),
        *(("alte", "wohnung"), ("alter", "job"), ("alten", "job"), ("alte", "stelle")),
    }
)


class SaidWords(NamedTuple):
    """The words of a text.

    Attributes:
        held: All words, and each two neighbours as one word.
        pairs: Each two neighbours.
    """

    text: str
    held: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    def hold(self, single: frozenset[str], doubled: frozenset[tuple[str, ...]]) -> bool:
        """Say whether one of some words, or two of them in a row, are there."""
        return not (single.isdisjoint(self.held) and doubled.isdisjoint(self.pairs))


def said_words(text: str) -> SaidWords:
    """Tell the words of a text apart."""
    words = words_of(text)
    pairs = frozenset(pairwise(words))
    return SaidWords(text, frozenset([*words, *map("".join, pairs)]), pairs)


def tells_of_change(said: SaidWords) -> bool:
    """Say whether a text has a word by which something is told to have changed."""
    if said.hold(CHANGE, CHANGE_PAIRS):
        return True
    folded = said.text.casefold()
    return (
        any(word in folded for word in _MORE) and _NO_MORE.search(said.text) is not None
    )


def asks_for_past(question: str) -> bool:
    """Say whether a question asks how things were: "What was my old job?"."""
    return said_words(question).hold(PAST, PAST_PAIRS)


def asks_for_present(question: str) -> bool:
    """Say whether a question asks how things are: "Where do I work now?"."""
    return said_words(question).hold(CURRENT, CURRENT_PAIRS)


def asks_for_event(question: str) -> bool:
    """Say whether a question may ask for what happened once: "When did we meet?"."""
    return not EVENT.isdisjoint(words_of(question)) and not asks_for_present(question)


def words_of(text: str) -> list[str]:
    """Return the words of a text, case folded; signs of unspaced scripts one by one."""
    folded = text.casefold()
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)
