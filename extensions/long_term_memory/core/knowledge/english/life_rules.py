"""Tell of work, love, kin and animals: English patterns.

Owns: these patterns, their slots and confidence.
Knows nothing of: who is told of.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule
from .parts import ADV, BE, IS, NUMBER, TRADE_LIKE, X
from .words import BONDS, KIN, PETS, PLANNED, TRADES

LIFE_RULES: Final = (
    # -- work and studies
    rule(
        Category.WORK,
        rf"(?:{IS}|have been |has been |became |{IS}training to be |"
        rf"{IS}studying to be |{IS}training as )"
        r"(?:an? |the |one of the |training as an? |head |chief )(?:[\w'-]+ ){0,4}?"
        rf"(?P<x>{TRADES})\b(?! of (?:my|your))",
        "work",
        0.9,
        cut=False,
    ),
    rule(
        Category.WORK,
        rf"was (?:once )?(?:an? |the )(?:[\w'-]+ ){{0,3}}?(?P<x>{TRADES})\b(?! of "
        r"(?:my|your))",
        "worked:{x}",
        0.88,
    ),
    rule(
        Category.WORK,
        rf"(?:{IS}|became |{IS}training to be |{IS}studying to be )(?:an? |the )"
        rf"(?:[\w'-]+ ){{0,3}}?(?P<x>{TRADE_LIKE})\b(?! of (?:my|your))",
        "work",
        0.84,
        cut=False,
    ),
    rule(
        Category.WORK,
        rf"was (?:once )?(?:an? |the )(?:[\w'-]+ ){{0,3}}?(?P<x>{TRADE_LIKE})\b"
        r"(?! of (?:my|your))",
        "worked:{x}",
        0.82,
        cut=False,
    ),
    rule(
        Category.WORK,
        rf"used to (?:be an? (?:\w+ )?{TRADES}|work) ?(?P<x>[^,;.!]*)",
        "work",
        0.88,
        ended=True,
    ),
    rule(
        Category.WORK,
        rf"{ADV}(?:works?|{BE}working|have worked|has worked|worked) {ADV}"
        r"(?:part-time |full-time |part time"
        r" |full time |nights |nightshifts |shifts |freelance |remotely )*"
        r"(?:as|at|for|in|with|from|down at"
        r"|on (?:my|an?|the)) (?!it|that|this|you|me|myself|something|"
        r"progress|improving|all\b|peace)" + X,
        "work",
        0.9,
    ),
    rule(
        Category.WORK,
        r"works? (?P<x>nights|the night shift|night shifts|shifts|part-time|"
        r"part time|from home|remotely|weekends)",
        "work time",
        0.88,
    ),
    rule(
        Category.WORK,
        rf"(?:{IS}teaching|teach(?:es)?|taught|have taught) "
        r"(?!(?:me|you|him|her|us|them|it|that)\b)(?P<x>[^,;.!]+)",
        "work",
        0.9,
    ),
    rule(
        Category.WORK,
        rf"(?:runs?|owns?|manages?|opened|started|have opened|{IS}opening|"
        rf"{IS}running|founded|co-own|inherited|keeps?)"
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
    rule(
        Category.WORK,
        rf"(?:drives?|{IS}driving|fl(?:y|ies)|captains?|operates?) (?:an? |the |"
        r"my |for )?"
        r"(?P<x>(?:\w+ )?(?:tram|bus|taxi|cab|truck|lorry|train|ambulance|"
        r"crane|forklift|ferry|uber))s?\b",
        "work",
        0.88,
    ),
    rule(
        Category.WORK,
        rf"(?:{IS}|got |was |have been |has been |have |has |had |been )?"
        r"(?P<x>retired|unemployed|self-employed|out of work"
        r"|between jobs|laid off|fired|sacked|made redundant|promoted|"
        r"freelancing|on maternity leave|on sick leave|hired)\b",
        "work status",
        0.9,
    ),
    rule(
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
    rule(
        Category.WORK,
        rf"(?:{IS}studying|stud(?:y|ies)|majors? in|{IS}majoring in|"
        rf"{IS}doing (?:my|an?|his|her) "
        r"(?:phd|master'?s|degree|bachelor'?s|a-levels|residency|"
        r"apprenticeship)(?: in)?"
        r"|attends?|goes to (?:college|uni|university|school|law school|med school)"
        r"|go to (?:college|uni|university|school|law school|med school)) ?"
        r"(?!that\b|this\b|it\b|you\b)(?P<x>[^,;.!]*)",
        "studies",
        0.88,
    ),
    rule(
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
    rule(
        Category.PERSONAL,
        r"(?:have |just )*(?:graduated|dropped out)\b ?(?P<x>[^,;.!]*)",
        "studied",
        0.85,
    ),
    # -- love and kin
    rule(
        Category.RELATIONSHIP,
        rf"(?:{IS}|got |have been |has been |have |were )(?:\w+ )?"
        r"(?P<x>married|engaged|divorced|separated|widowed|single"
        r"|taken(?! up| the| a| on| to| care| some)|polyamorous|betrothed|"
        r"getting married|getting divorced|"
        r"a widow|a widower)\b",
        "marriage",
        0.9,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"{IS}(?:dating|seeing|going out with|in a relationship with|"
        r"in love with|engaged to|married to|with) "
        r"(?!(?:an? |my )?(?:therapist|doctor|specialist|shrink|psychiatrist"
        r"|psychologist"
        r"|counsell?or|physio\w*)\b|you\b|me\b|it\b|that\b|this\b|us\b|my friends"
        r"|someone|them\b|how\b"
        r"|her\b(?! \w+$)|him\b|the \w+ing|all\b|their\b)(?P<x>"
        r"(?:an? |my )?[^,;.!]+)",
        "partner",
        0.8,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"{IS}(?:seeing|dating) (?P<x>someone)\b",
        "partner",
        0.82,
    ),
    rule(
        Category.RELATIONSHIP,
        r"(?:just |have |has )*(?:broke|broken|split|breaking) up(?: with "
        r"(?P<x>[^,;.!]+))?",
        "partner",
        0.92,
        ended=True,
    ),
    rule(
        Category.FAMILY,
        r"(?:have|has|had|got|have got) (?:(?:just |only )?(?:the )?one, )?(?:"
        rf"(?:an?|no|{NUMBER}|younger|older|"
        r"little|big|elder|half|twin|grown|adult|small|teenage|identical|"
        r"baby"
        r"|adopted|beautiful|wonderful|lovely|own|amazing|five|"
        rf"\w+-year-old) )*(?P<x>{KIN})\b",
        "has:{x}",
        0.9,
        cut=False,
    ),
    rule(
        Category.FAMILY,
        rf"{BE}(?:the )?(?:an? )?(?P<x>(?:oldest|youngest|eldest|middle|only|"
        r"seventh|second|first) (?:child|son|daughter|one|of)|only child|twin)\b",
        "birth order",
        0.9,
        cut=False,
    ),
    rule(
        Category.FAMILY,
        rf"(?:{IS}|became |{IS}going to be |{IS}about to be )(?:an? )"
        rf"(?P<x>{KIN})\b",
        "is a:{x}",
        0.85,
        cut=False,
    ),
    rule(
        Category.FAMILY,
        rf"(?:{IS}expecting|had|have had|{IS}having|adopted) (?:an?|our|my|"
        rf"{NUMBER}|twins)? ?(?:\w+ )?(?P<x>baby|twins|child|kid|girl|boy|"
        r"children)\b",
        "has:{x}",
        0.85,
        cut=False,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"(?:have|has|got) (?:(?:an?|{NUMBER}|new|best|good|close|old|"
        rf"long-distance|longtime) )+(?:\w+ )?(?P<x>{BONDS})\b"
        rf"(?!(?:'s?)? (?:{PLANNED})\b)",
        "has:{x}",
        0.88,
        cut=False,
    ),
    # -- animals
    rule(
        Category.PET,
        r"(?:have|has|had|got|adopted|keeps?|rescued|bought|owns?|have had|"
        rf"has had|breeds?|have adopted|ride|rides|raises?|{IS}getting|"
        r"took in)"
        rf" (?:(?:an?|the|this|{NUMBER}|my|his|her|our|some) )"
        rf"(?:[\w'-]+ ){{0,4}}?(?P<x>{PETS})\b(?! (?:allergy|person|food|fur|"
        r"pose))",
        "pet:{x}",
        0.9,
        cut=False,
    ),
)
