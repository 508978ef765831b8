"""How memory is told something in English.

Owns: the English frames.
Knows nothing of: other languages, quotes, who speaks.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from ..command_frames import Frames

_FILLER: Final = (
    r"(?:please|pls|plz|pl[sz]?s|kindly|hey|hi|hello|(?:good )?morning|ok(?:ay)?|oh|ah"
    r"|aww?|and|also|so(?! you (?:know|remember|don't|have))|but|btw|by the way"
    r"|just(?! so you)|well|anyways?|then|now|listen|look"
    r"|right|alright|yeah|yes|yep|no|nah|wait|sorry|um+|uh+|hm+|mm+|lol|haha+|again"
    r"|seriously|honestly|actually|first(?: of all)?|(?:one|another|a) (?:more |last"
    r" |other |quick |small |little )?(?:thing|note|request|favou?r)(?: though)?(?!"
    r" (?:to|for you|you))"
    r"|(?:quick|small|little) (?:thing|note|request|favou?r)|before (?:i"
    r" forget[^,:]{0,20}"
    r"|(?:we|you|i) [^,:]{2,40})|from (?:now|here) on(?:wards?)?|in (?:the )?future"
    r"|going forward|next time|babe|baby|hone?y|hun|dear|darling|love|sweetie|dude"
    r"|mate|guys|bro|heads up|fyi(?! for)|always|really|do|maybe|you guys"
    r"|important(?:ly)?"
    r"|ps|p\.s\.?|ooc|if (?:you can|possible|you (?:would|could|don't mind))"
    r"|do me a fav(?:ou?r)?|be a (?:dear|love)|as (?:i|we) said|whatever"
    r"|(?:never ?mind)(?=[,. ]+(?:please|pls|just|forget|delete|scratch)\b)"
    r"|for (?:the (?:rest|remainder)|all|this|our) [^,:]{2,30}?(?=,| remember| keep|"
    r" note"
    r"| please)|this is important|it's important|(?:hey|hi|hello|oh|ok|okay|dear)"
    r" (?-i:[A-Z][\w']{1,20})|or(?: rather)?|(?!(?:remember"
    r"|note|memo|forget|delete"
    r"|erase|scratch|ignore"
    r"|reminder|disregard)\b)(?-i:[A-Z][\w']{1,20})(?=[,:!]))"
)
_ASK: Final = (
    r"(?:(?:would|do) you mind|(?:can|could) we|(?:can|could|would|will|won't) (?:you"
    r"|u)(?: (?:please"
    r"|pls|maybe|perhaps|just"
    r"|kindly|possibly|at least))*|i(?:'d| would|'ll)?(?: really"
    r"| just)? (?:want|need|like|love|prefer|ask|beg|expect)(?: for)? (?:you|u)(?: to)?"
    r"|i(?:'d| would) (?:really )?appreciate (?:it )?if you(?: could| would)?"
    r"|it(?: would|'d) be (?:great|nice|good) if you(?: could| would)?"
    r"|(?:i'd|i would) (?:rather|prefer (?:it )?if) you|i hope you(?:'ll| will|"
    r" can)?|(?:please )?(?:make sure|be sure|try|see)(?: that)?"
    r"(?: you| to| and)*|(?:you|u)(?:'ll| will)? (?:should|need to|have to|want to"
    r"|must|gotta|ought to"
    r"|can|may|might want to|could)(?: (?:safely|now|just|also|go ahead and|probably))*"
    r"|(?:you|u)(?= (?:do not|don't|dont|no longer|needn't|need not))"
    r"|you'd better|feel free to|go ahead and|it's (?:best|important|crucial|vital)"
    r" (?:(?:that )?you|to)|let's(?= (?:remember|keep|not"
    r" forget that|pretend))"
    r"|promise (?:me )?(?:you'll|to))"
)
_OPENING: Final = (
    rf"(?:{_FILLER}[\s,:;.!\u2026\u2013\u2014-]+)*(?:{_ASK}\s+(?:please |pls |just"
    rf" |always |also |to |really )*){{0,2}}(?:{_FILLER}[\s,]+)*"
)
_THIS: Final = (
    r"(?:this|that|it|these|(?:the|one|this one) (?:thing|following|fact|info\w*"
    r"|detail)|something|one thing)(?: about (?:me|us|\w+))?"
)
_STORE: Final = (
    r"(?:memory|memories|notes?|records?|memory bank|log|files?|head|brain|mind)"
)
_INTO: Final = rf"(?:(?:in|to|into|on|onto) (?:your |the |my |long[- ]term )*{_STORE})"
_LATER: Final = (
    r"(?:for (?:me|us|later|next time|the (?:future|record|rest\b[^,:]*|next time)"
    r"|future \w+|when [^,:.]{2,40}))"
)
_LINK: Final = (
    r"(?:\s*[:;,\u2013\u2014-]+\s*(?:that\s+)?|,?\s+that[,:]?\s+)(?:please[,:]? )?"
)
_MEMORY: Final = (
    r"(?:remember(?:ing)?|rememeber|rember|rmbr|keep(?:ing)? in mind|bear(?:ing)? in"
    r" mind|(?:do not|don't|dont|never|not to|not) (?:ever )?forget"
    r"|(?:do not|don't|dont|never) let (?:me|us|yourself) forget|keep (?:this|that"
    r"|it) in mind|bear (?:this|that|it) in mind|don't you forget)"
)
_NOTE: Final = (
    r"(?:(?:make|making|take|taking|leave|add|keep) (?:yourself )?an? (?:mental |quick"
    r" |little |memory )?note(?: to self)?(?: somewhere)?(?: of (?:this|that|it))?"
    r"|note(?: down)?(?: this| that| it)?(?: down)?|(?:mental|quick)? ?note to (?:self"
    r"|you(?:rself)?)|(?:mental )?note(?: for (?:you|later|next time|the (?:future"
    r"|record)|your \w+))?|memori[sz]e|take note(?: of)?"
    rf"|(?:write|jot|put|take|mark|note|log) (?:{_THIS} )?down(?: (?:that|this)\b)?"
    r"|(?!keep (?:\w+ )?in mind)(?:save|store|log|record|add|put|commit|keep|file"
    r"|write|enter|hold|update)"
    rf"(?: (?:{_THIS}|away))? {_INTO}|commit {_THIS} to memory"
    rf"|(?:save|store|log|record|memori[sz]e|file|pin|bookmark|register|retain"
    rf"|hold on ?to|hang on to|keep hold of) {_THIS}(?: away| somewhere(?: safe)?)?"
    rf"|(?:burn|etch|lock|get"
    rf"|drill|hammer) (?:{_THIS} )?{_INTO}|(?:it's |it is )?worth (?:remembering"
    r"|noting)"
    r"|(?:what|the (?:main |important |only )?thing)(?: that)? (?:you (?:need|have"
    r"|should"
    r"|ought|must) )?(?:to )?(?:remember|keep in mind|know)(?: about (?:me|us|\w+))? is"
    r"|(?:i'm|i am) telling (?:you|u)(?: this)? so (?:that )?you (?:remember|don't"
    r" forget)"
    r"(?: it| this)?|so that you (?:remember|know|don't forget)(?: it| for \w+ \w+)?"
    rf"|remind yourself|update (?:your |the )?{_STORE}|memo(?: to (?:self|you))?"
    r"|(?:for|in) (?:the |your |my |any )*(?:future reference|later reference"
    r"|reference|record|records|notes|memory|memory bank|next time|future|later)"
    r"|just so you (?:know|remember|have it)(?: for (?:next time|later|the future))"
    r"|just so you (?:remember|don't forget)|so you don't forget|lest you forget"
    r"|(?:here's |this is |there's )?(?:something|(?:one|another) (?:more |other "
    r"|last )?thing|a thing|a fact|thing"
    r"|things) (?:more )?(?:for you |you (?:need|have|should|ought|must) (?:to )?)?"
    r"(?:to )?(?:never forget|always remember|remember|note|keep in mind|know for"
    r" (?:later|next time))"
    r"(?: about (?:me|us|\w+))?|to remember|nb|n\.b\.|psa|fyi for \w+(?: \w+)?"
    r"|(?:(?:quick|friendly|small|little|gentle) )?reminder(?: for you| to self)?"
    r"|know for (?:later|next time|the future))"
)
_MORE: Final = (
    rf"(?:,? (?:please|pls|plz|will you|would you|{_LATER}|{_INTO}|always|too|ok"
    rf"|about (?:me|us|my \w+)|{_THIS}(?=\s*[:,\u2013\u2014-])))*"
)
_SUBJECT: Final = (
    r"(?:i|i'm|im|i've|ive|i'd|i'll|my|mine|me and|we|we're|we've|we'll|our|both"
    r" (?:of us|my)|neither of us|one of my|some of my|all my)"
)
_VERB: Final = (
    r"(?:is|isn't|are|aren't|was born|has|hasn't|have|can't|cannot|can|doesn't|don't"
    r"|hates?|likes?|loves?|needs?|lives?|works?|goes by|prefers?|gets?|takes?|uses?"
    r"|died|moved|starts?|ends?|comes?|wants?|and i|and me|won't|passed|only|never"
    r"|always|got|eats?|drinks?|speaks?|plays?|means?|stands? for|broke)"
)
_SAID: Final = (
    r"(?:said|told (?:you|u|yo)|mentioned|wrote|shared|talked|spoke|say|tell you"
    r"|mention"
    r"|brought up|confessed|revealed|posted|typed|texted|complained|ranted|explained"
    r"|claimed|let slip)"
)
_WHEN: Final = (
    r"(?: (?:to you|with you|before|earlier|yesterday|today|just now|last (?:night"
    r"|week|time)|here|anything|something|a word|a thing|above|(?:a|the) \w+ ago))*"
)
_ABOUT: Final = r"(?:about|to(?= (?:my|our|the)\b)|of|regarding|concerning|on|re)"
_DROP: Final = (
    r"(?:forget|(?<=rather you )forgot|(?<=if you )forgot|forgetting|delete|deleting"
    r"|erase|erasing|remove|removing|wipe|wiping"
    r"|drop|strike|scrap|scratch|scrub|clear|disregard|ignore|unlearn|unremember|purge"
    r"|discard|get rid of|throw (?:out|away)|take back|cross out|nix|undo|dump|lose"
    r"|let go of|stop remembering|stop bringing up|(?:do not|don't|dont|no longer)"
    r" (?:need to |have to )?(?:remember|keep|store|save)|no need to remember"
    r"|(?:needn't|need not) remember|never ?mind)"
)
_OUT: Final = (
    r"(?:from|out of|off) (?:(?:your|the|that|our|my|all) )*(?:\w+ )?(?:memor\w+"
    r"|records?|notes?|mind|head|logs?|brain|data\w*|files?|storage|history|system)"
)
_ALL: Final = (
    r"(?:(?:everything|all|anything|any|whatever|what|every|the|that|those|this|these"
    r"|my|your|of|things?|stuff|parts?|bits?|story|details?|info(?:rmation)?"
    r"|memor(?:y|ies)|traces?|references?|knowledge|notes?|records?|facts?|talk"
    r"|conversation|mentions?|business"
    r"|whole|entire|saved|stored) ?)+"
)
_END: Final = (
    r"(?= (?:please|pls|ok|anymore|any ?(?:more|longer)|now|again|for good|completely"
    r"|entirely|altogether|if you (?:can|could|would)|immediately|right now|at all)\b"
    r"|\s*[,;.!?\u2013\u2014]| - | because\b| since\b| and (?:never|don't|move)\b|$)"
)
_OPEN_OF: Final = r"(?:about |of |regarding |concerning |on |re )?"


def _re(pattern: str) -> re.Pattern[str]:
    return late(pattern, re.IGNORECASE)


ENGLISH: Final = Frames(
    opening=_re(rf"\W*{_OPENING}"),
    asking=_re(
        r"\b(?:please|pls|plz|kindly|just|could|would|mind|appreciate)\b|\bcan"
        r" (?:you|u|we) "
    ),
    earnest=_re(
        r"\b(?:please|pls|plz|kindly|could|would|mind|appreciate|fav\w+|i (?:want"
        r"|need)|i'd like|make sure|be sure|btw|by the way|one (?:more|last|other)"
        r" thing|from now on|important\w*|ooc|fyi|you can|you may|can you)\b"
    ),
    to_figure=_re(
        r"\b(?:captain|soldiers?|guards?|men|boy|girl|child|servant|slave|sheriff"
        r"|officer|sergeant|lieutenant|lord|lady|sire|majesty|highness|king|queen"
        r"|knight|peasant|thief|mortal|human|general|commander|doctor|sir|madam|pirate"
        r"|gentlemen|ladies|kid|son|fool|wizard|witch)\b"
    ),
    firm=_re(
        rf"(?:(?:add|save|store|put|write|commit|log|record|enter|keep|note)"
        rf" (?!{_THIS} )(?:that )?(?P<told>(?:(?:my|our|the|i|i'm|we)\b"
        r"|(?-i:[A-Z])).+?)"
        rf" (?:(?:in|to|into|on) (?:your|the long[- ]term) {_STORE}|in mind)\b"
        rf"|{_NOTE}{_MORE}(?:{_LINK}|\s+(?={_SUBJECT}\b))"
        rf"|{_MEMORY} (?:{_LATER}|about (?:me|us)){_MORE}(?:{_LINK}"
        rf"|\s+(?={_SUBJECT}\b)))"
    ),
    loose=_re(
        rf"{_MEMORY} about (?=(?:my|our)\b)|{_MEMORY}(?:"
        rf" {_THIS}(?=\s*[:,\u2013\u2014-]))?{_MORE}(?:{_LINK}"
        r"|\s+(?=(?:the|my|our) (?:[\w-]+ )?(?:code ?words?|passwords?|safe ?words?"
        r"|names?|addresse?s?|numbers?|birthdays?|dates?|pins?)\b[\w ]{0,20}: )|\s+"
        rf"(?=(?:{_SUBJECT}|(?:he|she|they|it)(?:'s|'re)?|(?-i:[A-Z])\w+(?:'s \w+)?"
        r"|(?:the|there|today|tomorrow|on|in)"
        rf"\b.{{0,40}}? {_VERB})\b)|\s+to (?=(?:(?:always|never|only) )?(?:call"
        r"|address)"
        r" (?:me|us|him|her|them) (?!when|if|later|back|tonight|tomorrow|on|at|after"
        r"|once|and)\w)|\s+(?:to|not to) (?=use (?:they|she|he|my|the name|metric)\b))"
    ),
    back=_re(
        rf"\W*(?P<lead>{_OPENING})(?:(?:remember|note|save|store|memori[sz]e|record|log"
        rf"|keep|bear|write|jot|put|take|commit|add|hold|file)(?: down)? {_THIS}"
        rf"(?: (?:in mind|down|away|to memory|{_INTO}))*|(?:do not|don't|dont|never)"
        rf" (?:ever )?forget(?: {_THIS})?|make a (?:mental )?note(?: of {_THIS})?"
        rf"|take note|(?:pin|bookmark|register|retain|hold on ?to|hang on to) {_THIS}"
        r"|(?:remember|note|keep in mind|bear in mind)(?=\W*$| for\b| so\b|,? (?:pls"
        r"|please|ok\w*))|to keep in mind|for future reference"
        r"|worth remembering|(?:that's |it's |this is )?(?:something|one) to"
        rf" remember|burn {_THIS} {_INTO}"
        rf"|update (?:your |the )?{_STORE}|get {_THIS} {_INTO}|keep {_THIS} for (?:me"
        rf"|us)"
        rf"|(?:do not|don't) let me (?:catch|see) you forgett?ing {_THIS}"
        r"|take (?:it|that|this) to heart)"
        rf"(?:[,.\s]+(?:please|pls|plz|ok(?:ay)?|thanks|thx|thank you|next time|again"
        r"|too|always|somewhere|this time|will you|would you"
        r"|for (?:(?! - )[^:,]){1,40}|when [^:,]{1,40}"
        r"|from now on|it'll [^:,]{1,30}|in case [^:,]{1,30}|yeah|from now on|going"
        r" forward"
        r"|in (?:the )?future|because [^:,]{1,40}|since [^:,]{1,40}|so [^:,]{1,40}"
        r"|if [^:,]{1,40}"
        r"|before [^:,]{1,40}))*\W*$"
    ),
    forget=(
        # what I said about Tom
        _re(
            rf"{_DROP} {_OPEN_OF}(?:{_ALL})?(?:that |which )?(?:i|i've|i'd|i have|we"
            r"|we've"
            rf")(?: (?:ever|just|already|once|may have|might have|have|had|even))*"
            rf" {_SAID}{_WHEN} {_ABOUT}(?: me)?(?: being)? (?P<of>.+?){_END}"
        ),
        # that I mentioned the money
        _re(
            rf"{_DROP} {_OPEN_OF}(?:the fact )?(?:that )?(?:i|we)(?: ever| just| once)*"
            rf" (?:mentioned|brought up|said anything about|told you(?: that)?|said(?:"
            rf" that)?){_WHEN} (?P<of>.+?){_END}"
        ),
        # everything you know about my debts
        _re(
            rf"{_DROP} {_OPEN_OF}(?:{_ALL})(?:(?:that )?(?:you|u)(?:'ve| have|'re|"
            r" are)?"
            r"(?: (?:ever|just|got))? (?:know|knows?|remember|remembering|have|stored"
            r"|saved|noted|learned|learnt|kept|keep|recorded|written|got|heard)"
            rf"(?: down| saved| stored)?)? ?{_ABOUT}(?: me being| me)?"
            rf" (?P<of>.+?){_END}"
        ),
        # my address from your memory
        _re(
            rf"(?:{_DROP}|take|get) {_OPEN_OF}(?:(?:the|that|those|this)"
            r" (?:bit|part|thing|stuff|memory|memories|info) (?:about|of|with|on) )?"
            rf"(?P<of>.+?) {_OUT}"
        ),
        # the thing with the loan
        _re(
            rf"{_DROP} {_OPEN_OF}(?:the|that|all that|this|all the|any) (?:whole "
            r"|entire"
            r" )?(?:thing|message|bit|part|stuff|business|story|detail|fact|subplot"
            r"|idea"
            r"|plan)s?"
            r" (?:about|with|where|of|regarding|that) "
            rf"(?P<of>.+?){_END}"
        ),
        # the vegan thing
        _re(
            rf"{_DROP} (?P<of>(?:the|that|my) [\w'-]+(?: [\w'-]+)?) (?:thing|stuff|bit"
            rf"|business|story){_END}"
        ),
        # I don't want you to remember anything about Marco
        _re(
            r"i (?:do not|don't|no longer) want (?:you|u) to (?:remember|keep|store"
            r"|know)"
            rf"(?: (?:anything|all|everything|things"
            rf"|stuff))? ?(?:about )?(?P<of>.+?){_END}"
        ),
        # pretend I never told you about Greg
        _re(
            r"(?:pretend|act (?:like|as if|as though)|let's say|assume)(?: that)?"
            r" (?:i|we)"
            rf" (?:never|didn't|hadn't)(?: ever)? {_SAID}{_WHEN}(?: (?:about|of))?"
            rf" (?P<of>.+?){_END}"
        ),
        # what I said about Tom, forget it
        _re(
            r"(?:what|all|everything|the (?:thing|bit|part|stuff)|that (?:thing|bit"
            r"|part"
            rf"|stuff))(?: that)?(?: (?:i|i've|we) {_SAID}{_WHEN})? (?:about|with|on)"
            r" (?P<of>[^,.?!]+?)\s*[,:;?!\u2013\u2014-]+\s*(?:please|pls|just|you"
            r" can|can"
            r" you|could you|and|so|\s)*"
            rf" ?{_DROP} (?:it|that|this|all(?: of)?(?: it| that)?|everything)\b"
        ),
        # you don't need to remember the move
        _re(
            r"(?:(?:do not|don't|dont|no longer) (?:need to |have to )?|no need to "
            r"|need"
            rf" not |needn't )(?:remember|keep|remembering) (?P<of>(?:the|that|our|my)"
            rf" \w.*?){_END}"
        ),
        # I want my address deleted
        _re(
            r"i(?:'d| would)? (?:want|like|need)(?: to have)? (?:everything (?:about"
            r"|on) )?"
            r"(?P<of>(?!you\b|to\b|u\b).+?) (?:to be )?(?:deleted|erased|forgotten"
            r"|removed|wiped"
            r"|scrubbed|gone from)\b"
        ),
        # forget that I have a nut allergy, forget my old address
        _re(
            r"(?!forget (?:my|our)\b)(?:forget|delete|erase|disregard|unlearn"
            r"|unremember|stop remembering"
            rf"|(?:do not|don't|dont) (?:need to |have to )?remember|no need to"
            rf" remember)(?: {_ABOUT})?(?: {_ABOUT})? (?:that )?(?P<of>(?:(?:i"
            r"|we)(?: am|'m"
            r"|'ve)? (?!said|told|mentioned|ever|just|asked)\w+|i'm|i've|my"
            r" (?!manners|rudeness|mistake|outburst|joke|bad|face|own|dear|lord"
            r"|words|brother|sister|mother|mom|mum"
            r"|dad|father|boss|boyfriend|girlfriend|husband|wife|friends?|ex|son"
            r"|daughter)\w+"
            rf"|our \w+|the (?:whole \w+|entire \w+)).*?){_END}"
        ),
    ),
    forget_earnest=_re(
        r"(?:forget|forgetting) (?:about )?(?P<of>(?:(?<=about )(?-i:[A-Z])|(?:my"
        r"|our|the"
        r"|that) (?!manners|rudeness|mistake|outburst|joke|bad|face|rules?|world"
        r"|past|time|pain|war|others?|rest|formal\w+|manners|future"
        r"|day|night|whole world|food|dishes|thing|joke)\w).*?)"
        rf"{_END}"
    ),
    concrete=_re(
        r"\d|(?<=.)\b(?:my|our|mine|ours|me|us|i|i'm)\b|\b(?:mon|tues|wednes|thurs"
        r"|fri|satur|sun)days?\b"
        r"|\b(?:january|february|march|april|june|july|august|september|october"
        r"|november"
        r"|december|birthday|anniversary|appointment|called|named|allerg\w+|password"
        r"|pronouns?|spelled|spelt|pronounced|diabetic|vegan|vegetarian|pregnant|blind"
        r"|deaf|autistic|married|divorced|exam|surgery|wedding)\b|'s name is"
    ),
    forget_beside=_re(
        rf"{_DROP} {_OPEN_OF}(?P<of>(?:the|that|this|our|his|her|their|my) \w.*?){_END}"
    ),
    own=_re(
        rf"(?!(?:my|our|mine)\b(?!(?: [\w']+){{3}}|.*\b(?:{_VERB}|was|were"
        rf"|will)\b)){_SUBJECT}\b(?! (?:to|of)\b)|(?-i:[A-Z])[\w'-]+(?:"
        r" (?-i:[A-Z])[\w'-]+)*"
        rf"(?:'s [\w ]{{2,30}})? (?:{_VERB}|and)\b|(?-i:[A-Z])[\w-]+'s (?:an?|my|not"
        r"|the|\w+ed)\b"
        rf"|the [\w' -]{{2,30}}? (?:is called|is named|is my|are my|are called)\b"
        r"|(?:call|address) (?:me|us|him|her|them)\b|use \w+|(?:it's|it is)"
        r" (?:(?-i:[A-Z])\w+|pronounced)|(?:there is|there's|it's"
        r"|it is|today is|today's) (?:my|our)\b"
    ),
    other=_re(
        r"\w+$|(?:he|she|they|he's|she's)\b(?!.*\b(?:allerg\w+|birthday|called|named"
        r"|my|our|vegan|vegetarian|diabetic|blind|deaf|autistic|pregnant|hates?"
        r"|likes?)\b)"
        r"|(?:you|you're|your|u|it|it's|this|that|these|those"
        r"|to|for|when|how|what|why|where|who|if|because|since|please|pls|next|about"
        r"|in|at|on|with|again|buy|get|go|make|find|stop|bring|check|ask|pick|do|try"
        r"|kill"
        r"|look|watch|send|tell|pay|fix|wash|clean|call|him|her(?! [\w ]{2,20} (?:is"
        r"|are|has|can)\b)|them|me|us|ok|okay|and|or|but|everything|nothing"
        r"|never|always|don't|be|of|as|not|one|every \w+ (?:has|is)|there's (?:no"
        r"|always|nothing)|anything|forever|all|life|love|time|money|people)\b"
    ),
    talk=_re(
        r"^remember\b|^(?:i|we) (?:once |already |always |just |still |never"
        r" )*(?:told|said"
        r"|mentioned|asked|warned|promised|used to|went|met|saw|did|thought|had to"
        r"|would|gave|taught|showed|saved|know|knew|warned|own|made|mean|believe)\b"
        r"|^i(?:'m| am| was|'ll| will|'ll always) (?:always|nothing|nobody|here|there"
        r"|watching|proud|the (?:one|boss|king|queen|captain|dm)|only human|in charge"
        r"|not (?:afraid|alone|your|mad|angry)|serious|sorry|strong|just|still here)\b"
        r"|^(?:i|we)(?:'ll| will| can| could| won't) (?:always|never|kill|find|fire|end"
        r"|see|hear|kick)\b|^(?:my|our) (?:words?|name|promise|love|first (?:kiss|date"
        r"|time|night)|song|little \w+|deal|warning|orders?)\b(?! (?:is|isn't|was"
        r"|means|has)\b|'s)|\bstill love you\b|\bi love you\b"
        r"|\bthat (?:time|day|night|summer|feeling)\b"
        r"|, (?:said|says|reads?|wrote|whispered) (?:the|my|his|her|he|she|a)\b"
        r"|^(?:my|our) (?:face|eyes|voice|advice|lips|smile|touch|kindness|mercy)\b"
        r"|\bwhen (?:we|you) (?:were|was|met|went|had|first|\w+ed)\b|\bback then\b"
    ),
    to_you=_re(r"\b(?:you|you're|you've|you'll|u|ur|your|yours|yourself)\b"),
    taste=_re(
        r"\b(?:hate|like|love it|prefer|can't stand|allerg\w+|call me|calling me|want"
        r"|enjoy|mind|uncomfortable|afraid|scared|dislike|don't|only|need)\b"
    ),
    rest=_re(
        r"(?:,| -| \u2013| \u2014)? ?(?:\bso (?:please |pls |maybe |just )*(?:don't"
        r"|do not"
        r"|never|no|you|stop|be|if|keep|make|try|skip|use|avoid)\b|\band (?:don't|stop"
        r"|never|please)\b|\bso please\b|\bin case\b|(?<!it )(?<!hate )(?<!like"
        r" )(?<!love )\bwhen(?:ever)? (?:you|we|it|i"
        r" ask)\b|\bnext time you\b|\bbefore you\b|\bif you\b|\bthanks?\b|\bthank you\b"
        r"|\bthx\b).*$|,\s*(?:it matters|you (?:had|keep|always|got|forgot|never)\b"
        r"|it'll come|remember|don't forget|keep (?:that|it)|please|will you).*$"
    ),
    reports=_re(
        r"\bremember,\s*$|\bi(?:\'d|\'m| am)?(?: just| really)? (?:want|need|wanna"
        r"|going|gonna|try\w*|wish|hope|like)\b(?! you)[^,]*\band $"
        r"|\b(?:said|says|(?<!only )(?<!i\'ll )(?<!me )say|told(?! you (?:\w+"
        r" )?(?:already|twice|before|times|that|once))|tells|tell|telling|asked|asks"
        r"|ask|goes|wrote|writes"
        r"|whispers?|yells?|shouts?|thought|thinks?|sings?|reads|motto|lyrics?|song"
        r"|quote|line|saying|adds?|added)\b[^,;:]{0,30}[,:;\u2013\u2014-]*\s*(?:and "
        r"|but"
        r" )?$|\b(?:if|when|whenever|once|suppose|unless|until) (?:i|we|you|he|she"
        r"|they|someone)(?:'d| ever)? (?:were to )?(?:tell|told|ask|asked|say|said|want"
        r"|wanted)\b"
    ),
    no_matter=_re(
        r"^(?:it|that|this|him|her|them|me|you|us|u|everything|anything|nothing|all"
        r"|all (?:of )?(?:that|this|it)|things?|stuff|something|everyone|what|yours?"
        r"|yourself|myself|i|the (?:past|rest|world|time|day|night))$"
        r"|^(?:you|your|yours|yourself|what|how|where|when|who|why|the file\b|me\b|it )"
    ),
)
