"""How memory is told something in German.

Owns: the German frames.
Knows nothing of: other languages, quotes, who speaks.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from ..command_frames import Frames

_FILLER: Final = (
    r"(?:bitte|bidde|hey|hallo|hi|ok(?:ay)?|oh|ach(?: ja| so)?|ah|und|aber|also|ja|nein"
    r"|na|so|\u00fcbrigens|achtung|wichtig|(?:und )?noch (?:was|etwas|eins)|eins noch"
    r"|kurze (?:info|bitte|notiz)|eine (?:bitte|sache)(?: noch)?|nur|einfach|mal|doch"
    r"|dann|jetzt|sorry|schatz|liebes|liebling|s\u00fc\u00dfe[r]?|leute|ps|btw|apropos"
    r"|ab (?:jetzt|sofort)|in zukunft|k\u00fcnftig|zuk\u00fcnftig|bevor ich(?:'s| es)?"
    r" vergesse|sei so (?:lieb|gut|nett) und|tu mir (?:einen|den|nen) gefallen"
    r"(?: und)?|(?:und )?wie gesagt|ehrlich|egal|haha+|hm+|warte|moment|stopp?|ooc"
    r"|(?:hey|hallo|hi|liebe[r]?) (?-i:[A-Z\u00c4\u00d6\u00dc]\w{1,20})"
    r"|(?!(?:vergiss|merk|notier|denk|l\u00f6sch|streich|memo|notiz|ignorier)\w*)"
    r"(?-i:[A-Z\u00c4\u00d6\u00dc]\w{1,20})(?=[,:!]))"
)
_OPENING: Final = rf"(?:{_FILLER}[\s,:;.!\u2026\u2013\u2014-]+)*"
_SOFT: Final = (
    r"(?: (?:bitte|mal|doch|das|es|ja|mir|auch|immer|unbedingt|gut|schon|einfach|nur"
    r"|noch|eins|folgendes|f\u00fcr (?:sp\u00e4ter|mich|(?:das |die )?n\u00e4chste\w*"
    r" mal|die zukunft)|f\u00fcrs n\u00e4chste mal|in zukunft|k\u00fcnftig|wieder|ruhig"
    r"|jetzt|alles|gleich|sofort|endlich|stets|dir|gerne?|komplett|ganz|also|dabei"
    r"|ab jetzt|ab sofort|daran|dran))*"
)
_HEAD: Final = (
    r"(?:im|in deinem|in meinem|in dein|ins) (?:hinter)?(?:kopf|ged\u00e4chtnis)"
)
_LINK: Final = r"(?:\s*[:,\u2013\u2014-]+\s*(?:dass\s+)?|\s+dass\s+)(?:bitte[,:]? )?"
_OWN: Final = r"(?:ich|mein\w*|wir|unser\w*|mir|mich|bei (?:mir|uns)|uns)"
_YOU_CAN: Final = (
    r"(?:(?:kannst|k\u00f6nntest|w\u00fcrdest|magst|willst) du|du (?:musst|solltest"
    r"|sollst|kannst|darfst|k\u00f6nntest)|ich (?:m\u00f6chte|will|w\u00fcnsche mir"
    r"|h\u00e4tte gern\w*|bitte dich),? dass du)"
)
_KEEP: Final = (
    rf"(?:merk(?:e?|s|'s|e's) (?:dir|euch){_SOFT}|denke?{_SOFT} (?:daran|dran){_SOFT}"
    rf"|(?:vergiss|vergesst){_SOFT} (?:nicht|nie|niemals){_SOFT}"
    rf"|(?:behalte?|haltet?|behaltet){_SOFT}(?: {_HEAD}| in erinnerung| fest)"
    rf"|erinner\w* dich{_SOFT} (?:daran|dran){_SOFT})"
)
_NOTE: Final = (
    rf"(?:(?:notiere?|notier'){_SOFT}|schreibe?{_SOFT} (?:auf|hinter die ohren)"
    rf"|speicher\w*{_SOFT}(?: ab)?(?: {_HEAD})?|halte?{_SOFT} fest|behalte?{_SOFT}"
    rf"|nimm{_SOFT} (?:auf|{_HEAD}|in dein ged\u00e4chtnis auf)"
    r"|(?:daran|dran) denken|(?:nicht|nie) vergessen|(?:gut |unbedingt |immer "
    r"|bitte )?merken|zum merken"
    r"|notiz(?: an dich| f\u00fcr (?:dich|sp\u00e4ter))?|merkzettel|zur erinnerung|memo"
    r"|f\u00fcr (?:sp\u00e4ter|die zukunft|dein ged\u00e4chtnis|deine notizen|das"
    r" n\u00e4chste"
    r" mal)|f\u00fcrs (?:n\u00e4chste mal|ged\u00e4chtnis|protokoll)|(?:nur )?zur info"
    r"(?:rmation)? f\u00fcr \w+(?: \w+)?|(?:nur )?damit du(?:'s| es| das)?(?:"
    r" wei\u00dft"
    r" und)?(?: nicht(?: wieder)? vergisst| dir merkst| f\u00fcr sp\u00e4ter"
    r" wei\u00dft)"
    r"|(?:merkst|notierst|denkst|beh\u00e4ltst) du(?: dir)?(?: bitte| mal| das)*(?:"
    r" dran| daran)?"
    r"|nimm(?: bitte)? zur kenntnis|(?:nur )?f\u00fcr(?:s| das| die) (?:protokoll"
    r"|akten)"
    r"|es (?:w\u00e4re|ist) (?:\w+ ){1,2}?,? ?(?:wenn|dass) du (?:dir merkst|nicht"
    r" vergisst"
    r"|daran denkst)|(?:nur )?dass du(?:'s| es) wei\u00dft"
    rf"|{_YOU_CAN}{_SOFT} (?:nie vergessen|merken|merkst|notieren|notierst|speichern"
    r"|speicherst"
    rf"|nicht vergessen|nicht vergisst|behalten|beh\u00e4ltst|{_HEAD} behalten"
    rf"|(?:daran|dran) (?:denken|denkst)|wissen)(?: k\u00f6nntest)?)"
)
_TOLD: Final = (
    r"(?:gesagt|erz\u00e4hlt|geschrieben|erw\u00e4hnt|verraten|berichtet|geredet"
    r"|gesprochen|anvertraut|gestanden|genannt)"
)
_DROP: Final = (
    r"(?:vergiss(?:t du)?|vergesst|l\u00f6sch(?:st du|e)?|streiche?|entfern\w*"
    r"|ignorier\w*|tilge"
    r"|radier\w*|verwirf|wirf|vernichte)"
)
_DROPPED: Final = (
    r"(?:vergessen|l\u00f6schen|streichen|entfernen|ignorieren|vergisst|l\u00f6schst"
    r"|streichst|entfernst|ignorierst)"
)
_OVER: Final = r"(?:\u00fcber|von|zu|zum|zur|wegen|mit|bez\u00fcglich|vom|\u00fcbers)"
_ALL: Final = (
    r"(?:,? ?(?:alles|das|alle (?:infos|informationen|erinnerungen|notizen"
    r"|eintr\u00e4ge)"
    r"|die (?:sache|geschichte|info\w*)|den (?:kram|teil)|s\u00e4mtliches|jede"
    r" erinnerung|dein wissen))"
)
_WHEN: Final = (
    r"(?: (?:dir|euch|gerade|neulich|eben|mal|vorhin|gestern|je|jemals|alles|so|heute"
    r"|fr\u00fcher|da|schon|damals|letztens))*"
)
_FROM: Final = (
    r"(?:aus|von) (?:deine[mnr]|dem|der|den) (?:\w+ )?(?:ged\u00e4chtnis|speicher"
    r"|notizen|erinnerung\w*|kopf|daten\w*|akten?|protokoll)"
)


def _re(pattern: str) -> re.Pattern[str]:
    return late(pattern, re.IGNORECASE)


GERMAN: Final = Frames(
    opening=_re(rf"\W*{_OPENING}"),
    asking=_re(r"$"),
    earnest=_re(
        r"\b(?:bitte|wichtig|noch was|eins noch|\u00fcbrigens|so lieb|ab jetzt|ooc"
        r"|btw|gefallen)\b"
    ),
    to_figure=_re(
        r"\b(?:hauptmann|soldat\w*|wachen?|herr\w*|junge|m\u00e4dchen|kind|knecht"
        r"|k\u00f6nig"
        r"|k\u00f6nigin|ritter|dieb|m\u00e4nner|leutnant|b\u00fcrschchen|freundchen"
        r"|narr)\b"
    ),
    firm=_re(rf"(?:{_NOTE}(?: bitte)?(?:{_LINK}|\s+(?={_OWN}\b)))"),
    loose=_re(
        rf"(?:vergiss|vergesst){_SOFT} (?P<told>mein\w* (?!(?:worte?|namen?"
        r"|liebe)\b)[^,.]+?)"
        rf" nicht\b|denke?{_SOFT} an (?=mein|unser)|{_KEEP}(?:{_LINK}|\s+(?={_OWN}\b))"
    ),
    back=_re(
        rf"\W*(?P<lead>{_OPENING})(?:das (?:darfst|solltest) du{_SOFT} (?:nicht|nie)"
        rf" vergessen|das{_SOFT} (?:merken|notieren|aufschreiben|nicht vergessen)"
        rf"|merk(?:e?|s|'s) (?:dir|euch){_SOFT}|denke?{_SOFT}"
        rf" (?:daran|dran)|(?:vergiss|vergesst){_SOFT} nicht(?: wieder)?|(?:behalte?"
        rf"|notiere?|speicher\w*|schreibe?){_SOFT}(?: auf| ab| {_HEAD}| in erinnerung)?"
        r"|(?:bitte |gut |unbedingt )*(?:merken|nicht vergessen|notieren)"
        rf"|(?:das|dies) (?:musst|solltest|kannst|sollst) du{_SOFT} (?:merken|wissen"
        r"|notieren|nicht vergessen|behalten)|(?:kannst|k\u00f6nntest) du dir das"
        r"(?: bitte)? merken)"
        r"(?:[,\s]+(?:bitte|ja|ok(?:ay)?|danke|f\u00fcr [^:,]{1,40}|f\u00fcrs"
        r" [^:,]{1,40}|wenn"
        r" [^:,]{1,40}|in zukunft|das n\u00e4chste mal|n\u00e4chstes mal|gell?))*\W*$"
    ),
    forget=(
        # was ich über Tom gesagt habe
        _re(
            rf"(?:{_DROP}|{_YOU_CAN}){_SOFT}{_ALL}?(?: {_DROPPED})?,? ?was (?:ich"
            rf"|wir){_WHEN} {_OVER}"
            rf"{_WHEN} (?P<of>.+?) {_TOLD}"
        ),
        # was du über meine Schulden weißt
        _re(
            rf"(?:{_DROP}|{_YOU_CAN}){_SOFT}{_ALL}?(?: {_DROPPED})?,? ?was du{_WHEN}"
            rf" {_OVER}"
            r" (?P<of>.+?) (?:wei\u00dft|gespeichert|gemerkt|notiert|hast)"
        ),
        # dass ich die Scheidung erwähnt habe
        _re(
            rf"(?:{_DROP}|{_YOU_CAN} {_DROPPED}){_SOFT},? ?dass ich{_WHEN}(?: {_OVER})?"
            rf" (?P<of>.+?) {_TOLD}"
        ),
        # was ich über Tom gesagt habe, kannst du löschen
        _re(
            rf"(?:alles,? )?was ich{_WHEN} {_OVER}{_WHEN} (?P<of>[^,]+?) {_TOLD}(?:"
            r" habe?)?,?"
            rf" (?:{_YOU_CAN}{_SOFT}|(?:bitte|wieder|sofort)(?: bitte| wieder)*)"
            rf" {_DROPPED}"
        ),
        # das mit meinen Schulden streich bitte
        _re(
            rf"(?:das|alles) {_OVER} (?P<of>[^,]+?),? (?:streiche?|l\u00f6sche?"
            rf"|vergiss)\b"
        ),
        # ich will nicht, dass du dir meine Krankheit merkst
        _re(
            r"ich (?:will|m\u00f6chte) nicht,? dass du (?:dir )?(?P<of>.+?) (?:merkst"
            r"|speicherst|beh\u00e4ltst|notierst)"
        ),
        # alles über Tom bitte löschen
        _re(
            rf"{_ALL} {_OVER} (?P<of>[^,]+?)(?: bitte| wieder| sofort| komplett)*"
            r" (?:l\u00f6schen"
            r"|vergessen|streichen|entfernen)\b"
        ),
        _re(
            r"(?P<of>mein\w* [^,]+?)(?: bitte| wieder| sofort)* (?:l\u00f6schen"
            r"|streichen"
            r"|entfernen)\b"
        ),
        # tu so, als hätte ich nie etwas über meine Schwester gesagt
        _re(
            rf"tu(?: bitte)? so,? als (?:h\u00e4tte|ob) ich{_WHEN} (?:nie|nichts"
            r"|niemals)"
            rf"(?: (?:etwas|was))?{_WHEN}(?: {_OVER})? (?P<of>.+?) {_TOLD}"
        ),
        # aus deinem Gedächtnis
        _re(
            rf"(?:{_DROP}|{_YOU_CAN}|nimm){_SOFT}{_ALL}?(?: {_OVER})? (?P<of>.+?)"
            rf" {_FROM}"
        ),
        # dass du alles über meine Krankheit vergisst
        _re(
            rf"{_YOU_CAN}{_SOFT}(?:{_ALL} (?:{_OVER} )?| )(?P<of>(?:(?<=alles"
            r" \u00fcber )"
            r"|(?<=alles von )|(?<=alles zu )|(?<= mit )|(?<= \u00fcber )|(?=mein"
            r"|unser"
            rf"|den|die)).+?){_SOFT} {_DROPPED}"
        ),
        # dass ich nach Kiel ziehe
        _re(
            rf"(?:{_YOU_CAN}{_SOFT} {_DROPPED}|{_DROP}{_SOFT}),? dass"
            r" (?P<of>(?:ich|wir|mein\w*|unser\w*) (?!dich|dir)[^,.!?]+)"
        ),
        # alles über meine Arbeit, das mit dem Kredit
        _re(
            rf"{_DROP}{_SOFT}(?:{_ALL})? {_OVER} (?P<of>.+?)(?:(?: wieder| bitte| raus"
            r"| komplett| sofort)*\s*(?:[,.!?;]|$))"
        ),
        # meine Adresse
        _re(
            rf"(?!vergiss){_DROP}{_SOFT} (?!.*\bnicht\b)(?P<of>(?:mein\w*(?!"
            r" (?:nicht|bruder|schwester|mutter|vater|mann|frau|freund\w*|ex"
            r"|chef)\b)|unser\w*|das thema) [^,.!?]+?)"
            r"(?: wieder| bitte| raus| komplett)*\s*(?:[,.!?;]|$)"
        ),
        # den Umzug kannst du wieder vergessen
        _re(
            r"(?:(?:alles|das|die sache) (?:mit|\u00fcber|von|zu)"
            r" )?(?P<of>(?:(?:mein|unser)"
            r"\w*|(?:den|die|das|der|dem)(?=.{2,60} du (?:wieder|bitte))) \w[\w"
            r" ]{1,40}?),?"
            rf" (?:kannst|k\u00f6nntest|darfst) du{_SOFT} {_DROPPED}"
        ),
    ),
    forget_earnest=_re(
        rf"(?:vergiss|vergesst){_SOFT} (?!.*\bnicht\b)(?P<of>(?:mein|unser)\w*"
        r" (?!nicht)[^,.!?]+?)(?: wieder"
        r"| bitte)*\s*(?:[,.!?;]|$)"
    ),
    concrete=_re(
        r"\d|(?<=.)\b(?:ich|mein\w*|mir|mich|wir|uns|unser\w*)\b|\b(?:montag"
        r"|dienstag|mittwoch|donnerstag"
        r"|freitag|samstag|sonntag|geburtstag|termin|hei\u00dft|hei\u00dfe|allerg\w+"
        r"|passwort"
        r"|pr\u00fcfung|hochzeit|pronomen|diabetiker\w*|vegan\w*|vegetarier\w*"
        r"|schwanger|blind"
        r"|taub|januar|februar|m\u00e4rz|april|juni|juli|august|september|oktober"
        r"|november"
        r"|dezember)s?\b"
    ),
    forget_beside=_re(
        rf"{_DROP}{_SOFT} (?P<of>(?:den|die|das|mein\w*|unser\w*) \w[^,.!?]*)"
    ),
    own=_re(
        rf"(?:(?!du\b|dein)\w+ ){{0,4}}{_OWN}\b"
        r"|(?-i:[A-Z\u00c4\u00d6\u00dc])[\w-]+ (?:ist|hei\u00dft|hat|mag|darf|kann"
        r"|wohnt|arbeitet"
        r"|isst|trinkt|kommt|geht|und ich)\b(?! immer| alles)"
        r"|(?-i:[A-Z\u00c4\u00d6\u00dc])"
        r"[\w-]+ .{2,60} (?:ist|hei\u00dft|hat|mag|darf|kann|wohnt|arbeitet|isst|kommt"
        r"|bin|habe?)\W*$"
    ),
    other=_re(
        r"(?:du|dein\w*|dich|dir|ihr|euch|er|sie|es|man|(?:das|die|der) (?:ist|war"
        r"|hat|hier|da|wird|kann)|dies\w*|f\u00fcr|wenn|wie"
        r"|was|warum|wo|wer|weil|bitte|zu|im|nie|immer|alles|nichts|und|oder|aber|ja"
        r"|niemand|jeder|ihn|ihm)\b|.*\b(?:zu \w+en|\w+zu\w{2,}en)\W*$"
    ),
    talk=_re(
        r"^(?:ich|wir) (?:liebe|vermisse|brauche) dich\b|^ich (?:bin )?(?:immer"
        r" )?(?:f\u00fcr"
        r"|bei) dich?\b|^wir (?:haben|hatten|waren) (?:uns|damals|mal)\b|^mich\W*$"
        r"|^uns\W*$|^ich (?:wei\u00df|warne)\b|^mit mir\b|^ich (?:hier )?(?:der|die)"
        r" (?:k\u00f6nig|chef|boss|herr)|\bwarnung\b|^mir (?:nichts|keiner)\b"
        r"|^(?:ich|wir) (?:nur|immer) \w+ (?:bin|da bin)$|^ich schlafe nie\b"
    ),
    to_you=_re(r"\b(?:du|dich|dir|dein\w*|euch|euer)\b"),
    taste=_re(
        r"\b(?:hasse|mag|m\u00f6chte|will|nenn\w*|allergisch|ungern|gern|nicht)\b"
    ),
    rest=_re(
        r",? (?:also |so )?\b(?:wenn du|falls du|falls wir|damit du|also (?:bitte|frag"
        r"|nimm|lass|koch|kein)|so dass|danke|ok(?:ay)?|ja|gell|bitte)\b.*$|,\s*(?:du"
        r" (?:hast|vergisst|bringst)|sie kann|er kann|merk dir|vergiss|nicht vergessen"
        r"|denk dran).*$"
    ),
    reports=_re(
        r"\b(?:sagt\w*|meint\w*|erz\u00e4hlt\w*|fragt\w*|ruft?|rief|schrieb|schreibt"
        r"|fl\u00fcstert\w*|dachte|denkt|lied|zitat|spruch|motto"
        r"|sage)\b[^,;:]{0,30}[,:;"
        r"\u2013\u2014-]*\s*(?:und |aber )?$|\b(?:wenn|falls|sobald) (?:ich|du|er|sie)"
        r"[^,]{0,20}\b(?:sage?|bitte|sagt)\b"
    ),
    no_matter=_re(
        r"^(?:es|das|dies|ihn|sie|ihm|mich|uns|dich|alles|mir|dir|du|ich|den|die|der)$"
        r"|^(?:was|wie|wo|wer|das licht|die wand)\b"
    ),
)
