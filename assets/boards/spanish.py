"""Spanish word lists."""

from assets.boards.words import Words, phrases, words

WORDS = Words(
    articles=words("el la los las un una unos unas lo"),
    pronouns=words(
        """él ella ellos ellas esto esta este estos estas eso esa ese esos esas su sus se le les
        ello nosotros yo tú usted aquello"""
    ),
    prepositions=words(
        """a al ante bajo con contra de del desde durante en entre hacia hasta mediante para por
        según sin sobre tras como que más menos"""
    ),
    conjunctions=words(
        """y e o u pero sino porque aunque mientras si cuando que donde como pues ni no tanto
        también"""
    ),
    relatives=words("que quien quienes cuyo cuya cual cuales donde"),
    auxiliaries=words(
        """es son era eran fue fueron será serán ser está están estaba estaban ha han había
        habían hay puede pueden podía podría podrían debe deben tiene tienen tenía tuvo va van
        sido hubo habrá"""
    ),
    verbs=words(
        """absorbe absorben alberga albergan alcanza alcanzan alcanzó ayuda ayudan afecta afectan
        amenaza amenazan aumenta aumentan aumentó baja bajan bajó cae caen cayó cambia cambian
        causa causan come comen comienza comienzan comenzó construye construyen consume
        consumen contiene contienen crea crean crece crecen creció cubre cubren cuesta cuestan
        da dan depende dependen desaparece desaparecen descubrió destruye destruyen dice dicen
        dijo dio dura duran empieza empezó encuentra encuentran encontró existe existen
        explica explicó forma forman funciona funcionan genera generan gana ganan hace hacen
        hizo hicieron incluye incluyen inventó lee leen llega llegan llegó lleva llevan llevó
        mantiene mantienen mide miden muere mueren murió muestra muestran nace nacen nació
        necesita necesitan ocupa ocupan ofrece ofrecen pasa pasan pasó permite permiten pesa
        pesan pierde pierden perdió produce producen protege protegen provoca provocan publicó
        queda quedan recibe reciben recorre reduce reducen redujo representa representan
        requiere sabe saben sale salen salva salvan siembra siembran sigue siguen sirve sirven
        sube suben subió sufre sufren superó supera superan termina terminó toma tomó trabaja
        trabajan transforma usa usan utiliza utilizan vende venden viaja viajan viene vienen
        vive viven vivió vuelve vuelven"""
    ),
    fillers=words(
        """también solo sólo realmente muy simplemente ya incluso además sin embargo todavía aún
        especialmente generalmente básicamente actualmente"""
    ),
    months=words(
        """enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
        diciembre"""
    ),
    units=words(
        """personas especies años meses semanas días horas minutos segundos kilómetros km metros
        toneladas kilogramos kilos kg gramos litros grados vatios megavatios euros dólares
        pesos países ciudades empleos trabajadores animales aves árboles hogares coches barcos
        páginas palabras veces hectáreas centímetros milímetros habitantes visitantes casos
        pacientes millas"""
    ),
    openers=phrases(
        """sin embargo | además | por ejemplo | por lo tanto | por tanto | de hecho |
        en realidad | en cambio | por eso | así | entonces | pero | y | hoy | ahora |
        por otro lado | al mismo tiempo | mientras tanto | finalmente | en resumen | aun así |
        no obstante | por supuesto | en general | a su vez | en otras palabras"""
    ),
    leads=phrases(
        """en | durante | desde | hasta | para | con | sin | según | tras | por | a | al |
        cuando | mientras | si | aunque | gracias a | entre | debido a | como | de | sobre |
        bajo | a pesar de | a diferencia de | hace"""
    ),
    tails=phrases(
        """porque | aunque | después de | antes de | mientras que | mientras | ya que | para que |
        así que | sobre todo |
        especialmente | incluyendo | incluidos | como | debido a | gracias a | según |
        cuando | lo que | por lo que | pues | donde | hasta"""
    ),
    reports=phrases("los científicos | los investigadores | los expertos | los estudios"),
    says=phrases(
        """dijo | dice | dicen | explicó | explica | afirmó | afirma | escribió | señaló |
        señala | advirtió | advierte | comentó | contó | añadió | calculan | muestran |
        estiman"""
    ),
    according=phrases("según"),
    qualifiers=phrases(
        """unos | unas | cerca de | casi | más de | al menos | hasta | menos de | alrededor de |
        aproximadamente | solo | sólo | apenas | un total de | el | los"""
    ),
    nearly=phrases("unos | unas | cerca de | casi | alrededor de | aproximadamente"),
    over=phrases("más de | al menos"),
    linking=words("es son era eran fue fueron de"),
    ands=phrases("y | e | o | u"),
    such_as=phrases("como | tales como | por ejemplo | incluidos | entre ellos | entre ellas"),
    ordinals=phrases(
        """primero | en primer lugar | segundo | en segundo lugar | tercero | luego | después |
        a continuación | finalmente | por último | al final | más tarde"""
    ),
    in_year=phrases("en | desde | hasta | hacia | de | para"),
    whereas=phrases("mientras que | mientras | en cambio | pero"),
    than=phrases("que | en comparación con | frente a | comparado con"),
    therefore=phrases("así que | por lo que | por eso"),
    small_numbers=("dos", "tres", "cuatro", "cinco"),
    announced=phrases(
        """cosas | razones | pasos | reglas | consejos | preguntas | causas |
        partes | tipos | ventajas | ideas | maneras | formas"""
    ),
    conditions=phrases("a | por debajo de | por encima de | entre | tras | con | en"),
    verb_ending=r"[a-zñáéíóú]{2,}(?:aba|aban|aron|ieron|ían|[^s]ió|[^s]ó|arán|erán|irán)",
    denials=words("no nunca ni tampoco"),
    ratios=(
        r"(?:un[ao]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|\d+) de cada "
        r"(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|veinte|cien|\d+)"
    ),
    percent=phrases("por ciento"),
    scales=(
        ("mil millones", 1e9),
        ("billones", 1e12),
        ("millones", 1e6),
        ("millón", 1e6),
        ("mil", 1e3),
    ),
    fractions=phrases(
        """la mitad | el doble | el triple | un tercio | dos tercios | una cuarta parte |
        tres cuartas partes | una quinta parte | un cuarto"""
    ),
    from_to=("de", "a"),
    labels=("Antes", "Después"),
    of=("de", "del"),
    decimal_comma=True,
)
