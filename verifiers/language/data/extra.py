"""Hand-written word lists for build.py: languages that wordfreq lacks, loan words, and names."""

from __future__ import annotations

FUNCTION_WORDS = {
    "sw": (
        "ya na wa kwa ni katika la za kuwa hii cha yake kama au pia lakini sana watu mtu hiyo huo hizi hivyo ambayo "
        "ambao kila "
        "baada kabla ili wake wao yao hapa sasa bado tu hata siku mwaka nchi kazi mambo jambo wakati mimi wewe yeye "
        "sisi nyinyi "
        "hakuna kuna moja mbili tatu nne tano jumla nambari hesabu jibu swali kwanza tena kisha hivi nini gani vipi "
        "lini wapi "
        "asante karibu habari nzuri kubwa ndogo mpya watoto mtoto mama baba shule kitabu maji chakula nyumba gari mji "
        "alisema anasema amekuwa ilikuwa walikuwa atakuwa nina una ana tuna mna wana nilikuwa tunahitaji ninahitaji"
    ),
    "mr": (
        "आहे आणि या मध्ये होते तो ती ते हे ही हा आहेत करून केले नाही पण त्या त्यांनी त्याने तिने एक मी आम्ही तुम्ही "
        "आपण मला तुला "
        "त्याला होता होती असे असा अशी म्हणून किंवा साठी पासून पर्यंत काही सर्व झाले झाला झाली येथे तेथे आता नंतर आधी "
        "जर तर कारण माझा माझे "
        "तुझा त्याचा त्याचे त्यांचे आपला आपले करणे करतो करते करतात असतो असते असतात संख्या उत्तर आपल्याला म्हणजे केवळ "
        "खूप चांगले दोन तीन चार पाच"
    ),
    "ne": (
        "छ र को मा लाई हो यो छन् गर्न भने पनि ले बाट हुन्छ गरेको थियो यस त्यो उनी हामी म तपाईं तिमी उनले उनीहरू "
        "हाम्रो मेरो तिम्रो "
        "गर्छ गर्नु गरी गरे भयो भएको हुने हुन् छैन थिए लागि तर वा अनि किनभने पछि अघि अब यहाँ त्यहाँ धेरै केही सबै "
        "एउटा दुई तीन चार पाँच "
        "संख्या उत्तर गर्छु गर्छौं हुन सक्छ सकिन्छ जस्तै जसले जुन कुन के कसरी किन हामीले मैले तपाईंले"
    ),
    "et": (
        "on ja ei et kui see ta ma ka oli ning mis siis või aga oma nii sa me nad selle seda olen oled oleme "
        "olete olid pole kas mida kes kus miks kuidas millal kuid sest veel juba ainult väga nüüd siin seal kõik "
        "kõige kõiki iga igaüks üks kaks kolm neli viis kuus seitse kaheksa üheksa kümme sada tuhat esimene teine "
        "kolmas järgmine eelmine viimane arv arvu arve arvud arvude summa korrutis jagatis vahe vastus vastuse "
        "vastust küsimus lahendus ülesanne ülesande võrrand võrrandi võrdub võrdne suurem väiksem rohkem vähem "
        "paaris paaritu jagub jaguv kokku korda pluss miinus leiame leida leidma peame peab pean võib võime võin "
        "saab saame saan saada teeme tegema teha teen arvutame arvutada arvutama kontrollime kontrollida "
        "kontrollin kirjutame kirjutada vaatame vaadata mõtleme mõelda seega järelikult kuna kuigi samuti lõpuks "
        "alguses algul kõigepealt esiteks teiseks seejärel pärast enne jälle uuesti õige vale tõene väär tundmatu "
        "väärtus väärtuse väärtust pool poole poolt kolmandik veerand aeg aja aega tund tundi minut minutit päev "
        "päeva aasta aastat inimene inimesed laps lapsed ema isa maja raha euro kilomeetrit rong rongi auto tee "
        "teed töö töötab mina sina tema meie teie nemad minu sinu nende meil teil neil mul sul tal mulle sulle "
        "talle mind sind teda meid teid neid millest milles mille mitu palju vähe mõni mõned teised muu muud sama "
        "samad selles sellest sellele sellel selline niisugune need nendest olema olla olnud oleks ole ära mitte "
        "ega enam kunagi alati võib-olla vist muidugi jah ehk isegi peaaegu umbes läbi üle alla juures kohta "
        "jaoks ilma koos vastu kuni alates peale ees taga vahel kõrval hästi halvasti suur suure väike väikese "
        "uus uue vana hea parem parim kiire kiirus kiirusega eesti keel keeles sõna sõnad lause näiteks niisiis "
        "kujul ruut ruutu külg külge nurk kolmnurk kolmnurga pikkus laius kõrgus pindala ümbermõõt punkt punkti "
        "kaugus tulemus tulemuse tulemust hoolikalt hoolega samm sammu sammud viga vea tegin unustasin oota "
        "ootame eelmises mõlemad mõlema lisame lahutame korrutame jagame saime vastame tuleb tulnud läheb läks "
        "annab annavad andis võttis võtame võtta jääb jäi"
    ),
    "gl": (
        "de e a o que en do da un unha os as non é por para con se no na ao á como máis pero foi dos das son está "
        "ser ten este esta iso isto estes estas eu ti ela el nós vós eles elas meu miña teu túa seu súa seus súas "
        "noso nosa xa moi moito moita moitos moitas tamén só soamente cando onde porque aínda agora entón despois "
        "antes logo sempre nunca hai había foron era eran será temos teñen teño tiña ter facer fai facemos fixen "
        "fixo feito dicir di dixo ver vemos imos vou vai van ir podemos pode poden poder debemos debe deber "
        "atopar atopamos achar calculamos calcular comprobamos comprobar comprobo escribimos escribir sabemos "
        "saber polo polos pola polas coa coas co cos nun nunha nuns nunhas dun dunha duns dunhas desde ata entre "
        "sobre baixo sen contra segundo durante outro outra outros outras mesmo mesma todo toda todos todas cada "
        "algún algunha ningún ninguén nada algo alguén cousa cousas ano anos día días tempo hora horas minuto "
        "minutos vez veces dous dúas tres catro cinco seis sete oito nove dez cen mil primeiro primeira segunda "
        "terceiro terceira último derradeiro seguinte anterior número números suma produto resta diferenza "
        "división resposta pregunta solución problema exercicio ecuación igual maior menor menos par impar "
        "divisible divisíbel tamaño valor descoñecido incógnita metade dobre triplo parte total resultado paso "
        "pasos erro erros cometín esquecín espera correcto certo falso verdadeiro coidado coidadosamente "
        "finalmente primeiramente así tanto daquela pois mais ou nin ben mentres xunto cerca lonxe aquí alí alá "
        "hoxe onte mañá xente home muller neno nena nenos casa camiño tren coche auga rúa cidade vila mundo "
        "lingua galego galega palabra palabras frase exemplo bo boa bos boas mellor peor grande grandes pequeno "
        "pequena novo nova vello vella longo longa velocidade distancia lado lados triángulo cadrado área "
        "perímetro altura base punto obtemos obter sumamos sumar restamos multiplicamos dividimos chegamos queda "
        "quedan dá dan deu tomamos tomar poñer pór poñemos collemos coller xusto xeito maneira forma quen cal "
        "cales canto canta cantos cantas ambos ambas xogo xogar xaneiro xullo xuño xeral ademais porén senón "
        "acabo acabamos viaxa viaxar quilómetros quilómetro percorre percorrer lle lles mazá mazás irmá irmán "
        "fillo filla vinte trinta corenta cincuenta sesenta setenta oitenta noventa cento ímpar coñecido coñecida "
        "dúbida sobra sobran mercou merca vende custa custan"
    ),
    "af": (
        "die van en in is het nie dat te wat vir met om op sy hy ek dit was by aan as deur ook maar ons hulle jy "
        "daar na word kan sal moet of uit so nog wees baie hierdie daardie toe tot oor net al my jou haar hom "
        "julle u een twee drie vier vyf ses sewe agt nege tien honderd duisend eerste tweede derde laaste "
        "volgende vorige sê gesê gaan kom gehad had wou kon sou moes mag gemaak maak doen gedoen kry gekry neem "
        "gee gegee sien dink weet skryf vind bereken kontroleer toets optel aftrek vermenigvuldig deel getal "
        "getalle som produk verskil antwoord vraag oplossing probleem vergelyking gelyk gelyke groter kleiner "
        "meer minder ewe onewe deelbaar waarde onbekende helfte dubbel kwart totaal resultaat stap stappe fout "
        "foute vergeet wag korrek reg verkeerd waar onwaar versigtig sorgvuldig eers eerstens dan daarna tweedens "
        "uiteindelik dus daarom omdat want alhoewel terwyl wanneer hoekom hoe wie watter hoeveel elke almal alles "
        "iets niks niemand iemand ander selfde nou hier altyd nooit weer reeds alreeds miskien ja nee tyd uur ure "
        "minuut minute dag dae jaar jare man vrou kind kinders mense huis geld trein motor pad werk water stad "
        "wêreld taal woord woorde sin voorbeeld goed goeie beter beste sleg groot klein nuwe ou lank kort vinnig "
        "spoed afstand kante driehoek vierkant oppervlakte omtrek hoogte lengte breedte punt verkry hê hulself "
        "onder bo tussen voor agter sonder teen volgens gedurende binne buite albei beide oorbly bly laat begin "
        "eindig einde noem genoem bekend bestaan maklik moeilik moontlik onmoontlik presies ongeveer byvoorbeeld "
        "asook egter nietemin steeds selfs slegs tog mos soos asof waarvan waarin waarop hiervan daarvan daarin "
        "hierdeur bladsy neër vanaf totdat sodat indien gevolg gevolglik afgelei bewys stel aanvaar gestel beskou "
        "kyk terug ontvang aangesien ewegetal geheel heelgetal priemgetal wortel vermeerder verminder seun dogter "
        "suster broer appel appels koop verkoop winkel ry reis kilometer kilometers halwe nagaan seker"
        "vandag môre gister hoor help soek probeer gebruik begryp verstaan verduidelik onthou besluit antwoorde vrae "
        "vriend vriende vriendin ma pa ouers familie lewe liefde hart hand oë kop mooi lelik lekker warm koud nat droog "
        "swart wit rooi blou groen geel weer saam sit staan loop hardloop swem eet drink slaap speel lees leer luister "
        "praat vertel roep lag huil glo hoop wens voel raak word wag kom gekom gaan gegaan bring gebring hou gehou bly "
        "kyk gekyk sien hulpvaardig skool boek boeke tafel stoel deur venster kamer huise straat winkels dorp plaas boer "
        "veld see strand berg rivier son maan ster sterre reën wind somer winter herfs lente maand maande week weke "
        "oggend middag aand nag sewentien agtien negentien twintig dertig veertig vyftig sestig sewentig tagtig negentig "
        "elf twaalf dertien veertien vyftien sestien miljoen halfpad sukses belangrik anders soortgelyk dieselfde "
        "daardeur daarvoor daarmee daarna hiermee hiervoor waarom waarmee waardeur sodra totdat tensy voordat nadat "
        "vertrek vertrekke treine motors vinniger stadiger afstande daarop bereik bereken aantal pare groep lyn lyne "
        "lank langer korter hoog hoër laag laer breed dik dun vol leeg oop toe skoon vuil sterk swak siek gesond ryk arm "
        "jonk oud klaar vroeg laat gereeld soms gewoonlik dikwels nêrens êrens oral binnekant buitekant bokant onderkant"
    ),
    "la": (
        "et in est non ad ut cum quod qui ex sed si per quae enim de autem ab quam esse hoc sunt nec etiam aut ac te me se "
        "atque id quid eius pro nam ergo neque erat tamen quo fuit sic ita vel eo ea nunc tum omnes omnia omnis igitur quoque "
        "inter apud post ante sub sine super contra propter usque iam ubi unde cur quomodo quia quoniam dum donec nisi sicut "
        "quidem vero autem haec hic illa ille illud ipse ipsa ipsum iste idem eadem eorum eius suis suum sua suo nos vos "
        "noster nostra nostrum vester vestra mihi tibi sibi nobis vobis quorum quibus cuius cui quem quam quos quas quarum "
        "unus una unum duo duae tres tria quattuor quinque sex septem octo novem decem centum mille primus prima primum "
        "secundus tertius numerus numeri numerum numero summa valor valorem aequalis maior minor par impar ignotum ignoti "
        "invenire probare videre facere dicere habere debet debemus potest possumus possunt necesse licet oportet deinde "
        "postea denique tandem itaque primo iterum semper numquam saepe bene male magnus magna magnum parvus bonus malus "
        "homo hominis homines vir femina puer puella rex regis deus dei deum dominus populus urbs urbem terra terram mare "
        "caelum aqua ignis dies diem nox annus anno tempus temporis vita vitam mors mortem amor bellum bello pax pacem lex "
        "verbum verba nomen res rem rebus causa modus modo locus loco pars partes partem via domus manus corpus caput animus "
        "sum es estis fui fuerunt erit erunt esset essent habet habent dixit dicit fecit facit venit vidit incolunt divisa "
        "dedit dat datur agitur scribit responsum responsio quaestio cogito appellantur lingua institutis legibus differunt "
        "lorem ipsum dolor sit amet consectetur adipiscing adipisicing elit eiusmod tempor incididunt labore dolore magna "
        "aliqua enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip commodo consequat duis aute irure "
        "reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur sint occaecat cupidatat proident culpa "
        "officia deserunt mollit anim laborum vestibulum pellentesque curabitur vivamus mauris nunc viverra tellus sapien "
        "phasellus ultricies faucibus sodales suspendisse tincidunt ligula justo placerat porttitor rhoncus semper libero "
        "egestas congue aliquam integer lectus massa ornare turpis vitae volutpat purus felis feugiat fringilla gravida "
        "hendrerit iaculis imperdiet interdum lacinia lacus laoreet lobortis luctus malesuada mattis maximus metus morbi "
        "nibh nisl odio orci pharetra posuere pretium pulvinar quam risus rutrum sagittis scelerisque sollicitudin tempus "
        "tortor tristique urna varius vehicula venenatis vulputate"
    ),
    "az": (
        "və bu bir ki da də ilə üçün olan o onun olaraq var daha çox nə mən sən biz siz onlar hər kimi sonra ən "
        "ya amma lakin isə edir edən etmək etdi olur oldu olacaq olmaq deyil yox bəli həm həmçinin ancaq yalnız "
        "əgər çünki ona onu ondan bunu bunun buna bundan həmin belə elə necə niyə harada haraya kim hansı neçə "
        "qədər əvvəl indi artıq yenə hələ heç bütün hamısı başqa digər eyni iki üç dörd beş altı yeddi səkkiz "
        "doqquz on yüz min birinci ikinci üçüncü sonuncu növbəti əvvəlki ədəd ədədi ədədin ədədlər ədədlərin "
        "rəqəm cəm cəmi hasil fərq cavab cavabı cavabın sual həll həlli məsələ məsələni tənlik tənliyi bərabər "
        "bərabərdir böyük kiçik böyükdür kiçikdir az cüt tək bölünür bölmək vurmaq toplamaq çıxmaq qiymət qiyməti "
        "qiymətini naməlum məlum yarısı yarı hissə hissəsi tapaq tapmaq tapırıq tapmalıyıq lazımdır lazım edək "
        "hesablayaq hesablamaq hesablayırıq yoxlayaq yoxlamaq yoxlayırıq yazaq yazmaq yazırıq baxaq baxmaq "
        "görürük bilirik bilirəm alırıq almaq alınır verir verilir verilmiş gəlir getmək gedir ola bilər bilərik "
        "bilmək istəyirik düşünək əvvəlcə birincisi ikincisi nəhayət beləliklə deməli görə səhv səhvi etdim "
        "unutdum gözləyin gözlə düzgün doğru yanlış diqqətlə addım addımda addımlar yenidən həqiqətən məsələn "
        "yəni təxminən dəqiq vaxt zaman saat dəqiqə gün il insan insanlar uşaq uşaqlar ev pul qatar avtomobil "
        "maşın yol iş su şəhər dünya dil dili söz sözlər cümlə yaxşı pis yeni köhnə uzun qısa sürət sürəti məsafə "
        "tərəf tərəfi üçbucaq kvadrat sahə hündürlük nöqtə nəticə nəticədə qalır qalan ümumi ikisi arasında "
        "altında üstündə içində qarşı haqqında əsasən müəllim şagird kitab alma almalar etdikdə olduqda olduğunu "
        "olduğu olduğundan edirik olarsa olsa idi imiş ediblər azərbaycan oğlan oğlanın qız bacı bacısına qardaş "
        "qardaşına alması almanın kilometr sürətlə verdi aldı satdı qatarın saatda məktəb"
    ),
    "be": (
        "і у не на што з як гэта да але ён яна яно яны мы вы я ты па за ад для пра калі так ужо толькі яшчэ "
        "таксама ці або бо каб дзе там тут цяпер тады потым пасля перад чаму хто якая які якое якія каторы гэты "
        "гэтая гэтае гэтыя той тая тое тыя быў была было былі ёсць няма будзе будуць быць мець мае маюць можа "
        "можам могуць можна трэба патрэбна павінны павінен павінна зрабіць робім рабіць кажа сказаў сказаць "
        "ведаем ведаць знайсці знойдзем знаходзім лічым палічым вылічым вылічыць праверым праверыць правяраем "
        "запішам напісаць бачым бачыць думаем возьмем узяць атрымаем атрымліваем атрымаць складаем складзём "
        "аднімем памножым падзелім дзеліцца лік ліку ліка лікі лікаў лічба сума сумы суму здабытак рознасць дзель "
        "адказ адказу пытанне рашэнне задача задачы задачу ураўненне ураўнення роўна роўны роўная роўнае большы "
        "меншы больш менш цотны няцотны значэнне значэння невядомы невядомага невядомае палова палову частка "
        "разам усяго вынік выніку крок кроку памылка памылку памыліўся забыў пачакайце пачакай правільна "
        "правільны няправільна дакладна уважліва спачатку першы першая першае другі другая другое трэці апошні "
        "наступны папярэдні папярэднім нарэшце такім чынам значыць таму адзін адна адно два дзве тры чатыры пяць "
        "шэсць сем восем дзевяць дзесяць сто тысяча усе ўсе увесь ўвесь кожны кожная іншы іншая іншыя сам сама "
        "нічога нешта ніхто нехта заўсёды ніколі зноў ўжо ў яго яе іх яму ёй ім мяне цябе нас вас мне табе нам "
        "вам свой сваю сваё мой твой наш ваш час гадзіна гадзін гадзіны хвіліна хвілін дзень дні год гады людзі "
        "чалавек дзеці дзіця дом грошы цягнік аўтамабіль дарога праца вада горад свет мова мовы слова словы сказ "
        "напрыклад добра добры дрэнна вялікі вялікая малы маленькі новы стары доўгі хутка хуткасць адлегласць бок "
        "старана трохвугольнік квадрат плошча вышыня пункт застаецца дае паміж пад над каля праз без супраць "
        "паводле аднак хоць пакуль менавіта амаль прыкладна іншымі словамі абодва абедзве яблык яблыкаў "
        "беларуская беларускай беларусі"
    ),
}
"""Frequent words, most frequent first, of languages without a wordfreq list: enough to tell neighbors apart."""

ROMANIZED = {
    "hi": (
        "hai hain ka ki ke ko se mein main hum aur nahi nahin kya kyun kyunki toh bhi yeh ye woh wo pehle phir lekin agar "
        "jab tab kaise kitna kitne kitni sabse hota hoti hote hoga hogi karte karna karo karenge kar rahe raha rahi tha thi "
        "the gaya gayi liye isliye matlab yani ab abhi kuch koi sab bahut accha theek sahi galat jawab sawal sankhya maan "
        "nikalte nikalenge milta milega dekho dekhte chahiye sakta sakte sakti hume humein mujhe tumhe aap tum mera tera "
        "uska iska unka inka apna wala wali waale ek do teen chaar paanch dono jod jodne guna bhaag barabar"
    ),
}
"""Common spellings of frequent words, where people do not spell them as the letter tables do."""

LOANWORDS = {
    "en fr de es pt it nl": (
        "a priori posteriori ad hoc absurdum infinitum nauseam hominem libitum reductio et cetera ergo vice versa de "
        "facto iure jure per se "
        "modulo lemma corollary quod erat demonstrandum ipso facto in vitro vivo situ silico sic viz versus vs circa "
        "ceteris paribus mutatis "
        "mutandis prima facie bona fide pro rata quid quo status alter ego alma mater persona non grata sine qua "
        "nota bene modus ponens tollens "
        "operandi tabula rasa terra incognita vox populi carpe diem cogito sum id est exempli gratia ibidem idem "
        "supra infra passim inter alia "
        "alias curriculum vitae magnum opus addendum erratum errata maximum minimum optimum extremum supremum "
        "infimum radix matrix vertex simplex"
    ),
    "en": (
        "ansatz eigenvalue eigenvector eigenfunction eigenspace zeitgeist gedankenexperiment doppelganger "
        "doppelgänger schadenfreude kindergarten "
        "angst ersatz gestalt leitmotif poltergeist rucksack wanderlust uber über weltanschauung sauerkraut "
        "bildungsroman deja déjà vu naive "
        "naïve cliché façade résumé fiancé fiancée café touché voilà vis entente cordiale carte blanche faux pas "
        "coup état grâce raison être "
        "double entendre cul sac en route bloc masse passant rapport genre ballet bouquet rendezvous avant garde "
        "bourgeois laissez faire "
        "à la mode apropos savoir vivre tete tête esprit corps sangfroid hors oeuvre crème brûlée soufflé piano "
        "forte soprano fiasco "
        "incognito paparazzi graffiti pasta pizza spaghetti aficionado guerrilla mosquito siesta fiesta tornado "
        "patio plaza tsunami karaoke "
        "origami sushi haiku samurai emoji karma yoga guru avatar nirvana pajamas bazaar kiosk algebra algorithm "
        "zenith nadir azimuth"
    ),
    "de": (
        "computer output input team server browser software hardware internet online offline download upload update "
        "test tests code bug feature "
        "app apps chip laptop smartphone email e-mail link meeting job event design trend stress fair cool okay ok "
        "baby party song show film "
        "management marketing manager feedback workshop know how timing training chat blog tool tools set check "
        "checken score ranking"
    ),
    "fr": (
        "week end weekend test web internet email mail logiciel software hardware football match sport sandwich "
        "parking camping shopping "
        "marketing manager job star show film stress budget design leader meeting podcast smartphone buzz chat blog "
        "bug club record score check "
        "feedback web site ok okay cool"
    ),
    "es pt it nl pl tr id vi sv da nb": (
        "internet software hardware online web email test club marketing film chat blog web server browser computer "
        "input output design stress "
        "software show sport bit byte robot radio video taxi hotel bar"
    ),
}
"""Loan words that dictionaries of the language list, though they are rare in running text."""

PLACES_AND_PRODUCTS = """
John James David Michael Paul George
Shakespeare Einstein Newton Euler Gauss Euclid Pythagoras Archimedes Darwin Galileo Aristotle Plato Beethoven Mozart Bach
Unesco Unicef Interpol Google Apple Microsoft Amazon Facebook Meta Twitter YouTube Wikipedia GitHub GitLab Linux Windows Android iPhone iPad
Mac Ubuntu Debian Intel AMD
Nvidia NVIDIA Samsung Sony Huawei Xiaomi Tesla Toyota Honda BMW Volkswagen Mercedes Nike Adidas Netflix Spotify
Instagram TikTok WeChat WhatsApp Telegram
Zoom Slack Oracle Adobe Photoshop Excel Word PowerPoint Outlook Chrome Firefox Safari Opera Python Java JavaScript
TypeScript Rust Golang Kotlin Swift
Ruby Perl Scala Haskell Julia MATLAB Mathematica NumPy SciPy SymPy Pandas PyTorch TensorFlow Keras Jupyter Docker
Kubernetes Git MySQL PostgreSQL SQLite Redis
MongoDB Django Flask React Angular Vue Node OpenAI DeepMind DeepSeek Anthropic Claude Gemini Llama Qwen Mistral
Mixtral ChatGPT Copilot Bard Gemma Phi Kimi
Moonshot Baidu Alibaba Tencent ByteDance Hugging Transformer Bert LaTeX TeX Markdown Unicode Bitcoin Ethereum
Wikidata Duolingo Minecraft Pokemon Pokémon Lego
Disney Marvel Batman Superman Coca Pepsi Starbucks McDonald Ikea IKEA Boeing Airbus Ferrari Porsche Audi
London Paris Berlin Madrid Rome Lisbon Vienna Prague Warsaw Budapest Athens Moscow Kyiv Kiev Istanbul Ankara Cairo
Tehran Baghdad Delhi Mumbai Kolkata
Bangkok Hanoi Saigon Jakarta Singapore Manila Tokyo Kyoto Osaka Seoul Busan Beijing Shanghai Shenzhen Guangzhou
Chengdu Hangzhou Nanjing Wuhan Taipei
York Washington Boston Chicago Seattle Houston Dallas Miami Toronto Montreal Vancouver Sydney Melbourne Auckland
Amsterdam Rotterdam Brussels Geneva Zurich
Zürich Munich München Hamburg Köln Frankfurt Stuttgart Milan Milano Roma Napoli Torino Venice Venezia Barcelona
Sevilla Valencia Porto Lisboa Rio Brasilia
Lima Bogota Bogotá Santiago Buenos Aires Mexico México Havana Dublin Edinburgh Manchester Liverpool Oxford Cambridge
Harvard Stanford Princeton Yale MIT
Stockholm Oslo Copenhagen Helsinki Nairobi Lagos Jerusalem Dubai Riyadh Mecca Karachi Lahore Dhaka Kathmandu
Marseille Lyon Kraków Gdańsk Warszawa Praha
England Britain Scotland Wales Ireland France Germany Deutschland Spain España Portugal Italy Italia Greece Turkey
Russia Ukraine Poland Polska Netherlands
Belgium Austria Switzerland Sweden Norway Denmark Finland Iceland China Japan Korea Vietnam Thailand Indonesia
Malaysia Philippines India Pakistan Bangladesh
Nepal Iran Iraq Israel Egypt Kenya Nigeria Ghana Ethiopia Morocco Algeria Brazil Brasil Argentina Chile Peru Colombia
Canada America USA Australia Zealand
Europe Asia Africa Antarctica Amazonas Everest Himalaya Alps Danube Rhine Nile Mars Jupiter Saturn Venus Neptune
Uranus Pluto
Newton Einstein Gauss Euler Fermat Pascal Descartes Leibniz Lagrange Laplace Fourier Cauchy Riemann Hilbert Poincaré
Galois Abel Jacobi Bernoulli Bayes
Markov Chebyshev Kolmogorov Ramanujan Hardy Littlewood Euclid Pythagoras Archimedes Fibonacci Viète Vieta Cramer
Turing Gödel Cantor Dirichlet Dijkstra
Darwin Galileo Kepler Copernicus Kopernik Curie Maxwell Faraday Tesla Heisenberg Schrödinger Planck Bohr Feynman
Hawking Minkowski Hölder Jensen Schwarz
Lipschitz Stirling Taylor Simpson Heron Ceva Menelaus Ptolemy Wilson Mersenne Goldbach Bézout Bezout Sylvester
Hessian Jacobian Eisenstein Noether Erdős
Shakespeare Cervantes Goethe Dante Tolstoy Dostoevsky Beethoven Mozart Bach Picasso Leonardo Michelangelo Napoleon
Caesar Plato Aristotle Socrates Confucius
北京 上海 广州 深圳 廣州 香港 台北 臺北 东京 東京 大阪 京都 首尔 首爾 中国 中國 日本 韩国 韓國 美国 美國 英国 英國
法国 法國 德国 德國 成都 杭州 南京 武汉 武漢
爱因斯坦 牛顿 高斯 欧拉 小明 小红 小紅 小华 小華 小李 小王 小张 小張 小刚 小剛 小丽 小麗 李明 王明 张三 李四 王五
爱丽丝 鲍勃 太郎 花子 次郎 田中 佐藤 鈴木 山田 高橋
Москва Київ Киев Лондон Париж Берлин Иван Анна Мария Ольга Олена Марія Петро Альберт Эйнштейн Ньютон Гаусс Эйлер
Пушкин Толстой Санкт Петербург Россия Україна
Αθήνα Θεσσαλονίκη Γιώργος Μαρία Γιάννης Ελένη Πυθαγόρας Ευκλείδης Αρχιμήδης Ελλάδα
서울 부산 한국 일본 중국 미국 철수 영희 민수 지훈 아인슈타인 뉴턴 가우스
القاهرة دبي الرياض بغداد أحمد محمد فاطمة علي عمر نيوتن أينشتاين تهران علی رضا مریم سارا
ירושלים ישראל דוד שרה יוסי דני אביב ניוטון איינשטיין
दिल्ली मुंबई भारत राम सीता रमेश सुरेश मोहन राधा न्यूटन आइंस्टीन
กรุงเทพ สมชาย สมหญิง นิวตัน ไอน์สไตน์ เชียงใหม่
"""

NOT_NAMES = str.split(
    "will mark may grace hope rose bill art rich young long white brown green black king day love price case "
    "best page field point power an so in see max min bob's pat drew chase hunter mason carter harper parker "
    "cooper taylor's faith joy summer autumn april june august dawn eve sunny misty christian major angel star "
    "sky melody harmony destiny genesis trinity journey precious heaven noble royal prince earnest frank sandy "
    "rusty rocky mercy patience prudence charity constance ivy lily violet iris jasmine olive daisy holly "
    "heather hazel amber ruby pearl opal crystal jade coral guy van chance lane gene ray don ken jay gay lee "
    "rob sue dee bee do be no one two three to of the and or not is are was we you he she it they i if then "
    "first need find value let okay ok well now next step so therefore hence thus wait hmm yes also because "
    "since case answer check sum total die der das den dem ein eine ist sind ich wir sie er es und oder aber "
    "also nun dann wenn weil dass nicht kein mein dein sein ihr el la los las un una de del y o que en es son "
    "por para con no si sí le les lo me te se su mi tu yo como mais mas não um uma da do dos das em na no nos "
    "nas os as ou e é ao il lo gli uno una di del della che e o non si ci per con ma se et ou un une des du au "
    "aux ce cette est sont je tu nous vous ils elle on ne pas en"
)
"""Given names that are primarily ordinary words: capitalized at the start of a sentence, they are not names."""
