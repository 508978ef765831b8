"""Tell of health, likings and places: English patterns.

Owns: these patterns, their slots and confidence.
Knows nothing of: who is told of.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule
from .parts import ADV, BE, BODY, END, HATES, HAVE, IS, LIKES, NOT_THAT, X
from .words import AILING, DIETS, ILLNESSES

HEALTH_RULES: Final = (
    # -- health
    rule(
        Category.HEALTH,
        rf"{BE}(?:\w+ )?(?:allergic|intolerant|oversensitive) to {X}",
        "allergy:{x}",
        0.97,
    ),
    rule(
        Category.HEALTH,
        rf"{HAVE}(?:an? )?(?:\w+ )?allerg(?:y|ies) to {X}",
        "allergy:{x}",
        0.95,
    ),
    rule(Category.HEALTH, rf"{IS}(?P<x>{AILING}){END}", "health:{x}", 0.92),
    rule(
        Category.HEALTH,
        rf"(?:{HAVE}|gets? |suffers? from |live with |lives with |struggle with "
        rf"|struggles with |{BE}diagnosed with |got diagnosed with )"
        r"(?:(?:an?|bad|severe|terrible|chronic|mild|really|awful|type [12]|the|some"
        rf"|my|stage \w+) )*(?P<x>{ILLNESSES})\b",
        "health:{x}",
        0.93,
    ),
    rule(Category.HEALTH, rf"(?:{BE}|got )diagnosed with {X}", "health:{x}", 0.93),
    rule(
        Category.HEALTH,
        rf"(?:can't|cannot|must not|mustn't|{BE}not allowed to|may not|do not|"
        rf"{BE}not supposed to) (?:\w+ )?(?:eat|drink|have|digest|tolerate|"
        r"touch|do(?= dairy| gluten| sugar| spicy| nuts| lactose| caffeine|"
        r" alcohol| shellfish)|handle(?= dairy| gluten| sugar| spicy|"
        r" lactose| caffeine))"
        r" (?!it|that|this|you|any more|anything|them)(?P<x>[^,;.!]+)",
        "eats:{x}",
        0.88,
        value="no",
    ),
    rule(
        Category.HEALTH,
        r"wears? (?P<x>(?:reading |thick )?glasses|contacts|contact lenses"
        r"|(?:an? )?hearing aids?|(?:a )?(?:knee |back |leg )?brace"
        r"|braces|dentures|an eyepatch|an eye patch|a prosthe\w+|a pacemaker"
        r"|an insulin pump)",
        "wears:{x}",
        0.92,
    ),
    rule(
        Category.HEALTH,
        rf"(?:had|have had|has had|{IS}having|needs?|need|got|{BE}getting"
        r"|survived|underwent|recovering from) (?:\w+ ){0,4}?(?P<x>(?:\w+ )?(?:surger"
        r"(?:y|ies)|operations?|heart attack|stroke|transplant|miscarriages?|bypass"
        r"|seizures?|concussion|c-section|chemo(?:therapy)?|root canal|dialysis"
        r"|hysterectomy|mastectomy|amputation|(?:knee|hip) replacement|cancer))\b",
        "treated:{x}",
        0.9,
    ),
    rule(
        Category.HEALTH,
        r"(?:broke|tore|sprained|fractured|twisted|dislocated|lost|injured|shattered"
        rf"|hurt) (?:my|his|her|their|both) (?:\w+ )?(?P<x>{BODY})\b",
        "injured:{x}",
        0.88,
    ),
    rule(
        Category.HEALTH,
        rf"(?:takes?|{IS}taking|{IS}on|injects?) (?P<x>(?:\w+ )?(?:insulin|"
        r"medication"
        r"|meds|antidepressants|blood thinners|beta blockers|pills|statins|steroids"
        r"|antibiotics|lithium|ssris|warfarin|painkillers|the pill))\b",
        "takes:{x}",
        0.88,
    ),
    rule(
        Category.HEALTH,
        r"(?:quit|stopped|gave up|have quit|have stopped|has quit|has stopped|have"
        r" given up|am off|is off) (?P<x>smoking|drinking|alcohol|cigarettes|sugar"
        r"|caffeine|coffee|booze|weed|vaping|gluten|dairy|meat)\b",
        "habit:{x}",
        0.9,
        value="no",
    ),
    rule(
        Category.HEALTH,
        r"(?:don't|doesn't|do not|never) (?:really |even )?(?P<x>smoke|drink"
        r"|drink alcohol)(?: at all|,|$| any)",
        "habit:{x}",
        0.85,
        value="no",
    ),
    rule(
        Category.HEALTH,
        rf"{IS}(?:\w+ )?(?P<x>\w+) (?:weeks|months) pregnant",
        "health:pregnant",
        0.92,
    ),
    rule(
        Category.HEALTH,
        r"(?:only )?(?:have|has|was born with) (?:only )?(?P<x>(?:one|no|three|"
        r"a glass|a prosthetic|a wooden|a false|an artificial) (?:kidney|lung|eye|"
        r"leg|arm|ear|hand|foot|finger|spleen|gallbladder|hip|knee)s?)\b",
        "body:{x}",
        0.88,
    ),
    # -- fears
    rule(
        Category.HEALTH,
        rf"{IS}(?:\w+ )?(?:scared|afraid|terrified|frightened|petrified|phobic) of "
        r"(?!you\b|him\b|her\b|that\b|this\b|it\b|them\b|what\b|losing you)" + X,
        "fear:{x}",
        0.92,
    ),
    rule(
        Category.PERSONAL,
        rf"fears? (?!that\b|for\b|you\b|not\b|the worst|it\b){X}",
        "fear:{x}",
        0.9,
    ),
    rule(
        Category.HEALTH,
        rf"{HAVE}(?:an? |this |my )?(?:\w+ )?(?:fear|phobia|terror|dread) of {X}",
        "fear:{x}",
        0.92,
    ),
    rule(
        Category.PERSONAL,
        rf"panics? (?:in|on|at|around|whenever|when) {X}",
        "fear:{x}",
        0.8,
    ),
    # -- food and likings
    rule(
        Category.PREFERENCE,
        rf"(?:{IS}|turned |went |became |have gone |have turned |{IS}going )"
        rf"(?:\w+ )?(?:an? )?(?:strict |total )?(?P<x>{DIETS}){END}",
        "diet",
        0.93,
    ),
    rule(
        Category.PREFERENCE,
        r"(?:don't|doesn't|do not|never|won't|stopped) (?:really |even |ever )?(?:eat"
        r"|drink|eating|touch|watch|listen to|read|wear) "
        r"(?!it|that|this|you|me|anything)(?P<x>[^,;.!]+)",
        "eats:{x}",
        0.85,
        value="no",
    ),
    rule(
        Category.PREFERENCE,
        r"(?:only (?:eats?|drinks?|listens? to|watch(?:es)?|reads?|wears?)"
        r"|(?:eats?|drinks?|listens? to|watch(?:es)?|reads?) only) (?P<x>[^,;.!]+)",
        "only:{x}",
        0.85,
    ),
    rule(
        Category.PREFERENCE,
        rf"{IS}(?:not (?:\w+ )?(?:into|a fan of|fond of|keen on)"
        rf"|no fan of|sick of|off|done with) (?!you\b|it\b|that\b|this\b|to\b){X}",
        "taste:{x}",
        0.82,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        rf"{IS}(?:an? )?(?:\w+ ){{0,2}}(?:fan of|into|obsessed with|crazy about"
        r"|mad about|nuts about|fond of|keen on|addicted to|partial to|hooked on"
        r"|sucker for|passionate about|lover of|a snob about|interested in) "
        r"(?!you\b|it\b|that\b|this\b|how"
        rf"\b|what\b){X}",
        "taste:{x}",
        0.88,
        value="likes",
    ),
    rule(
        Category.PREFERENCE,
        rf"{ADV}{HATES} {NOT_THAT}{X}",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        rf"{ADV}{LIKES} {NOT_THAT}(?!her\b|me\b|the \w+ (?:up |down |in |"
        r"out )?here)(?P<x>[^,;.!]+?(?<! here))(?=$|[,;.!])",
        "taste:{x}",
        0.85,
        value="likes",
    ),
    # -- dates
    rule(
        Category.DATE,
        r"was born (?:on|in) (?P<x>(?:the )?(?:\d|january|february|march"
        r"|april|may|june|july|august|september|october|november|december)[^,;.!]*)",
        "born on",
        0.93,
    ),
    # -- places
    rule(
        Category.PLACE,
        r"used to live (?:in|on|at|near|by|with) (?P<x>[^,;.!]+)",
        "lives",
        0.9,
        ended=True,
    ),
    rule(
        Category.PLACE,
        rf"{ADV}(?:lives?|{BE}living|have lived|has lived|resides?) {ADV}"
        r"(?:back )?(?:with [^,;.]+? )?"
        r"(?:in|on|at|near|by|above|under|outside|beneath) (?!the moment|"
        rf"peace|fear|hope|your|my (?:head|own world)){X}",
        "lives",
        0.92,
    ),
    rule(
        Category.PLACE,
        rf"(?:lives?|{IS}living|{IS}staying|shares? (?:an?|the|my) (?:flat|"
        r"apartment|house|room|place)) (?:alone|with) ?(?!you\b)(?P<x>[^,;.!]*)",
        "lives with",
        0.85,
    ),
    rule(
        Category.PLACE,
        rf"{ADV}lived {ADV}(?:with [^,;.]+? )?(?:in|on|at|near) {X}",
        "lived:{x}",
        0.85,
    ),
    rule(
        Category.PLACE,
        r"(?:have |has |just |finally |recently )*(?:moved|relocated|emigrated)"
        r"(?: back| over| out| up| down| away)?"
        r"(?: from [^,;.!]+?)? (?:to|into|in with) (?!the (?:couch|sofa|bed|"
        rf"back)){X}",
        "lives",
        0.92,
    ),
    rule(
        Category.PLACE,
        r"(?:was|were|am) born (?:and (?:raised|bred) )?(?:in|on|at|near|under|"
        rf"aboard|to) {X}",
        "born in",
        0.92,
    ),
    rule(
        Category.PLACE,
        rf"(?:grew up|{BE}raised|was brought up|spent (?:my|his|"
        rf"her) childhood) {ADV}(?:in|on|at|near|by"
        rf"|outside|among|between|with) {X}",
        "grew up",
        0.92,
    ),
    rule(
        Category.PLACE,
        rf"(?:{IS}(?:from|based in|based out of|back in|staying in|"
        r"stationed in|settled in)"
        r"|comes? from|hails? from|settled in) (?!work\b|here\b|the (?:shop|"
        r"store|gym|future|past)"
        rf"|school\b|you\b|a long\b|me\b|home\b){X}",
        "from",
        0.85,
    ),
    # -- plans that look like something else
    rule(
        Category.PLAN,
        rf"{IS}(?:moving|relocating|emigrating|going back)"
        rf"(?: \w+)? (?:to|out|in with|in|into) {X}",
        "plan:move",
        0.9,
        cut=False,
    ),
)
