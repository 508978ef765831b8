"""Say whether a sentence means anything to who reads it alone.

Owns: pronouns without what they stand for, answers without their question, fragments.
Knows nothing of: which sentences matter, who is told what, prompts.

"She left him for that." tells a stranger nothing, however much the story turns on it.
What a pronoun stands for must stand before it in the same text, and be able to: a
person for "she", anything for "it". Whoever is in doubt leaves the sentence out. The
rules are English and German; other languages are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final

from ..text.clauses import is_led
from ..text.languages import language_of
from ..text.patterns import late
from .extractive import sentences
from .notes import PAST, PRESENT

TEXTS_READ: Final = 8_192

JUDGED: Final = ("en", "de")
LOOKED_AT: Final = 40
"""Texts that tell the language of a chat."""

HARD: Final = 0.05
"""What is left of a text that speaks of somebody whom nobody knows ..."""

MID: Final = 0.2
"""... that is said by nobody, or to nobody ..."""

SOFT: Final = 0.6
"""... that says nothing whole, or speaks of a thing that nobody knows."""

MOST_ASIDE: Final = 4
"""Words of what is said beside what is told."""

_WORD: Final = late(r"[^\W_]+(?:['\u2019-][^\W_]+)*")

_OPENER: Final = late(
    r"^[\"\s]*(?:(?:lol|haha+|ha|hehe|omg|oh|ah|um+|uh|well|ok(?:ay)?|right|so|and|but"
    r"|also|anyway|yeah|yes|yeh|yep|now|btw|bad news|good news|und|aber|also|ja|ach|na)"
    r"\b[\s,.!:]*)+",
    re.IGNORECASE,
)
"""What is passed over before a sentence begins."""

_MALE: Final = frozenset("he hes he's he'd he'll him his himself er ihn ihm".split())
_FEMALE: Final = frozenset(
    "she shes she's she'd she'll her hers herself ihr ihre ihren ihrem ihrer".split()
)
_MANY: Final = frozenset(
    "they theyre they're theyve they've they'll they'd them their theirs ihnen".split()
)
_THING: Final = frozenset("it its it's it'll it'd itself itll".split())
_IMPERSONAL: Final = late(
    r" (?:is |was |will be |would be )?(?:time|when|that|seems?|turns|turned|takes|took"
    r"|rain\w*|snow\w*|late|early|cold|dark|hard|good|easier|better)\b",
    re.IGNORECASE,
)

MEN: Final = frozenset(
    "man men boy guy bloke lad dad dads father stepdad brother brothers son uncle "
    "grandad grandads grandpa grandfather nephew husband boyfriend king prince lord "
    "captain sir mate priest monk vater papa opa bruder sohn onkel mann freund chef "
    "hund kater herr junge vater".split()
)
WOMEN: Final = frozenset(
    "woman women girl lady mum mums mom moms mother stepmum sister sisters daughter "
    "aunt nan nans gran grandma grandmother niece wife girlfriend queen princess nun "
    "mutter mama oma schwester tochter tante frau freundin chefin katze".split()
)
_ANYBODY: Final = frozenset(
    "somebody someone whoever everybody everyone nobody friend friends boss doctor "
    "vet nurse teacher neighbour neighbor kid kids child children baby cousin partner "
    "colleague landlord landlady flatmate roommate housemate mentor client stranger "
    "knight ghost stray "
    "dog dogs cat cats puppy kitten horse bird people parents twins family kind "
    "student manager lawyer therapist physio surgeon guard guards thief ferryman "
    "smuggler prisoner soldier soldiers witch wizard spirit dragon wolf jemand "
    "nachbar nachbarin eltern kinder".split()
)
_FEW_THINGS: Final = frozenset(
    "i i'm im i've ive i'd i'll me my mine we us our you your who what that this there "
    "today yesterday tomorrow tonight now then not never just and but so or if when "
    "the a an to of in on at for from with by as was is were are had have has do did "
    "be been got get said says told tell think know ich mir mein du wir".split()
)
_DETERMINER: Final = late(
    r"\b(?:a|an|the|my|our|your|this|that|some|another|every|each|one|two|three|four"
    r"|five|six|seven|eight|nine|ten|dozen|ein\w*|d(?:er|ie|as|en|em)|mein\w*"
    r"|unser\w*|[\w]+['\u2019]s|\d+) (?!one\b|ones\b|thing\b|same\b|other\b)[\w-]{2,}",
    re.IGNORECASE,
)
_NAME: Final = late(
    r"(?<![\w'])(?!I\b|I['\u2019]|The\b|And\b|But\b|So\b|Then\b|When\b|If\b|It\b|It's"
    r"|He\b|She\b|They\b|That|This\b|There|You|We\b|My\b|His\b|Her\b|What|Who|Where\b"
    r"|How\b|Why\b|Not\b|No\b|Yes\b|Oh\b|Ich\b|Er\b|Sie\b|Es\b|Das\b|Der\b|Die\b|Wir\b"
    r"|Du\b|Und\b|Aber\b|Mein|A\b|An\b|In\b|On\b|At\b|To\b|For\b|Nobody|Somebody"
    r"|Everyone|Every\b|Never\b|Just\b|Now\b|Go\b|Got\b|One\b|Two\b|Three\b|As\b|Our\b)"
    r"[A-Z][a-z]{2,}"
)
_TOKEN: Final = late(r"[A-Za-z\u00c0-\u024f]+(?:['\u2019][a-z]+)?")

_CLEFT: Final = late(
    r"^[\"\s]*[Ii]t (?:was|is) (?:[A-Z]|my )[\w' -]{1,40} (?:that|who|which)\b"
)
_POINTS: Final = late(
    r"^[\"\s]*(?:this|these|those|here|then|which|because|cos|coz|cuz|instead|same|both"
    r"|neither|either|again|maybe|perhaps|probably|only when|only if|not (?!everyone)"
    r"|no(?:pe|t)?[.,!]|dies\w*|dann|hier|dort|deshalb|darum|sonst|genau|stimmt"
    r"|there[.,!]|if only"
    r"|that(?:['\u2019]?s|['\u2019]d|['\u2019]ll| (?:is|was|would|will|makes?|made"
    r"|means?"
    r"|one|sounds?|must|should|could))|thats|das (?:ist|war|wird|klingt|hei\u00dft"
    r"|mache"
    r"|habe|macht)|there(?:['\u2019]?s|s)? (?!is|are|was|were|has|had|will|an?\b|no\b"
    r"|one\b|this\b|something|some\b|two\b|nothing|still|been\b|\d|lump|drain))\b",
    re.IGNORECASE,
)
"""Opens with a word that points back."""

_POINTED: Final = late(
    r"\bthe (?:\w+ )?(?:ones?(?! (?:with|of|off|nobody|everybody|i\b|he\b))|others?"
    r"|same|latter|former)\b(?! (?:who|that|thing"
    r"|man|woman|person|time|i\b|he\b|she\b))"
    r"|\bthe (?:(?:same|whole|only|other|right|next|last) )?thing\b(?! (?:that|i\b))"
    r"|\b(?:like|about|for|of|after|to|do|did|does|done|said|say|from|with|by|at) "
    r"(?:this|that|these|those|there|so)(?=[\s\"]*(?:[.,;!?]|$))"
    r"|\b(?:that|this) (?:one|thing|way|job|bakery|place|night|much|day|time|bad"
    r"|good)\b"
    r"|\b(?:over|in|down|up|out|went|go|going|been|live|lived|was|were|is) "
    r"(?:there|here)\b|\b(?:he|she|they) (?:did|does|do|was|is|will|can)[.!\"]*$"
    r"|\b(?:one|ones|some|none|yours|theirs|mine|both|most|this|these|those)"
    r"(?=[\s\"]*(?:[.,;!?]|$))"
    r"|\b(?:too|either|as well)[\s.!\"]*$"
    r"|\b(?:this|these|those) (?:the|before|for|to|and|on|at|in|from)\b"
    r"|\b(?:at|in|of|with|from|for|to|by|on|about|trust|read|play(?:ed)?|like|hate"
    r"|love|remember|saw|seen|got|play) that (?!i\b|i'|you|he\b|she\b|we\b|they|it\b"
    r"|the\b|my\b|a\b|is\b|was\b)[a-z]+"
    r"|\bdas (?:hier|da)\b|\b(?:darauf|daf\u00fcr|davon|damit|dabei|daran)\b"
    r"|\b(?:did|did it|does it|did so|does so|said so|think so|hope so"
    r"|told you so)[.!]*$",
    re.IGNORECASE,
)

_NOBODYS: Final = late(
    r"^[\"\s]*(?i:the|that|this) (?i:(?:old|young|little|tall|small|big|fat|thin|other"
    r"|dead"
    r"|strange|dark|poor|great|red|pale) ){0,2}(?:man|woman|boy|girl|child|kid|guy"
    r"|bloke"
    r"|lady|stranger|figure|creature|thing|voice|one|other|others|two|three|pair|crowd"
    r"|knight|beast|body|glove|chain|key|letter|box|door|ring|stone|book|blade|wheel)\b"
    r"(?! (?:of|who|which|that|called|named|from|with|in|to|on)\b)",
)
"""Somebody or something that was shown before."""

_PREPOSED: Final = late(
    r"^[\"\s]*(?:before|after|until|till|since|in|at|on|from|with|for|of|under|over|by"
    r"|like|as|every|each|next|last|am|bis|vor|nach|seit|im|mit|f\u00fcr|\d+)\b",
    re.IGNORECASE,
)
_VERB: Final = late(
    r"\b(?:am|is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could"
    r"|shall"
    r"|should|may|might|must|won't|can't|cant|wont|dont|don't|didnt|didn't|isn't|isnt"
    r"|wasn't|wasnt|gonna|wanna|gotta|got|get|gets|went|goes?|going|came|comes?|said"
    r"|says?"
    r"|told|tells?|made|makes?|took|takes?|gave|gives?|left|leaves?|met|lost|found"
    r"|finds?"
    r"|knew|knows?|thinks?|thought|saw|sees?|felt|feels?|kept|keeps?|put|puts?|quit"
    r"|hurt"
    r"|broke|breaks?|bought|sold|sells?|paid|pays?|owes?|won|wins?|ran|runs?|wrote"
    r"|writes?"
    r"|read|reads|ate|eats?|drank|drinks?|slept|sleeps?|woke|wakes?|died|dies|born|sent"
    r"|sends?|held|holds?|stole|steals?|swore|swears?|promised?|shot|stabbed|stuck|shut"
    r"|fell|falls|grew|hid|hides?|led|lent|lied|lies|sat|sits|sang|sings?|spoke|speaks?"
    r"|stood|stands?|taught|teaches|threw|wore|wears?|began|begins?|became|becomes?"
    r"|\w+['\u2019](?:s|re|ve|m|ll|d)|i'm|im|ive|used|need|ill|hes|shes|theyre|its"
    r"|theres|whos"
    r"|wants?|needs?|loves?|hates?|likes?|lives?|works?|moves?|starts?|calls?|called"
    r"|named|signed|married|\w{3,}ed|ist|war|bin|sind|hat|habe|haben|hatte|wird|werde"
    r"|wurde|kann|muss|will|darf|soll|hei\u00dft|hei\u00dfe|geht|kommt|macht|sagt|gibt"
    r")\b",
    re.IGNORECASE,
)
_GERMAN: Final = late(
    r"\b(?:ich|nicht|und|der|die|das|ist|ein|eine|einen|mein\w*|wir|du|mit|auf)\b",
    re.IGNORECASE,
)
_GERMAN_VERB: Final = late(r"\b\w{3,}(?:te|ten|st|t|en)\b")
_NO_VERB: Final = late(r"\b(?:hundred|naked|red|beloved|wicked)\b", re.IGNORECASE)
_BARE_NOUN: Final = late(
    r"^[\"\s]*(?:an?|the|one) (?:\w+ )?(?!is\b|was\b)\w+ (?:who|that"
    r"|which) [^,.;]*[.!]?\"?$",
    re.IGNORECASE,
)
_NO_SUBJECT: Final = late(
    r"^[\"\s]*(?:must|might|could|would|should|was|were|is|came|followed|laughed|has|looks|sounds|feels"
    r"|means|said [A-Z])\b",
)
_COMMAND: Final = late(
    r"^[\"\s]*(?:take|keep|give|tell|go|come|leave|let|look|wait|stop|bring|put|hold"
    r"|listen|draw|plant|say|ask|try|sit|don't|do not|dont|never mind|mind|please|bell"
    r"|drink|eat|sleep|gib|komm|geh|lass|sag|nimm|warte)\b(?! (?:was|is)\b)",
    re.IGNORECASE,
)
_ELLIPTIC: Final = late(
    r"^(?:\W*[\w']+){1,5} (?:do|does|did|will|would|can|could|am|is|are|was|were|have"
    r"|has|had|know)[.!\"]*$",
    re.IGNORECASE,
)
_ONLY_SAID: Final = late(
    r"^\W*[A-Z][\w-]+ (?:said|says|asked|asks)[^\w\"]*$|^\W*\w{1,20}\W*$"
    r"|\b(?:swear|promise|vow)(?: it)?(?: to)? (?:you,? ?)?[\w ]{0,15},\"?$"
)
_WHEN: Final = late(
    r"^(?:if|when|while|before|after|until|as|because|since|though|wenn|als|bevor)\b"
    r"[^,]*, *(?:\S+ +){2,}",
    re.IGNORECASE,
)
_STARTS: Final = late(r"^[\"\s]*([A-Z][a-z]{2,})(?:'s\b|,| (?:and [A-Z]|\w+))")
_OBJECT: Final = frozenset(
    "a an the about to in by on for from and but so up out down with at of into off "
    "over when before after away back i id he if like it".split()
)
_CLAUSE: Final = late(
    r"[,;.!?:\"]|\b(?:and|but|so|because|cos|when|who|if|til|until|since|that|to|while"
    r"|before|after|und|aber|weil|dass)\b"
)
_CLAUSE_ENDS: Final = late(
    r"(?:^|[,;.!?:\"]|\b(?:and|but|so|because|cos|when|who|if|til|until|since|that|while"
    r"|before|after|think|thought|know|knew|says?|said|hope))[\s\"]*$"
)
_TIMES: Final = late(
    r"\b(?:\w+ )?(?:years?|months?|weeks?|wks|days?|hours?|mins|minutes|times?|quid"
    r"|o'clock)\b",
    re.IGNORECASE,
)
_NAMED_BY_DASH: Final = late(r"^[\"\s]*[A-Z][\w-]+(?: [A-Z][\w-]+)? \u2013 ")
_ONESELF: Final = late(
    r"\b(?:I|i|me|my|mine|[Ww]e|us|[Oo]ur|[Ii]'?m|[Ii]'?ve|[Ii]ch|mich|mir|[Mm]ein\w*"
    r"|[Ww]ir|uns\w*|[Yy]ou|[Yy]our|[Dd]u|[Dd]ein\w*)\b"
)
_YOU: Final = late(r"\b(?:you|your|yours|youre|du|dein\w*|euch)\b", re.IGNORECASE)
_MANY_OPEN: Final = late(r"[Tt]hey(?:['\u2019]?\w+)? ")
_IMPERSONAL_OPENS: Final = late(
    r"[Ii]t(?:['\u2019]?s| is| was| will| would)? (?:time|seems|turns|turned|takes"
    r"|took|that"
    r"|when)\b"
)
_DOES: Final = late(r"\b(?:i|I|we|We|they|you|You) (?!and\b|or\b)[a-z]+")
_VERBS: Final = PAST | PRESENT
_ARTICLE: Final = late(r"(?:Der|Die|Das|Den|Dem) ")
_TELLS: Final = late(
    r"(?:The|An?|[A-Z][a-z]+(?: [A-Z][a-z]+)?) (?:\w+ ){0,4}[a-z]{3,}s\b"
)
_PADDING: Final = late(
    r"(?<=[\w,;:] )(?:(?:just|really|actually|basically|honestly|literally|simply"
    r"|merely"
    r"|truly|indeed|perhaps|rather|quite|very|exactly|proper|dead|defo|sort of"
    r"|kind of|sorta|kinda"
    r"|a bit(?! of\b)|of course|somehow|well and truly|apparently|obviously|frankly"
    r"|certainly"
    r"|probably|prob|i think|i guess|i suppose|i mean|you know|you see|I think"
    r"|I suppose"
    r"|I believe|I mean|I daresay|after all|at all|in fact|by the way|tbh|um,|er,) )"
    r"|,? (?:tbh|lol|lmao|haha+|though|tho|anyway|innit|really|actually)(?=[,.;!?\"]|$)"
    r"|, (?:you know|i think|I think|I suppose|of course|after all|if you please"
    r"|please)"
    r"(?=[,.;!?\"]|$)"
    r"|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+ ?"
)
_DIGIT: Final = late(r"\d")
_SUBJECT: Final = late(
    r"(?:i|i'?m|i'?ve|i'?d|i'?ll|we|my|our|[A-Z][a-z]+|ich|wir|mein\w*"
    r"|[a-z]+ (?:is|was|has|set|says|said|found|wants|got|gave|rang|told|came))\b"
)
_I: Final = late(r"\b(?:I|[Ii]ch)\b")
_PRONOUN: Final = late(
    r"\b(?:he|him|his|himself|hes|she|her|hers|herself|shes|er|ihn|ihm)\b",
    re.IGNORECASE,
)
_ONLY_NEWS: Final = late(
    r"(?:(?:some|more|good|bad|big|great|gute|schlechte) )?"
    r"(?:news|neuigkeiten|nachrichten)[ .!:]*",
    re.IGNORECASE,
)
_REPAIRS: Final = late(
    r"\b(of|to|in|the|a|an|and|for|with|my|i), \1\b"
    r"|, no,? (?:wait|sorry|i mean|she|he|it) ",
    re.IGNORECASE,
)
"""Breaks off and begins again: "in the name of, of"."""

_STRANDED: Final = late(
    r"(?:(?:on|at|in|the|am|im|um) )?\w+,? (?:before|after|since|until|davor|danach)"
    r"[.!]*",
    re.IGNORECASE,
)
"""Leaves open before what: "on sunday, before"."""

_TO_THE_OTHER: Final = late(
    r"(?:now you know|you(?:'ll)? see|you know|as you know|(?:believe|trust) me|look"
    r"|listen|wait|hold on|never mind|please|guess (?:what|who)|imagine"
    r"|(?:don't|dont|do not) (?:laugh|worry|ask|tell|cry|panic|judge|say|start|look)"
    r"|(?:that'?s|this is|that (?:is|was)|das (?:ist|war))"
    r"|jetzt wei\u00dft du|siehst du|wei\u00dft du|warte|h\u00f6r (?:zu|mal)|schau mal"
    r"|rate mal|stell dir vor|lach nicht|keine sorge)\b",
    re.IGNORECASE,
)
_ANSWERS: Final = late(
    r"^[\"\s]*(?:me|dunno|nah|nope|did|didnt|does|yep|better|sort of|kind of|bit|a bit"
    r"|not (?:really|yet|much|a)|long|a mess|good|bad|great|fine|none|lots?|loads"
    r"|alphabetical|keine ahnung|(?:\w+ )?(?:prob|probably|maybe|perhaps|vielleicht)"
    r"|(?:a )?(?:few|couple(?: of)?) \w+ ago)\b[.!,]",
    re.IGNORECASE,
)


def is_judged(texts: Iterable[str]) -> bool:
    """Say whether a chat is in a language whose pronouns are known."""
    some = (text.casefold() for text in islice(texts, LOOKED_AT))
    return language_of(_WORD.findall(" ".join(some))) in JUDGED


@lru_cache(maxsize=TEXTS_READ)
def is_unbound(text: str, *, speaker: bool = True) -> bool:
    """Say whether a text needs another to mean anything.

    Args:
        text: One sentence, or some that stand together.
        speaker: Whether it is written whose words they are.
    """
    return clarity(text, speaker=speaker) < 1


@lru_cache(maxsize=TEXTS_READ)
def clarity(text: str, *, speaker: bool = True) -> float:
    """Return how much of a text a stranger understands, from 0 to 1."""
    said = text.replace("\u2019", "'")
    bare = _OPENER.sub("", said)
    if (
        _ANSWERS.match(said)
        or _REPAIRS.search(said)
        or _opens_pointing(said, bare)
        or _ONLY_SAID.search(bare)
        or _ELLIPTIC.match(bare)
        or _NOBODYS.match(bare)
        or loose_person(bare)
    ):
        return HARD
    scene = said.startswith('"') or not speaker
    fragment = _is_fragment(bare)
    if scene and (fragment or _is_said_by_nobody(said, bare, speaker=speaker)):
        return HARD
    if said.startswith('"') and _is_said_to_nobody(said, bare):
        return MID
    loose = _POINTED.search(bare) or _COMMAND.match(bare) or _has_loose_thing(bare)
    if fragment or loose:
        return SOFT
    return 1


def trimmed(text: str, *, speaker: bool = True) -> str:
    """Return a text without an answer before it, as in "Better. I met someone".

    Args:
        text: One sentence or more.
        speaker: Whether it is written whose words they are.
    """
    quote = '"' if text.startswith('"') and text.endswith('"') else ""
    if text.count('"') != 2 * len(quote):
        return text
    said = sentences(text[1:-1] if quote else text)
    for at in range(1, len(said)):
        before = f"{quote}{said[at - 1]}{quote}"
        tells = _NAME.search(before.lstrip('"')[1:]) or _DIGIT.search(before)
        if tells or not is_unbound(before, speaker=speaker):
            return text
        next_one = f"{quote}{said[at]}{quote}"
        if is_unbound(next_one, speaker=speaker):
            continue
        rest = f"{quote}{' '.join(said[at:])}{quote}"
        begins = _SUBJECT.match(said[at]) or _ANSWERS.match(before)
        return rest if begins and not is_unbound(rest, speaker=speaker) else text
    return text


def without_asides(text: str) -> str:
    """Return what somebody says without what is said to the other one beside it.

    "dont laugh", "thats one sunday", "now you know", "bad news": brief, naming nobody.
    """
    said = sentences(text)
    kept = [one for one in said if not _is_aside(one)]
    return " ".join(kept) if kept and len(kept) < len(said) else text


def terse(text: str) -> str:
    """Return an English text without words that tell nothing: "really", "I think"."""
    short = _PADDING.sub("", text).strip()
    return short if _WORD.search(short) else text


def has_name(text: str) -> bool:
    """Say whether somebody is named; a word that only begins a sentence is nobody."""
    begins = _STARTS.match(text)
    if begins and _NAME.match(begins[1]) and _is_subject(text, begins):
        return True
    inner = text.lstrip('" ')
    return any(
        found.start() > 0 and not re.search(r"[.!?]\W*$", inner[: found.start()])
        for found in _NAME.finditer(inner)
    )


def _is_aside(sentence: str) -> bool:
    said = _OPENER.sub("", sentence.replace("\u2019", "'"))
    if len(_WORD.findall(said)) > MOST_ASIDE or _DIGIT.search(said) or has_name(said):
        return False
    if _ONLY_NEWS.fullmatch(sentence.strip()) or _STRANDED.fullmatch(said):
        return True
    return _I.search(said) is None and _TO_THE_OTHER.match(said) is not None


def _is_said_by_nobody(said: str, bare: str, *, speaker: bool) -> bool:
    """Say whether somebody speaks, and nobody knows who."""
    if speaker or not said.startswith('"'):
        return False
    opening = _TOKEN.search(said)
    if opening is not None and opening.group().lower() in PAST:
        return True  # "Went over the side": not even of whom it is said.
    return _ONESELF.search(said) is not None or not has_name(bare)


def _is_said_to_nobody(said: str, bare: str) -> bool:
    """Say whether somebody is spoken to, and nobody knows who."""
    return _YOU.search(said) is not None and not _I.search(said) and not has_name(bare)


def _is_subject(text: str, begins: re.Match[str]) -> bool:
    rest = text[begins.end(1) :]
    if rest.startswith(("'s", " and ", ",")):
        return True
    word = _TOKEN.search(rest)
    return word is not None and (
        _VERB.fullmatch(word.group()) is not None
        or (word.group().endswith("s") and len(word.group()) > 3)
        or word.group()[0].isupper()
    )


def _opens_pointing(said: str, bare: str) -> bool:
    if _NAMED_BY_DASH.match(said):
        return False
    opening = bare.lstrip('" ')
    small = opening[:1].lower() + opening[1:]
    if _MANY_OPEN.match(opening) or _IMPERSONAL_OPENS.match(opening):
        return False
    if (
        not _ARTICLE.match(opening)
        and is_led(small)
        and not _CLEFT.match(bare)
        and not _WHEN.match(small)
    ):
        # "quitting the vape" leaves out only who does.
        return not re.match(r"[a-z]+ing\b", opening) or "," in said[:12]
    return _POINTS.match(bare) is not None or _NO_SUBJECT.match(bare) is not None


def _is_fragment(bare: str) -> bool:
    """Say whether nothing is said of anything."""
    if _NAMED_BY_DASH.match(bare):
        return False
    if _BARE_NOUN.match(bare):
        return True
    if _TELLS.match(bare.lstrip('" ')):
        return False
    if _GERMAN.search(bare) and _GERMAN_VERB.search(bare):
        return False
    if _DOES.search(bare) or not _VERBS.isdisjoint(_TOKEN.findall(bare.lower())):
        return False
    return re.match(r"[a-z]+ing\b", bare) is None and (
        _VERB.search(_NO_VERB.sub("", bare)) is None
    )


def _has_loose_thing(text: str) -> bool:
    """Say whether "it" or "they" stand before all that they could mean."""
    if _CLEFT.match(text):
        return False
    for one in _TOKEN.finditer(text):
        word = one.group().lower()
        before = text[: one.start()]
        aimed = word == "it" and _CLAUSE_ENDS.search(before) is None
        if word == "them" or aimed:
            before = _before_clause(before)
        if word in _MANY or (word == "sie" and _GERMAN.search(text)):
            if not _names_something(_TIMES.sub(" ", before)):
                return True
        elif word in _THING and not _names_something(before):
            return _IMPERSONAL.match(text, one.end()) is None
    return False


def loose_person(text: str) -> re.Match[str] | None:
    """Return the first "he" or "she" that nobody before it in a text explains."""
    found = list(_PRONOUN.finditer(text.replace("\u2019", "'")))
    for one in found:
        word = one.group().lower()
        before = text[: one.start()]
        follows = _TOKEN.match(text, one.end() + 1)
        nothing = follows is None or follows.group().lower() in _OBJECT
        if word == "him" or (word == "her" and nothing):
            before = _before_clause(before)
        if not _names_somebody(before, male=word in _MALE):
            return one
    return None


def _before_clause(before: str) -> str:
    """Return what stands before the clause of an object: its subject is another."""
    cuts = [found.start() for found in _CLAUSE.finditer(before)]
    return before[: cuts[-1]] if cuts else ""


def _names_somebody(before: str, *, male: bool) -> bool:
    """Say whether a person is named whom "he", or "she", may mean."""
    if has_name(before):
        return True
    words = {one.lower().removesuffix("'s") for one in _TOKEN.findall(before)}
    return bool(words & _ANYBODY or words & (MEN if male else WOMEN))


def _names_something(before: str) -> bool:
    return has_name(before) or _DETERMINER.search(before) is not None
