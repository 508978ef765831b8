"""Pieces of which the English patterns are made.

Owns: what stands before and after what tells: adverbs, times, numbers.
Knows nothing of: what the patterns tell.
"""

from __future__ import annotations

from typing import Final

ADV: Final = (
    r"(?:(?:also|always|really|just|still|actually|now|both|pretty|very|so|too|quite"
    r"|all|already|mostly|only|even|about|nearly|almost|kinda|kind of|sort of|a bit"
    r"|recently|currently|usually|often|sometimes|basically|super|such|ever|once"
    r"|originally|finally|totally|completely|absolutely|\w{3,}ly) )*"
)
BE: Final = rf"(?:am|is|are|was|were|have been|has been|had been|being) {ADV}"
IS: Final = rf"(?:am|is|are|have been|has been) {ADV}"
HAVE: Final = rf"(?:have|has|had|have had|has had|got|have) {ADV}"
END: Final = (
    r"(?=$|[,;.!]| (?:and|but|so|because|since|now|for|with|who|which|in|at|on|"
    r"too|when|after|before|until|from|because|last|this|again|like|as|if|or|"
    r"by)\b)"
)
X: Final = r"(?P<x>[^,;.!]+)"
NOT_THAT: Final = (
    r"(?!(?:it|that|this|these|those|you|your|him|them|to (?:be|see|hear|know|think|say"
    r"|admit|meet|go)|when|how|what|where|if|the (?:way|idea|thought|sound of|look)|u"
    r"|being here|here|there|hearing|seeing (?:you|that|this)|what's|everything"
    r"|each other|myself|mondays|one another|one)\b)"
)
BODY: Final = (
    r"(?:leg|arm|wrist|ankle|foot|toe|finger|hand|shoulder|hip|knee|back|collarbone|rib"
    r"|nose|jaw|elbow|neck|spine|skull|ACL|acl|hamstring|achilles|eye|ear|kneecap"
    r"|eyesight|hearing|sense of (?:smell|taste)|thumb|kidney|appendix|tonsils|"
    r"spleen)s?"
)
NUMBER: Final = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
TRADE_LIKE: Final = (
    r"(?!(?:lover|weather|former|latter|leather|feather|sucker|loser|winner|"
    r"stranger|sister|brother|mother|father|"
    r"daughter|number|monster|disaster|hater|member|character|newcomer"
    r"|goner|matter|computer|killer|liar|dinner|winter|summer|letter|better|"
    r"bother|corner|danger|pleasure|error|horror|mirror|favor|author of|"
    r"professor of mine"
    r"|prisoner|master|elder|tiger|spider|panther|otter|sinner|believer|dreamer"
    r"|drinker|sleeper|eater|talker|leader|quitter|keeper|beggar|traitor|"
    r"visitor|mentor|survivor"
    r"|realist|minimalist|feminist|optimist|pessimist|perfectionist|christian|"
    r"italian|canadian|vegetarian|brazilian|russian|german|american|mexican|"
    r"norwegian|ukrainian|austrian|indian|human|woman|man|gentleman|other|"
    r"customer)\b)"
    r"\w[\w-]*?(?:grapher|smith|wright|monger|maker|ologist|ician|iatrist|"
    r"[a-z]{2,}ist|[a-z]{2,}ian|[a-z]{3,}er|[a-z]{3,}or|[a-z]{2,}woman|"
    r"[a-z]{3,}man)"
)
AGE: Final = (
    r"(?P<x>\d{1,3}|(?:\w+ )?hundred(?: and \w+)?|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|(?:twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty)-\w+)"
)
WHEN: Final = (
    r"(?:today|tonight|tomorrow(?: (?:morning|night|evening|afternoon))?"
    r"|day after tomorrow|(?:this|next|last|on|every|by|until|over the|coming"
    r"|this coming) (?:next |coming )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|(?:this|next|last|every|each|a|per) (?:week|weekend|month|year|spring|"
    r"summer|fall"
    r"|autumn|winter|semester|term|evening|morning|night|time|season|\w+ weekend)"
    r"|(?:at|by) the end of (?:the|this|next) \w+"
    r"|in (?:a |an |two |three |four |five |six |\d+ |a few |a couple of )?(?:days?"
    r"|weeks?|months?|years?|hours?|minutes?|\d{4})"
    r"|(?:in|since|by|until|early|late|this|next|last|of) (?:january|february|march"
    r"|april|may|june|july|august|september|october|november|december|spring|summer"
    r"|autumn|fall|winter)|(?:on |the )*(?:the )?\d{1,2}(?:st|nd|rd|th)(?: of \w+)?"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december) \d{1,2}|at (?:noon|midnight|\w+ (?:o'clock|am|pm)|\d{1,2}(?::\d\d)?)"
    r"|(?:yesterday|last night|recently|lately|the other day)|\w+ \w+ ago|since \w+"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: \w+)?|(?:for|on|"
    r"over) the weekend|after (?:christmas|easter"
    r"|work|school|lunch|dinner)|for (?:christmas|easter)|when the \w+ \w+)\b"
)
NEVER_PLANNED: Final = (
    r"(?!(?:lose it|bed|sleep|be sick|cry|die|scream|kill|be late|go|need|be ok|say|be"
    r"|have to|try|let|tell|pretend|miss|assume|explode|regret|pass out|ask|guess|stop"
    r"|start|make sure|keep you|love|hate|check|take a (?:nap|shower|bath|break|look)"
    r"|get (?:a|some) (?:coffee|food|snack|drink|water)|grab|look|think|wait|sit|eat"
    r"|do (?:it|that|this)|use|remember|need)\b)"
)
LIKES: Final = (
    r"(?:love|like|adore|enjoy|prefer|cherish|treasure|appreciate|fancy|love to|loves"
    r"|likes|adores|enjoys|prefers|loved|enjoyed|cherishes|treasures)"
)
HATES: Final = (
    r"(?:hates?|despises?|loathes?|detests?|dislikes?|can't (?:stand|bear|abide"
    r"|stomach)"
    r"|(?:don't|doesn't|never|do not) (?:really |even )?(?:like|liked|enjoy|care for"
    r"|get the appeal of))"
)
