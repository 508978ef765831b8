"""What people say to be kind, not to tell: greetings, thanks, laughter, gestures.

Owns: the words and phrases of small talk, by language.
Knows nothing of: memories, ranking, what is done about them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .patterns import late
from .scripts import accents_off, is_unspaced
from .tokenizer import stem, tokenize

_ENGLISH: Final = frozenset(
    stem(word)
    for word in """
    absolutely afk afternoon again agree agreed ah aha ahh alright amazing anybody
    anyone anything anyway ask asking aw awesome awesomeness aww babe baby back bbl
    bit bored brb bro btw buddy bye care certainly change cheers cmon come congrat
    congrats congratulation continue cool course cute cutie cuz damn dang darling
    day dear definitely dear doing done dude else em eh er evening everything
    exactly excellent excuse fair fantastic feel fine forgive fun funny geez get
    giggle glad gm gn go gonna good goodbye goodnight gosh got gotcha grate great
    greeting gtg guess ha haha hahaha hahahaha handsome happen happy hbu heh hehe
    hehehe hello hey heya hi hilarious hiya hm hmm hmmm hold hon honey howdy huh idc
    idk ikr indeed interesting jk kay keep kewl kind kk know later laugh let
    listen little lmao lmfao lol look lot luck lucky luv ly make matter maybe mean
    meh mhm mind mkay mm mmm moment more morning much nah need never nice nicely
    night nighty nighties nite nod nope nothing np nvm ofc oh ohh oi ok okay okey
    okie omg omw one oof ooh oops ouch pal perfect perhaps phew please pleasure pls
    plz pretty problem quite ready real really rest right rofl sad same say see
    seriously shall shh silly sir sit sleep somebody someone something soon sorry
    sound speak stand start stay stop stuff subject such sunshine sup super sure
    sweet sweetheart sweetie sweets ta take talk tbh tell thank thanks thing think
    thnx tho thx time today tomorrow tonight tonite topic totally true try ttyl ty
    tysm uh uhm um umm understand understood unless wait wanna want wassup way wbu
    welcome well whatever whatcha whew whoa wonder wonderful worry wow wtf wyd xd
    xoxo ya yas yass yay yea yeah yep yes yesss yesterday yikes yo yup yw
    """.split()
)
"""Stems that ask memory for nothing by themselves."""

_GESTURES: Final = frozenset(
    stem(word)
    for word in """
    beam beams blink blinks blush blushes bow bows breathe breathes cheek cheeks
    chest chuckle chuckles clap claps close closes closer cough coughs cry cries
    cuddle cuddles curtsy eye eyes eyebrow eyebrows face frown frowns gasp gasps
    gaze gazes giggle giggles glance glances grin grins groan groans gulp gulps hair
    hand hands head hold holds hug hugs hum hums kiss kisses lap laugh laughs lean
    leans lip lips look looks mouth nod nods nose nuzzle nuzzles open opens pat pats
    pause pauses point points poke pokes pout pouts purr purrs raise raises roll
    rolls rub rubs shake shakes shiver shivers shoulder shoulders shrug shrugs shy
    sigh sighs sit sits smile smiles smirk smirks sniff sniffs sniffle sniffles
    snort snorts snuggle snuggles stare stares stretch stretches tear tears tilt
    tilts turn turns voice wave waves whisper whispers wink winks wipe wipes yawn
    yawns
    """.split()
)
"""Stems of what is done between asterisks without telling anything."""

_ACTION: Final = late(r"\*+([^*\n]{1,200})\*+")
_ADVERB: Final = late(r"\b\w{3,}ly\b", re.IGNORECASE)

_ENDEARMENT: Final = late(
    r"\b(?:like|love|miss|adore|need|want|kiss|hug)s? (?:you|u|ya|me|it|that)\b"
    r"|\bmissed (?:you|u|ya)\b|\bsweet dreams\b|\bnight night\b|\bsleep tight\b",
    re.IGNORECASE,
)

_SET_PHRASE: Final = late(
    r"\b(?:nice|good|great|lovely|glad|happy|pleased|pleasure) to (?:finally )?"
    r"meet (?:you|u|ya)\b"
    r"|\b(?:gott?a (?:go|run|dash|bounce|sleep)|go)(?: now)?\b(?! \w)"
    r"|\bfor now\b|\bcatch (?:you|u|ya) later\b|\blong time no see\b"
    r"|\bmakes? (?:total |perfect |a lot of )?sense\b|\bgood point\b"
    r"|\bfair (?:enough|point)\b"
    r"|\byou(?:['\u2019]?re| are) the best\b(?! \w)",
    re.IGNORECASE,
)
"""What everybody says in words that tell something elsewhere: of "makes sense" and of
"nice to meet you" no single word could stand in the list above."""

_SOUND: Final = late(
    r"[ah]*h[ah]*|[he]*h[he]*|l+o+l+|h+m+|o+h+|a+w+|m+|e+h+|u+h+m*|u+m+|j(?:aj)+a?|k+|"
    r"w+o+w+|y+e+s+|n+o+|w{2,}"
)

# By language; accents are taken off first. Words that English has, too, are left out
# unless they stand in a phrase.
_SPACED: Final = (
    # German
    r"hallo|moin|servus|gruss gott|gute[nr]? (?:tag|morgen|abend|nacht)|vielen dank|"
    r"danke(?: schon)?|bitte(?: schon| sehr)?|tschuss|auf wiedersehen|"
    r"bis (?:bald|spater|morgen|dann)|wie geht'?s?(?: (?:es )?(?:dir|ihnen|euch))?|"
    r"schlaf gut|ja|nein|genau|naturlich|na klar|alles klar|ich liebe dich|"
    r"entschuldigung|tut mir leid",
    # French
    r"bonjour|bonsoir|salut|coucou|bonne (?:nuit|journee|soiree)|de rien|au revoir|"
    r"merci(?: beaucoup| bien)?|a (?:bientot|demain|plus)|ca va|oui|non|d'accord|"
    r"je t'aime|bien sur|s'il (?:te|vous) plait|pardon|desolee?|"
    r"comment (?:ca va|vas tu|allez vous)",
    # Spanish
    r"hola|buen(?:os|as) (?:dias|tardes|noches)|(?:muchas )?gracias|de nada|adios|"
    r"hasta (?:luego|manana|pronto)|que tal|como estas?|si|claro|vale|por favor|"
    r"te (?:quiero|amo)|lo siento|perdon",
    # Italian
    r"ciao|buon(?:giorno|asera|anotte)|buona (?:notte|sera|giornata)|grazie(?: mille)?|"
    r"prego|arrivederci|a (?:domani|dopo|presto)|come (?:stai|va)|per favore|ti amo|"
    r"certo|scusa|mi dispiace",
    # Portuguese, Dutch
    r"ola|bom dia|boa (?:tarde|noite)|(?:muito )?obrigad[oa]|ate (?:logo|amanha)|"
    r"tudo bem|sim|nao|te amo|desculpa",
    r"hoi|goede(?:morgen|navond|nacht|middag)|dank je(?: wel)?|doei|nee|"
    r"tot (?:ziens|morgen)|hoe gaat het",
    # Polish, Turkish
    r"czesc|dzien dobry|dobranoc|dobry wieczor|dziekuje|do widzenia|tak|nie|prosze|"
    r"kocham cie|przepraszam|jak sie masz",
    r"merhaba|selam|gunaydin|iyi (?:geceler|aksamlar)|tesekkurler|tesekkur ederim|"
    r"gorusuruz|nasilsin|evet|hayir|tamam",
    # Russian
    "привет(?:ик)?|здравствуй(?:те)?|добр(?:ое утро|ый (?:день|вечер))|до завтра|"  # noqa: RUF001
    "(?:спокойной|доброй) ночи|спасибо(?: большое)?|пожалуйста|пока|до свидания|"
    "до встречи|как (?:дела|ты)|да|нет|хорошо|ладно|конечно|извини(?:те)?|прости|"
    "люблю тебя|ага|угу",  # noqa: RUF001
)
_UNSPACED: Final = (
    # Chinese
    "(?:你好|您好|大家好|早上好|早安|上午好|下午好|晚上好|晚安|谢谢|謝謝|多谢|不客气|"
    "不用谢|再见|再見|拜拜|明天见|好的|好吧|是的|没事|没关系|对不起|抱歉|我爱你|我愛你|"
    "嗯嗯*|哈哈+|嘿嘿+|呵呵+)[你您们吗嗎呢啊吧呀哦喔嘛了]*",
    # Japanese
    "こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|おやすみ(?:なさい)?|"
    "ありがとう(?:ございます|ございました)?|どうも|さようなら|またね|じゃあね|"
    "また明日|はい|いいえ|うん+|ええ|そうですね|そうだね|なるほど|大丈夫|すみません|"
    "ごめん(?:なさい|ね)?|大好き|愛してる|お?元気ですか|あはは+|ふふ+|www+",
    # Korean
    "안녕(?:하세요|히 가세요|히 계세요)?|감사합니다|고마워요?|고맙습니다|잘 ?자요?|"
    "좋은 (?:아침|밤)(?:이에요)?|네|예|아니요?|괜찮아요?|미안(?:해요?|합니다)?|"
    "사랑해요?|잘 지내(?:요|세요)?|ㅋㅋ+|ㅎㅎ+",
    # Thai
    "สวัสดี|ขอบคุณ(?:มาก)?|ราตรีสวัสดิ์|ฝันดี|ลาก่อน|ไม่เป็นไร|สบายดี(?:ไหม)?|"
    "ใช่|ไม่ใช่|โอเค|รักคุณ|(?:นะ)?(?:ครับ|ค่ะ|คะ|จ้า)|5{3,}",
)
_FOREIGN: Final = late(rf"(?<!\w)(?:{'|'.join(_SPACED)})(?!\w)|{'|'.join(_UNSPACED)}")
_BEGINNINGS: Final = frozenset(
    word[:3] for word in re.findall(r"\w{2,}", " ".join(_SPACED))
)
"""How the words above begin: most sentences have a word that does not."""


def tells_nothing(text: str) -> bool:
    """Say whether a text is greetings, thanks, laughter, gestures and nothing else."""
    text = _ENDEARMENT.sub(" ", _ACTION.sub(_acted, text))
    text = _SET_PHRASE.sub(" ", text)
    terms = [term for term in tokenize(text) if not _is_small_talk(term)]
    if not terms or not all(
        term[:3] in _BEGINNINGS or is_unspaced(term) for term in terms
    ):
        return not terms
    folded = text.casefold().translate(accents_off())
    return all(map(_is_small_talk, tokenize(_FOREIGN.sub(" ", folded))))


def small_talk_share(text: str) -> float:
    """Return which share of a text's words stands in the lists here, 0 … 1.

    A text without a word that could tell anything ("...", emoji, "I am") has all.
    """
    folded = text.casefold().translate(accents_off())
    terms = tokenize(text)
    if not terms:
        return 1.0
    left = tokenize(_FOREIGN.sub(" ", folded))
    telling = sum(not _is_small_talk(term) for term in left)
    return max(0.0, 1 - telling / len(terms))


@lru_cache(maxsize=4_096)
def _is_small_talk(term: str) -> bool:
    """Greetings, laughter of any length, single letters and digits."""
    if term in _ENGLISH or (len(term) == 1 and term.isascii()):
        return True
    return _SOUND.fullmatch(term) is not None


def _acted(match: re.Match[str]) -> str:
    """Return what an action tells: nothing if it is all gestures."""
    telling = tokenize(_ADVERB.sub(" ", match[1]))
    return " " if all(term in _GESTURES for term in telling) else match[0]
