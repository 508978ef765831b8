"""Tell who somebody is: English patterns.

Owns: these patterns, their slots and confidence.
Knows nothing of: who is told of.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule
from .parts import ADV, AGE, BE, END, IS, NUMBER, X
from .words import IDENTITIES, TRAITS

SELF_RULES: Final = (
    # -- who one is
    rule(
        Category.PERSONAL,
        rf"(?:{IS}|turned |{IS}turning |just turned |have turned )(?:now |only |"
        rf"already |almost |nearly )?{AGE}"
        r"(?: years? old| years| now| today| in \w+| on \w+| last \w+|"
        r" next \w+| this \w+)*(?=$|[,;.!]| and\b| but\b| so\b)",
        "age",
        0.9,
    ),
    rule(
        Category.PERSONAL,
        rf"{IS}(?:an? )?(?P<x>(?:\d+(?:'\d+|(?:\.\d+)? ?(?:feet|foot|ft|cm|m|"
        r"meters|metres)\b)|(?:four|five|six|seven) (?:foot|feet)\b)[^,;.!]*)",
        "height",
        0.9,
    ),
    rule(
        Category.PERSONAL,
        rf"{IS}(?:half |part |openly |naturally )?(?P<x>{TRAITS}){END}",
        "is:{x}",
        0.88,
    ),
    rule(
        Category.PERSONAL,
        rf"{IS}(?:more of )?(?:an? |the )(?:[\w'-]+ ){{0,2}}?(?P<x>{IDENTITIES})\b"
        r"(?! (?:about|to|of you))",
        "is:{x}",
        0.82,
    ),
    rule(
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
    rule(
        Category.PERSONAL,
        rf"{ADV}(?:speaks?|{IS}fluent in|{IS}learning(?: to)?|have been learning"
        rf"(?: to)?|has been learning(?: to)?|{IS}teaching myself|learned"
        rf"(?: to)?) (?!(?:about|that|from|it|how|a lot|so|to you|up|for|of)\b){X}",
        "knows:{x}",
        0.85,
        cut=False,
    ),
    rule(
        Category.PERSONAL,
        rf"{ADV}(?:plays?|{BE}playing|have played|has played|have been playing|"
        r"used to play) (?!it\b|that\b|with\b|along\b|a role|the role|this\b|you\b"
        rf"|nice|dead|dumb|hard|fair|an? (?:big|huge|important)){X}",
        "plays:{x}",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        r"(?:can't|never learned to|never learnt to|cannot|don't know how to|"
        r"doesn't know how to) (?P<x>swim|read|drive|cook|sing|dance|whistle|"
        r"ride|write|cross|leave"
        r"|die|sleep without|snap|ride a bike|see (?:red|colou?r\w*)|smell|"
        r"taste|fly|age|lie|do math|hear)\b(?P<rest>[^,;.!]*)",
        "can:{x}",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        r"can (?:\w+ly |also |actually )?(?P<x>whistle|juggle|sing|swim|drive"
        r"|cook|bake|knit|sew|play|speak|ride|fly|dance|draw|paint|read|write"
        r"|ski|surf|skate|weld|code|program|understand|pick|shapeshift|heal"
        r"|talk to|see ghosts|hold my breath|recite|yodel|wiggle)\b(?! (?:you"
        r"|it|that|this))(?P<rest>[^,;.!]*)",
        "can:{x}",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        r"(?:believes?|don't believe|doesn't believe) in (?!you\b|yourself|us\b|"
        r"that\b|it\b|him\b|her\b|me\b)(?P<x>[^,;.!]+)",
        "believes:{x}",
        0.8,
    ),
    rule(
        Category.PERSONAL,
        rf"(?:collects?|{IS}collecting|grows?|{IS}growing|breeds?|brews?|"
        rf"{IS}building|{IS}restoring|knits?|bakes?|paints?|draws?|sews?|"
        rf"crochets?|writes?|{IS}writing|sculpts?|carves?|composes?) (?!(?:it|that"
        rf"|this|you|up|on|for|back|closer|near|my sword|down|off|them|away)\b){X}",
        "does:{x}",
        0.8,
    ),
    rule(
        Category.PERSONAL,
        rf"(?:volunteers?|{IS}volunteering|have been volunteering|"
        rf"have volunteered) (?:at|for|in|with|on) {X}",
        "volunteers:{x}",
        0.88,
    ),
    rule(
        Category.PERSONAL,
        r"(?P<x>snores?|sleepwalks?|stutters?|meditates?|prays?)\b(?! (?:you|"
        r"that))(?P<rest>[^,;.!]*)",
        "does:{x}",
        0.82,
    ),
    rule(
        Category.PERSONAL,
        r"have been (?P<x>\w+ing [^,;.!]*?(?:since|for) (?:\w+ )*?(?:years?|"
        r"months?|weeks|decades?|\d{4}|\w+))",
        "does:{x}",
        0.8,
    ),
    rule(
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
    rule(
        Category.PERSONAL,
        r"(?:run|runs|do|does|lift|lifts|practi[sc]es?|surfs?|skis?|fish|hunts?|"
        r"races?) (?P<x>marathons|half marathons|triathlons|yoga|pilates|karate|"
        r"judo|taekwondo|weights|ballet|ultras|archery|magic|rallies|boxing|"
        r"kickboxing|crossfit|stand-up|improv)\b",
        "does:{x}",
        0.82,
    ),
    rule(
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
    rule(
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
    rule(
        Category.WORK,
        rf"{IS}(?P<x>on (?:\w+ )?(?:leave|disability|sabbatical|strike)|in (?:my|"
        r"his|her|the) \w+ year(?: of| at)?[^,;.!]*|a stay-at-home \w+|in (?:med|"
        r"law|art|grad|high|middle|nursing|primary|elementary|boarding) school|in "
        r"(?:college|uni|the army|the navy|the military|kindergarten|sixth form|"
        r"\w+ grade))",
        "studies",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        r"(?:have |has |just |finally )*got (?:accepted |admitted )?(?:in|into|to) "
        r"(?P<x>(?-i:[A-Z])\w+|\w+ school|college|uni\w*|art school|the \w+ "
        r"(?:program|team|academy))",
        "studied:{x}",
        0.84,
    ),
    rule(
        Category.PERSONAL,
        r"(?:makes?|builds?|repairs?|fix(?:es)?|restores?|raises?|sleeps? (?:with|"
        r"in|on)|cleans?|sings?|dances?|coach(?:es)?|leads?|rents?|looks? after|"
        r"takes? care of|cares? for|commutes?|babysits?|tutors?|mends?|forges?|"
        r"carves?|hunts?|farms?|tends?|guards?|ferments?|brews?|trains?|fosters?|"
        r"hosts?|DJs?|serves?|edits?|translates?|designs?|illustrates?|films?|"
        r"podcasts?|streams?) (?!(?:it|that|this|you|me|up|him|her|them|sense|sure|"
        r"fun|love|noise|a (?:great team|good team|great pair|face|joke|mistake|wish"
        r"|deal|note|promise|move|sound|"
        r"point|living out)|the (?:fire|door|bed|way|mistake|first|call)|your|well|"
        r"badly|better|like|alone|tight|now|soon|beside|next)\b)(?P<x>[^,;.!]+)",
        "does:{x}",
        0.74,
    ),
    rule(
        Category.PROMISE,
        r"(?:still )?owes? (?!it\b|my (?:life|success)|that\b|everything\b)"
        r"(?P<x>[^,;.!]+)",
        "owes:{x}",
        0.76,
    ),
    rule(
        Category.PERSONAL,
        rf"{BE}(?P<x>(?:terrible|bad|good|great|awful|hopeless|useless|decent|"
        r"brilliant|rubbish) (?:with|at) (?!you|this|that|it|being|"
        r"hiding)[^,;.!]+)",
        "is:{x}",
        0.77,
    ),
    rule(
        Category.PERSONAL,
        rf"{BE}(?:only )?(?P<x>(?:apprenticed|bound|sworn|related|descended|"
        r"betrothed|indebted|loyal|heir|tied|cursed|promised) (?:to|from|by) "
        r"(?!you|this|that|it\b)[^,;.!]+)",
        "is:{x}",
        0.8,
    ),
    rule(Category.FAMILY, r"grew up (?P<x>without [^,;.!]+)", "grew up without", 0.85),
    rule(
        Category.PLAN,
        r"(?:am|is|are) leaving (?P<x>(?-i:[A-Z])\w+ (?:for good|forever))",
        "plan:move",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        r"(?:was|were) (?:born|raised) (?!in\b|on\b|at\b|ready|for this|to\b|"
        r"yesterday|under\b|by accident)(?P<x>(?:an? )?[^,;.!]+)",
        "born:{x}",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        r"was (?P<x>(?:made|built|created|cursed|exiled|knighted|banished|enslaved|"
        r"crowned|bitten|branded|orphaned|disowned|kidnapped|conscripted|drafted|"
        r"homeschooled|bullied|adopted)\b[^;.!]*)",
        "was:{x}",
        0.78,
        cut=False,
    ),
    rule(
        Category.WORK,
        r"(?:am|is|was) (?P<x>(?:the |an? )?[\w-]+'s (?!(?:own|best|worst|turn|"
        r"fault)\b)(?:[\w-]+ ?){1,3})$",
        "is:{x}",
        0.8,
    ),
    rule(
        Category.RELATIONSHIP,
        r"(?:am|is|are) to be (?P<x>married|wed)\b[^;.!]*",
        "marriage",
        0.86,
        cut=False,
    ),
    rule(
        Category.PLAN,
        rf"{IS}trying to (?P<x>get pregnant|adopt|quit|lose weight|learn|have "
        r"(?:a )?(?:baby|kids|children)|save|find a job|get into|get back into|"
        r"conceive|stop smoking)\b[^;.!]*",
        "plan:{x}",
        0.78,
        cut=False,
    ),
    rule(
        Category.HEALTH,
        rf"{IS}on (?P<x>(?:a|the) (?:\w+ )?diet|keto|crutches|dialysis|chemo|"
        r"blood thinners|oxygen)\b",
        "health:{x}",
        0.82,
    ),
    rule(
        Category.PLACE,
        rf"{IS}in (?P<x>(?-i:[A-Z])\w+)(?: (?:for|until|till|this|with|on|"
        r"all)\b[^,;.!]*)?$",
        "is in",
        0.76,
    ),
    rule(
        Category.PREFERENCE,
        r"(?:have |has |just )?switched (?:over )?to (?P<x>[^,;.!]+)",
        "taste:{x}",
        0.78,
        value="likes",
    ),
    rule(
        Category.PERSONAL,
        r"(?:have|has) (?P<x>perfect pitch|synesthesia|synaesthesia|(?:a |an )?"
        r"(?:photographic memory|green thumb|sweet tooth|high pain tolerance|"
        r"soft spot for [^,;.!]+|weak spot for [^,;.!]+|weakness for [^,;.!]+|"
        r"thing for [^,;.!]+)|(?:recurring )?nightmares(?: about [^,;.!]+)?|"
        r"custody [^,;.!]+|no sense of \w+)",
        "has:{x}",
        0.82,
    ),
    rule(
        Category.PERSONAL,
        r"(?:keeps?) (?P<x>(?:bees|chickens|goats|pigeons|rabbits|snakes|hens|"
        r"horses|sheep|a (?:\w+ )?(?:journal|diary|garden|notebook|list|log|shop|"
        r"stall|inn|tavern)|the (?:\w+ )?(?:gate|lighthouse|archive|books|records|"
        r"fire|bees|graves|peace))\b[^,;.!]*)",
        "does:{x}",
        0.82,
    ),
    rule(
        Category.PERSONAL,
        r"(?:(?:don't|do not|doesn't|does not|never) (?P<x>sleep|drive|cook|dance|"
        r"age|dream|sing|swim|gamble|bleed|cry|date|exercise|celebrate [\w ]+|"
        r"take sugar|need sleep|wear \w+|own \w+))(?=$|[,;.!]| (?:at all|much|and|"
        r"because))",
        "does:{x}",
        0.76,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        r"(?:uses?|delivers?|cycles?|commutes?|hikes?|reads?(?= everything| a lot|"
        r" mostly| only| every)|sings?(?= in)|talks? in|walks? in|knows? how to|"
        r"supports?|follows?(?= (?-i:[A-Z]))|belongs? to|relies on|rely on|"
        r"depends? on|subscribes? to|lives?(?= for (?!this|it|that)| off)|swears? by|"
        r"stream|streams|"
        r"perform|performs|fish|fishes|juggle|juggles|grows?|fosters?|moonlight|"
        r"moonlights|deals? in|dabbles? in|specializes? in|speciali[sz]es? in|"
        r"majors? in) (?!(?:it|that|this|you|your|me|up|him|her|them|what|"
        r"nothing)\b)(?P<x>[^,;.!]+)",
        "does:{x}",
        0.75,
    ),
    rule(
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
    rule(
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
    rule(
        Category.WORK,
        r"sells? (?!(?:it|that|this|you|me|my soul)\b)(?P<x>[^,;.!]+)",
        "work",
        0.74,
    ),
    rule(
        Category.PERSONAL,
        rf"{IS}(?P<x>(?:an?|the) (?!(?:one|bit|fan|mess|part|lot|way|kind|sort|"
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
)
