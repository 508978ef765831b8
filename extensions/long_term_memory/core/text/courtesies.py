"""What is said to be kind, or done with a gesture, and tells nothing whoever says it.

Owns: whole clauses of that kind, in English, German and Chinese.
Knows nothing of: other clauses of a message, who said it, memories.

The words of `small_talk` are enough where each word of a clause is one of small talk.
"Mach's gut", "how romantic" and "听起来不错" are made of words that tell something
elsewhere, so they are known as a whole.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MOST_CHARACTERS: Final = 60
"""A longer clause tells something."""

_ENGLISH: Final = r"""
    gn\d? | afk(?:\s\w+){0,3} | (?:one|a|just\sa)\s(?:sec|second|min|minute|moment)
  | (?:be|will\sbe)\sright\sback | (?:i'?m\s)?back(?:\sagain)? | here\swe\sgo
  | my\sbad | test(?:ing)?(?:\s(?:\d|test))* | (?:asdf|qwert)\w* | next(?:\sone)?
  | what(?:'s)?\snext | (?:so\s)?(?:and\s)?what\snow | go\s(?:ahead|on)(?:\sthen)?
  | as\syou\s(?:wish|like|say)
  | (?:please\s)?(?:tell|sing|read|show|give|write|play)\sme\s(?:a|an|another|some
      |one\smore)\s\w+
  | (?:oh\s|aw+\s)?how\s(?:very\s)?(?:lovely|romantic|sweet|cute|nice|sad|awful
      |exciting|wonderful|kind|funny|interesting|terrible|adorable
      |exhausting)(?:\s(?:is\sthat|of\syou|that\sis|for\syou))?
  | i(?:'m|\sam)\s(?:so\s|really\s|very\s)*(?:glad|happy|sorry|sad|pleased
      |proud)\s(?:to\shear\s(?:that|it|this)|for\syou|of\syou|about\sthat)
  | (?:that|this|it)(?:'s|\sis|\ssounds?|\smust\sbe|\swas)\s(?:so\s|really\s
      |very\s)*(?:lovely|romantic|sweet|cute|nice|sad|awful|exciting|wonderful
      |great|good|kind|funny|interesting|terrible|adorable|hard|tough|amazing
      |perfect|fun)(?:\sof\syou|\sfor\syou|\son\syou)?
  | i(?:'m|\sam)\shere\s(?:for\syou|if\syou\sneed\sme
      |whenever\syou\s\w+(?:\sto\stalk)?)
  | i(?:'m|\sam)\s(?:so\s)?glad\s(?:that\s)?you(?:'re|\sare)\s(?:here|back)
  | with\spleasure | my\spleasure | noted
  | good\sto\sknow | fair | welcome\s(?:back|home)
"""
_GERMAN: Final = r"""
    (?:hi|hallo|hey|na)(?:\sdu|\sihr|\szusammen|\sschatz)?
  | danke\s(?:dir|euch|schön|sehr|vielmals) | klar(?:\sdoch)? | hihi\w* | hehe\w*
  | moment(?:\smal)? | warte(?:\smal|\skurz)? | weiter(?:\sso)? | mach\sweiter
  | (?:und\s)?erzähl\s(?:mir\s)?(?:bitte\s)?(?:mehr|weiter)
  | (?:bin\s)?(?:gleich|bald|sofort)\s(?:wieder\s)?(?:da|zurück)
  | (?:(?:ich\s)?bin\s)?(?:gleich\s|bald\s)?(?:wieder\s)(?:da|zurück|hier)
  | (?:sehr\s|echt\s|wie\s|ach\s|oh\s|ist\sja\s|das\sist\s(?:ja\s)?(?:so\s|sehr\s)?
      |das\sklingt\s|klingt\s)*(?:schön|cool|super|toll|nett|lieb|süss|gut|prima
      |spitze|wunderbar|grossartig|herrlich|klasse|lustig|witzig|schade|romantisch
      |spannend|aufregend)(?:\svon\sdir)?
  | (?:wie|das\sist(?:\s(?:ja|so|sehr))*)\s(?:traurig|schrecklich|furchtbar)
  | ich\sauch(?:\snicht)? | mir\sauch | stimmt(?:\sgenau)? | genau(?:\sso)? | richtig
  | mach'?s?\sgut | bis\s(?:bald|später|dann|morgen|nachher|gleich) | los\sgeht'?s?
  | (?:na\s)?los | ach\s?so+ | verstehe | verstanden | (?:ist\s)?egal
  | na\s(?:gut|dann|ja|klar|und) | schon\sgut | macht\snichts
  | kein(?:e)?\s(?:problem|ursache|sorge|stress) | alles\s(?:klar|gut)
  | (?:erzähl|sing|sag|lies|zeig)\smir\s(?:einen|eine|ein|noch\s\w+)\s\w+
  | willkommen(?:\szurück|\szuhause)?
  | das\s(?:freut|rührt)\smich(?:\s(?:sehr|so|zu\shören|für\sdich))* | freut\smich
  | (?:das\s)?tut\smir\s(?:so\s|sehr\s|wirklich\s)*leid(?:\sfür\sdich)?
  | und\s(?:du|dir|selbst|bei\sdir) | wie\s(?:war|ist)\sdein\s(?:tag|abend|morgen)
  | (?:hm+\s)?lass\smich\s(?:mal\s|kurz\s)?(?:über|nach)\w+
  | ich\sbin\s(?:immer\s)?(?:für\sdich\s)?(?:da|hier)(?:\sfür\sdich)?
  | (?:herzlichen\s)?glückwunsch | gratulation | notiert | gut\szu\swissen | oh\snein
  | (?:schlaf|träum)\s(?:gut|schön|süss)(?:\sund\s\w+\s\w+)? | gute\snacht
  | ich\shab(?:e)?\sdich\s(?:auch\s)?(?:sehr\s)?lieb
  | ich\s(?:weiss|verstehe|sehe)(?:\s(?:es|das|schon))*
  | dass\sdu\s(?:wieder\s)?(?:da|hier|zurück)\sbist
  | wie\sdu\s(?:willst|möchtest|meinst) | (?:ach|oh)\s(?:je|mann|gott)
"""
_GERMAN_GESTURE: Final = r"""
    (?:lächelt|lächle|winkt|winke|nickt|nicke|lacht|lache|grinst|seufzt|zwinkert
      |schmunzelt|kichert|blinzelt|errötet|gähnt|kuschelt|umarmt|küsst|drückt
      |knuddelt|streichelt|schnieft|weint|strahlt|schweigt|räuspert
      |verbeugt)(?:\s(?:und|sich|dich|dir|dabei|zurück|ihm|ihr|leise|sanft|breit
      |verlegen|müde|glücklich|schüchtern|fröhlich|leicht|kurz|warm|fest|an|auf|die
      |der|den|deine?n?|wange|stirn|hand|haare?|nase|augen|schulter|\w+lich))*
  | (?:setzt|streckt|räkelt)\ssich(?:\s(?:hin|neben\sdich|zu\sdir))?
  | (?:schaut|sieht|blickt|guckt)\sdich\s(?:\w+\s)?an | wird\srot
  | (?:schüttelt|senkt|hebt|neigt)\sden\skopf | legt\sden\skopf\sschief
  | zuckt\s(?:mit\sden|die)\s(?:schultern|achseln) | nimmt\sdeine\shand
"""
_CHINESE: Final = r"""
    好[的呀啊吧哒]? | 好[好]+ | 不[是用要] | 对[的啊呀]* | 没错 | [马立]上[就]?[回来]+
  | 我?回来[了啦] | [请]?(?:等|稍等)[一]?[下会等]?[儿我]* | 继续[吧说]* | 然后[呢]?
  | 多?[再]?说[一]?点 | 多讲点
  | (?:真|很|太|好|挺|非常|听起来|听上去|那|这|可)*(?:好|不错|棒|有趣|可爱|可惜
      |厉害|感人|浪漫|辛苦|美)[了啦呀啊吧呢的]* | 我也是[的]? | 我也[一]样 | 走[吧啦]?
  | 开始吧 | 原来如此 | 原来是这样 | 这样啊 | 我?知道[了啦] | 我?明白[了啦]? | 我?懂了
  | 我?记住[了啦] | 记下了 | 算了[吧]? | 随便 | 都行 | 可以
  | [给跟]?[我]?[讲说唱][一]?[个首段]?(?:笑话|故事|歌)[吧听]*
  | (?:欢迎)(?:回来|回家)?[呀啊]? | 哦不 | 天[哪啊呐] | 哇+ | 恭喜[你啊呀恭喜]*
  | (?:晚安|好梦|早安|做个好梦|睡个好觉) | 你[呢好] | 你好[呀啊吗]? | 你在吗 | 在吗
  | 呵+ | 嘿+ | 你?今天[过]?[得的]?(?:过得)?怎么样 | [嗯呃]*让我想[一]?想[看]?
  | 我会(?:一直)?陪[着在]?你[身边的]* | 我[很真]?(?:抱歉|遗憾)
  | (?:真|很)?(?:抱歉|遗憾) | 别(?:担心|难过|怕) | 没事[的儿]? | 加油
  | (?:我)?(?:爱|想)你[了啦呀]? | 么么哒? | 抱抱[你]?
"""
_CHINESE_GESTURE: Final = r"""
    (?:轻轻|微微|温柔|害羞|开心|大声|默默|慢慢|悄悄|用力)*[地的]?(?:微笑|笑|大笑
      |傻笑|点头|点点头|挥手|挥挥手|眨眼|眨眨眼|摇头|摇摇头|叹气|叹了口气|耸肩
      |耸耸肩|脸红|拥抱|抱抱|抱住|抱|亲|亲亲|亲吻|摸摸头|摸头|拍拍|挠头|害羞|低头
      |低下头|抬头|抬起头|伸懒腰|打哈欠|沉默|鞠躬|坐下|看着你|看向你
      |牵起你的手)[了着一下起来你我他她的头肩膀手脸]*
"""
_EITHER: Final = r"""
    always | anytime | gladly | indeed | never | immer | nie(?:mals)?
  | gern(?:e)?(?:\sdoch)? | natürlich | selbstverständlich | 当然[了啦可以]*
  | 一定[的]? | 从不 | 总是
"""
"""An answer that tells something beside its question, and nothing alone."""
_TRIMMED: Final = " \t\n.!?,;:~\u2026\u3002\uff01\uff1f\uff0c\uff5e*\"'()\u201c\u201d"


@lru_cache(maxsize=1)
def _kind() -> re.Pattern[str]:
    parts = (_ENGLISH, _GERMAN, _GERMAN_GESTURE, _CHINESE, _CHINESE_GESTURE)
    return re.compile("|".join(f"(?:{part})" for part in parts), re.VERBOSE)


@lru_cache(maxsize=1)
def _either() -> re.Pattern[str]:
    return re.compile(_EITHER, re.VERBOSE)


def is_courtesy(clause: str) -> bool:
    """Say whether a clause is said to be kind, or is a gesture, and tells nothing."""
    text = _plain(clause)
    return bool(text) and _kind().fullmatch(text) is not None


def is_bare_answer(clause: str) -> bool:
    """Say whether a clause tells something only beside the question before it."""
    return _either().fullmatch(_plain(clause)) is not None


def _plain(clause: str) -> str:
    text = clause.strip(_TRIMMED)
    if len(text) > MOST_CHARACTERS:
        return ""
    return " ".join(text.casefold().replace("\u2019", "'").split())
