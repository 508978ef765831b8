"""Languages, as far as the words of a query need them: little words and endings.

Owns: telling a text's language by its little words, the forms of a word.
Knows nothing of: terms, postings, scripts without spaces.

What was said is indexed as it is, in any language. Only a query is read in its own: its
little words go, and a word is also looked for in its other forms, so that "Katze" finds
"Katzen". So nothing that is stored depends on a language being told right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

ENGLISH: Final = "en"

_STOP: Final = {
    "en": """
    a an the and or but if then than so of to in on at by for with from about as
    into is are was were be been being am do does did done have has had having i you
    he she it we they me him her us them my your his its our their this that these
    those what which who whom whose when where why how can could will would shall
    should may might must not no nor just also too very there here up down out over
    again s t re ve ll d m don didn doesn isn wasn aren weren
    """,
    "de": """
    aber alle als also am an auch auf aus bei bin bis bist da dann das dass dem den
    denn der des dich die dir doch dort du durch ein eine einem einen einer eines er
    es euch fur habe haben hast hat hatte hatten hier ich ihm ihn ihr ihre ihren im
    in ist ja jetzt kann kein keine mein meine meinem meinen meiner mich mir mit
    nach nicht noch nur ob oder ohne schon sehr sein seine seinem seinen sich sie
    sind so uber um und uns unser unsere unter vom von vor wann war waren warum was
    weil welche welcher wenn wer werden wie wieder wir wird wo worden wurde zu zum
    zur dein deine deinem deinen deiner
    """,
    "fr": """
    ai aie au aussi aux avait avec avez avons c ce ces cet cette comme comment d
    dans de des du elle elles en es est et etait ete etes eu il ils j je l la le les
    leur leurs lui m ma mais me meme mes moi mon n ne nos notre nous on ont ou par
    pas plus pour pourquoi qu quand que quel quelle quels quelles qui s sa sans se
    ses son sont suis sur t ta te tes toi ton tu un une vos votre vous y
    """,
    "es": """
    a al como con cual cuando de del donde e el ella ellas ellos en era eran eres es
    esa ese eso esta estaba estan estas este esto estoy fue ha hace han has hay he
    la las le les lo los mas me mi mis muy no nos nosotros o para pero por porque
    que quien se ser si sin sobre son soy su sus tambien te tengo ti tiene tienes tu
    tus un una unas uno unos y ya yo
    """,
    "it": """
    a ad ai al alla alle anche c che chi ci come con cosa da dal dalla del della
    delle di do dove e era erano gli ha hai hanno ho i il in io l la le lei lo loro
    lui ma mi mia mie miei mio ne nel nella non o per perche piu quale quando quella
    quello questa questo se sei si siamo sono sua sue suo suoi su sul sulla ti tra
    tu tua tue tuo tuoi un una uno
    """,
    "pt": """
    a ao aos as com como da das de do dos e ela elas ele eles em era essa esse esta
    estao estava este eu foi ha isso isto ja lhe mais mas me meu meus minha minhas
    muito na nao nas no nos nossa nosso o onde os ou para pela pelo por porque quais
    qual quando que quem se sem ser seu seus sua suas tambem te tem tenho teu tu tua
    um uma voce voces
    """,
    "nl": """
    aan al als bij dan dat de der deze die dit een en er ge geen had heb hebben
    heeft het hij hoe ik in is je jij kan maar me met mij mijn naar niet nog nu of
    om ook op over te tot u uit van voor waar wanneer waren was wat we wel wie wij
    ze zich zijn zo
    """,
    "ru": """
    а без бы был была были было быть в вам вас весь во вот вы где да для до его ее
    если есть еще же за и из или им их к как какая какие какой когда кто ли меня мне
    мной мои мой моя мы на над нас наш не нет ни но ну о об он она они оно от по под
    при с со свой себя так там твой твоя тебе тебя то тоже тот ты у уже что чтобы
    эта эти это я мою твою
    """,  # noqa: RUF001
}
_LANGUAGES: Final = {name: frozenset(words.split()) for name, words in _STOP.items()}
_LITTLE: Final = {
    word: tuple(name for name, words in _LANGUAGES.items() if word in words)
    for words in _LANGUAGES.values()
    for word in words
}
"""Of each little word, the languages that have it."""

_ENDINGS: Final = {
    name: tuple(sorted(endings.split(), key=len, reverse=True))
    for name, endings in {
        "de": "e em en er ern es n s",
        "nl": "e en eren s",
        "fr": "e es s x",
        "es": "a as e es o os s",
        "pt": "a as e es o os s",
        "it": "a e he hi i o",
        "ru": """а ам ами ат ах ая е его ее ей ем ему ет ешь и ие ии ий им ими ит их ию
        ия иях й л ла ли ло о ов ого ое ой ом ому у ут ую ы ые ый ым ыми ых ь ю ют юю я
        ям ями ят ях яя""",  # noqa: RUF001
    }.items()
}
"""What nouns, adjectives and some verbs end in, the longest first."""

_UNSPACED: Final = re.compile(
    # Chinese, Japanese, Korean, Thai: what asks, and what only ends a sentence.
    "(?:为|為)?(?:什么|什麼|甚麼)|怎么|怎麼|哪[里裡儿個个]|[吗嗎呢吧了的是我你]|"
    "ですか|でしょうか|でした|です|ますか|ました|ます|なに|何|どこ|いつ|だれ|誰|どう|なぜ|"
    "무엇|뭐|어디|언제|누구|왜|어떻게|인가요|입니다|이에요|예요|이야|"
    "อะไร|ที่ไหน|ไหน|ใคร|เมื่อไร|เมื่อไหร่|ทำไม|อย่างไร|หรือเปล่า|ไหม|ของ|ฉัน|คุณ|ครับ|ค่ะ|คะ"
)
_LEAST: Final = 3
"""So many letters of a word stay."""


def language_of(words: Iterable[str]) -> str:
    """Tell a language by its little words; English where nothing else is likelier.

    Args:
        words: In lower case, without accents.
    """
    counts: dict[str, int] = {}
    for word in words:
        for name in _LITTLE.get(word, ()):
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        return ENGLISH
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] > counts.get(ENGLISH, 0) else ENGLISH


def without_little_parts(text: str) -> str:
    """Take out what tells nothing in scripts that put no spaces between words."""
    return text if text.isascii() else _UNSPACED.sub(" ", text)


def is_stop_word(word: str, language: str) -> bool:
    """Say whether a word of a text in some language tells nothing."""
    return word in _LANGUAGES[language]


@lru_cache(maxsize=4_096)
def forms(word: str, language: str) -> tuple[str, ...]:
    """Return the forms that a word may have in its language, itself among them.

    Args:
        word: In lower case, without accents.
        language: What `language_of` told; in English a word is its only form.
    """
    endings = _ENDINGS.get(language, ())
    root = word
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            root = word[: -len(ending)]
            break
    found = (word, root, *(root + ending for ending in endings))
    return tuple(dict.fromkeys(found))
