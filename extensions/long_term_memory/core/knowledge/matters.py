"""What kinds of matters are to come, and how people tell of each.

Owns: the words that name a kind, and those in which its outcome is told.
Knows nothing of: days, sentences, who speaks.

"4:12:33 and I can never walk again" shares no word with "marathon on Sunday", so kinds
of matters have words of their own in which people tell of them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ..text.patterns import late


class MatterKind(NamedTuple):
    """How a kind of matter is named, and the words in which people tell of it."""

    named: re.Pattern[str]
    told: re.Pattern[str]


def _kind(named: str, told: str) -> MatterKind:
    return MatterKind(late(named, re.IGNORECASE), late(told, re.IGNORECASE))


MATTER_KINDS: Final = (
    _kind(
        r"\b(?:exams?|test|quiz|finals|midterms?|orals?|pr\u00fcfung|klausur|abitur"
        r"|f\u00fchrerschein\w*)\b|\u8003|\u6d4b\u9a8c|\u7b54\u8fa9|\b(?:viva"
        r"|defen[cs]e|defend|bar exam"
        r"|driving test|theory test|fahrpr\u00fcfung|examen|matura|test)\b",
        r"\b(?:pass(?:ed)?|fail(?:ed)?|grades?|questions?|marks?|scored?|examiner|essay"
        r"|aced|flunked|resit|license|bestanden|durchgefallen|note|fragen?|punkte"
        r"|schein|pr\u00fcfer)\b|\d ?%|\u8003|\u53ca\u683c|\u5206|\u9898|\u6302\u4e86"
        r"|\u7b54\u8fa9|\b(?:an? [a-f](?: ?[+-]| plus| minus)?(?= |$|[,.!])|straight "
        r"a'?s|an? (?:one|two|three)(?=[!.,])|retake|re-?sit|first try"
        r"|blank(?:ed)?(?: out)?|(?:ran )?out of time"
        r"|multiple choice|committee|instructor|stalled|parallel park\w*|kerb|curb"
        r"|answers?|answered"
        r"|studying|studied for|lappen|vergeigt|versaut|verhauen|durchgerasselt"
        r"|durchgefallen|blackout|eine (?:eins|zwei|drei|vier|f\u00fcnf|sechs)"
        r"|fehlerpunkte|nachschreiben|wiederholen)\b|\d+ ?(?:/|out of) ?\d+"
        r"|\u9a7e\u7167|\u6ca1\u8fc7|\u8865\u8003|\u6ee1\u5206|\u538b\u7ebf"
        r"|\u4f1a\u505a|\u4e0d\u4f1a|\u592a\u96be|\u7b80\u5355|\u5377\u5b50|\u9898",
    ),
    _kind(
        r"\b(?:dentist|tooth|teeth|doctor'?s?|doc|gp|vet|hospital|clinic|check-?up"
        r"|appointment|scan|mri|x-?ray|surgery|operation|blood test|biopsy|therap\w+"
        r"|vaccin\w+|shot|wisdom|zahnarzt\w*|arzt\w*|tierarzt|krankenhaus|klinik|op"
        r"|termin|impfung|untersuchung)\b|\u533b\u9662|\u533b\u751f|\u7259|\u590d\u67e5"
        r"|\u4f53\u68c0|\u624b\u672f|\u6253\u9488|\u5ba0\u7269|\b(?:procedure|physio\w*"
        r"|chemo\w*|ultrasound|colonoscopy|root canal|op|operiert|operation|ward"
        r"|ultraschall|physio|hautarzt|augenarzt)\b",
        r"\b(?:hurts?|sore|pain\w*|numb|cavit\w+|fillings?|tooth|teeth|drill\w*|doctor"
        r"|doc|dentist|vet|results?|all clear|healthy|stitch\w*|prescri\w+|pills"
        r"|anesth\w+|woke up|benign|nothing serious|diagnos\w+|braces|arm hurts"
        r"|x-?rays?|f\u00fcllung|bet\u00e4ubt?|loch|bohr\w+|ergebnis\w*|gesund|alles "
        r"gut|arzt|\u00e4rztin|zahnarzt|gezogen)\b|\u533b\u751f|\u7ed3\u679c"
        r"|\u6ca1\u4e8b|\u5065\u5eb7|\u6b63\u5e38|\u6062\u590d|\u7259|\u86c0|\u836f"
        r"|\u75bc|\b(?:root canal|crown|pulled|yanked|implant|anaesthe\w+|surgeons?"
        r"|nurses?|recover(?:y|ing|ed|s)?|awake|out of (?:surgery|hospital|theatre|the "
        r"woods|recovery)|negative|malign\w+|tumou?r|biopsy|heartbeat|blood pressure"
        r"|got all of it|remission|discharged|complications?|bandage\w*|cast|needle|jab"
        r"|antibiotics|referr(?:ed|al)|teeth|gums|dr(?:\.| )|didn'?t make it|passed "
        r"away|overs?tanden|aufgewacht|narkose|befund|entlassen|spritze|z\u00e4hne|zahn"
        r"|chirurg\w*|komplikationen|praxis|\u00fcberweisung|blutwerte)\b|\u6210\u529f"
        r"|\u4f24\u53e3|\u9ebb|\u826f\u6027|\u6076\u6027|\u51fa\u9662|\u62a4\u58eb"
        r"|\u7f1d|\u62d4",
    ),
    _kind(
        r"\b(?:interview|job|hiring|trial shift|internship|first day"
        r"|vorstellungsgespr\u00e4ch|bewerbungsgespr\u00e4ch|probetag|bewerbung)\b"
        r"|\u9762\u8bd5|\u5165\u804c|\u8bd5\u7528|\b(?:probation|trial day|assessment"
        r"|audition|recruiter|bewerb\w+|gespr\u00e4ch)\b",
        r"\b(?:job|hired|offer(?:ed)?|someone else|somebody else|rejected"
        r"|start(?:ing)? (?:on|in|next|monday)|they (?:liked|want|loved|called|asked)"
        r"|salary|application|boss|colleagues|zusage|absage|genommen|stelle|chefin?"
        r"|gehalt)\b"
        r"|\u5f55\u53d6|\u5f55\u7528|offer|\u4e0a\u73ed|\u9762\u8bd5|\u8001\u677f"
        r"|\u540c\u4e8b|\u7b2c\u4e00\u5929|\b(?:position|the role|they (?:went|chose"
        r"|picked|hired|gave|want(?:ed)?|offered|said|were|filled|ghosted)|hr|recruiter"
        r"|manager|panel|contract|signed|second round|next round|references?|probation"
        r"|experience[d]?|overqualified|underqualified|employed|new (?:junior|senior"
        r"|\w+ (?:assistant|manager|architect|engineer|nurse))|start (?:date|monday|in)"
        r"|sie (?:wollen|nehmen|haben)|die (?:wollen|nehmen|haben|mochten|waren)"
        r"|jemand anderen|eingestellt|vertrag|chef)\b|\u8981\u6211\u4e86|\u6ca1\u620f"
        r"|\u6ca1\u8981\u6211|\u5de5\u8d44|\u5165\u804c|\u901a\u77e5|\u5f55",
    ),
    _kind(
        r"\b(?:flights?|plane|fly(?:ing)?|train|trip|travel\w*|holiday|vacation"
        r"|leav(?:e|ing)|camping|hike|road ?trip|ferry|cruise|flug|fliegen?|zug|reise"
        r"|urlaub|fahren?|fahrt)\b|\u98de\u673a|\u822a\u73ed|\u706b\u8f66|\u9ad8\u94c1"
        r"|\u65c5\u884c|\u65c5\u6e38|\u51fa\u53d1|\u51fa\u5dee|\u98de|\b(?:fly|flying"
        r"|cruise|getaway|weekend away|ski\w*|retreat|abroad|airbnb|sail\w*|fliege[nt]?"
        r"|verreise[nt]?|wandern)\b",
        r"\b(?:landed|arrived|hotel|jet ?lag\w*|airport|boarded|made it|beach|luggage"
        r"|suitcase|we're here|i'm here|back home|home again|view|summit|tent"
        r"|sunburn\w*|gelandet|angekommen|strand|wieder (?:da|zu ?hause)|koffer"
        r"|gipfel)\b|\bdegrees\b|\u843d\u5730|\u5230\u4e86|\u62b5\u8fbe|\u9152\u5e97"
        r"|\u56de\u6765\u4e86|\u5230\u5bb6|\u98ce\u666f|\b(?:greetings from|postcards?"
        r"|souvenirs?|got here|got in|we got (?:back|here|there|home)|here at last"
        r"|customs|passport|border|resort|pool|cabin|hostel|sea|ocean|mountains?|waves"
        r"|unpack\w*|tan(?:ned)?|brown|layover|delayed|connection|home again|back from"
        r"|angekommen|heimgekommen|zur\u00fcck aus|gr\u00fc\u00dfe aus|meer|berge|braun"
        r"|versp\u00e4tung|flughafen)\b|\u5df2\u7ecf\u5728|\u5e73\u5b89|\u6d77"
        r"|\u62cd\u4e86|\u65f6\u5dee|\u6652\u9ed1|\u673a\u573a|\u5ef6\u8bef",
    ),
    _kind(
        r"\b(?:marathon|race|10k|5k|run|match|game|tournament|competition|cup|fight"
        r"|final|lauf|rennen|spiel|turnier|wettkampf)\b|\u6bd4\u8d5b|\u9a6c\u62c9\u677e"
        r"|\u51b3\u8d5b|\b(?:tournament|triathlon|competition|league|derby|playoffs?"
        r"|sparring|wettlauf|halbmarathon|climb\w*)\b",
        r"\b(?:finish(?:ed)?(?: line)?|medal|won|lost|scored?|legs|walk|place|beat"
        r"|beaten|goals?|pb|personal best|trophy|champions?|crossed|blisters?|gewonnen"
        r"|verloren|platz|ziel|medaille|tore?|beine|muskelkater)\b|\d+:\d\d"
        r"|\b\d+[-:]\d+\b|\u8d62|\u8f93|\u7b2c.\u540d|\u51a0\u519b|\u8dd1\u5b8c|\u817f"
        r"|\b(?:knees?|ankles?|calves|cramps?|kilomet(?:er|re)s?|miles?|km|minutes"
        r"|record|came in|last|first|second|third|finish\w*|podium|referee|penalt\w+"
        r"|overtime|extra time|opponents?|knocked out|round|bib|sprained|twisted"
        r"|everything hurts|sore|limp\w*|umgeknickt|rekord|kilometer|aufgegeben"
        r"|schiedsrichter|elfmeter)\b|\u819d\u76d6|\u62bd\u7b4b|\u516c\u91cc|\u9178",
    ),
    _kind(
        r"\b(?:court|trial|hearing|judge|verdict|lawsuit|decid\w+|decision|results?"
        r"|loan|visa|application|election|vote|gericht\w*|verhandlung|bescheid|antrag"
        r"|kredit|wahl)\b|\u6cd5\u9662|\u5f00\u5ead|\u7ed3\u679c|\u7b7e\u8bc1"
        r"|\u8d37\u6b3e|\u5ba1\u6279|\b(?:custody|divorce|test results|inheritance|jury"
        r"|sentenc\w+|parole|ruling|scheidung|einb\u00fcrgerung|asylum|permit"
        r"|sorgerecht)\b",
        r"\b(?:judge|won|lost|verdict|guilty|approved|denied|rejected|granted|threw it"
        r"|settled|said (?:yes|no)|turned (?:me|us) down|accepted|results? (?:is|are"
        r"|came)|elected|gewonnen|urteil|genehmigt|abgelehnt|bewilligt|zugesagt)\b"
        r"|\u5224|\u6279\u4e86|\u901a\u8fc7|\u62d2|\u4e0b\u6765\u4e86|\b(?:guilty"
        r"|innocent|acquitted|custody|settle[d]?|adjourned|lawyers?|fined?|sentenced?"
        r"|appeal(?:ed|ing)?|dismissed|divorced|single|free|granted|papers|stamp"
        r"|negative|positive|benign|ruled|geschieden|freigesprochen|vertagt|anwalt"
        r"|strafe|negativ|positiv|bewilligt|durch)\b|\u79bb\u4e86"
        r"|\u8d62\u4e86\u5b98\u53f8|\u6ca1\u6279|\u62ff\u5230|\u9634\u6027|\u9633\u6027"
        r"|\u826f\u6027",
    ),
    _kind(
        r"\b(?:birthday|party|anniversary|wedding|bbq|barbecue|dinner|reunion|baby "
        r"shower|graduation|ceremony|geburtstag|hochzeit|feier|jahrestag|grillen|taufe"
        r"|\d+th)\b|\u751f\u65e5|\u5a5a\u793c|\u805a\u4f1a|\u6d3e\u5bf9"
        r"|\u7eaa\u5ff5\u65e5|\u6bd5\u4e1a|\u805a\u9910|\b(?:engagement|christening"
        r"|baptism|hen (?:do|night|party)|stag|bachelor\w*|housewarming|sleepover"
        r"|gathering|get[- ]?together|potluck|thanksgiving|christmas|easter|eid|diwali"
        r"|game night|poker|shower|prom|married|marries|marry|marrying|heirate[nt]?"
        r"|verlobung|weihnachten|silvester|abschlussball|polterabend)\b",
        r"\b(?:cake|danc\w+|drunk|hung ?over|guests|cried|gifts?|presents?|bride|groom"
        r"|vows|candles|speech|toast|champagne|loved|kuchen|torte|getanzt|geschenke?"
        r"|braut|g\u00e4ste|verkatert|gefeiert|kater)\b|\u86cb\u7cd5|\u793c\u7269"
        r"|\u8df3\u821e|\u559d\u591a|\u65b0\u5a18|\u70ed\u95f9|\u5403\u4e86"
        r"|\b(?:ceremony|bawled|sobbed|teared|tears|bouquet|aisle|best man|bridesmaid"
        r"|officially|in[- ]law|husband|wife|mrs|newlyweds?|dress|dj|open bar|tequila"
        r"|shots|karaoke|until (?:\w+ )?(?:four|five|three|two|dawn|sunrise|morning|\d)"
        r"|surprised|speechless|unwrapp\w*|balloons?|hangover|puked|leftovers|feast"
        r"|turkey|lost \d+|won \d+|bucks|trauung|br\u00e4utigam|geheult|tr\u00e4nen"
        r"|trauzeug\w+|bis (?:f\u00fcnf|vier|drei|sechs|\d)|gefeiert|tanz\w*|betrunken"
        r"|\u00fcberrascht|tiny (?:socks|clothes|shoes)|diapers?|blanket)\b"
        r"|\u611f\u4eba|\u54ed|\u4f34\u5a18|\u4f34\u90ce|\u559d\u9189|\u656c\u9152"
        r"|\u60ca\u559c|\u65b0\u90ce|\u5439\u8721\u70db|\u9189",
    ),
    _kind(
        r"\b(?:concert|gig|show|festival|play|opera|musical|movie|film|cinema|premiere"
        r"|exhibition|museum|theat(?:er|re)|konzert|auftritt|kino|ausstellung)\b"
        r"|\u6f14\u5531\u4f1a|\u7535\u5f71|\u97f3\u4e50\u4f1a|\u5c55|\u6f14\u51fa"
        r"|\b(?:match|opening night|stand-?up|comedy|ballet|lesung|recital|rave"
        r"|exhibit\w*|con|comic ?con)\b",
        r"\b(?:ears|ringing|band|sang|encore|crowd|stage|movie|film|ending|plot|voice"
        r"|setlist|front row|b\u00fchne|zugabe|gesungen|heiser)\b|\u5531|\u597d\u770b"
        r"|\u73b0\u573a|\u7ed3\u5c40|\b(?:singer|guitarist|drummer|voice|hoarse|songs?"
        r"|tickets?|refund\w*|acoustics|mosh\w*|autograph|selfie|actors?|acting|screen"
        r"|cgi|popcorn|subtitles?|artist|paintings?|laughed so|goosebumps|row|lieder"
        r"|s\u00e4nger\w*|g\u00e4nsehaut|heiser|stimmung|schauspieler|film)\b|\u6b4c"
        r"|\u55d3\u5b50|\u524d\u6392|\u5168\u573a|\u7b7e\u540d|\u5267\u60c5"
        r"|\u6f14\u5458",
    ),
    _kind(
        r"\b(?:date|meet(?:ing)?|talk to|ask (?:her|him|them)|tell (?:her|him|them|my)"
        r"|coffee with|dinner with|drinks with|call with|treffen?|verabredet|date"
        r"|reden?|gespr\u00e4ch)\b|\u7ea6\u4f1a|\u89c1\u9762|\u76f8\u4eb2|\u8868\u767d"
        r"|\u8c08|\b(?:first date|blind date|seeing|catch(?:ing)? up|reunion|confess\w*"
        r"|propos\w+|come out|coming out|break up|breaking up|quit|resign\w*|tell "
        r"(?:\w+ ){1,3}(?:that|about|everything|the truth|i|we|i'm)|treffe[nt]?"
        r"|k\u00fcndig\w+|beichte\w*|schluss machen|antrag)\b",
        r"\b(?:kiss\w*|(?:she|he|they) (?:said|laughed|smiled|came|told|cried|liked"
        r"|hung up|agreed|yelled|says)|teacher|stood me up|awkward|chickened|we "
        r"(?:talked|met|kissed|agreed|laughed)|i (?:told|asked)|second date|sparks?"
        r"|gek\u00fcsst|(?:sie|er) (?:hat|sagte|war|kam|lachte)|wir haben (?:geredet"
        r"|uns))\b|\u543b|\u804a|\u4ed6\u8bf4|\u5979\u8bf4|\u7b54\u5e94|\u62d2\u7edd"
        r"|\u7275\u624b|\b(?:chemistry|creep|goodnight|kiss|hug(?:ged|s)?|apologi[sz]ed"
        r"|forgave|ghosted|going out again|see each other again|flowers|catfish\w*"
        r"|walked me home|paid for|split the bill|(?:he|she|they) (?:already|just"
        r"|actually|even|only|never|knew|nodded|shrugged|hugged|took|apologi[sz]ed"
        r"|asked|looked|didn'?t|doesn'?t|love[sd]?|hate[sd]?|walked|wants?|talked|was"
        r"|were|is|are)|(?:dad|mom|mum|mother|father|parents) (?:cried|said|knew|hugged"
        r"|was|were|took|is|didn'?t|just|already)|unemployed|my notice|resigned|quit"
        r"|told (?:him|her|them)|single|dumped|engaged|she said yes|we (?:hugged|kissed"
        r"|talked|laughed|walked|cried|are|split|broke|met|clicked|went)|chemie|umarmt"
        r"|entschuldigt|(?:sie|er|beide) (?:hat|haben|war|waren|ist|sind|will|wollte"
        r"|wei\u00df|wusste)|verlobt|gek\u00fcndigt|k\u00fcndigung|schluss gemacht"
        r"|korb)\b|\u5fae\u4fe1|\u5c34\u5c2c|\u4eba\u633a|\u6ca1\u611f\u89c9"
        r"|\u5728\u4e00\u8d77|\u5206\u624b|\u539f\u8c05|\u62b1|\u9053\u6b49|\u8f9e",
    ),
    _kind(
        r"\bmov(?:e|ing) (?:house|in|out|on|to|day)?|\b(?:umzug|umziehen|ziehe[nt]?"
        r"|einzug)\b|\u642c\u5bb6|\b(?:move in|moves? (?:to|away|out)|new (?:flat"
        r"|apartment|house|place)|handover|keys|umzug|wohnungs\u00fcbergabe)\b",
        r"\b(?:boxes|new (?:flat|place|house|apartment|home)|everything is in|keys"
        r"|first night|moved|unpack\w*|kisten|neuen? wohnung|umgezogen|eingezogen)\b"
        r"|\u65b0\u5bb6|\u7bb1\u5b50|\u642c\u5b8c|\u642c\u8fdb|\b(?:mattress|our own "
        r"place|first night|neighbou?rs|movers|van|unpacked|empty|the airport|gone"
        r"|furniture|living room|keys|sofa|matratze|schl\u00fcssel|umzugswagen"
        r"|m\u00f6bel|eingerichtet|leer|weg)\b|\u94a5\u5319|\u90bb\u5c45|\u642c\u597d"
        r"|\u5bb6\u5177|\u6253\u5305",
    ),
    _kind(
        r"\b(?:funeral|memorial|burial|wake|beerdigung|trauerfeier)\b|\u846c\u793c"
        r"|\u8ffd\u60bc|\b(?:cremation|ashes|vigil|beisetzung|requiem)\b",
        r"\b(?:service|cried|coffin|grave|goodbye|eulogy|buried|grab|abschied|geweint"
        r"|pfarrer)\b|\u544a\u522b|\u54ed|\u9001\u4e86|\b(?:priest|chapel|flowers"
        r"|speech|rest|peace|ashes|hymns?|tears|crying|mourn\w*|laid (?:him|her|them) "
        r"to rest|farewell|black|urne|sarg|grab|blumen|trauer\w*|tr\u00e4nen|rede)\b"
        r"|\u5893|\u8d70\u597d|\u5b89\u846c|\u9aa8\u7070",
    ),
    _kind(
        r"\b(?:visit\w*|com(?:e|es|ing) (?:over|by|home|to|back|for)|guests?|besuch\w*"
        r"|kommt|kommen|plumber|electrician|inspector|landlord|klempner|handwerker)\b"
        r"|\u6765\u770b|\u8fc7\u6765|\u62dc\u8bbf|\u505a\u5ba2|\u56de\u5bb6|\b(?:gets? "
        r"out|getting out|gets? home|comes? out|released|inspection|meter|technician"
        r"|handyman|repairman|babysitter|cleaner|in-laws|mechanic|cable|internet"
        r"|hausverwaltung|vermieter\w*|techniker|handwerker|schwiegereltern"
        r"|besichtigung)\b",
        r"\b(?:arrived|(?:she|he)'?s (?:here|home|gone|back)|is (?:here|home|back)|left"
        r"|was here|fixed|leak\w*|brought|stayed|drove (?:off|home)|angekommen|ist da"
        r"|wieder (?:weg|da)|war da|repariert|abgereist)\b|\u5230\u4e86|\u8d70\u4e86"
        r"|\u4fee\u597d|\u56de\u53bb\u4e86|\u5230\u5bb6|\b(?:(?:he|she|they) (?:looks?"
        r"|ate|is|are|was|were|came|left|said|says|kept|fixed|found|replaced|didn'?t"
        r"|never|brought|hugged)|picked (?:him|her|them) up|redone|replaced|painted"
        r"|repaired|invoice|bill|working again|works again|my own fault|deposit"
        r"|landlord|plumber|showed up|the whole wall|ist weg|sind weg|war(?:en)? da"
        r"|funktioniert|geht wieder|rechnung|vermieter|gemeint)\b|\u4fee\u597d"
        r"|\u68c0\u67e5|\u6765\u8fc7|\u4f4f\u4e86",
    ),
    _kind(
        r"\b(?:hand(?:ing)? (?:it )?in|deadline|submit\w*|due|finish\w*|thesis|paper"
        r"|report|essay|project|manuscript|taxes|abgabe|abgeben|fertig|bericht"
        r"|arbeit)\b|\u4ea4|\u622a\u6b62|\u5b8c\u6210|\u8bba\u6587|\u62a5\u544a"
        r"|\u4f5c\u4e1a|\b(?:assignment|homework|application|draft|grant|portfolio"
        r"|chapter|release|ship|launch|steuererkl\u00e4rung|hausarbeit|bachelorarbeit"
        r"|masterarbeit|seminararbeit|bewerbung|dissertation|code freeze)\b",
        r"\b(?:handed|submitted|sent|finished|done|uploaded|turned in|filed|extension"
        r"|abgegeben|fertig|geschafft|eingereicht|abgeschickt)\b|\u4ea4\u4e86"
        r"|\u5b8c\u6210|\u505a\u5b8c|\u5199\u5b8c|\u4ea4\u4e0a|\b(?:an? [a-f](?: ?[+-]"
        r"| plus| minus)?(?= |$|[,.!])|it'?s in|sent it|clicked send|pressed send|on "
        r"time|late|deadline|grade|feedback|accepted|rejected|published|live|shipped"
        r"|launched|graded|at \d\d?:\d\d|p\u00fcnktlich|hochgeladen|raus|online"
        r"|verl\u00e4ngerung|note)\b|\u63d0\u4ea4|\u4ea4|\u8fc7\u7a3f|\u4e0a\u7ebf",
    ),
    _kind(
        r"\b(?:presentation|speech|talk|pitch|lecture|recital|audition|performance"
        r"|rehearsal|lesson|class|course|workshop|swimming|dance|yoga|pr\u00e4sentation"
        r"|vortrag|referat|vorsprechen|unterricht|kurs|probe|teach|show you)\b"
        r"|\u6f14\u8bb2|\u6c47\u62a5|\u4e0a\u8bfe|\u6f14\u51fa|\u8868\u6f14|\u8bfe"
        r"|\u57f9\u8bad|\u6559|\b(?:perform\w*|reading|debate|toast|parents'? evening"
        r"|parent[- ]teacher|school play|first day|training|class|lesson|rede"
        r"|auff\u00fchrung|elternabend|einschulung|premiere|lecture)\b",
        r"\b(?:applau\w+|clapp\w+|audience|froze|stutter\w*|learn(?:ed|t)|taught|swam"
        r"|floated|got the part|callback|standing ovation|slides? (?:failed|worked)"
        r"|the lesson|teacher|beifall|applaus|geklatscht|gelernt|verhaspelt)\b"
        r"|\u638c\u58f0|\u9f13\u638c|\u8bb2\u5b8c|\u5b66\u4f1a|\u8001\u5e08|\b(?:voice"
        r"|cracked|laughed|laughing|notes|improvis\w+|forgot my (?:lines|words|notes)"
        r"|shaking|shook|questions|q&a|boss|impressed|teachers?|praised|behaves?|bites?"
        r"|class|parents|students|kids|coach|first lesson|instructor|gelacht|lehrer\w*"
        r"|gelobt|stimme|gezittert|fragen|applaudiert)\b|\u9f13\u638c|\u5fd8\u8bcd"
        r"|\u7d27\u5f20\u6b7b|\u8001\u5e08|\u8868\u626c|\u7b11",
    ),
    _kind(
        r"\b(?:pick(?:ing)? (?:\w+ ){0,3}up|picking up|deliver\w*|arriv\w+|package"
        r"|parcel|adopt\w*|collect|buy(?:ing)?|abholen?|hole|paket|lieferung"
        r"|geliefert)\b|\u53d6|\u5feb\u9012|\u63a5|\u4e70|\u9886\u517b"
        r"|\b(?:get(?:ting)? (?:the|our|my|a) (?:new )?(?:puppy|dog|cat|kitten|car|bike"
        r"|phone|laptop|couch|sofa|bed|keys)|couch|sofa|bed|puppy|kitten|order|shipment"
        r"|furniture|fridge|washing machine|pick ?up|abhol\w+|welpe\w*|bestellung"
        r"|m\u00f6bel)\b",
        r"\b(?:(?:it|they|he|she)(?:'s| is|'re| are)? (?:finally )?(?:here|arrived|came"
        r"|home)|got (?:it|them|him|her)|unboxed|fits?|delivered|picked|angekommen|ist "
        r"da|abgeholt|passt|geliefert)\b|\u5230\u4e86|\u62ff\u5230|\u63a5\u5230"
        r"|\u6536\u5230|\u4e70\u5230|\u53d6\u5230|\b(?:meet|named|peed|pooped|slept"
        r"|chewed|purr\w*|in love|tiny|fluffy|shy|breeder|shelter|drives|test drive"
        r"|door|sitting on|set ?up|assembl\w+|bigger|smaller|colou?r|wrong size|broken"
        r"|damaged|scratched|instructions|screws|lost the order|welpe|z\u00fcchter\w*"
        r"|aufgebaut|kaputt|zu (?:gro\u00df|klein)|darf ich vorstellen)\b|\u53d6\u540d"
        r"|\u53ef\u7231|\u592a\u5927|\u592a\u5c0f|\u574f\u7684|\u88c5\u597d",
    ),
)
