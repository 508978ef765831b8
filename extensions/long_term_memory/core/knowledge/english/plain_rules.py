"""Tell of what people say in plain words: English patterns that are tried last.

Owns: these patterns, their slots and confidence.
Knows nothing of: who is told of.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule
from .parts import AGE, BE, IS, NUMBER, WHEN, X
from .words import KIN

PLAIN_RULES: Final = (
    rule(
        Category.PREFERENCE,
        r"(?:only ever |only )?(?:drink|take|eat|have|like) (?P<x>my (?:coffee|tea"
        r"|eggs?|steak|toast|whisky|whiskey|gin|pizza|porridge) (?!and\b|at\b|in (?:bed"
        r"|the)\b)[^,;.!]+)",
        "takes:{x}",
        0.8,
    ),
    rule(
        Category.PREFERENCE,
        r"only ever (?:wear|drink|eat|buy|read|watch|play|use|order|listen to)"
        r" (?P<x>[^,;.!]+)",
        "only:{x}",
        0.8,
    ),
    rule(
        Category.EVENT,
        r"had to (?:sell|give away|give up|put down|close down) (?P<x>(?:my|our|the|his"
        r"|her)\b[^,;.!]+)",
        "lost:{x}",
        0.76,
    ),
    rule(
        Category.PERSONAL,
        r"was (?!(?:interested|worried|scared|tired|surprised|supposed|bored|pleased"
        r"|excited|annoyed|confused|amazed|stuck|called|asked|told|used|allowed)\b)"
        r"(?P<x>(?:[a-z]+ed|slain|hanged|shot|burnt|sold|bitten|left|taught|given|sent"
        r"|made|caught|struck|betrayed) (?:in|by|at|on|from|for|to|as|with)\b[^;.!]*)",
        "was:{x}",
        0.76,
        cut=False,
    ),
    rule(
        Category.ROLE,
        r"(?:am|was) (?P<x>(?:this|the|our|your) [\w-]+'s (?!(?:own|best|worst|"
        r"turn|fault)"
        r"\b)[^,;.!]+)",
        "is:{x}",
        0.78,
    ),
    rule(
        Category.PERSONAL,
        r"(?:swore|pledged|took|gave) (?P<x>(?:an? |my )?(?:oath|fealty|vows?|word)"
        r" [^;.!]*)",
        "oath",
        0.8,
        cut=False,
    ),
    rule(
        Category.RELATIONSHIP,
        r"was (?:once )?(?P<x>married|engaged|widowed|divorced)\b[^;.!]*",
        "was married",
        0.84,
        cut=False,
    ),
    rule(
        Category.PLACE,
        rf"{IS}staying (?:in|at|on|with) (?!you\b|here\b|home\b|in bed){X}",
        "stays",
        0.78,
    ),
    rule(
        Category.PERSONAL,
        r"(?:(?:have|has) )?never (?P<x>(?:eaten|touched|tried|drunk|smoked|learned"
        r"|learnt|owned|worn|left|flown|driven|kissed|finished|read|held|ridden) "
        r"(?!(?:it|that|this|you|your|me|so|him|her|them)\b)[^,;.!]+)",
        "never:{x}",
        0.76,
        value="no",
    ),
    rule(
        Category.HEALTH,
        r"(?:haven't|hasn't|have not) (?P<x>(?:smoked|drunk|had a (?:drink|"
        r"cigarette|smoke)"
        r"|touched [\w ]+?|eaten [\w ]+?|used|gambled)) (?:since|in|for) [^,;.!]+",
        "habit:{x}",
        0.84,
        value="no",
    ),
    rule(
        Category.HEALTH,
        r"(?:faints?|pass(?:es)? out|throws? up|gets? (?:sick|dizzy)|panics?|freezes?"
        r"|breaks? out in hives) (?:at|when|if|around|on|in|from) (?!you\b|here|this)"
        + X,
        "fear:{x}",
        0.8,
    ),
    rule(
        Category.HEALTH,
        r"(?:gets? |always get )(?P<x>(?:car|sea|motion|air|home) ?sick|hives|"
        r"cold sores"
        r"|nosebleeds|heartburn|sunburned easily)\b",
        "health:{x}",
        0.85,
    ),
    rule(
        Category.HEALTH,
        r"can't (?P<x>have (?:any more |more )?(?:kids|children)|walk (?:far|without)"
        r"[^,;.!]*|see (?:well|far|without)[^,;.!]*|hear (?:well|on)[^,;.!]*"
        r"|bend [^,;.!]*|sleep (?:without|on)[^,;.!]*|go (?:out|without)[^,;.!]*)",
        "health:{x}",
        0.84,
    ),
    rule(
        Category.HEALTH,
        r"(?:had|have had|has had|got) (?:my|his|her|their|both) (?P<x>[\w ]{3,20}?) "
        r"(?:out|removed|taken out|amputated|replaced|operated on)\b",
        "treated:{x}",
        0.86,
    ),
    rule(
        Category.HEALTH,
        r"(?:needs?|uses?|walks? with|wears?) (?P<x>(?:reading )?glasses|insulin|a cane"
        r"|a walking stick|crutches|a wheelchair|a hearing aid|hearing aids|an inhaler"
        r"|a limp|a new (?:kidney|heart|hip|knee|liver)|oxygen|an epipen)\b",
        "wears:{x}",
        0.84,
    ),
    rule(
        Category.FAMILY,
        rf"{BE}(?:long )?(?P<x>dead|gone|deceased|missing|buried [^,;.!]+|in (?:prison"
        r"|jail|hospital|a coma|a home|a hospice|rehab|the army|the navy))\b(?! (?:in"
        r"|to me|tired|serious|wrong|right))",
        "lives on",
        0.84,
    ),
    rule(
        Category.FAMILY,
        r"(?:has |have )?(?P<x>died|passed away|passed on|passed last|is no longer with"
        r" us)\b(?! (?:laughing|of laughter|of boredom|a little))[^;.!]*",
        "lives on",
        0.86,
        cut=False,
    ),
    rule(
        Category.FAMILY,
        rf"(?:am|is|was|are) (?:one of )(?P<x>{NUMBER}|\d+)(?: (?:kids|children"
        r"|siblings|sisters|brothers))?$",
        "birth order",
        0.84,
    ),
    rule(
        Category.PREFERENCE,
        r"(?:can't (?:get enough of|live without|do without|resist|say no to)"
        r"|swears? by|live for|lives for) (?!you|your|it\b|that\b|this\b|them\b)" + X,
        "taste:{x}",
        0.82,
        value="likes",
    ),
    rule(
        Category.PREFERENCE,
        r"(?:have|has) (?:always |really )*(?:loved|liked|enjoyed|adored) (?!you|it\b"
        r"|that\b|this\b|them\b)" + X,
        "taste:{x}",
        0.82,
        value="likes",
    ),
    rule(
        Category.PREFERENCE,
        r"(?:(?:am|is) not (?:big|keen|hot) on|(?:have|has) (?:never|always) (?:liked"
        r"|cared for|hated|loathed)|never (?:liked|cared for)) (?!you|it\b|that\b"
        r"|this\b|them\b)" + X,
        "taste:{x}",
        0.8,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        r"finds? (?!it\b|that\b|this\b|you|out|the|a\b|an\b|my|myself)(?P<x>[^,;.!]+?) "
        r"(?:boring|disgusting|gross|relaxing|soothing|fascinating|overrated|unbearable"
        r"|creepy|terrifying|calming|annoying|depressing)\b",
        "finds:{x}",
        0.8,
    ),
    rule(
        Category.WORK,
        rf"{IS}in (?P<x>it|tech|marketing|finance|sales|construction|retail|logistics"
        r"|insurance|accounting|it support|security|nursing|farming|music|film|"
        r"theatre|theater|law|publishing|politics|real estate|banking|"
        r"advertising|education"
        r"|healthcare|catering|hospitality|shipping|the (?:trade|business|guard|militia"
        r"|guild|fire brigade|police|merchant navy))\b",
        "work",
        0.84,
    ),
    rule(Category.WORK, r"(?P<x>[^,;.!]+?) for a living\b", "work", 0.86),
    rule(
        Category.FAMILY,
        r"(?P<x>(?:raised|brought up|adopted|named|disowned|delivered) me)\b[^;.!]*",
        "raised",
        0.86,
        cut=False,
    ),
    rule(
        Category.PREFERENCE,
        r"(?:really |still )?(?P<y>loves?|hates?|likes?|misses|miss) (?P<x>(?:that|this"
        r"|my|the|his|her|their) (?:\w+ )?(?:job|work|town|city|village|house|school"
        r"|neighbou?rhood|class|garden|kitchen|car|bike|commute))\b",
        "taste:{x}",
        0.82,
        value="likes",
    ),
    rule(
        Category.PERSONAL,
        rf"(?:am|is) (?:always|usually|often|mostly) (?:at|in|on) (?!time|my mind|edge"
        rf"|the phone|your|you\b){X}",
        "habit:{x}",
        0.78,
    ),
    rule(
        Category.WORK,
        r"(?P<x>teach(?:es)?|farms?|welds?|fish(?:es)? for a trade|nurses)(?=$|,)",
        "work",
        0.8,
    ),
    rule(
        Category.PLACE,
        r"(?:rents?|have|has|share|shares|got) (?:an?|my|the) (?:[\w-]+ )?(?:room|flat"
        r"|apartment|place|house|studio|cottage|cabin|farm|bungalow) (?:in|on|"
        r"at|near|by"
        r"|above|outside|with) " + X,
        "lives",
        0.8,
    ),
    rule(
        Category.PERSONAL,
        r"knows? (?P<x>latin|greek|sign language|morse(?: code)?|first aid|"
        r"the old tongue"
        r"|kung fu|karate|magic|my way around [^,;.!]+|every [^,;.!]+|by heart [^,;.!]+"
        r"|all the [^,;.!]+)",
        "knows:{x}",
        0.78,
    ),
    rule(
        Category.PERSONAL,
        r"(?:have|has) (?:an?|my) (?P<x>(?:black|brown|green) belt in [^,;.!]+"
        r"|(?:driver'?s|pilot'?s|fishing|boat|motorcycle) licen[cs]e|degree in [^,;.!]+"
        r"|phd in [^,;.!]+|master'?s in [^,;.!]+|doctorate in [^,;.!]+)",
        "studied:{x}",
        0.86,
    ),
    rule(
        Category.PERSONAL,
        r"(?P<x>paint|sing|draw|knit|sew|dance|garden|surf|ski|climb|bake|crochet|weave"
        r"|whittle|juggle|fence|sail|skate|sculpt|box|journal)s?(?=$|,)",
        "does:{x}",
        0.74,
    ),
    rule(
        Category.PERSONAL,
        rf"(?:will be|turns?|am about to be|is about to be) {AGE}"
        rf"(?: years old)?(?: {WHEN}"
        r"| soon| this \w+)?(?=$|,)",
        "age soon",
        0.82,
    ),
    rule(
        Category.PLAN,
        r"(?:have|has|need|needs|am supposed|is supposed) to (?!work|go|be (?:up|quick)"
        r"|leave|sleep)(?P<x>[^;.!]*? (?:on (?:the )?\w+|next \w+|by \w+day"
        r"|in (?:january|february|march|april|may|june|july|august|september|october"
        r"|november|december)))$",
        "plan:{x}",
        0.75,
        cut=False,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"(?:am|is|are) (?:best |good |close |old |still )*friends with {X}",
        "friends:{x}",
        0.84,
    ),
    rule(
        Category.FAMILY,
        r"(?:never knew|never met|lost|buried|was raised by|was brought up by|"
        r"look after"
        rf"|looks after|takes care of|take care of|am caring for|care for) "
        rf"(?:my|both my|his|her) (?P<x>(?:\w+ )?{KIN})\b[^;.!]*",
        "kin:{x}",
        0.84,
        cut=False,
    ),
    rule(
        Category.PERSONAL,
        r"(?:am|is) (?:more of |kind of |still )?(?P<x>(?:an?) (?!(?:bit|little"
        r"|lot|mess"
        r"|disaster|potato|fool|idiot|ghost|genius|monster|man of|woman of|person who"
        r"|goner|wreck|joke|failure|pain|burden|sucker|zombie|baby|saint|god|"
        r"goddess|liar"
        r"|bad|good|great|nice|happy|horrible|terrible|awful|lucky|free|new|different"
        r"|changed|broken|dead|big|huge|total|complete|real|bundle|sight|surprise|shame"
        r"|pleasure|problem|friend of yours|stranger|guest|creature of|sort|kind|type"
        r"|simple|while|few|couple|hundred|thousand|million|wonder|wonderful|delight"
        r"|sweetheart|darling|dream|nightmare|miracle|lie|trap|secret|test|game|thing"
        r"|piece|part|fan|one)\b)(?:[\w-]+ ){0,3}?[\w-]{3,})(?=$|[,;.!]| (?:and|but|so"
        r"|by|from|in|at|with|for|of|who|on)\b)",
        "is:{x}",
        0.72,
    ),
    rule(
        Category.PERSONAL,
        r"(?!(?:see|hear|need|want|mean|have|take|make|give|get|like|think|know"
        r"|feel|owe"
        r"|miss|trust|watch|count|hold|blame|keep|bring|find|hope|hate|say|tell|ask|use"
        r"|always|never|was|is|am|does|lose|exchange|pass|wipe|roll|cross|clench|grit"
        r"|send|swap|share|smell|taste|dig|face|draw|touch|lick|purse|bite)\b)"
        r"(?!(?:\w+ed|bought|sold|ate|drank|made|found|lost|saw|took|gave|got|had|broke"
        r"|won|wrote|caught|brought|sent|kept|left|heard|felt|met|told|said|sang|threw"
        r"|stole|drew|spent|forgot|chose|drove|rode|wore|held|hid|read|put|cut)\b)"
        r"[a-z]{3,}s? (?P<x>(?:old |small |rare |wild |stray |"
        r"broken |model |vintage )?"
        r"(?!(?:his|hers|theirs|yours|ours|us|this|less|across|towards|besides|"
        r"sometimes"
        r"|always|downstairs|upstairs|things|words|eyes|hands|arms|lips|steps|"
        r"heads|tears"
        r"|shoulders|fingers|sides|years|weeks|days|hours|minutes|glances|looks|doors)"
        r"\b)[a-z]{3,}(?<!ss)s)(?=$|[,;.!]| (?:and|for|at|in|on|with|every|from|to)\b)",
        "does:{x}",
        0.72,
    ),
)
