"""Whether a message tells how something went that was to come.

Owns: the words of outcomes that are told on its day and after it.
Knows nothing of: on which day something is, who speaks, chats.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from ..summaries.promises import State, state_told
from ..text.coming import coming_days
from ..text.patterns import late
from .allusions import alludes
from .early_outcomes import is_done_early, is_withdrawn, may_end_early
from .outcome_texts import PENDING, OutcomeText, is_related, read

OUTCOMES_KNOWN: Final = 16_384
_ANY_DAY: Final = date(2024, 1, 3)
"""Whether a text names a day to come does not hang on the day."""

_OFF: Final = late(
    r"\b(?:cancell?ed|(?:had|have|going|need|needed|decided) to cancel|cancels"
    r"|cancelling|called (?:it )?off|call(?:ing)? it off|fell through|fallen through"
    r"|not happening(?: any ?more)?|(?:won'?t|isn'?t|not) (?:going to )?happen(?:ing)?"
    r"|off the table|scrapped|backed out|bailed|no longer (?:happening|going)|(?:he|she"
    r"|they|i) (?:didn'?t|never) (?:show up|showed|go|went|come|came|make it)|didn'?t "
    r"(?:happen|go|work out|make it|end up)|came to nothing|stood me up|skipped"
    r"|so (?:nobody|no one|none of us|we didn'?t) \w+|(?:gave|given|went|rented|sold"
    r"|leased"
    r"|promised)(?: \w+){0,3} to (?:someone|somebody|an?other)|already (?:been |had )?"
    r"(?:rented|taken|sold)|(?:had )?already rented|rain-?check\w*|didn'?t (?:start"
    r"|run|play"
    r"|race|compete|perform|attend)|turned (?:me|us|him|her|them) away"
    r"|(?<!\bi )caught (?:a"
    r" cold|the flu|covid)|(?:was|were) closed|keiner (?:kam|da)|niemand kam"
    r"|abgesagt|abgeblasen|ausgefallen|f\u00e4llt (?:doch )?aus|fiel aus|findet nicht "
    r"statt|doch nicht|wird nichts(?: mehr)?|nichts geworden|geplatzt)\b|\u53d6\u6d88"
    r"|\u4e0d\u53bb\u4e86|\u6ca1\u53bb|\u6ca1\u6765|\u4e0d\u6765\u4e86|\u6cf9\u6c64"
    r"|\u9ec4\u4e86|\u4e0d\u529e\u4e86|\u653e\u9e3d\u5b50|\u4e0d\u6210\u4e86"
    r"|\b(?:changed (?:my|his|her|our|their) minds?|dropped (?:the|out)|pulled out"
    r"|(?:i|he|she|they|had to) call(?:ed)? in sick|no[- ]show(?:ed)?|ghosted|(?:he"
    r"|she|they|it|i|we) never "
    r"(?:turned up|arrived|came|showed|appeared|happened|left|got there)|(?:didn'?t"
    r"|never) (?:turn up|arrive|show)|nobody (?:came|could|showed|turned up)|no one "
    r"(?:came|showed|turned up)|refunded|couldn'?t (?:make it|attend)|rain(?:ed)? "
    r"(?:it )?off|rained out|washed out|nicht (?:gekommen|erschienen|hingegangen"
    r"|stattgefunden|aufgetaucht|geschafft zu kommen)|abgesprungen|gekniffen|storniert"
    r"|versetzt)\b|\u6ca1\u53c2\u52a0|\u6ca1\u89c1|\u6539\u4e3b\u610f|\u9e3d"
    r"|\u723d\u7ea6|\u9000\u7968|\u6ca1\u529e\u6210",
    re.IGNORECASE,
)
_MOVED: Final = late(
    r"\bnow\b|\binstead\b|\b(?:moved|postponed|rescheduled|pushed|delayed|put off"
    r"|shifted|changed)\b|\bverschoben\b|\bverlegt\b|\bjetzt\b|\bstattdessen\b|\berst\b"
    r"|\bdoch erst\b|\u6539\u5230|\u63a8\u8fdf|\u5ef6\u671f|\u6539\u6210|\u6539\u671f"
    r"|\u5ef6\u5230|\u63a8\u5230|\u6362\u5230|\u63d0\u524d|\b(?:pushed? (?:it |that "
    r"|the \w+ )?(?:back|to)|adjourned|put back|brought forward|bumped|needs? (?:until"
    r"|till)|not (?:before|until|till)|takes? until|vertagt|vorgezogen|nach hinten"
    r"|braucht (?:noch )?bis)\b|\u518d\u7b49|\u987a\u5ef6|\u632a\u5230",
    re.IGNORECASE,
)
_STRONG: Final = late(
    r"\b(?:everything|it|all|he|she|they|we|i)(?:'s| is|'re| are|'m| am)? (?:all "
    r")?(?:fine|good|ok|okay|normal|clear|home safe|safe)(?: now)?\b(?=\W*$|[!.])"
    r"|\ball (?:good|clear|fine)\b|\b(?:she|he|they|everyone|everybody|nobody|no one) "
    r"(?:said (?:yes|no)|came|showed up|cried|clapped|loved it|liked it|hated it)\b"
    r"|\bso much fun\b|\b(?:had|was) a blast\b|\bthat'?s a (?:no|yes)\b|\bi (?:killed"
    r"|bombed|blanked|froze|crushed)(?=\W*$|[!.,])|\bnever again\b|\b(?:best"
    r"|worst) \w+ (?:ever|of my life)\b"
    r"|\bdisaster\b|\bturned out\b|(?:^\W*|\b(?:i|we|he|she|they|and"
    r"|just) )got (?:back|home|through|a"
    r"|an) \w+(?: (?:on|for"
    r"|in) it)?\W*$|\bit'?s a (?:boy|girl)\b|\b(?:we|they|she|he) (?:broke up|got (?:it"
    r"|married|engaged)|signed|won|lost|left)\b|\b(?:i|we) (?:got|had|saw|met|made"
    r"|finished|told|gave|bought|sold|signed|picked|ran|sang|danced|cooked|fixed"
    r"|learned|kissed|talked) (?:it|her|him|them|all)\b|(?:^\W*|\b(?:es|das|alles|und"
    r"|ja|also) )war (?:echt |total |so |ganz |richtig |gar nicht |halb )*(?:super|toll"
    r"|sch\u00f6n|gut|ok|okay|schlimm|furchtbar|klasse|lustig|anstrengend|langweilig"
    r"|mega)\b|\b(?:gut|schlecht|schief) ge(?:gangen|laufen)\b|\bbin durch\b|\balles "
    r"gut\b|\u8003\u5f97|\u73a9\u5f97|\u8fc7\u5f97|\u8fd8\u884c|\u633a\u597d"
    r"|\u5f88\u987a|\u5f55\u53d6|\u6ca1\u8003\u597d|\u88ab\u62d2|\u597d\u5f00\u5fc3"
    r"|\u5f88\u5f00\u5fc3|\bit went\b|\bwent (?:really |so |pretty |super |very "
    r")?(?:well|ok|okay|fine|great|good|badly|bad|better|horribl[ey]|terribl[ey]|wrong"
    r"|smooth(?:ly)?)\b|\b(?:i|we|he|she|they|it|and|just|barely|totally) (?:\w+ "
    r")?(?:passed|failed|survived|nailed|aced|bombed|won|lost|chickened out"
    r"|finished)\b(?=\s*(?:$|[^\w\s'])|\s+(?:it|with|by|in|at|barely|just|again|and|but"
    r"|on|everything|all|first|second|third|to|for|against|\d\S*)\b)|^\W*(?:passed"
    r"|failed|survived|nailed|aced|won|lost|finished|done|landed|married|approved"
    r"|handed in|sent|submitted|delivered)\b(?=\s*(?:$|[^\w\s'])|\s+(?:it|with|by|in|at"
    r"|barely|just|again|and|but|on|everything|all|first|second|third|to|for|against"
    r"|\d\S*)\b)|\b(?:made|did|nailed|finished|got through|messed up|blew|screwed up"
    r"|crushed|killed|rocked|aced) it\b|\bgot the (?:job|part|flat|place|offer|results?"
    r"|keys|loan|visa|promotion)\b|\b(?:it|that|everything|all|which)(?:'s| is| was)? "
    r"(?:finally |all |now )?(?:over|done|behind me|finished)\b|\bover and done\b"
    r"|\bchickened out\b|\bhanded in\b|\bbestanden\b|\bdurchgefallen\b|\bgeschafft\b"
    r"|\b\u00fcberstanden\b|\bversemmelt\b|\b(?:es )?lief (?:echt |ganz |super|richtig "
    r"|so )?(?:gut|super|ok|okay|schlecht|mies|toll|prima|bestens|blendend|schief)\b"
    r"|\bvorbei\b|\bhinter (?:mir|uns)\b|\bgelandet\b|\bgewonnen\b|\bverloren\b"
    r"|\berledigt\b|\bgeklappt\b|\bzugesagt\b|\u901a\u8fc7\u4e86|\u6ca1\u901a\u8fc7"
    r"|\u641e\u5b9a|\u5b8c\u6210\u4e86|\u7ed3\u675f\u4e86|\u987a\u5229|\u6210\u529f"
    r"|\u5931\u8d25"
    r"|[\u8003\u505a\u529e\u5199\u4ea4\u5f00\u770b\u6253\u8dd1\u8c08\u4fee\u8bb2\u641e"
    r"\u8868\u6f14]\u5b8c(?=[\u4e86\u5566\u5427\u3002\uff01!\uff0c,~\s]|$)|\u8fc7\u4e86"
    r"|\u62ff\u5230\u4e86|\u5230\u4e86|\u843d\u5730|\b(?:i|we) did (?:it|that|the "
    r"thing)\b",
    re.IGNORECASE,
)
_FOLLOWS: Final = late(
    r"(?:[,;]| and| but| so)+ (?:he|she|they|it)(?:'ll| will|(?:'s|'re| is| are) going"
    r" to)\b(?!.*\b(?:come|be|arrive|visit|show|try|call)\b)",
    re.IGNORECASE,
)
_MESSAGE: Final = late(
    r"\b(?:called|phoned|rang|text(?:ed)?|wrote|messaged|e?mailed|said|says|told|asked"
    r"|promised|confirmed|answered|replied|late|not|n't|never)\b",
    re.IGNORECASE,
)
"""Whoever was heard of only has not been there."""

_IT_WAS: Final = late(
    r"\b(?:it|that|everything|the whole thing) (?:was|turned out|felt|looked) (?:\w+ "
    r")?\w+|\bes war (?:so |echt |total |richtig |ganz )?\w+|\u7ec8\u4e8e",
    re.IGNORECASE,
)
"""It tells of what was named before, which may be in the same message."""

_GAVE_UP: Final = late(
    r"^\W*(?:well |so |ugh |in the end |sadly )*(?:i |we )?(?:just |really |simply "
    r")?(?:couldn'?t(?! (?:sleep|eat|find|stop|wait|help))|could not|didn'?t dare"
    r"|lost my nerve|lost the nerve|bottled it"
    r"|wimped out|turned (?:around|back) |(?:did|was)n'?t able)\b|\b(?:couldn'?t"
    r"|didn'?t) (?:bring myself|do it|go through|dare|have the (?:heart|guts|nerve"
    r"|courage))|\blost (?:my|the|his|her|our) nerve\b|\bdecided to (?:stay|wait"
    r"|keep)\b|\bafter all\b|\bgot cold feet\b|\b(?:hab|habe) (?:es |mich )?(?:doch "
    r")?nicht (?:getraut|gemacht|geschafft)\b|\bmich nicht getraut\b|\u6ca1\u6562"
    r"|\u6ca1\u8bf4\u51fa\u53e3",
    re.IGNORECASE,
)
"""On its day or after it: what somebody did not do after all."""

_MISSED: Final = late(
    r"\b(?:i|we|he|she|they) (?:completely |totally |all )?(?:forgot|missed|overslept"
    r"|skipped)\b|\b(?:verschlafen|verpasst|vergessen)\b|\u9519\u8fc7"
    r"|\u7761\u8fc7\u5934|\u5fd8\u4e86",
    re.IGNORECASE,
)
"""What is named was not done."""

_NONE_OF_IT: Final = late(
    r"\b(?:no|kein\w*)(?: (?:more|longer|such))? (\w+)(?=\W*$|[.,!;]| (?:this|today|on"
    r"|for|after|then|because|anymore|tomorrow|at|in|diese|heute|mehr)\b)",
    re.IGNORECASE,
)

_PUT_OFF: Final = late(
    r"\b(?:postponed|put off|pushed? (?:it |that |the \w+ )?back|put back|delayed"
    r"|rescheduled?|adjourned|moved (?:it |that |me |us |the \w+ )?to|brought forward"
    r"|verschoben|vertagt|vorgezogen|verlegt)\b|\u63a8\u8fdf|\u5ef6\u671f|\u6539\u671f"
    r"|\u987a\u5ef6|\u6539\u5230|\u6539\u6210|\u632a\u5230",
    re.IGNORECASE,
)
_NEED_UNTIL: Final = late(
    r"^\W*(?:\w+ )?(?:they|he|she|it|them|die|sie|er)(?:'ll| will)? (?:\w+ )?(?:need"
    r"|needs|take|takes|brauchen|braucht)(?: \w+){0,2} (?:until|till|bis)\b",
    re.IGNORECASE,
)
_BY_OTHERS: Final = late(
    r"\b(?:ready|done|finished|fixed|repaired|mended|back|results?|arriv\w+"
    r"|deliver\w*|decid\w*|decision|answer|call|tell me|let me know|pick(?:ing)? up"
    r"|collect(?:ing)?|fertig|abholen|ergebnis\w*|bescheid|geliefert|zur\u00fcck)\b",
    re.IGNORECASE,
)
"""What others do, who may say that they need longer: "they need until Monday"."""

_ANY_MATTER: Final = late(
    r"\b(?:appointment|meeting|date|it|that|thing|termin|treffen|das|es)\b",
    re.IGNORECASE,
)
"""What is put off may be called by no name of its own."""

_TOLD: Final = late(
    r"\b(?:was|were|went|had|did|came|got|took|made|said|saw|met|won|lost|cried|loved"
    r"|ate|drank|gave|told|left|felt|knew|found|bought|paid|brought|swam|ran|sang|wrote"
    r"|spoke|slept|drove|flew|fell|broke|began|threw|hit|beat|put|has|have|thanks"
    r"|thank you|look|looks|here(?:'s| is| are)|best|worst|great|amazing|awesome|lovely"
    r"|beautiful|perfect|wonderful|terrible|awful|horrible|fun|boring|nice|good|bad|ok"
    r"|okay|fine|fantastic|brilliant|gorgeous|delicious|incredible|hilarious|sad|happy"
    r"|seems?|sounds?|now|finally|already|\w{2,}ed"
    r"|war|waren|hatte[nt]?|ging|kam|lief|hat|haben|hab|wurde|fand|sah|gab|sagte"
    r"|ge\w{2,}t"
    r"|ge\w{2,}en|danke|toll|super|sch\u00f6n|klasse|schlimm|furchtbar|endlich|hier"
    r" ist)\b"
    r"|\u4e86|\u8fc7|\u5f97\u5f88|\u592a|\u771f|\u8c22\u8c22|\u611f\u89c9"
    r"|\u4e0d\u9519|!{2}",
    re.IGNORECASE,
)


class MatterOutcome(NamedTuple):
    """What a message says of a matter.

    Attributes:
        over: It went somehow, was done or told of.
        off: It was called off.
    """

    over: bool = False
    off: bool = False


def forget_outcomes() -> None:
    """Hold no text any more that was read."""
    read.cache_clear()
    outcome_of.cache_clear()


def same_matter(one: str, other: str) -> bool:
    """Say whether two texts speak of the same thing to come."""
    first, second = read(one), read(other)
    shared = first.stems & second.stems
    least = min(len(first.stems), len(second.stems))
    return bool(shared) and 2 * len(shared) >= least


def is_moved(matter: str, said: str) -> bool:
    """Say whether a text that names another day puts a matter off to it."""
    if is_related(read(matter), read(said)):
        return _MOVED.search(said) is not None or is_put_off(said)
    if _NEED_UNTIL.match(said) and not read(said).stems:
        return _BY_OTHERS.search(matter) is not None
    return _puts_off_any(said)


def _puts_off_any(said: str) -> bool:
    """Say whether a text puts off what it calls by no name of its own."""
    if not is_put_off(said) or _ANY_MATTER.search(said) is None:
        return False
    return not read(_ANY_MATTER.sub(" ", said)).kinds


def is_put_off(said: str) -> bool:
    """Say whether a text tells that something will be on another day than planned."""
    return _PUT_OFF.search(said) is not None


@lru_cache(maxsize=OUTCOMES_KNOWN)
def outcome_of(
    matter: str, said: str, *, reached: bool, opens: bool = False
) -> MatterOutcome:
    """Return what a message says of a matter.

    Args:
        matter: The sentence that told what is to come.
        said: A later message, by one who can know.
        reached: Its day has come when this is said.
        opens: A talk begins with it, so what it alludes to must be known.
    """
    thing, text = read(matter), read(said)
    if not (reached or _may_be_off(text.said) or may_end_early(text.said)):
        return MatterOutcome()
    related = is_related(thing, text)
    if related or reached:
        if any(_is_off(thing, one, reached=reached) for one in text.sentences):
            return MatterOutcome(off=True)
        put_off = is_put_off(said) if related else _puts_off_any(said)
        if put_off and not coming_days(said, _ANY_DAY):
            return MatterOutcome(off=True)
    if not reached:
        off = is_withdrawn(thing, text)
        return MatterOutcome(off=off, over=not off and is_done_early(thing, text))
    over = any(_is_over(thing, one, related) for one in text.sentences)
    over = over or any(_it_was(thing, one) for one in text.bare(thing))
    if opens and not over:
        over = any(alludes(one) and not PENDING.search(one) for one in text.first())
    return MatterOutcome(over=over)


def _may_be_off(said: str) -> bool:
    """Say whether a message may call something off; quick."""
    return any(one.search(said) for one in (_OFF, _NONE_OF_IT, _PUT_OFF))


def _it_was(thing: OutcomeText, sentence: str) -> bool:
    """Say whether a sentence tells how "it" was, which it does not name itself."""
    found = _IT_WAS.search(sentence)
    if found is None or PENDING.search(sentence):
        return False
    before = read(sentence[: found.start()])
    return not before.stems or is_related(thing, before)


def _is_off(thing: OutcomeText, sentence: str, *, reached: bool) -> bool:
    if _OFF.search(sentence):
        return True
    none = _NONE_OF_IT.search(sentence)
    if none is not None and is_related(thing, read(none.group(1))):
        return not PENDING.search(sentence)
    if not reached:
        return False
    missed = _MISSED.search(sentence) and is_related(thing, read(sentence))
    return bool(missed) or _GAVE_UP.search(sentence) is not None


def _before_what_follows(sentence: str) -> str:
    """Return what was, of a sentence that goes on to what others will do: "he'll …"."""
    follows = _FOLLOWS.search(sentence)
    told = sentence[: follows.start()] if follows else ""
    return "" if PENDING.search(told) or _MESSAGE.search(told) else told


def _is_over(thing: OutcomeText, sentence: str, related: bool) -> bool:
    if PENDING.search(sentence):
        sentence = _before_what_follows(sentence)
        related = bool(sentence) and is_related(thing, read(sentence))
    if not sentence:
        return False
    if _STRONG.search(sentence):
        return True
    told = read(sentence)
    if any(told.tells(kind) for kind in thing.kinds):
        return True
    if related and state_told(sentence) not in (None, State.OPEN):
        return True
    return bool(thing.stems & told.stems) and _TOLD.search(sentence) is not None
