"""Which part of a shared past a message calls for: the first, the last, today's, all.

Owns: the words for "how we met", "last time", "this morning", "your promise", "where
were we?", "our story so far", "a new story", and how near each message lies to what
they mean.
Knows nothing of: named dates, weights, stores; words in other languages than English,
German and Chinese.

"What did I tell you today?" holds no word that its answer holds, and neither does "the
last scene". What they name is a place in the past, and that is all there is to find
them by.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..text.dates import DAY
from ..text.patterns import late
from .corpus import CorpusView, Rows

Scores = NDArray[np.float32]
Seconds = NDArray[np.float64]
Slots = NDArray[np.intp]

FIRST_MESSAGES: Final = 20
"""Where no time is known, so many messages are the beginning."""
OPENING: Final = 4
"""The first words of all: what "how we met" means before anything else."""
LAST_MESSAGES: Final = 40
"""Of the conversation before this one so many count, for it may have been a long one,
and of these the last few most."""
CLOSING: Final = 8
NIGHT_HOURS: Final = 4
"""Until so late at night it is the day before that people call today."""
OTHER_ZONE_HOURS: Final = 12
"""The clock that said when it was may stand in another zone than ours."""


class Stretch(NamedTuple):
    """A part of today, in seconds since the epoch.

    Attributes:
        day: When the day began.
        start, end: The part that is named; of the day, if it is the whole one.
    """

    day: float
    start: float
    end: float


_HOUR: Final = 3600.0
# By the words for it: the hours of a part of the day, with an hour or two around it.
_PARTS: Final = (
    (
        r"this\ morning|since\ breakfast|heute\ (?:morgen|frueh|früh|vormittag)"
        r"|今早|今天早上|今天上午|今晨|早上|上午",
        (3, 13),
    ),
    (r"this\ afternoon|heute\ (?:mittag|nachmittag)|今天(?:中午|下午)|下午", (11, 19)),
    (r"this\ evening|tonight|heute\ (?:abend|nacht)|今晚|今天晚上", (15, 28)),
)
_TODAY: Final = late(
    "|".join(f"(?P<part{at}>{words})" for at, (words, _) in enumerate(_PARTS))
    + r"""
    | \btoday\b | \bearlier\b(?!\ (?:than|this\ (?:week|month|year)|in\ ))
    | \ba\ (?:little\ |short\ )?(?:while|moment|minute)\ ago\b
    | \b(?:an?|one|two|three|few|\d{1,2})\ (?:of\ )?(?:minute|hour)s?\ ago\b
    | \b(?:heute|vorhin|eben\ gerade)\b
    | \bvor\ (?:ein\ paar|\w+)\ (?:minute|stunde)n?\b
    | 今天 | 今日 | 刚才 | 刚刚 | 方才 | 早些时候
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASKS_BACK: Final = late(
    r"""\b(?:what|where|who|whom|whose|which|when|why|how\ (?:many|much|long|often))\b
        [^.!?]{0,80}?
        \b(?:did|was|were|had|have|has|said|told|mentioned|talked|happened)\b
    | \b(?:remember|recall|remind\ me|forgot)\b
    | \b(?:did|have|had)\ (?:i|you|we)\ (?:\w+\ )?
      (?:tell|told|say|said|mention|mentioned|talk|talked|promise|promised)\b
    | \b(?:was|wo|wer|wen|wem|wann|warum|wieso|wohin|woher|welche\w?|wovon|worüber
        |wie\ viel\w*)\b[^.!?]{0,80}?
        \b(?:habe?|hast|haben|hatten?|war|waren|wollten?|ist|bin|erzählt|gesagt
        |besprochen|passiert)\b
    | \b(?:erinnerst|wei(?:ß|ss)t\ du\ noch|erzählt|erwähnt)\b
    | (?:说|讲|聊|谈|告诉|提|答应|问|吃|去|做|干|发生|见|买)[^\u3002\uff01\uff1f]{0,6}
      (?:过|了)?[^\u3002\uff01\uff1f]{0,6}(?:什么|啥|哪|谁|几|多少|吗)
    | 记得|还记不记得
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What asks for something past; "today" alone is said of what is to come, too."""
_HOW_ARE_YOU: Final = late(
    r"""\bhow(?:'s|\ (?:was|is|are|were|has|have|did))\b
    | \bwhat\ (?:did|have|are|were|do)\ (?:you|u|ya)\ (?:\w+\ )?
      (?:do|doing|done|been|up\ to|wear|wearing)\b
    | \bwie\ (?:war|ist|geht|lief|läuft)\b | \bwas\ (?:hast|machst)\ du\ (?:\w+\ )?
      (?:heute\ )?(?:\w+\ )?(?:gemacht|so)\b
    | 怎么样|过得|忙不忙|今天.{0,4}(?:吃|做|去)(?:什么|啥|哪)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Asked of the other one's day, to be kind."""

_FIRST: Final = late(
    r"""\b(?:when|where|how|since|the\ (?:day|time|night|place|moment))\ (?:that\ )?
        (?:did\ )?we\ (?:first\ |ever\ )?
        (?:met|meet|got\ to\ know|(?:began|started)\ (?:talking|chatting))\b
        (?!\ (?:for|up|with|at|in|again))
    | \bthe\ (?:very\ )?first\ (?:time|day|night|evening)\ (?:that\ )?
      (?:we|i\ met\ you)\b
    | \bour\ (?:very\ )?first\ (?:meeting|conversation|chat|talk|encounter|date|words)\b
    | \bwe\ first\ (?:met|talked|spoke|chatted)\b
    | \bthe\ (?:very\ )?first\ (?:thing|words?|message)s?\ (?:that\ )?(?:i|you|we)\b
    | \b(?:wie|wo|wann|als|seit)\ wir\ uns\ (?:\w+\ ){0,3}?
      (?:kennen\ ?gelernt|begegnet|getroffen|kennen)\b
    | \b(?:haben|sind)\ wir\ uns\ (?:\w+\ ){0,2}?
      (?:kennen\ ?gelernt|(?:zum\ ersten\ mal|zuerst)\ (?:getroffen|begegnet))\b
    | \bunser(?:e[mnrs]?)?\ (?:aller)?erste[nrsm]?[ ]
      (?:treffen|begegnung|gespräch|chat|abend|tag|date)\b
    | \bzum\ (?:aller)?ersten\ mal\ (?:\w+\ ){0,3}?
      (?:getroffen|gesehen|begegnet|geredet|gesprochen|geschrieben|bei\ dir)\b
    | 我们.{0,4}(?:怎么|如何|在?哪里?|什么时候|何时).{0,3}(?:认识|相识|相遇|遇见|遇到的)
    | 我们.{0,4}(?:第一次|初次|头一回|刚)(?:见|聊|说|遇|认识|相)
    | (?:第一次|初次|头一回|当初)(?:见面|见到[你我]|遇见|相遇|认识|聊天) | 初遇 | 初见
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LAST: Final = late(
    r"""\blast\ (?:time|conversation|chat|talk|session|scene|chapter|episode|adventure
        |meeting|call|thing|words?|message)\b(?!\ (?:in|for\ all|she|he|they)\b)
    | \bwhere\ (?:did|had|have|were)\ we\ (?:\w+\ )?(?:leave|left|stop|stopped|end|at)\b
    | \bwhere\ we\ (?:left|stopped|ended)\b | \bpick\ up\ where\b
    | \bthe\ story\ so\ far\b | \bprevious\ (?:scene|chat|session|conversation)\b
    | \b(?:das|beim)\ (?:aller)?letzte[ns]?\ (?:mal|treffen|gespräch|telefonat|chat)\b
    | \bletztes\ mal\b | \bzuletzt\b | \b(?:in\ )?(?:de[rmn]|unsere[rmn]?)[ ]
      (?:aller)?letzten\ (?:szene|sitzung|unterhaltung|abend|kapitel)\b
    | \bwo\ (?:waren|sind|haben)\ wir\ (?:\w+\ )?(?:stehen|aufgehört|geblieben)\b
    | 上一?次 | 上回 | 上一?(?:场|章|幕|段) | 最后(?:一次|一幕|说|聊) | 前一次
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WANTED_BACK: Final = late(
    r"""[?\uff1f] | \b(?:we|us|our|wir|uns|unsere?\w?)\b | 我们 | 咱
    | \b(?:what|tell|continue|go\ on|recap|summari[sz]e|remind|remember|recall|repeat)\b
    | \b(?:was\ (?:hab|hast|haben|war)|erzähl\w*|wiederhol\w*|erinner\w*|weiter)\b
    | 什么 | 啥 | 哪 | 继续 | 接着 | 记得 | 来着 | 讲 | 说说 | 再说
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Without one of these, "the last time" is but a manner of speaking."""
_HELLO: Final = (
    r"^\W*(?:(?:hey|hi+|hello|well|so|ok(?:ay)?|alright|and|now|sorry|hallo|na|also|du"
    r"|so|huhu|嗨|你好|好了|哈喽)[\s,.!\u2026\uff0c\uff01]*(?:\w+[,!]\s*)?){0,4}"
)
_SCENE: Final = late(
    r"""\b(?:where|what\ (?:scene|part))\ (?:were|was|are|did|had|have)\ we
        (?:\ (?:again|now|at|then|leave|left|stop|stopped|end)\b[^.!?]{0,20})?
        \s*(?:[?!.\u2026]|$)
    | \bwhat\ were\ we\ (?:doing|up\ to|talking\ about|saying)\s*(?:[?!.]|$)
    | \bwhere\ we\ (?:left|stopped|ended)\b | \bpick\ up\ where\b
    | \b(?:the|our|that)\ last\ scene\b
    | \bwo\ (?:waren|sind|haben)\ wir\ (?:\w+\ ){0,3}?(?:stehen|geblieben|aufgehört)
    | \bwo\ (?:waren|sind)\ wir(?:\ (?:denn|noch|gerade|jetzt|nochmal|noch\ mal)){0,2}
      \s*(?:[?!.\u2026]|$)
    | \b(?:die|der|unsere[rn]?)\ letzten?\ szene\b
    | (?:说|聊|讲|进行|玩|演)到(?:哪儿?|哪里|什么地方|第几)
    | 我们刚才?在(?:做|聊|说|讲)什么 | 接着上(?:次|回)
    | """
    + _HELLO
    + r"""(?:
        (?:i\ ?['\u2019]?\ ?a?m|we['\u2019]?re|guess\ who['\u2019]?s)\ (?:finally\ )?
        back(?:\ (?:again|now|here|at\ last))?
      | (?:da\ )?bin\ (?:ich\ )?(?:wieder|zur\u00fcck)(?:\ (?:da|hier|zur\u00fcck))?
      | ich\ bin\ (?:wieder\ (?:da|hier|zur\u00fcck)|zur\u00fcck)
      | 我(?:又|终于)?回来(?:了|啦) | 我又来(?:了|啦)
    )(?=\s*(?:[.!?,~:;\u2026*(\u3002\uff0c\uff01\uff1f]|$))
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Said by one who comes back and goes on; "I'm back from Rome" tells something else."""
_STORY: Final = late(
    r"""\bour\ (?:whole\ |entire\ )?(?:story|adventures?|journey|history)
        (?:\ together)?\ (?:so\ far|until\ now|up\ to\ now)\b
    | \bthe\ (?:whole\ )?story\ so\ far\b
    | \b(?:tell|remind|recap|retell|summari[sz]e|recount)\b[^.!?]{0,30}
      \bour\ (?:whole\ |entire\ )?(?:story|adventures?|journey|history|time\ together)\b
    | \bwhat(?:'s|\ is|\ has|\ have|\ all)?\ (?:\w+\ ){0,2}?happened[ ]
      (?:\w+\ ){0,3}?(?:so\ far|until\ now|up\ to\ now)\b
    | \b(?:give|do|need|want|have)\b[^.!?]{0,20}\ba\ (?:quick\ |short\ )?recap\b
    | ^\W*(?:please\ )?recap(?:\ please)?\W*$
    | \beverything\ (?:that\ )?(?:we|we['\u2019]ve)\ (?:have\ )?
      (?:lived|been|gone)\ through
    | \b(?:erz\u00e4hl|fass|wiederhol)\w*\b[^.!?]{0,30}
      \b(?:unsere?[rn]?|die\ bisherige)\ (?:ganze\ |bisherige\ )?geschichte\b
    | \bunsere\ (?:bisherige\ )?geschichte\ bis(?:her|\ jetzt)\b
    | \bwas\ (?:ist\ )?bisher\ (?:alles\ )?(?:passiert|geschehen|geschah)
    | \bwas\ haben\ wir\ (?:\w+\ ){0,2}?(?:bisher|alles|zusammen)\ (?:\w+\ ){0,2}?erlebt
    | (?:讲|说|回顾|总结|复述|概括)[^\u3002\uff01\uff1f]{0,8}
      我们[^\u3002\uff01\uff1f]{0,6}(?:故事|经历|历程)
    | (?:到目前为止|迄今为止|到现在为止)[^\u3002\uff01\uff1f]{0,10}(?:发生|故事|经历)
    | 前情(?:提要|回顾|概要) | 我们[^\u3002\uff01\uff1f]{0,4}经历(?:了|过)?(?:什么|哪些)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ANEW: Final = late(
    r"""\b(?:start|begin|play|try|want|how\ about|time\ for|(?:let|here)['\u2019]?s)\b
        [^.!?]{0,30}\b(?:a|an)\ (?:whole\ |completely\ |entirely\ |brand[ -]?)?
        (?:new|different|fresh)\ (?:story|adventure|role-?\ ?play|rp|scenario|world)\b
    | ^\W*(?:a\ )?new\ (?:story|adventure|role-?\ ?play|rp|scenario)\b
    | \b(?:let['\u2019]?s|can\ we|shall\ we|i\ want\ to|we)\ (?:just\ )?
      (?:start|begin)\ (?:over|afresh|anew|again\ from|from\ (?:scratch|zero))\b
    | \bforget\ (?:everything|all)\ (?:\w+\ ){0,3}?(?:happened|before|so\ far)\b
    | \b(?:beginn|start|fang|lass|spiel|m\u00f6cht|will|woll|jetzt)\w*\b[^.!?]{0,30}
      \b(?:neue[sn]?|andere[sn]?)\ (?:geschichte|abenteuer|rollenspiel|szenario)\b
    | ^\W*(?:eine?\ )?neue[s]?\ (?:geschichte|abenteuer|rollenspiel|szenario)\b
    | \b(?:ganz\ |noch\ ?mal\ )?von\ (?:vorne?|neuem)\ (?:an|anfangen|beginnen|los)
    | \bvergiss\ (?:alles|was)\b
    | (?:开始|来|讲|玩|换)[^\u3002\uff01\uff1f]{0,6}(?:新的?|另)一?个?
      (?:故事|冒险|剧本|剧情|世界)
    | 重新开始 | 从头(?:开始|来)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Who begins anew does not want to be told what was."""
_PROMISED: Final = late(
    r"""\bpromis(?:e|es|ed|ing)\b | \b(?:swore|sworn|vow(?:ed)?|oath|pledged?)\b
    | \b(?:gave|given?|keep|kept)\ (?:me\ |you\ )?(?:my|your|his|her)\ word\b
    | \bver(?:sprochen|sprichst|sprech\w*|spricht|sprachst|sprach)\b
    | \b(?:geschworen|schwur|ehrenwort)\b
    | 答应 | 承诺 | 保证 | 许诺 | 发誓 | 誓 | 约定 | 说好
    """,
    re.IGNORECASE | re.VERBOSE,
)
PROMISE_WORDS: Final = (
    "promise promises promised swear swore sworn vow vowed oath pledge deal "
    "versprochen versprech verspreche versprichst ehrenwort schwöre geschworen "
    "答应 承诺 保证 发誓 约定 说好"
)
"""By what a promise is told, where it is called by one of these words."""


def calls_for_first(text: str) -> bool:
    """Say whether a text speaks of when the two met."""
    return _FIRST.search(text) is not None


def calls_for_last(text: str) -> bool:
    """Say whether a text speaks of the last time, or of where the two left off."""
    return bool(_LAST.search(text) and _WANTED_BACK.search(text))


def calls_for_scene(text: str) -> bool:
    """Say whether a text goes on where the two left off: "So, where were we?"."""
    return _SCENE.search(text) is not None


def beside_scene(text: str) -> str:
    """Return what a text says beside that it goes on."""
    return _SCENE.sub("", text).strip(" .!?,~\u2026\u3002\uff01\uff1f\n")


def calls_for_story(text: str) -> bool:
    """Say whether a text wants to be told all that was: "our story so far"."""
    return _STORY.search(text) is not None


def begins_anew(text: str) -> bool:
    """Say whether a text begins another story, so that the old ones do not count."""
    return _ANEW.search(text) is not None


def calls_for_promise(text: str) -> bool:
    """Say whether a text speaks of something promised."""
    return _PROMISED.search(text) is not None


def called_today(text: str, now: datetime) -> Stretch | None:
    """Return the part of today for whose words a text asks; None if it does not.

    Args:
        text: Any text.
        now: The chat's clock, in the zone of who reads it.
    """
    found = _TODAY.search(text)
    if not found or _HOW_ARE_YOU.search(text) or not _ASKS_BACK.search(text):
        return None
    began = now - timedelta(hours=NIGHT_HOURS)
    began = began.replace(hour=0, minute=0, second=0, microsecond=0)
    day = began.timestamp()
    for at, (_, (first, last)) in enumerate(_PARTS):
        if found[f"part{at}"]:
            return Stretch(day, day + first * _HOUR, day + last * _HOUR)
    return Stretch(day, day, day + DAY + NIGHT_HOURS * _HOUR)


def first_score(said_at: Seconds, rows: Rows) -> Scores:
    """Say what stands at the beginning of everything: half for the first day.

    Half, for a story may well begin before its chat does; the very first words more.
    Of what has no time, the messages heard first are the beginning, where they were
    heard before the first that has one: a chat may be older than its times.
    """
    unknown = np.isnan(said_at)
    score = np.zeros(len(said_at), np.float32)
    heard_until = np.inf
    if not unknown.all():
        first = np.nanargmin(said_at)
        heard_until = rows[first]
        of_the_day = np.flatnonzero(said_at < said_at[first] + DAY)
        order = np.lexsort((rows[of_the_day], said_at[of_the_day]))
        _begin(score, of_the_day[order])
    untimed = np.flatnonzero(unknown & (rows < heard_until))
    order = np.argsort(rows[untimed], kind="stable")
    _begin(score, untimed[order[:FIRST_MESSAGES]])
    return score


def _begin(score: Scores, earliest: Slots) -> None:
    """Score what stands at a beginning, in its order."""
    score[earliest] = 0.5
    score[earliest[:OPENING]] = 0.8


def last_score(view: CorpusView, here: Rows) -> Scores:
    """Say what was said last before the conversation that is going on.

    Args:
        view: What may be recalled.
        here: Slots of what the host shows; where they stand is now.
    """
    score = np.zeros(len(view), np.float32)
    if not len(view):
        return score
    part = np.cumsum(view.left == 0) - 1
    before = ~np.isin(part, part[here]) if len(here) else np.ones(len(view), np.bool_)
    if not before.any():
        return score
    slots = np.flatnonzero(before)
    when = np.nan_to_num(view.said_at[slots], nan=-np.inf)
    newest = slots[np.lexsort((view.rows[slots], when))[-1]]
    last = np.flatnonzero(part == part[newest])[-LAST_MESSAGES:]
    score[last] = 0.6
    score[last[-CLOSING:]] = 1.0
    return score


def today_score(said_at: Seconds, stretch: Stretch) -> Scores:
    """Say what was said in a part of today: in full there, most of it all day long."""
    slack = OTHER_ZONE_HOURS * _HOUR
    score = np.zeros(len(said_at), np.float32)
    for value, first in ((0.3, stretch.day - slack), (0.8, stretch.day)):
        score[said_at >= first] = value
    score[(said_at >= stretch.start) & (said_at < stretch.end)] = 1.0
    return score
