"""The words that stand for feelings.

Owns: the labels, the words and phrases of each, and what denying them shows.
Knows nothing of: how words are found in a text and weighed.

The labels are those of GoEmotions (Demszky and others, 2020), for which SillyTavern's
users have pictures.
"""

from __future__ import annotations

from typing import Final

NEUTRAL: Final = "neutral"

# A star stands for any ending, `_` joins the words of a phrase, `their` stands for
# every possessive. Words that two feelings share stand with both.
WORDS: Final = {
    "admiration": """admir* amazing awesome brilliant impress* incredible incredibly
        beautiful gorgeous magnificent marvelous marvellous splendid talent* gifted
        genius stunning wonderful fantastic remarkable breathtaking exquisite
        respect respects well_done bravo good_job great_job nicely_done look_up_to
        masterpiece masterful awe awestruck bravest smartest wisest strongest
        such_skill worship* in_a_league_of never_seen_anyone heroic great
        the_best cute adorable nice_work well_played elegant graceful legendary
        flawless so_brave so_strong so_clever so_pretty so_kind""",
    "amusement": """ha haha* hehe* lol lmao rofl funny funniest hilarious laughter
        burst*_out_laughing giggl* chuckl* snicker* snigger* snort* guffaw* joke
        jokes joking amus* comical silly ridiculous smirk* grin grins grinning mirth
        teasing teases playful playfully cackl* dork goofy you_should_have_seen
        their_face_when straight_face""",
    "anger": """angry angr* anger* furious furiously fury rage* raging mad outrag*
        hate hates hated hatred growl* snarl* seeth* glare* glaring shout* yell*
        damned bastard bitch idiot shut_up how_dare enraged livid scowl* slams
        slammed slam clench* bare*_their_fangs baring_their_fangs baring_their_teeth
        hiss hisses get_out_of_my get_out_of_here leave_my_house never_want_to_see
        you_lied lied_to_me could_scream will_pay i'll_kill i'll_tear rip_you
        betrayed fists_balled ball*_their_fists spat_at blaz*_with_rage eyes_blaz*
        wrath fuck fucker* fuck_you wtf the_fuck piss_off pissed screw_you to_hell
        i_swear_i'll don't_you_touch""",
    "annoyance": """annoy* irritat* frustrat* ugh tired_of fed_up bother* nuisance
        groan* roll_their_eyes rolls_their_eyes rolled_their_eyes rolling_their_eyes
        eye_roll tsk huff* grumbl* stop_it leave_me_alone whatever pest pester*
        exasperat* impatien* on_their_nerves for_heaven's_sake for_god's_sake
        for_goodness_sake for_crying_out_loud told_you_three told_you_a_hundred
        how_many_times not_again knock_it_off cut_it_out must_you will_you_quit
        temples drum*_their_fingers tap*_their_foot click*_their_tongue
        pinch*_the_bridge give_it_a_rest rude sick_and_tired pissed_off obnoxious
        not_this_again get_on_with_it""",
    "approval": """agree agrees agreed approv* exactly indeed of_course absolutely
        certainly correct good_idea sounds_good fine_by_me very_well nod nods
        nodding nodded fair_enough makes_sense works_for_me good_thinking sound_plan
        good_plan thumbs_up you're_right you_are_right that's_right exactly_right
        right_answer reasonable i_support good_choice well_said count_me_in
        do_it_your_way good_point i'm_with_you true_that well_put seems_fair deal
        agreement""",
    "caring": """take_care worry_about here_for_you protect* gently tender tenderly
        hug hugs hugging hugged embrac* hold_you be_careful poor_thing are_you_okay
        are_you_alright are_you_all_right are_you_hurt soothe* soothing strokes pats
        tuck tucks tucked nurse* bandag* look_after looking_after take_my_cloak
        take_my_coat i'm_here i_am_here i've_got_you i_got_you rest_now easy_now
        need_your_strength let_me_see_your let_me_help come_home_safe keep_you_safe
        carry_this_alone it's_alright it's_all_right it's_okay there_there
        care_about_you care_for_you cares_for you're_shivering you're_safe_now
        wrap*_a_blanket you_must_be_cold drape* comforts comforting comforted
        comfort stay_safe get_some_rest heals take_it_easy""",
    "confusion": """confus* puzzl* baffl* bewilder* perplex* huh what_do_you_mean
        don't_understand do_not_understand dont_understand doesn't_understand
        don't_get_it makes_no_sense doesn't_make_any_sense doesn't_make_sense
        does_not_make_sense don't_follow do_not_follow tilt_their_head
        tilts_their_head tilted_their_head tilting_their_head brow_furrow*
        furrow*_their_brow i'm_lost i_am_lost lost_me unclear unsure
        scratch*_their_head am_i_missing come_again what_are_you_talking_about
        no_idea i_don't_know don't_know_what not_sure_what not_sure_if not_sure_i
        how_is_that_possible""",
    "curiosity": """curious* curiosity wonder wonders wondering i_wonder
        tell_me_more tell_me_about intrigu* interested what's_in explore*
        investigat* peek* peer peers peering peered inspect* examin* lean*_in
        lean*_closer ears_perk* perk*_up where_did_you eager_to_know want_to_know
        what's_that fascinat* have_always_wondered""",
    "desire": """crave* craving desire* long_for longs_for longing yearn* lust*
        wished_for need_you i_want_you want_you hungry_for hunger* thirst_for tempt*
        seduc* bite_their_lip bites_their_lip biting_their_lip lick_their_lips
        licks_their_lips licking_their_lips sultry husk* give_anything ache_for
        aches_for aching_for hot_against arous* covet* drop*_to_their_lips take_me
        if_only_i_could_have i_wish would_love_to wanna_have""",
    "disappointment": """disappoint* let_me_down let_us_down lets_me_down too_bad
        what_a_shame what_a_pity a_pity a_shame hoped hoped_for_more expected_more
        expected_better sigh sighs sighing sighed unfortunately pity deflated
        crestfallen dejected shoulders_slump* shoulders_sag* face_falls smile_fad*
        smile_falters for_nothing thought_you_were_going thought_you_would
        was_looking_forward were_looking_forward another_time anticlimax letdown
        not_coming_after_all that's_a_shame bummer""",
    "disapproval": """disapprov* unacceptable shouldn't shouldn't_speak should_not
        bad_idea don't_you_dare refuse* shake_their_head shakes_their_head
        shook_their_head shaking_their_head shakes_head frown* disagree* no_way_for
        object_to scold* absolutely_not won't_allow will_not_allow not_allow condone
        it's_wrong_to it_is_wrong_to that's_wrong wrong_to should_know_better
        know_better wag*_a_finger am_against i'm_against i_forbid forbid* reproach*
        chid* lectur* not_a_good_idea don't_think_that's_a_good_idea how_could_you
        stern* not_proper disgrac*""",
    "disgust": """disgust* gross eww* ew yuck* nasty revolting revolted repuls* vile
        sick_of filthy nauseat* nausea gag gags gagging gagged stench foul rotten
        rotting nose_wrinkl* wrinkle*_their_nose scrunch*_their_nose make_me_sick
        makes_me_sick bile recoil* spits vermin maggots turns_their_stomach
        turn_their_stomach grimac* slimy loath* retch* vomit* putrid get_it_off
        awful horrid disgrace icky sickening yikes""",
    "embarrassment": """embarrass* blush* awkward* humiliat* fluster* mortif*
        sheepish* shy shyly stammer* stutter* bashful* cheeks_redden* cheeks_burn*
        cheeks_flush* cheeks_turn* cheeks_heat* cheeks_go turns_red turned_red
        turns_crimson turns_scarlet bright_red crimson hides_their_face
        hide_their_face covers_their_face look_away looks_away looking_away
        pink_dust* rub_the_back_of rubs_the_back_of don't_stare don't_look_at_me
        sink_into_the_floor in_front_of_everyone unable_to_look_at walk_in_on my_bad""",
    "excitement": """excit* thrill* can't_wait cannot_wait cant_wait yay* woo*
        hooray eager* bounce* bouncing jumps_up_and_down let's_go adventure
        enthusias* pumped ecstatic squeal* anticipation clap*_their_hands tail_wag*
        this_is_going_to_be yes_yes it's_finally_happening heart_races so_awesome
        so_cool vibrating woohoo race_you we're_going_to_the stoked hyped""",
    "fear": """afraid fear fears fearful* feared scared scare* scary terrif* terror*
        horrif* horror panic* trembl* shiver* shaking hands_shake frighten* dread*
        nightmare* run_away help_me cower* whimper* flinch* petrified shudder*
        don't_hurt_me please_don't_hurt don't_kill_me blood_runs_cold scream_dies
        it's_coming right_behind_us behind_us freezes_in back*_against_the_wall
        don't_leave_me hide_quick they'll_find_us spine_chill* chill_down dangerous
        horrible run_for""",
    "gratitude": """thank* thanks grateful* gratitude appreciate* appreciated thx
        owe_you in_your_debt bless_you bow bows bowed repay your_kindness
        much_obliged you_saved_my_life""",
    "grief": """grief griev* mourn* funeral died passed_away buried grave tombstone
        coffin casket lifeless lost_him lost_them bereav* sob sobs sobbing sobbed
        wail* rest_in_peace never_coming_back she's_gone he's_gone they're_gone
        really_gone never_hear_their_voice those_who_fell we_lost_them widow*
        in_loving_memory your_loss our_loss is_dead are_dead was_killed their_death""",
    "joy": """happy happi* happily joy* glad gladly delight* cheer cheers cheerful*
        smile* smiling beam beams beaming fun enjoy* laugh laughs laughing laughed
        pleased merry merrily bliss* yay elated giddy radiant skips hums twirl*
        best_day the_best_day lovely perfect bright_smile never_been_happier overjoyed
        cheering dance*_with_joy wonderful_day sunny what_a_lovely what_a_beautiful
        what_a_wonderful feel_great feels_great good_to_see nice_to_see""",
    "love": """love loves loved loving lovingly adore* adoration darling sweetheart
        beloved dear dearest kiss* cuddl* snuggl* nuzzl* my_heart caress* cherish*
        honey be_mine marry marry_me affection* my_everything your_everything
        heart_full falling_for_you fell_for_you in_love soulmate sweetie my_love
        i_love_you love_of_my_life are_my_everything favorite favourite i_like_you
        i_really_like fond_of""",
    "nervousness": """nervous* anxious* anxiety worried worry worries uneasy
        uneasily tense fidget* hesitat* gulp* swallow*_hard jitter* on_edge stress*
        sweating sweaty paces pacing wring* bites_their_nails biting_their_nails
        butterflies voice_waver* what_if_they never_done_this_before
        shift*_their_weight shifts_uncomfortably chew*_their_lip queasy
        i'm_not_ready twist*_their_hands what_if_i what_if_he what_if_she""",
    "optimism": """hope hopes hopeful* optimis* will_be_fine will_be_okay
        will_be_alright be_all_right it'll_be_okay looking_forward better_days
        brighter_days believe_in_us we_can_win we_can_do_this things_will_get
        get_better someday bright_future confident confidence cheer_up don't_worry
        do_not_worry new_day find_a_way still_hope good_feeling_about work_out
        get_through_this we'll_make_it silver_lining light_at_the_end i_believe_we
        better_tomorrow it's_going_to_be_okay hoping hopefully good_luck one_day
        fingers_crossed for_the_best""",
    "pride": """proud* pride triumph* victory i_did_it we_did_it accomplish* achiev*
        puff_out_their_chest puffs_out_their_chest smug* boast* honored honoured
        greatest_work their_own_hands all_by_myself all_by_himself all_by_herself
        beat_the_champion lift*_their_chin finest faster_than_me better_than_me
        best_in_the brought_honor trophy nobody_has_ever told_you_i_could""",
    "realization": """realiz* realis* oh_i_see i_see_it_now now_i_understand
        now_i_see it_makes_sense_now of_course_it aha dawned dawns_on so_that's
        so_that_is_why that's_why suddenly_understand* eyes_widen* it_was_you
        remembered that_explains wait_a_minute clicks clicked it_clicks
        finally_clicks hit_him hits_him hit_her hits_her hits_me all_along
        this_whole_time finally_understand* understands_what understood_at_last
        it_all_makes_sense i_get_it_now pieces_fall""",
    "relief": """relie* phew whew thank_god thank_goodness thank_heavens
        thank_the_gods thank_the_heavens finally_safe glad_you're_safe you're_safe
        you're_alive at_last exhale* relax* breathes_out long_breath
        breath_of_relief tension_leav* weight_off that_was_close made_it_out
        it's_over fever_has_broken only_a_scratch thought_i_had_lost
        thought_i'd_lost shoulders_relax* out_of_danger we_made_it""",
    "remorse": """sorry apolog* regret* forgive_me my_fault remorse* guilt*
        i_was_wrong didn't_mean_to did_not_mean didn't_mean_it ashamed make_it_up_to
        take_it_back feel_terrible_about feel_awful feel_terrible never_meant_to
        hang*_their_head should_never_have can't_meet_their_eyes what_i_did_to
        i_shouldn't_have make_amends all_my_fault""",
    "sadness": """sad sadly sadness cry cries crying cried tear tears weep* wept
        lonely loneliness heartbroken unhappy miss_you miserable depress*
        broken_heart hurts sorrow* gloom* melanchol* sniffl* hopeless despair*
        downcast heart_heavy heavy_heart voice_breaks miss_their so_alone all_alone
        eyes_glisten* nobody_cares no_one_cares curl*_into_a_ball heart_breaks
        heart_aches lower_lip pain painful feel_bad feels_bad hurting teary
        lump_in_their_throat""",
    "surprise": """surpris* gasp* astonish* astound* shock* unexpected* no_way omg
        oh_my oh_my_god oh_my_gosh oh_my_gods unbelievable stunned startl*
        can't_believe cannot_believe whoa wow jaw_drops jaw_dropped wide-eyed
        didn't_expect did_not_expect taken_aback had_no_idea out_of_nowhere
        stumbl*_back you_scared_me speechless blinks_in surprised_to no_freaking_way
        holy""",
}

# Weak signs: they colour a text that shows nothing else, if there are enough of them.
WEAK: Final = {
    "admiration": "nice best clever pretty kind",
    "anger": "damn fucking liar",
    "approval": "yes right okay sure fine good",
    "caring": "care cares caring soft softly warm please safe careful",
    "confusion": "what blinks",
    "curiosity": """what_is what's why how who where which what interesting secret
        strange""",
    "desire": "want wants wanted whispers hot thirst*",
    "disapproval": "wrong never no",
    "disgust": "sick smell* dirty",
    "embarrassment": "oh_gods um oh_no",
    "excitement": "amazing finally new",
    "fear": "run hide dark behind scream* shadow*",
    "grief": "dead death",
    "joy": "sunlight dance* music nice",
    "nervousness": "um uh glances",
    "optimism": "tomorrow soon believe",
    "realization": "oh i_see",
    "relief": "finally safe",
    "sadness": "alone rain empty cold ache* tired",
    "surprise": "suddenly sudden",
}

LABELS: Final = tuple(sorted([*WORDS, NEUTRAL]))
"""The 28 labels in the order of the alphabet."""

OPPOSITES: Final = {
    "joy": "sadness",
    "love": "disapproval",
    "approval": "disapproval",
    "admiration": "disapproval",
    "excitement": "disappointment",
    "optimism": "disappointment",
    "amusement": "annoyance",
}
"""What the denial of a feeling shows; of the others it shows nothing."""
