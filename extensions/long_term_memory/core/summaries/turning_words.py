"""Words by which a story turns, in English and German.

Owns: the words and phrases of each sign.
Knows nothing of: what they are worth, passages, chats.
"""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final, NamedTuple

from ..text.patterns import late


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
    phrases = late(rf"(?<!\w)(?:{'|'.join(rest)})(?!\w)") if rest else None
    return Sign(plain, phrases)


def _pattern(text: str) -> Sign:
    return Sign(frozenset(), late(text))


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
    "turn": _words(
        r"dropped out;dropping out;got (?:in|into|engaged|married|a place|accepted)"
        r";passed out;collapsed;was robbed;crash(?:ed)?;wrecked;sank;drowned;hanged"
        r";hangs;beheaded;burn(?:s|ed|t)? down;set fire;exploded;explodes;destroyed"
        r";collapse[sd]?;kidnap(?:s|ped)?;captured;imprisoned;locked up;locked in"
        r";deserted;defected;surrender(?:s|ed);attacked;ambush(?:ed)?;wounded;bitten"
        r";infected;cured;healed;resurrected;crowned;knighted;elected;appointed"
        r";promoted;suspended;evicted;eviction;retired;retire;graduated;enrolled"
        r";relapsed?;sober;rehab;overdose;miscarriage;twins;adopted;custody;funeral"
        r";grave;inherited;will leave;left (?:him|her|me|you|us|them|home|town)"
        r";ran away"
        r";walked out;split(?:ting)? up;breaking up;cheat(?:ed|ing);an affair;dating"
        r";going out;asked (?:her|him|me) out;first date;met someone;in love"
        r";love (?:you|him|her);lov(?:es|ed) (?:you|him|her|me);said yes"
        r";agreed to;refused;accepted the;turned (?:me|him|her|it|us|them) down"
        r";got (?:signed|fired|sacked|arrested|caught|hurt|shot|stabbed|dumped|evicted)"
        r";signed (?:the|a|my|with);lease;permanent;the contract;loan;mortgage;bankrupt"
        r";insured;warrant;trial;court;judge;sentence[sd];indicted;charged;verdict"
        r";testif(?:y|ies|ied);expos(?:e[sd]?);reveal(?:s|ed);unmask(?:s|ed)"
        r";recogni[sz](?:es|ed);disguised?;in disguise;impostor;changeling;undercover"
        r";real name;true name;true heir;under the name;turned out to be;is really"
        r";shot (?:him|her|me|dead);been shot;was shot;stabbed;strangled;poisoned"
        r";sacrificed?;gave (?:his|her) life;vanish(?:es);lost (?:his|her|my|the)"
        r";turned (?:in)?to stone;transformed;awoke;woke up from;cursed;broke the"
        r";opened the (?:gate|door|tomb|seal|box|vault);sealed;unsealed;summoned"
        r";banished"
        r";handed (?:over|me|him|her|in)"
        r";gave (?:me|him|her|you|us|them) (?:the|a|his|her)"
        r";set (?:sail|out|off);arriv(?:es|ed);reach(?:es|ed);landed in;docked"
        r";cross(?:es|ed) the;made it to;head(?:s|ed|ing) (?:for|to)"
        r";on (?:our|my) way to"
        r";launch(?:ed)?;premiere;opening night;came in (?:first|second|third|last)"
        r";burglary;break-in;stalk(?:s|ed|er|ing);restraining;harass(?:ed|ing)"
        r";concussion;sprain(?:ed)?;fractured?;stitches;biops(?:y|ies);scan;results"
        r";remission;seizure;panic attack;ambulance;emergency room;a&e;icu"
        r";gek\u00fcndet;exmatrikuliert;geschieden;scheidung;fehlgeburt;zwillinge"
        r";trocken"
        r";unfallflucht;verhaftet;festgenommen;angeklagt;verurteilt;gericht;richter"
        r";entf\u00fchrt;eingesperrt;befreit;gerettet;ertrunken;erstochen;vergiftet"
        r";verwandelt;versteinert;verflucht;erl\u00f6st;gekr\u00f6nt;verbannt;entlarvt"
        r";gest\u00e4ndnis;gestanden;enterbt;geerbt;erbschaft;testament;eigenbedarf"
        r";raus"
        r";geburt(?:en)?;entbunden;rehaklinik;reha;r\u00fcckfall;notaufnahme"
        r";ergebnis(?:se)?"
        r";aufgenommen;angekommen;aufgebrochen;abgereist;abgehauen;verloren;befristet"
        r";verschuldet;abgebrannt;eingebrochen;einbruch;gefeuert;entlassen"
        r";bef\u00f6rdert"
        r";rauswurf;abgebrochen;zur\u00fcckgekommen;ausgewandert;verliebt;kuss;betrogen"
    ),
    "role": _words(
        r"captain;engineer;doctor;nurse;midwife;teacher;baker;builder;lawyer;solicitor"
        r";mechanic;farmer;fisherman;sailor;ferryman;pilot;driver;soldier;sergeant"
        r";lieutenant;colonel;general;admiral;commander;detective;inspector;sheriff"
        r";constable;policeman;cop;guard;watchman;innkeeper;barkeep;bartender;smuggler"
        r";merchant;trader;smith;blacksmith;carpenter;apprentice;student;professor"
        r";scholar;librarian;archivist;scribe;painter;singer;drummer;actor;actress"
        r";dancer;writer;journalist;reporter;editor;chef;cook;waitress;waiter;vet"
        r";therapist;priest;priestess;monk;nun;abbess;abbot;bishop;witch;wizard;mage"
        r";sorcerer;sorceress;healer;alchemist;necromancer;warlock;druid;paladin;ranger"
        r";knight;squire;lord;lady;duke;duchess;count;countess;baron;baroness;earl"
        r";emperor;empress;steward;regent;mayor;alderman;senator;minister;ambassador"
        r";governor;chancellor;councillor;warden;keeper;guardian;hunter;assassin;bandit"
        r";pirate;gangster;mobster;dealer;accountant;clerk;secretary;manager;owner;owns"
        r";agent;android;robot;cyborg;vampire;werewolf;demon;dragon;ghost;elf;dwarf;orc"
        r";goblin;fairy;fae;god;goddess;oracle;prophet;widow;widower;orphan;bastard"
        r";stepfather;stepmother;stepsister;stepbrother;fianc\u00e9e?;ex-\w+;godfather"
        r";tutor;coach;trainer;leader;chief;queen;heir;heiress;prisoner;slave;servant"
        r";maid"
        r";butler;gardener;supervisor;intern;volunteer;barista;programmer;developer"
        r";kapit\u00e4n;ingenieur(?:in)?;hebamme;lehrer(?:in)?;b\u00e4cker(?:in)?"
        r";\u00e4rztin;anwalt;anw\u00e4ltin;kommissar(?:in)?;polizist(?:in)?"
        r";w\u00e4chter"
        r";soldat;hauptmann;herzog(?:in)?;graf;gr\u00e4fin;f\u00fcrst(?:in)?"
        r";prinz(?:essin)?"
        r";ritter;hexe;zauberer;magier(?:in)?;heiler(?:in)?;priester(?:in)?;m\u00f6nch"
        r";nonne"
        r";h\u00e4ndler(?:in)?;schmied;wirt(?:in)?;lehrling;azubi;student(?:in)?"
        r";kollege;kollegin;leiter(?:in)?;leitende;schreiner(?:in)?;tischler(?:in)?"
        r";pfleger(?:in)?;krankenschwester;vermieter(?:in)?;trainer(?:in)?;witwer?"
        r";waise;verlobte[rn]?;geist;drache;vampir;d\u00e4mon;g\u00f6ttin;dieb(?:in)?"
    ),
    "reveal": _words(
        r"secret(?:ly)?;truth;actually;in fact;turns out;turned out;all along"
        r";never told"
        r";haven'?t told;hadn'?t told;didn'?t tell;don'?t tell;confess\w*"
        r";admit(?:s|ted)?"
        r";own up;real(?:ly)? (?:is|was|are|were);because;that is why;that'?s why;cos"
        r";cause"
        r";the reason;means to;meant to;wants (?:the|to|his|her|my|you|me)"
        r";order(?:s|ed)"
        r";behind (?:it|this|the);who (?:did|killed|took|sent|hired|betrayed)"
        r";niemandem;geheimnis;wahrheit;in wirklichkeit;eigentlich;gestehe\w*;gelogen"
        r";verrate\w*;weil;deshalb;darum;wei\u00df niemand;noch niemandem"
        r";stellte sich heraus"
    ),
    "count": _words(
        r"two;three;four;five;six;seven;eight;nine;ten;eleven;twelve;thirteen;fourteen"
        r";fifteen;sixteen;seventeen;eighteen;nineteen;twenty;thirty;forty;fifty;sixty"
        r";seventy;eighty;ninety;hundreds?;thousands?;million;dozen;half;twice;second"
        r";third;twenty-\w+;zwei;drei;vier;f\u00fcnf;sechs;sieben;acht;neun;zehn;elf"
        r";zw\u00f6lf;zwanzig;drei\u00dfig;vierzig;hundert;tausend;halb(?:e[srn]?)?"
        r";zweite[rns]?"
    ),
    "place": _words(
        r"street;road;station;castle;keep;fortress;tower;temple;shrine;abbey;convent"
        r";monastery;cathedral;church;chapel;graveyard;cemetery;island;isle;harbou?r"
        r";port"
        r";docks?;marina;city;town;village;kingdom;country;coast;mountains?;forest"
        r";woods"
        r";cave;mine;tavern;inn;hotel;motel;hospital;clinic;prison;palace;market"
        r";library"
        r";academy;university;campus;office;warehouse;factory;garage;caf\u00e9;cafe;bar"
        r";restaurant;bakery;shop;studio;theatre;theater;airport;farm;barn;cabin"
        r";cottage"
        r";basement;cellar;attic;vault;north;south;east;west;planet;moon;colony;ship"
        r";boat"
        r";barge;train;van;stra\u00dfe;bahnhof;schloss;burg;festung;turm;tempel;kloster"
        r";kirche;kapelle;friedhof;insel;hafen;stadt;dorf;k\u00f6nigreich;k\u00fcste"
        r";wald"
        r";h\u00f6hle;hotel;klinik;klinikum;gef\u00e4ngnis;palast;markt;bibliothek"
        r";b\u00fcro"
        r";laden;werkstatt;theater;hof;keller;dachboden;schiff;boot"
    ),
    "scenery": _words(
        r"rain;wind;snow;mist;fog;smoke;steam;frost;dust;light;dark;darkness;shadows?"
        r";silence;quiet;silent;moonlight;sunlight;candle(?:s|light)?;lamp;lamps"
        r";flames?"
        r";embers;hearth;window;windows;ceiling;curtains?;sky;clouds?;stars;leaves"
        r";trees"
        r";waves;water;smell(?:s|ed)?;scent;perfume;sound;sounds;murmurs?;hum(?:s|med)?"
        r";creak(?:s|ed)?;flicker(?:s|ed)?;stutter(?:s|ed)?;drift(?:s|ed)?"
        r";curl(?:s|ed)?"
        r";glow(?:s|ed)?;gleam(?:s|ed)?;shimmer(?:s|ed)?;somewhere;distant;far off"
        r";outside"
        r";overhead;beneath;beyond;above;like (?:a|an|the|some\w+);as if;as though"
        r";colou?r of"
        r";the way (?:a|an|you|one);regen;wind;schnee;nebel;rauch;licht;dunkelheit"
        r";schatten"
        r";stille;mond;mondlicht;kerze[n]?;fenster;himmel;wolken;sterne;bl\u00e4tter"
        r";irgendwo"
        r";wie (?:ein|eine|einen|einem|einer);als ob;drau\u00dfen;geruch;duft;leise"
        r";still"
    ),
    "gesture": _words(
        r"eyes?;eyebrows?;brow;gaze;glances?;glanced;looks?;looked;stares?;stared"
        r";smiles?"
        r";smiled;smiling;grins?;grinned;grinning;laughs?;laughed;laughter;chuckles?"
        r";chuckled;sighs?;sighed;nods?;nodded;shrugs?;shrugged;frowns?;frowned;blinks?"
        r";blinked;winks?;breath;breathes;breathed;exhales?;inhales?;whispers?"
        r";whispered"
        r";murmured;lips?;mouth;cheeks?;jaw;chin;throat;hair;face;faces;forehead"
        r";shoulders?"
        r";fingers?;fingertips;thumb;palm;hands?;arms;lap;knees;feet;heart;voice;tone"
        r";softly;slowly;quietly;gently;carefully;silently;leans?;leaned;leaning;tilts?"
        r";tilted;steps?;stepped;turns?;turned;reaches;sits?;sat;stands?;stood;kneels?"
        r";shivers?;shivered;trembles?;trembling;swallows?;pauses?;paused;hesitates?"
        r";waits?"
        r";watch(?:es|ed|ing);for a (?:moment|while|long time);after a (?:moment|while)"
        r";a moment;the corner of;augen;blick;l\u00e4chelt;l\u00e4chelte;grinst;lacht"
        r";lachte"
        r";seufzt;nickt;zuckt;stimme;lippen;gesicht;finger;hand;h\u00e4nde;schulter"
        r";haar"
        r";langsam;vorsichtig;sanft;einen moment;schaut;schaute;blickt;sieht an;lehnt"
    ),
    "chatter": _words(
        r"lol;haha+;hehe;lmao;omg;wow;thanks;thank you;ta;sorry;please;welcome;hello"
        r";hey;hi"
        r";bye;night;good night;goodnight;good morning;sleep well;take care;well done"
        r";congrat\w*;glad;so glad;proud;wonderful;lovely;great;amazing;awesome"
        r";brilliant"
        r";sounds;of course;no worries;i know;i see;i think;i hope;i guess;i bet;i mean"
        r";i suppose;maybe;perhaps;probably;let me;let'?s;shall we;tell me;noted;fair"
        r";that'?s;that is;that was;that must;there'?s;it'?s;it is;isn'?t;danke;bitte"
        r";hallo;tsch\u00fcss;gute nacht;guten morgen;sch\u00f6n;sch\u00f6nes;toll"
        r";super;klar"
        r";na klar;nat\u00fcrlich;tut mir;ich freue;ich glaube;ich hoffe;vielleicht"
        r";genau"
        r";stimmt;das ist;das war;das klingt;erz\u00e4hl;weather;soup;tea;coffee;dinner"
        r";lunch"
        r";breakfast;snack;wetter;suppe;tee;kaffee;abendessen;fr\u00fchst\u00fcck"
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
        r""
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
    "promised": _words(
        r"i promise;i swear;i vow;i give you my word;you have my word;my word on it"
        r";promised (?:me|you|him|her|us|them|to|i|that|my|myself);i owe;owes me"
        r";owe you"
        r";swore (?:to|on|that|i|he|she|an)"
        r";kept (?:my|your|his|her|our|the) (?:word|promise|oath)"
        r";i'?ll never;never again;shook on;we have a deal;have a bargain;i will not"
        r";verspreche;versprochen;schw\u00f6re;geschworen;wort gehalten;ich schulde"
    ),
    "self": _words(r"i;i'?m;i'?ve;i'?d;im;ive;my;me;mine;ich;mein(?:e|en|em|er)?;mir"),
    "you": _words(r"you;your;you'?re;yours;u;ur;du;dich;dir;dein(?:e|en|em|er)?"),
}
"""Signs of what a story turns on, by kind."""
