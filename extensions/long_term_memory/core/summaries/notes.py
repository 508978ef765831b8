"""Write what somebody said as a note: "Tess owes forty silver to Madam Tuck".

Owns: when "I" may become a name, and how a promise is reported.
Knows nothing of: which passages are told, whose words they are, prompts.

Nothing is made up: where a rule does not hold for certain, the words stay as they were
said, with the speaker before them. Speech that names a "you" or a "we" stays speech,
for in a scene of three nobody knows who is meant; of a promise only its beginning is
reported. English alone is turned; promises in German, too.
"""

from __future__ import annotations

import re
from typing import Final

from ..text.past import PAST_VERBS
from ..text.recipes import ends_as_question

MOST_NAMED: Final = 2
"""Oftener nobody would write the same name in one note."""

_STATE: Final = re.compile(r" \((?:kept|broken|paid|no longer|died since)\)$")
_OWE: Final = re.compile(r"\b(I|i|we)(?: still)? owe\b")
_QUOTED: Final = re.compile(r'"([^"]+)"')
_OTHERS: Final = re.compile(
    r"\b(?:you|your|yours|ya|we|our|ours|us|let's|myself|mine|thee|thy)\b"
    r"|['\u2019]re\b"
    r"|\b(?:am|was|have|had|do|did|can|could|will|would|shall|should|may|must"
    r"|ain't) I\b"
    r"|\u2026|\.\.\.",
    re.IGNORECASE,
)
_SOON: Final = re.compile(
    r"\b(?:I'll|I will|I shall|I won't|ill|i'll|im gonna|i will|i wont|we'll|we will"
    r"|we shall|will|shall|never|not|to [a-z]+)\b"
)
_PLEDGED: Final = (
    re.compile(
        r"(?:(?P<on>[Oo]n (?:the|my|his|her|our) [\w' ]{2,40}?),? )?"
        r"(?:I|i)(?: \w+ly| do)? (?P<verb>swear|promise|vow)"
        r"(?: it| this| you| to you| you this)?\b[,:;.!]*\s*(?:that )?(?P<rest>\w.+)"
    ),
    re.compile(
        r"(?P<rest>.+?),? (?:and )?(?:I|i) (?P<verb>swear|promise|vow)"
        r"(?: it| this| you| to you)?(?: (?P<on>on (?:the|my) [\w' ]+))?[.!]*"
    ),
    re.compile(r"(?P<verb>[Pp]romise)[.!:,]+\s*(?P<rest>\w.+)"),
)
_PLEDGED_IN_GERMAN: Final = re.compile(
    r"[Ii]ch (?P<verb>verspreche|schw\u00f6re|gelobe)(?: es)?(?: dir| euch| Ihnen)?"
    r"(?: bei meine\w* \w+)?[,:;.!]*\s+(?P<rest>\w.+)"
)
_PAST_OF: Final = {
    "swear": "swore",
    "promise": "promised",
    "vow": "vowed",
    "verspreche": "versprach",
    "schw\u00f6re": "schwor",
    "gelobe": "gelobte",
}
_FIRST: Final = re.compile(
    r"(?P<lead>,? and |,? but )?\bI(?:['\u2019](?P<short>m|ve|ll|d))?(?![\w'\u2019])"
    r"(?P<between>(?: (?:\w+ly|never|only|still|just|also|once|always|even|now))*)"
    r" (?P<verb>[a-z]+(?:['\u2019]t)?)"
)
_BEGINS: Final = re.compile(
    r"(?:^|[.!?,;:]\s|\b(?:that|when|because|if|so|before|after|until)\s)$"
)
_ME: Final = re.compile(r"\bme\b")
_MY: Final = re.compile(r"\b[Mm]y\b")
_ANY_FIRST: Final = re.compile(r"\b(?:I|i)\b")
_SHORT: Final = {"m": "is", "ve": "has", "ll": "will"}
_SAME: Final = frozenset(
    "was had did could would should must might may can will shall cannot can't won't "
    "couldn't wouldn't shouldn't didn't wasn't hadn't".split()
)
_OTHER_FORMS: Final = {
    "am": "is",
    "have": "has",
    "do": "does",
    "don't": "doesn't",
    "haven't": "hasn't",
}
PAST: Final = PAST_VERBS - frozenset("ate beat did had was were".split())
_BOTH: Final = frozenset("bet cost cut hit hurt let put quit read set shut".split())
PRESENT: Final = frozenset(
    "accept agree ask believe belong blame bring call carry chase collect come cook "
    "count "
    "dance deserve dream drink drive eat fear feel fight find fix fly follow forgive "
    "get give go guard hate hear help hide hold hope hunt intend keep know lead learn "
    "leave like live look lose love make mean meet miss move need obey own owe play "
    "prefer "
    "protect pay pray refuse regret remember ring rule run save see seek sell send "
    "serve "
    "sing sleep smell smoke speak stand stay steal study suspect swim take teach tell "
    "think trust understand use visit wait walk want watch wear wish work worship "
    "write".split()
)


_REGULAR: Final = re.compile(r"\w+(?<!e)ed|agreed")


def noted(name: str, text: str) -> str:
    """Return a line as a note; what does not begin with a name is still speech.

    Args:
        name: Whose words it is; empty for narration and for unknown speakers.
        text: One line of a story, speech of a scene in quotation marks.
    """
    if not name:
        return text
    state = _STATE.search(text)
    said, after = (text[: state.start()], state.group()) if state else (text, "")
    quoted = _QUOTED.fullmatch(said)
    words = quoted[1] if quoted else said
    if after == " (paid)":
        words = _OWE.sub(r"\1 owed", words)
    told = _pledge(name, words) or (quoted and in_third_person(words, name)) or words
    return f"{told}{after}"


def in_third_person(text: str, name: str) -> str:
    """Return what somebody says of themselves with their name; empty if unsure.

    Args:
        text: Without quotation marks.
        name: The speaker's.
    """
    if _OTHERS.search(text) or ends_as_question(text):
        return ""
    found = list(_FIRST.finditer(text))
    if not found or len(found) != len(_ANY_FIRST.findall(text)):
        return ""
    if not all(_BEGINS.search(text[: one.start()]) or one["lead"] for one in found):
        return ""
    parts, start, named = [], 0, 0
    for one in found:
        verb = _verb(one["verb"], one["short"])
        if not verb:
            return ""
        # "and I was afraid, and I shut the door": the name stands for both.
        again = bool(one["lead"]) and named > 0
        named += not again
        lead = one["lead"] or ""
        subject = f"{'' if again else name}{one['between']} {verb}".strip()
        parts += [
            text[start : one.start()],
            lead.removeprefix(",") if again else lead,
            subject,
        ]
        start = one.end()
    told = "".join([*parts, text[start:]])
    if named > MOST_NAMED or _MY.search(told):
        return ""
    return _ME.sub(name, told)


def _verb(verb: str, short: str | None) -> str:
    """Return a verb as it stands after a name, with what was cut short before it."""
    if short == "d":
        had = verb in PAST - _BOTH or verb.endswith("ed") or verb in _PARTICIPLES
        return f"{'had' if had else 'would'} {verb}"
    if short:
        return f"{_SHORT[short]} {verb}"
    if verb in _SAME or verb in PAST or _REGULAR.fullmatch(verb):
        return verb
    if verb in _OTHER_FORMS:
        return _OTHER_FORMS[verb]
    return _third(verb) if verb in PRESENT else ""


_PARTICIPLES: Final = frozenset(
    "been done gone seen taken given known written spoken broken chosen fallen "
    "better".split()
)


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def _pledge(name: str, text: str) -> str:
    """Return what somebody promised, in their words; empty if it is no promise."""
    for pattern in _PLEDGED:
        found = pattern.fullmatch(text)
        if found and _SOON.search(found["rest"]):
            on = found.groupdict().get("on")
            where = f" {on[0].lower()}{on[1:]}" if on else ""
            colon = "" if found["rest"].startswith("to ") else ":"
            verb = _PAST_OF[found["verb"].lower()]
            return f"{name} {verb}{where}{colon} {found['rest']}"
    found = _PLEDGED_IN_GERMAN.fullmatch(text)
    return f"{name} {_PAST_OF[found['verb']]}: {found['rest']}" if found else ""
