"""Tell of what most people have to tell: schools, diets, children, routines.

Owns: these English patterns, their slots and confidence.
Knows nothing of: who is told of.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule
from .parts import BODY, IS, NUMBER, WHEN, X
from .words import KIN, PETS

_NOTHING: Final = (
    r"(?!(?:it|that|this|much|enough|anything|all|any|well|there|here|with|like|out"
    r"|alone|you|your|them|lunch|dinner|today|yet|now)\b)"
)

COMMON_RULES: Final = (
    # -- family
    rule(
        Category.FAMILY,
        r"(?:am|is|are) (?:having|expecting) (?P<x>twins|triplets|another|(?:an?|our|my"
        rf"|{NUMBER}) (?:\w+ )?(?:baby|babies|child|girl|boy|kid|kids|daughter|son)\b)"
        r"[^,;.!]*",
        "expects",
        0.88,
    ),
    rule(
        Category.FAMILY,
        rf"{IS}(?P<x>(?:\w+ )?(?:weeks|months) (?:pregnant|along|in)|(?:an? )?expecting"
        r"(?: mother| father| parents?)?(?=$|,)|due in \w+)\b",
        "expects",
        0.88,
    ),
    rule(
        Category.FAMILY,
        r"(?:became|am going to be|am about to be|will be|just became|am now"
        r"|am finally)"
        r" (?P<x>an? (?:new )?(?:dad|mom|mum|father|mother|uncle|aunt|auntie|grandma"
        r"|grandpa|grandfather|grandmother|godfather|godmother|big (?:sister|brother)))"
        r"\b(?! (?:to you|figure))",
        "kin role",
        0.86,
    ),
    rule(
        Category.PLAN,
        rf"{IS}expecting (?!(?:an?|too|you|it|that|so|this|to)\b)(?P<x>[^,;.!]+? (?:for"
        r"|on|at|over|next|this|in) [^,;.!]+)",
        "plan:{x}",
        0.78,
    ),
    rule(
        Category.FAMILY,
        rf"(?:have|has|got) (?:only |just )?(?P<x>one (?:[\w-]+ ){{0,2}}?{KIN})\b",
        "has:{x}",
        0.86,
    ),
    rule(
        Category.FAMILY,
        rf"(?:have|has|got) no (?P<x>(?:[\w-]+ ){{0,2}}?{KIN})\b",
        "has:{x}",
        0.86,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        r"(?P<x>never (?:got |been |was )?(?:married|engaged)|never (?:had|wanted) "
        r"(?:kids|children|a family)|never knew my \w+)\b",
        "never:{x}",
        0.82,
        value="no",
    ),
    rule(
        Category.RELATIONSHIP,
        r"(?:haven't|have not|hasn't|has not|don't|do not|doesn't|no longer|stopped) "
        r"(?:really )?(?P<x>spoken|talked|speak|talk|speaking|talking|get along|get on)"
        r"(?= (?:since|for (?:\w+ )?(?:years|months)|in (?:\w+ )?(?:years|months)"
        r"|to (?:my|her"
        r"|his|each|anyone)|with (?:my|her|his)|any ?more))[^,;.!]*",
        "contact",
        0.8,
        value="no",
    ),
    rule(
        Category.PET,
        rf"(?:had to )?put (?P<x>(?-i:[A-Z])\w+|(?:my|our|the) {PETS}) "
        r"(?:down|to sleep)\b",
        "put down:{x}",
        0.84,
    ),
    # -- school and work
    rule(
        Category.WORK,
        r"(?:am|was|is) (?:an? |the )?(?P<x>(?:lighthouse|inn|grave|shop|game|zoo|bee"
        r"|gate|goal|house|record|green)[ -]?keeper|(?:night|security|border|prison"
        r"|museum) guard)\b",
        "work",
        0.86,
    ),
    rule(
        Category.WORK,
        r"(?:runs?|manages?|owns?) (?P<x>(?:the|an?|my own|our own|his own|her own"
        r"|our) "
        r"(?!(?:risk|bath|fever|mile|race|errand|tight|temperature|few|little|lot|show"
        r"|red light|whole)\b)[^,;.!]+)",
        "runs:{x}",
        0.76,
    ),
    rule(
        Category.WORK,
        r"(?:(?:have |has )?(?:studied|majored in|minored in|trained (?:as|in|under"
        r"|with)"
        r"|graduated (?:in|with|from)|interned (?:at|with)|apprenticed (?:as|with|to"
        r"|under)|did (?:my|his|her) (?:degree|master'?s?|bachelor'?s?|phd"
        r"|apprenticeship|residency) (?:in|at|with)))"
        r" (?!(?:it|that|this|hard|all|for (?:the|my|an?)|you|your|the (?:map|room"
        r"|face|menu))\b)" + X,
        "studied:{x}",
        0.84,
    ),
    rule(
        Category.WORK,
        r"(?:taught|lectured (?:in|on|at)|practi[sc]ed (?:law|medicine)|worked (?:as"
        r"|at|in"
        r"|for|with)|served (?:as|in|on|under)|drove|sailed|managed|ran|owned|edited) "
        r"(?!(?:it|that|this|me|you|my|your|him|her|them|us|myself|home|off|away"
        r"|out)\b)"
        r"(?P<x>[^,;.!]*?) ?(?:for (?:\w+ ){0,2}?(?:years|decades|months|seasons"
        r"|winters)|(?:back )?in (?:the|my) \w+ies|in \d{4})\b",
        "worked:{x}",
        0.84,
    ),
    rule(
        Category.WORK,
        r"(?:go|goes|went|got back) to (?P<x>(?:an? |the )?(?:[\w'-]+ ){1,4}(?:school"
        r"|college|university|academy|kindergarten|seminary)\b(?: in [\w ]+)?)",
        "school",
        0.82,
    ),
    rule(
        Category.WORK,
        r"(?:(?:was|got|have been|has been|am being|is being) (?:just |recently "
        r"|finally )*(?P<x>laid off|fired|made redundant|let go|promoted|hired"
        r"|transferred|demoted|furloughed|suspended))\b(?! (?:up|at|with))[^;.!]*",
        "work status",
        0.85,
        cut=False,
    ),
    rule(
        Category.WORK,
        r"(?:just |have |has |finally |recently )*(?:quit|left|resigned from|lost"
        r"|gave up"
        r"|gave in (?:my|his|her) notice at) (?P<x>(?:my|his|her|the|a) (?:[\w-]+ "
        r"){0,2}(?:job|position|firm|company|army|navy|force|church|convent|band|team"
        r"|club))\b",
        "work status",
        0.82,
    ),
    # -- what one eats, takes, cannot do
    rule(
        Category.PREFERENCE,
        r"(?:(?:don't|doesn't|do not|does not|can't|cannot|never|won't) (?:really "
        r"|ever "
        r"|even )?(?:eat|drink|touch|watch|read|wear|use|do|listen to|play) )"
        + _NOTHING
        + r"(?P<x>[^,;.!]+)",
        "does:{x}",
        0.8,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        r"(?:don't|doesn't|do not|does not|cannot|can't|never) (?P<x>eat|drink|smoke"
        r"|dream"
        r"|bleed|age|tire|feel pain|feel the cold|cast a shadow|forget a face)"
        r"(?=$|[,;.!]| (?:anymore|at all|alcohol|either))",
        "does:{x}",
        0.8,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        r"(?:can't|cannot|never learn(?:ed|t)(?: how)? to|don't know how to"
        r"|doesn't know"
        r" how to|am learning(?: how)? to|is learning(?: how)? to"
        r"|am teaching myself to)"
        r" (?P<x>(?:ride|drive|swim|skate|ski|whistle|knit|sew|cook|dance|sing|read"
        r"|write"
        r"|fly|surf|juggle|draw|paint|code|type|spell|fish|hunt|row|sail|weld|speak)\b"
        r"[^,;.!]*)",
        "can:{x}",
        0.82,
    ),
    rule(
        Category.HEALTH,
        r"(?:gave up|stopped|quit|have given up|has given up|cut out|swore off|am off"
        r"|is"
        r" off|have been off) (?P<x>(?:smoking|drinking|alcohol|sugar|coffee|caffeine"
        r"|meat|dairy|gluten|bread|weed|gambling|cigarettes|carbs|booze|nicotine|soda)"
        r"\b)[^,;.!]*",
        "habit:{x}",
        0.86,
        value="no",
    ),
    rule(
        Category.HEALTH,
        r"(?:takes?|am taking|is taking|am on|is on|need|needs) (?P<x>(?:my |his |her "
        r"|daily |two )?(?:meds|medication|medicine|pills|tablets|insulin"
        r"|antidepressants"
        r"|painkillers|beta blockers|statins|injections|iron|vitamins|steroids)\b)"
        r"[^;.!]*",
        "takes:{x}",
        0.8,
        cut=False,
    ),
    rule(
        Category.HEALTH,
        r"(?:got|was|have been|has been|were) (?:just |finally |recently )?diagnosed "
        r"(?:with |as )(?P<x>[^,;.!]+)",
        "health:{x}",
        0.9,
    ),
    rule(
        Category.HEALTH,
        r"(?:suffers?|am suffering|is suffering|recovering|am recovering|is recovering)"
        r" from (?!boredom|you|that|this|it\b|last night)" + X,
        "health:{x}",
        0.84,
    ),
    rule(
        Category.HEALTH,
        r"(?:am|is|are|started|have been|has been) (?:seeing|in|going to|doing) (?:an? "
        r"|my |physical |couples )?(?P<x>therap(?:ist|y)|psychiatrist|psychologist"
        r"|counsell?or|counsell?ing|shrink|rehab|physio\w*|AA|dialysis|chemo)\b[^;.!]*",
        "treated:{x}",
        0.82,
        cut=False,
    ),
    rule(
        Category.HEALTH,
        rf"lost (?:my|his|her|both|an?|the use of my) (?P<x>(?:left |right )?(?:{BODY}"
        r"|sight|hearing|voice|memory|sense of \w+|tongue))\b(?! (?:for the day"
        r"|today))",
        "lost:{x}",
        0.84,
    ),
    rule(
        Category.PERSONAL,
        r"(?P<x>bites? (?:my|his|her) (?:nails|lips)|grinds? (?:my|his|her) teeth"
        r"|cracks?"
        r" (?:my|his|her) knuckles|talks? in (?:my|his|her) sleep|sucks? (?:my|his|her)"
        r" thumb|twirls? (?:my|his|her) hair)\b[^,;.!]*",
        "habit:{x}",
        0.8,
    ),
    # -- what one does
    rule(
        Category.PERSONAL,
        r"(?:go|goes) to (?P<x>(?:church|mass|mosque|temple|synagogue|therapy|the gym"
        r"|night school|AA|confession|the opera|auctions|raves)\b)[^,;.!]*",
        "habit:{x}",
        0.78,
    ),
    rule(
        Category.PERSONAL,
        r"(?:have|has) (?P<x>(?:worn|carried|owned|held|hated|feared|dreamed of|had"
        r"|used"
        r"|driven|taught|raised|ridden|wanted"
        r"|loved) [^;.!]*?(?:for (?:\w+ ){0,3}?(?:years"
        r"|months|decades|centuries|winters)|since [^,;.!]+|all my life))",
        "does:{x}",
        0.78,
        cut=False,
    ),
    rule(
        Category.PERSONAL,
        r"(?:have|has)? ?never (?P<x>(?:left|crossed|been outside) (?:this|these|the"
        r"|my) (?!house today|bed)[\w' -]+)",
        "never:{x}",
        0.78,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        r"(?P<x>(?:run|jog|swim|meditate|write|paint|read|work|study|train|pray"
        r"|volunteer"
        r"|teach|bake|practi[sc]e|fish|garden)s?) (?:in the )?(?:mornings|evenings"
        r"|nights"
        r"|weekends|afternoons|most days|before work|after work|at dawn|at night)\b",
        "habit:{x}",
        0.78,
    ),
    rule(
        Category.PERSONAL,
        r"(?:am|is|are|have been|has been) (?:really |totally |so |getting "
        r"|seriously )*"
        r"(?:into|obsessed with|hooked on|addicted to|crazy about|mad about|passionate"
        r" about) (?!you|it\b|that\b|this\b|him|her|them)" + X,
        "taste:{x}",
        0.82,
        value="likes",
    ),
    rule(
        Category.PREFERENCE,
        r"(?:(?:have|has) )?(?:a (?:soft spot|weakness|thing|passion) for|"
        r"(?:can|could) never say no to|always (?:order|choose|pick)s?) (?!you|it\b)"
        + X,
        "taste:{x}",
        0.78,
        value="likes",
    ),
    rule(
        Category.PERSONAL,
        r"(?:have|has) (?P<x>never (?:been (?:to|on|in)|seen|had|done|met|flown|owned"
        r"|ridden|tasted|broken|missed|been kissed|been in love|slept)"
        r" (?!(?:it|that|this|you|anything|so|such|better|any\w+|him|her|them|me)\b)"
        r"[^,;.!]+)",
        "never:{x}",
        0.76,
        value="no",
    ),
    rule(
        Category.PERSONAL,
        r"(?:wakes? up|gets? up|am up|is up|goes? to bed|sleeps?) (?P<x>(?:at|by"
        r"|before|until"
        r"|till|past) (?:\d\w*|noon|midnight|dawn|four|five|six|seven|eight|nine|ten)\b"
        r"[^,;.!]*?(?:every|always|usually|most|each)[^,;.!]*)",
        "habit:sleep",
        0.78,
    ),
    rule(
        Category.PREFERENCE,
        r"(?:drinks?|eats?|wears?|reads?|watch(?:es)?|listens? to) nothing but "
        r"(?P<x>[^,;.!]+)",
        "only:{x}",
        0.82,
    ),
    rule(
        Category.WORK,
        r"(?:do|does) (?P<x>(?:the|their) (?:books|accounts|payroll|flowers|lights"
        r"|sound"
        r"|make-?up|catering|accounting) (?:for|at|in) [^,;.!]+)",
        "work",
        0.82,
    ),
    rule(
        Category.WORK,
        rf"{IS}(?P<x>on tour(?: with [^,;.!]+)?|between jobs|on parole|on probation|the"
        r" only \w+ (?:on|in|at) (?:my|the|our) [^,;.!]+)",
        "is:{x}",
        0.8,
    ),
    # -- where and with whom
    rule(
        Category.PLACE,
        rf"{IS}(?:back|home) in (?P<x>(?-i:[A-Z])[\w-]+(?: (?-i:[A-Z])[\w-]+)?)(?: "
        rf"for good"
        r"| again| now)*$",
        "lives",
        0.8,
    ),
    rule(
        Category.PLACE,
        r"(?:am|is|are|live|lives) on the (?P<x>\w+ floor)\b",
        "lives on floor",
        0.8,
    ),
    rule(
        Category.PLACE,
        r"(?:have |has |just |finally |recently )*(?:moved|relocated|emigrated|come"
        r"|came"
        r"|fled) (?:here |over |away |back )*(?:from|to|into|in with|out of) "
        r"(?!(?:you|your|it|that|this|the (?:door|window|bed|couch|point|kitchen|"
        r"side|edge|front|end|next)|bed|work|me|him|a conclusion|my senses|see|say"
        r"|think"
        r"|terms|life)\b)(?P<x>[^,;.!]+)",
        "moved:{x}",
        0.8,
    ),
    rule(
        Category.RELATIONSHIP,
        r"(?:shares?|am sharing|is sharing|lives?|am living|is living|moved in) (?:an? "
        r"(?:[\w-]+ )?(?:flat|apartment|house|room|place|dorm|cell) )?with (?!(?:you|it"
        r"|that|this|the fact)\b)" + X,
        "lives with",
        0.82,
    ),
    rule(
        Category.RELATIONSHIP,
        r"(?:am|is|have been|has been|started|just started) (?:seeing|dating) "
        r"(?!(?:things|stars|double|it|red|you|a (?:doctor|therapist|shrink|specialist"
        r"|psychiatrist|psychologist|pattern))\b)" + X,
        "partner",
        0.82,
    ),
    # -- possessions
    rule(
        Category.POSSESSION,
        r"(?:just |finally |recently |have |has )*(?:got|bought|got myself|inherited"
        r"|found"
        r"|won|adopted|built|restored|rescued) (?P<x>(?:my (?:own|first)|an? (?:used"
        r"|old"
        r"|new|second-hand|rusty|tiny|vintage|classic|beat-up)) [^,;.!]+)",
        "owns:{x}",
        0.78,
    ),
    rule(
        Category.POSSESSION,
        r"(?:my|his|her) (?P<x>[\w-]+) (?:was|got) (?:stolen|totalled|towed|wrecked)\b",
        "owns:{x}",
        0.76,
        ended=True,
    ),
    rule(
        Category.POSSESSION,
        r"(?:gave|lent|left|donated) my (?P<x>(?!all|best|number|notice|word|heart)"
        r"[\w -]+?) to (?:my|the|a) [^,;.!]+",
        "owns:{x}",
        0.8,
        ended=True,
    ),
    rule(
        Category.POSSESSION,
        r"(?:have|has|have got|own|owns) (?:more than|over|about|around|nearly|almost"
        r"|at"
        rf" least|like) (?P<x>(?:\d[\d.,]*|{NUMBER}|a (?:hundred|thousand|dozen)) "
        r"(?!(?:years|times|hours|days|minutes|people|percent|things|more)\b)[^,;.!]+)",
        "owns:{x}",
        0.78,
    ),
    # -- plans
    rule(
        Category.PLAN,
        r"(?:am|is|are|have been|has been) (?:saving(?: up)?|training|practi[sc]ing"
        r"|studying|preparing|cramming|auditioning|applying|interviewing|campaigning) "
        r"(?:for|to) (?!(?:it|that|this|you|be)\b)" + X,
        "plan:{x}",
        0.8,
    ),
    rule(
        Category.PLAN,
        rf"(?:have|has|got) (?P<x>[^,;.!]{{3,40}}? (?:coming up|scheduled|booked|due)"
        rf"(?: {WHEN})?)",
        "plan:{x}",
        0.8,
    ),
)
