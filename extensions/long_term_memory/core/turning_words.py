"""Words by which a story turns, in English and German.

Owns: the words and phrases of each sign.
Knows nothing of: what they are worth, passages, chats.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final, NamedTuple


class Sign(NamedTuple):
    """Words and phrases that are a sign; plain words are looked up, for it is fast."""

    words: frozenset[str]
    phrases: re.Pattern[str] | None

    def seen(self, text: str, words: Set[str]) -> bool:
        """Say whether a sign stands in a text, all of it in small letters.

        Args:
            text: With straight apostrophes.
            words: Its words.
        """
        if not self.words.isdisjoint(words):
            return True
        return self.phrases is not None and self.phrases.search(text) is not None


def _words(text: str) -> Sign:
    parts = text.split(";")
    plain = frozenset(one for one in parts if one.isalpha())
    rest = [one for one in parts if one not in plain]
    phrases = re.compile(rf"(?<!\w)(?:{'|'.join(rest)})(?!\w)") if rest else None
    return Sign(plain, phrases)


def _pattern(text: str) -> Sign:
    return Sign(frozenset(), re.compile(text))


SIGNS: Final = {
    "event": _words(
        r"died;dies;dead;death;passed away;went yesterday"
        r";put (?:him|her|it) (?:to sleep|down);kill(?:s|ed);murder(?:s|ed|er)"
        r";broke up;dumped;married;marry;wedding;engaged;divorced?;proposed;pregnant"
        r";baby;girlfriend;boyfriend;moved? (?:in|out|to);moving (?:in|out|to)"
        r";new place;got (?:it|the job|a job|the part);full[- ]time;hired"
        r";quit(?:ting)?;fired;laid off;binned;redundant;last shift;last day"
        r";struck (?:off|from);expelled;betray(?:s|ed|al);traitor;stole(?:n)?;fled"
        r";escaped;arrested;heart attack;stroke;tumou?r;cancer;surgery;diagnosed"
        r";bypass;accident;paid;pay(?:ing)? (?:it |him |her )?(?:off|back);sold"
        r";selling;foster(?:ing|ed)?;adopt(?:ed|ing)?;allerg(?:y|ic);kissed"
        r";forg(?:ave|iven|ive you);confess(?:ed|es);lied;shut the door;swapped"
        r";signed up;won;failed;passed (?:the|my|it);burnt? down;born;birth"
        r";pawn(?:ed)?;the truth;secret;poison(?:ed)?;missing;vanished;disappeared"
        r";gone to;is gone;has gone;went home;is home;came back;is back"
        r";can (?:\w+ )?swim;learn(?:ed|t) to;gestorben;starb;tot"
        r";eingeschl\u00e4fert;beerdigung;umzug;zusage;absage;k\u00fcndigung"
        r";trennung;schluss gemacht;hochzeit;schwanger;diagnose;befund;operation"
        r";unfall;f\u00fchrerschein;vertrag;unterschrieben;kaution;schulden"
        r";abbezahlt;\u00fcberwiesen;zur\u00fcckgezahlt;probezeit;ausgezogen"
        r";einziehen;ausziehen;umziehen;adoptiert;tierheim;weggelaufen;gewonnen"
        r";abgesagt;zugesagt;eingestellt;gekauft;verletzt;gebrochen;angenommen"
        r";bewerbung;gek\u00fcndigt;umgezogen;zieh\w* um;eingezogen;geheiratet"
        r";verlobt;getrennt;bezahlt;verraten;gestohlen;verkauft;gefl\u00fcchtet"
        r";geflohen;gek\u00fcsst;geboren;die stelle;den job;bestanden;durchgefallen"
        r";operiert;herzinfarkt;allergisch;verschwunden;zusammen(?:gezogen)?;belogen"
        r";verziehen;erschossen;ermordet;verbrannt"
    ),
    "plot": _words(
        r"murders?;murderer;corpse;body;gun;shot;shoots?;stab(?:s|bed);knife;blood"
        r";case;client;witness;alibi;blackmail(?:s|ed)?;evidence;suspect;framed;jail"
        r";prison;prisoner;captive;ransom;curse;cursed;spell;heir;throne;king;queen"
        r";prince;princess;prophecy;treaty;alliance;exiled?;banished;traitor;spy"
        r";enemy;war;battle;slain;poison;antidote;key;map;letter;ring;medallion"
        r";amulet;password;stolen;thief;deal;bargain;truth;proof;plan;father;mother"
        r";brother;sister;daughter;son;leiche;m\u00f6rder;waffe;zeuge;beweis"
        r";gefangen;fluch;erbe;k\u00f6nig;k\u00f6nigin;verr\u00e4ter;spion;krieg"
        r";schl\u00fcssel;karte;brief;wahrheit"
    ),
    "change": _words(
        r"met;moved;lost;loses;broke;broken;breaks;shatter(?:s|ed);split;bought"
        r";accepted;offered;start(?:s|ed);finish(?:es|ed);ended;left;leaves"
        r";return(?:s|ed);found;finds;discover(?:s|ed);cancel(?:led|ed);struck;freed"
        r";saved;rescued;turned out;turns out;became;becomes;learn(?:ed|t);gave"
        r";taken;took;burned;knif\w+;knife;traded?;sent;hid(?:den)?;kept;swore"
        r";verloren;gefunden;gekauft;bekommen;angefangen;aufgeh\u00f6rt;zerbrochen"
        r";gewonnen;geschenkt;kennengelernt"
    ),
    "promise": _words(
        r"promis(?:e|es|ed|ing);swears?;swore;sworn;vow(?:s|ed)?;oath;my word;owes?"
        r";owed;debt;honou?r;never again;verspr(?:icht|ech\w*|ochen);versprach"
        r";schw\u00f6r\w*;geschworen;schulde\w*;ehrenwort"
    ),
    "kin": _words(
        r"sisters?;brothers?;mums?;moms?;mother;dads?;father;nans?"
        r";gran(?:ny|dma|dpa|dmother|dfather)?;son;daughter;kids?;wife;husband"
        r";girlfriend;boyfriend;ex;uncle;aunt;cousin;(?:best )?friend;boss;flatmate"
        r";roommate;housemate;neighbou?r;landlord;landlady;mentor;partner;colleague"
        r";coworker;parents;niece;nephew;twins?;dog;cat;puppy;kitten;schwester"
        r";bruder;mutter;mama;vater;papa;oma;opa;sohn;tochter;frau;mann"
        r";freund(?:in)?;chef(?:in)?;nachbar(?:in)?;mitbewohner(?:in)?;hund;katze"
        r";kater;tante;onkel"
    ),
    "work": _words(
        r"job;work(?:s|ing)?;shifts?;school;college;uni(?:versity)?;exam;interview"
        r";thesis;degree;studio;flat;apartment;house;live;living;lives;rent;lease"
        r";arbeit(?:e|et)?;schule;pr\u00fcfung;wohnung;wohne;haus;miete;stelle"
    ),
    "body": _words(
        r"allerg(?:y|ic);intolerant;can'?t (?:eat|have|drink|do|stand|sleep|swim)"
        r";doctor;hospital;physio;vet;ill;sick;injur\w+;knee;arm;pregnan\w+;meds"
        r";medication;surgery;operation;bypass;heart attack;tumou?r;cancer;asthma"
        r";vegetarian;vegan;diabet\w+;migraines?;allerg\w+;arzt;\u00e4rztin"
        r";krankenhaus;krank;vertrage;wound(?:s|ed)?;scar(?:s|red)?"
    ),
    "liking": _words(
        r"hates?;love;loves;favou?rite;prefer;scared of;afraid of;terrified;phobia"
        r";can'?t stand;don'?t (?:like|eat|drink);never (?:eat|drink|had|been)"
        r";always;hasse;liebe;lieblings\w+;angst;mag"
    ),
    "date": _words(
        r"yesterday;tomorrow;tonight;last (?:night|week|month|year|summer|winter)"
        r";next (?:week|month|year|\w+day)"
        r";(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
        r";january|february|march|april|june|july|august|september|october|november|december"
        r";\d+(?:st|nd|rd|th);midwinter;christmas;easter;birthday;spring;summer"
        r";autumn;winter;gestern;morgen;montag;dienstag;mittwoch;donnerstag;freitag"
        r";samstag;sonntag;januar;februar;m\u00e4rz;mai;juni;juli;oktober;dezember"
        r";geburtstag;weihnachten"
    ),
    "money": _pattern(
        r"[\u00a3$\u20ac]|\b(?:quid|bucks|euros?|dollars?|pounds?|silver|gold|coins?"
        r"|crowns?|debt|k a month)\b"
    ),
    "number": _pattern(r"\d"),
    "first": _words(
        r"first;finally;at last;for good;officially;no longer;any ?more"
        r";not \w+ any ?more;never;once;used to;until;instead;erste[rns]?;endlich"
        r";nicht mehr;nie"
    ),
    "plan": _words(
        r"going to;gonna;i'?ll;we'?ll;want to;wanna;plan(?:s|ning)?;hoping"
        r";thinking of;decided;deciding;werde;will;wollen;m\u00f6chte"
    ),
    "naming": _words(
        r"called;named?;names?;surname;her name;his name;name'?s;nickname;code"
        r";password;hei\u00dft;hei\u00dfe;namens;genannt;nennt"
    ),
    "because": _words(
        r"because;cos;coz;'cause;that'?s why;since;secret(?:ly)?;truth;lied"
        r";real(?:ly)? (?:is|was);who(?:se)?;weil;deshalb;geheimnis;gelogen;wahrheit"
    ),
    "self": _words(r"i;i'?m;i'?ve;i'?d;im;ive;my;me;mine;ich;mein(?:e|en|em|er)?;mir"),
    "you": _words(r"you;your;you'?re;yours;u;ur;du;dich;dir;dein(?:e|en|em|er)?"),
}
"""Signs of what a story turns on, by kind."""
