"""Lists of English words that instructions name: stop words, conjunctions, pronouns, verbs, names; countries and capitals."""

from __future__ import annotations

STOP_WORDS = frozenset(
    str.split(
        "i me my myself we our ours ourselves you you're you've you'll you'd your yours yourself yourselves he him his himself "
        "she she's her hers herself it it's its itself they them their theirs themselves what which who whom this that that'll "
        "these those am is are was were be been being have has had having do does did doing a an the and but if or because as "
        "until while of at by for with about against between into through during before after above below to from up down in "
        "out on off over under again further then once here there when where why how all any both each few more most other "
        "some such no nor not only own same so than too very s t can will just don don't should should've now d ll m o re ve y "
        "ain aren aren't couldn couldn't didn didn't doesn doesn't hadn hadn't hasn hasn't haven haven't isn isn't ma mightn "
        "mightn't mustn mustn't needn needn't shan shan't shouldn shouldn't wasn wasn't weren weren't won won't wouldn wouldn't "
        "i'm i've i'll i'd he's he'd he'll she'd she'll we're we've we'll we'd they're they've they'll they'd it'd it'll"
    )
)
"""The stop words of English that the field uses (those of NLTK's list)."""

CONJUNCTIONS = frozenset({"and", "but", "for", "nor", "or", "so", "yet"})

PRONOUNS = frozenset(
    str.split(
        "i me we us you he him she her it they them one my mine our ours your yours his hers its their theirs myself ourselves "
        "yourself yourselves himself herself itself themselves oneself this that these those who whom whose which what whoever "
        "whomever whatever whichever anybody anyone anything everybody everyone everything nobody nothing somebody someone "
        "something each either neither both all some any none"
    )
)

PERSON_NAMES = frozenset(
    str.split(
        "Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia Benjamin Harper Leo "
        "Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett Nathan Victoria Elijah Layla "
        "Nicholas Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella Jonathan"
    )
)
"""The names that IFBench's prompt lists."""

VERBS = frozenset(
    str.split(
        "accept achieve add adjust admit adopt advance advise agree aim allow analyze answer appear apply approach argue arrange "
        "arrive ask assemble assess assign assume attach attempt attend avoid bake balance be bear beat become begin believe bend "
        "blend boil bring browse build buy calculate call capture care carry catch cause celebrate change charge chase check "
        "choose chop circle clarify clean clear click climb close collect combine come compare compile complete compose compute "
        "configure confirm connect consider consult contact contain continue convert cook copy count cover craft crack create "
        "cultivate cut dance dare deal decide declare decorate define delete deliver demand depend deploy derive describe design "
        "determine develop dig discover discuss divide do download draft drag draw dream drink drive drop eat edit embrace emerge "
        "employ enable encourage end engage enhance enjoy ensure enter establish estimate evaluate examine expand expect "
        "experience explain explore express extend face fall feel fetch fight fill find finish fit fix fly focus fold follow "
        "forget form fry gather generate get give go grab graph grasp grow guess guide handle hang happen harness have hear heat "
        "help hide hire hit hold hope identify ignore illustrate imagine implement import improve include increase indicate "
        "initialize insert inspect install integrate introduce invent invest investigate invite involve iterate join journey jump "
        "keep kick kill know lay lead learn leave let leverage lie lift listen live locate look lose love maintain make manage "
        "measure meet melt mention mix modify move multiply name navigate need notice obtain occur offer open operate optimize "
        "order organize outline overcome paint pause pay perform pick picture place plan plant play ponder pour practice prepare "
        "present preserve press prevent print prioritize proceed process produce promote protect prove provide pull purchase "
        "pursue push put raise reach read realize receive recall recognize recommend record reduce refer reflect refuse regard "
        "relate relax release remain remember remove repeat replace reply report represent require rest return reveal review rise "
        "roll rotate run save say schedule search seat see seek seem select sell send separate serve set settle shake shape share "
        "shift shoot show shut simplify simulate sing sit sketch sleep slice smile solve speak specify spend split spread stand "
        "start state stay step stir stop store strengthen strike strive study submit substitute subtract succeed suggest summarize "
        "supply support suppose survive take talk taste teach tell test thank think throw tie touch track train transform travel "
        "treat try turn understand unlock unite update upgrade use utilize validate value verify view visit visualize wait wake "
        "walk want warn wash watch wear weigh welcome win wish witness wonder work write yield am is are was were been has had "
        "does did can could may might must shall should will would began became brought built bought came found gave got knew led "
        "left made met ran said saw sent sold spoke stood told took thought understood went won wrote"
    )
)
"""Common English verbs, as base forms and irregular forms."""

AFRICA = (
    "algeria", "angola", "benin", "botswana", "burkina faso", "burundi", "cabo verde|cape verde", "cameroon",
    "central african republic", "chad", "comoros",
    "democratic republic of the congo|congo democratic republic of the|dr congo|drc|congo kinshasa|congo dr",
    "republic of the congo|congo|congo republic|congo brazzaville|congo republic of the",
    "djibouti", "egypt", "equatorial guinea", "eritrea", "eswatini|swaziland", "ethiopia", "gabon", "gambia|the gambia",
    "ghana", "guinea", "guinea bissau", "ivory coast|cote d ivoire", "kenya", "lesotho", "liberia", "libya", "madagascar",
    "malawi", "mali", "mauritania", "mauritius", "morocco", "mozambique", "namibia", "niger", "nigeria", "rwanda",
    "sao tome and principe", "senegal", "seychelles", "sierra leone", "somalia", "south africa", "south sudan", "sudan",
    "tanzania", "togo", "tunisia", "uganda", "zambia", "zimbabwe",
)  # fmt: skip
"""The 54 members of the United Nations in Africa, case-folded without accents; spellings are divided by ``|``."""

CAPITALS = (
    "reykjavik", "helsinki", "oslo", "tallinn", "stockholm", "riga", "moscow", "copenhagen", "vilnius", "minsk", "dublin",
    "berlin", "amsterdam", "warsaw", "london", "brussels", "kyiv|kiev", "prague", "luxembourg|luxembourg city", "paris",
    "vienna", "bratislava", "budapest", "vaduz", "chisinau", "bern|berne", "ljubljana", "zagreb",
)  # fmt: skip
"""The capitals of European states north of 45 degrees, from north to south."""

NAPOLEON = frozenset(
    str.split(
        "1793-08-29 1793-09-18 1796-04-11 1796-04-12 1796-04-13 1796-04-14 1796-04-21 1796-05-07 1796-05-10 1796-05-30 1796-08-03 "
        "1796-08-05 1796-09-04 1796-09-08 1796-11-06 1796-11-12 1796-11-15 1797-01-14 1797-03-16 1798-06-10 1798-07-01 1798-07-13 "
        "1798-07-21 1798-10-21 1799-03-03 1799-03-18 1799-04-16 1799-07-25 1800-05-14 1800-06-09 1800-06-14 1805-10-14 1805-10-16 "
        "1805-12-02 1806-10-14 1807-02-03 1807-02-07 1807-06-10 1807-06-14 1808-11-10 1808-11-29 1808-11-30 1808-12-02 1809-04-19 "
        "1809-04-20 1809-04-21 1809-04-22 1809-04-23 1809-05-21 1809-07-05 1809-07-10 1812-07-23 1812-08-16 1812-08-17 1812-09-05 "
        "1812-09-07 1812-10-24 1812-11-15 1812-11-26 1813-05-01 1813-05-02 1813-05-20 1813-08-26 1813-10-14 1813-10-16 1813-10-30 "
        "1814-01-27 1814-01-29 1814-02-01 1814-02-10 1814-02-11 1814-02-12 1814-02-14 1814-02-17 1814-02-18 1814-03-07 1814-03-09 "
        "1814-03-13 1814-03-20 1814-03-26 1815-06-16 1815-06-18"
    )
)
"""First days of battles under Napoleon's command."""
