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
_END: Final = r"(?=$|[,;.!]| (?:and|but|so|because|since|now|for|with|who|which|in|at|on|too|by)\b)"
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
    r"|eyesight|hearing|sense of (?:smell|taste)|thumb|kidney|appendix|tonsils|spleen)s?"
)
NUMBER: Final = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TRADE_LIKE: Final = (
    r"(?!(?:lover|sucker|loser|winner|stranger|sister|brother|mother|father|daughter|number|monster|disaster|hater|member|character|newcomer"
    r"|goner|matter|computer|killer|liar|dinner|winter|summer|letter|better|bother|corner|danger|pleasure|error|horror|mirror|favor|author of|professor of mine"
    r"|prisoner|master|elder|tiger|spider|panther|otter|sinner|believer|dreamer|drinker|sleeper|eater|talker|leader|quitter|keeper|beggar|traitor|visitor|mentor|survivor"
    r"|realist|minimalist|feminist|optimist|pessimist|perfectionist|christian|italian|canadian|vegetarian|brazilian|russian|german|american|mexican|norwegian|ukrainian|austrian|indian|human|woman|man|gentleman|other|customer)\b)"
    r"[\w-]{2,}(?:grapher|smith|wright|monger|maker|ologist|ician|iatrist|[a-z]{2,}ist|[a-z]{2,}ian|[a-z]{3,}er|[a-z]{3,}or|[a-z]{2,}woman|[a-z]{3,}man)"
)
_AGE: Final = (
    r"(?P<x>\d{1,3}|(?:\w+ )?hundred(?: and \w+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|(?:twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty)-\w+)"
)
WHEN: Final = (
    r"(?:today|tonight|tomorrow(?: (?:morning|night|evening|afternoon))?"
    r"|day after tomorrow|(?:this|next|last|on|every|by|until|over the|coming"
    r"|this coming) (?:next |coming )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|(?:this|next|last|every|each|a|per) (?:week|weekend|month|year|spring|summer|fall"
    r"|autumn|winter|semester|term|evening|morning|night|time|season|\w+ weekend)"
    r"|in (?:a |an |two |three |four |five |six |\d+ |a few |a couple of )?(?:days?"
    r"|weeks?|months?|years?|hours?|minutes?|\d{4})"
    r"|(?:in|since|by|until|early|late|this|next|last|of) (?:january|february|march"
    r"|april|may|june|july|august|september|october|november|december|spring|summer"
    r"|autumn|fall|winter)|(?:on |the )*(?:the )?\d{1,2}(?:st|nd|rd|th)(?: of \w+)?"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december) \d{1,2}|at (?:noon|midnight|\w+ (?:o'clock|am|pm)|\d{1,2}(?::\d\d)?)"
    r"|(?:yesterday|last night|recently|lately|the other day)|\w+ \w+ ago|since \w+"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: \w+)?|after (?:christmas|easter"
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
    r"(?:hates?|despises?|loathes?|detests?|dislikes?|can't (?:stand|bear|abide|stomach)"
    r"|(?:don't|doesn't|never|do not) (?:really |even )?(?:like|liked|enjoy|care for"
    r"|get the appeal of))"
)

RULES: Final = (
    # -- health
    _rule(Category.HEALTH, rf"{_BE}(?:\w+ )?(?:allergic|intolerant|oversensitive) to {_X}",
          "allergy:{x}", 0.97),
    _rule(Category.HEALTH, rf"{_HAVE}(?:an? )?(?:\w+ )?allerg(?:y|ies) to {_X}",
          "allergy:{x}", 0.95),
    _rule(Category.HEALTH, rf"{_IS}(?P<x>{AILING}){_END}", "health:{x}", 0.92),
    _rule(Category.HEALTH,
          rf"(?:{_HAVE}|gets? |suffers? from |live with |lives with |struggle with "
          rf"|struggles with |{_BE}diagnosed with |got diagnosed with )"
          r"(?:(?:an?|bad|severe|terrible|chronic|mild|really|awful|type [12]|the|some"
          rf"|my|stage \w+) )*(?P<x>{ILLNESSES})\b", "health:{x}", 0.93),
    _rule(Category.HEALTH, rf"(?:{_BE}|got )diagnosed with {_X}", "health:{x}", 0.93),
    _rule(Category.HEALTH,
          rf"(?:can't|cannot|must not|mustn't|{_BE}not allowed to|may not|do not|"
          rf"{_BE}not supposed to) (?:\w+ )?(?:eat|drink|have|digest|tolerate|touch|do(?= dairy| gluten| sugar| spicy| nuts| lactose| caffeine| alcohol| shellfish)|handle(?= dairy| gluten| sugar| spicy| lactose| caffeine))"
          r" (?!it|that|this|you|any more|anything|them)(?P<x>[^,;.!]+)",
          "eats:{x}", 0.88, value="no"),
    _rule(Category.HEALTH,
          r"wears? (?P<x>(?:reading |thick )?glasses|contacts|contact lenses"
          r"|(?:an? )?hearing aids?|(?:a )?(?:knee |back |leg )?brace"
          r"|braces|dentures|an eyepatch|an eye patch|a prosthe\w+|a pacemaker"
          r"|an insulin pump)", "wears:{x}", 0.92),
    _rule(Category.HEALTH,
          rf"(?:had|have had|has had|{_IS}having|needs?|need|got|{_BE}getting"
          r"|survived|underwent|recovering from) (?:\w+ ){0,4}?(?P<x>(?:\w+ )?(?:surger"
          r"(?:y|ies)|operations?|heart attack|stroke|transplant|miscarriages?|bypass"
          r"|seizures?|concussion|c-section|chemo(?:therapy)?|root canal|dialysis"
          r"|hysterectomy|mastectomy|amputation|(?:knee|hip) replacement|cancer))\b",
          "treated:{x}", 0.9),
    _rule(Category.HEALTH,
          r"(?:broke|tore|sprained|fractured|twisted|dislocated|lost|injured|shattered"
          rf"|hurt) (?:my|his|her|their|both) (?:\w+ )?(?P<x>{_BODY})\b",
          "injured:{x}", 0.88),
    _rule(Category.HEALTH,
          rf"(?:takes?|{_IS}taking|{_IS}on|injects?) (?P<x>(?:\w+ )?(?:insulin|medication"
          r"|meds|antidepressants|blood thinners|beta blockers|pills|statins|steroids"
          r"|antibiotics|lithium|ssris|warfarin|painkillers|the pill))\b",
          "takes:{x}", 0.88),
    _rule(Category.HEALTH,
          r"(?:quit|stopped|gave up|have quit|have stopped|has quit|has stopped|have"
          r" given up|am off|is off) (?P<x>smoking|drinking|alcohol|cigarettes|sugar"
          r"|caffeine|coffee|booze|weed|vaping|gluten|dairy|meat)\b", "habit:{x}", 0.9,
          value="no"),
    _rule(Category.HEALTH,
          r"(?:don't|doesn't|do not|never) (?:really |even )?(?P<x>smoke|drink"
          r"|drink alcohol)(?: at all|,|$| any)", "habit:{x}", 0.85, value="no"),
    _rule(Category.HEALTH,
          rf"{_IS}(?:\w+ )?(?P<x>\w+) (?:weeks|months) pregnant", "health:pregnant", 0.92),
    _rule(Category.HEALTH, rf"(?:only )?(?:have|has|was born with) (?:only )?(?P<x>(?:one|no|three|a glass|a prosthetic|a wooden|a false|an artificial) (?:kidney|lung|eye|leg|arm|ear|hand|foot|finger|spleen|gallbladder|hip|knee)s?)\b", "body:{x}", 0.88),
    # -- fears
    _rule(Category.HEALTH,
          rf"{_IS}(?:\w+ )?(?:scared|afraid|terrified|frightened|petrified|phobic) of "
          r"(?!you\b|him\b|her\b|that\b|this\b|it\b|them\b|what\b|losing you)" + _X,
          "fear:{x}", 0.92),
    _rule(Category.PERSONAL, rf"fears? (?!that\b|for\b|you\b|not\b|the worst|it\b){_X}", "fear:{x}",
          0.9),
    _rule(Category.HEALTH,
          rf"{_HAVE}(?:an? |this |my )?(?:\w+ )?(?:fear|phobia|terror|dread) of {_X}",
          "fear:{x}", 0.92),
    _rule(Category.PERSONAL, rf"panics? (?:in|on|at|around|whenever|when) {_X}",
          "fear:{x}", 0.8),
    # -- food and likings
    _rule(Category.PREFERENCE,
          rf"(?:{_IS}|turned |went |became |have gone |have turned |{_IS}going )"
          rf"(?:\w+ )?(?:an? )?(?:strict |total )?(?P<x>{DIETS}){_END}", "diet", 0.93),
    _rule(Category.PREFERENCE,
          r"(?:don't|doesn't|do not|never|won't|stopped) (?:really |even |ever )?(?:eat"
          r"|drink|eating|touch|watch|listen to|read|wear) "
          r"(?!it|that|this|you|me|anything)(?P<x>[^,;.!]+)", "eats:{x}", 0.85,
          value="no"),
    _rule(Category.PREFERENCE,
          r"(?:only (?:eats?|drinks?|listens? to|watch(?:es)?|reads?|wears?)"
          r"|(?:eats?|drinks?|listens? to|watch(?:es)?|reads?) only) (?P<x>[^,;.!]+)",
          "only:{x}", 0.85),
    _rule(Category.PREFERENCE, rf"{_IS}(?:not (?:\w+ )?(?:into|a fan of|fond of|keen on)"
          rf"|no fan of|sick of|off|done with) (?!you\b|it\b|that\b|this\b|to\b){_X}", "taste:{x}",
          0.82, value="dislikes"),
    _rule(Category.PREFERENCE,
          rf"{_IS}(?:an? )?(?:\w+ ){{0,2}}(?:fan of|into|obsessed with|crazy about"
          r"|mad about|nuts about|fond of|keen on|addicted to|partial to|hooked on"
          r"|sucker for|passionate about|lover of|a snob about|interested in) (?!you\b|it\b|that\b|this\b|how"
          rf"\b|what\b){_X}", "taste:{x}", 0.88, value="likes"),
    _rule(Category.PREFERENCE, rf"{_ADV}{_HATES} {_NOT_THAT}{_X}", "taste:{x}", 0.88,
          value="dislikes"),
    _rule(Category.PREFERENCE, rf"{_ADV}{_LIKES} {_NOT_THAT}(?!her\b|me\b){_X}", "taste:{x}", 0.85,
          value="likes"),
    # -- dates
    _rule(Category.DATE, r"was born (?:on|in) (?P<x>(?:the )?(?:\d|january|february|march"
          r"|april|may|june|july|august|september|october|november|december)[^,;.!]*)",
          "born on", 0.93),
    # -- places
    _rule(Category.PLACE, r"used to live (?:in|on|at|near|by|with) (?P<x>[^,;.!]+)",
          "lives", 0.9, ended=True),
    _rule(Category.PLACE,
          rf"{_ADV}(?:lives?|{_BE}living|have lived|has lived|resides?) {_ADV}(?:back )?(?:with [^,;.]+? )?"
          rf"(?:in|on|at|near|by|above|under|outside|beneath) (?!the moment|peace|fear|hope|your|my (?:head|own world)){_X}",
          "lives", 0.92),
    _rule(Category.PLACE, rf"(?:lives?|{_IS}living|{_IS}staying|shares? (?:an?|the|my) (?:flat|apartment|house|room|place)) (?:alone|with) ?(?!you\b)(?P<x>[^,;.!]*)", "lives with", 0.85),
    _rule(Category.PLACE, rf"{_ADV}lived {_ADV}(?:with [^,;.]+? )?(?:in|on|at|near) {_X}",
          "lived:{x}", 0.85),
    _rule(Category.PLACE,
          r"(?:have |has |just |finally |recently )*(?:moved|relocated|emigrated)"
          r"(?: back| over| out| up| down| away)?"
          rf"(?: from [^,;.!]+?)? (?:to|into|in with) (?!the (?:couch|sofa|bed|back)){_X}", "lives", 0.92),
    _rule(Category.PLACE, rf"(?:was|were|am) born (?:and (?:raised|bred) )?(?:in|on|at|near|under|aboard|to) {_X}",
          "born in", 0.92),
    _rule(Category.PLACE,
          rf"(?:grew up|{_BE}raised|was brought up|spent (?:my|his|her) childhood) {_ADV}(?:in|on|at|near|by"
          rf"|outside|among|between|with) {_X}", "grew up", 0.92),
    _rule(Category.PLACE,
          rf"(?:{_IS}(?:from|based in|based out of|back in|staying in|stationed in|settled in)"
          rf"|comes? from|hails? from|settled in) (?!work\b|here\b|the (?:shop|store|gym|future|past)"
          rf"|school\b|you\b|a long\b|me\b|home\b){_X}", "from", 0.85),
    # -- plans that look like something else
    _rule(Category.PLAN, rf"{_IS}(?:moving|relocating|emigrating|going back)"
          rf"(?: \w+)? (?:to|out|in with|in|into) {_X}", "plan:move", 0.9, cut=False),
    # -- work and studies
    _rule(Category.WORK,
          rf"(?:{_IS}|have been |has been |became |{_IS}training to be |{_IS}studying to be |{_IS}training as )"
          r"(?:an? |the |one of the |training as an? |head |chief )(?:[\w'-]+ ){0,4}?"
          rf"(?P<x>{TRADES})\b(?! of (?:my|your))", "work", 0.9, cut=False),
    _rule(Category.WORK, rf"was (?:once )?(?:an? |the )(?:[\w'-]+ ){{0,3}}?(?P<x>{TRADES})\b(?! of (?:my|your))", "worked:{x}",
          0.88),
    _rule(Category.WORK, rf"(?:{_IS}|became |{_IS}training to be |{_IS}studying to be )(?:an? |the )(?:[\w'-]+ ){{0,3}}?(?P<x>{_TRADE_LIKE})\b(?! of (?:my|your))", "work", 0.84, cut=False),
    _rule(Category.WORK, rf"was (?:once )?(?:an? |the )(?:[\w'-]+ ){{0,3}}?(?P<x>{_TRADE_LIKE})\b(?! of (?:my|your))", "worked:{x}", 0.82, cut=False),
    _rule(Category.WORK,
          rf"used to (?:be an? (?:\w+ )?{TRADES}|work) ?(?P<x>[^,;.!]*)", "work", 0.88, ended=True),
    _rule(Category.WORK,
          rf"{_ADV}(?:works?|{_BE}working|have worked|has worked|worked) {_ADV}(?:part-time |full-time |part time"
          r" |full time |nights |nightshifts |shifts |freelance |remotely )*(?:as|at|for|in|with|from|down at"
          r"|on (?:my|an?|the)) (?!it|that|this|you|me|myself|something|progress|improving|all\b|peace)" + _X,
          "work", 0.9),
    _rule(Category.WORK, r"works? (?P<x>nights|the night shift|night shifts|shifts|part-time|part time|from home|remotely|weekends)",
          "work time", 0.88),
    _rule(Category.WORK, rf"(?:{_IS}teaching|teach(?:es)?|taught|have taught) "
          r"(?!(?:me|you|him|her|us|them|it|that)\b)(?P<x>[^,;.!]+)", "work", 0.9),
    _rule(Category.WORK,
          rf"(?:runs?|owns?|manages?|opened|started|have opened|{_IS}opening|{_IS}running|founded|co-own|inherited|keeps?)"
          r" (?:an?|my|our|the|his|her|this|their|own)(?: [\w'-]+){0,3}? (?P<x>(?:\w+ )?(?:shop|store|bakery|business"
          r"|company|farm|studio|restaurant|caf\u00e9|cafe|inn|tavern|bar|pub|salon|gallery|bookshop|bookstore"
          r"|startup|start-up|agency|garage|nursery|workshop|vineyard|brewery|clinic|practice|lighthouse|school"
          r"|mill|forge|ranch|hotel|food truck|stall|gym|channel|podcast|blog|etsy shop))\b",
          "business:{x}", 0.9),
    _rule(Category.WORK, rf"(?:drives?|{_IS}driving|fl(?:y|ies)|captains?|operates?) (?:an? |the |my |for )?"
          r"(?P<x>(?:\w+ )?(?:tram|bus|taxi|cab|truck|lorry|train|ambulance|crane|forklift|ferry|uber))s?\b",
          "work", 0.88),
    _rule(Category.WORK,
          rf"(?:{_IS}|got |was |have been |has been |have |has |had |been )?(?P<x>retired|unemployed|self-employed|out of work"
          r"|between jobs|laid off|fired|sacked|made redundant|promoted|freelancing|on maternity leave|on sick leave|hired)\b",
          "work status", 0.9),
    _rule(Category.WORK,
          r"(?:just |finally |have |has |recently )*(?:got|have|landed|found|started|took|lost|quit|left|handed in|resigned from|accepted|begun|began)"
          r" (?:an?|my|the|his|her|this|at my)(?: [\w'-]+){0,3}? (?P<x>job|position|internship|apprenticeship|promotion"
          r"|traineeship|residency|call centre|firm|company|notice|role at|job offer)\b",
          "job news", 0.88, cut=False),
    _rule(Category.WORK,
          rf"(?:{_IS}studying|stud(?:y|ies)|majors? in|{_IS}majoring in|{_IS}doing (?:my|an?|his|her) "
          r"(?:phd|master'?s|degree|bachelor'?s|a-levels|residency|apprenticeship)(?: in)?"
          r"|attends?|goes to (?:college|uni|university|school|law school|med school)"
          r"|go to (?:college|uni|university|school|law school|med school)) ?"
          r"(?!that\b|this\b|it\b|you\b)(?P<x>[^,;.!]*)", "studies", 0.88),
    _rule(Category.PERSONAL,
          r"(?:(?:just |finally |have |has |recently |already )*(?:graduated|finished|completed|passed|failed|got|earned|dropped out|flunked out))"
          r"(?: (?:from|of|my|his|her|the|with|a|an|in))*"
          r" (?P<x>(?:[\w'-]+ ){0,3}?(?:phd|degree|school|college|uni|university|master'?s|thesis|bachelor'?s"
          r"|driving test|driver'?s license|licen[sc]e|certificate|certification|exams?|training|diploma|apprenticeship|bar|test|course))\b",
          "studied:{x}", 0.85, cut=False),
    _rule(Category.PERSONAL, r"(?:have |just )*(?:graduated|dropped out)\b ?(?P<x>[^,;.!]*)", "studied", 0.85),
    # -- love and kin
    _rule(Category.RELATIONSHIP,
          rf"(?:{_IS}|got |have been |has been |have |were )(?:\w+ )?(?P<x>married|engaged|divorced|separated|widowed|single"
          r"|taken|polyamorous|betrothed|getting married|getting divorced|a widow|a widower)\b", "marriage", 0.9),
    _rule(Category.RELATIONSHIP,
          rf"{_IS}(?:dating|seeing|going out with|in a relationship with|in love with|engaged to|married to|with) "
          r"(?!you\b|me\b|it\b|that\b|this\b|us\b|my friends|someone)(?P<x>(?:an? |my )?[^,;.!]+)", "partner", 0.8),
    _rule(Category.RELATIONSHIP,
          r"(?:just |have |has )*(?:broke|broken|split|breaking) up(?: with (?P<x>[^,;.!]+))?", "partner", 0.92, ended=True),
    _rule(Category.FAMILY,
          rf"(?:have|has|had|got|have got) (?:(?:an?|no|{NUMBER}|younger|older|little|big|elder|half|twin|grown|adult|small|teenage|identical|baby"
          rf"|adopted|beautiful|wonderful|lovely|own|amazing|five|\w+-year-old) )*(?P<x>{KIN})\b", "has:{x}", 0.9, cut=False),
    _rule(Category.FAMILY, rf"{_BE}(?:the )?(?:an? )?(?P<x>(?:oldest|youngest|eldest|middle|only|seventh|second|first) (?:child|son|daughter|one|of)|only child|twin)\b",
          "birth order", 0.9, cut=False),
    _rule(Category.FAMILY, rf"(?:{_IS}|became |{_IS}going to be |{_IS}about to be )(?:an? )(?P<x>{KIN})\b", "is a:{x}", 0.85, cut=False),
    _rule(Category.FAMILY, rf"(?:{_IS}expecting|had|have had|{_IS}having|adopted) (?:an?|our|my|{NUMBER}|twins)? ?(?:\w+ )?(?P<x>baby|twins|child|kid|girl|boy|children)\b",
          "has:{x}", 0.85, cut=False),
    _rule(Category.RELATIONSHIP,
          rf"(?:have|has|got) (?:(?:an?|{NUMBER}|new|best|good|close|old|long-distance|longtime) )+(?:\w+ )?(?P<x>{BONDS})\b",
          "has:{x}", 0.88, cut=False),
    # -- animals
    _rule(Category.PET,
          rf"(?:have|has|had|got|adopted|keeps?|rescued|bought|owns?|have had|has had|breeds?|have adopted|ride|rides|raises?|{_IS}getting|took in)"
          rf" (?:(?:an?|the|this|{NUMBER}|my|his|her|our|some) )(?:[\w'-]+ ){{0,4}}?(?P<x>{PETS})\b(?! (?:allergy|person|food|fur|pose))",
          "pet:{x}", 0.9, cut=False),
    # -- who one is
    _rule(Category.PERSONAL, rf"(?:{_IS}|turned |{_IS}turning |just turned |have turned )(?:now |only |already |almost |nearly )?{_AGE}"
          r"(?: years? old| years| now| today| in \w+| on \w+| last \w+| next \w+| this \w+)*(?=$|[,;.!]| and\b| but\b| so\b)", "age", 0.9),
    _rule(Category.PERSONAL, rf"{_IS}(?:an? )?(?P<x>(?:\d+(?:'\d+|(?:\.\d+)? ?(?:feet|foot|ft|cm|m|meters|metres)\b)|(?:four|five|six|seven) (?:foot|feet)\b)[^,;.!]*)", "height", 0.9),
    _rule(Category.PERSONAL, rf"{_IS}(?:half |part |openly |naturally )?(?P<x>{TRAITS}){_END}", "is:{x}", 0.88),
    _rule(Category.PERSONAL, rf"{_IS}(?:more of )?(?:an? |the )(?:[\w'-]+ ){{0,2}}?(?P<x>{IDENTITIES})\b(?! (?:about|to|of you))", "is:{x}", 0.82),
    _rule(Category.PERSONAL,
          rf"(?:have|has|got|wear|wears) (?:(?:an?|{NUMBER}|my|his|her|long|short|the) )?(?P<x>(?:[\w'-]+ ){{0,4}}?(?:tattoos?|scars?|birthmark|freckles|dimples|eyes|hair|beard"
          r"|dreadlocks|piercings?|mustache|moustache|horns|wings|tail|fangs|accent|size \d+))\b", "looks:{x}", 0.85, cut=False),
    _rule(Category.PERSONAL, rf"{_ADV}(?:speaks?|{_IS}fluent in|{_IS}learning(?: to)?|have been learning(?: to)?|has been learning(?: to)?|{_IS}teaching myself|learned(?: to)?) (?!(?:about|that|from|it|how|a lot|so|to you|up|for|of)\b){_X}",
          "knows:{x}", 0.85, cut=False),
    _rule(Category.PERSONAL, rf"{_ADV}(?:plays?|{_BE}playing|have played|has played|have been playing|used to play) (?!it\b|that\b|with\b|along\b|a role|the role|this\b|you\b|nice|dead|dumb|hard|fair|an? (?:big|huge|important)){_X}",
          "plays:{x}", 0.85),
    _rule(Category.PERSONAL,
          r"(?:can't|never learned to|never learnt to|cannot|don't know how to|doesn't know how to) (?P<x>swim|read|drive|cook|sing|dance|whistle|ride|write|cross|leave"
          r"|die|sleep without|snap|ride a bike|see (?:red|colou?r\w*)|smell|taste|fly|age|lie|do math|hear)\b(?P<rest>[^,;.!]*)", "can:{x}", 0.85),
    _rule(Category.PERSONAL,
          r"can (?:\w+ly |also |actually )?(?P<x>whistle|juggle|sing|swim|drive|cook|bake|knit|sew|play|speak|ride|fly|dance|draw|paint|read|write|ski|surf|skate|weld|code|program|understand|pick|shapeshift|heal"
          r"|talk to|see ghosts|hold my breath|recite|yodel|wiggle)\b(?! (?:you|it|that|this))(?P<rest>[^,;.!]*)", "can:{x}", 0.85),
    _rule(Category.PERSONAL, r"(?:believes?|don't believe|doesn't believe) in (?!you\b|yourself|us\b|that\b|it\b|him\b|her\b|me\b)(?P<x>[^,;.!]+)", "believes:{x}", 0.8),
    _rule(Category.PERSONAL, rf"(?:collects?|{_IS}collecting|grows?|{_IS}growing|breeds?|brews?|{_IS}building|{_IS}restoring|knits?|bakes?|paints?|draws?|sews?|crochets?|writes?|{_IS}writing|sculpts?|carves?|composes?) (?!(?:it|that|this|you|up|on|for|back|closer|near|my sword|down|off|them|away)\b){_X}",
          "does:{x}", 0.8),
    _rule(Category.PERSONAL, rf"(?:volunteers?|{_IS}volunteering|have been volunteering|have volunteered) (?:at|for|in|with|on) {_X}", "volunteers:{x}", 0.88),
    _rule(Category.PERSONAL, rf"(?P<x>snores?|sleepwalks?|stutters?|meditates?|prays?)\b(?! (?:you|that))(?P<rest>[^,;.!]*)", "does:{x}", 0.82),
    _rule(Category.PERSONAL, rf"have been (?P<x>\w+ing [^,;.!]*?(?:since|for) (?:\w+ )*?(?:years?|months?|weeks|decades?|\d{{4}}|\w+))", "does:{x}", 0.8),
    _rule(Category.PERSONAL, r"(?:go|goes|do|does|run|runs|swim|swims|train|trains|practi[sc]es?|attend|attends|meets?|visits?|calls?|cooks?|takes?|wakes? up|gets? up|jogs?|hikes?|bikes?|cycles?|fasts?|have|has) "
          r"(?P<x>[^;.!]*?(?:every (?:other )?(?:\w+)|each \w+|(?:once|twice|\w+ times) (?:a|per) \w+|on (?:\w+days|weekends)|daily|weekly|at (?:four|five|six)))(?=$|[ ,;.!])", "habit:{x}", 0.8, cut=False),
    _rule(Category.PERSONAL, r"(?:run|runs|do|does|lift|lifts|practi[sc]es?|surfs?|skis?|fish|hunts?|races?) (?P<x>marathons|half marathons|triathlons|yoga|pilates|karate|judo|taekwondo|weights|ballet|ultras|archery|magic|rallies|boxing|kickboxing|crossfit|stand-up|improv)\b", "does:{x}", 0.82),
    _rule(Category.PERSONAL, r"(?:have|has) (?P<x>(?:served|guarded|kept|tended|lived|walked|worked|waited|studied|known|been \w+ing|sailed|ruled|watched|fought|wandered|played|coached|led|run|owned) [^;.!]*?(?:for (?:\w+ ){0,3}?(?:years|months|decades|centuries|winters|summers|seasons|generations|lifetimes)|since [^,;.!]+))", "does:{x}", 0.8, cut=False),
    _rule(Category.PERSONAL, r"(?:have|has) been (?!(?:up|awake|sick|waiting|thinking|here|at work|busy|so|in bed|there|crying|feeling|trying|looking|wondering|sitting|meaning|running around)\b)(?P<x>[^,;.!]+?) (?:since (?!four|five|six|seven|eight|this|last night|monday|yesterday|noon|lunch)\w+|for (?:\w+ ){0,3}?(?:years|months|decades|centuries|winters))\b", "does:{x}", 0.8, cut=False),
    _rule(Category.WORK, rf"{_IS}(?P<x>on (?:\w+ )?(?:leave|disability|sabbatical|strike)|in (?:my|his|her|the) \w+ year(?: of| at)?[^,;.!]*|a stay-at-home \w+|in (?:med|law|art|grad|high|middle|nursing|primary|elementary|boarding) school|in (?:college|uni|the army|the navy|the military|kindergarten|sixth form|\w+ grade))", "studies", 0.85),
    _rule(Category.PERSONAL, r"(?:have |has |just |finally )*got (?:accepted |admitted )?(?:in|into|to) (?P<x>(?-i:[A-Z])\w+|\w+ school|college|uni\w*|art school|the \w+ (?:program|team|academy))", "studied:{x}", 0.84),
    _rule(Category.PERSONAL, r"(?:makes?|builds?|repairs?|fix(?:es)?|restores?|raises?|sleeps? (?:with|in|on)|cleans?|sings?|dances?|coach(?:es)?|leads?|rents?|looks? after|takes? care of|cares? for|commutes?|babysits?|tutors?|mends?|forges?|carves?|hunts?|farms?|tends?|guards?|ferments?|brews?|trains?|fosters?|hosts?|DJs?|serves?|edits?|translates?|designs?|illustrates?|films?|podcasts?|streams?) (?!(?:it|that|this|you|me|up|him|her|them|sense|sure|fun|love|noise|a (?:face|joke|mistake|wish|deal|note|promise|move|sound|point|living out)|the (?:fire|door|bed|way|mistake|first|call)|your|well|badly|better|like|alone|tight|now|soon|beside|next)\b)(?P<x>[^,;.!]+)", "does:{x}", 0.74),
    _rule(Category.PROMISE, r"(?:still )?owes? you (?P<x>[^,;.!]+)", "owes:{x}", 0.8),
    _rule(Category.WORK, r"sells? (?!(?:it|that|this|you|me|my soul)\b)(?P<x>[^,;.!]+)", "work", 0.74),
    _rule(Category.PERSONAL, rf"{_IS}(?P<x>(?:an?|the) (?!(?:one|bit|fan|mess|part|lot|way|kind|sort|reason|type|man|woman|person|mood|best|worst|first|victim|middle|rest|idiot|fool|friend|big|little|huge|only|same|whole)\b)(?:[\w-]+ ){0,3}?[\w-]+ (?:of|at|in|for) (?!(?:you|your|it|that|this mess|course|sorts|a)\b)[^,;.!]+)".replace("{0,3}", "{{0,3}}").replace("{{0,3}}", "{0,3}"), "is:{x}", 0.74, cut=False),
    # -- plans
    _rule(Category.PLAN,
          rf"(?:have|has|got|have got|{_IS}having|there is) (?:(?:an?|my|the|his|her|our|{NUMBER}|this|another) )?(?:[\w'-]+ ){{0,3}}?(?P<x>{PLANNED})\b[^;.!]*?(?P<when>{WHEN})",
          "plan:{x}", 0.9, cut=False),
    _rule(Category.PLAN,
          rf"(?:have|has|got|{_IS}having) (?:an?|my|the|his|her|our|{NUMBER}) (?:[\w'-]+ ){{0,2}}?(?P<x>{PLANNED})\b", "plan:{x}", 0.72, cut=False),
    _rule(Category.PLAN, rf"{_IS}(?P<x>(?!going to (?!(?-i:[A-Z])|the |an? |my ))(?:moving|flying|starting|getting|visiting|seeing|having|leaving|going|coming|taking|meeting|running|driving|travell?ing|playing|hosting|performing|throwing|joining|returning|staying|graduating|retiring"
          rf"|marrying|quitting|opening|launching|attending|presenting|heading|turning|finishing|sitting|doing|cooking)\b[^;.!]*?(?P<when>{WHEN}))", "plan:{x}", 0.85, cut=False),
    _rule(Category.PLAN, rf"{_IS}(?P<x>(?!(?:going|feeling|thinking|looking|trying|being|doing|dying|freezing|talking|saying|asking|wondering|working)\b)\w+ing [^;.!]*?(?P<when>tomorrow|next \w+|this (?:weekend|summer|fall|autumn|winter|spring|coming \w+)|on (?:the )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d)|in (?:january|february|march|april|may|june|july|august|september|october|november|december)))\b", "plan:{x}", 0.8, cut=False),
    _rule(Category.PLAN, rf"{_IS}(?:planning|hoping|thinking|training|saving|preparing|determined|studying|about)(?: (?:to|on|for|of|up|a))+ {_NEVER_PLANNED}(?P<x>[^,;.!]+)", "plan:{x}", 0.78, cut=False),
    _rule(Category.PLAN, rf"{_IS}going to (?:\w+ly )?{_NEVER_PLANNED}(?P<x>[^;.!]+)", "plan:{x}", 0.75, cut=False),
    _rule(Category.PLAN, rf"(?:just |have |has |finally )*(?:booked|signed up for|applied (?:for|to)|enrolled in|registered for|bought tickets|decided to|decided) (?!that\b){_X}", "plan:{x}", 0.8, cut=False),
    _rule(Category.PLAN, rf"(?:wants?|plans?|hopes?|intends?|aims?|aspires?|dreams? of) (?:to |on )?(?:\w+ing )?(?:become|be an?|learn|open|start|write|build|move|travel|visit|study|buy|adopt|run|retire|own|get into|join|find (?:my|his|her)) ?(?P<x>[^;.!]*)", "plan:{x}", 0.75, cut=False),
    _rule(Category.PLAN, rf"(?P<x>(?:starts?|begins?|leaves?|fly|flies|moves?|graduates?|retires?|finish|finishes|turns?|comes?|travels?|meets?|return|returns|see|sees) [^;.!]*?(?P<when>(?:on |next |tomorrow|in (?!the\b)|this )[^,;.!]*))$", "plan:{x}", 0.78, cut=False),
    # -- possessions
    _rule(Category.POSSESSION,
          rf"(?:owns?|drives?|rides?|bought|inherited|collected|have bought|just bought|got myself|picked up|treated myself to) (?:an?|my|the|his|her|our|{NUMBER}|this|some) (?!{NOT_OWNED}\b)(?P<x>[^,;.!]+)", "owns:{x}", 0.8),
    _rule(Category.POSSESSION,
          rf"(?:have|has) (?:an?|{NUMBER}|my (?:own|grand\w+'s|father's|mother's|old)|this|another|some) (?!(?:\w+ )?(?:{NOT_OWNED}|{PLANNED})\b)(?P<x>[^,;.!]+)", "owns:{x}", 0.72),
    _rule(Category.POSSESSION, rf"(?:got rid of|sold|gave away) (?:my|the|his|her|our) (?P<x>[^,;.!]+)", "owns:{x}", 0.75, ended=True),
)

_NEGATED: Final = re.compile(
    r"(?:am|is|are|was|were|have|has|had|do|does|did|will|can|could)(?:n't| not)\b|(?:don't"
    r"|doesn't|didn't|won't|can't|isn't|aren't|wasn't|haven't|hasn't|never)\b"
    r"|(?:have|has|had) (?:no|never|neither)\b|not\b",
    re.IGNORECASE,
)
_NO_MORE: Final = re.compile(
    r",? ?\b(?:any ?more|any longer|no longer|these days|nowadays)\b", re.IGNORECASE
)
_NEGATION: Final = re.compile(
    r"^(?P<aux>am|is|are|was|were|have|has|do|does|can)?(?:n't| not|)\b ?(?:no longer |never )?",
    re.IGNORECASE,
)
_DOES: Final = re.compile(
    r"(?:eat|drink|play|smoke|work|live|go to|see|speak to|talk to|wear|use|sing|dance|paint|write|run|train|coach|teach|practi[sc]e|bite|stutter|sleep|visit|own|have|believe in) "
    r"(?!(?:it|that|this|you|time|the energy)\b)(?P<x>[^,;.!]+)",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"^(?:also|always|really|just|still|actually|now|both|already|even|currently|honestly|sadly|finally|recently|secretly) ",
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
    text = re.sub(r"^(?:(?:an?|the|my|our|his|her|their|all|some|any|such) )+", "", text.strip().lower())
    text = re.split(
        r" (?:because|since|so|when|with|from|and it|but|for|like|at|anymore|now|too|as|in)\b", text
    )[0]
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)[:4]
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words
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
    return rule.value in ("no", "dislikes") or rule.slot.startswith(("can:", "believes:"))


def _no_more(text: str) -> Told | None:
    """Return what holds no more: "am not vegan anymore"."""
    rest = _NO_MORE.sub("", text)
    held = re.sub(r"^(am|is|are|was|were|have|has|can)(?:n't| not| no longer) ", r"\1 ", rest, flags=re.IGNORECASE)
    held = re.sub(r"^(?:(?:don't|doesn't|didn't|no longer|can't|never) )+", "", held, flags=re.IGNORECASE)
    held = re.sub(r"^(am|is|are) no longer ", r"\1 ", held, flags=re.IGNORECASE)
    found = _fitting(held.strip())
    if found is None:
        does = _DOES.match(held.strip())
        if does is None:
            return None
        return Told(Category.PERSONAL, f"does:{thing(held)}", thing(does["x"]), 0.85, ended=True)
    told = _told(*found)
    return told._replace(ended=True, confidence=max(told.confidence, 0.85))


def _told(rule: _Rule, found: re.Match[str]) -> Told:
    groups = found.groupdict()
    x = thing(groups.get("x") or "")
    # "I love coffee" and "I'm off coffee" fill one slot with other values.
    value = rule.value or x
    return Told(rule.category, rule.slot.format(x=x), value, rule.confidence, rule.ended, rule.cut)
