"""What a fact bears on, and what a message needs to know: kinds and occasions.

Owns: the words that name a kind of fact or an occasion for one, and what of a fact they
are held against.
Knows nothing of: chats, scores, which facts still hold.

"What pets do I have?" names a kind; "cook me something nice" names none, yet an allergy
bears on it. Kinds are the categories of facts; occasions are what people do, at which a
ban, a fear, an illness or a liking matters. Both are bits of one number, so that those
of a hundred thousand messages are compared at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..text.patterns import late
from .facts import Category, Fact

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "eating": (
            "eat(?:s|ing|en)?|ate|food|cook(?:s|ed|ing)?|bak(?:e|es|ed|ing)|dinner|"
            "lunch|breakfast|supper|snacks?|hungry|starving|meals?|menu|restaurant|"
            "recipes?|dish(?:es)?|dessert|cakes?|biscuits?|cookies?|pie|bread|sweets?|"
            "stew|soup|curry|pasta|pizza|salad|meat|beef|pork|chicken|lamb|fish|"
            "seafood|oysters?|mussels?|crabs?|shrimps?|prawns?|krill|fritters?|cheese|milk|cream|butter|eggs?|"
            "nuts?|peanuts?|cashews?|almonds?|hazelnuts?|fruits?|kiwi|berr(?:y|ies)|"
            "strawberr(?:y|ies)|honey|sugar|chocolate|soy(?:a)?|miso|gluten|wheat|lentils?|"
            "korma|sushi|noodles|rice|puddings?|crumbles?|tarts?|syllabub|feast|"
            "rations?|takeaway|buffet|"
            "dairy|lactose|vegan|vegetarian|coeliac|celiac|picnic|barbecue|burgers?|"
            "ice cream|order(?:ing)? (?:in|for)|tasting|portion|kitchen|"
            "ginger|garlic|onions?|tomato(?:es)?|mushrooms?|sesame|celery|mustard|"
            "essen|kochen?|backen?|hunger|hungrig|rezept|frühstück|abendessen|"
            "mittagessen|kuchen|kekse?|fleisch|fisch|käse|nüsse?|erdnüsse?|vegetarisch|"
            "吃|饭|飯|菜|煮|烤|饿|餓|点心|點心|蛋糕|花生|坚果|海鲜|海鮮|肉|鱼|魚|奶"
        ),
        "drinking": (
            "drink(?:s|ing)?|drank|drunk|bar|pub|beers?|wine|whisky|whiskey|rum|gin|"
            "vodka|martinis?|cocktails?|champagne|sherry|alcohol(?:ic)?|sober|toast|"
            "coffees?|tea|caffeine|espresso|thirsty|cheers|pour(?:ing)?|"
            "trinken?|trinkt|bier|wein|kaffee|tee|alkohol|nüchtern|durst|"
            "喝|酒|咖啡|茶|渴"
        ),
        "exertion": (
            "carry(?:ing)?|lift(?:s|ing)?|haul(?:ing)?|heavy|climb(?:s|ing)?|hik(?:e|es|"
            "ing)|run(?:s|ning)?|sprints?|jog(?:ging)?|gym|stairs?|sport[sy]?|workout|"
            "exercis(?:e|es|ing)|train(?:ing)? for|fit|marathon|danc(?:e|es|ing)|yoga|"
            "cycl(?:e|ing)|knees?|back|wrist|ankle|shoulder|leg|legs|spine|achilles|"
            "pallets?|crates?|boxed|unload(?:ing)?|furniture|shovel(?:l?ing)?|"
            "push(?:ing)?|(?:shift|move) (?:it|them|the|all)|"
            "tragen|heben|schwer|klettern|laufen|rennen|treppen?|wandern|tanzen|"
            "knie|rücken|"
            "搬|抬|跑|爬|跳舞|运动|運動|健身|膝|背"
        ),
        "medicine": (
            "pharmacy|chemist|pills?|tablets?|painkillers?|medicines?|medication|"
            "ibuprofen|aspirin|penicillin|antibiotics?|doctor|nurse|hospital|"
            "headache|migraine|cough(?:s|ing)?|breathe|asthma|inhaler|dizzy|hurts?|"
            "ache|pain|sick|fever|epipen|insulin|diabet(?:es|ic)|bleed(?:s|ing)?|blood|"
            "needles?|injections?|jabs?|vaccin\\w+|ow|splitting|"
            "apotheke|tabletten?|arzt|ärztin|krankenhaus|kopfschmerzen|schmerzen|fieber|"
            "husten|药|藥|医生|醫生|医院|醫院|头疼|頭疼|疼|发烧|發燒|咳"
        ),
        "water": (
            "swim(?:s|ming)?|swam|pool|sea|ocean|beach|lake|river|boats?|ferry|cruise|pedalo|"
            "sail(?:s|ing)?|div(?:e|es|ing)|waves?|drown(?:s|ed|ing)?|"
            "schwimmen?|meer|see|strand|boot|fähre|schiff|tauchen|"
            "游泳|海|湖|船|潜水|潛水|泳池"
        ),
        "height": (
            "heights?|ladders?|rungs?|roofs?|bridges?|towers?|cliffs?|gorge|balcony|floor|"
            "stor(?:e)?y|"
            "elevators?|(?:in|took|take|by) (?:a|the) lift|the lift|"
            "höhe|leiter|dach|brücke|turm|aufzug|fahrstuhl|"
            "高|梯|屋顶|屋頂|桥|橋|塔|电梯|電梯"
        ),
        "darkness": (
            "dark(?:ness)?|cellars?|basement|tunnels?|caves?|underground|closet|"
            "enclosed|tight spaces?|claustrophobi\\w+|elevators?|thunder|storm|"
            "blackout|goes? black|"
            "(?:bulb|lights?|lamp)s? (?:pops?|popped|off|out|goes|went)|"
            "dunkel(?:heit)?|keller|höhle|gewitter|黑|地下|洞|雷"
        ),
        "flying": (
            "fly(?:ing)?|flights?|planes?|airport|airplane|aeroplane|tickets?|"
            "fliegen|flug|flugzeug|flughafen|飞机|飛機|航班|机场|機場"
        ),
        "animals": (
            "dogs?|pupp(?:y|ies)|cats?|kittens?|spiders?|snakes?|moths?|insects?|bees?|"
            "wasps?|birds?|horses?|mice|mouse|rats?|fur|paws?|wings|terriers?|poodles?|"
            "bark(?:s|ing)?|(?:mind|walk|feed) (?:my|his|her|your|our|their) \\w+|"
            "(?:dog|cat|pet)-?sit(?:ting)?|"
            "hund(?:en?)?|katzen?|spinnen?|schlangen?|vögeln?|pferde?n?|"
            "狗|猫|貓|蜘蛛|蛇|虫|蟲|鸟|鳥|马|馬|老鼠"
        ),
        "gift": (
            "gifts?|presents?|birthday|anniversary|christmas|surprise (?:him|her|me|"
            "them|you)|wrap(?:ped|ping)|"
            "geschenke?|geburtstag|weihnachten|schenken?|礼物|禮物|生日|送"
        ),
        "sun": (
            "sun|sunny|sunshine|sunburn(?:t|ed)?|sunscreen|sunbath(?:e|ing)|heat|"
            "beach|redhead|"
            "sonne|sonnenbrand|hitze|strand|太阳|太陽|晒|曬|沙滩|沙灘"
        ),
        "money": (
            "money|buy(?:ing)?|prices?|cost(?:s|ly)?|expensive|afford|loans?|debts?|"
            "budget|broke|skint|quid|rent|savings?|restaurant|(?:book|treat) us|"
            "geld|kaufen|teuer|schulden|sparen|钱|錢|买|買|贵|貴|省钱"
        ),
        "driving": (
            "driv(?:e|es|ing)|drove|licen[cs]e|motorway|behind the wheel|hire car|"
            "(?:rent|hire|borrow|take) (?:a|the|your) car|(?:get|getting) there|"
            "fahren|auto|führerschein|开车|開車|驾照|駕照"
        ),
        "sleep": (
            "sleep(?:s|ing)?|slept|asleep|awake|insomnia|overnight|night shifts?|naps?|"
            "tired|flagging|nightmares?|midnight|alarms?|a\\.?m\\.?|in the morning|"
            "schlaf(?:en)?|wach|müde|nachtschicht|睡|失眠|醒|夜班|困"
        ),
        "company": (
            "crowds?|crowded|part(?:y|ies)|concerts?|on stage|speech|strangers|noise|"
            "loud|clowns?|entertainers?|circus|guests?|guest list|"
            "menschenmengen?|feier|party|lärm|人多|聚会|聚會|派对|派對|吵"
        ),
        "senses": (
            "colou?rs?|colou?r-?blind|deaf|hear(?:ing)?|ears?|glasses|lamps?|"
            "red and green|left-?hand(?:ed)?|left hand|scissors|"
            "farben?|farbenblind|taub|hören|ohr|brille|linkshänder|颜色|顏色|色盲|聋|耳"
        ),
    }
)
"""What people do or meet, and the words of it."""

_KINDS: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.PET: (
            "pets?|dogs?|cats?|pupp(?:y|ies)|kittens?|haustiere?|hunde?|katzen?|"
            "宠物|寵物|狗|猫|貓"
        ),
        Category.FAMILY: (
            "famil(?:y|ies)|parents?|mothers?|mum|mom|fathers?|dad|sisters?|brothers?|"
            "siblings?|sons?|daughters?|kids?|child(?:ren)?|cousins?|aunt|uncle|"
            "grand(?:ma|pa|mother|father|parents?)|gran|niece|nephew|"
            "familie|eltern|mutter|vater|schwester|bruder|kinder?|sohn|tochter|oma|opa|"
            "家人|父母|妈|媽|爸|姐|妹|哥|弟|孩子|儿子|兒子|女儿|女兒"
        ),
        Category.RELATIONSHIP: (
            "husband|wife|partner|boyfriend|girlfriend|married|marri(?:age|ed)|dating|"
            "relationship|friends?|colleagues?|neighbou?rs?|ex|"
            "ehemann|ehefrau|freund(?:in|e)?|verheiratet|nachbar(?:in)?|"
            "丈夫|妻子|老公|老婆|男朋友|女朋友|朋友|邻居|鄰居|同事"
        ),
        Category.WORK: (
            "job|work(?:s|ed|ing)?|career|profession|trade|(?:for a|my|his|her|your) "
            "living|employer|boss|office|company|what (?:do|does) (?:\\w+ ){1,3}do|"
            "beruf|arbeit(?:et|est|e)?|chef(?:in)?|firma|工作|职业|職業|老板|老闆|公司"
        ),
        Category.PLACE: (
            "where (?:do|does|did|am|are|was|is) (?:\\w+ ){1,3}(?:live|living|from|"
            "born|grow up|move|stay(?:ing)?)|where (?:\\w+ ){1,3}"
            "(?:live[sd]?|born|moved)|"
            "home ?town|address|which (?:town|city|country|street)|"
            "wo (?:wohn\\w*|leb\\w*)|heimat\\w*|住哪|住在|哪里人|哪裡人|老家"
        ),
        Category.HEALTH: (
            "allerg(?:y|ic|ies)|illness|disease|condition|health|diet|afraid|scared|"
            "fears?|phobia|allergi\\w*|krank\\w*|angst|过敏|過敏|病|健康|怕"
        ),
        Category.PREFERENCE: (
            "likes?|loves?|enjoys?|hates?|dislikes?|prefers?|fav(?:ou?)?rites?|hobb(?:y|"
            "ies)|interests?|activities|passionate|destress|relax|"
            "mag(?:st)?|liebt|liebling\\w*|hobbys?|喜欢|喜歡|爱好|愛好|最爱|最愛|讨厌|討厭"
        ),
        Category.POSSESSION: (
            "own(?:s|ed)?|belongings?|bought|items?|collect(?:s|ion)?|"
            "besitz\\w*|gehört|gekauft|拥有|擁有|买了|買了|收藏"
        ),
        Category.DATE: (
            "birthdays?|anniversar(?:y|ies)|how old|age|geburtstag|wie alt|jahrestag|"
            "生日|几岁|幾歲|纪念日|紀念日"
        ),
        Category.PROMISE: (
            "promis(?:e|ed|es)|swor(?:e|n)|gave (?:\\w+ ){1,2}word|vow(?:ed)?|"
            "versprochen|versprech\\w*|答应|答應|保证|保證"
        ),
        Category.PLAN: (
            "plans?|planning|going to|intend(?:s|ed)?|hop(?:es|ing) to|want(?:s|ed)? "
            "to|pläne?|plant|vor(?:haben|hast)|打算|计划|計劃"
        ),
        Category.PERSONAL: (
            "hobb(?:y|ies)|habits?|skills?|instruments?|languages?|stud(?:y|ies|ied)|"
            "activities|can (?:you|i|he|she) play|play(?:s)?|identity|religion|"
            "spielt|sprachen?|studier\\w*|hobbys?|会不会|會不會|乐器|樂器|语言|語言"
        ),
    }
)
"""Words that ask for a kind of fact."""

OF_KIND: Final[Mapping[Category, int]] = MappingProxyType(
    {one: 1 << at for at, one in enumerate(Category)}
)
"""The bit of each category."""

LIMIT: Final = 1 << 31
"""The bit of what tells what somebody cannot have, do or face; see `limits`."""

_EVERY_KIND: Final = np.uint32((1 << len(Category)) - 1)
_OCCASION: Final = {one: 1 << len(Category) + at for at, one in enumerate(_WORDS)}

# Which kinds of facts matter at an occasion that nobody named them for.
_MATTERS: Final = (
    OF_KIND[Category.HEALTH] | OF_KIND[Category.PREFERENCE] | OF_KIND[Category.PERSONAL]
)
BODY: Final = _OCCASION["exertion"] | _OCCASION["medicine"]
"""Where what ails a body matters."""
TASTE: Final = f"{_WORDS['eating']}|{_WORDS['drinking']}"
"""Words of what is eaten and drunk."""
_EATEN: Final = _OCCASION["eating"] | _OCCASION["drinking"]
_BEYOND: Final = late(r"^(?:allergy|eats|diet)\b")


def _any_of(words: Mapping[str, str]) -> re.Pattern[str]:
    return late(
        "|".join(
            rf"(?P<{name}>(?<![^\W\u3040-\u9fff])(?:{of})(?![^\W\u3040-\u9fff]))"
            for name, of in words.items()
        ),
    )


_OF_OCCASIONS: Final = {one: _any_of({one: of}) for one, of in _WORDS.items()}
_OF_KINDS: Final = {one: _any_of({one.value: of}) for one, of in _KINDS.items()}


def bearing_of(facts: Iterable[Fact]) -> int:
    """Return what the facts of a message bear on, as bits; 0 without a fact."""
    found = 0
    for fact in facts:
        found |= bearing(fact.category, fact.slot, fact.text)
    return found


def bearing(category: Category, slot: str, text: str) -> int:
    """Return the bits of a fact's kind and of the occasions on which it matters.

    Args:
        category: Its kind.
        slot: What of its subject it tells.
        text: It as a line.
    """
    kind = OF_KIND[category]
    if not kind & _MATTERS:
        return kind
    found = kind | occasions_of(text.lower())
    if _BEYOND.match(slot):
        found |= _EATEN
    if category is Category.HEALTH:
        found |= BODY | LIMIT
    if category is Category.PREFERENCE:
        found |= _OCCASION["gift"]
    return found


def is_limit(bearings: NDArray[Any]) -> NDArray[np.bool_]:
    """Say of which messages somebody is limited in what they can have, do or face."""
    limits: NDArray[np.bool_] = bearings & np.uint32(LIMIT) != 0
    return limits


def is_occasion(bearings: NDArray[Any]) -> NDArray[np.bool_]:
    """Say in which bits there is an occasion."""
    occasions: NDArray[np.bool_] = bearings & ~(_EVERY_KIND | np.uint32(LIMIT)) != 0
    return occasions


def without_kinds(bearings: NDArray[Any], kinds: NDArray[Any]) -> NDArray[Any]:
    """Return bearings without those of some kinds of facts.

    Occasions go with the last kind, and a limit with what it may be of: nobody knows
    of which of them they were.

    Args:
        bearings: Of messages.
        kinds: Of each, the kinds that no longer count.
    """
    left: NDArray[Any] = bearings & ~kinds
    left[kinds & _MATTERS != 0] &= np.uint32(~LIMIT & 0xFFFFFFFF)
    left[(left & _EVERY_KIND == 0) & (kinds != 0)] = 0
    return left


def asked_bearing(text: str) -> int:
    """Return the kinds and occasions that a message names, as bits.

    Args:
        text: What is said or asked.
    """
    text = text.lower()
    found = occasions_of(text)
    for kind, pattern in _OF_KINDS.items():
        if pattern.search(text):
            found |= OF_KIND[kind]
    return found


def occasions_of(text: str) -> int:
    """Return the occasions that a text in small letters names, as bits."""
    found = 0
    for name, pattern in _OF_OCCASIONS.items():
        if pattern.search(text):
            found |= _OCCASION[name]
    return found
