"""How people begin to tell of something that both know of.

Owns: the shapes of a report's first sentence: no subject, somebody whom nothing
before it names, a number, a superlative.
Knows nothing of: what it may be, days, chats.

"Donated 14 inches", "his mom hates me" and "worst talk I ever had" leave out what both
know of. "I bought a plant", "my shoes are soaked" and "had a burger for lunch" are news
of their own.
"""

from __future__ import annotations

import re
from typing import Final

from ..text.patterns import late

_PAST: Final = (
    r"(?:\w{2,}[^e\W]ed|was|were|got|came|saw|sat|stood|ran|lost|broke|fell|felt"
    r"|threw|sold|paid|spent|kept|left|told|sang|spoke|wrote|swam|rode|drove|flew"
    r"|burnt|forgot|hit|held|fought|gave|took|shot|stuck|sent|blew|beat|bit|caught"
    r"|chose|cut|drew|knew|put|quit|rang|shook|split|swore|taught|tore|wore|did|ended"
    r"|died|tied|cried|lied|freed|agreed|brought|began|hung|won|made|said|thought"
    r"|found|became|led|laid|woke|drank|ate|clung|crept|dug|fled|grew|hid|knelt|met"
    r"|overslept|proved|rose|shone|slid|spun|spat|stole|stung|stank|struck|swept|swung"
    r"|wept|bought)"
)
_EVERYDAY: Final = (
    r"(?:watched|bought|read|had|ate|slept|woke|cooked|made|baked|cleaned|ordered"
    r"|finished"
    r"|listened|worked|binged|napped|played|walked|showered|stayed|tried|missed"
    r"|need(?:ed)?|tired|bored|red|bed|used|excited|scared|worried|interested|annoyed"
    r"|confused|stressed|exhausted|hundred|ordered|downloaded|installed|subscribed)\b"
)
"""What people do on any day, and what they are in."""

_ASKS: Final = (
    r"(?:did|was|were|had) (?:you|your|i|he|she|they|it|we|the|that|this|anyone)\b"
)
_OBJECT: Final = (
    r"(?! (?:my|an?|some|another|new|out of bed|up|home late|the (?:bus|train|tram"
    r"|dog|cat|dishes|laundry|kids|garden|kitchen|news)|(?:\w+ )?again|asleep|bored"
    r"|hungry|tired|sleepy|cold|sick of"
    r"|(?:home |back |off )?(?:from )?(?:work|school|uni|the gym|class|practice)"
    r"|to (?:bed|sleep|say|tell|ask))\b)"
)
"""A thing that is named for the first time has news of its own."""

_NO_SUBJECT: Final = late(
    rf"^(?:(?:just|finally|almost|barely|totally|completely|even|also|so|only)"
    rf" )*(?!{_EVERYDAY}|{_ASKS}){_PAST}\b{_OBJECT}",
    re.IGNORECASE,
)
_GOT: Final = late(
    r"^got (?:an?|one|two|my) (?!new\b|headache|cold\b|text|call|e?mail|letter|package"
    r"|parcel|message|feeling|question|minute|second|puppy|kitten|dog|cat)\w+",
    re.IGNORECASE,
)
_WE: Final = late(
    rf"^we (?:(?:all|both|just|finally|even|actually|never|almost) )*(?!{_EVERYDAY})"
    rf"{_PAST}\b",
    re.IGNORECASE,
)
_I_DID: Final = late(
    rf"^i (?:\w+ )?(?!{_EVERYDAY}){_PAST}(?=\s*[!.,]|\s*$)", re.IGNORECASE
)
_SOMEBODY: Final = late(
    r"^(?:(?:nobody|no one|hardly any\w*|barely any\w*|everyone|everybody|someone"
    r"|somebody|almost (?:everyone|nobody|no one)|one (?:guy|kid|person|woman|man|girl"
    r"|boy|lady|dude)|(?:a|some|this one|the)(?: \w+)? (?:couple|family|stranger|guy"
    r"|lady|kid|man|woman|dude"
    r"|girl|boy)|half (?:of )?the \w+|the (?:whole|entire) \w+|both of (?:us|them)"
    rf"|(?:two|three|all|most|none|half) of (?:us|them)) (?:\w+ )?{_PAST}\b"
    r"|(?:keiner|niemand|alle|einer) (?:kam|war|hat|haben|waren|ist|wollte)\b)",
    re.IGNORECASE,
)
_COUNTED: Final = late(
    r"^one \w+(?: \w+)? out of\b|^so many \w+|^(?:only |just |about |almost |over "
    r"|like |all )?(?:\d[\d.,:/%-]*|two|three|four"
    r"|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty"
    r"|hundreds?|thousands?|half|zero|stage|grade|place|number)\b"
    r"(?!.*\b(?:to go|left|more|until|till|sleep|slept|old|ago|now)\b)",
    re.IGNORECASE,
)
_NONE: Final = late(
    r"^(?:there(?:'s| is| was) (?=nothing (?:there|wrong|serious"
    r"|broken)))?(?:no(?= \w+(?:$|[^\w\s]| (?:at|in|on|for|after|from|but|so|and)\b))"
    r"|not(?= (?:an?|the|one|any|bad|cancer|guilty|what|too|so|quite|exactly)\b|"
    r" \w+(?:$|[!.]))|nothing(?= (?:there|serious|broken|wrong|happened|bad)\b))"
    r"(?! (?:idea|sleep|plans?|thanks?|worries|problem|way|clue|doubt|need|rush|bother"
    r"|kidding|offen[cs]e|joke|biggie|pressure|homework|school|work|much|really|sure"
    r"|now|yet|today|tonight|hungry|tired|sleepy|here|you|me|interested|one (?:to|in)"
    r"|again|too (?:much|late|long)|so (?:much|fast|soon)|feeling|anymore|internet"
    r"|wifi|reason|time|energy)\b)",
    re.IGNORECASE,
)
_THAN: Final = late(
    r"^(?:it'?s |was |so |way |much |a lot |far |even |a bit |slightly |viel |noch )*"
    r"(?:\w+(?:er|ier)|more \w+|less \w+|mehr|weniger) (?:than|als)\b(?! (?:you|me"
    r"|yours?)\b)",
    re.IGNORECASE,
)
_MOST: Final = late(
    r"\b(?:worst|best|hardest|longest|shortest|craziest|happiest|saddest|scariest"
    r"|weirdest|proudest|most \w+) (?:[\w-]+ ){1,3}(?:(?:i'?ve|i have|i|we'?ve|we) )?"
    r"(?:\w+ )?(?:ever|of my (?:whole |entire )?life|in (?:my life|years|ages|a long"
    r" time))\b|\bnever (?:felt|been|seen|laughed|cried|slept|run|danced|eaten|heard)"
    r" (?:so|as|such|anything)\b|\b(?:schlimmste|sch\u00f6nste|schwerste|beste"
    r"|gr\u00f6\u00dfte)\w* "
    r"(?:\w+ )?meines lebens\b|\u8fd9\u8f88\u5b50\u6700",
    re.IGNORECASE,
)
_THING_DID: Final = late(
    r"^(?:and |but |so |well |then )*(?:it|that|this)(?: all| really| just| almost"
    r"| nearly| totally| completely)? (?:broke|blew|took|made|gave|meant|hit|sank|fell"
    r"|came|brought|cost|became|began|flew|felt|kept|left|ran|sucked|rocked|worked)\b"
    r"|^(?:sounds|looks|works|fits|tastes|smells|runs|drives) (?:like(?! (?:a plan|you"
    r"|it"
    r"|fun))|as|again|perfect\w*|amazing|brand)\b|^we(?:'re| are) (?:an? |in |on |now )"
    r"(?!bit|trouble|(?:the )?mood|it|my)",
    re.IGNORECASE,
)
_BACK: Final = late(
    r"^(?:(?:we're|we are|i'm|im|i am|finally|safely) )*(?:back|home) (?:in|from|at|on"
    r"|with|safe|and)\b|^still (?!waiting|working|trying|thinking|looking|reading"
    r"|watching|playing|sitting|lying|going|doing|being|having|raining|snowing|freezing"
    r"|feeling|wondering|writing|studying|packing|learning|eating|using|living)\w+ing\b"
    r"|^all \w+ed (?:up|out|now)\b|^(?:just|only) an? (?!bit|quick|little|sec|minute"
    r"|moment|question|thought|normal|regular|lazy|few)\w+|^the (?:thing|little (?:man"
    r"|one|guy|lady|girl|boy))\b|^\w+ (?:cried|blinked|fainted|screamed|puked|threw up"
    r"|loved it|hated it)\b",
    re.IGNORECASE,
)
_MIXED: Final = late(
    r"^(?!good (?:morning|evening|afternoon|night|day|luck|to)\b)(?:gorgeous|beautiful"
    r"|awful|terrible|nice|great|lovely|cute|tiny|huge|horrible"
    r"|amazing|weird|decent|good|bad|rough|tough|perfect|fantastic|clean|flat|full"
    r"|instant|total|complete|minor|major) [\w-]+(?: [\w-]+)?(?: but\b| at\b| of\b|!"
    r"|,|$)",
    re.IGNORECASE,
)
_GERMAN: Final = late(
    r"^wir (?:haben|sind|waren|hatten) (?!.*\b(?:gegessen|gekocht|geguckt|geschaut"
    r"|kein\w*|jetzt)\b)\w+|^nichts (?:schlimmes|ernstes|passiert|gebrochen|gefunden)"
    r"|^nur (?:eine?|zwei|drei) \w+|^(?:das|es) war (?!so hei\u00df|kalt|sp\u00e4t)\w+"
    r"|^(?:wurde|durfte|musste"
    r"|konnte|stand|sa\u00df) (?!ich\b|du\b|mal\b)\w+",
    re.IGNORECASE,
)
_CHINESE: Final = late(
    r"^(?!\u5403|\u7761|\u6d17|\u6211|\u4f60)\S{1,3}(?:\u597d|\u6210|\u4e0a|\u4e0b"
    r"\u6765|\u8dd1\u8c03|\u4e2d)\u4e86|^(?:\u5c45\u7136|\u7adf\u7136|\u679c\u7136"
    r"|\u539f\u6765|\u6c14\u6c1b)|^(?:\u4ed6|\u5979"
    r"|\u5b83)(?!\u4eec?\u8bf4\u8981\u4e0b)"
)
_SHAPES: Final = (
    _NO_SUBJECT,
    _GOT,
    _WE,
    _I_DID,
    _SOMEBODY,
    _COUNTED,
    _NONE,
    _THAN,
    _MOST,
    _THING_DID,
    _BACK,
    _MIXED,
    _GERMAN,
    _CHINESE,
)

_WHO: Final = late(
    r"\b(?:he|she|they|him|her|his|them|their)(?:'\w+)?\b", re.IGNORECASE
)
_ALL_OF_THEM: Final = late(
    r"^(?:they|them) (?:say|should|always|never|ought|sell|make|need to|have to|keep)\b"
    r"|\b(?:miss|love|hate) (?:him|her|them)\b",
    re.IGNORECASE,
)
_NAMED_BEFORE: Final = late(
    r"\b(?:an?|the|my|our|your|this|that|these|those|some|any|every|each|another|one"
    r"|two|three)\s+\w+|\b[a-z]{2,}[^\Wsi]s\b(?<!was)|(?<=\w )[A-Z][a-z]+"
    r"|^[A-Z][a-z]+ (?:and|is|was|said|has|had"
    r"|[a-z]+ed|[a-z]+s)\b|\b(?:people|someone|somebody|everyone|everybody|nobody"
    r"|anyone|mum|mom|dad|grandma|grandpa|nana|nan|cats|dogs|kids|men|women|birds)\b"
)


def is_report(sentence: str) -> bool:
    """Say whether a sentence has the shape in which a report begins."""
    if any(shape.search(sentence) for shape in _SHAPES):
        return True
    who = _WHO.search(sentence)
    if who is None or _ALL_OF_THEM.search(sentence):
        return False
    return _NAMED_BEFORE.search(sentence[: who.start()]) is None
