"""The forms of English clauses that state facts.

Owns: patterns of subjects, names, promises, roles, events.
Knows nothing of: what is made of them.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from .parts import NUMBER, WHEN
from .words import BONDS, KIN, PETS

NAME: Final = (
    r"(?-i:(?!(?:I|The|A|An|And|But|So|She|He|They|It|My|We|You)\b)(?:Dr\. |Mr\.? |"
    r"Mrs\.? |Ms\.? |Sir |Lady |Captain |Old |old "
    r"|little )?[A-Z\u00c0-\u00de][\w'-]*[a-z\u00df-\u00ff](?: "
    r"(?:of |de |van |von )?[A-Z\u00c0-\u00de][\w-]*[a-z\u00df-\u00ff])?)"
)
REL: Final = rf"(?:{KIN}|{BONDS}|{PETS})"
BOUND: Final = late(
    r"(?:;|\u2014|\u2013| - |,? (?:and|but|so|because|cause|since(?! (?:i was|"
    r"my \w+\b(?! (?:is|was|has|had))|\d|\w+day|birth))|"
    r"though|although|plus|while|that's why|which is why|then|yet|or)|,|:|"
    r"\.\.\.|\u2026)"
    r"\s*(?:and |but |so |then |also |now )*"
    r"(?=(?:i|we|he|she|they|it|there)(?:'\w+)? |(?:im|ive|hes|shes|theyre|dont"
    r"|there's) "
    r"|(?:you|nobody|everyone|everybody|that|this|these|those|who)\b(?! (?:is|are) my)"
    r"|(?:my|our|his|her|their) [\w-]+(?: \w+)?(?: is| was|'s| are| has| had|"
    rf",)|{NAME}(?:'s)? (?:is|was|has|had|and I|works|lives|loves|hates|"
    r"says)\b"
    r"|(?:don't|do not|please|let's|let me|send|ask|go|come|just so) |what |"
    r"how |why |if |as if |no (?:\w+ )?\w+ for me\b)",
    re.IGNORECASE,
)
TAIL: Final = late(
    r"(?:[,;:]? (?:if|unless|as if|when you|whenever you|so that you|like "
    r"(?:you|i) said|you know|i think|i guess|though|tho|too|btw|by the way|lol"
    r"|haha+|ha|after all|no contest"
    r"|i swear|i promise|believe it or not|to be honest|tbh|fair warning|"
    r"thank you very much|thanks|of all time|for real|ok|okay|for some reason|"
    r"don't you dare forget|actually|mostly to impress you"
    r"|just so|just because|it's decided|and yes|of course|at all|or "
    r"(?:something|anything|so)|in case|and stuff)\b.*|[,;:] (?:remember|right"
    r"|see)\b.*|"
    r" (?:right|see)(?=[\s.!]*$)|"
    r"[,;:]? (?:and|but|so|because|or|which|that|to)?)[\s.!,;:\u2026]*$",
    re.IGNORECASE,
)
LEADING_TIME: Final = late(
    rf"^(?P<when>(?:every \w+ of my life|all my life|{WHEN}|growing up|as a "
    r"(?:kid|child|teenager)|"
    r"every summer of my life|mornings|evenings|once|(?:on )?weekends|these days"
    r"|most (?:days|nights|weekends)|"
    r"last \w+|one day|every \w+|on weekends|back in \w+|when i was "
    r"(?:\w+ )?\w+|at work|in my (?:free|spare) time)),? (?=\S+ \S+)",
    re.IGNORECASE,
)
OF_ONESELF: Final = late(
    r"^(?:i|we|me and my \w+)(?:,? (?:\w+ )?(?:and|&) [A-Z]\w+)? (?P<rest>.+)$",
    re.IGNORECASE,
)
PRONOUN: Final = late(
    r"^(?P<who>he|she|they|it|who) (?P<rest>(?!i\b|you\b).+)$", re.IGNORECASE
)
MINE: Final = late(
    rf"^(?:my|our) (?P<adj>(?!favorite)(?:[\w-]+ ){{0,3}}?)(?P<rel>{REL})\b"
    rf"(?P<name>,? (?:{NAME})(?:,(?= ))?)?(?P<of>'s?)?(?P<rest> .+)?$",
    re.IGNORECASE,
)
NAMED: Final = late(rf"^(?P<name>{NAME}) (?P<rest>.+)$")
MY_THING: Final = late(
    r"^(?:my|our) (?P<thing>(?:[\w'-]+ ){0,3}?[\w-]+?)(?P<s>'s)? (?P<rest>(?:is"
    r"|are|was|were|has|have|had|got|went|died|broke|burned|burnt|crashed|"
    r"flooded|sank|closed|needs?|won|comes?|goes|starts?|runs?|ends?|opens?|"
    r"turned|doesn't|don't|can't|won't|made|called|named|in|on|hurts?|an?|the|from|"
    r"owns?|terrible|bad|weak|shot|failing|belonged|belongs|will never)\b.*)$",
    re.IGNORECASE,
)
NOT_FACTS: Final = late(
    r"^(?:(?:whole |own |poor |new |old |first |entire )*(?:day(?! job)|night|"
    r"weekend|morning|evening|week|head|heart|stomach|brain|mind|god|bad|point|"
    r"question|turn|pleasure|apologies|phone|mood|soul|feet|dear|lord|guess|"
    r"fault|mistake|lips|cheeks?|face|voice|breath|skin"
    r"|eyes are (?:burning|tired|closed|heavy)|hands are|bed|coffee|tea|food|"
    r"battery|laptop|computer|printer|mic|controller|car broke|wifi|internet|"
    r"dinner|lunch|breakfast|pizza|impression|understanding|opinion|advice|"
    r"thoughts?|love|dreams?|life|goodness|answer|plan|idea|name))\b",
    re.IGNORECASE,
)
BODY_THING: Final = late(
    r"\b(?:knees?|back|kneecap|hip|eyesight|hearing|heart|lungs?|liver|kidneys?"
    r"|leg|arm|shoulder|blood|vision|eyes?|ears?|teeth|skin|stomach|"
    r"blood pressure|doctor)\b",
    re.IGNORECASE,
)
COUPLE: Final = late(
    rf"^(?:(?P<a>{NAME}) and (?:I|me|i)|(?:I|i|me|Me) and (?P<b>{NAME})|"
    rf"(?i:my (?P<rel>{REL}) and i)) (?P<rest>.+)$"
)
IS_MY: Final = late(
    rf"^(?P<name>(?!That\b|This\b|Here\b){NAME})(?:'s| is| was) (?:my|our) "
    rf"(?:[\w-]+ ){{0,2}}?(?P<rel>{REL})(?=$|,)",
    re.IGNORECASE,
)
AS_A: Final = late(
    r"^(?:as|being) (?P<x>an? (?!kid|child|matter|result|rule|joke|friend|favor|"
    r"treat|team|teenager|last)[\w -]+?),? (?P<rest>i .+)$",
    re.IGNORECASE,
)
NAME_MY: Final = late(
    rf"(?P<name>{NAME}), (?:who is )?(?:my|our) (?:[\w-]+ ){{0,2}}?"
    rf"(?P<rel>{REL})\b"
)
TITLED_KIN: Final = late(
    r"^(uncle|aunt|auntie|cousin|grandma|grandpa|granny|nana|great-aunt) (?="
    r"(?-i:[A-Z]))",
    re.IGNORECASE,
)
CALLED: Final = late(
    r"\b(?:called|named|name is|names are|goes by|is called|i call (?:him|her|"
    rf"it)|call (?:him|her|it)) (?P<name>{NAME}|(?<=named )[a-z]+|"
    rf"(?<=called )[a-z]+)(?:,? (?:and|&) (?P<second>{NAME}))?",
)
HIS_NAME: Final = late(
    r"^(?:(?:his|her|its|their|the \w+'?s?) names?(?: is|'s| are)|(?:he|she|it"
    rf"|they) (?:is|are) (?:called|named)) (?P<name>{NAME}|[\w-]+)(?:,? (?:and"
    rf"|&) (?P<second>{NAME}))?",
    re.IGNORECASE,
)
APPOSED: Final = late(
    rf"\b(?:my|our|an?|his|her|two|three|four) (?:(?!{REL}\b)[\w-]+ ){{0,3}}?"
    rf"(?P<rel>{REL}),? (?P<name>(?-i:{NAME}))(?:,? (?:and|&) (?P<second>"
    rf"(?-i:{NAME})))?(?P<of>'s)?",
    re.IGNORECASE,
)
PROMISED: Final = late(
    r"^(?:promised?|swear|swore|sworn|vowe?d?|give you my word)(?: to(?! god))?(?: "
    r"you)?"
    # What is sworn by is no part of what is promised.
    r"(?: (?:on|by) [^,;.!?]+?)?(?: that)?,? "
    r"(?P<rest>(?:i (?:will|won't)|to(?! god)|not to|never to) .+)$",
    re.IGNORECASE,
)
VOWED: Final = late(
    r"\b(?:i (?:swear|promise|vow)|(?:, |^)promise|have my word|on my honou?r|"
    r"cross my heart|pinky swear)\b",
    re.IGNORECASE,
)
WILL: Final = late(r"^(?:will|won't|shall) (?P<rest>.+)$", re.IGNORECASE)
FOR_YOU: Final = late(r"\b(?:you|your)\b", re.IGNORECASE)
IDLE_WILL: Final = late(
    r"^(?:be (?:right |there|back|ok|fine|here in|late|quick|honest|dead|sick|"
    r"waiting)|see|miss you|tell you|say|think|let you|try|go|get|take (?:it|"
    r"a look|that|care)|keep (?:that|you posted|you updated|an eye)|give (?:it|"
    r"that|you that)|admit|just|definitely|probably|love you|never forget|kill|"
    r"remember|check|look|ask|survive|do|wait|be\b|have to|need|pass|"
    r"show you what|explode|lose|grab|make sure|catch|talk|allow|leave you)\b",
    re.IGNORECASE,
)
FAREWELL: Final = late(
    r"(?:see|talk to|speak to|catch|text|write) you(?: all)? (?:soon|later|then"
    r"|tomorrow"
    r"|tonight|around|next \w+|on \w+|again)?$",
    re.IGNORECASE,
)
TIMED: Final = late(
    rf"\b(?:{WHEN}|next time|when (?:the|you|i|we)|once (?:the|you|i|we)|as soon as"
    r"|soon|one day|the moment)\b",
    re.IGNORECASE,
)
ROLE_FRAME: Final = late(
    r"^\W*(?:for (?:the|this|our) (?:story|rp|roleplay|game|scene|campaign|"
    r"adventure)|in (?:this|the|our) (?:one|story|rp|roleplay|game|scene|"
    r"campaign|adventure)|(?:new|ok(?:ay)?,? new) (?:story|rp|scene)|let'?s "
    r"(?:play|rp|roleplay|do|start|try)(?= (?:a|an|the|another|some)?\b[^:]*:|"
    r" a scene|[:, ])|from now on,?(?= you| i)|(?:modern|fantasy|sci-fi|"
    r"high school|coffee shop) au|rp|roleplay|setup|scenario|setting|this time|"
    r"next story|tonight'?s (?:story|game|scene)|(?=you(?:'re| are| will be|"
    r" be)? play(?:ing)? (?:the|an?) )|my (?:character|role|persona|oc))\b"
    r"(?: is| will be|'s)?[:,. ]*",
    re.IGNORECASE,
)
ROLE: Final = late(
    r"(?:i am|i will be|i play|i will play|i am playing|i want to play|"
    r"i would like to play|i'd like to be|playing|my character is|you are|"
    r"you will be|you play|you will play|you be) (?:as )?(?P<x>(?:an?|the|"
    rf"your) [^.;]+?|{NAME})(?= and (?:i|you)\b|[.;!]|$)",
    re.IGNORECASE,
)
PLAYING: Final = late(
    r"^(?:am playing|play|will play|will be playing) (?:as )?(?P<x>(?:an?|"
    rf"the) [^.;]*?(?:called|named) {NAME}.*)$",
    re.IGNORECASE,
)
ELIDED_BE: Final = late(
    r"^(?!\w+ing\b.* (?:is|was|are|makes?|made|can|must|helps?|gives?|brings?|"
    r"puts?|takes|fills?|calms?|warms?|feels?|sounds?|seems?|really|has|would)\b)"
    r"(?:(?:1[3-9]|[2-9]\d),|(?:moving|driving|working|teaching|living|studying|"
    r"starting|visiting|"
    r"flying|seeing|getting|having|learning|playing|training|going to (?:\w+)|"
    r"heading to|leaving for|dating|planning|taking|running|building|writing|"
    r"expecting|married|divorced|engaged|allergic|retired|pregnant|vegan|"
    r"vegetarian|sober|single|born|(?:a )?(?:big|huge|total|massive) fan of|"
    r"back in (?-i:[A-Z])|helping|in my \w+ year|on \w+ leave|"
    r"turning (?:\d+|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|\w+teen)|"
    r"on tour|between jobs|limping|originally from)\b)",
    re.IGNORECASE,
)
ELIDED: Final = late(
    r"^(?:(?:just|finally|already|never|still|always|also|recently) )*(?:have|"
    r"got|bought|adopted|moved|left|quit|started|finished|sold|love|loved|hate|"
    r"(?<=never )(?:learn(?:ed|t)|liked)|studied|taught|worked|spent|gave up|"
    r"grew up|used to|can't|lost|broke|passed|failed|turned|became|had|went|"
    r"booked|met|signed|live|work|joined|dropped out|gave up|graduated|made|"
    r"tried|took|saw|visited|don't|need|want to|spent|haven't)\b(?! (?:it|you|that"
    r"|this)\b)"
    r"(?!(?:(?<=love)|(?<=loved)|(?<=hate)) (?:the|your|how)\b)"
    r"(?! (?:and|is|can|or)\b)",
    re.IGNORECASE,
)
PAST: Final = late(
    r"^(?:(?:just|finally|recently|also|even|already|once|actually|have|has|"
    r"\w+ly) )*(?P<verb>went|got|took|made|found|met|bought|saw|won|gave|came|"
    r"left|lost|built|wrote|fell|ran|sold|sent|drove|flew|taught|began|became|"
    r"fought|caught|led|held|threw|sang|swam|rode|chose|spoke|read|set up|"
    r"raised|been to|seen|had|\w{2,}ed)\b (?P<rest>.+)$",
    re.IGNORECASE,
)
DID_TOO: Final = late(
    r"(?:taught|studied|worked|born|raised|moved|married|divorced|quit|used to|grew up"
    r"|played|served|retired|graduated)\b",
    re.IGNORECASE,
)
"""What a list adds of the same one: "retired, taught chemistry for thirty years"."""
BARE_STATE: Final = late(
    rf"^(?:no|one|an? (?:[\w-]+ )?|{NUMBER})(?: (?:little|older|younger|big|old"
    rf"|grown))* ?"
    rf"(?:{KIN}|{PETS})\b(?=$|,| and\b| at\b)",
    re.IGNORECASE,
)
"""Whom somebody has, with no more said: "no kids, two cats"."""
EVERYDAY: Final = late(
    r"^(?:\w+ )?(?:watched|saw (?:an?|some|the)|ate|slept|woke|cooked|ordered|drank"
    r"|cried|walked|"
    r"opened|closed|forgot|shelved|had (?:pizza|lunch|dinner|breakfast|soup|"
    r"toast|a (?:coffee|sandwich|salad|snack|burger|beer|drink))|washed|cleaned"
    r"|made (?:some )?(?:pasta|tea|coffee|dinner|lunch|breakfast|soup)|went "
    r"(?:to the (?:shop|store|gym|supermarket)|for a (?:walk|run|coffee))|"
    r"played|read|waited|sat|stood|turned (?:around|to|away|back|over|on|off)|"
    r"looked|tried)\b",
    re.IGNORECASE,
)
IDLE_PAST: Final = late(
    r"^(?:(?:just|also|even|already|actually|\w+ly) )*(?:(?:have |has )?"
    r"(?:changed (?:my|his|her) mind|moved the|made us|had enough)|wanted|"
    r"needed|tried|"
    r"thought|noticed|wondered|hoped|guessed|meant|asked|said|told|looked|felt|"
    r"heard|supposed|scared|surprised|tired|bored|excited|worried|confused|"
    r"interested|amazed|impressed|used|missed|promised|figured|realized|"
    r"realised|remembered|mentioned|assumed|loved|liked|laughed|smiled|agreed|"
    r"been (?:\w+ )?(?:a |busy|good|great|better|thinking|wondering|up|so|"
    r"meaning|waiting|there|here|one|able|that|feeling)|got (?:it|you|that|this"
    r"|to|the (?:idea|point)|a (?:lot|bit)|so|caught|chills|carried)|had (?:a |"
    r"an |the |such |so |to |no |enough|fun)(?:\w+ )?(?:feeling|time|blast|idea"
    r"|day|chance|look|moment|point|go|talk|fun)?|took (?:it|a (?:while|moment|"
    r"look|nap)|me|care)|made (?:it|me|a (?:mistake|difference|decision)|my|"
    r"sure|sense|up)|found (?:it|that|out)|came (?:back|here|up)|fell (?:asleep"
    r"|in)|went (?:well|great|wrong|to (?:bed|sleep)|back)|saw (?:it|that|this|"
    r"your|you)|lost (?:it|track|my (?:keys|phone|mind))|left (?:it|my)|gave "
    r"(?:it|me|up)|\w+ (?:it|this|that|them|him|her|you|something|nothing|"
    r"everything)\b)\b",
    re.IGNORECASE,
)
POINTS: Final = late(
    r"(?:you|that|this|these|those|it|he|she|they|i|we|what|people|men|women|life|"
    r"everything|nothing|there)\b",
    re.IGNORECASE,
)
NO_NAMES: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday christmas easter "
    "i the a my so and but is was not".split()
)
STATE: Final = late(
    r"(?:happily |recently )?(?:married|divorced|single|widowed|engaged|vegan|"
    r"vegetarian|retired|unemployed|left-handed|sober|gay|bi|trans|adopted|\d{2})",
    re.IGNORECASE,
)
COUPLED: Final = late(
    r"\b(?:(?:are|have been|were) (?:\w+ )?(?:friends|siblings|twins|cousins|roommates|"
    r"colleagues|neighbou?rs|enemies|partners|lovers|a couple)|divorc\w*|"
    r"separat\w*|married|marrying|engaged|dating|expecting|moved in|"
    r"broke up|split up|breaking up|moving in)\b"
)
PARTED: Final = late(r"\b(?:divorc\w*|separat\w*|broke up|split up|breaking up)\b")
PLURAL_VERB: Final = late(r"(?:are|have|were|do|don't|haven't|aren't)\b", re.IGNORECASE)
MANY: Final = late(r"\b(?:\w{3,}s|children|folks|people|sheep|fish)$|\band\b")
NEGATIVE: Final = late(
    r"(?:is|are|was|has|have)(?:n't| not)\b|(?:doesn't|don't|can't|won't)\b"
)
BARE_KIN: Final = late(
    r"^(mom|mum|mommy|mummy|dad|daddy|grandma|grandpa|grand?dad|nana|granny|gran|nan"
    r"|mama|papa)"
    r"('s)? (?=\w)",
    re.IGNORECASE,
)
JOINS_TWO: Final = late(
    rf"(?:{NAME}|(?:my|our|his|her) [\w-]+|me|i|I) and", re.IGNORECASE
)
POINTING: Final = late(
    r"\b(?:it|them|those|these|this one|that (?:one|spot|place)|like (?:this|that)"
    r"|each other|one another|there|here)$"
    r"|^(?:\w+ly |have |has )?\w+ (?:it|them|those|each other|one another)\b",
    re.IGNORECASE,
)
"""What means nothing without the words around it."""
FRAGMENT: Final = late(
    rf"^(?!.*\b(?:i|we|you|he|she|they|it|is|was|are|were|am|if|but)\b)"
    rf"(?:(?:(?:about|almost|nearly|over|only|mostly|just|all|both|every|since|for"
    rf"|until|from|with|at|in|on|near|an?|the|no|two|{NUMBER}|third|second|first)\b|\d)"
    rf"(?:[ ]+[\w'-]+){{1,9}}|(?:[\w'-]+ ){{1,5}}(?:in|since|from) \d{{4}})[.!]*$",
    re.IGNORECASE,
)
"""A sentence without a subject and a verb, which says more of the one before it."""
LOWER_NAMED: Final = late(
    r"^(?P<name>(?!(?:everyone|everybody|nobody|someone|somebody|people|everything|mom"
    r"|mum|dad|work|school|dinner|lunch|time|life|love|today|tomorrow|just|also|still"
    r"|never|always|that|this|what|who|all|both|you|they|she|the|not|and|but|"
    r"got|had)\b)"
    r"[a-z]{3,12}) (?P<rest>(?:just |finally )?(?:turned|turns|died|passed away|moved"
    r"|graduated|got (?:married|engaged|divorced|promoted|fired|pregnant)|is "
    r"(?:pregnant"
    r"|getting married|moving|allergic|married|engaged|divorced))\b.*)$"
)
OFFERED: Final = late(r"have (?:an?|some|another|one|the|your) [\w-]+$", re.IGNORECASE)
"""Said without a subject it offers something: "Have a seat"."""

THINGS: Final = late(r"(?!(?:mats|brooks|banks)$)\w+[bdgkpt]s$", re.IGNORECASE)
"""How names of people do not end: "Almonds and I are friends"."""

NO_PERSON: Final = late(
    r"(?:Lots|Much|Working|Everyone|Everybody|Nobody|Someone|Somebody|People"
    r"|Everything|Nothing|Something"
    r"|Work|School|Dinner|Lunch|Breakfast|Time|Life|Love|Today|Tomorrow|Tonight|Winter"
    r"|Summer|Spring|Autumn|Rain|Snow|Coffee|Tea|Music|Home|Food|Money|Sleep|Silence"
    r"|Nothing|Just|Also|Still|Never|Always|That|This|There|What|Who|All|Both|One|Two"
    r"|Here|Then|Now|Not|Only|Mine|Yours|Somewhere|Somehow|Maybe|Perhaps|God|Heaven"
    r"|English|German|French|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|January"
    r"|February|March|April|May|June|July|August|September|October|November|December"
    r"|Christmas|Easter|Ramadan|If|When|While|As|Let|Please|Some|Most|Many|No|Yes)"
)
MENTIONED: Final = late(
    r"\bmy (?:(?:little|big|older|younger|late|ex|own|two|three) )*(?P<rel>wife|husband"
    r"|girlfriend|boyfriend|partner|fianc\u00e9e?|daughters?|sons?|kids|"
    r"children|sisters?"
    r"|brothers?|twins?|grandma|grandpa|grandmother|grandfather|stepdad|stepmom|nephew"
    r"|niece|dog|cat|dogs|cats|therapist|roommate|flatmate|boss|ex)\b(?!'s|,? [A-Z])",
    re.IGNORECASE,
)
"""Whom somebody has, by the way."""
OWN: Final = late(r"\b(?:my|our|an?|his|her|two|three|four)\b", re.IGNORECASE)
"""Without such a word nobody is named by what they are."""
OWN_AID: Final = late(
    r"\bmy (?P<x>glasses|hearing aids?|inhaler|insulin|epipen|wheelchair|crutches"
    r"|pacemaker|braces|dentures|prosthetic \w+|walking stick|antidepressants)\b",
    re.IGNORECASE,
)
SUBJECT_LATER: Final = late(
    r",\s*(?:and |but |so )?(?:i|we|my|he|she|they|it)\b", re.IGNORECASE
)
