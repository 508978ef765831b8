"""What is only an opinion of somebody, and no fact about them.

Owns: the words in which people praise and scold, in English, German and Chinese.
Knows nothing of: who says it, facts.

"My boss is an idiot" tells how its speaker feels today; "my boss is a lawyer" lasts.
Words that may be meant as they are ("my pet is a snake", "my father is the king") are
none of these.
"""

from __future__ import annotations

import re
from typing import Final

from ..text.patterns import late

_OPINION: Final = late(
    r"\b(?:is|are|was|were|'s|'re) (?:(?:such|still|just|really|actually|honestly"
    r"|literally|truly|always|being|quite|kind of|a bit of|so|definitely|absolutely"
    r"|simply|only) )*(?:(?:an?|the|my|our|one|complete|total|absolute|real|right|huge"
    r"|massive|big|little|lazy|old|stupid|utter|fucking|freaking|bloody|goddamn|damn"
    r"|actual|true|pure|such|biggest|selfish|pompous|lying|cheating|crazy|sweet) "
    r")*(?:idiots?|morons?|fools?|jerks?|assholes?|arseholes?|ass|pricks?|dicks?"
    r"|dickheads?|bitch(?:es)?|bastards?|cunts?|twats?|wankers?|tossers?|creeps?|slobs?"
    r"|clowns?|jokes?|monsters?|tyrants?|dictator|nightmares?|disasters?|mess|train "
    r"?wrecks?|losers?|liars?|cheats?|cheater|snobs?|brats?|drama queens?|divas?"
    r"|narcissists?|psychos?|psychopaths?|sociopaths?|lunatics?|maniacs?|nutcases?"
    r"|nutters?|weirdos?|weirdest|freaks?|pain|handful|menace|terror|saints?|angels?"
    r"|treasures?|gems?|heroe?s?|legends?|superstars?|rock ?stars?|rock|sweethearts?"
    r"|darlings?|dears?|peach|keepers?|catch|delight|blessings?|godsend|life ?savers?"
    r"|troopers?|champs?|potato|dorks?|dumbass|dummy|dummies|goofballs?|goof|cuties?"
    r"|hell|best|worst|greatest|cutest|sweetest|funniest|genius(?:es)?|piece of (?:shit"
    r"|junk|work|crap|garbage)|something else|a lot|joy|riot|hoot|scream|softie|gossip"
    r"|control freak|know-it-all|bore|hypocrite|coward|good (?:boy|girl|man|woman"
    r"|person|guy|friend|sport|egg|one|kid|dog|cat|mum|mom|dad)s?|bad (?:person|man"
    r"|influence)|great (?:guy|man|woman|person|friend|kid|mum|mom|dad|cook))(?= (?:in"
    r"|to|of|at|with|about|sometimes|today|lately|again|and|but|when|because|for|ever|i"
    r"|on)\b|[.,;!]|$)|\b(?:ist|sind|war|waren) (?:(?:so|echt|wirklich|einfach|total"
    r"|nur|halt|voll|manchmal|ganz) )*(?:(?:ein|eine|der|die|das|ne|n|totaler|totale"
    r"|absoluter|absolute|richtiger|richtige|echter|echte|kompletter|gr\u00f6\u00dfte"
    r"|gr\u00f6sste|so) )*(?:Idiot(?:in|en)?|Trottel|Depp|Arsch|Arschloch"
    r"|Arschl\u00f6cher|Mistkerl|Mistst\u00fcck|Zicke|Schlampe|Vollidiot(?:in)?"
    r"|Vollpfosten|Spinner(?:in)?|Volltrottel|L\u00fcgner(?:in)?|Engel|Schatz"
    r"|Held(?:in)?|Albtraum|Alptraum|Katastrophe|Horror|Witz|Clown|Monster"
    r"|Tyrann(?:in)?|Narzisst(?:in)?|Psycho|Nervens\u00e4ge|H\u00f6lle|Goldschatz|Genie"
    r"|Beste[rns]?|Schlimmste|Chaot(?:in)?|Feigling|Heuchler(?:in)?|Ekel|Pest|Traum"
    r"|Legende)(?= (?:und|aber|weil|wenn|zu|f\u00fcr|mit)\b|[.,;!]|$)",
    re.IGNORECASE,
)
_OPINION_ZH: Final = late(
    r"(?:\u662f|\u5c31\u662f|\u771f\u662f)(?:\u4e00?\u4e2a|\u4f4d|\u6761)?(?:\u5927"
    r"|\u8d85\u7ea7|\u771f\u6b63\u7684|\u5f7b\u5934\u5f7b\u5c3e\u7684)?(?:\u767d\u75f4"
    r"|\u50bb\u74dc|\u7b28\u86cb|\u50bb\u5b50|\u6df7\u86cb|\u738b\u516b\u86cb"
    r"|\u50bb\u903c|\u8822\u8d27|\u5929\u4f7f|\u5b9d\u8d1d|\u4eba\u6e23|\u6e23\u7537"
    r"|\u6e23\u5973|\u9a97\u5b50|\u6076\u9b54|\u5947\u8469|\u795e\u7ecf\u75c5"
    r"|\u75af\u5b50|\u53d8\u6001|\u5c0f\u4eba|\u597d\u4eba|\u574f\u4eba|\u5e9f\u7269"
    r"|\u620f\u7cbe|\u5929\u624d|\u82f1\u96c4|\u5669\u68a6|\u6700\u68d2\u7684"
    r"|\u6700\u597d\u7684)(?=[\uff0c\u3002\uff01,.!]|$)",
)
_NO_NAME: Final = late(
    r"(?:irrelevant|unimportant|important|funny|silly|weird|strange|long|short|unusual"
    r"|odd|common|boring|stupid|hard|easy|difficult|none|secret|private|mud|unknown|old"
    r"|new|pretty|nice|cool|classified|fine|also|actually|too|so|very|really|just"
    r"|different|similar|known|taken|gone|cursed|crazy|maybe|later|back|tomorrow|when"
    r"|old-fashioned|names|anything|whatever|mad|insane|lazy|paranoid|dramatic|nuts"
    r"|sentimental|selfish|biased|spoiled|naive|romantic|lucky|stubborn|ugly|beautiful"
    r"|fat|dumb|useless|wrong|right|ill|asap|anytime|now|today|again|out|up|it|that"
    r"|this|what|how|car|bus|train|foot|bike|mine|yours|ours|everything|nothing"
    r"|something|nobody|spelled|spelt|written|pronounced|misspelled|on|in|at|not|still"
    r"|already|the|an?|egal|unwichtig|komisch|lang|kurz|selten|geheim)(?: .*)?",
    re.IGNORECASE,
)


def is_opinion(text: str) -> bool:
    """Say whether a line only says what somebody thinks of another."""
    return _OPINION.search(text) is not None or _OPINION_ZH.search(text) is not None


def is_no_name(word: str) -> bool:
    """Say whether what a name is said to be is a word about it: "irrelevant"."""
    return _NO_NAME.fullmatch(word) is not None
