"""The English words by which facts are told apart.

Owns: lists of kin, bonds, animals, trades, ailments, and of what nobody owns for long.
Knows nothing of: sentences, what is done with the words.
"""

from __future__ import annotations

from typing import Final


def _any(words: str) -> str:
    """Return a pattern of any of the words, the longest first; `_` is a blank."""
    found = sorted({one.replace("_", " ") for one in words.split()}, key=len)
    return "(?:" + "|".join(reversed(found)) + ")"


KIN: Final = _any(
    """mother mom mum mommy mummy mama ma father dad daddy papa pa parents parent sister
    brother sisters brothers siblings sibling half-brother half-sister stepbrother
    stepsister step-brother step-sister twin twin_sister twin_brother son daughter sons
    daughters kid kids child children baby toddler grandmother grandfather grandma
    grandpa granny gran nan nana grandad granddad grandparents grandson granddaughter
    grandkids grandchildren aunt auntie uncle cousin cousins niece nephew nieces nephews
    wife husband spouse hubby mother-in-law father-in-law sister-in-law brother-in-law
    in-laws stepmother stepfather stepmom stepdad stepson stepdaughter godmother
    godfather goddaughter godson family folks great-grandmother great-grandfather
    foster_mother foster_father"""
)
BONDS: Final = _any(
    """girlfriend boyfriend partner fianc\u00e9 fianc\u00e9e fiance fiancee ex
    ex-wife ex-husband ex-girlfriend ex-boyfriend friend friends bestie buddy mate
    roommate flatmate housemate room-mate boss manager supervisor colleague coworker
    co-worker workmate teacher tutor professor prof coach mentor trainer master
    apprentice squire student neighbour neighbor landlord landlady doctor dentist
    therapist psychiatrist lawyer advisor adviser rival enemy nemesis crush pen_pal
    penpal bandmate teammate captain client assistant nanny babysitter pastor priest
    sensei servant maid butler steward lieutenant first_mate commander employer
    business_partner classmate godparent guardian ward bodyguard secretary"""
)
PETS: Final = _any(
    """dog dogs puppy pup puppies cat cats kitten kittens kitty horse pony mare stallion
    rabbit bunny hamster guinea_pig parrot budgie cockatiel canary bird birds tortoise
    turtle snake python gecko lizard iguana bearded_dragon fish goldfish ferret rat
    mouse hen hens chicken chickens goat goats sheep donkey pig cow duck ducks raven
    crow owl hawk falcon wolf greyhound labrador lab retriever golden_retriever poodle
    beagle corgi dachshund pug husky collie terrier bulldog shepherd german_shepherd
    spaniel whippet chihuahua mutt tabby tomcat siamese maine_coon axolotl hedgehog
    chinchilla mule hound pet pets familiar"""
)
TRADES: Final = _any(
    """nurse doctor teacher lawyer solicitor engineer programmer developer coder
    accountant baker butcher carpenter plumber electrician mechanic welder mason
    bricklayer roofer painter artist musician singer pianist violinist guitarist drummer
    composer writer author novelist poet journalist reporter editor translator
    interpreter librarian archivist archaeologist historian geologist biologist chemist
    physicist scientist researcher mathematician astronomer astronaut pilot captain
    sailor fisherman farmer gardener florist vet veterinarian paramedic firefighter
    policeman policewoman cop detective officer soldier veteran marine guard ranger
    judge clerk secretary receptionist cashier waiter waitress barista bartender chef
    cook server driver courier postman mailman conductor dispatcher pharmacist dentist
    surgeon therapist psychologist psychiatrist counselor counsellor midwife carer
    caregiver nanny au_pair babysitter tutor lecturer professor student apprentice
    intern trainee freelancer consultant manager analyst banker broker trader realtor
    salesman saleswoman cleaner janitor hairdresser barber stylist tailor seamstress
    cobbler blacksmith smith locksmith jeweller jeweler watchmaker potter weaver tanner
    miller brewer vintner merchant shopkeeper innkeeper tavernkeeper butler maid
    housekeeper landlord photographer filmmaker director actor actress dancer ballerina
    model designer architect illustrator animator tattooist tattoo_artist dj
    streamer blogger coach trainer referee athlete footballer boxer jockey swimmer
    social_worker data_scientist web_developer software_engineer security_guard
    truck_driver bus_driver taxi_driver tram_driver beekeeper shepherd hunter woodcutter
    lumberjack miner stonemason cartographer mapmaker healer herbalist apothecary
    alchemist bard minstrel priest priestess monk nun knight squire mercenary assassin
    thief smuggler pirate bounty_hunter spy witch hedge_witch wizard mage sorcerer
    sorceress druid legionary gladiator sheriff outlaw undertaker gravedigger
    ferryman lighthouse_keeper gamekeeper stablehand groom cellist optician
    physiotherapist radiologist paralegal postdoc plasterer glazier upholsterer
    bookbinder bookseller sommelier pastry_chef surveyor meteorologist zookeeper
    flight_attendant stewardess steward kindergarten_teacher childminder electrician
    technician lab_technician civil_servant politician diplomat priestess nutritionist
    dietitian yoga_instructor instructor personal_trainer entrepreneur plumber sculptor
    machinist"""
)
ILLNESSES: Final = _any(
    """diabetes asthma adhd add epilepsy insomnia migraines migraine depression anxiety
    ptsd ocd arthritis cancer leukemia lupus endometriosis celiac_disease
    coeliac_disease
    coeliac celiac crohn's crohns ibs fibromyalgia eczema psoriasis hay_fever
    hayfever tinnitus scoliosis dyslexia autism bipolar bipolar_disorder schizophrenia
    anemia anaemia osteoporosis parkinson's dementia alzheimer's multiple_sclerosis ms
    hypertension high_blood_pressure low_blood_pressure a_heart_condition
    a_heart_murmur a_pacemaker a_weak_heart a_bad_back a_bad_knee bad_knees
    a_prosthetic_leg a_wooden_leg a_glass_eye one_eye a_limp a_stutter a_lisp
    vertigo panic_attacks narcolepsy sleep_apnea gout glaucoma cataracts hiv
    hepatitis long_covid kidney_stones chronic_pain chronic_fatigue a_hernia
    a_slipped_disc a_concussion an_ulcer a_phobia a_nut_allergy a_peanut_allergy
    a_thyroid_condition hypothyroidism restless_legs sciatica carpal_tunnel"""
)
AILING: Final = _any(
    """diabetic asthmatic epileptic colorblind colour-blind colourblind color-blind
    blind
    deaf mute celiac coeliac lactose_intolerant gluten_intolerant intolerant dyslexic
    autistic anemic anaemic bipolar depressed pregnant disabled paralysed paralyzed
    immunocompromised hard_of_hearing near-sighted nearsighted shortsighted
    short-sighted farsighted sober in_recovery in_remission in_a_wheelchair
    claustrophobic agoraphobic arachnophobic neurodivergent an_insomniac insomniac
    a_recovering_alcoholic an_alcoholic hemophiliac a_haemophiliac"""
)
TRAITS: Final = _any(
    """left-handed right-handed lefthanded left_handed ambidextrous tall short bald
    redheaded ginger blonde blond brunette adopted illiterate bilingual trilingual
    tone-deaf tone_deaf gay straight bi bisexual lesbian trans transgender nonbinary
    non-binary asexual pansexual queer religious catholic christian muslim jewish hindu
    buddhist atheist agnostic protestant sikh mormon introverted extroverted shy
    superstitious immortal undead colorful freckled double-jointed
    german french english irish scottish welsh british american canadian mexican
    brazilian spanish portuguese italian greek turkish polish russian ukrainian swedish
    norwegian danish finnish dutch belgian swiss austrian czech hungarian romanian
    bulgarian serbian croatian chinese japanese korean vietnamese thai indian pakistani
    iranian persian iraqi syrian lebanese egyptian moroccan nigerian ghanaian kenyan
    ethiopian armenian georgian australian colombian argentinian chilean peruvian cuban
    filipino filipina indonesian malaysian"""
)
DIETS: Final = _any(
    """vegan vegetarian pescatarian flexitarian teetotal a_teetotaler a_vegan
    a_vegetarian a_pescatarian kosher halal gluten-free gluten_free dairy-free keto
    a_fussy_eater a_picky_eater"""
)
IDENTITIES: Final = _any(
    """introvert extrovert night_owl early_bird morning_person cat_person dog_person
    orphan twin only_child redhead believer atheist christian catholic muslim buddhist
    jew hindu immigrant refugee widow widower bachelor grandmother grandfather mother
    father mom mum dad single_mom single_mum single_dad single_parent single_mother
    single_father grandparent parent virgin smoker non-smoker nonsmoker gamer hoarder
    perfectionist vampire werewolf elf half-elf dwarf orc demon ghost android
    human princess prince queen king noble bastard feminist collector runner cyclist
    climber swimmer hiker swimmer birdwatcher aries taurus gemini cancer leo virgo libra
    scorpio sagittarius capricorn aquarius pisces lefty southpaw native vegetarian
    stepfather stepmother citizen foster_child foster_kid middle_child veteran
    romantic optimist pessimist coward insomniac trans_woman trans_man transgender_woman
    size"""
)
NOT_OWNED: Final = _any(
    """question questions idea ideas feeling feelings headache hunch point minute moment
    second problem problems plan plans thought thoughts time fun trouble chance choice
    suggestion suspicion surprise way word reason doubt clue favor favour bit lot couple
    look talk chat drink bath shower nap rest break good bad great nice lovely rough
    long hard terrible wonderful crazy weird strange busy quick whole blast ball
    dream nightmare cold fever day night week weekend morning evening crisis breakdown
    right duty need mind heart heartbeat sense say go laugh conversation secret
    confession proposal deal bone nerve hangover craving sore cough similar different
    real huge pretty clear strong soft special message line tough new_perspective
    world one thing something someone anything nothing everything few enough
    impact news goal goals dreams respect passion faith hope hopes love peace"""
)
PLANNED: Final = _any(
    """exam exams test appointment interview meeting flight date audition concert gig
    recital presentation deadline surgery operation checkup check-up dentist_appointment
    doctor's_appointment driving_test job_interview wedding funeral party reservation
    match game tournament race marathon competition rehearsal performance show shift
    scan biopsy dentist vet physio hearing trial court_date viewing visit trip train
    ticket tickets bus
    session lesson class midterm midterms finals thesis_defense defense defence
    conference workshop booking reunion dinner_reservation ultrasound mri"""
)
