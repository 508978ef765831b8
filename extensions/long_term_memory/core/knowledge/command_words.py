"""The words in which memory is told something in the midst of a chat.

Owns: the patterns of sentences, in English, German and Chinese.
Knows nothing of: quotes, scenes, who speaks.
"""

from __future__ import annotations

import re
from typing import Final

LEAD: Final = (
    r"^\W*(?:(?:please|pls|plz|hey|ok(?:ay)?|oh|ah|and|also|so|btw|by the way|just"
    r"|well|but"
    r"|one more thing|one thing|quick note|for later|from now on|bitte|und|ach|also"
    r"|aber"
    r"|\u00fcbrigens|(?:und )?noch was|heads up|fyi|just so you know|hi|hello"
    r"|morning|listen|and another thing|[A-Z]\w{1,20}(?=,)),?:?\s+)*"
)
_ASKED: Final = (
    r"(?:(?:can|could|would|will) you please |could you |would you |i(?:'d| would)?"
    r" (?:want"
    r"|need|like) you to |you (?:should|need to|have to|must) |you'd better |try to )?"
    r"(?:please |always |also |just |really )*"
)
_OWN: Final = (
    r"(?:i|i'm|i've|i'd|i'll|im|ive|my|mine|we|we're|we've|our|me and|both (?:of us|my)"
    r"|from now on|nobody|no one|there(?:'s| is| are)|it(?:'s| is)|he|she|he's|she's"
    r"|they|they're|the|today is|tomorrow is|on \w+|(?-i:[A-Z])\w+(?:'s)? )"
)
_SELF: Final = r"(?:i|i'm|i've|i'd|im|ive|my|we|we're|our)"
_REMEMBER: Final = (
    # "Remember: …", "Remember this: …", "Make a note: …"
    re.compile(
        LEAD
        + _ASKED
        + r"(?:remember|keep in mind|bear in mind|note|make a note|take (?:a )?note"
        r"|write (?:this |that |it )?down|memori[sz]e|for (?:future|your) reference"
        r"|for the future|for next time)"
        r"(?: (?:this|that|it|one thing|something|the following)(?: about \w+)?)?"
        r"(?: of (?:this|that))?,?(?: will you| would you| please)?"
        r"(?: for (?:me|later|next time))?(?: please)?\s?(?:[:\u2013\u2014-]+"
        r"|(?<=reference),"
        r"|(?<=will you),|(?<=would you),|(?<=future),|(?<=time),)\s(?P<told>.+)$",
        re.IGNORECASE | re.DOTALL,
    ),
    # "Remember that I …"
    re.compile(
        LEAD
        + _ASKED
        + r"(?:remember|keep in mind|bear in mind|note(?: down)?|make a (?:mental"
        r" )?note"
        r"|take note|(?:do not|don't|dont|never) (?:ever )?forget|memori[sz]e"
        r"|write down)(?: for (?:me|later|next time))?,?(?: please,?)? that,? "
        rf"(?P<told>{_OWN}\b.+)$",
        re.IGNORECASE,
    ),
    # "Remember I'm …", "Don't forget, my …"
    re.compile(
        LEAD
        + _ASKED
        + r"(?:remember|keep in mind|bear in mind|(?:do not|don't|dont|never)"
        r" (?:ever )?"
        rf"forget),?(?: please,?)? (?P<told>{_SELF}\b.+)$",
        re.IGNORECASE,
    ),
    # "Remember to call me Kit"
    re.compile(
        LEAD + _ASKED + r"(?:remember|don't forget) to (?P<told>call me .+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:bitte )?(?:merk|merke) (?:dir|euch)(?: bitte| mal| unbedingt| gut)*"
        r"(?: das| eins| folgendes)?\s?[:,\u2013-]?(?: (?:bitte|dass))* "
        r"(?P<told>(?:ich|mein\w*|wir|unser\w*|mir|am|es|der|die|das|er|sie"
        r"|[A-Z\u00c4\u00d6\u00dc]\w+)\b.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD
        + r"(?:bitte )?(?:(?:denk|denke) (?:bitte |immer |auch |unbedingt )*(?:daran"
        r"|dran)"
        r"|(?:vergiss|vergesst) (?:bitte |das |es |ja |mir |auch )*nicht"
        r"|(?:behalt|behalte) (?:bitte |es |das )*(?:im (?:kopf|hinterkopf"
        r"|ged\u00e4chtnis))"
        r"|(?:notier|notiere) (?:dir )?(?:bitte )?|schreib(?:e)? dir (?:bitte"
        r" )?auf)\s?[:,]?"
        r"(?: bitte)?(?: dass)? (?P<told>(?:ich|mein\w*|wir|unser\w*|mir)\b.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:\u5bf9\u4e86|\u90a3\u4e2a|\u8fd8\u6709|\u55ef|\u597d|\u53e6\u5916"
        r"|\u987a\u4fbf|\u4f60)?[\uff0c, ]*(?:\u8bf7|\u8acb|\u8981|\u4f60\u8981"
        r"|\u4e00\u5b9a\u8981|\u5e2e\u6211|\u9ebb\u70e6(?:\u4f60)?|\u8bf7\u4f60"
        r"|\u4f60)*"
        r"(?:\u8bb0\u4f4f|\u8a18\u4f4f|\u8bb0\u4e00\u4e0b|\u8bb0\u4e0b(?:\u6765)?"
        r"|\u8bb0\u7740|\u7262\u8bb0|\u522b\u5fd8(?:\u4e86|\u8bb0)?"
        r"|\u4e0d\u8981\u5fd8(?:\u4e86|\u8bb0)?|\u8bf7\u8bb0\u5f97"
        r"|\u8981\u8bb0\u5f97)[\uff0c,\uff1a: ]*"
        r"(?P<told>(?:\u6211|\u54b1|\u4ee5\u540e|\u5728\u6211).{2,})$"
    ),
    re.compile(
        r"^\W*(?:\u8bf7|\u8981|\u4f60\u8981|\u5e2e\u6211)(?:\u8bb0\u4f4f"
        r"|\u8bb0\u5f97|\u8bb0\u4e00\u4e0b)[\uff0c,\uff1a: ]*(?P<told>(?:\u6211"
        r"|\u54b1).{2,})$"
    ),
)
_REMEMBER_MORE: Final = (
    # "I'm vegan, remember that for when we cook"
    re.compile(
        LEAD
        + rf"(?P<told>{_SELF}\b[^,;]+)[,;]+ (?:so |and |please |pls )*(?:remember|keep"
        r" in mind|note|don't forget) (?:that|this|it)(?: (?:please|for \w.*|next"
        r" time))$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:bitte )?(?:nicht vergessen|(?<=bitte )merken|unbedingt merken|gut"
        r" merken)"
        r"(?: bitte)?\s?[:,]\s?(?:dass )?(?P<told>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD
        + r"(?:bitte )?(?:notier|notiere|merk|merke) dir(?: mal| bitte| das| schon)*\s?"
        r"[:,]\s?(?:dass )?(?P<told>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:\u4ee5\u540e|\u4ee5\u5f8c|\u8bf7\u4f60?|\u4f60|\u4e00\u5b9a"
        r"|\u5343\u4e07|\u4e5f|\u90fd)*(?:\u8981|\u8bf7|\u5f97)(?:\u7262\u7262"
        r"|\u4e00\u76f4|\u597d\u597d|\u6c38\u8fdc|\u4f60)?"
        r"(?:\u8bb0\u5f97|\u8bb0\u4f4f|\u8bb0\u7740)(?:\u4e00\u4ef6\u4e8b"
        r"|\u4e00\u70b9|\u8fd9\u70b9)?[\uff0c,\uff1a: ]*"
        r"(?P<told>(?:\u6211|\u54b1)[^\uff0c,]{2,}).*$"
    ),
    re.compile(
        r"^\W*(?:\u5343\u4e07|\u53ef)?(?:\u522b|\u4e0d\u8981)(?:\u5fd8\u4e86"
        r"|\u5fd8\u8bb0|\u5fd8)(?:\u554a|\u54e6|\u5440|\u5594)?[\uff0c,\uff1a:"
        r" ]+(?P<told>(?:\u6211|\u54b1).{2,})$"
    ),
    re.compile(
        r"^\W*(?P<told>\u6211.{3,}?)[\uff0c,]\s*(?:\u8fd9\u70b9|\u8fd9\u4e2a"
        r"|\u8fd9\u4ef6\u4e8b)?(?:\u8bf7|\u8981|\u4f60\u8981|\u5e2e\u6211"
        r"|\u9ebb\u70e6)(?:\u4f60)?(?:\u4ee5\u540e)?"
        r"(?:\u4e00\u76f4|\u4e00\u5b9a|\u597d\u597d)?(?:\u8bb0\u5f97|\u8bb0\u4f4f"
        r"|\u8bb0\u4e00\u4e0b|\u8bb0\u7740)[\u3002\uff01!~\s]*$"
    ),
)
_REMEMBER_WIDE: Final = (
    re.compile(
        LEAD
        + _ASKED
        + r"(?:make sure (?:you |to )(?:remember|note|keep in mind)|add (?:this |it"
        r" )?to (?:your"
        r" )?(?:memory|notes)|save (?:this|that|it)(?: (?:to|in) (?:your )?memory)?"
        r"|store (?:this"
        r"|that)(?: in (?:your )?memory)?|commit (?:this|that|it) to memory|mental note"
        r"|note for (?:later|the future|you)|memo(?:ry)?|keep (?:this|that|it) in mind"
        r"|jot (?:this |that |it )?down|log (?:this|that)|put (?:this|that|it) in your"
        r" (?:memory|notes)|remember (?:this|that|it)? ?for (?:later|next time|the"
        r" future)"
        r"|important)(?: please)?(?:\s?[:\u2013\u2014-]+\s|,? that |, )"
        rf"(?P<told>{_OWN}\b.+)$",
        re.IGNORECASE,
    ),
    # "I'm vegan, please remember", "My cat is called Miso - remember that"
    re.compile(
        LEAD
        + rf"(?P<told>{_SELF}\b.{{4,}}?)\s?[,;\u2013\u2014-]+ (?:so |and |but |ok )*"
        r"(?:(?:please|pls) (?:remember|note|keep (?:that|it|this) in mind)(?:"
        r" (?:that|this|it"
        r"))?|(?:remember|note|save) (?:that|this|it),? (?:please|pls|ok)|keep"
        r" (?:that|it|this"
        r") in mind(?: please)?|don't forget (?:that|it|this)?(?: please)?|bitte"
        r" merk(?:en| dir"
        r"(?: das)?)|merk dir das|vergiss das nicht)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:bitte )?(?:du (?:musst|solltest|sollst) (?:dir )?(?:merken"
        r"|wissen)|ich m\u00f6chte,?"
        r" dass du dir merkst|speicher(?:e)?(?: dir)?(?: bitte)?|f\u00fcrs?"
        r" (?:n\u00e4chste mal"
        r"|sp\u00e4ter|ged\u00e4chtnis))\s?[:,]?(?: dass)? (?P<told>(?:ich|mein\w*"
        r"|wir|unser\w*)\b.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:\u6211\u5e0c\u671b\u4f60|\u6211\u60f3\u8ba9\u4f60"
        r"|\u62dc\u6258\u4f60?|\u9ebb\u70e6\u4f60?)(?:\u80fd"
        r"|\u4e00\u76f4)?(?:\u8bb0\u4f4f|\u8bb0\u5f97"
        r"|\u8bb0\u4e00\u4e0b)[\uff0c,\uff1a: ]*"
        r"(?P<told>(?:\u6211|\u54b1).{2,})$"
    ),
    re.compile(
        r"^\W*(?P<told>\u6211.{3,}?)[\uff0c,]\s*(?:\u4f60)?(?:\u8bb0\u4f4f"
        r"|\u8bb0\u4e00\u4e0b|\u8bb0\u4e0b\u6765|\u522b\u5fd8(?:\u4e86"
        r"|\u8bb0))(?:\u54e6|\u554a|\u5440|\u5427)?[\u3002\uff01!~\s]*$"
    ),
)
POINTS_BACK: Final = re.compile(
    r"^\W*(?:(?:so|and|ok)\W+)?(?:(?:please|pls|bitte) (?:always )?(?:remember|keep"
    r"|note|merk dir|denk an)"
    r" (?:it|that|this|das|daran)|(?:remember|note|save) (?:it|that|this)(?: please|"
    r" for (?:me|later"
    r"|next time))|merk dir das bitte|\u8bf7\u8bb0\u4f4f|\u8bf7\u4f60?\u8bb0\u5f97"
    r"|\u8bf7\u4f60?\u8bb0\u4e00\u4e0b)\W*$",
    re.IGNORECASE,
)
"""What is to be remembered stands in the sentence before."""

ONLY_TALK: Final = re.compile(
    # what follows is a memory of the two, a feeling, or a threat
    r"^(?:i|we|you) (?:once |already |always |just |still |never )*(?:told|said"
    r"|mentioned"
    r"|asked|warned|promised|used to|went|met|met|saw|did|thought|talked|had to"
    r"|would|gave"
    r"|taught|showed|saved)\b(?! me)"
    r"|^i(?:'ll| will| am|'m)? (?:(?:will |do |really |truly |always )*(?:love|adore"
    r"|miss|need"
    r"|believe in|forgive|care (?:for|about)|trust) (?:you|u)\b|always (?:here|be)"
    r"|(?:always )?(?:here|there|with you|watching|proud|by your side|your (?:friend"
    r"|king"
    r"|queen|master|god|father|mother|boss)|the (?:one|boss|king|queen|captain|dm))\b)"
    r"|^(?:i|we) (?:can|could|will|won't|'ll) (?:always|kill|find|fire|end|see|hear"
    r"|kick)\b"
    r"|^(?:i|we) (?:know|warned|own|made|believe)\b"
    r"|^(?:my|our) (?:words?|name|promise|love|first (?:kiss|date|time|night)|song"
    r"|little"
    r" (?:talk|secret|deal))(?!\s+(?:is|'s))\b"
    r"|^it(?:'s| is)? (?:not (?:over|personal|your fault)|just|only|all|okay|ok"
    r"|never|a game"
    r"|always)\b|^(?:the|it|he|she|they)\b.*\b(?:did|said|told|was so|were so)\b"
    r"|^(?:there(?:'s| is)) (?:no|always|nothing)\b"
    r"|^ich (?:liebe|vermisse|brauche|hab(?:e)?) dich\b|^ich dich\b|^ich (?:bin"
    r" )?(?:immer )?(?:f\u00fcr|bei) dich?"
    r"|^wir (?:haben|hatten|waren) (?:uns|damals|mal)\b"
    r"|^mich\b|^uns\b"
    r"|^\u6211(?:\u4eec)?(?:\u7231\u4f60|\u60f3\u4f60|\u7684\u7231"
    r"|\u4eec?(?:\u7b2c\u4e00\u6b21|\u4e0a\u6b21|\u90a3\u6b21|\u90a3\u5929"
    r"|\u5f53\u65f6|\u4e4b\u524d|\u66fe\u7ecf)|\u8bf4\u8fc7|\u8bf4\u7684"
    r"|\u8ddf\u4f60\u8bf4|\u544a\u8bc9\u8fc7|\u6c38\u8fdc)"
    r"|^\u6211[\u3002\uff01!~\u2026]*$"
    r"|\u90a3\u65f6\u5019|\u7684\u65f6\u5019[\u3002\uff01!~\u2026]*$",
    re.IGNORECASE,
)
IN_PAST: Final = re.compile(
    r"^(?:i|we|my \w+|he|she|they)\b.{0,40}\b(?:that (?:time|day|night|summer|one)"
    r"|when (?:i|we|you)"
    r"|last (?:night|week|time|year)|yesterday|back then|once)\b",
    re.IGNORECASE,
)

_WHAT: Final = (
    r"(?:(?:about )?(?:all|everything|anything|whatever|the (?:things?|stuff|part"
    r"|bit))?"
    r"(?: that)? ?(?:of )?(?:what )?)"
)
_FORGET: Final = (
    re.compile(
        LEAD + r"(?:(?:can|could|would|will) you (?:please |just )?|i(?:'d| would)?"
        r" (?:want|need"
        r"|like) you to |you (?:can|should) )?(?:please )?(?:forget|delete|erase"
        r"|remove|wipe"
        r"|disregard)(?: about)? "
        + _WHAT
        + r"(?:i|we)(?:'ve| have)? (?:ever |just |already )*(?:said|told you|told u"
        r"|mentioned"
        r"|wrote|shared|talked)(?: to you| with you| before| earlier| yesterday|"
        r" today)*"
        r"(?: about| of| regarding| concerning)(?: being)? (?P<of>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:(?:can|could|would|will) you (?:please |just )?|i(?:'d| would)?"
        r" (?:want|need"
        r"|like) you to )?(?:please )?forget (?:that )?i (?:ever )?(?:said|told you"
        r"|mentioned)"
        r"(?: anything| something)?(?: about| of)? (?P<of>(?!it\b|that\b|this\b"
        r"|anything\b"
        r"|something\b).+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:(?:can|could|would|will) you (?:please |just )?|i(?:'d| would)?"
        r" (?:want|need"
        r"|like) you to )?(?:please )?(?:delete|erase|remove|wipe|forget) (?:(?:all "
        r"|your |the "
        r"|my |any )*(?:memor(?:y|ies)|notes?|records?|everything|info\w*|what"
        r"|all)(?: that)?"
        r"(?: you (?:know|remember|have|stored|noted))?)(?: of| about| on)"
        r" (?P<of>(?!all\b|it\b).+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD
        + r"(?:kannst du |k\u00f6nntest du |w\u00fcrdest du )?(?:bitte )?(?:vergiss"
        r"|l\u00f6sch|l\u00f6sche|streich)"
        r"(?: bitte| mal)*,? (?:alles,? |das,? )?,?was ich (?:dir )?(?:gerade "
        r"|neulich |eben |mal "
        r"|vorhin |gestern |je |alles )*(?:\u00fcber|von|zu|wegen) (?P<of>.+?)"
        r" (?:gesagt|erz\u00e4hlt|geschrieben"
        r"|erw\u00e4hnt|verraten)(?: habe?)?\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:bitte )?(?:vergiss|l\u00f6sch|l\u00f6sche)(?: bitte)?,? (?:alles,?"
        r" )?,?was du (?:\u00fcber|von|zu) "
        r"(?P<of>.+?) (?:wei\u00dft|gespeichert hast|gemerkt hast)\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:bitte )?(?:vergiss|l\u00f6sch|l\u00f6sche)(?: bitte)? alles"
        r" (?:\u00fcber|von|zu) (?P<of>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:\u8bf7|\u8acb|\u8bf7\u4f60|\u9ebb\u70e6(?:\u4f60)?|\u5e2e\u6211"
        r"|\u4f60)?(?:\u628a|\u5c06)?(?:\u5fd8\u6389|\u5fd8\u4e86|\u5fd8\u8bb0"
        r"|\u5220\u6389|\u5220\u9664|\u6e05\u9664)(?:\u6389)?(?:\u6240\u6709"
        r"|\u4e00\u5207)?"
        r"(?:\u6211)?(?:\u4e4b\u524d|\u4ee5\u524d|\u521a\u624d|\u521a\u521a"
        r"|\u6628\u5929)?(?:\u8ddf\u4f60|\u548c\u4f60|\u5bf9\u4f60)?(?:\u8bf4\u7684"
        r"|\u8bf4\u8fc7\u7684|\u8bb2\u7684|\u544a\u8bc9\u4f60\u7684"
        r"|\u63d0\u5230\u7684|\u8bf4)?"
        r"(?:\u6240\u6709)?(?:\u5173\u4e8e|\u6709\u5173"
        r"|\u95dc\u65bc)(?P<of>[^\uff0c\u3002,]+?)(?:\u7684(?:\u4e8b\u60c5?|\u8bdd"
        r"|\u4e00\u5207|\u6240\u6709.*|\u5185\u5bb9|\u8bb0\u5fc6"
        r"|\u90e8\u5206))?(?:\u5427)?[\u3002\uff01!\s]*$"
    ),
    re.compile(
        r"^\W*(?:\u8bf7|\u8acb|\u8bf7\u4f60|\u9ebb\u70e6(?:\u4f60)?"
        r"|\u5e2e\u6211)?(?:\u628a|\u5c06)(?:\u6211)?(?:\u4e4b\u524d|\u4ee5\u524d"
        r"|\u521a\u624d)?(?:\u8ddf\u4f60)?(?:\u8bf4\u7684|\u8bf4\u8fc7\u7684"
        r"|\u544a\u8bc9\u4f60\u7684|\u8bb2\u7684)?"
        r"(?:\u6240\u6709)?(?:\u5173\u4e8e"
        r"|\u6709\u5173)(?P<of>[^\uff0c\u3002,]+?)\u7684(?:\u4e8b\u60c5?|\u8bdd"
        r"|\u4e00\u5207|\u5185\u5bb9|\u8bb0\u5fc6|\u90e8\u5206)?(?:\u90fd"
        r"|\u5168\u90e8|\u5168)?"
        r"(?:\u5fd8\u6389|\u5fd8\u4e86|\u5fd8\u8bb0|\u5220\u6389"
        r"|\u5220\u9664)(?:\u5427)?[\u3002\uff01!\s]*$"
    ),
)
_FORGET_MORE: Final = (
    re.compile(
        LEAD + r"(?:(?:can|could|would|will) you (?:please |just )?|i (?:want|need) you"
        r" to )?"
        r"(?:please |just )?(?:erase|delete|remove|wipe|strike|scrub|drop|forget)"
        r"(?: about)? (?:the (?:bit|part|thing|stuff) about )?(?P<of>.+?) (?:from"
        r"|out of)"
        r" (?:your|the) (?:\w+ )?(?:memor\w+|records?|notes?|mind|head|log)\b.*$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:please|pls|plz|could you(?: please)?|can you please|would you(?:"
        r" please)?"
        r"|i (?:want|need) you to)(?: just)? (?:forget|delete|erase)(?: about)? "
        r"(?P<of>(?:my (?!manners|rudeness|mistake|outburst|joke)|our |that i |the"
        r" (?:whole"
        r"|entire|bit about|part about|part where|thing about|thing with) ).+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"du kannst (?:wieder |bitte |ruhig |jetzt )*vergessen,? dass"
        r" (?P<of>ich\b.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"ich (?:m\u00f6chte|will|h\u00e4tte gern|w\u00fcnsche mir),? dass du"
        r" (?:bitte )?(?:alles |das )?"
        r"(?:\u00fcber |von |zu |mit )?(?P<of>.+?) (?:wieder )?(?:vergisst"
        r"|l\u00f6schst)\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:bitte )?(?:l\u00f6sch|l\u00f6sche|streich|vergiss bitte|bitte"
        r" vergiss)(?: bitte| mal)* "
        r"(?:(?:das|alles|die sache) (?:mit|\u00fcber|von|zu) |mein\w* )(?P<of>.+?)"
        r"(?: wieder| bitte| raus)*(?:,.*)?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:\u8bf7|\u9ebb\u70e6\u4f60?|\u5e2e\u6211|\u4f60)?(?:\u628a"
        r"|\u5c06)(?P<of>\u6211.+?)\u4ece(?:\u4f60\u7684?)?(?:\u8bb0\u5fc6"
        r"|\u8111\u5b50|\u8111\u6d77|\u8bb0\u5f55)(?:\u91cc|\u4e2d)?"
        r"(?:\u5220\u6389|\u5220\u9664|\u53bb\u6389|\u62b9\u6389|\u5fd8\u6389"
        r"|\u6e05\u9664).*$"
    ),
    re.compile(
        r"^\W*(?:\u8bf7|\u4f60)?(?:\u4e0d\u8981|\u522b)\u518d(?:\u8bb0\u7740"
        r"|\u8bb0\u5f97|\u8bb0\u4f4f"
        r"|\u63d0)(?P<of>\u6211[^\uff0c,\u3002]+?)(?:\u4e86)?(?:[\uff0c,].*)?[\u3002\uff01]?$"
    ),
)
_FORGET_WIDE: Final = (
    re.compile(
        LEAD + r"(?:(?:can|could|would|will) you (?:please |just )?|i(?:'d| would)?"
        r" (?:want|need"
        r"|like) you to |let's )?(?:please |just )?(?:scratch|ignore|disregard|drop"
        r"|clear|wipe"
        r"|take back|never ?mind|strike|undo|stop remembering|unlearn|don't"
        r" (?:remember|keep"
        r"|save|store))(?: about)? "
        + _WHAT
        + r"(?:i|we)(?:'ve| have)? (?:ever |just |already )*(?:said|told you|told u"
        r"|mentioned"
        r"|wrote|shared)(?: to you| before| earlier)*(?: about| of| regarding| on)"
        r" (?P<of>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:please |just )?(?:pretend|act like|act as if) i (?:never|didn't)"
        r" (?:ever )?(?:said"
        r"|say|told you|tell you|mentioned?)(?: anything| a word)?(?: about| of)?"
        r" (?P<of>(?!it\b"
        r"|that\b|this\b|anything\b).+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD
        + r"(?:what i (?:said|told you) about|the (?:thing|bit|part|stuff) (?:about"
        r"|with)"
        r"|everything about) (?P<of>[^,.]+?)\s?[,:\u2013\u2014-]+ (?:please |pls "
        r"|you can |just )*(?:forget"
        r"|delete|erase|drop|scratch) (?:it|that|this|all of it|all that)(?: please)?$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:please |pls |you can |just )*(?:stop remembering|(?:you )?don't"
        r" (?:need|have) to"
        r" remember|no need to remember|don't (?:remember|keep)) (?P<of>(?:my|our"
        r"|that i|anything"
        r" about|what i) .+?)(?: any ?more| any longer)?$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:bitte )?(?:streich|l\u00f6sch|l\u00f6sche|vergiss"
        r"|ignorier(?:e)?)(?: bitte)? "
        r"(?:wieder )?(?:,? ?dass ich|die sache mit|das thema|alles zu)"
        r" (?P<of>.+?)(?: bitte)?$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD + r"(?:kannst|k\u00f6nntest|w\u00fcrdest) du (?:bitte )?(?:alles"
        r" )?(?:vergessen|l\u00f6schen|das (?:mit|"
        r"\u00fcber)|alles (?:\u00fcber|zu)) ?,?(?: was ich (?:dir )?(?:\u00fcber"
        r"|von|zu))? (?P<of>.+?)(?: (?:gesagt|"
        r"erz\u00e4hlt)(?: habe?)?| vergessen| l\u00f6schen)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:\u8bf7|\u9ebb\u70e6\u4f60?|\u4f60)?(?:\u628a"
        r"|\u5c06)(?P<of>\u6211?(?:\u8bf4"
        r"|\u8bb2)?(?:\u8fc7)?(?:\u7684)?.+?)(?:\u7684(?:\u4e8b\u60c5?"
        r"|\u8bdd))?(?:\u90fd|\u5168\u90e8|\u5168)?(?:\u5fd8\u6389|\u5fd8\u4e86"
        r"|\u5220\u6389|\u5220\u9664|\u5220\u4e86)(?:\u5427)?[\u3002\uff01!\s]*$"
    ),
    re.compile(
        r"^\W*(?:\u8bf7|\u9ebb\u70e6\u4f60?|\u4f60)?(?:\u5fd8\u6389|\u5fd8\u4e86"
        r"|\u5220\u6389|\u5220\u9664)\u6211(?:\u521a\u624d|\u521a\u521a|\u4e4b\u524d"
        r"|\u4e0a\u6b21)?(?:\u8bf4\u7684|\u8bf4\u8fc7\u7684"
        r"|\u8bb2\u7684)(?P<of>.{2,}?)(?:\u7684(?:\u4e8b\u60c5?"
        r"|\u8bdd))?(?:\u5427)?[\u3002\uff01!\s]*$"
    ),
)
NO_MATTER: Final = re.compile(
    r"^(?:it|that|this|him|her|them|me|you|us|everything|anything|all that|all this"
    r"|things?"
    r"|das|ihn|sie|ihm|mich|uns|dich|\u8fd9\u4ef6?|\u90a3\u4ef6?|\u5b83|\u8fd9\u4e2a"
    r"|\u90a3\u4e2a)$",
    re.IGNORECASE,
)

_IS: Final = (
    r"\b(?:is|isn't|are|aren't|was born|has|hasn't|have|can't|cannot|can|doesn't"
    r"|don't|hates?"
    r"|likes?|loves?|needs?|lives?|works?|goes by|prefers?|gets?|takes?|uses?|died"
    r"|moved)\b"
    r"|'s (?:a|an|the|not|allergic|called|my|\w+ing|\w+ed)\b"
)
_REMEMBER_ANYBODY: Final = (
    # "remember, Ellie is allergic to bees", "don't forget Tom is vegan"
    re.compile(
        LEAD
        + _ASKED
        + r"(?:remember|keep in mind|bear in mind|note|(?:do not|don't|dont|never)"
        r" (?:ever )?"
        r"forget|make a note)(?: that)?,? (?P<told>(?:(?-i:[A-Z])\w+|my|our|the"
        r"|there"
        rf"|he|she|they|it|we|i)\b.{{0,60}}(?:{_IS}).+)$",
        re.IGNORECASE,
    ),
    re.compile(
        LEAD
        + r"(?:bitte )?(?:(?:merk|merke) (?:dir|euch)|(?:denk|denke) (?:bitte |immer"
        r" |auch )*(?:daran"
        r"|dran)|(?:vergiss|vergesst) (?:bitte |mir |auch |ja )*nicht|(?:behalt"
        r"|behalte) (?:bitte"
        r" |es )*im (?:kopf|hinterkopf|ged\u00e4chtnis)|(?:notier|notiere|schreib"
        r"|schreibe) (?:dir)?"
        r"(?: bitte| mal)?(?: auf)?)(?: bitte| mal| gut| unbedingt)*\s?(?:,? dass|:) "
        r"(?P<told>(?!ich dich|du\b|wir uns).{6,})$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^\W*(?:\u5bf9\u4e86|\u8fd8\u6709|\u53e6\u5916|\u4f60|\u8bf7|\u8981"
        r"|\u5e2e\u6211|\u9ebb\u70e6|\u4e00\u5b9a|\u5343\u4e07)*(?:\u8bb0\u4f4f"
        r"|\u8bb0\u4e00\u4e0b|\u8bb0\u4e0b|\u8bb0\u597d|\u522b\u5fd8\u4e86?"
        r"|\u4e0d\u8981\u5fd8\u8bb0?\u4e86?|\u8bf7\u8bb0\u5f97)[\uff0c,\uff1a:"
        r" ]*(?P<told>(?!\u4f60|\u4ed6\u7684\u8138|\u8fd9\u4e00\u5929)"
        r".{1,12}(?:\u662f|\u5bf9|\u4e0d|\u6709|\u53eb|\u5728|\u559c\u6b22"
        r"|\u8ba8\u538c|\u751f\u65e5|\u8981|\u4f1a|\u6ca1|\u6bcf).+)$"
    ),
)
REMEMBERING: Final = (
    *_REMEMBER,
    *_REMEMBER_MORE,
    *_REMEMBER_WIDE,
    *_REMEMBER_ANYBODY,
)
"""What asks to remember, with what is `told`."""

_FORGET_ANY: Final = (
    re.compile(
        LEAD
        + r"(?:please |pls |just )*forget (?:that |about )?(?P<of>(?:i (?:am|'m|have"
        r"|had|live|work"
        r"|like|hate|was)|i'm|i've|my (?!manners|rudeness|mistake|outburst|joke|bad)\w+"
        r"(?: \w+)?'?s?)\b.*)$",
        re.IGNORECASE,
    ),
)
FORGETTING: Final = (*_FORGET, *_FORGET_MORE, *_FORGET_WIDE, *_FORGET_ANY)
"""What asks to forget, with whom or what it is `of`."""
