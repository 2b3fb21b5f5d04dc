"""Words: the topics of these families with nouns that belong to them, and plain nouns that tasks ask for or forbid.

The lists are large, so that no fixed text holds the words that many tasks ask for.
"""

from __future__ import annotations

from collections.abc import Mapping

TOPICS: Mapping[str, tuple[str, ...]] = {
    topic: tuple(nouns.split())
    for topic, nouns in {
        "a harbor town": "anchor pier sailor gull lighthouse ferry net captain",
        "a long walk": "path backpack boot signpost blister trail footbridge walker",
        "an old school": "classroom pupil blackboard chalk desk playground headmaster bell",
        "a winter morning": "snow frost icicle scarf mitten stove blizzard sled",
        "a lost letter": "envelope stamp postman mailbox signature address parcel sender",
        "a mountain village": "peak shepherd chapel slope goat avalanche glacier hut",
        "a night train": "conductor ticket compartment tunnel platform whistle suitcase passenger",
        "a small bakery": "bread oven flour dough baker pastry apron counter",
        "a vegetable garden": "carrot spade seed compost pumpkin beet fence scarecrow",
        "a city library": "librarian shelf novel catalog reader atlas index lamp",
        "a rainy afternoon": "umbrella puddle raincoat gutter cloud drizzle roof rainbow",
        "a village wedding": "bride groom veil ring dancer cake bouquet guest",
        "a night in the desert": "camel dune oasis scorpion caravan cactus tent mirage",
        "a music lesson": "piano violinist melody scale choir flute rehearsal drum",
        "a broken clock": "pendulum dial gear watchmaker spring hour alarm repair",
        "an apple orchard": "ladder basket blossom cider branch harvest crate beehive",
        "a river trip": "canoe paddle rapid otter raft current waterfall island",
        "a hospital at night": "nurse doctor corridor patient bandage stretcher ambulance ward",
        "a football match": "goalkeeper referee stadium trophy penalty striker coach crowd",
        "a village market": "stall merchant cheese scale onion butcher coin bargain",
        "a visit to the dentist": "tooth drill filling toothbrush dentist cavity mirror smile",
        "a house by the sea": "dune shell seaweed balcony tide crab sail horizon",
        "a forest at dawn": "oak fox owl mushroom moss deer pine clearing",
        "a trip to the museum": "statue painting guard exhibit sculptor portrait gallery curator",
        "a new bicycle": "pedal handlebar chain saddle helmet tire brake cyclist",
        "a family dinner": "soup spoon napkin recipe grandmother tablecloth gravy dessert",
        "an empty theater": "stage curtain actor spotlight script applause costume balcony",
        "a space station": "astronaut orbit rocket telescope satellite airlock engineer antenna",
        "a wheat farm": "tractor barn farmer scythe windmill mill straw granary",
        "a chess game": "pawn bishop knight opponent checkmate board queen rook",
        "a fishing trip": "trout hook rod reel worm pond bait fisherman",
        "a snowy road": "plow driver ditch headlight truck curve blizzard salt",
        "a zoo on a Sunday": "elephant giraffe keeper cage penguin monkey lion zebra",
        "a castle on a hill": "tower moat knight dungeon drawbridge banner king armor",
        "a summer camp": "campfire lantern cabin counselor hammock lake mosquito whistle",
        "a moving day": "box truck sofa neighbor key carpet elevator mover",
        "a job interview": "office resume handshake manager suit desk contract salary",
        "a photo album": "photograph camera grandfather page uniform portrait caption memory",
        "a volcano": "lava crater ash eruption smoke geologist rock valley",
        "a storm at sea": "wave mast thunder lightning wreck sailor hull rescue",
    }.items()
}

_PLAIN = """
acorn almond ankle arrow ax bacon badge banana barrel basin beard belt bench berry biscuit blanket blouse bottle bowl bracelet
bracket brick bridge broom brush bucket buckle bullet butter button cabbage cabinet candle candy canvas carrot castle cellar chain
chair cherry chimney chin circus clay cliff cloak clover coal coat cobweb collar comb compass copper cork cottage cotton cousin
cradle crayon cricket crown crumb crystal cupboard curtain cushion dagger daisy diamond diary dinner donkey doorbell dragon drawer
dress duck eagle earring elbow emerald engine eraser falcon feather fiddle finger fireplace flag flame flask flower folder forest
fork fountain freckle frog fruit funnel garlic ginger glacier globe glove glue grape gravel guitar hammer harp hat hatchet hazelnut
hedge helmet heron hinge honey hoof horn hose iceberg ink iron ivory ivy jacket jar jewel jigsaw juice jungle kettle kite kitten
knee knife knot ladle lantern lawn leaf leather lemon lens lid lily lizard lobster lock locket log lumber magnet maple marble mask
mattress meadow medal melon mill mint moon mop mosaic moth mud mug mustard nail necklace needle nest nickel notebook nut oar oatmeal
olive orange orchid organ otter oven owl ox oyster padlock pan panther parrot pea peach peanut pear pearl pebble pencil pepper
perfume pigeon pillow pillar pin pipe pirate pistol plank plate plum pocket pole pony porch potato pouch powder puppet puzzle quill
quilt rabbit radish raisin rake raven razor ribbon rifle riddle robe rooster rope rose ruby rug sack sandal sapphire satin saucer
sausage scissors screw seal shadow shawl sheep shield shirt shovel silk silver skirt slipper snail sock spider sponge squirrel
statue steel stool straw sugar swan sword tail tailor tambourine teapot thimble thorn thread throne thumb tiger timber tin toad
torch towel trumpet tulip tunnel turkey turtle twig valley vase velvet vest vinegar violet violin wagon wallet walnut wax whale
wheel whip wig willow wing wolf wool wrench yarn yolk zipper
"""

_RELATED = {noun for nouns in TOPICS.values() for noun in nouns}
_NOUNS = [noun for noun in dict.fromkeys(_PLAIN.split()) if noun not in _RELATED]

PLAIN = tuple(_NOUNS)
WANTED, REPEATED, FORBIDDEN = (PLAIN[start::3] for start in range(3))
"""Three parts of the plain nouns without a common one, so that no task forbids what it asks for."""
