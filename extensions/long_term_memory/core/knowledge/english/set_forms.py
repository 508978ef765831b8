"""English clauses of a set form, such as "my favorite film is Dune".

Owns: these forms, and what each of them tells in the third person.
Knows nothing of: clauses with other subjects and predicates.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ...text.patterns import late
from ..facts import Category
from ..opinions import is_no_name
from ..told import Told
from .forms import NAME, POINTS
from .oblique_forms import OBLIQUE_FORMS
from .parts import NUMBER, WHEN
from .predicates import thing
from .third_person import without_persons
from .words import PETS, PLANNED


class _Form(NamedTuple):
    """A form, with templates of the line, the slot and the value that it tells."""

    category: Category
    pattern: re.Pattern[str]
    line: str
    slot: str
    value: str
    confidence: float
    ended: bool = False


_MONTHS: Final = (
    "january|february|march|april|may|june|july|august|september|october|november"
    "|december|spring|summer|autumn|fall|winter"
)
_IN_MONTH: Final = late(
    rf"\bis on (?=(?:{_MONTHS})\b(?!,? (?:the )?(?:\d|first|second|third|\w+th\b)))",
    re.IGNORECASE,
)
_ON_NO_DAY: Final = late(
    r"\bis on (?=(?:next|this|today|tomorrow|tonight|in)\b)", re.IGNORECASE
)
_FAVORITE: Final = late(
    r"^(?:my|our) (?:(?:all-time|absolute|current|new) )?favorite "
    r"(?P<what>[\w -]+?)(?: of all time| ever| right now| is)?(?: is| are| was|"
    r" has to be| will always be|:|\?|'s) ?(?P<x>.+)$",
    re.IGNORECASE,
)
_IS_FAVORITE: Final = late(
    r"^(?P<x>.+?)(?: is|'s| are) (?:definitely |probably |absolutely |still )?my "
    r"(?:all-time |absolute )?favorite(?P<what> [\w ]+)?",
    re.IGNORECASE,
)
_BIRTHDAY: Final = late(
    r"^(?:my|our) (?P<what>birthday|bday|b-day|anniversary|wedding anniversary|"
    r"name day|wedding)(?: is|'s)(?: on| in)? (?P<x>(?!coming|soon|over|ruined|"
    r"great|fun).+)$",
    re.IGNORECASE,
)
_MY_NAME: Final = late(
    r"^(?:(?:you (?:may|can|should) |just |please )?(?=call me)|my (?:real |full "
    r"|first "
    r"|last |middle )?name(?: is|'s)(?: actually|"
    r" really)? |(?:people|"
    r"everyone|everybody|friends|they) calls? me |i go by |i am called |"
    r"the name(?: is|'s) )(?:call me )?"
    r"(?P<x>(?:the )?(?-i:[A-Z])[\w' -]+|\w+)$",
    re.IGNORECASE,
)
_SCARES: Final = late(
    r"^(?P<x>[\w' -]{3,40}?) (?:really |still |always |absolutely )?(?:(?:scares?"
    r"|terrif(?:y|ies)|frightens?|creeps?|freaks?) (?:the \w+ out of )?me\b"
    r"|gives? me (?:the creeps|the willies|chills)\b)",
    re.IGNORECASE,
)
_HOME_IS: Final = late(
    r"^home (?:for me )?is (?P<x>(?:an? [\w -]+ in )?(?-i:[A-Z])[\w' -]+?)(?: for me| "
    r"now)*$",
    re.IGNORECASE,
)
_LEFT_ME: Final = late(
    rf"^(?P<x>{NAME}) (?:just )?(?P<did>dumped|left|cheated on|broke up with|"
    r"divorced|ghosted) me\b"
)
_ITS_BIRTHDAY: Final = late(
    r"^(?:it is|today is|tomorrow is) (?P<whose>my(?: [\w-]+'s)?) birthday "
    rf"(?P<x>{WHEN}.*)$",
    re.IGNORECASE,
)
_MAKES_ME: Final = late(
    r"^(?P<x>(?!(?:you|that|this|it|he|she|they|what)\b)[\w' -]{3,30}?) "
    r"(?P<makes>makes?|gives?|keeps?) me (?P<rest>up all night|awake(?: all night)?"
    r"|sneeze|sick|itch\w*|swell\w*|"
    r"break out\b.*|throw up|(?:the )?hives|migraines|headaches|heartburn|panic"
    r"|anxious|a rash|nightmares|choke)(?: (?:till|until|every|so|like|when|for|and|in"
    r"|if)\b.*)?$",
    re.IGNORECASE,
)
_BURNS_ME: Final = late(
    r"^(?P<x>(?!(?:love|life|\w+ing that|the truth|your|everything|music"
    r"|time)\b)[\w' -]{3,30}?) "
    r"(?:always )?(?P<did>burns?|weakens?|sickens?|poisons?|kills?|exhausts?|calms?"
    r"|soothes?|relax(?:es)?) (?:me|my (?:skin|flesh|hands|eyes|lungs))$",
    re.IGNORECASE,
)
_DOING_IS: Final = late(
    r"^(?P<x>(?!(?:being|seeing|hearing|talking|having|doing|getting|feeling|knowing"
    r"|nothing|something|everything|anything|morning|evening|thing)\b)\w+ing"
    r"(?: (?:in|with|on|at|my|the|old|wool|"
    r"alone|outside) ?[\w' -]{0,20}?)?) (?:is|has always been) (?:the (?:only|one|best)"
    r" thing|what keeps me|how i (?:relax|unwind|cope|calm)|my way|where i"
    r"|what i do)\b",
    re.IGNORECASE,
)
_TO_HOSPITAL: Final = late(
    r"^(?P<x>(?!(?:you|this|that|it|he|she|they|work|life)\b)[\w' -]{3,30}?) (?:will"
    r"|would|can|could|has)? ?(?:literally |actually |really )?(?:put|land|send|landed"
    r"|sent)"
    r" me (?:in|to) (?:the )?(?:hospital|er|emergency room)\b",
    re.IGNORECASE,
)
_PROMOTED: Final = late(
    r"^they (?:just |finally )?(?:promoted|demoted) me to (?P<x>[\w' -]{3,40})$",
    re.IGNORECASE,
)
_LET_GO: Final = late(
    r"^they (?:just )?(?P<did>fired|sacked|promoted|hired|expelled|suspended"
    r"|laid(?= me off)) me\b",
    re.IGNORECASE,
)
_DAY_IS: Final = late(
    rf"^(?P<when>{WHEN})(?: is"
    rf"|'s) (?:my|our) (?P<x>(?!favorite)[^,;.!]+)$",
    re.IGNORECASE,
)
_ON_DAY: Final = late(
    rf"^(?:the |my |our )?(?P<x>(?:[\w'-]+ ){{0,2}}?(?:{PLANNED}|thesis|baby|"
    r"essay|paper|rent|assignment|report))(?: is|'s| starts| begins)(?: due)?"
    rf"(?: scheduled)?(?: for)? (?P<when>{WHEN}.*|(?:on|in|next|this) .*)$",
    re.IGNORECASE,
)
_NO_X: Final = late(r"^no (?:more )?(?P<x>[\w' -]{3,30}?) for me\b", re.IGNORECASE)
_NOT_MINE: Final = late(
    r"^(?P<x>[\w' -]{3,30}?) (?:is not|isn't|are not|aren't|is just not|was never) "
    r"(?:really )?(?:for me|my (?:thing|cup of tea))\b",
    re.IGNORECASE,
)
_MY_THING: Final = late(
    r"^(?P<x>[\w' -]{3,30}?) (?:is|are) (?:totally |so |really )?"
    r"my (?:thing|jam|season|passion|weakness|life|therapy|escape|nemesis|drug|"
    r"religion|kryptonite|comfort \w+|happy place|guilty pleasure)\b",
    re.IGNORECASE,
)
_AWFUL: Final = late(
    r"^(?:anything but (?P<y>[\w -]+)(?:,.*)?|(?P<x>[\w' -]{3,40}?) (?:is|are) "
    r"(?:basically "
    r"|literally |absolutely |pure |just |so )*(?:evil|disgusting|gross|the worst"
    r"|poison|vile|nasty)\b.*)$",
    re.IGNORECASE,
)
_PROPOSED: Final = late(rf"^(?P<x>{NAME}) (?:finally |just )?proposed(?: to me)?$")
_LOOKED_FORWARD: Final = late(
    rf"^(?:(?:i )?can't wait for|looking forward to|so excited for|nervous about"
    rf"|off to|heading to|flying to|leaving for) (?P<x>(?:the |my |our )?[^,;.!]*?"
    rf"{WHEN}[^,;.!]*)$",
    re.IGNORECASE,
)
_PLANNED: Final = late(
    rf"^(?:my )?(?P<x>(?:[\w'-]+ ){{0,2}}?{PLANNED}) (?:is )?(?P<when>(?:on )?"
    rf"{WHEN}.*)$",
    re.IGNORECASE,
)
_COMMON_KIND: Final = late(
    r"(?:big|final|first|second|third|last|another|job|driving|dentist|doctor's|dental"
    r"|birthday|maths?|team|staff|work|court|thesis|dinner|eye|blood|oral|written)\b",
    re.IGNORECASE,
)
_HAS_ARTICLE: Final = late(
    r"(?:an?|the|my|our|his|her|their|your|this|that|another|some|no|one|two|three|four"
    r"|(?!doctor's|dentist's)[\w-]+'s)\b",
    re.IGNORECASE,
)
_WITHOUT_ARTICLE: Final = late(r"(?<!s)s$|\b(?:surgery|defen[cs]e)$", re.I)
_THE: Final = late(r"^(?:dentist|vet|physio)$", re.IGNORECASE)
_AN: Final = late(r"[aeio]|ultra|MRI|eye|oral", re.IGNORECASE)
_PUT_ON: Final = late(
    r"^(?:(?:the|my) )?(?:doctor|doc|gp|psychiatrist|specialist)s? (?:has "
    r"|have )?(?:just )?"
    r"put me (?:back )?on (?!hold|the spot|a list)(?P<x>[\w' -]{3,30}?)(?= (?:last|this"
    r"|in|for|after|since|when)\b|$)",
    re.IGNORECASE,
)
_TURNS_STOMACH: Final = late(
    r"^(?P<x>[\w' -]{3,30}? makes?) me (?P<y>(?:want to )?(?:throw up|vomit|gag|sneeze"
    r"|queasy|dizzy|panic|itch|seasick|carsick))$",
    re.IGNORECASE,
)
_AFTER_YEARS: Final = late(
    rf"^after (?P<x>{NUMBER} (?:years?|months?) (?:in|as|with|at)"
    r" [\w' -]{3,30}?) (?=i\b|nothing\b|nobody\b|there\b|my\b)",
    re.IGNORECASE,
)
_EVER_SINCE: Final = late(
    r"^(?:ever )?since (?:the|my) (?P<x>divorce|separation|break-?up|accident|surgery"
    r"|operation|stroke|heart attack|miscarriage)\b",
    re.IGNORECASE,
)
_NOT_TOGETHER: Final = late(
    r"^(?P<x>[\w' -]{3,30}?) and (?:me|i) (?:do not|don't|never) (?:really )?(?:get "
    r"along|mix|agree|go together|get on)\b",
    re.IGNORECASE,
)
_ONLY_THING: Final = late(
    r"^(?P<x>[\w' -]{3,30}?) (?:is|are) (?:pretty much |basically )?(?:the only "
    r"\w+|all) (?:that )?i (?:ever )?(?:watch|eat|drink|read|listen to|play|wear"
    r"|cook)\b",
    re.IGNORECASE,
)
_IN_FAMILY: Final = late(
    r"^(?P<x>(?!(?:it|that|this)\b)[\w' -]{3,30}?) runs? in (?:my|the|our) family\b",
    re.IGNORECASE,
)
_AT_AGE: Final = late(
    r"^at (?P<x>[1-9]\d),? (?:you|i|one)\b(?! (?:was|were|had|started|moved|left"
    r"|lost))",
    re.IGNORECASE,
)
_THERE_LIVES: Final = late(
    rf"^there is (?P<x>an? (?:\w+ )?{PETS}) (?:living|that lives|who lives|in my "
    r"(?:house|flat|apartment))\b",
    re.IGNORECASE,
)
_DAYS_ARE: Final = late(
    r"^(?P<when>(?:mon|tues|wednes|thurs|fri|satur|sun)days) (?:are|mean|is) "
    r"(?:always )?(?:for )?(?P<x>(?!(?:the|my|so|not|a|an|usually|always|hard|long|fun|"
    r"great|bad|good|boring|busy|quiet)\b)[\w -]+)$",
    re.IGNORECASE,
)
_MADE_ME: Final = late(
    r"^(?:they|the (?:firm|company|board|bank|school|agency)) (?:just "
    r"|finally )?made me"
    r" (?P<x>(?:an? |the )?(?:[\w-]+ ){0,2}?(?:lead|"
    r"leader|manager|head|captain|partner|supervisor|director|chair|president|editor|"
    r"foreman|chef|sergeant)\b[^,;.!]*)$",
    re.IGNORECASE,
)
_ANY_DAY: Final = late(
    r"^(?:nothing beats|there is nothing like|you can't beat|can't beat|give me|i "
    r"can't "
    r"say no to|i never say no to|i am always up for|always up for|i could (?:eat"
    r"|watch|"
    r"drink|listen to)) (?P<x>(?!(?:a|the|some) (?:minute|second|moment|sec|hint|break|"
    r"chance|clue|hand|reason)\b)[\w' -]{3,40}?)(?: (?:any day|all day|every day|any"
    r"time|forever|for breakfast|over .+|after .+|on a .+|in the .+))?$",
    re.IGNORECASE,
)
_NOT_WITHOUT: Final = late(
    r"^i (?:can't|cannot|could not|couldn't) (?:live|function|start (?:my|the) day|go "
    r"a "
    r"day|survive) without (?P<x>(?!you\b|it\b|that\b|him\b|her\b)[\w' -]{3,40})$",
    re.IGNORECASE,
)
_KEEP_AWAY: Final = late(
    r"^(?:just )?(?:keep|get) (?P<x>(?!(?:it|that|this|him|her|them)\b)[\w' -]{3,30}?) "
    r"away from me\b",
    re.IGNORECASE,
)
_MY_SHIFT: Final = late(
    r"^(?:.*?\b)?(?:my|another|a|the|double|night|early|late|long) (?:\w+ )?shift at "
    r"(?P<x>(?:the |an? )?[\w' -]{3,30}?)(?: (?:is|was|today|tonight|again|starts|ended"
    r"|tomorrow|yesterday|just|went)\b.*)?$",
    re.IGNORECASE,
)
_FORMS: Final = (
    _Form(
        Category.PREFERENCE,
        _FAVORITE,
        "{me}'s favorite {what} is {x}",
        "favorite:{what}",
        "{x}",
        0.92,
    ),
    _Form(
        Category.PREFERENCE,
        _IS_FAVORITE,
        "{me}'s favorite {what} is {x}",
        "favorite:{what}",
        "{x}",
        0.88,
    ),
    _Form(Category.DATE, _BIRTHDAY, "{me}'s {what} is on {x}", "{what}", "{x}", 0.93),
    _Form(
        Category.DATE, _ITS_BIRTHDAY, "{whose} birthday is {x}", "birthday", "{x}", 0.85
    ),
    _Form(Category.PERSONAL, _MY_NAME, "{me} is called {x}", "name", "{x}", 0.8),
    _Form(
        Category.HEALTH,
        _MAKES_ME,
        "{x} {makes} {me} {rest}",
        "allergy:{x}",
        "{x}",
        0.82,
    ),
    _Form(Category.HEALTH, _BURNS_ME, "{x} {did} {me}", "harm:{x}", "{x}", 0.8),
    _Form(Category.PREFERENCE, _DOING_IS, "{me} likes {x}", "taste:{x}", "likes", 0.78),
    _Form(Category.HEALTH, _SCARES, "{me} is scared of {x}", "fear:{x}", "{x}", 0.85),
    _Form(Category.PREFERENCE, _NO_X, "No {x} for {me}", "taste:{x}", "dislikes", 0.78),
    _Form(
        Category.PREFERENCE,
        _NOT_MINE,
        "{x} is not for {me}",
        "taste:{x}",
        "dislikes",
        0.78,
    ),
    _Form(Category.PREFERENCE, _MY_THING, "{me} likes {x}", "taste:{x}", "likes", 0.78),
    _Form(
        Category.PREFERENCE, _AWFUL, "{me} dislikes {x}", "taste:{x}", "dislikes", 0.75
    ),
    _Form(
        Category.PREFERENCE,
        _NOT_TOGETHER,
        "{x} and {me} do not get along",
        "taste:{x}",
        "dislikes",
        0.8,
    ),
    _Form(
        Category.PREFERENCE, _ONLY_THING, "{me} likes {x}", "taste:{x}", "likes", 0.78
    ),
    _Form(
        Category.HEALTH, _IN_FAMILY, "{x} runs in {me}'s family", "kin:{x}", "{x}", 0.82
    ),
    _Form(Category.PREFERENCE, _ANY_DAY, "{me} likes {x}", "taste:{x}", "likes", 0.78),
    _Form(
        Category.PREFERENCE,
        _NOT_WITHOUT,
        "{me} cannot do without {x}",
        "taste:{x}",
        "likes",
        0.8,
    ),
    _Form(
        Category.PREFERENCE,
        _KEEP_AWAY,
        "{me} dislikes {x}",
        "taste:{x}",
        "dislikes",
        0.76,
    ),
    _Form(Category.WORK, _MY_SHIFT, "{me} works at {x}", "work", "{x}", 0.8),
    _Form(Category.PERSONAL, _AT_AGE, "{me} is {x}", "age", "{x}", 0.78),
    _Form(Category.PET, _THERE_LIVES, "{me} has {x}", "pet:{x}", "{x}", 0.85),
    _Form(
        Category.PERSONAL, _DAYS_ARE, "{me} has {x} on {when}", "habit:{x}", "{x}", 0.76
    ),
    _Form(Category.WORK, _MADE_ME, "{me} was made {x}", "work status", "{x}", 0.86),
    _Form(Category.PLACE, _HOME_IS, "{me}'s home is {x}", "lives", "{x}", 0.85),
    _Form(
        Category.RELATIONSHIP,
        _LEFT_ME,
        "{x} {did} {me}",
        "partner",
        "{x}",
        0.85,
        ended=True,
    ),
    _Form(
        Category.RELATIONSHIP, _PROPOSED, "{x} proposed to {me}", "partner", "{x}", 0.85
    ),
    _Form(
        Category.HEALTH,
        _TO_HOSPITAL,
        "{x} puts {me} in hospital",
        "harm:{x}",
        "{x}",
        0.8,
    ),
    _Form(
        Category.WORK, _PROMOTED, "{me} was promoted to {x}", "work status", "{x}", 0.86
    ),
    _Form(
        Category.WORK, _LET_GO, "{me} was {did} by them", "work status", "{did}", 0.85
    ),
    _Form(Category.PLAN, _DAY_IS, "{me}'s {plan} is {when}", "plan:{x}", "{x}", 0.82),
    _Form(Category.PLAN, _ON_DAY, "{me}'s {plan} is {when}", "plan:{x}", "{x}", 0.82),
    _Form(Category.HEALTH, _PUT_ON, "{me} takes {x}", "takes:{x}", "{x}", 0.85),
    _Form(Category.HEALTH, _TURNS_STOMACH, "{x} {me} {y}", "sick:{x}", "{y}", 0.8),
    _Form(Category.EVENT, _AFTER_YEARS, "{me} spent {x}", "spent:{x}", "{x}", 0.78),
    _Form(
        Category.EVENT,
        _EVER_SINCE,
        "{me} went through {a_plan}",
        "had:{x}",
        "{x}",
        0.74,
    ),
    _Form(Category.PLAN, _PLANNED, "{me} has {a_plan} {when}", "plan:{x}", "{x}", 0.8),
    _Form(
        Category.PLAN, _LOOKED_FORWARD, "{me} has plans: {x}", "plan:{x}", "{x}", 0.78
    ),
    *(_Form(*one) for one in OBLIQUE_FORMS),
)


def set_form(text: str, speaker: str, other: str) -> tuple[str, Told] | None:
    """Return a line and what it tells, if a clause has a set form.

    Args:
        text: A clause.
        speaker: Who says it.
        other: To whom.
    """
    for form in _FORMS:
        if (found := form.pattern.match(text)) and (groups := _groups(found)):
            groups |= {"me": speaker, "you": other}
            groups["x_of_other"] = without_persons(
                groups["x"], speaker, other, begun=False
            )
            if whose := groups.get("whose"):
                groups["whose"] = without_persons(whose, speaker, other, begun=False)
            groups |= {
                "plan": _plan(groups["x"]),
                "a_plan": _with_article(_plan(groups["x"])),
            }
            things = {name: thing(value) for name, value in groups.items()}
            slot, value = form.slot.format(**things), form.value.format(**things)
            if slot == "name" and groups["x"].islower() and is_no_name(groups["x"]):
                return None
            told = Told(form.category, slot, value, form.confidence, form.ended)
            line = form.line.format(**groups).replace("  ", " ")
            return _ON_NO_DAY.sub("is ", _IN_MONTH.sub("is in ", line)), told
    return None


def _plan(words: str) -> str:
    """Return what a sentence begins with as it stands within another: "Exam"."""
    first = words.split(" ", 1)[0]
    is_common = words == first or _COMMON_KIND.match(words)
    return words if not is_common or first[1:] != first[1:].lower() else _small(words)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _with_article(plan: str) -> str:
    """Return a plan as somebody has one: "an exam", "the dentist"."""
    if _HAS_ARTICLE.match(plan) or _WITHOUT_ARTICLE.search(plan):
        return plan
    if _THE.search(plan):
        return f"the {plan}"
    return f"{'an' if _AN.match(plan) else 'a'} {plan}"


def _groups(found: re.Match[str]) -> dict[str, str]:
    """Return what stands in the groups; nothing if it only points at something."""
    groups = {
        name: (value or "").strip(" ?") for name, value in found.groupdict().items()
    }
    groups["x"] = (groups.get("x") or groups.get("y") or "").split(",")[0]
    return {} if POINTS.match(groups["x"]) else groups
