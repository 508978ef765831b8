"""Tell of plans and possessions: English patterns.

Owns: these patterns, their slots and confidence.
Knows nothing of: who is told of.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule
from .parts import IS, NEVER_PLANNED, NUMBER, WHEN, X
from .words import NOT_OWNED, PLANNED

PLAN_RULES: Final = (
    # -- plans
    rule(
        Category.PLAN,
        rf"(?:have|has|got|have got|{IS}having|there is) (?:(?:an?|my|the|"
        rf"his|her|our|{NUMBER}|this|another) )?(?:[\w'-]+ ){{0,3}}?"
        rf"(?P<x>{PLANNED})\b[^;.!]*?(?P<when>{WHEN})",
        "plan:{x}",
        0.9,
        cut=False,
    ),
    rule(
        Category.PLAN,
        rf"(?:have|has|got|{IS}having) (?:an?|my|the|his|her|our|{NUMBER}) "
        rf"(?:[\w'-]+ ){{0,2}}?(?P<x>{PLANNED})\b",
        "plan:{x}",
        0.72,
        cut=False,
    ),
    rule(
        Category.PLAN,
        rf"{IS}(?P<x>(?!going to (?!(?-i:[A-Z])|the |an? |my ))(?:moving|flying|"
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
    rule(
        Category.PLAN,
        rf"{IS}(?P<x>(?!(?:going|feeling|thinking|looking|trying|being|doing|dying"
        r"|freezing|talking|saying|asking|wondering|working)\b)\w+ing [^;.!]*?"
        r"(?P<when>tomorrow|next \w+|this (?:weekend|summer|fall|autumn|winter|"
        r"spring|coming \w+)|on (?:the )?(?:(?:mon|tues|wednes|thurs|fri|satur|"
        r"sun)day|\d)|in (?:january|february|march|april|may|june|july|august|"
        r"september|october|november|december)))\b",
        "plan:{x}",
        0.8,
        cut=False,
    ),
    rule(
        Category.PLAN,
        rf"{IS}(?:planning|hoping|thinking|training|saving|preparing|determined|"
        rf"studying|about)(?: (?:to|on|for|of|up|a))+ {NEVER_PLANNED}"
        r"(?P<x>[^,;.!]+)",
        "plan:{x}",
        0.78,
        cut=False,
    ),
    rule(
        Category.PLAN,
        rf"{IS}going to (?:\w+ly )?{NEVER_PLANNED}(?P<x>[^;.!]+)",
        "plan:{x}",
        0.75,
        cut=False,
    ),
    rule(
        Category.PLAN,
        r"(?:just |have |has |finally )*(?:booked|signed up for|applied (?:for|to)"
        r"|enrolled in|registered for|bought tickets|decided to|decided) "
        rf"(?!that\b){X}",
        "plan:{x}",
        0.8,
        cut=False,
    ),
    rule(
        Category.PLAN,
        r"(?:wants?|plans?|hopes?|intends?|aims?|aspires?|dreams? of) (?:to |on )?"
        r"(?:\w+ing )?(?:become|be an?|learn|open|start|write|build|move|travel|"
        r"visit|study|buy|adopt|run|retire|own|get into|join|find (?:my|his|"
        r"her)) ?(?P<x>[^;.!]*)",
        "plan:{x}",
        0.75,
        cut=False,
    ),
    rule(
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
    rule(
        Category.POSSESSION,
        r"(?:owns?|drives?|rides?|bought|inherited|collected|have bought|"
        r"just bought|got myself|picked up|treated myself to) (?:an?|my|the|"
        rf"his|her|our|{NUMBER}|this|some) (?!{NOT_OWNED}\b)(?P<x>[^,;.!]+)",
        "owns:{x}",
        0.8,
    ),
    rule(
        Category.POSSESSION,
        rf"(?:have|has) (?:an?|{NUMBER}|my (?:own|grand\w+'s|father's|"
        rf"mother's|old)|this|another|some) (?!(?:\w+ )?(?:{NOT_OWNED}|"
        rf"{PLANNED})\b)(?P<x>[^,;.!]+)",
        "owns:{x}",
        0.72,
    ),
    rule(
        Category.POSSESSION,
        r"(?:got rid of|sold|gave away|donated) (?:my|the|his|her|our) (?P<x>[^,;.!]+)",
        "owns:{x}",
        0.8,
        ended=True,
    ),
)
