"""Read facts out of English statements.

Owns: clauses and their subjects, who is meant by "she", how a fact is worded.
Knows nothing of: what a message states in earnest, other languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from .fact_words import BONDS, KIN, PETS, PLANNED
from .facts import About, Category, Fact
from .predicates import NUMBER, WHEN, Told, thing, time_in, told_by
from .statements import Statement, is_exaggerated
from .third_person import of_third, spelled_out, without_persons

MOST_WORDS: Final = 32
"""Of a clause; nobody remembers a longer one as a line."""

ELIDED: Final = 0.9
"""What is left of the confidence where nobody is named as the subject."""

SPEAKER_WE: Final = 0.97

_NAME: Final = (
    r"(?-i:(?!(?:I|The|A|An|And|But|So|She|He|They|It|My|We|You)\b)(?:Dr\. |Mr\.? |"
    r"Mrs\.? |Ms\.? |Sir |Lady |Captain |Old |old |little )?[A-Z][\w'-]*[a-z](?: "
    r"(?:of |de |van |von )?[A-Z][\w-]*[a-z])?)"
)
_REL: Final = rf"(?:{KIN}|{BONDS}|{PETS})"
_BOUND: Final = re.compile(
    r"(?:;|\u2014|\u2013| - |,? (?:and|but|so|because|cause|since(?! i was)|"
    r"though|although|plus|while|that's why|which is why|then|yet|or)|,|:|"
    r"\.\.\.|\u2026)"
    r"\s*(?:and |but |so |then |also |now )*"
    r"(?=(?:i|we|he|she|they|it|there)(?:'\w+)? |(?:im|ive|hes|shes|theyre|dont"
    r"|there's) "
    r"|(?:you|nobody|everyone|everybody|that|this|these|those|who)\b(?! (?:is|are) my)"
    r"|(?:my|our|his|her|their) [\w-]+(?: \w+)?(?: is| was|'s| are| has| had|"
    rf",)|{_NAME}(?:'s)? (?:is|was|has|had|and I|works|lives|loves|hates|"
    r"says)\b"
    r"|(?:don't|do not|please|let's|let me|send|ask|go|come|just so) |what |"
    r"how |why |if |as if )",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[,;:]? (?:if|unless|as if|when you|whenever you|so that you|like "
    r"(?:you|i) said|you know|i think|i guess|though|tho|too|btw|by the way|lol"
    r"|haha+|ha|after all|no contest"
    r"|i swear|i promise|believe it or not|to be honest|tbh|fair warning|"
    r"thank you very much|thanks|of all time|for real|ok|okay|for some reason|"
    r"don't you dare forget|actually|mostly to impress you"
    r"|just so|just because|it's decided|and yes|of course|at all|or "
    r"(?:something|anything|so)|in case|remember|and stuff|right|see)\b.*|"
    r"[,;:]? (?:and|but|so|because|or|which|that|to)?)[\s.!,;:\u2026]*$",
    re.IGNORECASE,
)
_LEADING_TIME: Final = re.compile(
    rf"^(?P<when>(?:{WHEN}|growing up|as a (?:kid|child|teenager)|"
    r"every summer of my life|these days|most (?:days|nights|weekends)|"
    r"last \w+|one day|every \w+|on weekends|back in \w+|when i was "
    r"(?:\w+ )?\w+|at work|in my (?:free|spare) time)),? (?=\S+ \S+)",
    re.IGNORECASE,
)
_I: Final = re.compile(
    r"^(?:i|we|me and my \w+)(?:,? (?:\w+ )?(?:and|&) [A-Z]\w+)? (?P<rest>.+)$",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(
    r"^(?P<who>he|she|they|it|who) (?P<rest>(?!i\b|you\b).+)$", re.IGNORECASE
)
_MINE: Final = re.compile(
    rf"^(?:my|our) (?P<adj>(?!favorite)(?:[\w-]+ ){{0,3}}?)(?P<rel>{_REL})\b"
    rf"(?P<name>,? (?:{_NAME})(?:,(?= ))?)?(?P<of>'s?)?(?P<rest> .+)?$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(rf"^(?P<name>{_NAME}) (?P<rest>.+)$")
_MY_THING: Final = re.compile(
    r"^(?:my|our) (?P<thing>(?:[\w'-]+ ){0,3}?[\w-]+?)(?P<s>'s)? (?P<rest>(?:is"
    r"|are|was|were|has|have|had|got|went|died|broke|burned|burnt|crashed|"
    r"flooded|sank|closed|needs?|won|comes?|goes|starts?|runs?|ends?|opens?|"
    r"turned|doesn't|don't|can't|won't|made|called|named|in|on|hurts?|"
    r"owns?)\b.*)$",
    re.IGNORECASE,
)
_NOT_FACTS: Final = re.compile(
    r"^(?:(?:whole |own |poor |new |old |first |entire )*(?:day(?! job)|night|"
    r"weekend|morning|evening|week|head|heart|stomach|brain|mind|god|bad|point|"
    r"question|turn|pleasure|apologies|phone|mood|soul|feet|dear|lord|guess|"
    r"fault|mistake|lips|cheeks?|face|voice|breath|skin"
    r"|eyes are (?:burning|tired|closed|heavy)|hands are|bed|coffee|tea|food|"
    r"battery|laptop|computer|printer|mic|controller|car broke|wifi|internet|"
    r"dinner|lunch|breakfast|pizza|impression|understanding|opinion|advice|"
    r"thoughts?|love|dreams?|life|goodness|answer|plan|idea))\b",
    re.IGNORECASE,
)
_BODY_THING: Final = re.compile(
    r"\b(?:knees?|back|kneecap|hip|eyesight|hearing|heart|lungs?|liver|kidneys?"
    r"|leg|arm|shoulder|blood|vision|eyes?|ears?|teeth|skin|stomach|"
    r"blood pressure|doctor)\b",
    re.IGNORECASE,
)
_FAVORITE: Final = re.compile(
    r"^(?:my|our) (?:(?:all-time|absolute|current|new) )?favorite "
    r"(?P<what>[\w -]+?)(?: of all time| ever| right now| is)?(?: is| are| was|"
    r" has to be| will always be|:|\?|'s) ?(?P<x>.+)$",
    re.IGNORECASE,
)
_IS_FAVORITE: Final = re.compile(
    r"^(?P<x>.+?) (?:is|are) (?:definitely |probably |absolutely |still )?my "
    r"(?:all-time |absolute )?favorite(?P<what> [\w ]+)?",
    re.IGNORECASE,
)
_BIRTHDAY: Final = re.compile(
    r"^(?:my|our) (?P<what>birthday|bday|b-day|anniversary|wedding anniversary|"
    r"name day|wedding)(?: is|'s)(?: on| in)? (?P<x>(?!coming|soon|over|ruined|"
    r"great|fun).+)$",
    re.IGNORECASE,
)
_MY_NAME: Final = re.compile(
    r"^(?:my (?:real |full |first |last |middle )?name(?: is|'s)|(?:people|"
    r"everyone|everybody|friends|they) calls? me|call me|i go by|i am called) "
    r"(?P<x>(?:the )?(?-i:[A-Z])[\w' -]+|\w+)$",
    re.IGNORECASE,
)
_SCARES: Final = re.compile(
    r"^(?P<x>[\w' -]{3,40}?) (?:really |still |always |absolutely )?(?:scares?|"
    r"terrif(?:y|ies)|frightens?|creeps?|freaks?|gives?) "
    r"(?:the \w+ out of )?me\b(?: out| the (?:creeps|willies|chills))?",
    re.IGNORECASE,
)
_COUPLE: Final = re.compile(
    rf"^(?:(?P<a>{_NAME}) and (?:I|me|i)|(?:I|i|me|Me) and (?P<b>{_NAME})|"
    rf"(?i:my (?P<rel>{_REL}) and i)) (?P<rest>.+)$"
)
_IS_MY: Final = re.compile(
    rf"^(?P<name>(?!That\b|This\b|Here\b){_NAME}) (?:is|was) (?:my|our) "
    rf"(?:[\w-]+ ){{0,2}}?(?P<rel>{_REL})$",
    re.IGNORECASE,
)
_LEFT_ME: Final = re.compile(
    rf"^(?P<name>{_NAME}) (?:just )?(?P<did>dumped|left|cheated on|broke up with|"
    r"divorced|ghosted) me\b"
)
_ITS_BIRTHDAY: Final = re.compile(
    r"^(?:it is|today is|tomorrow is) (?P<whose>my(?: [\w-]+'s)?) birthday "
    rf"(?P<x>{WHEN}.*)$",
    re.IGNORECASE,
)
_MAKES_ME: Final = re.compile(
    r"^(?P<x>(?!(?:you|that|this|it|he|she|they|what)\b)[\w' -]{3,30}?) "
    r"(?P<makes>makes?|gives?) me (?P<rest>sneeze|sick|itch\w*|swell\w*|"
    r"break out\b.*|throw up|(?:the )?hives|migraines|headaches|heartburn|panic"
    r"|anxious|a rash|nightmares|choke)$",
    re.IGNORECASE,
)
_LET_GO: Final = re.compile(
    r"^they (?:just )?(?:(?P<off>laid) me off|(?P<did>fired|sacked|promoted|hired|"
    r"expelled|suspended) me)\b",
    re.IGNORECASE,
)
_AS_A: Final = re.compile(
    r"^(?:as|being) (?P<x>an? (?!kid|child|matter|result|rule|joke|friend|favor|"
    r"treat|team|teenager|last)[\w -]+?),? (?P<rest>i .+)$",
    re.IGNORECASE,
)
_NAME_MY: Final = re.compile(
    rf"(?P<name>{_NAME}), (?:who is )?(?:my|our) (?:[\w-]+ ){{0,2}}?"
    rf"(?P<rel>{_REL})\b"
)
_TITLED_KIN: Final = re.compile(
    r"^(uncle|aunt|auntie|cousin|grandma|grandpa|granny|nana|great-aunt) (?="
    r"(?-i:[A-Z]))",
    re.IGNORECASE,
)
_NOT_FOR_ME: Final = re.compile(
    r"^(?:no (?:more )?(?P<x>[\w' -]{3,30}?) for me|(?P<y>[\w' -]{3,30}?) "
    r"(?:is not|isn't|are not|aren't|is just not|was never) (?:really )?"
    r"(?:for me|my (?:thing|cup of tea))|(?P<z>[\w' -]{3,30}?) (?:is|are) "
    r"(?:totally |so |really )?my (?:thing|jam|passion|weakness|comfort \w+))\b",
    re.IGNORECASE,
)
_HOME_IS: Final = re.compile(
    r"^home is (?P<x>(?-i:[A-Z])[\w' -]+?)(?: for me| now)*$", re.IGNORECASE
)
_DAY_IS: Final = re.compile(
    rf"^(?:(?P<when>{WHEN}) is (?:my|our) (?P<x>(?!favorite)[^,;.!]+)|(?:the|my"
    rf"|our) (?P<thing>(?:[\w'-]+ ){{0,2}}?{PLANNED}) (?:is|starts|begins)"
    rf"(?: scheduled)?(?: for)? (?P<on>{WHEN}.*|(?:on|in|next|this) .*))$",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    r"\b(?:called|named|name is|names are|goes by|is called|i call (?:him|her|"
    rf"it)|call (?:him|her|it)) (?P<name>{_NAME}|(?<=named )[a-z]+|"
    rf"(?<=called )[a-z]+)(?:,? (?:and|&) (?P<second>{_NAME}))?",
)
_HIS_NAME: Final = re.compile(
    r"^(?:(?:his|her|its|their|the \w+'?s?) names?(?: is|'s| are)|(?:he|she|it"
    rf"|they) (?:is|are) (?:called|named)) (?P<name>{_NAME}|[\w-]+)(?:,? (?:and"
    rf"|&) (?P<second>{_NAME}))?",
    re.IGNORECASE,
)
_APPOSED: Final = re.compile(
    rf"\b(?:my|our|an?|his|her|two|three|four) (?:(?!{_REL}\b)[\w-]+ ){{0,3}}?"
    rf"(?P<rel>{_REL}),? (?P<name>(?-i:{_NAME}))(?:,? (?:and|&) (?P<second>"
    rf"(?-i:{_NAME})))?(?P<of>'s)?",
    re.IGNORECASE,
)
_MENTIONED: Final = re.compile(
    r"\bmy (?P<rel>wife|husband|girlfriend|boyfriend|partner|fianc\u00e9e?|"
    r"daughter|son|kids|children|sister|brother|twin|twins)\b",
    re.IGNORECASE,
)
_PROMISED: Final = re.compile(
    r"^(?:promise|swear|vow|give you my word)(?: to(?! god))?(?: you)?"
    r"(?: that)?,? (?P<rest>(?:i (?:will|won't)|to(?! god)|not to|never to|on|"
    r"by) .+)$",
    re.IGNORECASE,
)
_VOWED: Final = re.compile(
    r"\b(?:i (?:swear|promise|vow)|(?:, |^)promise|have my word|on my honou?r|"
    r"cross my heart|pinky swear)\b",
    re.IGNORECASE,
)
_WILL: Final = re.compile(r"^(?:will|won't|shall) (?P<rest>.+)$", re.IGNORECASE)
_FOR_YOU: Final = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)
_IDLE_WILL: Final = re.compile(
    r"^(?:be (?:right |there|back|ok|fine|here in|late|quick|honest|dead|sick|"
    r"waiting)|see|miss you|tell you|say|think|let you|try|go|get|take (?:it|"
    r"a look|that|care)|keep (?:that|you posted|you updated|an eye)|give (?:it|"
    r"that|you that)|admit|just|definitely|probably|love you|never forget|kill|"
    r"remember|check|look|ask|survive|do|wait|be\b|have to|need|pass|"
    r"show you what|explode|lose|grab|make sure|catch|talk|allow|leave you)\b",
    re.IGNORECASE,
)
_TIMED: Final = re.compile(
    rf"\b(?:{WHEN}|next time|when (?:the|you|i|we)|once (?:the|you|i|we)|as soon as"
    r"|soon|one day|the moment)\b",
    re.IGNORECASE,
)
_ROLE_FRAME: Final = re.compile(
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
_ROLE: Final = re.compile(
    r"(?:i am|i will be|i play|i will play|i am playing|i want to play|"
    r"i would like to play|i'd like to be|playing|my character is|you are|"
    r"you will be|you play|you will play|you be) (?:as )?(?P<x>(?:an?|the|"
    rf"your) [^.;]+?|{_NAME})(?= and (?:i|you)\b|[.;!]|$)",
    re.IGNORECASE,
)
_PLAYING: Final = re.compile(
    r"^(?:am playing|play|will play|will be playing) (?:as )?(?P<x>(?:an?|"
    rf"the) [^.;]*?(?:called|named) {_NAME}.*)$",
    re.IGNORECASE,
)
_ELIDED_ING: Final = re.compile(
    r"^(?:moving|driving|working|teaching|living|studying|starting|visiting|"
    r"flying|seeing|getting|having|learning|playing|training|going to (?:\w+)|"
    r"heading to|leaving for|dating|planning|taking|running|building|writing|"
    r"expecting|married|divorced|engaged|allergic|retired|pregnant|vegan|"
    r"vegetarian|sober|single|born|(?:a )?(?:big|huge|total|massive) fan of|"
    r"back in (?-i:[A-Z])|helping|in my \w+ year|on \w+ leave|"
    r"originally from)\b",
    re.IGNORECASE,
)
_ELIDED: Final = re.compile(
    r"^(?:(?:just|finally|already|never|still|always|also|recently) )*(?:have|"
    r"got|bought|adopted|moved|left|quit|started|finished|sold|love|loved|hate|"
    r"grew up|used to|can't|lost|broke|passed|failed|turned|became|had|went|"
    r"booked|met|signed|live|work|joined|dropped out|gave up|graduated|made|"
    r"tried|took|saw|visited|don't|need|want to)\b(?! (?:it|you|that|this)\b)",
    re.IGNORECASE,
)
_LOOKED_FOR: Final = re.compile(
    r"^(?:(?:i )?can't wait for|looking forward to|so excited for|"
    r"nervous about|off to|heading to|flying to|leaving for) (?P<x>(?:the |my "
    rf"|our )?[^,;.!]*?{WHEN}[^,;.!]*)$",
    re.IGNORECASE,
)
_PAST: Final = re.compile(
    r"^(?:(?:just|finally|recently|also|even|already|once|actually|have|has|"
    r"\w+ly) )*(?P<verb>went|got|took|made|found|met|bought|saw|won|gave|came|"
    r"left|lost|built|wrote|fell|ran|sold|sent|drove|flew|taught|began|became|"
    r"fought|caught|led|held|threw|sang|swam|rode|chose|spoke|read|set up|"
    r"raised|been to|seen|had|\w{2,}ed)\b (?P<rest>.+)$",
    re.IGNORECASE,
)
_EVERYDAY: Final = re.compile(
    r"^(?:\w+ )?(?:watched|ate|slept|woke|cooked|ordered|drank|cried|walked|"
    r"opened|closed|forgot|shelved|had (?:pizza|lunch|dinner|breakfast|soup|"
    r"toast|a (?:coffee|sandwich|salad|snack|burger|beer|drink))|washed|cleaned"
    r"|made (?:some )?(?:pasta|tea|coffee|dinner|lunch|breakfast|soup)|went "
    r"(?:to the (?:shop|store|gym|supermarket)|for a (?:walk|run|coffee))|"
    r"played|read|waited|sat|stood|turned|looked|tried)\b",
    re.IGNORECASE,
)
_IDLE_PAST: Final = re.compile(
    r"^(?:(?:just|also|even|already|actually|\w+ly) )*(?:wanted|needed|tried|"
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


class _One(NamedTuple):
    """Somebody of whom the message told last.

    Attributes:
        name: As he, she or it is named in a line.
        about: Whom of the chat it is.
    """

    name: str
    about: About


class EnglishReader:
    """Reads the statements of one message, in order."""

    def __init__(self, speaker: str, other: str, *, user: bool) -> None:
        """Take the names of who speaks and to whom."""
        self._speaker = speaker
        self._other = other
        self._self = _One(speaker, "user" if user else "character")
        self._you = _One(other, "character" if user else "user")
        self._last: _One | None = None
        self._pet = ""
        self._vows = False
        self._found: list[Fact] = []

    def read(self, said: list[Statement], before: str) -> list[Fact]:
        """Return the facts of a message.

        Args:
            said: Its statements.
            before: The message before it, which it may answer.
        """
        for statement in said:
            text = spelled_out(statement.text)
            self._vows = _VOWED.search(text) is not None
            if _ROLE_FRAME.match(text):
                self._roles(text, statement.earnest)
                continue
            for at, clause in enumerate(_clauses(text)):
                opens = statement.first and at == 0
                whole = (opens and answered(clause, before)) or clause
                sure = statement.earnest * (0.5 if is_exaggerated(clause) else 1.0)
                self._clause(whole, sure, at == 0)
        return self._found

    # -- one clause ----------------------------------------------------------------

    def _clause(self, clause: str, earnest: float, opens: bool) -> None:
        if found := _DAY_IS.match(clause.strip(" .!")):
            self._of_day(found, earnest)
            return
        text, when = _without_leading_time(_with_my(clause))
        text = _TAIL.sub("", text).strip(" ,;:.!")
        if not text or len(text.split()) > MOST_WORDS:
            return
        if not (self._special(text, earnest) or self._by_subject(text, when, earnest)):
            if opens:
                self._without_subject(text, when, earnest)
        self._apposed(text, earnest)

    def _special(self, text: str, earnest: float) -> bool:
        """Read clauses of a set form; say whether it was one."""
        me = self._speaker
        if found := _FAVORITE.match(text):
            what, x = thing(found["what"]), found["x"].strip(" ?").split(",")[0]
            self._add(
                f"{me}'s favorite {found['what'].strip()} is {x}",
                Told(Category.PREFERENCE, f"favorite:{what}", thing(x), 0.92),
                earnest,
            )
        elif (found := _IS_FAVORITE.match(text)) and not _POINTS.match(found["x"]):
            what = (found["what"] or "").strip()
            self._add(
                f"{me}'s favorite {what}".strip() + f" is {found['x']}",
                Told(
                    Category.PREFERENCE,
                    f"favorite:{thing(what)}",
                    thing(found["x"]),
                    0.88,
                ),
                earnest,
            )
        elif found := _BIRTHDAY.match(text):
            self._add(
                f"{me}'s {found['what']} is on {found['x'].split(',')[0]}",
                Told(Category.DATE, found["what"].lower(), found["x"].lower(), 0.93),
                earnest,
            )
        elif found := _MY_NAME.match(text):
            self._add(
                f"{me} is called {found['x']}",
                Told(Category.PERSONAL, "name", found["x"].lower(), 0.8),
                earnest,
            )
        elif (found := _SCARES.match(text)) and not _POINTS.match(found["x"]):
            self._add(
                f"{me} is scared of {found['x']}",
                Told(
                    Category.HEALTH,
                    f"fear:{thing(found['x'])}",
                    thing(found["x"]),
                    0.85,
                ),
                earnest,
            )
        elif found := _NOT_FOR_ME.match(text):
            x = found["x"] or found["y"] or found["z"]
            if not _POINTS.match(x):
                likes = bool(found["z"])
                self._add(
                    f"{x} {'is' if likes else 'is not'} for {me}"
                    if not found["x"]
                    else f"No {x} for {me}",
                    Told(
                        Category.PREFERENCE,
                        f"taste:{thing(x)}",
                        "likes" if likes else "dislikes",
                        0.78,
                    ),
                    earnest,
                )
        elif found := _HOME_IS.match(text):
            self._add(
                f"{me}'s home is {found['x']}",
                Told(Category.PLACE, "lives", thing(found["x"]), 0.85),
                earnest,
            )
        elif found := _IS_MY.match(text):
            self._is_named(found["rel"].lower(), found["name"], earnest)
        elif found := _LEFT_ME.match(text):
            self._add(
                f"{found['name']} {found['did']} {me}",
                Told(
                    Category.RELATIONSHIP,
                    "partner",
                    found["name"].lower(),
                    0.85,
                    ended=True,
                ),
                earnest,
            )
        elif found := _ITS_BIRTHDAY.match(text):
            whose = without_persons(found["whose"], me, self._other, begun=False)
            self._add(
                f"{whose} birthday is {found['x']}",
                Told(Category.DATE, "birthday", found["x"].lower(), 0.85),
                earnest,
            )
        elif found := _MAKES_ME.match(text):
            self._add(
                f"{found['x']} {found['makes']} {me} {found['rest']}",
                Told(
                    Category.HEALTH,
                    f"allergy:{thing(found['x'])}",
                    thing(found["x"]),
                    0.82,
                ),
                earnest,
            )
        elif found := _LET_GO.match(text):
            self._add(
                f"{me} was {found['did'] or found['off']}"
                f"{' off' if found['off'] else ''}",
                Told(
                    Category.WORK,
                    "work status",
                    (found["did"] or found["off"]).lower(),
                    0.85,
                ),
                earnest,
            )
        elif found := _AS_A.match(text):
            self._predicate(self._self, f"am {found['x']}", "", earnest)
            self._by_subject(found["rest"], "", earnest)
        elif found := re.match(
            rf"(?P<name>{_NAME}) (?:finally |just )?proposed(?: to me)?$", text
        ):
            self._add(
                f"{found['name']} proposed to {me}",
                Told(Category.RELATIONSHIP, "partner", found["name"].lower(), 0.85),
                earnest,
            )
        elif found := _COUPLE.match(text):
            self._couple(found, earnest)
        elif found := _HIS_NAME.match(text):
            self._name_of_last(found, earnest)
        else:
            return False
        return True

    def _of_day(self, found: re.Match[str], earnest: float) -> None:
        """Add what is on a day: "Tomorrow is my first day at school"."""
        x, when = found["x"] or found["thing"], found["when"] or found["on"]
        told = Told(Category.PLAN, f"plan:{thing(x)}", thing(x), 0.82)
        self._add(f"{self._speaker}'s {x} is {when}", told, earnest, when=when)

    def _by_subject(self, text: str, when: str, earnest: float) -> bool:
        """Read a clause by its subject; say whether it has one."""
        if found := _I.match(text):
            told = earnest * (1 if text[:1] in "iI" else SPEAKER_WE)
            self._of_self(found["rest"], when, told)
        elif found := _MINE.match(text):
            self._of_mine(found, when, earnest)
        elif found := _MY_THING.match(text):
            self._of_my_thing(found, when, earnest)
        elif found := _PRONOUN.match(text):
            if self._last is not None and found["who"].lower() != "it":
                self._predicate(
                    self._last, found["rest"], when, earnest * 0.97, generic=True
                )
            elif self._last is not None and self._pet:
                self._predicate(self._last, found["rest"], when, earnest * 0.85)
        elif (found := _NAMED.match(text)) and self._knows(found["name"]):
            self._last = _One(found["name"], "other")
            self._predicate(self._last, found["rest"], when, earnest * 0.95)
        else:
            return text.lower().startswith(("you ", "it ", "that ", "this ", "there "))
        return True

    def _without_subject(self, text: str, when: str, earnest: float) -> None:
        """Read what leaves out the "I": "moving to Porto in September"."""
        if found := _LOOKED_FOR.match(text):
            self._add(
                f"{self._speaker} has plans: {found['x']}",
                Told(
                    Category.PLAN, f"plan:{thing(found['x'])}", thing(found["x"]), 0.78
                ),
                earnest,
            )
        elif re.match(r"\d{1,2}(?:,|$)", text):
            self._of_self(f"am {text}", when, earnest * ELIDED)
        elif _ELIDED_ING.match(text):
            self._of_self(f"am {text}", when, earnest * ELIDED)
        elif _ELIDED.match(text):
            self._of_self(text, when, earnest * ELIDED)
        elif found := re.match(
            rf"(?:my )?(?P<x>(?:[\w'-]+ ){{0,2}}?{PLANNED}) (?:is )?(?P<when>"
            rf"(?:on )?{WHEN}.*)$",
            text,
            re.IGNORECASE,
        ):
            self._add(
                f"{self._speaker} has {found['x']} {found['when']}",
                Told(
                    Category.PLAN, f"plan:{thing(found['x'])}", thing(found["x"]), 0.8
                ),
                earnest,
            )
        elif found := re.match(
            r"(?P<x>[\w' -]{3,40}?) (?:is|are) (?:basically |literally |absolutely "
            r"|pure |just |so )*(?:evil|disgusting|gross|the worst|poison|vile|"
            r"nasty)\b",
            text,
            re.IGNORECASE,
        ):
            self._dislikes(found["x"], earnest)
        elif found := re.match(r"anything but (?P<x>[\w -]+)", text, re.IGNORECASE):
            self._dislikes(found["x"], earnest)

    def _dislikes(self, x: str, earnest: float) -> None:
        if _POINTS.match(x):
            return
        self._add(
            f"{self._speaker} dislikes {x}",
            Told(Category.PREFERENCE, f"taste:{thing(x)}", "dislikes", 0.75),
            earnest,
        )

    # -- by subject ------------------------------------------------------------------

    def _of_self(self, rest: str, when: str, earnest: float) -> None:
        if found := _PLAYING.match(rest):
            self._add(
                f"{self._speaker} is playing {found['x']}",
                Told(Category.ROLE, "role", thing(found["x"]), 0.9),
                earnest,
            )
        elif found := _PROMISED.match(rest):
            promised = re.sub(
                r"^(?:i will|i won't|to|not to|on|by) ",
                lambda m: "will not " if "n" in m[0] and m[0] != "on " else "will ",
                found["rest"],
                flags=re.IGNORECASE,
            )
            promised = promised if promised.startswith("will") else f"will {promised}"
            self._promise(promised, when, earnest, 0.9)
        elif found := _WILL.match(rest):
            self._of_will(rest, found["rest"], when, earnest)
        else:
            self._predicate(self._self, rest, when, earnest)

    def _of_will(self, whole: str, rest: str, when: str, earnest: float) -> None:
        timed = bool(when) or _TIMED.search(rest)
        never = re.match(r"(?:never|always)\b", rest, re.IGNORECASE)
        if self._vows:
            self._promise(whole, when, earnest, 0.88)
        elif (
            _FOR_YOU.search(rest)
            and (timed or never)
            and not (_IDLE_WILL.match(rest) and not timed)
        ):
            self._promise(whole, when, earnest, 0.85)
        elif _FOR_YOU.search(rest) and not _IDLE_WILL.match(rest):
            self._promise(whole, when, earnest, 0.72)
        elif timed and not _IDLE_WILL.match(rest):
            self._add(
                self._line(self._self, f"will {rest}", when),
                Told(Category.PLAN, f"plan:{thing(rest)}", thing(rest), 0.75),
                earnest,
            )

    def _promise(
        self, promised: str, when: str, earnest: float, confidence: float
    ) -> None:
        value = thing(re.sub(r"^will (?:not |never )?", "", promised))
        self._add(
            self._line(self._self, promised, when),
            Told(Category.PROMISE, f"promise:{value}", value, confidence),
            earnest,
        )

    def _of_mine(self, found: re.Match[str], when: str, earnest: float) -> None:
        rel = found["rel"].lower()
        name = (found["name"] or "").strip(" ,")
        name = (
            name if name[:1].isupper() or name.startswith(("old ", "little ")) else ""
        )
        rest = (found["rest"] or "").strip()
        owner = f"{self._speaker}'s {(found['adj'] or '').strip()} {rel}".replace(
            "  ", " "
        )
        if found["of"] and (
            named := re.match(
                rf"names? (?:is|was|'s) (?P<name>{_NAME}|\w+)", rest, re.IGNORECASE
            )
        ):
            self._is_named(rel, named["name"], earnest)
            return
        if found["of"]:
            follows = rest.split(" ", 1)[0].lower()
            if not (
                told_by(f"is {rest}")
                or follows.endswith("ing")
                or re.fullmatch(
                    r"(?:an?|the|in|at|from|coming|called|named|\d+|so|been|got|not|on|"
                    r"allergic|visiting|dead|alive|very|really|[a-z]+ed)",
                    follows,
                )
            ):
                self._line_of_thing(f"{name or owner}'s {rest}", when, earnest)
                return
            rest = f"is {rest}"
        if named := re.match(
            rf"(?:is|was|are) (?:an? \w+ )?(?:called|named) (?P<name>{_NAME}|\w+)|"
            rf"is (?P<bare>{_NAME})$",
            rest,
        ):
            self._is_named(rel, named["name"] or named["bare"], earnest)
            return
        if name:
            self._is_named(rel, name, earnest)
        if re.match(r"(?:and|or) i\b", rest, re.IGNORECASE):
            return
        self._last = _One(name or owner, "other")
        self._pet = rel
        before = len(self._found)
        if rest:
            rest = re.sub(r"^who (?=\w+)", "", rest)
            self._predicate(self._last, rest, when, earnest, generic=True)
        if len(self._found) == before and not name:
            self._mention(rel, earnest)

    def _of_my_thing(self, found: re.Match[str], when: str, earnest: float) -> None:
        rest = f"is {found['rest']}" if found["s"] else found["rest"]
        if _NOT_FACTS.match(f"{found['thing']} {rest}") or _NOT_FACTS.match(
            found["thing"].split()[-1]
        ):
            return
        if found["s"] and re.match(r"(?:is|are|was|has)\b", found["rest"]):
            return
        self._line_of_thing(f"{self._speaker}'s {found['thing']} {rest}", when, earnest)

    def _line_of_thing(self, text: str, when: str, earnest: float) -> None:
        """Add what is so of something that somebody has."""
        match = re.match(
            r"(?P<who>.+?'s [\w' -]+?) (?P<rest>(?:is|are|was|were|has|have|had|"
            r"died|got|went|broke|won|made|in|on|sank|\w+s|\w+ed)\b.*)$",
            text,
        )
        if match is None or _NEGATIVE.match(match["rest"]):
            return
        category = (
            Category.HEALTH if _BODY_THING.search(match["who"]) else Category.PERSONAL
        )
        if re.search(r"\b(?:family|parents|folks)\b", match["who"]):
            category = Category.FAMILY
        line = without_persons(
            f"{text} {when}".strip(), self._speaker, self._other, begun=True
        )
        slot = thing(match["who"].split("'s ", 1)[1])
        self._add(
            line, Told(category, f"thing:{slot}", thing(match["rest"]), 0.74), earnest
        )

    def _predicate(
        self, one: _One, rest: str, when: str, earnest: float, *, generic: bool = False
    ) -> None:
        """Add what a predicate tells of somebody, and what its second half does."""
        first, second = _halves(rest)
        told = told_by(first) or (told_by(f"{first} {when}") if when else None)
        if second and told_by(second) is None:
            first, second = rest, ""
            told = told_by(first)
        if told is None:
            told = _event(first, when, kin=generic) or (
                _generic(first) if generic else None
            )
        if told is not None:
            self._listed(first, earnest)
            shown = _cut(first) if told.cut else first
            if one.about == "other":
                # Grammar tells more of those whom somebody knows well.
                told = told._replace(confidence=told.confidence * 0.98)
            self._add(
                self._line(one, shown, when), told, earnest, one, when or time_in(first)
            )
            self._named_within(first, told, earnest)
        if second:
            self._predicate(one, second, "", earnest)

    def _listed(self, text: str, earnest: float) -> None:
        """Add kin that a list names beside something else: "divorced, two kids"."""
        for part in text.split(", ")[1:]:
            if found := re.match(rf"(?:an?|{NUMBER}) (?:\w+ )?(?P<rel>{PETS})\b", part):
                self._add(
                    f"{self._speaker} has {part}",
                    Told(Category.PET, f"pet:{thing(found['rel'])}", thing(part), 0.85),
                    earnest,
                )
            elif _STATE.fullmatch(part) and (state := told_by(f"am {part}")):
                self._add(f"{self._speaker} is {part}", state, earnest)
            if found := re.match(
                rf"(?:an?|no|{NUMBER}) (?:\w+ )?(?P<rel>{KIN})\b", part
            ):
                told = Told(
                    Category.FAMILY, f"has:{thing(found['rel'])}", thing(part), 0.85
                )
                self._add(f"{self._speaker} has {part}", told, earnest)

    def _line(self, one: _One, predicate: str, when: str) -> str:
        own = one.name == self._speaker
        # "She works" stands in the third person already, "they work" does not.
        plural = own or (_PLURAL_VERB.match(predicate) and not _MANY.search(one.name))
        told = of_third(predicate) if plural else predicate
        body = without_persons(
            f"{told} {when}".strip(), self._speaker, self._other, begun=own
        )
        return f"{one.name} {body}"

    # -- names -------------------------------------------------------------------------

    def _couple(self, found: re.Match[str], earnest: float) -> None:
        """Read what two do together: "Robin and I got engaged"."""
        name = found["a"] or found["b"] or f"{self._speaker}'s {found['rel']}"
        told = told_by(found["rest"])
        if _COUPLED.search(found["rest"]):
            told = Told(
                Category.RELATIONSHIP,
                "partner",
                name.lower(),
                0.88,
                ended=bool(_PARTED.search(found["rest"])),
            )
        if re.match(
            r"(?:are|got|have been|were) (?:\w+ly )?(?:now |back )?together\b|"
            r"are a couple|are an item",
            found["rest"],
        ):
            told = Told(Category.RELATIONSHIP, "partner", name.lower(), 0.9)
        if told is None:
            told = _event(found["rest"], "")
        if told is None:
            return
        if told.slot in ("partner", "marriage"):
            told = told._replace(slot="partner", value=name.lower())
        body = without_persons(found["rest"], self._speaker, self._other, begun=True)
        self._add(f"{self._speaker} and {name} {body.split(',')[0]}", told, earnest)
        self._last = _One(name, "other")

    def _is_named(self, rel: str, name: str, earnest: float) -> None:
        """Add who somebody is: "Pip is Mara's cat"."""
        if name.lower() in _NO_NAMES:
            return
        name = name.strip(" ,")
        bond = re.fullmatch(
            r"(?:wife|husband|girlfriend|boyfriend|partner|fianc\u00e9e?|spouse|"
            r"hubby)",
            rel,
        )
        if re.fullmatch(PETS, rel):
            category, slot = Category.PET, f"pet:{name.lower()}"
        elif re.fullmatch(KIN, rel) and not bond:
            category, slot = Category.FAMILY, f"kin:{name.lower()}"
        else:
            category, slot = (
                Category.RELATIONSHIP,
                "partner" if bond else (f"knows:{name.lower()}"),
            )
        shown = _singular(rel)
        value = name.lower() if bond else shown
        told = Told(category, slot, value, 0.92)
        self._add(f"{name} is {self._speaker}'s {shown}", told, earnest, self._self)
        self._last = _One(name, "other")
        self._pet = rel if category is Category.PET else ""

    def _name_of_last(self, found: re.Match[str], earnest: float) -> None:
        """Add the name of what was told of last: "her name is Tofu"."""
        if not self._pet:
            return
        for name in filter(None, (found["name"], found["second"])):
            self._is_named(self._pet, name[:1].upper() + name[1:], earnest)

    def _named_within(self, text: str, told: Told, earnest: float) -> None:
        """Remember of whom a predicate tells: "have a daughter, Millie"."""
        if told.slot == "partner":
            self._pet, self._last = (
                "partner",
                _One(f"{self._speaker}'s partner", "other"),
            )
        rel = re.search(rf"\b(?P<rel>{_REL})\b", text, re.IGNORECASE)
        if rel is None or told.category not in (
            Category.PET,
            Category.FAMILY,
            Category.RELATIONSHIP,
        ):
            return
        self._pet = rel["rel"].lower()
        self._last = _One(f"{self._speaker}'s {self._pet}", "other")
        if called := _CALLED.search(text):
            for name in filter(None, (called["name"], called["second"])):
                self._is_named(self._pet, name[:1].upper() + name[1:], earnest)

    def _apposed(self, text: str, earnest: float) -> None:
        """Add who is named beside what they are: "my uncle Pete's farm"."""
        for found in _NAME_MY.finditer(text):
            self._is_named(found["rel"].lower(), found["name"], earnest)
        for found in _APPOSED.finditer(text):
            for name in filter(None, (found["name"], found["second"])):
                self._is_named(found["rel"].lower(), name.removesuffix("'s"), earnest)

    def _mention(self, rel: str, earnest: float) -> None:
        told = Told(Category.FAMILY, f"has:{rel}", rel, 0.7)
        self._add(f"{self._speaker} has a {rel}", told, earnest)

    def _knows(self, name: str) -> bool:
        return any(
            name.split()[-1] in one.text for one in self._found
        ) and name not in (self._speaker, self._other)

    # -- roles -------------------------------------------------------------------------

    def _roles(self, text: str, earnest: float) -> None:
        """Add who plays whom: "Let's play: I'm the sheriff and you're the outlaw"."""
        body = _ROLE_FRAME.sub("", text)
        if re.match(r"\W*(?:my (?:character|role|persona|oc))\b", text, re.IGNORECASE):
            body = f"i am {body}"
        for found in _ROLE.finditer(body):
            yours = found.group().lower().startswith("you")
            one = self._you if yours else self._self
            x = found["x"].split(",")[0]
            line = without_persons(
                f"is playing {x}", self._speaker, self._other, begun=not yours
            )
            self._add(
                f"{one.name} {line}",
                Told(Category.ROLE, "role", thing(x), 0.9),
                earnest,
                one,
            )

    # -- adding ------------------------------------------------------------------------

    def _add(
        self,
        text: str,
        told: Told,
        earnest: float,
        one: _One | None = None,
        when: str = "",
    ) -> None:
        one = one or self._self
        line = re.sub(r"\s+", " ", text).strip(" ,;:.!") + "."
        if any(known.text == line for known in self._found):
            return
        self._found.append(
            Fact(
                text=line[:1].upper() + line[1:],
                about=one.about,
                subject=one.name,
                category=told.category,
                slot=told.slot,
                value=told.value,
                confidence=round(min(1.0, told.confidence * earnest), 3),
                ended=told.ended,
                when=when,
            )
        )


_POINTS: Final = re.compile(
    r"(?:you|that|this|these|those|it|he|she|they|i|we|what|people|men|women|life|"
    r"everything|nothing|there)\b",
    re.IGNORECASE,
)
_NO_NAMES: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday christmas easter "
    "i the a my so and but is was not".split()
)
_STATE: Final = re.compile(
    r"(?:happily |recently )?(?:married|divorced|single|widowed|engaged|vegan|"
    r"vegetarian|retired|unemployed|left-handed|sober|gay|bi|trans|adopted|\d{2})",
    re.IGNORECASE,
)
_COUPLED: Final = re.compile(
    r"\b(?:divorc\w*|separat\w*|married|marrying|engaged|dating|expecting|moved in|"
    r"broke up|split up|breaking up|moving in)\b"
)
_PARTED: Final = re.compile(
    r"\b(?:divorc\w*|separat\w*|broke up|split up|breaking up)\b"
)
_PLURAL_VERB: Final = re.compile(
    r"(?:are|have|were|do|don't|haven't|aren't)\b", re.IGNORECASE
)
_MANY: Final = re.compile(r"\b(?:\w{3,}s|children|folks|people|sheep|fish)$|\band\b")
_NEGATIVE: Final = re.compile(
    r"(?:is|are|was|has|have)(?:n't| not)\b|(?:doesn't|don't|can't|won't)\b"
)


_BARE_KIN: Final = re.compile(
    r"^(mom|mum|mommy|mummy|dad|daddy|grandma|grandpa|granny|gran|nan|mama|papa)"
    r"('s)? (?=\w)",
    re.IGNORECASE,
)


def _with_my(clause: str) -> str:
    """Write "Mom" and "Uncle Ned" as kin of who speaks."""
    if found := _TITLED_KIN.match(clause):
        return f"my {found.group().lower()}{clause[found.end() :]}"
    if found := re.match(
        rf"the (?={PETS}(?:'s| is) (?:called|named)\b)", clause, re.IGNORECASE
    ):
        return f"my {clause[found.end() :]}"
    return _BARE_KIN.sub(r"my \1\2 ", clause)


_JOINS_TWO: Final = re.compile(
    rf"(?:{_NAME}|(?:my|our|his|her) [\w-]+|me|i|I) and", re.IGNORECASE
)


def _clauses(text: str) -> Iterator[str]:
    start = 0
    for found in _BOUND.finditer(text):
        if _JOINS_TWO.fullmatch(text[start : found.end()].strip()):
            continue
        if piece := text[start : found.start()].strip():
            yield piece
        start = found.end()
    if piece := text[start:].strip():
        yield piece


def _without_leading_time(text: str) -> tuple[str, str]:
    """Take "Tomorrow" or "Every summer" off the front of a clause."""
    found = _LEADING_TIME.match(text)
    if found is None:
        return text, ""
    return text[found.end() :], found["when"].lower() if not found["when"][
        :1
    ].isdigit() else found["when"]


def _halves(predicate: str) -> tuple[str, str]:
    """Cut "is seven and obsessed with sharks" in two predicates."""
    found = re.search(
        r"(?<!hundred)(?<!between),? and (?:also |now |then )?(?=[a-z])", predicate
    )
    if found is None:
        return predicate, ""
    first, second = predicate[: found.start()], predicate[found.end() :]
    be = re.match(r"(?:am|is|are|was|were)\b", first)
    if be and told_by(f"{be.group()} {second}") is not None:
        return first, f"{be.group()} {second}"
    return first, second


def _cut(text: str) -> str:
    """Cut at a comma, unless more of the same or where and since when follows."""
    if _is_list(text):
        return text
    first, *rest = text.split(", ")
    for part in rest:
        if not re.match(r"(?:in|at|near|with|from|since|for|on|as|by)\b", part):
            break
        first = f"{first}, {part}"
    return first


def _is_list(text: str) -> bool:
    """Say whether what follows a comma lists more of the same."""
    return (
        re.search(
            r", (?:[\w'-]+ ?){1,4}(?:, (?:[\w'-]+ ?){1,4})*,? (?:and|or) "
            r"(?:[\w'-]+ ?){1,4}$",
            text,
        )
        is not None
    )


def _event(predicate: str, when: str, *, kin: bool = False) -> Told | None:
    """Return what happened; an event that says nothing more than its verb is none."""
    found = _PAST.match(predicate)
    if found is None or _IDLE_PAST.match(predicate) or _NEGATIVE.match(predicate):
        return None
    words = len(predicate.split())
    dated = bool(when or time_in(predicate) or predicate.endswith(" once"))
    named = re.search(r"(?<=\w )[A-Z][a-z]+|\d", predicate) is not None
    kin = kin or re.search(rf"\bmy {_REL}\b", predicate) is not None
    # What is done every day is no event.
    sure = (
        (0.64 if re.match(r"(?:have|has) ", predicate) else 0.58)
        + 0.1 * dated
        + 0.08 * named
        + 0.02 * min(5, words - 3)
        + 0.14 * kin
    )
    sure -= 0.12 if _EVERYDAY.match(predicate) else 0.0
    return Told(
        Category.EVENT,
        f"did:{thing(predicate)}",
        thing(found["rest"]),
        min(0.8, sure),
        cut=False,
    )


def _generic(predicate: str) -> Told | None:
    """Return what somebody's kin or friend does, whatever it is."""
    if _NEGATIVE.match(predicate) or len(predicate.split()) < 2:
        return None
    if re.match(
        r"(?:is|are|was|were) (?:so |very |really |being |just |here|there|not|ok|"
        r"fine|asleep|home|late|sick of|mad|angry|upset|driving me|killing|calling|"
        r"going)",
        predicate,
    ):
        return None
    if re.match(r"\w+ (?:that|this|it|you)\b", predicate):
        return None
    if re.match(
        r"(?:would|could|might|will|should|can|says?|said|thinks?|told|asked|wants?"
        r"|just|looks?|seems?|keeps?|needs?|called|texted|used to say)\b",
        predicate,
    ):
        return None
    return Told(Category.PERSONAL, f"is:{thing(predicate)}", thing(predicate), 0.74)


def _singular(rel: str) -> str:
    if rel.endswith("ies"):
        return f"{rel[:-3]}y"
    return rel.removesuffix("s") if not rel.endswith("ss") else rel


# -- answers -------------------------------------------------------------------------------

_HAS_SUBJECT: Final = re.compile(
    r"^(?:i|we|my|he|she|they|it|that|this|you|there|our)\b", re.IGNORECASE
)
_YES: Final = re.compile(
    r"^(?:yes|yeah|yep|yup|sure|of course|absolutely|definitely|i do|i am|guilty|"
    r"always|every day|totally)\b[,.! ]*",
    re.IGNORECASE,
)
_NO: Final = re.compile(
    r"^(?:no|nope|nah|not really|never|none|nothing)\b", re.IGNORECASE
)
_ASKED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), lead)
    for pattern, lead in (
        (
            r"\b(siblings|brothers|sisters|kids|children|pets?|animals)\b[^?]*\?",
            "I have {}",
        ),
        (r"\b(?:doctor|diagnos|medical|condition)\w*\b[^?]*\?", "I have {}"),
        (r"\ballerg\w+[^?]*\?", "I am allergic to {}"),
        (
            r"\bwhat (?:do you do|is your (?:job|profession|trade)|are you (?:by|"
            r"for))\b|\byour (?:job|trade|profession)\b|\bdo for (?:a living|"
            r"work)\b",
            "I am {}",
        ),
        (r"\bwhere do you (?:live|stay)\b|\bwhere (?:is|'s) home\b", "I live in {}"),
        (
            r"\bwhere (?:are|do) you (?:come )?from\b|\bwhere are you from\b",
            "I am from {}",
        ),
        (r"\bwhere (?:were you born|did you grow up)\b", "I grew up in {}"),
        (r"\blanguages\b", "I speak {}"),
        (r"\byour (?:star )?sign\b", "I am a {}"),
        (r"\bhow old\b", "I am {}"),
        (r"\byour birthday\b|\bwhen were you born\b", "my birthday is {}"),
        (
            r"\b(?:what are you|anything you are|you) (?:afraid|scared) of\b|"
            r"\byour (?:biggest |greatest |worst )?fear\b",
            "I am afraid of {}",
        ),
        (r"\bwhere do you work\b", "I work at {}"),
        (r"\bwhat (?:are you studying|do you study)\b", "I study {}"),
        (
            r"\bwhat (?:do you play|instrument)\b|\bplay an(?:y)? instruments?\b",
            "I play {}",
        ),
        (r"\byour favou?rite ([\w ]+?)\?", "my favorite {0} is {}"),
        (
            r"\b(?:his|her|its|the \w+'s|(?:cat|dog)(?:'s)?) name\b|\bcalled\?|"
            r"\bname (?:him|her|it)\b",
            "",
        ),
    )
)


def answered(clause: str, before: str) -> str:
    """Return an answer as a clause with a subject; empty if it is none.

    Args:
        clause: The first clause of a message.
        before: The message before it.
    """
    if "?" not in before or _HAS_SUBJECT.match(clause) or len(clause.split()) > 14:
        return ""
    asked = before[: before.rindex("?") + 1].rsplit(". ", 1)[-1]
    if _NO.match(clause):
        return ""
    if yes := _YES.match(clause):
        rest = clause[yes.end() :]
        if (
            rest
            and re.match(rf"(?:an?|{NUMBER}|just) ", rest)
            and re.search(
                r"\b(?:pets?|kids|children|siblings|animals|have|own)\b", asked
            )
        ):
            return f"I have {rest.removeprefix('just ')}"
        return _yes(asked, rest)
    if (
        re.search(r"\b(?:plans|weekend|doing|up to|tonight|tomorrow)\b", asked)
        and re.match(r"\w+ing\b", clause)
        and time_in(asked)
    ):
        return f"I am {clause} {time_in(asked)}"
    if (
        named := re.search(
            rf"\b(?:your|the) (?P<rel>{_REL})(?:'s name| called)\b|\bcall (?:your|the) "
            rf"(?P<it>{_REL})\b|name of your (?P<one>{_REL})",
            asked,
        )
    ) and len(clause.split()) <= 2:
        return f"my {named['rel'] or named['it'] or named['one']}'s name is {clause}"
    for pattern, lead in _ASKED:
        if (found := pattern.search(asked)) and lead:
            what = found.group(1) if found.groups() else ""
            if lead == "I have {}" and re.match(
                rf"{NUMBER}(?:[ ,.]|$)", clause, re.IGNORECASE
            ):
                return _counted(clause, what)
            return lead.replace("{0}", what).replace("{}", _with_article(clause, lead))
    return ""


def _counted(clause: str, what: str) -> str:
    """Return a number with what was asked for: "Three" kids."""
    if re.search(rf"\b{_REL}\b", clause, re.IGNORECASE):
        return f"I have {clause}"
    return f"I have {clause.split(',')[0].split(' ')[0].lower()} {what}"


def _yes(asked: str, rest: str) -> str:
    """Return what a "yes" says."""
    if rest and not re.match(
        r"(?:it|love|three|all|every|since|for|very|always|a (?:bit|lot)|still|have"
        r"|happily)\b",
        rest,
        re.IGNORECASE,
    ):
        return ""
    found = re.search(
        r"\b(?P<verb>do|are|have) you (?P<rest>(?:like|love|have|play|speak|smoke|"
        r"drink|live|work|married|vegetarian|vegan|allergic|an?|from|scared|afraid|"
        r"into|got|own|believe|still) ?[^?]*)\?",
        asked,
        re.IGNORECASE,
    )
    if found is None:
        return ""
    verb = {"do": "", "are": "am ", "have": "have "}[found["verb"].lower()]
    return (
        f"I {verb}{found['rest']}".replace("have got", "have")
        .replace("still ", "")
        .replace(" any ", " ")
    )


def _with_article(clause: str, lead: str) -> str:
    """Return a trade with its article."""
    if lead != "I am {}" or re.match(
        r"(?:an?|the|in|retired|unemployed|\d)\b", clause, re.IGNORECASE
    ):
        return clause
    if not re.match(r"[a-z-]+(?:,| |$)", clause, re.IGNORECASE):
        return clause
    return (
        f"{'an' if clause[:1].lower() in 'aeiou' else 'a'} {clause[:1].lower()}"
        f"{clause[1:]}"
    )
