"""German word lists."""

from assets.boards.words import Words, phrases, words

WORDS = Words(
    articles=words("der die das den dem des ein eine einen einem einer eines"),
    pronouns=words(
        """ihnen ihm ihn uns euch
        er sie es wir ihr ich dies diese dieser dieses diesen diesem jene ihre ihren sein
        seine dabei damit dadurch dafür daraus darin dort dazu davon darum daher"""
    ),
    prepositions=words(
        """in im an am auf aus bei beim mit nach seit von vom zu zum zur durch für gegen ohne um
        über unter vor hinter neben zwischen während wegen trotz bis ab als wie pro laut
        innerhalb außerhalb gegenüber entlang ins ans"""
    ),
    conjunctions=words(
        """und oder aber denn sondern dass weil obwohl wenn falls ob damit bevor nachdem sobald
        solange sowie doch nicht kein keine sowohl entweder weder"""
    ),
    relatives=words("welche welcher welches deren dessen wo wobei wodurch"),
    auxiliaries=words(
        """ist sind war waren wird werden wurde wurden worden hat haben hatte hatten kann können
        konnte konnten muss müssen musste mussten soll sollen sollte sollten darf dürfen will
        wollen wollte mag möchte bin bist sei wäre wären würde würden hätte hätten gibt gab"""
    ),
    verbs=words(
        """beginnt beginnen begann besteht bestehen bleibt bleiben blieb braucht brauchen bringt
        bringen brachte baut bauen baute bilden bildet bietet bieten dauert dient dienen
        erhält erhalten erreicht erreichen ermöglicht ernährt entsteht entstehen entstand
        fährt fahren fällt fallen fiel findet finden fand fließt fließen folgt folgen fördert
        fressen frisst fühlt führt führen führte gehört gehören geht gehen ging gelingt gilt
        gelten glaubt halten hält heißt helfen hilft hielt kamen kam kommt kommen kostet
        kosten kostete lässt lassen lebt leben lebten lebte liegt liegen lag leidet leiden
        liefert liefern lernen lernt liest lesen macht machen machte misst nahm nimmt nehmen
        nutzt nutzen nutzte öffnet produziert produzieren reicht reichen rettet sagt sagen
        sagte schafft schaffen schützt schützen schreibt schrieb sehen sieht sah sinkt sinken
        sank speichert speichern spielt spielen sprechen spricht stammt stammen startet stehen
        steht stand steigt steigen stieg sterben stirbt starb tragen trägt treibt treiben
        trinkt trifft treffen verändert verbindet verbraucht verbrauchen verbessert verdient
        verliert verlieren verlor vermehrt versorgt versorgen verursacht verursachen
        verwandelt verwendet wächst wachsen wuchs warnt weiß wissen wirkt wirken wirft wohnen
        wohnt zählt zählen zeigt zeigen zeigte zerstört zerstören zieht ziehen zog bedroht
        bedrohen bedeckt bedecken beherbergt beherbergen bestäubt bestäuben arbeitet arbeiten"""
    ),
    fillers=words(
        """auch nur eigentlich wirklich sehr ganz einfach bereits schon sogar zudem außerdem
        jedoch allerdings deshalb daher somit also dann noch besonders etwa ja eben wohl
        grundsätzlich natürlich tatsächlich mittlerweile inzwischen"""
    ),
    months=words(
        """januar februar märz april mai juni juli august september oktober november dezember"""
    ),
    units=words(
        """menschen arten jahre jahren monate monaten wochen tage tagen stunden minuten sekunden
        kilometer kilometern km meter metern tonnen kilogramm kilo kg gramm liter litern grad
        watt megawatt gigawatt euro dollar länder ländern städte städten arbeitsplätze
        beschäftigte tiere vögel bäume haushalte autos schiffe seiten wörter mal hektar
        zentimeter millimeter quadratkilometer quadratmeter einwohner besucher fälle patienten
        bienen völker kolonien"""
    ),
    openers=phrases(
        """jedoch | allerdings | außerdem | zudem | deshalb | daher | somit | tatsächlich |
        zum beispiel | beispielsweise | natürlich | dennoch | trotzdem | heute | inzwischen |
        mittlerweile | und | aber | doch | denn | kurz gesagt | im gegenteil |
        darüber hinaus | gleichzeitig | leider | zum glück | schließlich"""
    ),
    leads=(),
    tails=phrases(
        """weil | obwohl | während | sodass | so dass | da | indem | damit | wenn | sobald |
        bevor | nachdem | insbesondere | darunter | um | was | wodurch | wobei | ohne |
        statt | denn | bis | wie etwa | zum beispiel | vor allem"""
    ),
    reports=phrases("forscher | wissenschaftler | experten | studien | die forscher | fachleute"),
    says=phrases(
        """sagte | sagt | sagen | erklärte | erklärt | schrieb | schreibt | meinte | meint |
        berichtet | berichtete | betont | betonte | warnt | warnte | so | schätzen | zeigen"""
    ),
    according=phrases("laut | nach angaben von"),
    qualifiers=phrases(
        """rund | etwa | ungefähr | fast | mehr als | über | mindestens | bis zu | weniger als |
        knapp | circa | ca. | nur | gut | schätzungsweise | nahezu | insgesamt"""
    ),
    nearly=phrases(
        "rund | etwa | ungefähr | fast | knapp | circa | ca. | nahezu | schätzungsweise"
    ),
    over=phrases("mehr als | über | mindestens | gut"),
    linking=words("ist sind war waren beträgt betragen wert"),
    ands=phrases("und | oder | sowie"),
    such_as=phrases("wie | darunter | zum beispiel | etwa | nämlich | beispielsweise"),
    ordinals=phrases(
        """zuerst | erstens | zunächst | als erstes | zweitens | drittens | dann | danach |
        anschließend | schließlich | zuletzt | zum schluss | am ende | als nächstes | viertens"""
    ),
    in_year=phrases("im jahr | im jahre | seit | bis | ab | in | um | von | vor | nach"),
    whereas=phrases("während | dagegen | hingegen | aber"),
    than=phrases("als | im vergleich zu | gegenüber | verglichen mit"),
    therefore=phrases("also | deshalb | daher | darum | sodass"),
    small_numbers=("zwei", "drei", "vier", "fünf"),
    announced=phrases(
        """dinge | gründe | gründen | wege | schritte | regeln | tipps | fragen |
        ursachen | teile | teilen | arten | vorteile | ideen"""
    ),
    conditions=phrases("bei | unter | über | ab | nach | in | zwischen | mit"),
    verb_ending=r"[a-zäöüß]{2,}iert(?:e|en|et)?",
    denials=words("nicht kein keine keinen keinem keiner nie niemals"),
    ratios=(
        r"(?:ein\w{0,2}|zwei|drei|vier|fünf|sechs|sieben|acht|neun|\d+) von "
        r"(?:zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwanzig|hundert|\d+)"
    ),
    percent=phrases("prozent"),
    scales=(
        ("billionen", 1e12),
        ("billion", 1e12),
        ("milliarden", 1e9),
        ("milliarde", 1e9),
        ("millionen", 1e6),
        ("million", 1e6),
        ("tausend", 1e3),
        ("mrd.", 1e9),
        ("mio.", 1e6),
    ),
    fractions=phrases(
        "die hälfte | doppelt | dreimal | ein drittel | zwei drittel | ein viertel | drei viertel"
    ),
    from_to=("von", "auf"),
    labels=("Vorher", "Nachher"),
    of=("der", "des", "von", "aller"),
    decimal_comma=True,
    verb_second=True,
)
