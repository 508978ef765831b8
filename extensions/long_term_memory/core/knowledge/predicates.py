"""Tell what a predicate says of its subject: a trade, a place, a liking, a plan.

Owns: the English patterns of lasting facts, their categories, slots and confidence.
Knows nothing of: whose predicate it is, how it is worded in the third person.

A predicate is what follows the subject, contractions spelled out: "am allergic to
nuts", "lives in Oslo". The first pattern that fits tells.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .fact_words import (
    AILING,
    BONDS,
    DIETS,
    IDENTITIES,
    ILLNESSES,
    KIN,
    NOT_OWNED,
    PETS,
    PLANNED,
    TRADES,
    TRAITS,
)
from .facts import Category


class Told(NamedTuple):
    """What a predicate tells.

    Attributes:
        cut: The text may be cut at its first comma.
    """

    category: Category
    slot: str
    value: str
    confidence: float
    ended: bool = False
    cut: bool = True


class _Rule(NamedTuple):
    category: Category
    pattern: re.Pattern[str]
    slot: str
    confidence: float = 0.9
    value: str = ""
    ended: bool = False
    cut: bool = True


_ADV: Final = (
    r"(?:(?:also|always|really|just|still|actually|now|both|pretty|very|so|too|quite"
    r"|all|already|mostly|only|even|about|nearly|almost|kinda|kind of|sort of|a bit"
    r"|recently|currently|usually|often|sometimes|basically|super|such|ever|once"
    r"|originally|finally|totally|completely|absolutely|\w{3,}ly) )*"
)
_BE: Final = rf"(?:am|is|are|was|were|have been|has been|had been|being) {_ADV}"
_IS: Final = rf"(?:am|is|are|have been|has been) {_ADV}"
_HAVE: Final = rf"(?:have|has|had|have had|has had|got|have) {_ADV}"
_A: Final = r"(?:(?:an?|the|one|two|three|four|five|six|my|our|his|her|some|this) )"
_END: Final = (
    r"(?=$|[,;.!]| (?:and|but|so|because|since|now|for|with|who|which|in|at|on|too|"
    r"by)\b)"
)
_X: Final = r"(?P<x>[^,;.!]+)"
_NOT_THAT: Final = (
    r"(?!(?:it|that|this|these|those|you|your|him|them|to (?:be|see|hear|know|think|say"
    r"|admit|meet|go)|when|how|what|where|if|the (?:way|idea|thought|sound of|look)|u"
    r"|being here|here|there|hearing|seeing (?:you|that|this)|what's|everything"
    r"|each other|myself|mondays|one another|one)\b)"
)
_BODY: Final = (
    r"(?:leg|arm|wrist|ankle|foot|toe|finger|hand|shoulder|hip|knee|back|collarbone|rib"
    r"|nose|jaw|elbow|neck|spine|skull|ACL|acl|hamstring|achilles|eye|ear|kneecap"
    r"|eyesight|hearing|sense of (?:smell|taste)|thumb|kidney|appendix|tonsils|"
    r"spleen)s?"
)
NUMBER: Final = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TRADE_LIKE: Final = (
    r"(?!(?:lover|sucker|loser|winner|stranger|sister|brother|mother|father|"
    r"daughter|number|monster|disaster|hater|member|character|newcomer"
    r"|goner|matter|computer|killer|liar|dinner|winter|summer|letter|better|"
    r"bother|corner|danger|pleasure|error|horror|mirror|favor|author of|"
    r"professor of mine"
    r"|prisoner|master|elder|tiger|spider|panther|otter|sinner|believer|dreamer"
    r"|drinker|sleeper|eater|talker|leader|quitter|keeper|beggar|traitor|"
    r"visitor|mentor|survivor"
    r"|realist|minimalist|feminist|optimist|pessimist|perfectionist|christian|"
    r"italian|canadian|vegetarian|brazilian|russian|german|american|mexican|"
    r"norwegian|ukrainian|austrian|indian|human|woman|man|gentleman|other|"
    r"customer)\b)"
    r"\w[\w-]*?(?:grapher|smith|wright|monger|maker|ologist|ician|iatrist|"
    r"[a-z]{2,}ist|[a-z]{2,}ian|[a-z]{3,}er|[a-z]{3,}or|[a-z]{2,}woman|"
    r"[a-z]{3,}man)"
)
_AGE: Final = (
    r"(?P<x>\d{1,3}|(?:\w+ )?hundred(?: and \w+)?|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|(?:twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty)-\w+)"
)
WHEN: Final = (
    r"(?:today|tonight|tomorrow(?: (?:morning|night|evening|afternoon))?"
    r"|day after tomorrow|(?:this|next|last|on|every|by|until|over the|coming"
    r"|this coming) (?:next |coming )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|(?:this|next|last|every|each|a|per) (?:week|weekend|month|year|spring|"
    r"summer|fall"
    r"|autumn|winter|semester|term|evening|morning|night|time|season|\w+ weekend)"
    r"|in (?:a |an |two |three |four |five |six |\d+ |a few |a couple of )?(?:days?"
    r"|weeks?|months?|years?|hours?|minutes?|\d{4})"
    r"|(?:in|since|by|until|early|late|this|next|last|of) (?:january|february|march"
    r"|april|may|june|july|august|september|october|november|december|spring|summer"
    r"|autumn|fall|winter)|(?:on |the )*(?:the )?\d{1,2}(?:st|nd|rd|th)(?: of \w+)?"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december) \d{1,2}|at (?:noon|midnight|\w+ (?:o'clock|am|pm)|\d{1,2}(?::\d\d)?)"
    r"|(?:yesterday|last night|recently|lately|the other day)|\w+ \w+ ago|since \w+"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: \w+)?|(?:for|on|"
    r"over) the weekend|after (?:christmas|easter"
    r"|work|school|lunch|dinner)|for (?:christmas|easter)|when the \w+ \w+)\b"
)
_WHEN: Final = re.compile(rf"\b{WHEN}", re.IGNORECASE)
_NEVER_PLANNED: Final = (
    r"(?!(?:lose it|bed|sleep|be sick|cry|die|scream|kill|be late|go|need|be ok|say|be"
    r"|have to|try|let|tell|pretend|miss|assume|explode|regret|pass out|ask|guess|stop"
    r"|start|make sure|keep you|love|hate|check|take a (?:nap|shower|bath|break|look)"
    r"|get (?:a|some) (?:coffee|food|snack|drink|water)|grab|look|think|wait|sit|eat"
    r"|do (?:it|that|this)|use|remember|need)\b)"
)


def _rule(
    category: Category,
    pattern: str,
    slot: str,
    confidence: float = 0.9,
    *,
    value: str = "",
    ended: bool = False,
    cut: bool = True,
) -> _Rule:
    compiled = re.compile(pattern, re.IGNORECASE)
    return _Rule(category, compiled, slot, confidence, value, ended, cut)


_LIKES: Final = (
    r"(?:love|like|adore|enjoy|prefer|cherish|treasure|appreciate|fancy|love to|loves"
    r"|likes|adores|enjoys|prefers|loved|enjoyed|cherishes|treasures)"
)
_HATES: Final = (
    r"(?:hates?|despises?|loathes?|detests?|dislikes?|can't (?:stand|bear|abide"
    r"|stomach)"
    r"|(?:don't|doesn't|never|do not) (?:really |even )?(?:like|liked|enjoy|care for"
    r"|get the appeal of))"
)

RULES: Final = (
    # -- health
    _rule(
        Category.HEALTH,
        rf"{_BE}(?:\w+ )?(?:allergic|intolerant|oversensitive) to {_X}",
        "allergy:{x}",
        0.97,
    ),
    _rule(
        Category.HEALTH,
        rf"{_HAVE}(?:an? )?(?:\w+ )?allerg(?:y|ies) to {_X}",
        "allergy:{x}",
        0.95,
    ),
    _rule(Category.HEALTH, rf"{_IS}(?P<x>{AILING}){_END}", "health:{x}", 0.92),
    _rule(
        Category.HEALTH,
        rf"(?:{_HAVE}|gets? |suffers? from |live with |lives with |struggle with "
        rf"|struggles with |{_BE}diagnosed with |got diagnosed with )"
        r"(?:(?:an?|bad|severe|terrible|chronic|mild|really|awful|type [12]|the|some"
        rf"|my|stage \w+) )*(?P<x>{ILLNESSES})\b",
        "health:{x}",
        0.93,
    ),
    _rule(Category.HEALTH, rf"(?:{_BE}|got )diagnosed with {_X}", "health:{x}", 0.93),
    _rule(
        Category.HEALTH,
        rf"(?:can't|cannot|must not|mustn't|{_BE}not allowed to|may not|do not|"
        rf"{_BE}not supposed to) (?:\w+ )?(?:eat|drink|have|digest|tolerate|"
        r"touch|do(?= dairy| gluten| sugar| spicy| nuts| lactose| caffeine|"
        r" alcohol| shellfish)|handle(?= dairy| gluten| sugar| spicy|"
        r" lactose| caffeine))"
        r" (?!it|that|this|you|any more|anything|them)(?P<x>[^,;.!]+)",
        "eats:{x}",
        0.88,
        value="no",
    ),
    _rule(
        Category.HEALTH,
        r"wears? (?P<x>(?:reading |thick )?glasses|contacts|contact lenses"
        r"|(?:an? )?hearing aids?|(?:a )?(?:knee |back |leg )?brace"
        r"|braces|dentures|an eyepatch|an eye patch|a prosthe\w+|a pacemaker"
        r"|an insulin pump)",
        "wears:{x}",
        0.92,
    ),
    _rule(
        Category.HEALTH,
        rf"(?:had|have had|has had|{_IS}having|needs?|need|got|{_BE}getting"
        r"|survived|underwent|recovering from) (?:\w+ ){0,4}?(?P<x>(?:\w+ )?(?:surger"
        r"(?:y|ies)|operations?|heart attack|stroke|transplant|miscarriages?|bypass"
        r"|seizures?|concussion|c-section|chemo(?:therapy)?|root canal|dialysis"
        r"|hysterectomy|mastectomy|amputation|(?:knee|hip) replacement|cancer))\b",
        "treated:{x}",
        0.9,
    ),
    _rule(
        Category.HEALTH,
        r"(?:broke|tore|sprained|fractured|twisted|dislocated|lost|injured|shattered"
        rf"|hurt) (?:my|his|her|their|both) (?:\w+ )?(?P<x>{_BODY})\b",
        "injured:{x}",
        0.88,
    ),
    _rule(
        Category.HEALTH,
        rf"(?:takes?|{_IS}taking|{_IS}on|injects?) (?P<x>(?:\w+ )?(?:insulin|"
        r"medication"
        r"|meds|antidepressants|blood thinners|beta blockers|pills|statins|steroids"
        r"|antibiotics|lithium|ssris|warfarin|painkillers|the pill))\b",
        "takes:{x}",
        0.88,
    ),
    _rule(
        Category.HEALTH,
        r"(?:quit|stopped|gave up|have quit|have stopped|has quit|has stopped|have"
        r" given up|am off|is off) (?P<x>smoking|drinking|alcohol|cigarettes|sugar"
        r"|caffeine|coffee|booze|weed|vaping|gluten|dairy|meat)\b",
        "habit:{x}",
        0.9,
        value="no",
    ),
    _rule(
        Category.HEALTH,
        r"(?:don't|doesn't|do not|never) (?:really |even )?(?P<x>smoke|drink"
        r"|drink alcohol)(?: at all|,|$| any)",
        "habit:{x}",
        0.85,
        value="no",
    ),
    _rule(
        Category.HEALTH,
        rf"{_IS}(?:\w+ )?(?P<x>\w+) (?:weeks|months) pregnant",
        "health:pregnant",
        0.92,
    ),
    _rule(
        Category.HEALTH,
        r"(?:only )?(?:have|has|was born with) (?:only )?(?P<x>(?:one|no|three|"
        r"a glass|a prosthetic|a wooden|a false|an artificial) (?:kidney|lung|eye|"
        r"leg|arm|ear|hand|foot|finger|spleen|gallbladder|hip|knee)s?)\b",
        "body:{x}",
        0.88,
    ),
    # -- fears
    _rule(
        Category.HEALTH,
        rf"{_IS}(?:\w+ )?(?:scared|afraid|terrified|frightened|petrified|phobic) of "
        r"(?!you\b|him\b|her\b|that\b|this\b|it\b|them\b|what\b|losing you)" + _X,
        "fear:{x}",
        0.92,
    ),
    _rule(
        Category.PERSONAL,
        rf"fears? (?!that\b|for\b|you\b|not\b|the worst|it\b){_X}",
        "fear:{x}",
        0.9,
    ),
    _rule(
        Category.HEALTH,
        rf"{_HAVE}(?:an? |this |my )?(?:\w+ )?(?:fear|phobia|terror|dread) of {_X}",
        "fear:{x}",
        0.92,
    ),
    _rule(
        Category.PERSONAL,
        rf"panics? (?:in|on|at|around|whenever|when) {_X}",
        "fear:{x}",
        0.8,
    ),
    # -- food and likings
    _rule(
        Category.PREFERENCE,
        rf"(?:{_IS}|turned |went |became |have gone |have turned |{_IS}going )"
        rf"(?:\w+ )?(?:an? )?(?:strict |total )?(?P<x>{DIETS}){_END}",
        "diet",
        0.93,
    ),
    _rule(
        Category.PREFERENCE,
        r"(?:don't|doesn't|do not|never|won't|stopped) (?:really |even |ever )?(?:eat"
        r"|drink|eating|touch|watch|listen to|read|wear) "
        r"(?!it|that|this|you|me|anything)(?P<x>[^,;.!]+)",
        "eats:{x}",
        0.85,
        value="no",
    ),
    _rule(
        Category.PREFERENCE,
        r"(?:only (?:eats?|drinks?|listens? to|watch(?:es)?|reads?|wears?)"
        r"|(?:eats?|drinks?|listens? to|watch(?:es)?|reads?) only) (?P<x>[^,;.!]+)",
        "only:{x}",
        0.85,
    ),
    _rule(
        Category.PREFERENCE,
        rf"{_IS}(?:not (?:\w+ )?(?:into|a fan of|fond of|keen on)"
        rf"|no fan of|sick of|off|done with) (?!you\b|it\b|that\b|this\b|to\b){_X}",
        "taste:{x}",
        0.82,
        value="dislikes",
    ),
    _rule(
        Category.PREFERENCE,
        rf"{_IS}(?:an? )?(?:\w+ ){{0,2}}(?:fan of|into|obsessed with|crazy about"
        r"|mad about|nuts about|fond of|keen on|addicted to|partial to|hooked on"
        r"|sucker for|passionate about|lover of|a snob about|interested in) "
        r"(?!you\b|it\b|that\b|this\b|how"
        rf"\b|what\b){_X}",
        "taste:{x}",
        0.88,
        value="likes",
    ),
    _rule(
        Category.PREFERENCE,
        rf"{_ADV}{_HATES} {_NOT_THAT}{_X}",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    _rule(
        Category.PREFERENCE,
        rf"{_ADV}{_LIKES} {_NOT_THAT}(?!her\b|me\b|the \w+ (?:up |down |in |"
        r"out )?here)(?P<x>[^,;.!]+?(?<! here))(?=$|[,;.!])",
        "taste:{x}",
        0.85,
        value="likes",
    ),
    # -- dates
    _rule(
        Category.DATE,
        r"was born (?:on|in) (?P<x>(?:the )?(?:\d|january|february|march"
        r"|april|may|june|july|august|september|october|november|december)[^,;.!]*)",
        "born on",
        0.93,
    ),
    # -- places
    _rule(
        Category.PLACE,
        r"used to live (?:in|on|at|near|by|with) (?P<x>[^,;.!]+)",
        "lives",
        0.9,
        ended=True,
    ),
    _rule(
        Category.PLACE,
        rf"{_ADV}(?:lives?|{_BE}living|have lived|has lived|resides?) {_ADV}"
        r"(?:back )?(?:with [^,;.]+? )?"
        r"(?:in|on|at|near|by|above|under|outside|beneath) (?!the moment|"
        rf"peace|fear|hope|your|my (?:head|own world)){_X}",
        "lives",
        0.92,
    ),
    _rule(
        Category.PLACE,
        rf"(?:lives?|{_IS}living|{_IS}staying|shares? (?:an?|the|my) (?:flat|"
        r"apartment|house|room|place)) (?:alone|with) ?(?!you\b)(?P<x>[^,;.!]*)",
        "lives with",
        0.85,
    ),
    _rule(
        Category.PLACE,
        rf"{_ADV}lived {_ADV}(?:with [^,;.]+? )?(?:in|on|at|near) {_X}",
        "lived:{x}",
        0.85,
    ),
    _rule(
        Category.PLACE,
        r"(?:have |has |just |finally |recently )*(?:moved|relocated|emigrated)"
        r"(?: back| over| out| up| down| away)?"
        r"(?: from [^,;.!]+?)? (?:to|into|in with) (?!the (?:couch|sofa|bed|"
        rf"back)){_X}",
        "lives",
        0.92,
    ),
    _rule(
        Category.PLACE,
        r"(?:was|were|am) born (?:and (?:raised|bred) )?(?:in|on|at|near|under|"
        rf"aboard|to) {_X}",
        "born in",
        0.92,
    ),
    _rule(
        Category.PLACE,
        rf"(?:grew up|{_BE}raised|was brought up|spent (?:my|his|"
        rf"her) childhood) {_ADV}(?:in|on|at|near|by"
        rf"|outside|among|between|with) {_X}",
        "grew up",
        0.92,
    ),
    _rule(
        Category.PLACE,
        rf"(?:{_IS}(?:from|based in|based out of|back in|staying in|"
        r"stationed in|settled in)"
        r"|comes? from|hails? from|settled in) (?!work\b|here\b|the (?:shop|"
        r"store|gym|future|past)"
        rf"|school\b|you\b|a long\b|me\b|home\b){_X}",
        "from",
        0.85,
    ),
    # -- plans that look like something else
    _rule(
        Category.PLAN,
        rf"{_IS}(?:moving|relocating|emigrating|going back)"
        rf"(?: \w+)? (?:to|out|in with|in|into) {_X}",
        "plan:move",
        0.9,
        cut=False,
    ),
    # -- work and studies
    _rule(
        Category.WORK,
        rf"(?:{_IS}|have been |has been |became |{_IS}training to be |"
        rf"{_IS}studying to be |{_IS}training as )"
        r"(?:an? |the |one of the |training as an? |head |chief )(?:[\w'-]+ ){0,4}?"
        rf"(?P<x>{TRADES})\b(?! of (?:my|your))",
        "work",
        0.9,
        cut=False,
    ),
    _rule(
        Category.WORK,
        rf"was (?:once )?(?:an? |the )(?:[\w'-]+ ){{0,3}}?(?P<x>{TRADES})\b(?! of "
        r"(?:my|your))",
        "worked:{x}",
        0.88,
    ),
    _rule(
        Category.WORK,
        rf"(?:{_IS}|became |{_IS}training to be |{_IS}studying to be )(?:an? |the )"
        rf"(?:[\w'-]+ ){{0,3}}?(?P<x>{_TRADE_LIKE})\b(?! of (?:my|your))",
        "work",
        0.84,
        cut=False,
    ),
    _rule(
        Category.WORK,
        rf"was (?:once )?(?:an? |the )(?:[\w'-]+ ){{0,3}}?(?P<x>{_TRADE_LIKE})\b"
        r"(?! of (?:my|your))",
        "worked:{x}",
        0.82,
        cut=False,
    ),
    _rule(
        Category.WORK,
        rf"used to (?:be an? (?:\w+ )?{TRADES}|work) ?(?P<x>[^,;.!]*)",
        "work",
        0.88,
        ended=True,
    ),
    _rule(
        Category.WORK,
        rf"{_ADV}(?:works?|{_BE}working|have worked|has worked|worked) {_ADV}"
        r"(?:part-time |full-time |part time"
        r" |full time |nights |nightshifts |shifts |freelance |remotely )*"
        r"(?:as|at|for|in|with|from|down at"
        r"|on (?:my|an?|the)) (?!it|that|this|you|me|myself|something|"
        r"progress|improving|all\b|peace)" + _X,
        "work",
        0.9,
    ),
    _rule(
        Category.WORK,
        r"works? (?P<x>nights|the night shift|night shifts|shifts|part-time|"
        r"part time|from home|remotely|weekends)",
        "work time",
        0.88,
    ),
    _rule(
        Category.WORK,
        rf"(?:{_IS}teaching|teach(?:es)?|taught|have taught) "
        r"(?!(?:me|you|him|her|us|them|it|that)\b)(?P<x>[^,;.!]+)",
        "work",
        0.9,
    ),
    _rule(
        Category.WORK,
        rf"(?:runs?|owns?|manages?|opened|started|have opened|{_IS}opening|"
        rf"{_IS}running|founded|co-own|inherited|keeps?)"
        r" (?:an?|my|our|the|his|her|this|their|own)(?: [\w'-]+){0,3}? (?P<x>"
        r"(?:\w+ )?(?:shop|store|bakery|business"
        r"|company|farm|studio|restaurant|caf\u00e9|cafe|inn|tavern|bar|pub|"
        r"salon|gallery|bookshop|bookstore"
        r"|startup|start-up|agency|garage|nursery|workshop|vineyard|brewery|"
        r"clinic|practice|lighthouse|school"
        r"|mill|forge|ranch|hotel|food truck|stall|gym|channel|podcast|blog|"
        r"etsy shop))\b",
        "business:{x}",
        0.9,
    ),
    _rule(
        Category.WORK,
        rf"(?:drives?|{_IS}driving|fl(?:y|ies)|captains?|operates?) (?:an? |the |"
        r"my |for )?"
        r"(?P<x>(?:\w+ )?(?:tram|bus|taxi|cab|truck|lorry|train|ambulance|"
        r"crane|forklift|ferry|uber))s?\b",
        "work",
        0.88,
    ),
    _rule(
        Category.WORK,
        rf"(?:{_IS}|got |was |have been |has been |have |has |had |been )?"
        r"(?P<x>retired|unemployed|self-employed|out of work"
        r"|between jobs|laid off|fired|sacked|made redundant|promoted|"
        r"freelancing|on maternity leave|on sick leave|hired)\b",
        "work status",
        0.9,
    ),
    _rule(
        Category.WORK,
        r"(?:just |finally |have |has |recently )*(?:got|have|landed|found|"
        r"started|took|lost|quit|left|handed in|resigned from|accepted|begun|"
        r"began)"
        r" (?:an?|my|the|his|her|this|at my)(?: [\w'-]+){0,3}? (?P<x>job|"
        r"position|internship|apprenticeship|promotion"
        r"|traineeship|residency|call centre|firm|company|notice|role at|job offer)\b",
        "job news",
        0.88,
        cut=False,
    ),
    _rule(
        Category.WORK,
        rf"(?:{_IS}studying|stud(?:y|ies)|majors? in|{_IS}majoring in|"
        rf"{_IS}doing (?:my|an?|his|her) "
        r"(?:phd|master'?s|degree|bachelor'?s|a-levels|residency|"
        r"apprenticeship)(?: in)?"
        r"|attends?|goes to (?:college|uni|university|school|law school|med school)"
        r"|go to (?:college|uni|university|school|law school|med school)) ?"
        r"(?!that\b|this\b|it\b|you\b)(?P<x>[^,;.!]*)",
        "studies",
        0.88,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:(?:just |finally |have |has |recently |already )*(?:graduated|"
        r"finished|completed|passed|failed|got|earned|dropped out|"
        r"flunked out))"
        r"(?: (?:from|of|my|his|her|the|with|a|an|in))*"
        r" (?P<x>(?:[\w'-]+ ){0,3}?(?:phd|degree|school|college|uni|"
        r"university|master'?s|thesis|bachelor'?s"
        r"|driving test|driver'?s license|licen[sc]e|certificate|"
        r"certification|exams?|training|diploma|apprenticeship|bar|test|"
        r"course))\b",
        "studied:{x}",
        0.85,
        cut=False,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:have |just )*(?:graduated|dropped out)\b ?(?P<x>[^,;.!]*)",
        "studied",
        0.85,
    ),
    # -- love and kin
    _rule(
        Category.RELATIONSHIP,
        rf"(?:{_IS}|got |have been |has been |have |were )(?:\w+ )?"
        r"(?P<x>married|engaged|divorced|separated|widowed|single"
        r"|taken|polyamorous|betrothed|getting married|getting divorced|"
        r"a widow|a widower)\b",
        "marriage",
        0.9,
    ),
    _rule(
        Category.RELATIONSHIP,
        rf"{_IS}(?:dating|seeing|going out with|in a relationship with|"
        r"in love with|engaged to|married to|with) "
        r"(?!you\b|me\b|it\b|that\b|this\b|us\b|my friends|someone)(?P<x>"
        r"(?:an? |my )?[^,;.!]+)",
        "partner",
        0.8,
    ),
    _rule(
        Category.RELATIONSHIP,
        rf"{_IS}(?:seeing|dating) (?P<x>someone)\b",
        "partner",
        0.82,
    ),
    _rule(
        Category.RELATIONSHIP,
        r"(?:just |have |has )*(?:broke|broken|split|breaking) up(?: with "
        r"(?P<x>[^,;.!]+))?",
        "partner",
        0.92,
        ended=True,
    ),
    _rule(
        Category.FAMILY,
        rf"(?:have|has|had|got|have got) (?:(?:an?|no|{NUMBER}|younger|older|"
        r"little|big|elder|half|twin|grown|adult|small|teenage|identical|"
        r"baby"
        r"|adopted|beautiful|wonderful|lovely|own|amazing|five|"
        rf"\w+-year-old) )*(?P<x>{KIN})\b",
        "has:{x}",
        0.9,
        cut=False,
    ),
    _rule(
        Category.FAMILY,
        rf"{_BE}(?:the )?(?:an? )?(?P<x>(?:oldest|youngest|eldest|middle|only|"
        r"seventh|second|first) (?:child|son|daughter|one|of)|only child|twin)\b",
        "birth order",
        0.9,
        cut=False,
    ),
    _rule(
        Category.FAMILY,
        rf"(?:{_IS}|became |{_IS}going to be |{_IS}about to be )(?:an? )"
        rf"(?P<x>{KIN})\b",
        "is a:{x}",
        0.85,
        cut=False,
    ),
    _rule(
        Category.FAMILY,
        rf"(?:{_IS}expecting|had|have had|{_IS}having|adopted) (?:an?|our|my|"
        rf"{NUMBER}|twins)? ?(?:\w+ )?(?P<x>baby|twins|child|kid|girl|boy|"
        r"children)\b",
        "has:{x}",
        0.85,
        cut=False,
    ),
    _rule(
        Category.RELATIONSHIP,
        rf"(?:have|has|got) (?:(?:an?|{NUMBER}|new|best|good|close|old|"
        rf"long-distance|longtime) )+(?:\w+ )?(?P<x>{BONDS})\b",
        "has:{x}",
        0.88,
        cut=False,
    ),
    # -- animals
    _rule(
        Category.PET,
        r"(?:have|has|had|got|adopted|keeps?|rescued|bought|owns?|have had|"
        rf"has had|breeds?|have adopted|ride|rides|raises?|{_IS}getting|"
        r"took in)"
        rf" (?:(?:an?|the|this|{NUMBER}|my|his|her|our|some) )"
        rf"(?:[\w'-]+ ){{0,4}}?(?P<x>{PETS})\b(?! (?:allergy|person|food|fur|"
        r"pose))",
        "pet:{x}",
        0.9,
        cut=False,
    ),
    # -- who one is
    _rule(
        Category.PERSONAL,
        rf"(?:{_IS}|turned |{_IS}turning |just turned |have turned )(?:now |only |"
        rf"already |almost |nearly )?{_AGE}"
        r"(?: years? old| years| now| today| in \w+| on \w+| last \w+|"
        r" next \w+| this \w+)*(?=$|[,;.!]| and\b| but\b| so\b)",
        "age",
        0.9,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_IS}(?:an? )?(?P<x>(?:\d+(?:'\d+|(?:\.\d+)? ?(?:feet|foot|ft|cm|m|"
        r"meters|metres)\b)|(?:four|five|six|seven) (?:foot|feet)\b)[^,;.!]*)",
        "height",
        0.9,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_IS}(?:half |part |openly |naturally )?(?P<x>{TRAITS}){_END}",
        "is:{x}",
        0.88,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_IS}(?:more of )?(?:an? |the )(?:[\w'-]+ ){{0,2}}?(?P<x>{IDENTITIES})\b"
        r"(?! (?:about|to|of you))",
        "is:{x}",
        0.82,
    ),
    _rule(
        Category.PERSONAL,
        rf"(?:have|has|got|wear|wears) (?:(?:an?|{NUMBER}|my|his|her|long|"
        rf"short|the) )?(?P<x>(?:[\w'-]+ ){{0,4}}?(?:tattoos?|scars?|"
        r"birthmark|freckles|dimples|eyes|hair|beard"
        r"|dreadlocks|piercings?|mustache|moustache|horns|wings|tail|fangs|"
        r"accent|size \d+))\b",
        "looks:{x}",
        0.85,
        cut=False,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_ADV}(?:speaks?|{_IS}fluent in|{_IS}learning(?: to)?|have been learning"
        rf"(?: to)?|has been learning(?: to)?|{_IS}teaching myself|learned"
        rf"(?: to)?) (?!(?:about|that|from|it|how|a lot|so|to you|up|for|of)\b){_X}",
        "knows:{x}",
        0.85,
        cut=False,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_ADV}(?:plays?|{_BE}playing|have played|has played|have been playing|"
        r"used to play) (?!it\b|that\b|with\b|along\b|a role|the role|this\b|you\b"
        rf"|nice|dead|dumb|hard|fair|an? (?:big|huge|important)){_X}",
        "plays:{x}",
        0.85,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:can't|never learned to|never learnt to|cannot|don't know how to|"
        r"doesn't know how to) (?P<x>swim|read|drive|cook|sing|dance|whistle|"
        r"ride|write|cross|leave"
        r"|die|sleep without|snap|ride a bike|see (?:red|colou?r\w*)|smell|"
        r"taste|fly|age|lie|do math|hear)\b(?P<rest>[^,;.!]*)",
        "can:{x}",
        0.85,
    ),
    _rule(
        Category.PERSONAL,
        r"can (?:\w+ly |also |actually )?(?P<x>whistle|juggle|sing|swim|drive"
        r"|cook|bake|knit|sew|play|speak|ride|fly|dance|draw|paint|read|write"
        r"|ski|surf|skate|weld|code|program|understand|pick|shapeshift|heal"
        r"|talk to|see ghosts|hold my breath|recite|yodel|wiggle)\b(?! (?:you"
        r"|it|that|this))(?P<rest>[^,;.!]*)",
        "can:{x}",
        0.85,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:believes?|don't believe|doesn't believe) in (?!you\b|yourself|us\b|"
        r"that\b|it\b|him\b|her\b|me\b)(?P<x>[^,;.!]+)",
        "believes:{x}",
        0.8,
    ),
    _rule(
        Category.PERSONAL,
        rf"(?:collects?|{_IS}collecting|grows?|{_IS}growing|breeds?|brews?|"
        rf"{_IS}building|{_IS}restoring|knits?|bakes?|paints?|draws?|sews?|"
        rf"crochets?|writes?|{_IS}writing|sculpts?|carves?|composes?) (?!(?:it|that"
        rf"|this|you|up|on|for|back|closer|near|my sword|down|off|them|away)\b){_X}",
        "does:{x}",
        0.8,
    ),
    _rule(
        Category.PERSONAL,
        rf"(?:volunteers?|{_IS}volunteering|have been volunteering|"
        rf"have volunteered) (?:at|for|in|with|on) {_X}",
        "volunteers:{x}",
        0.88,
    ),
    _rule(
        Category.PERSONAL,
        r"(?P<x>snores?|sleepwalks?|stutters?|meditates?|prays?)\b(?! (?:you|"
        r"that))(?P<rest>[^,;.!]*)",
        "does:{x}",
        0.82,
    ),
    _rule(
        Category.PERSONAL,
        r"have been (?P<x>\w+ing [^,;.!]*?(?:since|for) (?:\w+ )*?(?:years?|"
        rf"months?|weeks|decades?|\d{{4}}|\w+))",
        "does:{x}",
        0.8,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:go|goes|do|does|run|runs|swim|swims|train|trains|practi[sc]es?|attend|"
        r"attends|meets?|visits?|calls?|cooks?|takes?|wakes? up|gets? up|jogs?|"
        r"hikes?|bikes?|cycles?|fasts?|have|has) "
        r"(?P<x>[^;.!]*?(?:every (?:other )?(?:\w+)|each \w+|(?:once|twice|"
        r"\w+ times) (?:a|per) \w+|on (?:\w+days|weekends)|daily|weekly|at "
        r"(?:four|five|six)))(?=$|[ ,;.!])",
        "habit:{x}",
        0.8,
        cut=False,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:run|runs|do|does|lift|lifts|practi[sc]es?|surfs?|skis?|fish|hunts?|"
        r"races?) (?P<x>marathons|half marathons|triathlons|yoga|pilates|karate|"
        r"judo|taekwondo|weights|ballet|ultras|archery|magic|rallies|boxing|"
        r"kickboxing|crossfit|stand-up|improv)\b",
        "does:{x}",
        0.82,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:have|has) (?P<x>(?:served|guarded|kept|tended|lived|walked|worked|"
        r"waited|studied|known|been \w+ing|sailed|ruled|watched|fought|wandered|"
        r"played|coached|led|run|owned) [^;.!]*?(?:for (?:\w+ ){0,3}?(?:years|"
        r"months|decades|centuries|winters|summers|seasons|generations|lifetimes)|"
        r"since [^,;.!]+))",
        "does:{x}",
        0.8,
        cut=False,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:have|has) been (?!(?:up|awake|sick|waiting|thinking|here|at work|busy|"
        r"so|in bed|there|crying|feeling|trying|looking|wondering|sitting|meaning|"
        r"running around)\b)(?P<x>[^,;.!]+?) (?:since (?!four|five|six|seven|eight|"
        r"this|last night|monday|yesterday|noon|lunch)\w+|for (?:\w+ ){0,3}?"
        r"(?:years|months|decades|centuries|winters))\b",
        "does:{x}",
        0.8,
        cut=False,
    ),
    _rule(
        Category.WORK,
        rf"{_IS}(?P<x>on (?:\w+ )?(?:leave|disability|sabbatical|strike)|in (?:my|"
        r"his|her|the) \w+ year(?: of| at)?[^,;.!]*|a stay-at-home \w+|in (?:med|"
        r"law|art|grad|high|middle|nursing|primary|elementary|boarding) school|in "
        r"(?:college|uni|the army|the navy|the military|kindergarten|sixth form|"
        r"\w+ grade))",
        "studies",
        0.85,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:have |has |just |finally )*got (?:accepted |admitted )?(?:in|into|to) "
        r"(?P<x>(?-i:[A-Z])\w+|\w+ school|college|uni\w*|art school|the \w+ "
        r"(?:program|team|academy))",
        "studied:{x}",
        0.84,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:makes?|builds?|repairs?|fix(?:es)?|restores?|raises?|sleeps? (?:with|"
        r"in|on)|cleans?|sings?|dances?|coach(?:es)?|leads?|rents?|looks? after|"
        r"takes? care of|cares? for|commutes?|babysits?|tutors?|mends?|forges?|"
        r"carves?|hunts?|farms?|tends?|guards?|ferments?|brews?|trains?|fosters?|"
        r"hosts?|DJs?|serves?|edits?|translates?|designs?|illustrates?|films?|"
        r"podcasts?|streams?) (?!(?:it|that|this|you|me|up|him|her|them|sense|sure|"
        r"fun|love|noise|a (?:face|joke|mistake|wish|deal|note|promise|move|sound|"
        r"point|living out)|the (?:fire|door|bed|way|mistake|first|call)|your|well|"
        r"badly|better|like|alone|tight|now|soon|beside|next)\b)(?P<x>[^,;.!]+)",
        "does:{x}",
        0.74,
    ),
    _rule(
        Category.PROMISE,
        r"(?:still )?owes? (?!it\b|my (?:life|success)|that\b|everything\b)"
        r"(?P<x>[^,;.!]+)",
        "owes:{x}",
        0.76,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_BE}(?P<x>(?:terrible|bad|good|great|awful|hopeless|useless|decent|"
        r"brilliant|rubbish) (?:with|at) (?!you|this|that|it|being|"
        r"hiding)[^,;.!]+)",
        "is:{x}",
        0.77,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_BE}(?:only )?(?P<x>(?:apprenticed|bound|sworn|related|descended|"
        r"betrothed|indebted|loyal|heir|tied|cursed|promised) (?:to|from|by) "
        r"(?!you|this|that|it\b)[^,;.!]+)",
        "is:{x}",
        0.8,
    ),
    _rule(Category.FAMILY, r"grew up (?P<x>without [^,;.!]+)", "grew up without", 0.85),
    _rule(
        Category.PLAN,
        r"(?:am|is|are) leaving (?P<x>(?-i:[A-Z])\w+ (?:for good|forever))",
        "plan:move",
        0.85,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:was|were) (?:born|raised) (?!in\b|on\b|at\b|ready|for this|to\b|"
        r"yesterday|under\b|by accident)(?P<x>(?:an? )?[^,;.!]+)",
        "born:{x}",
        0.85,
    ),
    _rule(
        Category.PERSONAL,
        r"was (?P<x>(?:made|built|created|cursed|exiled|knighted|banished|enslaved|"
        r"crowned|bitten|branded|orphaned|disowned|kidnapped|conscripted|drafted|"
        r"homeschooled|bullied|adopted)\b[^;.!]*)",
        "was:{x}",
        0.78,
        cut=False,
    ),
    _rule(
        Category.WORK,
        r"(?:am|is|was) (?P<x>(?:the |an? )?[\w-]+'s (?!(?:own|best|worst|turn|"
        r"fault)\b)(?:[\w-]+ ?){1,3})$",
        "is:{x}",
        0.8,
    ),
    _rule(
        Category.RELATIONSHIP,
        r"(?:am|is|are) to be (?P<x>married|wed)\b[^;.!]*",
        "marriage",
        0.86,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        rf"{_IS}trying to (?P<x>get pregnant|adopt|quit|lose weight|learn|have "
        r"(?:a )?(?:baby|kids|children)|save|find a job|get into|get back into|"
        r"conceive|stop smoking)\b[^;.!]*",
        "plan:{x}",
        0.78,
        cut=False,
    ),
    _rule(
        Category.HEALTH,
        rf"{_IS}on (?P<x>(?:a|the) (?:\w+ )?diet|keto|crutches|dialysis|chemo|"
        r"blood thinners|oxygen)\b",
        "health:{x}",
        0.82,
    ),
    _rule(
        Category.PLACE,
        rf"{_IS}in (?P<x>(?-i:[A-Z])\w+)(?: (?:for|until|till|this|with|on|"
        r"all)\b[^,;.!]*)?$",
        "is in",
        0.76,
    ),
    _rule(
        Category.PREFERENCE,
        r"(?:have |has |just )?switched (?:over )?to (?P<x>[^,;.!]+)",
        "taste:{x}",
        0.78,
        value="likes",
    ),
    _rule(
        Category.PERSONAL,
        r"(?:have|has) (?P<x>perfect pitch|synesthesia|synaesthesia|(?:a |an )?"
        r"(?:photographic memory|green thumb|sweet tooth|high pain tolerance|"
        r"soft spot for [^,;.!]+|weak spot for [^,;.!]+|weakness for [^,;.!]+|"
        r"thing for [^,;.!]+)|(?:recurring )?nightmares(?: about [^,;.!]+)?|"
        r"custody [^,;.!]+|no sense of \w+)",
        "has:{x}",
        0.82,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:keeps?) (?P<x>(?:bees|chickens|goats|pigeons|rabbits|snakes|hens|"
        r"horses|sheep|a (?:\w+ )?(?:journal|diary|garden|notebook|list|log|shop|"
        r"stall|inn|tavern)|the (?:\w+ )?(?:gate|lighthouse|archive|books|records|"
        r"fire|bees|graves|peace))\b[^,;.!]*)",
        "does:{x}",
        0.82,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:(?:don't|do not|doesn't|does not|never) (?P<x>sleep|drive|cook|dance|"
        r"age|dream|sing|swim|gamble|bleed|cry|date|exercise|celebrate [\w ]+|"
        r"take sugar|need sleep|wear \w+|own \w+))(?=$|[,;.!]| (?:at all|much|and|"
        r"because))",
        "does:{x}",
        0.76,
        value="no",
    ),
    _rule(
        Category.PERSONAL,
        r"(?:uses?|delivers?|cycles?|commutes?|hikes?|reads?(?= everything| a lot|"
        r" mostly| only| every)|sings?(?= in)|talks? in|walks? in|knows? how to|"
        r"supports?|follows?(?= (?-i:[A-Z]))|belongs? to|relies on|rely on|"
        r"depends? on|subscribes? to|lives?(?= for| off)|swears? by|stream|streams|"
        r"perform|performs|fish|fishes|juggle|juggles|grows?|fosters?|moonlight|"
        r"moonlights|deals? in|dabbles? in|specializes? in|speciali[sz]es? in|"
        r"majors? in) (?!(?:it|that|this|you|your|me|up|him|her|them|what|"
        r"nothing)\b)(?P<x>[^,;.!]+)",
        "does:{x}",
        0.75,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:used to|always|usually|normally|typically|never|rarely) (?P<x>(?!"
        r"(?:think|say|said|love you|know|wanted|forget|do that|get|feel|hate|miss|"
        r"happy|wonder|wish|told|tell|be able|be mine|been|had|have been|saw|seen|"
        r"see|here|thought|liked you|want|mind|the|my|you|a|in|knew|felt|heard|met|"
        r"lie to you|leave you)\b)[a-z]+ (?!(?:it|that|this|you|your|me|so|up|"
        r"of you)\b)[^,;.!]+)",
        "does:{x}",
        0.75,
    ),
    _rule(
        Category.PERSONAL,
        r"(?P<x>(?!(?:think|know|feel|want|need|guess|hope|mean|see|hear|am|was|is"
        r"|have to|had to|told|said|say|wonder|remember|thought|knew|felt|like you"
        r"|miss|promise|swear)\b)(?:\w+ )?[a-z]+ [^;.!]*?(?:most (?:weekends|"
        r"mornings|nights|evenings|days)|every (?:single )?(?:day|night|morning|"
        r"week|weekend|month|year|summer|winter|spring|autumn|fall|\w+day)|on "
        r"(?:weekends|\w+days)|since i was (?:an? )?\w+|for (?:\w+ )?(?:years|"
        r"decades)|as a (?:kid|child|teenager|boy|girl|student)|when i was "
        r"(?:an? )?(?:kid|child|boy|girl|teenager|student|little|young|born|"
        rf"{NUMBER}|\w+teen|\w+ty)))(?=$|,)",
        "does:{x}",
        0.77,
        cut=False,
    ),
    _rule(
        Category.WORK,
        r"sells? (?!(?:it|that|this|you|me|my soul)\b)(?P<x>[^,;.!]+)",
        "work",
        0.74,
    ),
    _rule(
        Category.PERSONAL,
        rf"{_IS}(?P<x>(?:an?|the) (?!(?:one|bit|fan|mess|part|lot|way|kind|sort|"
        r"reason|type|man|woman|person|mood|best|worst|first|victim|middle|rest|"
        r"idiot|fool|friend|big|little|huge|only|same|whole)\b)"
        rf"(?:[\w-]+ ){0, 3}?[\w-]+ (?:of|at|in|for) (?!(?:you|your|it|that|"
        r"this mess|course|sorts|a)\b)[^,;.!]+)".replace("{0,3}", "{{0,3}}").replace(
            "{{0,3}}", "{0,3}"
        ),
        "is:{x}",
        0.74,
        cut=False,
    ),
    # -- plans
    _rule(
        Category.PLAN,
        rf"(?:have|has|got|have got|{_IS}having|there is) (?:(?:an?|my|the|"
        rf"his|her|our|{NUMBER}|this|another) )?(?:[\w'-]+ ){{0,3}}?"
        rf"(?P<x>{PLANNED})\b[^;.!]*?(?P<when>{WHEN})",
        "plan:{x}",
        0.9,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        rf"(?:have|has|got|{_IS}having) (?:an?|my|the|his|her|our|{NUMBER}) "
        rf"(?:[\w'-]+ ){{0,2}}?(?P<x>{PLANNED})\b",
        "plan:{x}",
        0.72,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        rf"{_IS}(?P<x>(?!going to (?!(?-i:[A-Z])|the |an? |my ))(?:moving|flying|"
        r"starting|getting|visiting|seeing|having|leaving|going|coming|taking|"
        r"meeting|running|driving|travell?ing|playing|hosting|performing|throwing|"
        r"joining|returning|staying|graduating|retiring"
        r"|marrying|quitting|opening|launching|attending|presenting|heading|"
        r"turning|finishing|sitting|doing|cooking)\b[^;.!]*?"
        rf"(?P<when>{WHEN}))",
        "plan:{x}",
        0.85,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        rf"{_IS}(?P<x>(?!(?:going|feeling|thinking|looking|trying|being|doing|dying"
        r"|freezing|talking|saying|asking|wondering|working)\b)\w+ing [^;.!]*?"
        r"(?P<when>tomorrow|next \w+|this (?:weekend|summer|fall|autumn|winter|"
        r"spring|coming \w+)|on (?:the )?(?:(?:mon|tues|wednes|thurs|fri|satur|"
        r"sun)day|\d)|in (?:january|february|march|april|may|june|july|august|"
        r"september|october|november|december)))\b",
        "plan:{x}",
        0.8,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        rf"{_IS}(?:planning|hoping|thinking|training|saving|preparing|determined|"
        rf"studying|about)(?: (?:to|on|for|of|up|a))+ {_NEVER_PLANNED}"
        r"(?P<x>[^,;.!]+)",
        "plan:{x}",
        0.78,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        rf"{_IS}going to (?:\w+ly )?{_NEVER_PLANNED}(?P<x>[^;.!]+)",
        "plan:{x}",
        0.75,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        r"(?:just |have |has |finally )*(?:booked|signed up for|applied (?:for|to)"
        r"|enrolled in|registered for|bought tickets|decided to|decided) "
        rf"(?!that\b){_X}",
        "plan:{x}",
        0.8,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        r"(?:wants?|plans?|hopes?|intends?|aims?|aspires?|dreams? of) (?:to |on )?"
        r"(?:\w+ing )?(?:become|be an?|learn|open|start|write|build|move|travel|"
        r"visit|study|buy|adopt|run|retire|own|get into|join|find (?:my|his|"
        r"her)) ?(?P<x>[^;.!]*)",
        "plan:{x}",
        0.75,
        cut=False,
    ),
    _rule(
        Category.PLAN,
        r"(?P<x>(?:starts?|begins?|gets? (?:my|our|the|his|her|back)|leaves?|fly|"
        r"flies|moves?|graduates?|retires?|finish|finishes|turns?|comes?|travels?|"
        r"meets?|return|returns|see|sees) [^;.!]*?(?P<when>(?:on |next |tomorrow|"
        r"in (?!the\b)|this )[^,;.!]*))$",
        "plan:{x}",
        0.78,
        cut=False,
    ),
    # -- possessions
    _rule(
        Category.POSSESSION,
        r"(?:owns?|drives?|rides?|bought|inherited|collected|have bought|"
        r"just bought|got myself|picked up|treated myself to) (?:an?|my|the|"
        rf"his|her|our|{NUMBER}|this|some) (?!{NOT_OWNED}\b)(?P<x>[^,;.!]+)",
        "owns:{x}",
        0.8,
    ),
    _rule(
        Category.POSSESSION,
        rf"(?:have|has) (?:an?|{NUMBER}|my (?:own|grand\w+'s|father's|"
        rf"mother's|old)|this|another|some) (?!(?:\w+ )?(?:{NOT_OWNED}|"
        rf"{PLANNED})\b)(?P<x>[^,;.!]+)",
        "owns:{x}",
        0.72,
    ),
    _rule(
        Category.POSSESSION,
        r"(?:got rid of|sold|gave away) (?:my|the|his|her|our) (?P<x>[^,;.!]+)",
        "owns:{x}",
        0.75,
        ended=True,
    ),
)

_NEGATED: Final = re.compile(
    r"(?:am|is|are|was|were|have|has|had|do|does|did|will|can|could)(?:n't|"
    r" not)\b|(?:don't"
    r"|doesn't|didn't|won't|can't|isn't|aren't|wasn't|haven't|hasn't|never)\b"
    r"|(?:have|has|had) (?:no|never|neither)\b|not\b",
    re.IGNORECASE,
)
_NO_MORE: Final = re.compile(
    r",? ?\b(?:any ?more|any longer|no longer|these days|nowadays)\b", re.IGNORECASE
)
_NEGATION: Final = re.compile(
    r"^(?P<aux>am|is|are|was|were|have|has|do|does|can)?(?:n't| not|)\b ?"
    r"(?:no longer |never )?",
    re.IGNORECASE,
)
_DOES: Final = re.compile(
    r"(?:eat|drink|play|smoke|work|live|go to|see|speak to|talk to|wear|use|"
    r"sing|dance|paint|write|run|train|coach|teach|practi[sc]e|bite|stutter|"
    r"sleep|visit|own|have|believe in) "
    r"(?!(?:it|that|this|you|time|the energy)\b)(?P<x>[^,;.!]+)",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"^(?:also|always|really|just|still|actually|now|both|already|even|"
    r"currently|honestly|sadly|finally|recently|secretly) ",
    re.IGNORECASE,
)


def told_by(predicate: str) -> Told | None:
    """Return what a predicate tells; None if it tells nothing that lasts."""
    bare = predicate
    while (shorter := _OPENING.sub("", bare)) != bare and not _any_fits(bare):
        bare = shorter
    if _NO_MORE.search(bare) and (_NEGATED.match(bare) or "no longer" in bare.lower()):
        return _no_more(bare)
    found = _fitting(bare)
    if found is not None and _NEGATED.match(bare) and not _says_not(found[0]):
        return None
    return _told(*found) if found else None


def time_in(text: str) -> str:
    """Return the words that name a time; empty if there are none."""
    found = _WHEN.search(text)
    return found.group() if found else ""


def thing(text: str) -> str:
    """Return what is meant by some words, to tell whether two mean the same."""
    text = re.sub(
        r"^(?:(?:an?|the|my|our|his|her|their|all|some|any|such) )+",
        "",
        text.strip().lower(),
    )
    text = re.split(
        r" (?:because|since|so|when|with|from|and it|but|for|like|at|anymore|"
        r"now|too|as|in)\b",
        text,
    )[0]
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)[:4]
    return " ".join(
        word[:-1]
        if len(word) > 3 and word.endswith("s") and not word.endswith("ss")
        else word
        for word in words
    )


def _any_fits(text: str) -> bool:
    return _fitting(text) is not None


def _fitting(text: str) -> tuple[_Rule, re.Match[str]] | None:
    for rule in RULES:
        if found := rule.pattern.match(text):
            return rule, found
    return None


def _says_not(rule: _Rule) -> bool:
    """Say whether a rule is about what somebody does not do."""
    return rule.value in ("no", "dislikes") or rule.slot.startswith(
        ("can:", "believes:")
    )


def _no_more(text: str) -> Told | None:
    """Return what holds no more: "am not vegan anymore"."""
    rest = _NO_MORE.sub("", text)
    held = re.sub(
        r"^(am|is|are|was|were|have|has|can)(?:n't| not| no longer) ",
        r"\1 ",
        rest,
        flags=re.IGNORECASE,
    )
    held = re.sub(
        r"^(?:(?:don't|doesn't|didn't|no longer|can't|never) )+",
        "",
        held,
        flags=re.IGNORECASE,
    )
    held = re.sub(r"^(am|is|are) no longer ", r"\1 ", held, flags=re.IGNORECASE)
    found = _fitting(held.strip())
    if found is None:
        does = _DOES.match(held.strip())
        if does is None:
            return None
        return Told(
            Category.PERSONAL, f"does:{thing(held)}", thing(does["x"]), 0.85, ended=True
        )
    told = _told(*found)
    return told._replace(ended=True, confidence=max(told.confidence, 0.85))


def _told(rule: _Rule, found: re.Match[str]) -> Told:
    groups = found.groupdict()
    x = thing(groups.get("x") or "")
    # "I love coffee" and "I'm off coffee" fill one slot with other values.
    value = rule.value or x
    return Told(
        rule.category,
        rule.slot.format(x=x),
        value,
        rule.confidence,
        rule.ended,
        rule.cut,
    )
