"""Read facts out of German statements.

Owns: German subjects, predicates and the third person.
Knows nothing of: what a message states in earnest, other languages.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from .facts import About, Category, Fact
from .predicates import Told
from .statements import Statement

_NAME: Final = r"(?-i:[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?)"
_KIN: Final = (
    r"(?:schwieger|stief|zwillings|groß|halb|ur|paten)?(?:mutter|mama|mutti|"
    r"vater|papa|papi|vati|schwester|bruder|brüder|schwestern"
    r"|sohn|tochter|söhne|töchter|kinder|kind|jungs|mädels|oma|opa|omi|opi|"
    r"großeltern|tante|onkel|cousine|cousin|nichte|neffe|enkel\w*|eltern"
    r"|geschwister|zwillinge|familie|baby|kleiner|kleine|großer|große|mädchen)"
)
_BOND: Final = (
    r"(?:(?:ex-?)?(?:freundin|freund|frau|mann|verlobte[rn]?|partner(?:in)?|"
    r"ehefrau|ehemann)|ex|beste freundin|bester freund|chefin|chef|kollegin|"
    r"kollege|nachbarin|nachbar"
    r"|mitbewohnerin|mitbewohner|lehrerin|lehrer|trainerin|trainer|meister"
    r"(?:in)?|lehrling|ärztin|arzt|vermieterin|vermieter|kumpel|professorin|"
    r"professor|prof|knappe|herr)"
)
_PET: Final = (
    r"(?:hund|hündin|katze|kater|kätzchen|welpe|pferd|stute|hengst|hase|"
    r"kaninchen|hamster|meerschweinchen|papagei|wellensittich|vogel|schildkröte"
    r"|schlange"
    r"|ziege|hühner|huhn|rabe|falke|esel|pony|dackel|labrador|schäferhund|pudel"
    r"|mops|fisch|ratte|maus|hunde|katzen|kaninchen)"
)
_REL: Final = rf"(?:{_KIN}|{_BOND}|{_PET})"
_OWN: Final = r"(?:mein|unser)(?:e|en|em|er|es)?"
_TIME: Final = (
    r"(?:heute|morgen(?: früh| abend)?|übermorgen|heute abend|(?:am|nächsten|"
    r"kommenden|diesen|jeden) (?:montag|dienstag|mittwoch|donnerstag|freitag|"
    r"samstag|sonntag|wochenende)(?: \w+)?"
    r"|(?:nächste|nächsten|nächstes|diese|diesen|dieses|kommende|kommenden|jede"
    r"|jeden|jedes) (?:woche|monat|jahr|sommer|winter|frühling|herbst|mal)|im "
    r"(?:januar|februar|märz|april|mai|juni|juli"
    r"|august|september|oktober|november|dezember|sommer|winter|frühling|"
    r"frühjahr|herbst)|am \d{1,2}\.(?: ?\w+)?|in (?:einer|zwei|drei|vier|\d+) "
    r"(?:woche|wochen|tagen|monaten|stunden)"
    r"|gestern|letzte\w* \w+|seit \w+(?: \w+)?|um \w+(?: uhr)?|bis \w+)"
)
_PLANNED: Final = (
    r"(?:\w*prüfung(?:en)?|\w*klausur(?:en)?|\w*termin|\w*test|\w*gespräch|"
    r"\w*interview|\w*operation|op|\w*konzert|\w*auftritt|\w*hochzeit|\w*flug|"
    r"\w*reise|\w*urlaub|\w*turnier|\w*spiel|\w*abgabe|\w*umzug"
    r"|\w*beerdigung|\w*party|\w*feier|\w*besuch|verhandlung|premiere|marathon|"
    r"einschulung|probe|vortrag|referat)"
)


class _Rule(NamedTuple):
    category: Category
    pattern: re.Pattern[str]
    slot: str
    confidence: float
    value: str = ""
    ended: bool = False


def _rule(
    category: Category,
    pattern: str,
    slot: str,
    confidence: float = 0.9,
    *,
    value: str = "",
    ended: bool = False,
) -> _Rule:
    return _Rule(
        category, re.compile(pattern, re.IGNORECASE), slot, confidence, value, ended
    )


_ADV: Final = (
    r"(?:(?:auch|jetzt|nun|seit [\w ]+?|schon|immer|noch|gerade|eigentlich|total|"
    r"sehr|so|ganz|leider|nämlich|halt|wirklich|echt|ja|übrigens|inzwischen|"
    r"mittlerweile|aktuell|zurzeit|wieder|ab jetzt|einfach|gern|gerne|überhaupt|"
    r"richtig|extrem|schwer|stark|endlich|heute|gestern|letzte\w* \w+|am liebsten|"
    r"über alles) )*"
)
_X: Final = r"(?P<x>[^,;.!]+)"

# Predicates as "verb rest", the verb in the first person.
_RULES: Final = (
    _rule(
        Category.HEALTH,
        rf"bin {_ADV}allergisch (?:gegen|auf) {_X}",
        "allergy:{x}",
        0.97,
    ),
    _rule(
        Category.HEALTH,
        rf"(?:habe?|vertrage) {_ADV}(?:eine? )?(?:\w+)?(?P<x>\w*allergie|"
        r"unverträglichkeit|laktoseintoleranz|zöliakie|asthma|diabetes|migräne|"
        r"adhs|epilepsie|depressionen?|rheuma|krebs|neurodermitis|tinnitus|"
        r"bluthochdruck|heuschnupfen|schlafstörungen|panikattacken|arthrose)\b",
        "health:{x}",
        0.93,
    ),
    _rule(
        Category.HEALTH,
        rf"vertrage {_ADV}(?:keine?n? )?{_X}",
        "eats:{x}",
        0.88,
        value="no",
    ),
    _rule(
        Category.HEALTH,
        rf"bin {_ADV}(?:\w+ )?(?P<x>schwanger|farbenblind|blind|taub|schwerhörig|"
        r"diabetiker(?:in)?|asthmatiker(?:in)?|laktoseintolerant|kurzsichtig|"
        r"weitsichtig|legasthenikerin?|autist\w*|trocken|querschnittsgelähmt|"
        r"krank geschrieben|krankgeschrieben)\b",
        "health:{x}",
        0.9,
    ),
    _rule(
        Category.HEALTH,
        rf"habe?.* {_OWN} (?P<x>\w+) gebrochen|habe? mir .*?(?P<y>\w+) gebrochen",
        "injured:{x}",
        0.88,
    ),
    _rule(
        Category.HEALTH,
        rf"habe? {_ADV}(?:\w+ )?(?:angst|panik|höhenangst|flugangst|platzangst)"
        rf"(?: vor {_X})?",
        "fear:{x}",
        0.9,
    ),
    _rule(Category.HEALTH, rf"fürchte (?:mich )?(?:vor )?{_X}", "fear:{x}", 0.88),
    _rule(
        Category.HEALTH,
        rf"(?:habe?|bin) {_ADV}(?:mit dem )?(?P<x>rauchen|trinken|zucker|alkohol|"
        rf"kaffee|kiffen)\b.*?(?:aufgehört|weg|los)|habe? {_ADV}aufgehört zu "
        r"(?P<y>\w+)",
        "habit:{x}",
        0.9,
        value="no",
    ),
    _rule(
        Category.HEALTH,
        rf"(?:trage|brauche) {_ADV}(?:eine? |ein )?(?P<x>brille|hörgeräte?|"
        r"kontaktlinsen|prothese|zahnspange|herzschrittmacher)",
        "wears:{x}",
        0.9,
    ),
    _rule(
        Category.HEALTH,
        rf"(?:nehme) {_ADV}(?P<x>\w*(?:tabletten|medikamente|antidepressiva|insulin"
        r"|blutverdünner|pille))",
        "takes:{x}",
        0.88,
    ),
    _rule(
        Category.PREFERENCE,
        rf"bin {_ADV}(?:eine? )?(?:strenge[rn]? )?(?P<x>vegetarier(?:in)?|veganer"
        r"(?:in)?|vegan|vegetarisch|pescetarier(?:in)?)\b",
        "diet",
        0.93,
    ),
    _rule(
        Category.PREFERENCE,
        rf"(?:esse|trinke|mag) {_ADV}(?:keine?n?|nie|kein) (?P<x>[^,;.!]+)",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    _rule(
        Category.PREFERENCE,
        rf"(?:esse|trinke|höre|lese|schaue|gucke) {_ADV}(?:nur|am liebsten|gerne?|"
        rf"ausschließlich) {_X}",
        "taste:{x}",
        0.85,
        value="likes",
    ),
    _rule(
        Category.PREFERENCE,
        rf"(?:hasse|verabscheue|kann .*?nicht (?:ausstehen|leiden)|kann {_X} nicht "
        r"(?:ausstehen|leiden))(?! (?:dich|es|das|ihn|sie|wenn|dass|diese))\b ?"
        r"(?P<y>[^,;.!]*)",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    _rule(
        Category.PREFERENCE,
        rf"(?:mag|liebe) (?!dich|es|das|ihn|wenn|dass|sie\b|dein|diese|ja\b){_ADV}"
        r"(?P<x>[^,;.!]+?) (?:nicht|gar nicht)\b",
        "taste:{x}",
        0.86,
        value="dislikes",
    ),
    _rule(
        Category.PREFERENCE,
        r"(?:liebe|mag|bevorzuge|genieße|vergöttere|stehe? (?:total )?auf|"
        r"schwärme für|bin (?:ein )?(?:großer |riesen)?fan von|bin süchtig nach|"
        r"bin verrückt nach) (?!dich|es|das|ihn|wenn|dass|sie\b|dein|diese|ja\b|"
        rf"wie\b){_ADV}{_X}",
        "taste:{x}",
        0.86,
        value="likes",
    ),
    _rule(
        Category.PLACE,
        rf"(?:wohne|lebe|hause) {_ADV}(?:allein |zusammen )?(?:mit [^,;.]+? )?(?:in"
        rf"|im|auf|am|an|bei|über|unter|zur|hinter|neben) {_X}",
        "lives",
        0.92,
    ),
    _rule(
        Category.PLACE,
        rf"(?:wohne|lebe) {_ADV}(?:mit|allein) ?(?P<x>[^,;.!]*)",
        "lives with",
        0.85,
    ),
    _rule(
        Category.PLACE,
        rf"bin {_ADV}(?:vor \w+ \w+ |letzte\w* \w+ |im \w+ |gestern )*(?:nach|in|zu"
        r"|aufs?) (?P<x>[^,;.!]+?) (?:um)?gezogen",
        "lives",
        0.92,
    ),
    _rule(
        Category.PLACE,
        rf"bin {_ADV}(?:in|auf|im|am|bei|an) (?P<x>[^,;.!]+?) (?:geboren|"
        r"zur Welt gekommen)",
        "born in",
        0.92,
    ),
    _rule(
        Category.PLACE,
        rf"bin {_ADV}(?:in|auf|im|am|bei|an|unter) (?P<x>[^,;.!]+?) (?:aufgewachsen"
        r"|groß geworden)",
        "grew up",
        0.92,
    ),
    _rule(
        Category.PLACE,
        rf"(?:komme|stamme|bin) {_ADV}(?:ursprünglich )?aus (?!dem (?:bett|"
        rf"haus)\b){_X}",
        "from",
        0.88,
    ),
    _rule(
        Category.PLAN,
        rf"ziehe {_ADV}(?:{_TIME} )?(?:nach|zu|in|mit) {_X}",
        "plan:move",
        0.88,
    ),
    _rule(
        Category.DATE,
        rf"habe? {_ADV}(?P<x>(?:am|im) [^,;!]+?) geburtstag",
        "birthday",
        0.93,
    ),
    _rule(
        Category.WORK,
        rf"bin {_ADV}(?:eine? |von beruf |gelernter? |ausgebildete[r]? )*(?P<x>"
        r"(?-i:[A-ZÄÖÜ][a-zäöüß]+(?:er|erin|in|ist|istin|ent|entin|eur|eurin|or|"
        r"orin|arzt|ärztin|mann|frau|wirt|wirtin|loge|login|koch|köchin|bauer|"
        r"bäuerin|schmied|hirte|knecht|magd|pfleger|graf|graph)))\b(?! aus\b)",
        "work",
        0.86,
    ),
    _rule(
        Category.WORK,
        rf"war {_ADV}(?:eine? |mal |einmal |früher |lange )*(?P<x>"
        r"(?-i:[A-ZÄÖÜ][a-zäöüß]+(?:er|erin|ist|istin|ent|entin|arzt|ärztin|mann|"
        r"frau|wirt|schmied|hirte|dat|koch)|Koch|Arzt|Soldat|Anwalt|Pilot|Knecht|"
        r"Magd|Mönch|Nonne|Ritter))\b",
        "worked:{x}",
        0.84,
    ),
    _rule(
        Category.WORK,
        rf"bin {_ADV}(?:eine? |von beruf )*(?P<x>(?-i:Koch|Köchin|Arzt|Ärztin|"
        r"Soldat|Anwalt|Anwältin|Pilot|Pilotin|Mönch|Nonne|Lehrling|Azubi|Hebamme|"
        r"Hofnarr))\b",
        "work",
        0.88,
    ),
    _rule(
        Category.HEALTH,
        r"(?P<x>rauche|trinke|kiffe)(?: nicht)?(?: überhaupt nicht| gar nicht)?$",
        "habit:{x}",
        0.86,
        value="no",
    ),
    _rule(
        Category.WORK,
        rf"arbeite {_ADV}(?:als|bei|beim|im|in|für|auf|an) (?!(?:dem|mir|daran|"
        rf"das)\b){_X}",
        "work",
        0.9,
    ),
    _rule(
        Category.WORK,
        rf"(?:studiere|unterrichte|lerne) (?!dich|das|es\b){_ADV}{_X}",
        "studies",
        0.86,
    ),
    _rule(
        Category.WORK,
        rf"(?:habe?|bin) {_ADV}(?:meinen job |meine stelle |heute |gestern )*"
        r"(?P<x>gekündigt|entlassen worden|gefeuert worden|gefeuert|"
        r"befördert worden|befördert|arbeitslos|in rente|rentner(?:in)?|"
        r"selbstständig|in elternzeit|pensioniert)\b",
        "work status",
        0.9,
    ),
    _rule(
        Category.WORK,
        rf"(?:habe?|führe|leite|betreibe|eröffne) {_ADV}(?:eine?n? |meine?n? )"
        r"(?:\w+ )?(?P<x>\w*(?:laden|café|geschäft|bäckerei|firma|hof|werkstatt|"
        r"restaurant|kneipe|praxis|galerie|gärtnerei))\b",
        "business:{x}",
        0.86,
    ),
    _rule(
        Category.WORK,
        rf"fahre {_ADV}(?P<x>(?:bus|taxi|straßenbahn|lkw|lastwagen|krankenwagen|"
        r"zug))\b",
        "work",
        0.85,
    ),
    _rule(
        Category.RELATIONSHIP,
        rf"bin {_ADV}(?:seit \w+(?: \w+)? |glücklich )*(?P<x>verheiratet|geschieden"
        r"|verlobt|single|ledig|verwitwet|getrennt|witwer?|vergeben|witwe)\b",
        "marriage",
        0.9,
    ),
    _rule(
        Category.RELATIONSHIP,
        rf"bin {_ADV}(?:mit )(?P<x>[^,;.!]+?) (?:zusammen|liiert|verheiratet|"
        r"verlobt)",
        "partner",
        0.9,
    ),
    _rule(
        Category.RELATIONSHIP,
        r"habe? (?:mich )?(?:\w+ )*?von (?P<x>[^,;.!]+?) getrennt|habe? mit "
        r"(?P<y>[^,;.!]+?) schluss gemacht",
        "partner",
        0.9,
        ended=True,
    ),
    _rule(
        Category.RELATIONSHIP,
        rf"(?:heirate) {_ADV}{_X}|habe? {_ADV}(?:{_TIME} )?(?P<y>geheiratet)",
        "marriage",
        0.88,
    ),
    _rule(
        Category.FAMILY,
        rf"(?:habe?|bekomme|erwarte) {_ADV}(?:(?:eine?n?|zwei|drei|vier|fünf|\d+|"
        rf"ältere\w*|jüngere\w*|kleine\w*|große\w*|erwachsene\w*) )+(?P<x>{_KIN})\b",
        "has:{x}",
        0.9,
    ),
    _rule(
        Category.FAMILY,
        rf"bin {_ADV}(?P<x>einzelkind|zwilling|(?:das|der|die) (?:jüngste|älteste|"
        r"mittlere)\w*)",
        "birth order",
        0.88,
    ),
    _rule(
        Category.FAMILY,
        rf"(?:bin|werde) {_ADV}(?:eine? )?(?:alleinerziehende[r]? )?(?P<x>mutter|"
        r"vater|papa|mama|oma|opa|onkel|tante)\b",
        "is a:{x}",
        0.85,
    ),
    _rule(
        Category.RELATIONSHIP,
        rf"habe? {_ADV}(?:eine?n? )(?:neue\w* |feste\w* |beste\w* )?"
        rf"(?P<x>{_BOND})\b",
        "has:{x}",
        0.88,
    ),
    _rule(
        Category.PET,
        rf"(?:habe?|halte|adoptiere|bekomme|züchte) {_ADV}(?:(?:eine?n?|zwei|drei|"
        r"vier|fünf|\d+|alte\w*|kleine\w*|junge\w*|dicke\w*|schwarze\w*) )+"
        rf"(?P<x>{_PET})\b",
        "pet:{x}",
        0.9,
    ),
    _rule(
        Category.PERSONAL,
        rf"(?:bin|werde) {_ADV}(?:{_TIME} )?(?:erst |bald )?(?P<x>\d{{1,3}}|zwanzig"
        r"|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)(?: jahre"
        r"(?: alt)?| geworden)?(?=$|[,;.!]| und)",
        "age",
        0.9,
    ),
    _rule(
        Category.PERSONAL,
        rf"bin {_ADV}(?P<x>linkshänder(?:in)?|rechtshänder(?:in)?|adoptiert|"
        r"\d+,\d+ ?m?|ein meter \w+|muslim(?:a)?|katholisch|evangelisch|jüdisch|"
        r"atheist(?:in)?|schwul|lesbisch|bi|trans|halb\w+|frühaufsteher(?:in)?|"
        r"nachteule|waise|deutsche[r]?|österreicher(?:in)?|schweizer(?:in)?|"
        r"introvertiert|schüchtern|analphabet)\b",
        "is:{x}",
        0.86,
    ),
    _rule(
        Category.PERSONAL,
        rf"habe? {_ADV}(?:eine?n? |rote |blonde |braune |schwarze |lange |grüne |"
        r"blaue )+(?:\w+ )?(?P<x>tattoo\w*|narbe|locken|haare|augen|bart|"
        r"sommersprossen|führerschein|piercing)\b",
        "looks:{x}",
        0.85,
    ),
    _rule(
        Category.PERSONAL,
        rf"spreche {_ADV}(?!(?:mit|von|über|dich|dir|es|das)\b){_X}",
        "knows:{x}",
        0.86,
    ),
    _rule(
        Category.PERSONAL,
        rf"spiele {_ADV}(?!(?:mit|dir|das spiel|keine rolle|nur|eine?n? \w+ "
        rf"(?:namens|der)|den|die|verrückt)\b){_X}",
        "plays:{x}",
        0.86,
    ),
    _rule(
        Category.PERSONAL,
        rf"kann {_ADV}(?:nicht|kein\w*) (?P<x>schwimmen|lesen|schreiben|fahren|"
        r"kochen|singen|tanzen|auto fahren|fahrrad fahren|rad fahren|reiten|"
        r"autofahren|pfeifen)",
        "can:{x}",
        0.86,
    ),
    _rule(
        Category.PERSONAL,
        r"(?:sammle|züchte|male|backe|nähe|stricke|baue|schreibe|koche|singe|tanze"
        r"|reite|klettere|schnitze|braue|hüte|schnarche|meditiere|bete|angle|jogge"
        r"|laufe|schwimme|trainiere|wandere) (?!(?:dir|dich|es|ihm|ihr|mir|dann|"
        rf"gerade|los|weg|schnell|zum?|davon|hin|zurück|um|an|auf dich)\b){_X}",
        "does:{x}",
        0.76,
    ),
    _rule(
        Category.PERSONAL,
        rf"(?:habe?) {_ADV}(?:{_OWN} |das |die |den |mein\w* )*(?P<x>\w*(?:abitur|"
        r"abi|studium|ausbildung|führerschein|führerscheinprüfung|doktor|master|"
        r"bachelor|prüfung|lehre))\b.*?(?:gemacht|abgeschlossen|bestanden|"
        r"abgebrochen|geschmissen|verhauen|beendet|geschafft)",
        "studied:{x}",
        0.86,
    ),
    _rule(Category.PERSONAL, rf"heiße {_ADV}{_X}", "name", 0.85),
    _rule(
        Category.PLAN,
        r"(?:habe?|mache|feiere|besuche|fahre|fliege|fange|bekomme|treffe|gehe|"
        rf"muss|spiele|reise|starte|schreibe|kriege) (?=.*?{_TIME}).*?"
        rf"(?P<x>{_PLANNED})\b",
        "plan:{x}",
        0.88,
    ),
    _rule(
        Category.PLAN,
        rf"(?:habe?|mache) {_ADV}(?:eine?n? |mein\w* |die |den )(?P<x>{_PLANNED})\b",
        "plan:{x}",
        0.74,
    ),
    _rule(
        Category.PLAN,
        r"(?:fahre|fliege|reise|fange|besuche|starte|treffe|bekomme|kriege|mache|"
        r"gehe|heirate|ziehe) (?P<x>(?=.*?(?:morgen|übermorgen|nächste|kommende|"
        r"am (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|\d)|"
        r"im (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|"
        r"november|dezember|sommer|herbst|winter|frühling)|in \w+ (?:tagen|"
        r"wochen)))[^,;!]+)",
        "plan:{x}",
        0.82,
    ),
    _rule(
        Category.POSSESSION,
        rf"(?:besitze|fahre) {_ADV}(?:eine?n? |ein |meine?n? )(?P<x>[^,;.!]+)",
        "owns:{x}",
        0.8,
    ),
    _rule(
        Category.POSSESSION,
        rf"(?:habe?) {_ADV}(?:mir )?(?:eine?n? |ein )(?P<x>[^,;.!]+?) (?:gekauft|"
        r"geerbt|geschenkt bekommen|bekommen)",
        "owns:{x}",
        0.82,
    ),
    _rule(
        Category.POSSESSION,
        rf"(?:habe?) {_ADV}(?:eine?n? )(?:\w+ )?(?P<x>\w*(?:garten|haus|wohnung|"
        r"auto|motorrad|fahrrad|klavier|gitarre|boot|hütte|bibliothek|werkstatt|"
        r"balkon|geige|golf|roller|wohnmobil))\b",
        "owns:{x}",
        0.82,
    ),
)
_EVENT: Final = re.compile(
    r"(?:habe?|bin) (?P<x>(?=.*?(?:gestern|letzte\w*|am \w+tag|im \w+|vor \w+ \w+|"
    r"heute))[^,;.!]+ ge\w+(?:t|en))$",
    re.IGNORECASE,
)
_NO: Final = re.compile(r"\b(?:nicht|kein\w*|nie|niemals)\b", re.IGNORECASE)
_NO_MORE: Final = re.compile(
    r"\b(?:nicht mehr|keine?n? \w+ mehr|kein mehr)\b", re.IGNORECASE
)
_PREDICATE: Final = re.compile(
    r"^(?:ich|wir) (?P<verb>[a-zäöüß]+) (?P<rest>.+)$", re.IGNORECASE
)
_INVERTED: Final = re.compile(
    r"^(?P<front>[^,;]{2,60}?) (?P<verb>[a-zäöüß]+) (?:ich|wir)(?: (?P<rest>.+))?$",
    re.IGNORECASE,
)
_MINE: Final = re.compile(
    rf"^{_OWN} (?P<adj>(?!lieblings)(?:[\w-]+ ){{0,2}}?)(?P<rel>{_REL})"
    rf"(?P<name>,? {_NAME},?)?(?: (?P<rest>.+))?$",
    re.IGNORECASE,
)
_APPOSED: Final = re.compile(
    rf"\b(?:{_OWN}|eine?n?|einem|einer) (?:[a-zäöüß]+ )?(?P<rel>{_REL}),? "
    rf"(?:namens |heißt )?(?P<name>{_NAME})(?: und (?P<second>{_NAME}))?",
    re.IGNORECASE,
)
_CALLED: Final = re.compile(
    rf"\b(?:namens|heißt|heißen|genannt|er heißt|sie heißt) (?P<name>{_NAME})"
    rf"(?: und (?P<second>{_NAME}))?",
    re.IGNORECASE,
)
_FAVORITE: Final = re.compile(
    rf"^{_OWN} (?P<what>lieblings\w+) (?:ist|sind|war|bleibt|heißt) (?P<x>.+)$",
    re.IGNORECASE,
)
_BIRTHDAY: Final = re.compile(
    rf"^{_OWN} (?P<what>geburtstag|hochzeitstag|jahrestag) ist (?P<x>.+)$",
    re.IGNORECASE,
)
_COUPLE: Final = re.compile(
    rf"^(?:(?P<a>{_NAME}) und ich|ich und (?P<b>{_NAME})) (?P<rest>.+)$", re.IGNORECASE
)
_ROLE_FRAME: Final = re.compile(
    r"^\W*(?:für (?:die|unsere|diese) (?:geschichte|runde|szene)|in (?:dieser|der|"
    r"unserer) (?:geschichte|runde|szene)|lass uns spielen|spielen wir|neue "
    r"(?:szene|geschichte)|diesmal|mein charakter|meine figur|rollenspiel)\b[:,. ]*"
    r"(?:ist |spiele ich |bin ich )?",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"(?:(?P<me>ich) (?:bin|spiele)|(?P<you>du) (?:bist|spielst)|^)\s*(?:ab jetzt |"
    r"diesmal |jetzt )?(?P<x>(?:der|die|das|den|dem|eine?n?) [^,;.!]+?)(?= und "
    r"(?:ich|du)\b|$|[,;.!])",
    re.IGNORECASE,
)
_PLAYING: Final = re.compile(
    r"^spiele (?:ab jetzt |diesmal |jetzt )?(?P<x>(?:den|die|das|eine?n?) [^,;.!]*"
    r"(?:namens|, der|, die)? ?.*)$",
    re.IGNORECASE,
)
_PROMISE: Final = re.compile(
    r"^(?:verspreche|schwöre|gelobe)(?: dir| es dir)?,? ?(?P<x>(?:dass ich|ich|dir|"
    r"zu) .+|.*dir.*)$|^(?P<y>(?:werde|bringe|zeige|erzähle|schicke|helfe|gebe|lese"
    r"|koche|backe|hole|schreibe|sage|mache|leihe|singe) (?=.*\b(?:dir|dich|"
    r"euch)\b)(?=.*\b(?:morgen|nächste\w*|wenn|sobald|bald|am \w+tag|später|niemals"
    r"|nie|immer|versprochen)\b).+)$",
    re.IGNORECASE,
)
_CUT: Final = re.compile(
    r"(?:;|,| - |\u2013|\u2014)\s*(?:und |aber |denn |deshalb |also |weil |"
    rf"jetzt |da )?(?=(?:ich|wir|{_OWN}|er|sie|es|das|du|drück|schick|wünsch|"
    r"bitte|gleich|direkt|schon|sobald|wenn|weil|obwohl|so|aber|also|die|der|"
    rf"seit|wie|doch)\b)|\s+(?:und|aber|denn|weil)\s+(?=(?:ich|{_OWN}|er|sie|es"
    r"|wir|das|du)\s)",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r",?\s*(?:und|aber|oder|weil|wie die pest|\behrlich|\becht|haha|lol|weißt du|"
    r"glaub ich|drück.*|wünsch mir.*)?[\s.!,;:\u2026]*$",
    re.IGNORECASE,
)
_THIRD: Final = {
    "bin": "ist", "habe": "hat", "hab": "hat", "mag": "mag", "kann": "kann", "will": "will", "muss": "muss", "werde": "wird", "fahre": "fährt", "fahr": "fährt",
    "esse": "isst", "ess": "isst", "lese": "liest", "spreche": "spricht", "trage": "trägt", "nehme": "nimmt", "nehm": "nimmt", "gebe": "gibt", "helfe": "hilft",
    "treffe": "trifft", "laufe": "läuft", "fange": "fängt", "halte": "hält", "sammle": "sammelt", "angle": "angelt", "war": "war", "hatte": "hatte", "weiß": "weiß",
    "backe": "backt", "sind": "ist", "haben": "hat", "arbeite": "arbeitet", "unterrichte": "unterrichtet", "heirate": "heiratet", "reite": "reitet", "leite": "leitet", "hüte": "hütet", "bete": "betet",
    "klettere": "klettert", "wandere": "wandert", "erwarte": "erwartet", "bekomme": "bekommt", "heiße": "heißt", "hasse": "hasst", "schlafe": "schläft", "lasse": "lässt", "rede": "redet", "züchte": "züchtet", "fürchte": "fürchtet",
}  # fmt: skip
_NO_NAMES: Final = frozenset(
    "Und Aber Ich Der Die Das Ist Hat Er Sie Es Wir Am Im In".split()
)
_PETS_ONLY: Final = re.compile(_PET, re.IGNORECASE)


class GermanReader:
    """Reads the statements of one message, in order."""

    def __init__(self, speaker: str, other: str, *, user: bool) -> None:
        """Take the names of who speaks and to whom."""
        self._speaker = speaker
        self._other = other
        self._about: About = "user" if user else "character"
        self._other_about: About = "character" if user else "user"
        self._last = ""
        self._rel = ""
        self._found: list[Fact] = []

    def read(self, said: list[Statement], before: str) -> list[Fact]:
        """Return the facts of a message; see `EnglishReader.read`."""
        for statement in said:
            if _ROLE_FRAME.match(statement.text):
                self._roles(_ROLE_FRAME.sub("", statement.text), statement.earnest)
                continue
            for at, clause in enumerate(_clauses(statement.text)):
                opens = statement.first and at == 0
                whole = (opens and _answered(clause, before)) or clause
                self._clause(_TAIL.sub("", whole).strip(), statement.earnest)
                if whole is not clause:
                    self._apposed(clause, statement.earnest)
        return self._found

    def _clause(self, text: str, earnest: float) -> None:
        if not text or len(text.split()) > 30:
            return
        if not self._special(text, earnest):
            self._by_subject(text, earnest)
        self._apposed(text, earnest)

    def _apposed(self, text: str, earnest: float) -> None:
        """Add who is named beside what they are: "mein Onkel Heinz"."""
        for found in _APPOSED.finditer(text):
            for name in filter(None, (found["name"], found["second"])):
                self._is_named(found["rel"], name, earnest)

    def _special(self, text: str, earnest: float) -> bool:
        me = _whose(self._speaker)
        if found := _FAVORITE.match(text):
            self._add(
                f"{me} {found['what']} ist {found['x']}",
                Told(
                    Category.PREFERENCE, found["what"].lower(), _thing(found["x"]), 0.92
                ),
                earnest,
            )
        elif found := _BIRTHDAY.match(text):
            self._add(
                f"{me} {found['what']} ist {found['x']}",
                Told(Category.DATE, found["what"].lower(), found["x"].lower(), 0.93),
                earnest,
            )
        elif found := _COUPLE.match(text):
            self._couple(found, earnest)
        else:
            return False
        return True

    def _by_subject(self, text: str, earnest: float) -> None:
        if found := _WITHOUT_I.match(text):
            self._of_self(f"bin {text}", text, "bin", earnest)
        elif found := _PREDICATE.match(text):
            self._of_self(
                f"{found['verb'].lower()} {found['rest']}",
                found["rest"],
                found["verb"],
                earnest,
            )
        elif found := _MINE.match(text):
            self._of_mine(found, earnest)
        elif found := _INVERTED.match(text):
            rest = (
                f"{found['front'][:1].lower()}{found['front'][1:]} "
                f"{found['rest'] or ''}"
            ).strip()
            if not _TIME_AT_FRONT.match(found["front"]):
                rest = f"{found['front']} {found['rest'] or ''}".strip()
            self._of_self(
                f"{found['verb'].lower()} {rest}", rest, found["verb"], earnest
            )
        elif (
            found := re.match(
                r"(?:er|sie|es) (?P<verb>\w+) (?P<rest>.+)", text, re.IGNORECASE
            )
        ) and self._last:
            self._of_other(self._last, f"{found['verb']} {found['rest']}", earnest)

    def _of_self(self, predicate: str, rest: str, verb: str, earnest: float) -> None:
        if found := _PROMISE.match(predicate):
            text = found["x"] or found["y"]
            self._add(
                f"{self._speaker} verspricht {self._other}: "
                f"{_third(text, self._speaker, self._other)}",
                Told(Category.PROMISE, f"promise:{_thing(text)}", _thing(text), 0.85),
                earnest,
            )
            return
        if found := _PLAYING.match(predicate):
            if re.search(rf"namens|{_NAME} {_NAME}", found["x"]):
                self._add(
                    f"{self._speaker} spielt {found['x']}",
                    Told(Category.ROLE, "role", _thing(found["x"]), 0.88),
                    earnest,
                )
                return
        told = _told_by(predicate)
        if told is None:
            return
        self._add(
            f"{self._speaker} {_verb(verb)} {_third(rest, self._speaker, self._other)}",
            told,
            earnest,
        )
        if told.category in (Category.PET, Category.FAMILY, Category.RELATIONSHIP):
            self._rel = next(iter(re.findall(_REL, rest, re.IGNORECASE)), "")
            if called := _CALLED.search(rest):
                for name in filter(None, (called["name"], called["second"])):
                    self._is_named(self._rel, name, earnest)

    def _of_mine(self, found: re.Match[str], earnest: float) -> None:
        rel, rest = found["rel"], found["rest"] or ""
        name = (found["name"] or "").strip(" ,")
        name = "" if name in _NO_NAMES else name
        if called := re.match(
            rf"(?:heißt|heißen|hieß|hießen) (?P<name>{_NAME})$", rest
        ):
            name, rest = called["name"], ""
        if name:
            self._is_named(rel, name, earnest)
        self._last = name or f"{_whose(self._speaker)} {rel[:1].upper()}{rel[1:]}"
        if rest and not _NO.search(rest):
            self._of_other(self._last, rest, earnest)

    def _of_other(self, who: str, rest: str, earnest: float) -> None:
        """Add what somebody else does or is, each half of it by itself."""
        if re.match(
            r"(?:sagt|meint|denkt|glaubt|fragt|findet|will|würde|könnte|sollte|"
            r"behauptet|und ich|nervt|war wohl|sagte)\b",
            rest,
            re.IGNORECASE,
        ):
            return
        for part in re.split(r" und (?=[a-zäöüß])", rest):
            if len(part.split()) < 2 or re.match(r"\w+ (?:es|das|ihn|sie)\b", part):
                continue
            told = _told_by(_first_person(part)) or Told(
                Category.PERSONAL, f"is:{_thing(part)}", _thing(part), 0.74
            )
            line = f"{who} {_third(part.split(',')[0], self._speaker, self._other)}"
            self._add(line, told, earnest, who)

    def _couple(self, found: re.Match[str], earnest: float) -> None:
        name = found["a"] or found["b"]
        if not re.search(
            r"\b(?:zusammen|getrennt|verlobt|verheiratet|geheiratet|heiraten|"
            r"schluss|geschieden|scheiden|kind|ziehen)\b",
            found["rest"],
            re.IGNORECASE,
        ):
            return
        ended = (
            re.search(
                r"\b(?:getrennt|schluss|geschieden|scheiden)\b",
                found["rest"],
                re.IGNORECASE,
            )
            is not None
        )
        rest = re.sub(r"\buns\b", "sich", found["rest"].split(",")[0])
        self._add(
            f"{self._speaker} und {name} {rest}",
            Told(Category.RELATIONSHIP, "partner", name.lower(), 0.9, ended),
            earnest,
        )

    def _is_named(self, rel: str, name: str, earnest: float) -> None:
        if name in _NO_NAMES or not rel:
            return
        shown = rel[:1].upper() + rel[1:]
        if _PETS_ONLY.fullmatch(rel):
            told = Told(Category.PET, f"pet:{name.lower()}", rel.lower(), 0.92)
        elif re.fullmatch(_KIN, rel, re.IGNORECASE):
            told = Told(Category.FAMILY, f"kin:{name.lower()}", rel.lower(), 0.92)
        elif re.fullmatch(
            r"(?:freundin|freund|frau|mann|verlobte[rn]?|partner(?:in)?|ehefrau|"
            r"ehemann)",
            rel,
            re.IGNORECASE,
        ):
            told = Told(Category.RELATIONSHIP, "partner", name.lower(), 0.92)
        else:
            told = Told(
                Category.RELATIONSHIP, f"knows:{name.lower()}", rel.lower(), 0.92
            )
        self._add(f"{name} ist {_whose(self._speaker)} {shown}", told, earnest)
        self._last = name

    def _roles(self, text: str, earnest: float) -> None:
        for found in _ROLE.finditer(text):
            yours = bool(found["you"])
            who, about = (
                (self._other, self._other_about)
                if yours
                else (self._speaker, self._about)
            )
            self._add(
                f"{who} spielt {found['x']}",
                Told(Category.ROLE, "role", _thing(found["x"]), 0.9),
                earnest,
                who,
                about,
            )

    def _add(
        self,
        text: str,
        told: Told,
        earnest: float,
        subject: str = "",
        about: About | None = None,
    ) -> None:
        line = re.sub(r"\s+", " ", text).strip(" ,;:.!") + "."
        if any(known.text == line for known in self._found):
            return
        who = subject or self._speaker
        self._found.append(
            Fact(
                text=line,
                about=about or (self._about if who == self._speaker else "other"),
                subject=who,
                category=told.category,
                slot=told.slot,
                value=told.value,
                confidence=round(min(1.0, told.confidence * earnest), 3),
                ended=told.ended,
                when=next(iter(re.findall(rf"\b{_TIME}\b", text, re.IGNORECASE)), ""),
            )
        )


_WITHOUT_I: Final = re.compile(
    r"^(?:in|auf|im|am|bei) [^,;.!]+ (?:geboren|aufgewachsen|gezogen)$", re.IGNORECASE
)
_ONE_NAME: Final = re.compile(rf"(?:{_NAME}|ich)\s*")


def _clauses(text: str) -> list[str]:
    """Cut a sentence where a new subject begins; "Tom und ich" stay together."""
    found, start = [], 0
    for cut in _CUT.finditer(text):
        if not _ONE_NAME.fullmatch(text[start : cut.start()]):
            found.append(text[start : cut.start()])
            start = cut.end()
    return [*found, text[start:]]


_TIME_AT_FRONT: Final = re.compile(
    rf"{_TIME}|seit|als|in|im|am|jed|früher|dort|hier", re.IGNORECASE
)


def _told_by(predicate: str) -> Told | None:
    """Return what a predicate tells: "verb rest", the verb in the first person."""
    no_more = _NO_MORE.search(predicate) is not None
    text = re.sub(r" ?\b(?:nicht mehr|mehr)\b", "", predicate) if no_more else predicate
    for rule in _RULES:
        if found := rule.pattern.match(text):
            denied = (
                _NO.search(text)
                and rule.value not in ("no", "dislikes")
                and not rule.slot.startswith("can:")
            )
            if denied:
                return None
            groups = found.groupdict()
            x = _thing(groups.get("x") or groups.get("y") or "")
            return Told(
                rule.category,
                rule.slot.format(x=x),
                rule.value or x,
                rule.confidence,
                rule.ended or (no_more and not rule.value),
            )
    if (found := _EVENT.match(text)) and not _NO.search(text):
        return Told(
            Category.EVENT, f"did:{_thing(found['x'])}", _thing(found["x"]), 0.7
        )
    return None


def _thing(text: str) -> str:
    text = re.sub(
        r"^(?:(?:eine?[nmrs]?|der|die|das|den|dem|mein\w*|kein\w*|alle|so) )+",
        "",
        text.strip().lower(),
    )
    words = re.findall(
        r"[^\W_]+", re.split(r" (?:und|weil|seit|mit|aber|wie|über)\b", text)[0]
    )[:4]
    return " ".join(words)


def _verb(verb: str) -> str:
    """Return a verb of the first person in the third."""
    small = verb.lower()
    if small in _THIRD:
        return _THIRD[small]
    if small.endswith("e"):
        root = small[:-1]
        return f"{root}et" if root.endswith(("t", "d")) else f"{root}t"
    return (
        f"{small}t" if small.endswith(("el", "er", "n", "b", "l", "g", "h")) else small
    )


_FIRST: Final = {third: first for first, third in reversed(_THIRD.items())}


def _first_person(predicate: str) -> str:
    """Return "ist 13" as "bin 13", so that one set of patterns does."""
    verb, _, rest = predicate.partition(" ")
    small = verb.lower()
    first = _FIRST.get(small) or (f"{small[:-1]}e" if small.endswith("t") else small)
    return f"{first} {rest}"


def _third(text: str, speaker: str, other: str) -> str:
    """Return a text in which nobody is I or you."""
    for pattern, whole in (
        (r"\b(?:mein|unser)(e[mnrs]?)?\b", f"{_whose(speaker)}"),
        (r"\bmich\b|\bmir\b|\buns\b", "sich"),
        (r"\bich\b", speaker),
        (r"\b(?:dir|dich|du)\b", other),
        (r"\bdein(?:e[mnrs]?)?\b", _whose(other)),
    ):
        text = re.sub(pattern, lambda _, whole=whole: whole, text, flags=re.IGNORECASE)
    return text


def _whose(name: str) -> str:
    return f"{name}'" if name.endswith(("s", "x", "z", "ß")) else f"{name}s"


_ASKED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), lead)
    for pattern, lead in (
        (r"\b(?:beruflich|beruf|arbeitest du|von beruf)\b", "ich bin {}"),
        (r"\bwo (?:wohnst|lebst) du\b", "ich wohne in {}"),
        (r"\bwoher (?:kommst|stammst) du\b|\bkommst du her\b", "ich komme aus {}"),
        (r"\bwie alt\b", "ich bin {}"),
        (r"\bwie heißt (?:dein|deine) (?P<rel>\w+)", "mein {rel} heißt {}"),
        (r"\bgeschwister|\bkinder\b|\bhaustiere?\b|\btiere?\b", "ich habe {}"),
        (r"\ballerg\w+", "ich bin allergisch gegen {}"),
        (r"\bangst\b", "ich habe angst vor {}"),
        (r"\bgeburtstag\b", "mein geburtstag ist {}"),
        (r"\binstrument\b", "ich spiele {}"),
        (r"\bstudierst\b", "ich studiere {}"),
        (r"\bsprachen\b", "ich spreche {}"),
        (r"\barzt|\bdiagnose\b", "ich habe {}"),
        (r"\blieblings(?P<rel>\w+)", "mein lieblings{rel} ist {}"),
    )
)


def _answered(clause: str, before: str) -> str:
    """Return an answer as a clause with a subject; empty if it is none."""
    if "?" not in before or re.match(
        r"(?:ich|wir|mein|unser|er|sie|das|es|du|nein|nö|nicht|kein)",
        clause,
        re.IGNORECASE,
    ):
        return ""
    for pattern, lead in _ASKED:
        if found := pattern.search(before):
            rel = (found.groupdict().get("rel") or "") if "{rel}" in lead else ""
            answer = (
                re.sub(r"^[iI]n (?=\w)", "", clause)
                if lead.endswith("in {}")
                else clause
            )
            return lead.replace("{rel}", rel).replace(
                "{}", answer.split(",")[0] if lead == "ich bin {}" else answer
            )
    return ""
