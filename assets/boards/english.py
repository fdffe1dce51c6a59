"""English word lists."""

from assets.boards.words import Words, phrases, words

_BASE = words(
    """abandon accuse bleach afford announce apologise argue arrange assume assure bake
        belong boil borrow calculate celebrate communicate complain concern confirm contribute
        cook count deny deserve double employ estimate exceed expose express ferment guarantee
        guess happen identify ignore imagine indicate inform insist intend introduce invade
        knead load mention merge mount multiply negotiate observe obtain occupy overcome pack
        pick point pour praise predict promote propose purchase rebuild recall recognise
        recommend recycle refer refuse regulate reject relocate rescue resemble resist resolve
        retire reverse review sail satisfy scatter seek select separate settle shout soar
        split squeeze stack stick stow strengthen strike struggle submit succeed surprise
        sustain swallow sweep swing tend throw transport travel triple unite unload unveil
        urge vanish vote wander warn waste weaken wear withdraw wonder worsen yield absorb
        accelerate accept accumulate achieve act adapt add affect aim allow answer appear
        apply arrive ask attack attract avoid beat become begin believe block boost break
        breathe breed bring build burn buy call capture carry catch cause change charge check
        choose clean climb close collapse collect combine come compare compete complete
        connect consider consist consume contain continue control convert cool cost cover
        create cut damage deal decide declare decline decrease defend deliver demand depend
        describe design destroy detect determine develop die differ disappear discover drain
        draw drift drink drive drop dry earn eat emerge enable encourage end enjoy ensure
        enter escape evolve exist expand expel expect explain explore export extend face fail
        fall feed feel fight fill filter find finish fit fix float flow fly follow force form
        freeze gain gather generate get give go grow handle harm harvest hatch heal hear heat
        help hide hit hold host hunt import improve include increase inhabit inspire install
        invent invest involve join jump keep kill know lack lay lead learn leave let lie lift
        limit link live lock look lose love lower maintain make manage matter mean measure
        meet melt migrate mine mix monitor move need notice occur offer open operate order own
        pass pay perform place plan plant play pollute pose prefer prepare prevent process
        produce promise protect prove provide publish pull pump push put raise reach react
        read receive recover reduce reflect release rely remain remember remove repair replace
        report represent require respond rest restore result retain return reveal rise run
        save say see sell send serve set shape share shelter shift shine show shrink sign sink
        sit sleep slow solve sound speed spend spread stand start stay stop store stretch
        study suffer suggest supply support surround survive swim take teach tell thank
        threaten thrive tie touch trace track trade train transfer transform transplant trap
        treat trigger trust try turn use vary visit wait walk want warm wash watch weigh win
        work worry write"""
)
_PAST = words(
    """became began beat bit blew bought broke brought built burnt came caught chose cost cut
        did dug drank drew drove ate fed fell felt fought flew found forgot froze gave got
        grew heard held hid hit kept knew laid lay led left lent lost made meant met paid put
        ran rang read rode rose said sang sank sat saw sent set shook shot showed shrank shut
        slept slid sold spent spoke spread stood stole stuck struck swam swept taught thought
        threw told took tore understood went woke won wore wrote dies lies ties does goes has
        begun"""
)


def _forms(base: str) -> set[str]:
    """A regular verb's forms: base, -s, -ed."""
    if base.endswith("y") and base[-2] not in "aeiou":
        return {base, base[:-1] + "ies", base[:-1] + "ied"}
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    if base.endswith("e"):
        return {base, third, base + "d"}
    doubled = base + base[-1] + "ed"
    return {base, third, base + "ed", doubled}


WORDS = Words(
    articles=words("the a an"),
    pronouns=words("it they this these that those he she we you i its their his her there such"),
    prepositions=words(
        """of in on at by for with from to into onto over under between among through throughout
        during across around against within without along near about above below behind beyond
        despite since until toward towards per via as like than off upon amid inside outside
        including"""
    ),
    conjunctions=words(
        """and or but nor so because although though while whereas if unless when whenever that
        where after before once how why what whether not no either both neither"""
    ),
    relatives=words("which who whom whose where"),
    auxiliaries=words(
        """is are was were be been am has have had do does did can could will would shall should
        may might must can't cannot don't doesn't isn't aren't won't it's they're that's
        there's wasn't weren't didn't couldn't we're you're"""
    ),
    verbs=frozenset().union(*(_forms(base) for base in _BASE)) | _PAST,
    fillers=words(
        """also just actually really very quite simply basically literally essentially even
        already therefore thus however indeed moreover furthermore still then too currently
        perhaps certainly obviously clearly typically generally particularly especially"""
    ),
    months=words(
        """january february march april may june july august september october november december"""
    ),
    units=words(
        """people species years months weeks days hours minutes seconds milliseconds kilometres
        kilometers km metres meters m miles feet tonnes tons kilograms kg grams litres liters
        gallons degrees watts megawatts gigawatts kilowatts volts dollars euros pounds
        countries cities workers jobs employees customers users students children animals
        birds trees homes households cars vehicles ships copies pages words times acres
        hectares square cubic centimetres centimeters cm millimetres millimeters mm kilowatt-
        passengers satellites stars galaxies deaths cases patients visitors residents
        inhabitants calories bytes gigabytes lines"""
    ),
    openers=phrases(
        """however | moreover | furthermore | therefore | thus | indeed | in fact | of course |
        for example | for instance | as a result | in addition | in other words | in short |
        on the other hand | at the same time | meanwhile | instead | still | yet | so | and |
        but | also | then | overall | in general | generally | typically | today | now |
        fortunately | unfortunately | interestingly | surprisingly | importantly | crucially |
        after all | in the end | above all | that said | even so | nevertheless |
        nonetheless | in turn | as such | to be clear | more importantly | in particular |
        similarly | likewise | conversely | in contrast | by contrast | worse | better still |
        and yet | in practice"""
    ),
    leads=phrases(
        """in | on | at | by | for | with | from | to | over | under | between | among |
        through | throughout | during | across | around | within | without | since | until |
        after | before | when | while | if | as | because | although | though | once |
        despite | unlike | thanks to | according to | based on | given | using |
        compared with | compared to | because of | like | along | beyond | unless | whenever |
        where | due to | instead of | just | only | about"""
    ),
    nearly=phrases("about | around | roughly | nearly | almost | approximately | some | close to"),
    over=phrases("more than | over | well over | at least"),
    linking=words("is are was were be been estimated worth to now now's stands currently total"),
    tails=phrases(
        """as soon as | because | although | though | while | whereas | so that | even though |
        even if | since | as well as | rather than | in order to | as long as | especially |
        particularly | including | such as | meaning | making | leaving | allowing | causing |
        helping | giving | creating | according to | thanks to | due to | depending on |
        which means | until | before | after"""
    ),
    reports=phrases(
        """a survey | the survey | a report | polls | scientists | researchers | experts |
        studies | analysts | engineers | economists | the study | the report |
        the researchers | the authors | a study | research | evidence | data | biologists |
        historians | physicists | many scientists | most experts"""
    ),
    says=phrases(
        """said | says | say | told | tells | explained | explains | wrote | writes | added |
        adds | argued | argues | noted | notes | warned | warns | recalled | recalls |
        declared | claims | claimed | asked | asks | replied | put it | believes | estimate |
        found | find | show | shows | suggest | suggests | think | believe | reported |
        report | estimates | agree"""
    ),
    according=phrases("according to"),
    qualifiers=phrases(
        """about | around | roughly | nearly | almost | more than | over | at least | up to |
        less than | fewer than | under | approximately | some | only | just | an estimated |
        as many as | as much as | close to | well over | as little as | another | a total of"""
    ),
    ands=phrases("and | or | as well as"),
    such_as=phrases("such as | including | like | for example | namely | especially"),
    ordinals=phrases(
        """first | firstly | first of all | second | secondly | third | thirdly | fourth | next |
        then | after that | finally | lastly | last | in the end | to start | to begin |
        afterwards | step one | step two | step three | at last"""
    ),
    in_year=phrases("in | by | since | from | until | around | during | of | before | after"),
    whereas=phrases("whereas | while | but | in contrast | by contrast | on the other hand"),
    than=phrases("than | compared with | compared to | versus | vs | against"),
    therefore=phrases("so"),
    small_numbers=("two", "three", "four", "five"),
    announced=phrases(
        """things | reasons | ways | steps | habits | facts | causes | changes | rules | tips |
        lessons | parts | kinds | types | groups | questions | problems | goals | features |
        advantages | ideas"""
    ),
    conditions=phrases("at | below | above | under | over | between | within | after | in"),
    verb_ending=(
        r"(?!hundred|sacred|naked|kindred|indeed|(?:un)?need|feed|seed|speed|weed|breed|bleed)"
        r"[a-z]{3,}ed"
    ),
    denials=words("not no never neither nor isn't wasn't don't doesn't didn't can't cannot"),
    ratios=(
        r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+) (?:in|out of)(?: every)? "
        r"(?:two|three|four|five|six|seven|eight|nine|ten|twenty|a hundred|\d+)"
    ),
    percent=phrases("percent | per cent"),
    scales=(
        ("trillion", 1e12),
        ("billion", 1e9),
        ("million", 1e6),
        ("thousand", 1e3),
        ("bn", 1e9),
        ("m", 1e6),
        ("k", 1e3),
    ),
    fractions=phrases(
        """half | twice | three times | four times | five times | ten times | a third |
        one third | two thirds | two-thirds | one-third | a quarter | one quarter |
        one- quarter | three quarters | three-quarters | one in five | one in ten |
        one in four | one in three | nine in ten | one in six | two in five"""
    ),
    from_to=("from", "to"),
    labels=("From", "To"),
    of=("of",),
)
