"""Hand-written word lists for build.py: languages that wordfreq lacks, loan words, and names."""

from __future__ import annotations

FUNCTION_WORDS = {
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
