"""What the first words of a talk allude to without naming it.

Owns: which words only make sense to one who knows what they are about.
Knows nothing of: what that may be, days, chats.

Whoever begins a talk with "she cried" or "easier than I thought" speaks of what both
know of; whoever begins it with "I bought a plant" does not.
"""

from __future__ import annotations

import re
from typing import Final

from ..text.patterns import late
from .reports import is_report

_OPENING: Final = late(
    r"^(?:(?:well|so|ugh|argh|omg|lol|haha|ok|okay|hey|hi|hello|hallo|heya|yo|phew|wow"
    r"|yay|woo+|woohoo|god|man|damn|fuck|shit|oh(?: my god)?|ah|hm+|um+|uh|and|but"
    r"|anyway|sooo*|na ja|naja|tja|puh|boah|also|hm|ach|oh mann|guess what|update|news"
    r"|good news|bad news|sad news|honestly|luckily|sadly|unfortunately|leider|zum "
    r"gl\u00fcck|\u54ce|\u5509|\u554a|\u54c8\u54c8|\u55e8|\u54c7)\b\W*)*",
    re.IGNORECASE,
)
"""What comes before what is told."""

_BARE: Final = late(
    r"^(?:(?:so|really|pretty|quite|absolutely|totally|just|actually|honestly|kinda"
    r"|kind of|sort of|way|much|a lot|far|even|super|very|an?|the|total|complete|utter"
    r"|pure|absolute|echt|total|richtig|ganz|so|viel|gar nicht(?: so)?|nicht so|sehr"
    r"|eine?|halb so|wirklich|leider) )*(?:awful|terrible|horrible|great|good|bad"
    r"|better|worse|worst|best|amazing|awesome|fantastic|brilliant|brutal|rough|tough"
    r"|hard|easy|easier|harder|okay|ok|alright|fine|decent|mediocre|meh|perfect"
    r"|wonderful|magical|lovely|beautiful|incredible|unbelievable|insane|crazy|intense"
    r"|weird|strange|awkward|boring|exhausting|stressful|fun|funny|nice|sad|emotional"
    r"|embarrassing|humiliating|painful|scary|disappointing|shorter|longer|quick(?:er)?"
    r"|success(?:ful)?|disaster|nightmare|catastrophe|triumph|torture|hell|heaven|bliss"
    r"|chaos|epic|smooth|flawless|furchtbar|schrecklich|schlimm|super|toll|gut|schlecht"
    r"|besser|schlechter|leicht(?:er)?|schwer(?:er)?|sch\u00f6n|wundersch\u00f6n"
    r"|katastrophe|grauenvoll|peinlich|anstrengend|mega|klasse|okay|einfach(?:er)?"
    r"|komisch|seltsam|traurig|lustig|halb so wild|horror)(?: (?:than|as|though|tbh"
    r"|honestly|lol|haha|actually|again|als|wie)\b.*|[^\w\s].*|)$|^not (?:as|so|too"
    r"|that|half|nearly as|even)?(?: )?(?:awful|terrible|horrible|great|good|bad|better"
    r"|worse|worst|best|amazing|awesome|fantastic|brilliant|brutal|rough|tough|hard"
    r"|easy|easier|harder|okay|ok|alright|fine|decent|mediocre|meh|perfect|wonderful"
    r"|magical|lovely|beautiful|incredible|unbelievable|insane|crazy|intense|weird"
    r"|strange|awkward|boring|exhausting|stressful|fun|funny|nice|sad|emotional"
    r"|embarrassing|humiliating|painful|scary|disappointing|shorter|longer|quick(?:er)?"
    r"|success(?:ful)?|disaster|nightmare|catastrophe|triumph|torture|hell|heaven|bliss"
    r"|chaos|epic|smooth|flawless|furchtbar|schrecklich|schlimm|super|toll|gut|schlecht"
    r"|besser|schlechter|leicht(?:er)?|schwer(?:er)?|sch\u00f6n|wundersch\u00f6n"
    r"|katastrophe|grauenvoll|peinlich|anstrengend|mega|klasse|okay|einfach(?:er)?"
    r"|komisch|seltsam|traurig|lustig|halb so wild|horror)\b|^(?:could|couldn'?t"
    r"|can'?t) have (?:gone|been|done|asked)|^(?:could|might) be (?:worse|better)"
    r"|^(?:no|zero) (?:luck|chance|dice|chemistry|spark)\b|^nope\b(?=\W*$)|^yes+\b(?=!)"
    r"|^(?:negative|positive|benign|approved|denied|rejected|accepted|granted|guilty"
    r"|cancel?led|postponed|adjourned|survived|bombed|crushed it|nailed it|botched it"
    r"|screwed up|messed up|totalled)\b|^\w+ed(?=\W*$)|^(?:ge\w+t|ver\w+t|durchge\w+t"
    r"|vergeigt|versemmelt)(?=\W*$)|^(?:didn'?t|did not) (?:get|make|pass|win|work|go"
    r"|happen|suck|hurt|die)\b|^(?:war|lief|ging|wurde) (?!ich\b|du\b|wir\b)\w+",
    re.IGNORECASE,
)
"""How something was, but not what."""

_RELIEF: Final = late(
    r"\bi(?:'m| am) (?:finally |so |officially )*(?:free|relieved|proud of (?:me|myself"
    r"|him|her|them|us)|done|so done|alive|still alive|devastated|heartbroken|over the "
    r"moon|on cloud nine|in shock|speechless|crushed|gutted)\b|\bthank (?:god|goodness"
    r"|heavens|fuck)\b|\bwhat a (?:relief|day|night|weekend|disaster|nightmare|game"
    r"|show|party|trip|week|mess)\b|\b(?:never|not) (?:doing (?:that|this|it) )?again\b"
    r"|\b(?:is|are) (?:finally |officially |all )?(?:ours|mine)\b|\bofficially\b|\bat"
    r" last\b|\byou may now\b|\bcall me (?:an?|the|dr|mrs?|doctor)\b|\bcan'?t (?:feel"
    r"|move|walk|hear) (?:my|any)|\bcan'?t stop (?:smiling|crying|laughing|shaking"
    r"|grinning|thinking)|\bstill (?:shaking|crying|smiling|grinning|buzzing|processing"
    r"|recovering|in shock|can'?t believe)\b|\bworth (?:it|every)\b"
    r"|\bglad (?:it|that|this)(?:'s| is| was)\b|\bweight (?:is )?off\b|\bcan "
    r"(?:finally )?(?:breathe|relax|sleep)\b|\b(?:talk|think|speak) about (?:it|that"
    r"|this)\b|\bdon'?t (?:ask|(?:want to|wanna|like to) (?:talk|think|speak))\b|\byou "
    r"won'?t believe\b|\bas (?:expected|planned|feared|promised)\b|\baccording to "
    r"plan\b|\bbetter than (?:i|we|expected)\b|\bworse than (?:i|we|expected)\b|\bno "
    r"more \w+|\bgott sei dank\b|\bzum gl\u00fcck\b|\berleichtert\b|\bstolz\b|\bfrag "
    r"nicht\b|\bnie wieder\b|\bendlich (?:frei|vorbei|fertig|geschafft)\b|\bwie "
    r"(?:erwartet|geplant|bef\u00fcrchtet)\b|\bbesser als\b|\bwas f\u00fcr ein\w*\b"
    r"|\u677e\u4e86\u53e3\u6c14|\u592a\u597d\u4e86|\u8c22\u5929\u8c22\u5730"
    r"|\u522b\u95ee\u4e86|\u6ca1\u60f3\u5230|\u6ca1\u620f|\u7d2f\u6b7b|\u611f\u52a8"
    r"|\u611f\u4eba|\u5c34\u5c2c|\u5b8c\u86cb",
    re.IGNORECASE,
)
"""What is felt when something is over."""

_WHEN: Final = late(
    r"\b(?:yesterday|last night|gestern|gestern abend|(?:the )?(?:whole |entire "
    r")?(?:day|night|evening|weekend))(?: abend)? (?:was|went|turned out|felt|ended|war"
    r"|lief)\b|^(?:\u6628\u5929|\u6628\u665a)(?:\u592a|\u597d|\u771f|\u5f88|\u633a"
    r"|\u7279\u522b)",
    re.IGNORECASE,
)
"""How a day was."""

_PRONOUN: Final = late(
    r"^(?:(?:and|but|so|then|und|aber|also|dann) )?(?:he|she)(?:'s|'d| \w+)|^they "
    r"(?!say|are always|never|always)(?:\w+)|^(?:it|that)(?:'s|'d| is| was| could| "
    r"would| went| took| rained| felt| hurt| ended| started| turned| got| never| did\w*"
    r"| wasn'?t| isn'?t| didn'?t| \w+ed)(?! (?:so |really |still )?(?:raining|snowing"
    r"|hailing|freezing|pouring|hot|cold|warm|sunny|windy|cloudy|late|early|dark|friday"
    r"|monday|tuesday|wednesday|thursday|saturday|sunday|me|you|nice to|good to|great "
    r"to|time|been a while|been (?:so |too )?long|morning|evening|night|nothing)\b)"
    r"|^(?:sie|er|die|der) (?!bus|zug)(?:hat|haben|war|waren|ist|sind|will|wollen"
    r"|wollte|wollten|sagt|sagte|sagen|meinte|meint|kam|ging|wurde|wurden|hatte|hatten"
    r"|mochte|mochten)\b|^es (?:war|lief|ging|hat|wurde|ist|gab)\b|^(?:\u4ed6"
    r"|\u5979)\u4eec?(?!\u8bf4\u8981\u4e0b)",
    re.IGNORECASE,
)
"""Somebody who was not named before."""


def says_nothing(sentence: str) -> bool:
    """Say whether a sentence only leads up to what is told."""
    return not _OPENING.sub("", sentence.strip(), count=1).strip()


def alludes(sentence: str) -> bool:
    """Say whether a sentence that begins a talk tells how something known went."""
    told = _OPENING.sub("", sentence.strip(), count=1)
    if _BARE.search(told) or _PRONOUN.search(told) or is_report(told):
        return True
    return _RELIEF.search(sentence) is not None or _WHEN.search(told) is not None
