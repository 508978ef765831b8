"""What is said to be kind is no memory, in three languages; a short answer is."""

from __future__ import annotations

import pytest

from long_term_memory.core.text.courtesies import is_bare_answer, is_courtesy
from long_term_memory.core.text.memorable import Worth, worth
from long_term_memory.core.types import Role

OF_USER = """
brb|ok|okay|k|lol|haha|hahaha nice|hi|hello there|hey you|good morning|good night|
gn8|ty|thanks!|thank you so much|np|sure|yes|no|yep|hmm|...|*waves*|*smiles softly*|
*nods*|*hugs you*|*laughs and shakes her head*|*sits down*|*looks at you*|
what's my dog called?|where do I live?|do you remember me?|and now?|
what do you think?|how are you?|really?|why?|wow|omg|xD|:)|😀|❤️❤️|gtg|afk 5 min|
back|I'm back|one sec|hold on|wait|go on|continue|tell me more|nice|cool|great|
love it|same|me too|miss you|I love you|good point|you're sweet|of course|always|
anytime|indeed|exactly|fine|whatever|see you tomorrow|talk later|sleep well|
sweet dreams|have a nice day|bye bye|take care|here we go|let's go|let's start|
are you there?|u there|test|asdf|?|!|1|um what|I see|I know|got it|never mind|sorry|
oops|my bad|can you hear me?|tell me a joke|sing me a song|*kisses your cheek*|
*blushes* oh stop it|hehe ok|so... what now|what next|next|yes please|no thanks|
go ahead|as you wish|brb|ok|okay|hallo|hi du|guten morgen|gute nacht|moin|danke|
danke dir|vielen dank|bitte|ja|nein|klar|genau|haha|hihi|lol|*winkt*|*lächelt*|
*nickt*|*umarmt dich*|*lacht*|wie heißt mein hund?|wo wohne ich?|
erinnerst du dich an mich?|und jetzt?|was meinst du?|wie geht's?|wirklich?|warum?|
bin gleich wieder da|bin wieder da|moment|warte|weiter|erzähl mehr|schön|cool|super|
ich liebe dich|ich auch|stimmt|bis morgen|bis später|schlaf gut|tschüss|mach's gut|
los geht's|bist du da?|achso|ach so|verstehe|entschuldigung|sorry|egal|na gut|
na dann|hm|äh was|gern|gerne|kein problem|alles klar|erzähl mir einen witz|
*küsst deine wange*|好|好的|嗯|嗯嗯|哈哈|哈哈哈|你好|早上好|晚安|谢谢|谢谢你|不客气|
是的|不是|对|*挥手*|*微笑*|*点头*|
*抱抱你*|我的狗叫什么\uff1f|我住在哪里\uff1f|你还记得我吗\uff1f|然后呢\uff1f|
你觉得呢\uff1f|你好吗\uff1f|
真的吗\uff1f|为什么\uff1f|马上回来|我回来了|等一下|继续|多说点|不错|太好了|我爱你|
我也是|明天见|再见|拜拜|走吧|你在吗\uff1f|原来如此|
我知道了|明白|对不起|没关系|算了|讲个笑话|在吗|ok|嘿嘿|呵呵
"""
OF_CHARACTER = """
Always.|Of course!|Anytime.|Gladly.|Indeed.|*smiles*|*He nods.*|Hello you.|
Welcome back!|Okay!|How lovely.|How romantic.|That sounds wonderful.|Oh no!|
I'm so glad to hear that.|Good night, sleep well.|And you?|How was your day?|
Hm, let me think.|You're welcome.|I'm here for you.|Tell me more.|
*laughs* You are funny.|Sweet dreams!|That's great!|Congratulations!|I understand.|
Noted.|Good to know!|Sounds good.|As you wish.|With pleasure.|*blushes*|I see.|
Oh my!|Well, well.|Immer.|Natürlich!|Gern.|Gerne doch.|*lächelt*|Hallo du.|
Willkommen zurück!|Wie schön.|Das klingt wunderbar.|Oh nein!|Das freut mich.|
Gute Nacht, schlaf gut.|Und du?|Wie war dein Tag?|Hm, lass mich nachdenken.|
Ich bin für dich da.|Erzähl mir mehr.|Herzlichen Glückwunsch!|Verstehe.|Notiert.|
Gut zu wissen!|Das tut mir leid.|当然。|好的\uff01|*微笑*|你好呀。|欢迎回来\uff01|
真好。|听起来不错。|
哦不\uff01|晚安\uff0c好梦。|你呢\uff1f|你今天过得怎么样\uff1f|嗯\uff0c让我想想。|
我会陪着你。|恭喜\uff01|明白了。|记住了。|
我很抱歉。
"""
TELLING = """
Yes, in March.|No, two.|A beagle.|Blue.|Seven.|In Leeds.|My dog.|Tomorrow at five.|
Peanuts.|Carla.|I can't swim.|Yes, a green one. He is proud of it.|I hate mondays|
it's Bruno|a nurse|because of my dad|never on sundays|call me Max|not any more|
I quit|Ja, im März.|Nein, zwei.|Ein Beagle.|Blau.|Sieben.|In Leipzig.|
Morgen um fünf.|Erdnüsse.|Carla.|Ich kann nicht schwimmen.|nenn mich Max|
wegen meines Vaters|als Krankenpfleger|是的\uff0c三月。|不\uff0c两个。|小狗。|蓝色。|
七岁。|在成都。|
明天五点。|花生。|我不会游泳。|叫我阿哲|I'm so sad|Ich bin traurig|我很难过
"""


def listed(texts: str) -> list[str]:
    """Return texts that are divided by bars."""
    return [text for text in texts.replace("\n", "").split("|") if text]


@pytest.mark.parametrize(
    ("texts", "role"), [(OF_USER, "user"), (OF_CHARACTER, "assistant")]
)
def test_what_is_kind_is_no_memory(texts: str, role: Role) -> None:
    told = [one for one in listed(texts) if worth(one, role) is Worth.MEMORY]

    assert told == []


def test_what_tells_shortly_is_a_memory() -> None:
    lost = [one for one in listed(TELLING) if worth(one, "user") is Worth.NOTHING]

    assert lost == []


def test_a_bare_answer_tells_beside_its_question() -> None:
    assert worth("Always.", "user") is Worth.SCRAP
    assert worth("\u5f53\u7136\u3002", "assistant") is Worth.SCRAP
    assert is_bare_answer("Immer!")
    assert not is_bare_answer("Immer am Montag")


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_no_bare_answer_is_taken_for_small_talk(role: Role) -> None:
    answers = (
        "Always|Anytime|Gladly|Indeed|Never|Immer|Nie|Niemals|Gern|Gerne|Gern doch|"
        "Natürlich|Selbstverständlich|当然|当然可以|一定|一定的|从不|总是"
    )
    said = listed(answers)
    lost = [one for one in said if worth(f"{one}.", role) is not Worth.SCRAP]

    assert all(map(is_bare_answer, said))
    assert lost == []


def test_a_long_clause_is_no_courtesy() -> None:
    assert is_courtesy("how very lovely of you")
    assert not is_courtesy("how very lovely of you " * 5)
    assert not is_courtesy("...")
