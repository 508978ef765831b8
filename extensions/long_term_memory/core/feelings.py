"""Which feelings a text shows, by its words.

Owns: the labels, the words that stand for them, and how they are weighed.
Knows nothing of: models, chats, who is asked.

The labels are those of GoEmotions (Demszky and others, 2020), for which SillyTavern's
users have pictures. This is a list of English words with negation and emphasis, not a
trained model: it reads what is said outright ("*blushes* I love you") and takes the
rest, irony and hints among it, for neutral.
"""

from __future__ import annotations

import re
from typing import Final

NEUTRAL: Final = "neutral"

# A star stands for any ending. Words that two feelings share stand with both.
_WORDS: Final = {
    "admiration": """admir* amazing awesome brilliant impressive incredible beautiful
        gorgeous magnificent marvelous splendid talented gifted genius stunning
        wonderful fantastic remarkable breathtaking exquisite respect well_done bravo
        good_job great_job nicely_done""",
    "amusement": """haha* hehe* lol lmao rofl funny hilarious laugh* giggl* chuckl*
        snicker* snort* joke* joking amus* comical silly smirk* grin grins grinning
        teasing teases playful* cackl*""",
    "anger": """angry anger* furious fury rage* raging mad outrag* hate hates hated
        hatred growl* snarl* seeth* glare* glaring shout* yell* damn damned bastard
        bitch fuck* idiot shut_up how_dare enraged livid scowl* slams clenche*""",
    "annoyance": """annoy* irritat* frustrat* ugh tired_of fed_up bother* nuisance
        groan* roll*_eyes rolls_her_eyes rolls_his_eyes eye_roll tsk seriously huff*
        grumbl* stop_it leave_me_alone whatever pest""",
    "approval": """agree* approv* exactly indeed of_course absolutely certainly right
        correct good_idea sounds_good fine_by_me very_well nod nods nodding nodded
        fair_enough makes_sense""",
    "caring": """care cares caring take_care comfort* worry_about here_for_you protect*
        gently tender* hug hugs hugging hugged embrac* hold_you safe careful poor_thing
        are_you_okay are_you_all_right are_you_hurt soothe* soothing strokes pats
        tuck* nurse* heal*""",
    "confusion": """confus* puzzl* baffl* bewilder* perplex* huh what_do_you_mean
        don't_understand do_not_understand dont_understand don't_get_it makes_no_sense
        tilts_her_head tilts_his_head tilts_head lost_me unclear unsure blinks""",
    "curiosity": """curious* wonder wonders wondering tell_me intrigu* interested
        what_is what's why how who where which explore* investigat* peek* peer peers
        inspect* examin* leans_in""",
    "desire": """want wants wanted crave* craving desire* long_for longing yearn* lust*
        wish need_you hungry_for hunger* thirst* tempt* seduc* bites_her_lip
        bites_his_lip sultry""",
    "disappointment": """disappoint* let_down too_bad what_a_shame what_a_pity hoped
        expected_more sigh sighs sighing sighed unfortunately shame pity deflated""",
    "disapproval": """disapprov* wrong unacceptable shouldn't should_not bad_idea
        don't_do don't_you_dare refuse* shakes_her_head shakes_his_head shakes_head
        frown* disagree* no_way never object_to scold* absolutely_not""",
    "disgust": """disgust* gross eww* ew yuck* nasty revolting repuls* sick_of vile
        filthy nauseat* gag gags stench foul rotten wrinkles_her_nose
        wrinkles_his_nose""",
    "embarrassment": """embarrass* blush* asham* awkward* humiliat* fluster* mortif*
        sheepish* looks_away shy shyly stammer* stutter* covers_her_face
        covers_his_face cheeks_redden turns_red""",
    "excitement": """excit* thrill* can't_wait cannot_wait cant_wait yay* woo* hooray
        wow eager* bounce* bouncing jumps_up_and_down let's_go adventure enthusias*
        pumped ecstatic squeal*""",
    "fear": """afraid fear* scared scare* scary terrif* terror* horrif* horror panic*
        trembl* shiver* shaking frighten* dread* nightmare* run_away help_me cower*
        whimper* flinch* petrified shudder*""",
    "gratitude": """thank* thanks grateful* gratitude appreciate* appreciated thx
        i_owe_you bless_you bow bows bowed_gratefully""",
    "grief": """grief griev* mourn* funeral died passed_away dead death buried grave
        lost_him lost_her lost_them bereav* sob sobs sobbing sobbed wail* rest_in_peace
        never_coming_back""",
    "joy": """happy happi* joy* glad delight* cheer* smile* smiling beam beams beaming
        wonderful fun enjoy* great laughing pleased merry bliss* yay elated giddy
        radiant skip skips hums""",
    "love": """love loves loved loving adore* darling sweetheart beloved dear dearest
        kiss* cuddl* snuggl* nuzzl* my_heart caress* cherish* honey be_mine marry
        affection*""",
    "nervousness": """nervous* anxious* anxiety worried worry worries uneasy tense
        fidget* hesitat* gulp* swallows_hard jitter* uncertain on_edge stress* sweating
        paces pacing wring* bites_her_nails""",
    "optimism": """hope hopes hopeful* optimis* will_be_fine will_be_okay
        it'll_be_okay looking_forward better_days believe_in we_can things_will
        someday bright_future confident confidence cheer_up""",
    "pride": """proud* pride triumph* victory i_did_it we_did_it accomplish* achiev*
        puffs_out_her_chest puffs_out_his_chest smug* boast* honored honoured""",
    "realization": """realiz* realis* oh_i_see i_see now_i_understand it_makes_sense_now
        of_course_it aha dawned dawns_on so_that's suddenly_understand eyes_widen
        it_was_you remembered that_explains""",
    "relief": """relie* phew whew thank_god thank_goodness thank_heavens finally_safe
        glad_you're_safe you're_safe at_last exhale* relax* breathes_out
        weight_off""",
    "remorse": """sorry apolog* regret* forgive_me my_fault remorse* guilt* i_was_wrong
        didn't_mean did_not_mean ashamed make_it_up_to""",
    "sadness": """sad sadly sadness cry cries crying cried tear tears weep* wept lonely
        alone heartbroken unhappy miss_you miserable depress* broken_heart hurts
        sorrow* gloom* melanchol* sniff* hopeless despair* downcast""",
    "surprise": """surpris* gasp* astonish* astound* shock* unexpected* what?! really?
        no_way omg oh_my unbelievable stunned startl* can't_believe whoa jaw_drops
        wide-eyed didn't_expect""",
}
LABELS: Final = tuple(sorted([*_WORDS, NEUTRAL]))
"""The 28 labels in the order of the alphabet."""

_OPPOSITES: Final = {
    "joy": "sadness",
    "love": "disapproval",
    "approval": "disapproval",
    "admiration": "disapproval",
    "excitement": "disappointment",
    "optimism": "disappointment",
    "amusement": "annoyance",
}
"""What the denial of a feeling shows; of the others it shows nothing."""

_NEGATION: Final = re.compile(
    r"(?:\b(?:not|never|no|hardly|barely|without|nothing|isn't|wasn't|aren't|don't"
    r"|doesn't|didn't|can't|won't|wouldn't|ain't)\s+(?:\w+\s+){0,2})$"
)
_STRONG: Final = re.compile(
    r"\b(?:so|very|really|extremely|truly|deeply|absolutely|incredibly)\s+$"
)
_ACTION: Final = re.compile(r"\*[^*\n]+\*")

# What is neither said nor done stays neutral; one plain word is stronger than that.
_NEUTRAL_WEIGHT: Final = 0.6
_ACTION_FACTOR: Final = 1.5
_STRONG_FACTOR: Final = 1.4
_LOUD_FACTOR: Final = 1.2
_QUESTION_WEIGHT: Final = 0.5
# The words of a question are weak signs of curiosity: they begin statements too.
_WEAK: Final = {"curiosity": 0.3, "disapproval": 0.7, "desire": 0.7, "approval": 0.7}
_MOST_CHARACTERS: Final = 20_000


def _pattern(words: str) -> re.Pattern[str]:
    found = []
    for word in words.split():
        form = re.escape(word.replace("_", " ")).replace(r"\ ", r"\s+")
        form = form.replace(r"\*", r"\w*")
        found.append(
            rf"(?<!\w){form}(?!\w)" if word[-1].isalnum() else rf"(?<!\w){form}"
        )
    return re.compile("|".join(found))


_PATTERNS: Final = {label: _pattern(words) for label, words in _WORDS.items()}


def feelings(text: str) -> list[tuple[str, float]]:
    """Return every label with its share, the strongest first; the shares sum to 1.

    Args:
        text: What was said and done; `*stars*` enclose what was done. Only English
            shows a feeling.
    """
    text = text[:_MOST_CHARACTERS].casefold().replace("\u2019", "'")
    actions = [match.span() for match in _ACTION.finditer(text)]
    weights = dict.fromkeys(LABELS, 0.0)
    weights[NEUTRAL] = _NEUTRAL_WEIGHT
    for label, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            shown, weight = _weighed(label, text[: match.start()])
            if shown is not None:
                done = any(a < match.start() < b for a, b in actions)
                weights[shown] += weight * (_ACTION_FACTOR if done else 1.0)
    if text.rstrip(' "*').endswith("?"):
        weights["curiosity"] += _QUESTION_WEIGHT
    if "!" in text:
        for label in set(LABELS) - {NEUTRAL}:
            weights[label] *= _LOUD_FACTOR
    total = sum(weights.values())
    shares = [(label, weight / total) for label, weight in weights.items()]
    return sorted(shares, key=lambda one: (-one[1], one[0]))


def _weighed(label: str, before: str) -> tuple[str | None, float]:
    """Return which feeling a word shows after what stands before it, and how much."""
    near = before[-40:]
    weight = _WEAK.get(label, 1.0)
    if _STRONG.search(near):
        weight *= _STRONG_FACTOR
    if _NEGATION.search(near):
        return _OPPOSITES.get(label), weight
    return label, weight
