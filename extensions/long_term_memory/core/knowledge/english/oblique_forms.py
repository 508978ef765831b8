"""English clauses that tell a fact by the way, such as "another day at the bakery".

Owns: these forms, and what each of them tells in the third person.
Knows nothing of: clauses that state it outright.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from ..facts import Category
from .parts import BODY, NUMBER
from .words import KIN


def _re(pattern: str) -> re.Pattern[str]:
    return late(pattern, re.IGNORECASE)


_NO_WORKPLACE: Final = (
    r"(?!(?:the |my |an? )?(?:beach|park|lake|hospital|doctor\w*|pool|gym|mall|bed|sun"
    r"|city|woods|museum|zoo|airport|sea|mountains|garden|house|couch|country|life|rain"
    r"|snow|dark|end|office of|world|moon|party|road|train|bus|car|desert|forest)\b)"
)
_CARS: Final = (
    r"(?:ford|honda|volvo|toyota|golf|beetle|subaru|vespa|harley|fiat|bmw|audi|mazda"
    r"|kia"
    r"|jeep|chevy|mustang|nissan|tesla|opel|skoda|renault|peugeot|citroen|saab|vauxhall"
    r"|corolla|civic|truck|van|camper|scooter)"
)
_HARM: Final = (
    r"(?:hanged|killed|murdered|shot|burned|arrested|executed|jailed|deported|drafted"
    r"|drowned|slew|took)"
)

OBLIQUE_FORMS: Final = (
    # -- work
    (
        Category.WORK,
        _re(
            r"^(?:another|one more|first|last|long|double|slow|busy)(?: (?:long|slow"
            r"|busy"
            r"|double))? (?:day|night|shift|week|morning) (?:at|in) "
            + _NO_WORKPLACE
            + r"(?P<x>(?:the|my|an?) [\w' -]{3,30})(?:,.*)?$"
        ),
        "{me} works at {x}",
        "work",
        "{x}",
        0.76,
    ),
    (
        Category.WORK,
        _re(
            r"^(?:still |been )?grading (?P<x>papers|essays|exams|homework|tests"
            r"|theses)\b"
        ),
        "{me} grades {x}",
        "work",
        "grades {x}",
        0.78,
    ),
    (
        Category.WORK,
        _re(
            r"^the (?P<x>[\w-]+(?: [\w-]+)?) (?:where )?i (?P<v>cook|work|teach|sing"
            r"|serve|study|train|volunteer|wait)s?(?: at| in| for)?\b"
        ),
        "{me} {v}s at the {x}",
        "work",
        "{x}",
        0.78,
    ),
    # -- health
    (
        Category.HEALTH,
        _re(
            r"^(?P<x>chemo|dialysis|physio(?:therapy)?|rehab|radiation|AA"
            r"|therapy)(?: again"
            r"| session| appointment)* (?:tomorrow|today|tonight|again|on \w+day"
            r"|this \w+"
            r"|at \w+|every \w+)"
        ),
        "{me} has {x}",
        "treated:{x}",
        "{x}",
        0.8,
    ),
    (
        Category.HEALTH,
        _re(
            rf"^they (?:took|removed|cut)(?: out| off)? my (?P<x>(?:left "
            rf"|right )?(?:{BODY}"
            r"|appendix|tonsils|gallbladder|wisdom teeth|spleen|uterus|tumou?r))\b"
        ),
        "They took out {me}'s {x}",
        "treated:{x}",
        "{x}",
        0.84,
    ),
    (
        Category.HEALTH,
        _re(
            r"^(?P<x>(?!(?:you|it|that|this|he"
            r"|she)\b)[\w' -]{3,30}?) gives? me (?P<y>(?:"
            r"(?:heart|stomach|bad|terrible) )?(?:palpitations|cramps|indigestion"
            r"|vertigo"
            r"|diarrh\w+|acne|a stomach ?ache|the shakes|the runs|gas|bloating))\b"
        ),
        "{x} gives {me} {y}",
        "allergy:{x}",
        "{x}",
        0.82,
    ),
    # -- possessions and places
    (
        Category.POSSESSION,
        _re(
            rf"^(?:the|my) (?:(?:old|poor|trusty|little) )+(?P<x>{_CARS}) (?:finally "
            rf"|just )?"
            r"(?P<did>died|broke down|gave up|is dead|got towed)\b"
        ),
        "{me}'s {x} {did}",
        "owns:{x}",
        "{x}",
        0.78,
    ),
    (
        Category.POSSESSION,
        _re(
            r"^there (?:is|are) (?P<x>(?:an?|NUMBER) (?!(?:\w+ )?(?:spiders?|mouse"
            r"|mice|leak"
            r"|stranger|noise|man|woman|fly|wasp|draught|draft|ghost|monster|mess"
            r"|problem)"
            r"\b)(?:[\w-]+ ?){1,3}) in my (?P<y>kitchen|garage|garden|living room|flat"
            r"|backyard|attic|basement|yard|house)\b".replace("NUMBER", NUMBER)
        ),
        "{me} has {x} in the {y}",
        "owns:{x}",
        "{x}",
        0.78,
    ),
    (
        Category.POSSESSION,
        _re(
            r"^new (?P<x>phone|car|bike|laptop|guitar|couch|camera|bed|boots|computer"
            r"|flat"
            r"|apartment|piano|motorcycle|telescope)$"
        ),
        "{me} has a new {x}",
        "owns:{x}",
        "{x}",
        0.8,
    ),
    (
        Category.PLACE,
        late(
            rf"^(?P<n>(?:{NUMBER}|[a-z]+teen|twenty|thirty|forty)) years in "
            r"(?P<x>[A-Z][\w-]+(?: [A-Z][\w-]+)?)$"
        ),
        "{me} has spent {n} years in {x}",
        "spent:{x}",
        "{x}",
        0.8,
    ),
    (
        Category.PLACE,
        _re(r"^my (?:people|clan|tribe|kin|folk) (?:come|hail|came) from (?P<x>.+)$"),
        "{me}'s people come from {x}",
        "from",
        "{x}",
        0.82,
    ),
    # -- promises
    (
        Category.PROMISE,
        _re(
            r"^(?P<x>(?:tomorrow |tonight |on \w+day |next time )?you (?:will "
            r"|shall )?(?:get"
            r"|have) (?:the|an?|your|my) [^,;.!]+),? (?:cross my heart|i promise"
            r"|promise|on"
            r" my (?:honou?r|life|word)|i swear|you have my word)\b"
        ),
        "{me} promises {you}: {x_of_other}",
        "promise:{x}",
        "{x}",
        0.82,
    ),
    # -- family
    (
        Category.FAMILY,
        _re(rf"^they (?P<v>{_HARM}) my (?P<x>{KIN})(?P<rest>\b[^,;.!]*)$"),
        "They {v} {me}'s {x} {rest}",
        "kin:{x}",
        "{v}",
        0.82,
    ),
    # -- tastes
    (
        Category.PREFERENCE,
        _re(
            r"^(?P<x>[a-z][\w ]{2,24}?)(?:,|\?|\.\.\.|:) (?:ew+|yuck|no thank(?:s"
            r"| you)|hard"
            r" pass|not for me|can't stand (?:it|them))\b.*$"
        ),
        "{me} dislikes {x}",
        "taste:{x}",
        "dislikes",
        0.76,
    ),
    (
        Category.PREFERENCE,
        _re(r"^(?P<x>[a-z][\w ]{2,20}), always (?P=x)\b.*$"),
        "{me} likes {x}",
        "taste:{x}",
        "likes",
        0.76,
    ),
    (
        Category.PREFERENCE,
        _re(
            r"^(?P<x>(?!(?:it|this|that|you|he"
            r"|she)\b)[\w ]{3,24}?) (?P<v>puts) me to sleep$"
        ),
        "{x} puts {me} to sleep",
        "taste:{x}",
        "dislikes",
        0.76,
    ),
)
