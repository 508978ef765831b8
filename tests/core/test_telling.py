"""What of a message can be told, where passages begin and end, whose words they are."""

from __future__ import annotations

import pytest

from long_term_memory.core.summaries.cast import cast_of, leads, named, names_in
from long_term_memory.core.summaries.telling import (
    Passage,
    answered,
    asked_about,
    bare,
    is_narrated,
    joined,
    passages_of,
    said_in,
    shortened,
    split,
)

CAST = frozenset({"Ilvara", "Pell", "Tess"})


def told(content: str, name: str = "Ilvara", *, user: bool = False) -> list[Passage]:
    return passages_of(0, name, content, user=user, names=CAST)


def spoken(content: str, name: str = "Ilvara") -> list[tuple[str, str]]:
    return [(one.name, one.text) for one in told(content, name)]


# -- what is told at all -------------------------------------------------------------


@pytest.mark.parametrize(
    "noise",
    [
        "((sorry, my kid woke up))",
        "(OOC: brb, the bus is here)",
        "OOC: one moment please",
        "`HP: 37/40 | Mood: curious | Place: the pier, day 1`",
        "```python\nprint('Tess')\n```",
        "<div><b>HP</b> 37 of 40</div>",
        "https://example.org/a/picture.png",
    ],
)
def test_what_is_beside_the_play_is_not_told(noise: str) -> None:
    assert said_in(f"I lost the key yesterday.\n{noise}") == "I lost the key yesterday."


def test_a_message_of_nothing_tells_nothing() -> None:
    assert told("((brb))") == []
    assert told("...!") == []


# -- a chat --------------------------------------------------------------------------


def test_each_sentence_is_a_passage_and_very_short_ones_join() -> None:
    assert spoken("got dumped in january. leah. 5 years.\nshe kept the saucepans") == [
        ("Ilvara", "got dumped in january. leah. 5 years."),
        ("Ilvara", "she kept the saucepans"),
    ]


def test_short_sentences_do_not_grow_without_an_end() -> None:
    found = told("It was Pell. " * 30)

    assert len(found) > 2
    assert all(one.own for one in found)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("oh and gaz left the flat lol", "gaz left the flat"),
        ("Tess, I sold the boat.", "I sold the boat."),
        ("I sold the boat, Tess!", "I sold the boat!"),
        ("no, i sold the boat", "i sold the boat"),
        ("no half marathon", "no half marathon"),
        ("yeah", "yeah"),
        ("na ja, ich habe gek\u00fcndigt", "ich habe gek\u00fcndigt"),
    ],
)
def test_what_is_said_to_nobody_is_dropped(text: str, left: str) -> None:
    assert bare(text, {"Tess", ""}) == left


def test_sentences_of_fillers_alone_are_dropped() -> None:
    assert spoken("nan died in may. anyway. i moved out") == [
        ("Ilvara", "nan died in may. i moved out")
    ]
    assert told("so yeh.") == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("she said **oh f**k** to the vicar", "she said oh f**k to the vicar"),
        ("she called me a p***", "she called me a p***"),
        ('a "streak of p***" she said', 'a "streak of p***" she said'),
        ("i lost my_file yesterday", "i lost my_file yesterday"),
        ("i lost ***my*** _old_ **boat**", "i lost my old boat"),
    ],
)
def test_emphasis_goes_and_other_stars_stay(text: str, left: str) -> None:
    assert [one for _, one in spoken(text)] == [left]


def test_gestures_are_dropped_and_deeds_are_told() -> None:
    assert spoken("*smiles softly* I moved to Oslo. *burns the old letter*") == [
        ("Ilvara", "I moved to Oslo."),
        ("Ilvara", "burns the old letter"),
    ]


def test_who_tells_of_himself_by_name_narrates() -> None:
    assert spoken("I sold the old boat. *Tess leaps over the deck.*", "Tess") == [
        ("Tess", "I sold the old boat."),
        ("", "Tess leaps over the deck."),
    ]


# -- scenes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "scene"),
    [
        ('*She rises slowly and goes over to the door.* "Come."', True),
        ("*The rain goes on and on and the whole tower hums.* It does.", True),
        ('"I would never insult a good soup."', True),
        ('"I swear it on the light," says Ilvara.', True),
        ('*nods* "I would never insult a good soup, you know."', True),
        ("*nods* I would never insult soup.", False),
        ('The sign said "early starts, must be cheerful" and so I went in.', False),
        ("I sold it.", False),
    ],
)
def test_a_scene_is_told_from_a_chat(content: str, scene: bool) -> None:
    assert is_narrated(content) is scene


def test_speech_belongs_to_whom_the_narration_names() -> None:
    assert spoken(
        '*Ilvara frowns at the sky.* "Here?" *The old man turns.* "A man gets tired of '
        'going round," *says Pell.* "We stay."'
    ) == [
        ("", "Ilvara frowns at the sky."),
        ("Ilvara", '"Here?"'),
        ("", "The old man turns."),
        ("Pell", '"A man gets tired of going round."'),
        ("Pell", '"We stay."'),
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('*Pell drops the rope.* "I sold the lantern for my boy!"', "Pell"),
        ('*Pell drops it. He looks away.* "I sold the lantern."', "Pell"),
        ('*Pell sits down to weep.* "I sold the lantern," *he says.*', "Pell"),
        ('*A bell tolls under the water.* "I sold it," *he says.*', ""),
        ('*A bell tolls. She asks for the reason of it all:* "Why did you?"', ""),
        ('*It is Pell who speaks for going on:* "I swore to bring her."', "Pell"),
        ('*It is nobody who speaks for going on:* "I swore to bring her."', ""),
        ('*Pell turns and says at once:* "We sold the lantern."', "Pell"),
        ('*Nobody moves, and the ice begins to creak.* "It is open."', ""),
        ('*She waits by the window for the sun.* "It is open."', ""),
        ('*Rain falls on the coat of Ilvara all day.* "It is open."', "Ilvara"),
        ('*A man lands on the pier and looks.* "It is open," *Brannoch says.*', ""),
    ],
)
def test_a_speaker_is_found_or_left_to_the_scene(content: str, name: str) -> None:
    assert [one.name for one in told(content) if one.text.startswith('"')] == [name]


def test_a_pronoun_that_opens_a_sentence_becomes_the_name_before_it() -> None:
    found = spoken(
        "*Pell drops the lantern into the dark water. He weeps for his drowned boy. "
        "The mist comes up off the river. She waits by the window for the sun.*"
    )

    assert [text for _, text in found] == [
        "Pell drops the lantern into the dark water.",
        "Pell weeps for his drowned boy.",
        "The mist comes up off the river.",
        "She waits by the window for the sun.",
    ]


def test_a_users_speech_is_the_users() -> None:
    [one] = told('"I owe forty silver to Madam Tuck."', "Tess", user=True)

    assert (one.name, one.own, one.user) == ("Tess", False, True)


def test_who_is_introduced_by_speaking_stays_with_the_speech() -> None:
    [one] = told('"Good evening, sister," says Maethe Senn of the Drowned Court.')

    assert one.text == (
        '"Good evening, sister." says Maethe Senn of the Drowned Court.'
    )


def test_what_goes_on_with_a_small_letter_is_no_passage() -> None:
    found = spoken('"The light is this," *and she pats the brass of it.* "Look here."')

    assert [text for _, text in found] == ['"The light is this."', '"Look here."']


def test_speech_that_is_interrupted_is_put_together() -> None:
    found = spoken('"The plan," *says Tess, on her feet,* "is that we run."')

    assert [text for _, text in found] == ['"The plan is that we run."']


def test_after_long_narration_the_one_who_spoke_before_is_not_taken_for_granted() -> (
    None
):
    scene = (
        '"I let go of you," *Ilvara says.* *Their faces are near. Beyond the grate, '
        "where Tess and Pell once stood, a light comes down the stair and a sound of "
        'a man who gets his breath.* "The way home is open."'
    )

    assert [who for who, text in spoken(scene) if text.startswith('"')] == [
        "Ilvara",
        "",
    ]


def test_speech_that_begins_anew_stays_apart() -> None:
    found = spoken('"I sold the boat," *says Tess.* "we had no bread."')

    assert [text for _, text in found] == ['"I sold the boat."', '"we had no bread."']


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Noted. Who\u2019s Big Sue?", "Big Sue"),
        ("Tell me about Jess, I only know that she's patient.", "Jess"),
        ("Wer ist Lena?", "Lena"),
        ("Who else works there?", ""),
    ],
)
def test_a_question_names_whom_it_asks_about(question: str, asked: str) -> None:
    assert asked_about(question) == asked


@pytest.mark.parametrize(
    ("answer", "first"),
    [
        ("owns it. crumbs its called. hands like shovels.", "Sue \u2013 owns it."),
        ("sue owns the bakery in town.", "sue owns the bakery in town."),
        ("dunno, never met her before that.", "dunno, never met her before that."),
        ("I'd rather not talk of that now.", "I'd rather not talk of that now."),
        ('"Leave her be, will you?" *says Tess.*', '"Leave her be, will you?"'),
    ],
)
def test_an_answer_without_a_name_is_told_with_it(answer: str, first: str) -> None:
    found = answered(told(answer, "Kit", user=True), "Sue")

    assert found[0].text.startswith(first)


def test_an_answer_to_nothing_stays_as_it_is() -> None:
    said = told("owns the bakery in the old town.", "Kit", user=True)

    assert answered(said, "") == said
    assert answered([], "Sue") == []


def test_the_cast_is_who_is_said_to_speak() -> None:
    found = cast_of(['"Here," *says old Pell.* "No," she says.', '"Yes," Tuck adds.'])

    assert found == {"Pell", "Tuck"}


# -- lines ---------------------------------------------------------------------------


def test_joined_passages_have_ends() -> None:
    assert joined(["IM IN", "new place!!", "its warm"]) == "IM IN. new place!! its warm"
    assert joined([]) == ""


def test_a_line_is_taken_apart_where_it_was_joined() -> None:
    assert split('"I sold it." "For my boy." He weeps. It rains on all of them.') == [
        '"I sold it."',
        '"For my boy."',
        "He weeps. It rains on all of them.",
    ]
    assert split("!") == ["!"]


def test_what_leads_up_to_a_quote_stays_with_it() -> None:
    assert split(
        'We met in the market hall. Old Sue from there said "mind the pies" and left.'
    ) == [
        "We met in the market hall.",
        'Old Sue from there said "mind the pies" and left.',
    ]
    assert split("it ends with no mark at all") == ["it ends with no mark at all"]


def test_who_is_told_of_last_and_never_speaks_may_be_the_one_who_speaks() -> None:
    scene = '"You killed her," *says Pell.* *Iwo opens his hands.* "She sleeps well."'

    def speakers(known: tuple[str, ...]) -> list[str]:
        found = passages_of(0, "Ann", scene, user=False, names=("Pell",), known=known)
        return [one.name for one in found if one.text.startswith('"')]

    assert speakers(()) == ["Pell", "Pell"]
    assert speakers(("Iwo",)) == ["Pell", ""]


def test_names_that_are_typed_small_get_their_capitals() -> None:
    names = names_in(
        ["jess rang on monday", "How is Jess? The march is in March, a long march."]
    )

    assert names == {"jess": "Jess"}
    assert named("jess and the march", names) == "Jess and the march"


def test_whom_somebody_speaks_to_is_not_who_speaks() -> None:
    found = passages_of(
        0,
        "Tess",
        '*Then, to Ilvara:* "My name is Tolliver."',
        user=True,
        names=("Ilvara",),
    )

    assert found[-1].name == "Tess"


def test_a_scene_is_told_by_clauses_and_a_talk_by_sentences() -> None:
    told = "The bell rings, waking the town below."

    assert split(told) == ["The bell rings,", "waking the town below."]
    assert split(told, talk=True) == [told]
    assert split('"The bell rings, waking the town below."') == [
        '"The bell rings,"',
        '"waking the town below."',
    ]
    assert shortened(["The bell rings,"]) == "The bell rings"


# -- who is alone in a scene ----------------------------------------------------------


def alone(scene: str, name: str = "Captain Sabran", **given: object) -> list[str]:
    found = passages_of(
        0,
        name,
        scene,
        user=False,
        names={"Pell", "Nim", "Sabran", name},
        known={"Pell", "Nim", "Iwo", "Sabran"},
        participants={name, "Nim"},
        voices={name} if given.get("leads", True) else (),
    )
    return [one.name for one in found if one.text.startswith('"')]


def test_who_is_alone_in_a_scene_speaks_in_it() -> None:
    assert alone('"The mast of the Wren is gone." *She looks at Nim.*') == [
        "Captain Sabran"
    ]
    assert alone(
        '"The mast of the Wren is gone." *She looks at Nim.*', leads=False
    ) == [""]


@pytest.mark.parametrize(
    "others",
    ["*She looks at Pell.*", "*Iwo waits.*", "*A knight stands at the door.*"],
)
def test_where_others_are_nobody_is_alone(others: str) -> None:
    assert alone(f'"The mast of the Wren is gone." {others}') == [""]


def test_who_speaks_without_a_name_is_nobody_known() -> None:
    assert alone('"The mast of the Wren is gone," *says the figure.* "Come."') == [
        "",
        "",
    ]
    assert alone(
        '"So," *says Nim.* "I go aloft," *says the figure.* "He is up," *she says.*'
    ) == ["Nim", "", ""]


def test_a_part_of_a_participants_name_is_the_participant() -> None:
    assert alone('"The mast of the Wren is gone," *says Captain Sabran.*') == [
        "Captain Sabran"
    ]
    assert alone('"The mast of the Wren is gone," *says Sabran.*') == ["Captain Sabran"]
    assert alone('"The mast of the Wren is gone," *says old Pell.*') == ["Pell"]


def test_a_character_leads_who_speaks_mostly_where_speech_is_attributed() -> None:
    own = '"Ay," *says Captain Sabran.*'

    assert leads("Captain Sabran", [own])
    assert leads("Captain Sabran", [own, own, '"No," *says Pell.*', '"No," she says.'])
    assert not leads("Captain Sabran", [own, '"No," *says Pell.*'])
    assert not leads("Captain Sabran", ['"Ay."', "Nobody speaks."])
