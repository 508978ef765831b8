"""Tell what somebody went through, did for long or never did: English patterns.

Owns: these patterns, their slots and confidence.
Knows nothing of: who is told of.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule
from .parts import AGE, IS, NUMBER

_LONG: Final = (
    r"(?:years?|months|summers?|winters?|seasons?|decades?|semesters?|terms?|weeks)"
)

HISTORY_RULES: Final = (
    rule(
        Category.PREFERENCE,
        r"am not (?:really )?(?:a (?:big |huge |great )?fan of|into|much of an?|too "
        r"fond "
        r"of|keen on) (?!(?:it|that|this|you)\b)(?P<x>[^,;.!]+)",
        "taste:{x}",
        0.8,
        value="dislikes",
    ),
    rule(
        Category.PERSONAL,
        rf"(?:turn|turns|will turn|will be) {AGE}(?= (?:next|this|in|on|soon|tomorrow"
        r"|years old)\b|$)[^,;.!]*",
        "age",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        r"(?:have |had |has )?never (?:once )?(?P<x>(?:been (?:to|on|in|out of|abroad|"
        r"kissed|married|camping|skiing)|seen|tried|tasted|eaten|flown|driven|owned|"
        r"smoked|broken|had an?|lived|left (?-i:[A-Z])\w+|met my)\b(?! (?:it|that"
        r"|this|so"
        r"|such|anything|anyone|you|more|better|one)\b)[^,;.!]*)",
        "never:{x}",
        0.78,
        value="no",
        cut=False,
    ),
    rule(
        Category.PERSONAL,
        r"(?:have not|has not|haven't|hasn't) (?P<x>(?:touched|had|eaten|drunk|smoked|"
        r"spoken to|talked to|seen|visited|driven|played|worked|left) (?!(?:it|that|"
        rf"this|you|time|any)\b)[^,;.!]+? (?:since \w+|in (?:\w+ ){{0,3}}?{_LONG}|for "
        rf"(?:\w+ ){{0,3}}?{_LONG}))",
        "does:{x}",
        0.8,
        value="no",
        cut=False,
    ),
    rule(
        Category.HEALTH,
        r"(?:have|has|had|got|have had|has had) (?:my |his |her |an? )?(?P<x>appendix|"
        r"tonsils|wisdom teeth|gall ?bladder|spleen|kidney|uterus|thyroid|tumou?r|"
        r"pacemaker|stents?|cataracts?) (?:taken |cut )?(?:out|removed|fitted|put in)\b"
        r"[^;.!]*",
        "health:{x}",
        0.85,
        cut=False,
    ),
    rule(
        Category.HEALTH,
        r"(?:carry|carries|have|has|need|needs|use|uses|wear|wears|got) (?:an? |my "
        r"|his "
        r"|her )?(?P<x>epi-?pens?|inhaler|pacemaker|insulin(?: pump)?|prosthe\w+"
        r"|hearing "
        r"aids?|wheelchair|walking stick|cane|walker|glasses|contact lenses|braces|"
        r"stoma|blood thinners|dialysis)\b",
        "health:{x}",
        0.85,
    ),
    rule(
        Category.WORK,
        r"was (?:once )?an? (?P<x>(?!(?:kid|child|boy|girl|teenager|bit|lot|mess|while|"
        r"fan|good|great|bad|joke|long|day|nightmare|disaster)\b)[\w -]{3,30}?) (?:for "
        rf"(?:\w+ ){{0,3}}?{_LONG}|once|back (?:in|then)[^,;.!]*|in (?:my|his|her) "
        r"(?:\w+ )?(?:youth|twenties|thirties|forties|days|life)|in (?:college|school"
        r"|the "
        r"(?:army|navy|military|war))|before (?:that|this|i|he|she|the)\b[^,;.!]*)",
        "worked:{x}",
        0.8,
        cut=False,
    ),
    rule(
        Category.WORK,
        r"(?:do|does|did) (?P<x>(?:[\w-]+ ){0,2}?(?:shifts?|nights|deliveries|nails"
        r"|hair|"
        r"tattoos|taxes|security|admin|accounting|accounts|marketing|research|cleaning|"
        r"construction|reception|logistics|repairs|childcare|it|tech support)"
        r"(?: (?:at|for|in) (?!(?:the moment|home|a)\b)[^,;.!]+| for a living))",
        "work",
        0.85,
    ),
    rule(
        Category.WORK,
        r"(?:got |was |have been |has been )(?:just )?(?:made|named|appointed|elected) "
        r"(?!(?:to|up|of|for|fun)\b)(?P<x>[^,;.!]+)",
        "work status",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        rf"(?:have |has )(?P<x>(?:run|climbed|sailed|visited|published|written|won|"
        rf"finished|completed|fostered|raised|delivered|crossed|been to) (?:{NUMBER}|"
        r"several|dozens of|hundreds of|most|over|all|half|every) [^,;.!]+)",
        "does:{x}",
        0.8,
        cut=False,
    ),
    rule(
        Category.PROMISE,
        r"(?:have |has |had )?promised (?!(?:you|that|this|it|myself|not|the world)\b)"
        r"(?P<x>(?:my|our|the|his|her) \w+ (?!that\b)[^,;.!]+|(?-i:[A-Z])\w+ (?:an?"
        r"|the|to"
        r"|that i)[^,;.!]+|(?:him|her|them) (?:an?|the|to|that i)\b[^,;.!]+)",
        "promise:{x}",
        0.85,
        cut=False,
    ),
    rule(
        Category.PERSONAL,
        r"used to (?P<x>smoke|drink|model|box|dance|swim|teach|sing|act|paint|write"
        r"|skate"
        r"|ski|surf|row|fence|ride|gamble|stutter|fish|hunt|DJ|dj|bake|sew)\b"
        r"[^,;.!]*",
        "does:{x}",
        0.82,
        ended=True,
    ),
    rule(
        Category.PERSONAL,
        r"(?:just |finally |recently )*(?:got|have|has|hold|holds|received|earned) "
        r"(?:my|"
        r"his|her|an?) (?:\w+ )?(?P<x>citizenship|green card|black belt|pilot'?s "
        r"licen[cs]e"
        r"|diagnosis|ged|passport|driver'?s licen[cs]e|driving licen[cs]e)\b",
        "has:{x}",
        0.82,
        cut=False,
    ),
    rule(
        Category.PERSONAL,
        rf"(?:spent|have spent|has spent) (?P<x>(?:[\w-]+ ){{0,3}}?{_LONG} (?:in|at"
        rf"|on|as"
        r"|with|working|living|teaching|studying) (?!(?:it|this|that|bed)\b)[^,;.!]+)",
        "spent:{x}",
        0.8,
        cut=False,
    ),
    rule(
        Category.PERSONAL,
        r"(?:grew up|was raised) (?P<x>(?:speaking|between|among|around|poor|rich|"
        r"catholic|muslim|jewish|religious|bilingual|with|without|on) ?"
        r"(?!(?:it|that|this|you)\b)[^,;.!]*)",
        "grew up:{x}",
        0.82,
    ),
    rule(
        Category.HEALTH,
        rf"{IS}(?:half |partly |completely |profoundly )?(?P<x>deaf|blind|mute|hard of "
        r"hearing|night-?blind|tone-?deaf) (?:in|on|since|from)\b[^,;.!]*",
        "health:{x}",
        0.88,
    ),
    rule(
        Category.PERSONAL,
        r"(?:have|has) (?:got )?(?P<x>choir|(?:\w+ )?(?:practice|training|rehearsals?)|"
        r"(?:\w+ )?(?:class|classes|lessons)|therapy|yoga|pilates|piano|ballet"
        r"|football|"
        r"swimming) (?:on )?(?:every \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)days)",
        "habit:{x}",
        0.8,
        cut=False,
    ),
)
