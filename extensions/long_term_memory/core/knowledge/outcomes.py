"""Whether a message tells how something went that was to come.

Owns: the words of outcomes, by what kind of matter it is; what two texts share.
Knows nothing of: days, who speaks, chats.

"4:12:33 and I can never walk again" shares no word with "marathon on Sunday", so kinds
of matters have words of their own in which people tell of them.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from ..summaries.promises import State, state_told
from ..text.tokenizer import tokenize

TEXTS_READ: Final = 4_096
OUTCOMES_KNOWN: Final = 16_384

_SENTENCE: Final = re.compile(r"(?<=[.!?\u3002\uff01\uff1f\u2026])\s*|\n+")
_QUESTION: Final = re.compile(r"[?\uff1f]\W*$|[\u5417\u5462]\W*$")

_PENDING: Final = re.compile(
    r"\b(?:not yet|not done|still (?:no|not|on|have|need|half|waiting|working|to)"
    r"|haven'?t|hasn'?t|half[- ]done|almost|nearly|nervous|wish me luck|fingers crossed"
    r"|about to|on my way|getting ready|preparing|practi[sc]ing|can'?t wait|what if"
    r"|hope(?:fully)?|gonna|going to|will|tomorrow|in an hour|no news|waiting for"
    r"|noch nicht|noch kein\w*|immer noch|gleich|aufgeregt|hoffentlich|dr\u00fcck mir"
    r"|auf dem weg|bald|morgen)\b|'ll\b"
    r"|\u8fd8\u6ca1|\u8fd8\u5728|\u7d27\u5f20|\u9a6c\u4e0a|\u5e0c\u671b|\u5feb\u8981"
    r"|\u51c6\u5907|\u6ca1\u6709?\u5199\u5b8c|\u660e\u5929",
    re.IGNORECASE,
)
_OFF: Final = re.compile(
    r"\b(?:cancell?ed|called (?:it )?off|call(?:ing)? it off|fell through|fallen"
    r" through"
    r"|not happening(?: any ?more)?|(?:won'?t|isn'?t|not) (?:going to )?happen(?:ing)?"
    r"|off the table|scrapped|backed out|bailed|no longer (?:happening|going)"
    r"|(?:he|she|they|i) (?:didn'?t|never) (?:show up|showed|go|went|come|came|make it)"
    r"|didn'?t (?:happen|go|work out|make it|end up)|came to nothing|stood me up"
    r"|skipped|abgesagt|abgeblasen|ausgefallen|f\u00e4llt (?:doch )?aus|fiel aus"
    r"|findet nicht statt|doch nicht|wird nichts(?: mehr)?|nichts geworden|geplatzt)\b"
    r"|\u53d6\u6d88|\u4e0d\u53bb\u4e86|\u6ca1\u53bb|\u6ca1\u6765|\u4e0d\u6765\u4e86"
    r"|\u6cf9\u6c64|\u9ec4\u4e86|\u4e0d\u529e\u4e86|\u653e\u9e3d\u5b50"
    r"|\u4e0d\u6210\u4e86",
    re.IGNORECASE,
)
_MOVED: Final = re.compile(
    r"\bnow\b|\binstead\b|\b(?:moved|postponed|rescheduled|pushed|delayed|put off"
    r"|shifted|changed)\b|\bverschoben\b|\bverlegt\b|\bjetzt\b|\bstattdessen\b|\berst\b"
    r"|\bdoch erst\b|\u6539\u5230|\u63a8\u8fdf|\u5ef6\u671f|\u6539\u6210"
    r"|\u6539\u671f|\u5ef6\u5230|\u63a8\u5230|\u6362\u5230|\u63d0\u524d",
    re.IGNORECASE,
)
_STRONG: Final = re.compile(
    r"\b(?:everything|it|all|he|she|they|we|i)(?:'s| is|'re| are|'m| am)? (?:all"
    r" )?(?:fine|good"
    r"|ok|okay|normal|clear|home safe|safe)(?: now)?\b(?=\W*$|[!.])|\ball (?:good"
    r"|clear|fine)\b"
    r"|\b(?:she|he|they|everyone|everybody|nobody|no one) (?:said (?:yes|no)|came"
    r"|showed up"
    r"|cried|clapped|loved it|liked it|hated it)\b|\bso much fun\b|\bnever again\b"
    r"|\b(?:best|worst) \w+ (?:ever|of my life)\b|\bdisaster\b|\bturned out\b"
    r"|\bgot (?:back|home|through|a|an) \w+(?: (?:on|for|in) it)?\W*$|\bit'?s a"
    r" (?:boy|girl)\b"
    r"|\b(?:we|they|she|he) (?:broke up|got (?:it|married|engaged)|signed|won|lost"
    r"|left)\b"
    r"|\b(?:i|we) (?:got|had|saw|met|made|finished|told|gave|bought|sold|signed"
    r"|picked|ran"
    r"|sang|danced|cooked|fixed|learned|kissed|talked) (?:it|her|him|them|all)\b"
    r"|\bwar (?:echt |total |so |ganz |richtig |gar nicht |halb )*(?:super|toll"
    r"|sch\u00f6n|gut"
    r"|ok|okay|schlimm|furchtbar|klasse|lustig|anstrengend|langweilig|mega)\b"
    r"|\b(?:gut|schlecht|schief) ge(?:gangen|laufen)\b|\bbin durch\b|\balles gut\b"
    r"|\u8003\u5f97|\u73a9\u5f97|\u8fc7\u5f97|\u8fd8\u884c|\u633a\u597d|\u5f88\u987a"
    r"|\u5f55\u53d6|\u6ca1\u8003\u597d|\u88ab\u62d2|\u597d\u5f00\u5fc3"
    r"|\u5f88\u5f00\u5fc3"
    r"|"
    r"\bit went\b|\bwent (?:really |so |pretty |super |very )?(?:well|ok|okay|fine"
    r"|great"
    r"|good|badly|bad|better|horribl[ey]|terribl[ey]|wrong|smooth(?:ly)?)\b"
    r"|\b(?:i|we|he|she|they|it|and|just|barely|totally) (?:\w+ )?(?:passed|failed"
    r"|survived|nailed|aced|bombed|won|lost|chickened out|finished)\b|^\W*(?:passed"
    r"|failed|survived|nailed|aced|won|lost|finished|done|landed|married|approved"
    r"|handed in|sent|submitted|delivered)\b|\b(?:made|did|nailed|finished|got through"
    r"|messed up|blew|screwed up|crushed|killed|rocked|aced) it\b|\bgot the (?:job|part"
    r"|flat|place|offer|results?|keys|loan|visa|promotion)\b"
    r"|\b(?:it|that|everything|all|which)(?:'s| is| was)? (?:finally |all |now"
    r" )?(?:over"
    r"|done|behind me|finished)\b|\bover and done\b|\bchickened out\b"
    r"|\b(?:it|that|everything|the whole thing) (?:was|turned out) (?:\w+ )?\w+"
    r"|\bhanded in\b|\bbestanden\b|\bdurchgefallen\b|\bgeschafft\b|\b\u00fcberstanden\b"
    r"|\bversemmelt\b|\b(?:es )?lief (?:echt |ganz |super|richtig |so )?(?:gut|super|ok"
    r"|okay|schlecht|mies|toll|prima|bestens|blendend|schief)\b|\bvorbei\b"
    r"|\bhinter (?:mir|uns)\b|\bes war (?:so |echt |total |richtig |ganz )?\w+"
    r"|\bgelandet\b|\bgewonnen\b|\bverloren\b|\berledigt\b|\bgeklappt\b|\bzugesagt\b"
    r"|\u901a\u8fc7\u4e86|\u6ca1\u901a\u8fc7|\u641e\u5b9a|\u5b8c\u6210\u4e86"
    r"|\u7ed3\u675f\u4e86|\u987a\u5229|\u6210\u529f|\u5931\u8d25"
    r"|[\u8003\u505a\u529e\u5199\u4ea4\u5f00\u770b\u6253\u8dd1\u8c08\u4fee\u8bb2\u641e\u8868\u6f14]\u5b8c"
    r"|\u8fc7\u4e86|\u62ff\u5230\u4e86|\u7ec8\u4e8e|\u5230\u4e86|\u843d\u5730",
    re.IGNORECASE,
)
_TOLD: Final = re.compile(
    r"\b(?:was|were|went|had|did|came|got|took|made|said|saw|met|won|lost|cried|loved"
    r"|ate|drank|gave|told|left|felt|knew|found|bought|paid|brought|swam|ran|sang|wrote"
    r"|spoke|slept|drove|flew|fell|broke|began|threw|hit|beat|put|has|have|thanks"
    r"|thank you|look|looks|here(?:'s| is| are)|best|worst|great|amazing|awesome|lovely"
    r"|beautiful|perfect|wonderful|terrible|awful|horrible|fun|boring|nice|good|bad|ok"
    r"|okay|fine|fantastic|brilliant|gorgeous|delicious|incredible|hilarious|sad|happy"
    r"|now|finally|already|\w{2,}ed"
    r"|war|waren|hatte[nt]?|ging|kam|lief|hat|haben|hab|wurde|fand|sah|gab|sagte"
    r"|ge\w{2,}t"
    r"|ge\w{2,}en|danke|toll|super|sch\u00f6n|klasse|schlimm|furchtbar|endlich|hier"
    r" ist)\b"
    r"|\u4e86|\u8fc7|\u5f97\u5f88|\u592a|\u771f|\u8c22\u8c22|\u611f\u89c9"
    r"|\u4e0d\u9519|!{2}",
    re.IGNORECASE,
)


class _Field(NamedTuple):
    """A kind of matter: how it is named, and the words in which people tell of it."""

    named: re.Pattern[str]
    told: re.Pattern[str]


def _field(named: str, told: str) -> _Field:
    return _Field(re.compile(named, re.IGNORECASE), re.compile(told, re.IGNORECASE))


_FIELDS: Final = (
    _field(
        r"\b(?:exams?|test|quiz|finals|midterms?|orals?|pr\u00fcfung|klausur|abitur"
        r"|f\u00fchrerschein\w*)\b|\u8003|\u6d4b\u9a8c|\u7b54\u8fa9",
        r"\b(?:pass(?:ed)?|fail(?:ed)?|grades?|questions?|marks?|scored?|examiner|essay"
        r"|aced|flunked|resit|license|bestanden|durchgefallen|note|fragen?|punkte"
        r"|schein|pr\u00fcfer)\b|\d ?%|\u8003|\u53ca\u683c|\u5206|\u9898"
        r"|\u6302\u4e86|\u7b54\u8fa9",
    ),
    _field(
        r"\b(?:dentist|tooth|teeth|doctor'?s?|doc|gp|vet|hospital|clinic|check-?up"
        r"|appointment|scan|mri|x-?ray|surgery|operation|blood test|biopsy|therap\w+"
        r"|vaccin\w+|shot|wisdom|zahnarzt\w*|arzt\w*|tierarzt|krankenhaus|klinik|op"
        r"|termin|impfung|untersuchung)\b"
        r"|\u533b\u9662|\u533b\u751f|\u7259|\u590d\u67e5|\u4f53\u68c0|\u624b\u672f"
        r"|\u6253\u9488|\u5ba0\u7269",
        r"\b(?:hurts?|sore|pain\w*|numb|cavit\w+|fillings?|tooth|teeth|drill\w*"
        r"|doctor|doc|dentist|vet"
        r"|results?|all clear|healthy|stitch\w*|prescri\w+|pills|anesth\w+|woke up"
        r"|benign|nothing serious|diagnos\w+|braces|arm hurts|x-?rays?|f\u00fcllung"
        r"|bet\u00e4ubt?|loch|bohr\w+|ergebnis\w*|gesund|alles gut|arzt|\u00e4rztin"
        r"|zahnarzt|gezogen)\b"
        r"|\u533b\u751f|\u7ed3\u679c|\u6ca1\u4e8b|\u5065\u5eb7|\u6b63\u5e38"
        r"|\u6062\u590d|\u7259|\u86c0|\u836f|\u75bc",
    ),
    _field(
        r"\b(?:interview|job|hiring|trial shift|internship|first day"
        r"|vorstellungsgespr\u00e4ch|bewerbungsgespr\u00e4ch|probetag|bewerbung)\b"
        r"|\u9762\u8bd5|\u5165\u804c|\u8bd5\u7528",
        r"\b(?:job|hired|offer(?:ed)?|someone else|somebody else|rejected|start(?:ing)?"
        r" (?:on|in|next|monday)|they (?:liked|want|loved|called|asked)|salary|boss"
        r"|colleagues|zusage|absage|genommen|stelle|chefin?|gehalt)\b"
        r"|\u5f55\u53d6|\u5f55\u7528|offer|\u4e0a\u73ed|\u9762\u8bd5|\u8001\u677f"
        r"|\u540c\u4e8b|\u7b2c\u4e00\u5929",
    ),
    _field(
        r"\b(?:flights?|plane|fly(?:ing)?|train|trip|travel\w*|holiday|vacation"
        r"|leav(?:e|ing)"
        r"|camping|hike|road ?trip|ferry|cruise|flug|fliegen?|zug|reise|urlaub|fahren?"
        r"|fahrt)\b|\u98de\u673a|\u822a\u73ed|\u706b\u8f66|\u9ad8\u94c1|\u65c5\u884c"
        r"|\u65c5\u6e38|\u51fa\u53d1|\u51fa\u5dee|\u98de",
        r"\b(?:landed|arrived|hotel|jet ?lag\w*|airport|boarded|made it|beach|luggage"
        r"|suitcase|we're here|i'm here|back home|home again|view|summit|tent"
        r"|sunburn\w*"
        r"|gelandet|angekommen|strand|wieder (?:da|zu ?hause)|koffer|gipfel)\b"
        r"|\bdegrees\b"
        r"|\u843d\u5730|\u5230\u4e86|\u62b5\u8fbe|\u9152\u5e97|\u56de\u6765\u4e86"
        r"|\u5230\u5bb6|\u98ce\u666f",
    ),
    _field(
        r"\b(?:marathon|race|10k|5k|run|match|game|tournament|competition|cup|fight"
        r"|final|lauf|rennen|spiel|turnier|wettkampf)\b|\u6bd4\u8d5b"
        r"|\u9a6c\u62c9\u677e|\u51b3\u8d5b",
        r"\b(?:finish(?:ed)?(?: line)?|medal|won|lost|scored?|legs|walk|place|beat"
        r"|beaten|goals?|pb|personal best|trophy|champions?|crossed|blisters?|gewonnen"
        r"|verloren|platz|ziel|medaille|tore?|beine|muskelkater)\b|\d+:\d\d"
        r"|\b\d+[-:]\d+\b"
        r"|\u8d62|\u8f93|\u7b2c.\u540d|\u51a0\u519b|\u8dd1\u5b8c|\u817f",
    ),
    _field(
        r"\b(?:court|trial|hearing|judge|verdict|lawsuit|decid\w+|decision|results?"
        r"|loan|visa|application|election|vote|gericht\w*|verhandlung|bescheid|antrag"
        r"|kredit|wahl)\b|\u6cd5\u9662|\u5f00\u5ead|\u7ed3\u679c|\u7b7e\u8bc1"
        r"|\u8d37\u6b3e|\u5ba1\u6279",
        r"\b(?:judge|won|lost|verdict|guilty|approved|denied|rejected|granted|threw it"
        r"|settled|said (?:yes|no)|turned (?:me|us) down|accepted|results? (?:is|are"
        r"|came)"
        r"|elected|gewonnen|urteil|genehmigt|abgelehnt|bewilligt|zugesagt)\b"
        r"|\u5224|\u6279\u4e86|\u901a\u8fc7|\u62d2|\u4e0b\u6765\u4e86",
    ),
    _field(
        r"\b(?:birthday|party|anniversary|wedding|bbq|barbecue|dinner|reunion"
        r"|baby shower|graduation|ceremony|geburtstag|hochzeit|feier|jahrestag|grillen"
        r"|taufe|\d+th)\b|\u751f\u65e5|\u5a5a\u793c|\u805a\u4f1a|\u6d3e\u5bf9"
        r"|\u7eaa\u5ff5\u65e5|\u6bd5\u4e1a|\u805a\u9910",
        r"\b(?:cake|danc\w+|drunk|hung ?over|guests|cried|gifts?|presents?|bride|groom"
        r"|vows|candles|speech|toast|champagne|loved|kuchen|torte|getanzt|geschenke?"
        r"|braut|g\u00e4ste|verkatert|gefeiert|kater)\b"
        r"|\u86cb\u7cd5|\u793c\u7269|\u8df3\u821e|\u559d\u591a|\u65b0\u5a18"
        r"|\u70ed\u95f9|\u5403\u4e86",
    ),
    _field(
        r"\b(?:concert|gig|show|festival|play|opera|musical|movie|film|cinema|premiere"
        r"|exhibition|museum|theat(?:er|re)|konzert|auftritt|kino|ausstellung)\b"
        r"|\u6f14\u5531\u4f1a|\u7535\u5f71|\u97f3\u4e50\u4f1a|\u5c55|\u6f14\u51fa",
        r"\b(?:ears|ringing|band|sang|encore|crowd|stage|movie|film|ending|plot|voice"
        r"|setlist|front row|b\u00fchne|zugabe|gesungen|heiser)\b|\u5531"
        r"|\u597d\u770b|\u73b0\u573a|\u7ed3\u5c40",
    ),
    _field(
        r"\b(?:date|meet(?:ing)?|talk to|ask (?:her|him|them)|tell (?:her|him|them|my)"
        r"|coffee with|dinner with|drinks with|call with|treffen?|verabredet|date"
        r"|reden?|gespr\u00e4ch)\b|\u7ea6\u4f1a|\u89c1\u9762|\u76f8\u4eb2"
        r"|\u8868\u767d|\u8c08",
        r"\b(?:kiss\w*|(?:she|he|they) (?:said|laughed|smiled|came|told|cried|liked"
        r"|hung up|agreed|yelled|says)|teacher|stood me up|awkward|chickened|we"
        r" (?:talked|met|kissed"
        r"|agreed|laughed)|i (?:told|asked)|second date|sparks?|gek\u00fcsst|(?:sie"
        r"|er) "
        r"(?:hat|sagte|war|kam|lachte)|wir haben (?:geredet|uns))\b"
        r"|\u543b|\u804a|\u4ed6\u8bf4|\u5979\u8bf4|\u7b54\u5e94|\u62d2\u7edd"
        r"|\u7275\u624b",
    ),
    _field(
        r"\bmov(?:e|ing) (?:house|in|out|on|to|day)?|\b(?:umzug|umziehen|ziehe[nt]?"
        r"|einzug)\b|\u642c\u5bb6",
        r"\b(?:boxes|new (?:flat|place|house|apartment|home)|everything is in|keys"
        r"|first night|moved|unpack\w*|kisten|neuen? wohnung|umgezogen|eingezogen)\b"
        r"|\u65b0\u5bb6|\u7bb1\u5b50|\u642c\u5b8c|\u642c\u8fdb",
    ),
    _field(
        r"\b(?:funeral|memorial|burial|wake|beerdigung|trauerfeier)\b|\u846c\u793c"
        r"|\u8ffd\u60bc",
        r"\b(?:service|cried|coffin|grave|goodbye|eulogy|buried|grab|abschied|geweint"
        r"|pfarrer)\b|\u544a\u522b|\u54ed|\u9001\u4e86",
    ),
    _field(
        r"\b(?:visit\w*|com(?:e|es|ing) (?:over|by|home|to|back|for)|guests?|besuch\w*"
        r"|kommt|kommen|plumber|electrician|inspector|landlord|klempner|handwerker)\b"
        r"|\u6765\u770b|\u8fc7\u6765|\u62dc\u8bbf|\u505a\u5ba2|\u56de\u5bb6",
        r"\b(?:arrived|(?:she|he)'?s (?:here|home|gone|back)|is (?:here|home|back)|left"
        r"|was here|fixed|leak\w*|brought|stayed|drove (?:off|home)|angekommen|ist da"
        r"|wieder (?:weg|da)|war da|repariert|abgereist)\b|\u5230\u4e86|\u8d70\u4e86"
        r"|\u4fee\u597d|\u56de\u53bb\u4e86|\u5230\u5bb6",
    ),
    _field(
        r"\b(?:hand(?:ing)? (?:it )?in|deadline|submit\w*|due|finish\w*|thesis|paper"
        r"|report|essay|project|manuscript|taxes|abgabe|abgeben|fertig|bericht"
        r"|arbeit)\b"
        r"|\u4ea4|\u622a\u6b62|\u5b8c\u6210|\u8bba\u6587|\u62a5\u544a|\u4f5c\u4e1a",
        r"\b(?:handed|submitted|sent|finished|done|uploaded|turned in|filed|extension"
        r"|abgegeben|fertig|geschafft|eingereicht|abgeschickt)\b|\u4ea4\u4e86"
        r"|\u5b8c\u6210|\u505a\u5b8c|\u5199\u5b8c|\u4ea4\u4e0a",
    ),
    _field(
        r"\b(?:presentation|speech|talk|pitch|lecture|recital|audition|performance"
        r"|rehearsal|lesson|class|course|workshop|swimming|dance|yoga|pr\u00e4sentation"
        r"|vortrag|referat|vorsprechen|unterricht|kurs|probe|teach|show you)\b"
        r"|\u6f14\u8bb2|\u6c47\u62a5|\u4e0a\u8bfe|\u6f14\u51fa|\u8868\u6f14|\u8bfe"
        r"|\u57f9\u8bad|\u6559",
        r"\b(?:applau\w+|clapp\w+|audience|froze|stutter\w*|learn(?:ed|t)|taught|swam"
        r"|floated|got the part|callback|standing ovation|slides? (?:failed|worked)"
        r"|the lesson|teacher|beifall|applaus|geklatscht|gelernt|verhaspelt)\b"
        r"|\u638c\u58f0|\u9f13\u638c|\u8bb2\u5b8c|\u5b66\u4f1a|\u8001\u5e08",
    ),
    _field(
        r"\b(?:pick(?:ing)? (?:\w+ ){0,3}up|picking up|deliver\w*|arriv\w+|package"
        r"|parcel|adopt\w*|collect|buy(?:ing)?|abholen?|hole|paket|lieferung"
        r"|geliefert)\b"
        r"|\u53d6|\u5feb\u9012|\u63a5|\u4e70|\u9886\u517b",
        r"\b(?:(?:it|they|he|she)(?:'s| is|'re| are)? (?:finally )?(?:here|arrived|came"
        r"|home)|got (?:it|them|him|her)|unboxed|fits?|delivered|picked|angekommen"
        r"|ist da|abgeholt|passt|geliefert)\b|\u5230\u4e86|\u62ff\u5230|\u63a5\u5230"
        r"|\u6536\u5230|\u4e70\u5230|\u53d6\u5230",
    ),
)

_COMMON: Final = (
    frozenset(
        stem
        for stem in tokenize(
            "go going get getting got have need finally still nothing wear help new"
            " first "
            "time times week weeks day days next tomorrow today tonight ugh lol ok"
            " okay talk "
            "tell come take ill im ive id be will we she he her him his hers"
            " everything "
            "something thing things really just again later then know think want"
            " make let "
            "see look like one two three good bad well great little bit lot all now"
            " back "
            "people man god please sorry yes no yeah hey hi month months weekend"
            " friday "
            "saturday sunday monday tuesday wednesday thursday morning evening"
            " afternoon "
            "night hour hours minutes am pm at nine sharp dont cant wont didnt thats"
            " its "
            "because about only even already always never every before after until"
            " till by "
            "cant wait luck wish me kill feel good feels word promise swear"
        )
    )
    | frozenset(
        "ich du er sie es wir ihr mein meine meinen dein deine ist bin hab habe"
        " haben hat muss "
        "werde wird am um im in an der die das den dem ein eine einen zu zum zur und"
        " oder aber "
        "nicht noch schon auch mit von bei auf f\u00fcr morgen heute \u00fcbermorgen"
        " montag dienstag "
        "mittwoch donnerstag freitag samstag sonntag woche wochen tag tage uhr"
        " n\u00e4chste "
        "n\u00e4chsten kommt kommen gehe gehen ganz so sehr mal ja nein was wie"
        " war".split()
    )
    | frozenset(
        "\u660e\u5929 \u540e\u5929 \u4eca\u5929 \u4eca\u665a \u4e0b\u5348"
        " \u4e0a\u5348 \u665a\u4e0a \u6211\u6709 \u6211\u8981 \u5468\u4e94"
        " \u5468\u4e00 \u5468\u4e8c \u5468\u4e09 "
        "\u5468\u56db \u5468\u516d \u5468\u65e5 \u5929\u6211 \u5929\u4e0b"
        " \u4e0b\u5468 \u6211\u4eec \u4e94\u6211 \u8981\u53bb \u597d\u7d27"
        " \u7d27\u5f20 \u4e00\u4e2a \u4f60\u559c \u559c\u6b22".split()
    )
)


class MatterOutcome(NamedTuple):
    """What a message says of a matter.

    Attributes:
        over: It went somehow, was done or told of.
        off: It was called off.
    """

    over: bool = False
    off: bool = False


class _Text:
    """A text, of which each thing is looked for once it is asked for.

    Attributes:
        sentences: What is no question.
    """

    def __init__(self, text: str) -> None:
        """Take a text."""
        self._text = text.replace("\u2019", "'")
        self.sentences = tuple(
            part
            for part in (one.strip() for one in _SENTENCE.split(self._text))
            if part and not _QUESTION.search(part)
        )
        self._names: dict[int, bool] = {}
        self._tells: dict[int, bool] = {}

    @cached_property
    def stems(self) -> frozenset[str]:
        """Its words but common ones."""
        return frozenset(tokenize(self._text)) - _COMMON

    @cached_property
    def kinds(self) -> tuple[int, ...]:
        """The kinds of matter that it names."""
        return tuple(kind for kind in range(len(_FIELDS)) if self.names(kind))

    def names(self, kind: int) -> bool:
        """Say whether it names a kind of matter."""
        if kind not in self._names:
            self._names[kind] = bool(_FIELDS[kind].named.search(self._text))
        return self._names[kind]

    def tells(self, kind: int) -> bool:
        """Say whether it holds words in which people tell of a kind of matter."""
        if kind not in self._tells:
            said = " ".join(self.sentences)
            self._tells[kind] = bool(_FIELDS[kind].told.search(said))
        return self._tells[kind]


_read = lru_cache(maxsize=TEXTS_READ)(_Text)


def forget_outcomes() -> None:
    """Hold no text any more that was read."""
    _read.cache_clear()
    outcome_of.cache_clear()


def same_matter(one: str, other: str) -> bool:
    """Say whether two texts speak of the same thing to come."""
    first, second = _read(one), _read(other)
    shared = first.stems & second.stems
    least = min(len(first.stems), len(second.stems))
    return bool(shared) and 2 * len(shared) >= least


def is_moved(matter: str, said: str) -> bool:
    """Say whether a text that names another day puts a matter off to it."""
    return _MOVED.search(said) is not None and _related(_read(matter), _read(said))


@lru_cache(maxsize=OUTCOMES_KNOWN)
def outcome_of(matter: str, said: str, *, reached: bool) -> MatterOutcome:
    """Return what a message says of a matter.

    Args:
        matter: The sentence that told what is to come.
        said: A later message, by one who can know.
        reached: Its day has come when this is said.
    """
    thing, text = _read(matter), _read(said)
    related = _related(thing, text)
    if (related or reached) and any(_OFF.search(one) for one in text.sentences):
        return MatterOutcome(off=True)
    if not reached:
        return MatterOutcome()
    over = any(_is_over(thing, one, related) for one in text.sentences)
    return MatterOutcome(over=over)


def _related(thing: _Text, text: _Text) -> bool:
    if thing.stems & text.stems:
        return True
    return any(text.tells(kind) or text.names(kind) for kind in thing.kinds)


def _is_over(thing: _Text, sentence: str, related: bool) -> bool:
    if _PENDING.search(sentence):
        return False
    if _STRONG.search(sentence):
        return True
    told = _read(sentence)
    if any(told.tells(kind) for kind in thing.kinds):
        return True
    if related and state_told(sentence) not in (None, State.OPEN):
        return True
    return bool(thing.stems & told.stems) and _TOLD.search(sentence) is not None
