"""The door: a session's JSON as a game of the library, and a game as the JSON of a session. page/state.js checks and
describes the same object."""

import json
from pathlib import Path

import numpy as np

from keras_gan.fast import internals
from keras_gan.files.atomic import atomic_file
from keras_gan.playground import games, nets, pictures, worlds
from keras_gan.sampling.latents import Normal, Uniform

SCHEMA = 1
PLAYERS = ("generator", "discriminator")
VIEWS = ["heat", "realPoints", "fakePoints", "arrows"]


def read(path):
    """The state in a file. Raises ValueError for another file, FileNotFoundError for none."""
    try:
        state = json.loads(Path(path).read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is not a file of the playground: it is no JSON.") from error
    if not isinstance(state, dict) or state.get("schema") != SCHEMA:
        raise ValueError(f"{path} is not a file of the playground with schema {SCHEMA}.")
    keys = ("world", "seed", "z", *PLAYERS, "objective", "optimizers", "turns", "batch_size")
    if missing := [key for key in keys if key not in state]:
        raise ValueError(f"{path} is not a whole file of the playground: it lacks {', '.join(missing)}.")
    return state


def sample_shape(state):
    """What a generator of this state makes: (2,), or the shape of its pictures."""
    name = state["world"].get("name")
    if name in worlds.WORLDS:
        return (2,)
    if name in pictures.SETS:
        return pictures.SETS[name].shape
    raise ValueError(f"The world {name!r} is none of {', '.join([*worlds.WORLDS, *pictures.SETS])}.")


def load(path):
    """The game that a file of the page holds, compiled, with the same weights, optimisers and step: it goes on under
    `fit`, and `model.sample(n)` gives the page's samples 0, 1, ... A file without weights gives a new game.

    `data(path)` has what to fit it on; a batch of `fit` is the page's batch size times D's turns. Noise and data of the
    steps to come are the library's, and so others than the page would draw. Raises ValueError for a file that is not
    the page's, for layers or numbers that do not fit, and for several turns of G in one step, which no game here has.
    """
    state = read(path)
    turns = state["turns"]
    if turns["generator"] != 1 or turns["discriminator"] < 1:
        raise ValueError(
            f"Games here have one turn of G in a step, and at least one of D; {path} has {turns['generator']} and "
            f"{turns['discriminator']}: set them in the page."
        )
    z, shape = state["z"], sample_shape(state)
    inputs = {"generator": (z["dimension"],), "discriminator": shape}
    players = {player: nets.network(state[player], inputs[player], player) for player in PLAYERS}
    model = games.game(
        state["objective"],
        **players,
        latent=Normal() if z["distribution"] == "Normal" else Uniform(),
        discriminator_steps=turns["discriminator"],
        seed=state["seed"],
    )
    optimizers = {player: games.optimizer(state["optimizers"][player]) for player in PLAYERS}
    model.compile(optimizers["generator"], optimizers["discriminator"])
    if "weights" in state:
        for player in PLAYERS:
            set_weights(players[player], optimizers[player], state["weights"][player])
        model.steps.assign(state.get("steps", 0))
    return model


def set_weights(player, optimizer, kept):
    """Gives a player its arrays, and its optimiser the slots and the count of updates. Raises ValueError where their
    number or length is another's."""
    weights = player.weights  # in the order of the layers, which is the page's
    if len(kept["arrays"]) != len(weights):
        raise ValueError(f"The {player.name} has {len(weights)} weights, and the file {len(kept['arrays'])}.")
    for weight, text in zip(weights, kept["arrays"], strict=True):
        weight.assign(nets.decoded(text, weight.shape))
    optimizer.build(player.trainable_variables)
    slots = internals.slots_of(optimizer)
    for of_kind, texts in zip(slots, zip(*kept["slots"], strict=True), strict=True):
        for slot, text in zip(of_kind, texts, strict=True):
            slot.assign(nets.decoded(text, slot.shape))
    optimizer.iterations.assign(kept["updates"])


def data(path, n=15_000, seed=0):
    """What the game of a file is trained on: n points of its world, float32 [n, 2], drawn with `seed`; or all pictures
    of its set, float32 [m, h, w, c] in [-1, 1] (n is not used). Raises ValueError for a file that is not the page's,
    and what `keras_gan.data.read` raises where the pictures are missing."""
    state = read(path)
    if len(sample_shape(state)) == 1:
        return worlds.world(state["world"]).sample(n, seed)
    return pictures.read_set(state["world"]["name"])["images"].astype(np.float32) / 127.5 - 1.0


def write(model, path, world=None):
    """Writes a compiled game as a file that the page loads: nets, weights, optimisers, step.

    world: {"name": "ring", ...} or {"name": "digits"}, what the page trains it on from then on; by default a drawing of
    two points for points of the plane, and for pictures the set of their shape. Raises ValueError for a game, layer,
    optimiser or z that the page does not have, and for samples that are neither points of the plane nor of the shape
    of one of its sets.
    """
    described = {player: nets.listed(getattr(model, player)) for player in PLAYERS}
    optimizers = {"generator": model.generator_optimizer, "discriminator": model.discriminator_optimizer}
    state = {
        "schema": SCHEMA,
        "world": world or fitting_world(tuple(model.generator.output_shape[1:])),
        "seed": int(model.seed),
        "z": described_latent(model),
        **{player: layers for player, (layers, _) in described.items()},
        "objective": games.objective(model),
        "optimizers": {player: games.settings(optimizer) for player, optimizer in optimizers.items()},
        "turns": {"generator": 1, "discriminator": model.discriminator_steps},
        "batch_size": 150 if len(model.generator.output_shape) == 2 else 32,
        "steps": int(model.steps),
        "views": VIEWS,
        "weights": {
            player: kept(getattr(model, player), arrays, optimizers[player])
            for player, (_, arrays) in described.items()
        },
    }
    wanted, made = sample_shape(state), tuple(model.generator.output_shape[1:])
    if wanted != made:
        raise ValueError(f"{state['world']['name']} are samples of {wanted}, and the generator makes {made}.")
    with atomic_file(path) as aside:
        aside.write_text(json.dumps(state))


def kept(player, arrays, optimizer):
    """Arrays, slots and updates of one player, as set_weights takes them."""
    if not optimizer.built:
        optimizer.build(player.trainable_variables)
    if len(arrays) != len(player.weights):
        raise ValueError(f"The {player.name} has layers without a bias or scale, which the playground trains.")
    slots = internals.slots_of(optimizer)
    return {
        "arrays": [nets.encoded(array) for array in arrays],
        "slots": [
            [nets.encoded(of_kind[i].numpy()) for of_kind in slots] for i in range(len(player.trainable_variables))
        ],
        "updates": int(optimizer.iterations),
    }


def described_latent(model):
    """{"distribution", "dimension"} of a game's z."""
    latent, dimension = model.latent, int(model.generator.input_shape[-1])
    if type(latent) is Normal:
        return {"distribution": "Normal", "dimension": dimension}
    if type(latent) is Uniform and (latent.low, latent.high) == (-1.0, 1.0):
        return {"distribution": "Uniform", "dimension": dimension}
    raise ValueError(
        f"The playground has z ~ N(0, 1) and U(-1, 1), and not {type(latent).__name__} {latent.get_config()}."
    )


def fitting_world(shape):
    if shape == (2,):
        return {"name": "drawn"}
    found = next((name for name, wanted in pictures.SETS.items() if wanted.shape == shape), None)
    if found is None:
        raise ValueError(f"The playground has no data of the shape {shape}.")
    return {"name": found}
