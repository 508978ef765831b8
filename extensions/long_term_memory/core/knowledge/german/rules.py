"""Tell what a German predicate says: a trade, a place, a liking, a plan.

Owns: the patterns of lasting facts, their slots and confidence.
Knows nothing of: whose predicate it is.
"""

from __future__ import annotations

from typing import Final

from ..facts import Category
from ..told import rule

NAME: Final = (
    r"(?-i:(?:Herrn? |Frau |Dr\. )?[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?)"
)
KIN: Final = (
    r"(?:schwieger|stief|zwillings|groß|halb|ur|paten)?(?:mutter|mama|mutti|"
    r"vater|papa|papi|vati|schwester|bruder|brüder|schwestern"
    r"|sohn|tochter|söhne|töchter|kinder|kind|jungs|mädels|oma|opa|omi|opi|"
    r"großeltern|tante|onkel|cousine|cousin|nichte|neffe|enkel\w*|eltern"
    r"|geschwister|zwillinge|familie|baby|kleiner|kleine|großer|große|mädchen)"
)
BOND: Final = (
    r"(?:(?:ex-?)?(?:freundin|freund|frau|mann|verlobte[rn]?|partner(?:in)?|"
    r"ehefrau|ehemann)|ex|beste freundin|bester freund|chefin|chef|kollegin|"
    r"kollege|nachbarin|nachbar"
    r"|mitbewohnerin|mitbewohner|lehrerin|lehrer|trainerin|trainer|meister"
    r"(?:in)?|lehrling|ärztin|arzt|vermieterin|vermieter|kumpel|professorin|"
    r"professor|prof|knappe|herr)"
)
PET: Final = (
    r"(?:hund|hündin|katze|kater|kätzchen|welpe|pferd|stute|hengst|hase|"
    r"kaninchen|hamster|meerschweinchen|papagei|wellensittich|vogel|schildkröte"
    r"|schlange"
    r"|ziege|hühner|huhn|rabe|falke|esel|pony|dackel|labrador|schäferhund|pudel"
    r"|mops|fisch|ratte|maus|hunde|katzen|kaninchen)"
)
REL: Final = rf"(?:{KIN}|{BOND}|{PET})"
OWN: Final = r"(?:mein|unser)(?:e|en|em|er|es)?"
TIME: Final = (
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
PLANNED: Final = (
    r"(?:\w*prüfung(?:en)?|\w*klausur(?:en)?|\w*termin|\w*test|\w*gespräch|"
    r"\w*interview|\w*operation|op|\w*konzert|\w*auftritt|\w*hochzeit|\w*flug|"
    r"\w*reise|\w*urlaub|\w*turnier|\w*spiel|\w*abgabe|\w*umzug"
    r"|\w*beerdigung|\w*party|\w*feier|\w*besuch|verhandlung|premiere|marathon|"
    r"einschulung|probe|vortrag|referat)"
)


ADV: Final = (
    r"(?:(?:auch|jetzt|nun|seit [\w ]+?|schon|immer|noch|gerade|eigentlich|total|"
    r"sehr|so|ganz|leider|nämlich|halt|wirklich|echt|ja|übrigens|inzwischen|"
    r"mittlerweile|aktuell|zurzeit|wieder|ab jetzt|einfach|gern|gerne|überhaupt|"
    r"richtig|extrem|schwer|stark|endlich|heute|gestern|nachts|tagsüber|abends|"
    r"vormittags|nebenbei|hauptberuflich|letzte\w* \w+|am liebsten|"
    r"über alles) )*"
)
WHEN: Final = rf"{ADV}(?:(?:{TIME}|vor \w+ \w+) )*"
X: Final = r"(?P<x>[^,;.!]+)"
RULES: Final = (
    rule(
        Category.RELATIONSHIP,
        rf"habe? (?:uns|mich) {WHEN}(?P<x>verlobt|verliebt)\b",
        "partner",
        0.88,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"habe? (?:uns|mich) {WHEN}(?P<x>getrennt|scheiden lassen)\b",
        "partner",
        0.88,
        ended=True,
    ),
    rule(
        Category.FAMILY,
        rf"(?:erwarte|bekomme|kriege) {WHEN}(?P<x>(?:ein|unser\w*|mein\w*) "
        r"(?:\w+ )?(?:kind|baby|tochter|sohn)|zwillinge|nachwuchs)\b",
        "expects",
        0.88,
    ),
    rule(
        Category.WORK,
        rf"diene {WHEN}(?P<x>(?:dem|der|den) [^,;.!]+)",
        "serves",
        0.82,
    ),
    rule(
        Category.PERSONAL,
        r"(?:habe?|war|bin) (?:noch )?nie(?:mals)? (?P<x>(?!so\b|wieder\b)[^,;.!]{5,})",
        "never:{x}",
        0.78,
        value="no",
    ),
    rule(
        Category.PLAN,
        rf"(?:fliege|fahre|reise|ziehe|gehe) (?:{TIME} )?(?P<x>(?:nach|in die|in den"
        rf"|ins"
        rf"|zu) [^,;.!]*?)(?: {TIME})?$(?<!hause)(?<!bett)(?<!arbeit)(?<!schule)",
        "plan:{x}",
        0.72,
    ),
    rule(
        Category.HEALTH,
        rf"(?:bin|reagiere) {ADV}allergisch (?:gegen|auf) {X}",
        "allergy:{x}",
        0.97,
    ),
    rule(
        Category.HEALTH,
        rf"(?:bin|reagiere) {ADV}(?:gegen|auf) (?P<x>[^,;.!]+?)"
        r"(?: (?:sehr|stark|schwer|total|extrem|leicht))* allergisch\b",
        "allergy:{x}",
        0.97,
    ),
    rule(
        Category.HEALTH,
        rf"(?:habe?|vertrage) {ADV}(?:eine? )?(?:\w+)?(?P<x>\w*allergie|"
        r"unverträglichkeit|laktoseintoleranz|zöliakie|asthma|diabetes|migräne|"
        r"adhs|epilepsie|depressionen?|rheuma|krebs|neurodermitis|tinnitus|"
        r"bluthochdruck|heuschnupfen|schlafstörungen|panikattacken|arthrose)\b",
        "health:{x}",
        0.93,
    ),
    rule(
        Category.HEALTH,
        rf"vertrage {ADV}(?:keine?n? )?{X}",
        "eats:{x}",
        0.88,
        value="no",
    ),
    rule(
        Category.HEALTH,
        rf"bin {ADV}(?:\w+ )?(?P<x>schwanger|farbenblind|blind|taub|schwerhörig|"
        r"diabetiker(?:in)?|asthmatiker(?:in)?|laktoseintolerant|kurzsichtig|"
        r"weitsichtig|legasthenikerin?|autist\w*|trocken|querschnittsgelähmt|"
        r"krank geschrieben|krankgeschrieben)\b",
        "health:{x}",
        0.9,
    ),
    rule(
        Category.HEALTH,
        rf"habe?.* {OWN} (?P<x>\w+) gebrochen|habe? mir .*?(?P<y>\w+) gebrochen",
        "injured:{x}",
        0.88,
    ),
    rule(
        Category.HEALTH,
        rf"habe? {ADV}(?:\w+ )?(?:angst|panik|höhenangst|flugangst|platzangst)"
        rf"(?: vor {X})?",
        "fear:{x}",
        0.9,
    ),
    rule(Category.HEALTH, rf"fürchte (?:mich )?(?:vor )?{X}", "fear:{x}", 0.88),
    rule(
        Category.HEALTH,
        rf"(?:habe?|bin) {ADV}(?:mit dem )?(?P<x>rauchen|trinken|zucker|alkohol|"
        rf"kaffee|kiffen)\b.*?(?:aufgehört|weg|los)|habe? {ADV}aufgehört zu "
        r"(?P<y>\w+)",
        "habit:{x}",
        0.9,
        value="no",
    ),
    rule(
        Category.HEALTH,
        rf"(?:trage|brauche) {ADV}(?:eine? |ein )?(?P<x>brille|hörgeräte?|"
        r"kontaktlinsen|prothese|zahnspange|herzschrittmacher)",
        "wears:{x}",
        0.9,
    ),
    rule(
        Category.HEALTH,
        rf"(?:nehme) {ADV}(?P<x>\w*(?:tabletten|medikamente|antidepressiva|insulin"
        r"|blutverdünner|pille))",
        "takes:{x}",
        0.88,
    ),
    rule(
        Category.PREFERENCE,
        rf"bin {ADV}(?:eine? )?(?:strenge[rn]? )?(?P<x>vegetarier(?:in)?|veganer"
        r"(?:in)?|vegan|vegetarisch|pescetarier(?:in)?)\b",
        "diet",
        0.93,
    ),
    rule(
        Category.PREFERENCE,
        rf"(?:esse|trinke|mag) {ADV}(?:keine?n?|nie|kein) (?P<x>[^,;.!]+)",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        rf"(?:esse|trinke|höre|lese|schaue|gucke) {ADV}(?:nur|am liebsten|gerne?|"
        rf"ausschließlich) {X}",
        "taste:{x}",
        0.85,
        value="likes",
    ),
    rule(
        Category.PREFERENCE,
        rf"(?:hasse|verabscheue|kann .*?nicht (?:ausstehen|leiden)|kann {X} nicht "
        r"(?:ausstehen|leiden))(?! (?:dich|es|das|ihn|sie|wenn|dass|diese))\b ?"
        r"(?P<y>[^,;.!]*)",
        "taste:{x}",
        0.88,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        rf"(?:mag|liebe) (?!dich|es|das|ihn|wenn|dass|sie\b|dein|diese|ja\b){ADV}"
        r"(?P<x>[^,;.!]+?) (?:nicht|gar nicht)\b",
        "taste:{x}",
        0.86,
        value="dislikes",
    ),
    rule(
        Category.PREFERENCE,
        r"(?:liebe|mag|bevorzuge|genieße|vergöttere|stehe? (?:total )?auf|"
        r"schwärme für|bin (?:ein )?(?:großer |riesen)?fan von|bin süchtig nach|"
        r"bin verrückt nach) (?!dich|es|das|ihn|wenn|dass|sie\b|dein|diese|ja\b|"
        rf"wie\b){ADV}{X}",
        "taste:{x}",
        0.86,
        value="likes",
    ),
    rule(
        Category.PLACE,
        rf"(?:wohne|lebe|hause) {ADV}(?:allein |zusammen )?(?:mit [^,;.]+? )?(?:in"
        rf"|im|auf|am|an|bei|über|unter|zur|hinter|neben) {X}",
        "lives",
        0.92,
    ),
    rule(
        Category.PLACE,
        rf"(?:wohne|lebe) {ADV}(?:mit|allein) ?(?P<x>[^,;.!]*)",
        "lives with",
        0.85,
    ),
    rule(
        Category.PLACE,
        rf"bin {ADV}(?:vor \w+ \w+ |letzte\w* \w+ |im \w+ |gestern )*(?:nach|in|zu"
        r"|aufs?) (?P<x>[^,;.!]+?) (?:um)?gezogen",
        "lives",
        0.92,
    ),
    rule(
        Category.PLACE,
        rf"bin {ADV}(?:in|auf|im|am|bei|an) (?P<x>[^,;.!]+?) (?:geboren|"
        r"zur Welt gekommen)",
        "born in",
        0.92,
    ),
    rule(
        Category.PLACE,
        rf"bin {ADV}(?:in|auf|im|am|bei|an|unter) (?P<x>[^,;.!]+?) (?:aufgewachsen"
        r"|groß geworden)",
        "grew up",
        0.92,
    ),
    rule(
        Category.PLACE,
        rf"(?:komme|stamme|bin) {ADV}(?:ursprünglich )?aus (?!dem (?:bett|"
        rf"haus)\b){X}",
        "from",
        0.88,
    ),
    rule(
        Category.PLAN,
        rf"ziehe {ADV}(?:{TIME} )?(?:nach|zu|in|mit) {X}",
        "plan:move",
        0.88,
    ),
    rule(
        Category.DATE,
        rf"habe? {ADV}(?P<x>(?:am|im) [^,;!]+?) geburtstag",
        "birthday",
        0.93,
    ),
    rule(
        Category.WORK,
        rf"bin {ADV}(?:eine? |von beruf |gelernter? |ausgebildete[r]? )*(?P<x>"
        r"(?-i:[A-ZÄÖÜ][a-zäöüß]+(?:er|erin|in|ist|istin|ent|entin|eur|eurin|or|"
        r"orin|arzt|ärztin|mann|frau|wirt|wirtin|loge|login|koch|köchin|bauer|"
        r"bäuerin|schmied|hirte|knecht|magd|pfleger|graf|graph)))\b(?! aus\b)",
        "work",
        0.86,
    ),
    rule(
        Category.WORK,
        rf"war {ADV}(?:eine? |mal |einmal |früher |lange )*(?P<x>"
        r"(?-i:[A-ZÄÖÜ][a-zäöüß]+(?:er|erin|ist|istin|ent|entin|arzt|ärztin|mann|"
        r"frau|wirt|schmied|hirte|dat|koch)|Koch|Arzt|Soldat|Anwalt|Pilot|Knecht|"
        r"Magd|Mönch|Nonne|Ritter))\b",
        "worked:{x}",
        0.84,
    ),
    rule(
        Category.WORK,
        rf"bin {ADV}(?:eine? |von beruf )*(?P<x>(?-i:Koch|Köchin|Arzt|Ärztin|"
        r"Soldat|Anwalt|Anwältin|Pilot|Pilotin|Mönch|Nonne|Lehrling|Azubi|Hebamme|"
        r"Hofnarr))\b",
        "work",
        0.88,
    ),
    rule(
        Category.HEALTH,
        r"(?P<x>rauche|trinke|kiffe)(?: nicht)?(?: überhaupt nicht| gar nicht)?$",
        "habit:{x}",
        0.86,
        value="no",
    ),
    rule(
        Category.WORK,
        rf"arbeite {ADV}(?:als|bei|beim|im|in|für|auf|an) (?!(?:dem|mir|daran|"
        rf"das)\b){X}",
        "work",
        0.9,
    ),
    rule(
        Category.WORK,
        rf"(?:studiere|unterrichte|lerne) (?!dich|das|es\b){ADV}{X}",
        "studies",
        0.86,
    ),
    rule(
        Category.WORK,
        rf"wurde {WHEN}(?:fristlos |betriebsbedingt )?(?P<x>gefeuert|entlassen|"
        r"gekündigt|befördert)$",
        "work status",
        0.9,
    ),
    rule(
        Category.WORK,
        rf"habe? {WHEN}(?:eine?n?|'?nen?) (?:neue[nr]?) (?P<x>stelle|job|arbeit|"
        rf"arbeitsstelle|anstellung)\b|habe? {WHEN}mein\w* {WHEN}(?P<y>stelle|job|"
        rf"arbeit|arbeitsstelle|anstellung) {WHEN}(?:verloren|aufgegeben|"
        r"hingeschmissen|geschmissen)$",
        "job news",
        0.88,
    ),
    rule(
        Category.WORK,
        rf"(?:habe?|bin) {ADV}(?:meinen job |meine stelle |heute |gestern )*"
        r"(?P<x>gekündigt|entlassen worden|gefeuert worden|gefeuert|"
        r"befördert worden|befördert|arbeitslos|in rente|rentner(?:in)?|"
        r"selbstständig|in elternzeit|pensioniert)\b",
        "work status",
        0.9,
    ),
    rule(
        Category.WORK,
        rf"(?:habe?|führe|leite|betreibe|eröffne) {ADV}(?:eine?n? |meine?n? )"
        r"(?:\w+ )?(?P<x>\w*(?:laden|café|geschäft|bäckerei|firma|hof|werkstatt|"
        r"restaurant|kneipe|praxis|galerie|gärtnerei))\b",
        "business:{x}",
        0.86,
    ),
    rule(
        Category.WORK,
        rf"fahre {ADV}(?P<x>(?:bus|taxi|straßenbahn|lkw|lastwagen|krankenwagen|"
        r"zug))\b",
        "work",
        0.85,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"bin {ADV}(?:seit \w+(?: \w+)? |glücklich )*(?P<x>verheiratet|geschieden"
        r"|verlobt|single|ledig|verwitwet|getrennt|witwer?|vergeben|witwe)\b",
        "marriage",
        0.9,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"bin {ADV}(?:mit )(?P<x>[^,;.!]+?) (?:zusammen|liiert|verheiratet|"
        r"verlobt)",
        "partner",
        0.9,
    ),
    rule(
        Category.RELATIONSHIP,
        r"habe? (?:mich )?(?:\w+ )*?von (?P<x>[^,;.!]+?) getrennt|habe? mit "
        r"(?P<y>[^,;.!]+?) schluss gemacht",
        "partner",
        0.9,
        ended=True,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"(?:heirate) {ADV}{X}|habe? {ADV}(?:{TIME} )?(?P<y>geheiratet)",
        "marriage",
        0.88,
    ),
    rule(
        Category.FAMILY,
        rf"(?:habe?|bekomme|erwarte) {ADV}(?:(?:eine?n?|zwei|drei|vier|fünf|\d+|"
        rf"ältere\w*|jüngere\w*|kleine\w*|große\w*|erwachsene\w*) )+(?P<x>{KIN})\b",
        "has:{x}",
        0.9,
    ),
    rule(
        Category.FAMILY,
        rf"bin {ADV}(?P<x>einzelkind|zwilling|(?:das|der|die) (?:jüngste|älteste|"
        r"mittlere)\w*)",
        "birth order",
        0.88,
    ),
    rule(
        Category.FAMILY,
        rf"(?:bin|werde) {ADV}(?:eine? )?(?:alleinerziehende[r]? )?(?P<x>mutter|"
        r"vater|papa|mama|oma|opa|onkel|tante)\b",
        "is a:{x}",
        0.85,
    ),
    rule(
        Category.RELATIONSHIP,
        rf"habe? {ADV}(?:eine?n? )(?:neue\w* |feste\w* |beste\w* )?"
        rf"(?P<x>{BOND})\b",
        "has:{x}",
        0.88,
    ),
    rule(
        Category.PET,
        rf"(?:habe?|halte|adoptiere|bekomme|züchte) {ADV}(?:(?:eine?n?|zwei|drei|"
        r"vier|fünf|\d+|alte\w*|kleine\w*|junge\w*|dicke\w*|schwarze\w*) )+"
        rf"(?P<x>{PET})\b",
        "pet:{x}",
        0.9,
    ),
    rule(
        Category.PERSONAL,
        rf"(?:bin|werde) {ADV}(?:{TIME} )?(?:erst |bald )?(?P<x>\d{{1,3}}|zwanzig"
        r"|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)(?: jahre"
        r"(?: alt)?| geworden)?(?=$|[,;.!]| und)",
        "age",
        0.9,
    ),
    rule(
        Category.PERSONAL,
        rf"bin {ADV}(?P<x>linkshänder(?:in)?|rechtshänder(?:in)?|adoptiert|"
        r"\d+,\d+ ?m?|ein meter \w+|muslim(?:a)?|katholisch|evangelisch|jüdisch|"
        r"atheist(?:in)?|schwul|lesbisch|bi|trans|halb\w+|frühaufsteher(?:in)?|"
        r"nachteule|waise|deutsche[r]?|österreicher(?:in)?|schweizer(?:in)?|"
        r"introvertiert|schüchtern|analphabet)\b",
        "is:{x}",
        0.86,
    ),
    rule(
        Category.PERSONAL,
        rf"habe? {ADV}(?:eine?n? |rote |blonde |braune |schwarze |lange |grüne |"
        r"blaue )+(?:\w+ )?(?P<x>tattoo\w*|narbe|locken|haare|augen|bart|"
        r"sommersprossen|führerschein|piercing)\b",
        "looks:{x}",
        0.85,
    ),
    rule(
        Category.PERSONAL,
        rf"spreche {ADV}(?!(?:mit|von|über|dich|dir|es|das)\b){X}",
        "knows:{x}",
        0.86,
    ),
    rule(
        Category.PERSONAL,
        rf"spiele {ADV}(?!(?:mit|dir|das spiel|keine rolle|nur|eine?n? \w+ "
        rf"(?:namens|der)|den|die|verrückt)\b){X}",
        "plays:{x}",
        0.86,
    ),
    rule(
        Category.PERSONAL,
        rf"kann {ADV}(?:nicht|kein\w*) (?P<x>schwimmen|lesen|schreiben|fahren|"
        r"kochen|singen|tanzen|auto fahren|fahrrad fahren|rad fahren|reiten|"
        r"autofahren|pfeifen)",
        "can:{x}",
        0.86,
    ),
    rule(
        Category.PERSONAL,
        r"(?:sammle|züchte|male|backe|nähe|stricke|baue|schreibe|koche|singe|tanze"
        r"|reite|klettere|schnitze|braue|hüte|schnarche|meditiere|bete|angle|jogge"
        r"|laufe|schwimme|trainiere|wandere) (?!(?:dir|dich|es|ihm|ihr|mir|dann|"
        rf"gerade|los|weg|schnell|zum?|davon|hin|zurück|um|an|auf dich)\b){X}",
        "does:{x}",
        0.76,
    ),
    rule(
        Category.PERSONAL,
        rf"(?:habe?) {ADV}(?:{OWN} |das |die |den |mein\w* )*(?P<x>\w*(?:abitur|"
        r"abi|studium|ausbildung|führerschein|führerscheinprüfung|doktor|master|"
        r"bachelor|prüfung|lehre))\b.*?(?:gemacht|abgeschlossen|bestanden|"
        r"abgebrochen|geschmissen|verhauen|beendet|geschafft)",
        "studied:{x}",
        0.86,
    ),
    rule(Category.PERSONAL, rf"heiße {ADV}{X}", "name", 0.85),
    rule(
        Category.PLAN,
        r"(?:habe?|mache|feiere|besuche|fahre|fliege|fange|bekomme|treffe|gehe|"
        rf"muss|spiele|reise|starte|schreibe|kriege) (?=.*?{TIME}).*?"
        rf"(?P<x>{PLANNED})\b",
        "plan:{x}",
        0.88,
    ),
    rule(
        Category.PLAN,
        rf"(?:habe?|mache) {ADV}(?:eine?n? |mein\w* |die |den )(?P<x>{PLANNED})\b",
        "plan:{x}",
        0.74,
    ),
    rule(
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
    rule(
        Category.POSSESSION,
        rf"(?:habe?|musste) (?!.*\b(?:fast|beinahe)\b){WHEN}"
        r"(?:mein\w*|das|den|die|unser\w*) (?:\w+e[nrs]? )?(?P<x>\w+) "
        rf"{WHEN}(?:(?:an|für|bei|auf|über) [^,;.!]+ )?(?:verkauft|verschenkt|"
        r"weggegeben|verkaufen|verschenken|weggeben)$",
        "owns:{x}",
        0.8,
        ended=True,
    ),
    rule(
        Category.POSSESSION,
        rf"(?:besitze|fahre) {ADV}(?:eine?n? |ein |meine?n? )(?P<x>[^,;.!]+)",
        "owns:{x}",
        0.8,
    ),
    rule(
        Category.POSSESSION,
        rf"(?:habe?) {ADV}(?:mir )?(?:eine?n? |ein )(?P<x>[^,;.!]+?) (?:gekauft|"
        r"geerbt|geschenkt bekommen|bekommen)",
        "owns:{x}",
        0.82,
    ),
    rule(
        Category.POSSESSION,
        rf"(?:habe?) {ADV}(?:eine?n? )(?:\w+ )?(?P<x>\w*(?:garten|haus|wohnung|"
        r"auto|motorrad|fahrrad|klavier|gitarre|boot|hütte|bibliothek|werkstatt|"
        r"balkon|geige|golf|roller|wohnmobil))\b",
        "owns:{x}",
        0.82,
    ),
)
