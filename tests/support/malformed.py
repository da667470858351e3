"""Requests that no server may answer with anything but a 4xx and a sentence: 300 of them, the same every time."""

import json
import random


def requests(model="plain", inputs=("seed",), latent=6):
    """(name, path below /v1/models/, body) of 300 requests to an unconditional model."""
    made = list(by_hand(model, latent))
    draw = random.Random(0)
    while len(made) < 300:
        made.append(random_request(len(made), model, inputs, draw))
    return made[:300]


def by_hand(model, latent):
    """What is known to hurt servers."""
    predict = f"{model}:predict"

    def body(name, content, path=predict):
        return name, path, content if isinstance(content, bytes) else json.dumps(content).encode()

    deep = b"[" * 20000 + b"]" * 20000
    yield body("empty", b"")
    yield body("not JSON", b"seed=1")
    yield body("cut short", b'{"instances": [1, 2')
    yield body("binary", bytes(range(256)) * 10)
    yield body("bad UTF-8", b'{"instances": ["\xff\xfe"]}')
    yield body("lone surrogate", b'{"instances": ["\\ud800"]}')
    yield body("a megabyte of spaces", b" " * (1 << 20))
    yield body("nesting", b'{"instances": ' + deep + b"}")
    yield body("nesting of inputs", b'{"inputs": ' + deep + b"}")
    yield body("nesting unclosed", b"[" * 100_000)
    yield body("900 levels", b'{"inputs": ' + b"[" * 900 + b"1" + b"]" * 900 + b"}")
    yield body("nested objects", b'{"inputs": ' + b'{"seed": ' * 5000 + b"1" + b"}" * 5001)
    yield body("NaN", b'{"instances": [NaN]}')
    yield body("Infinity", b'{"instances": [Infinity]}')
    yield body("1e400", b'{"instances": [1e400]}')
    yield body("integer of 5000 digits", b'{"instances": [' + b"9" * 5000 + b"]}")
    yield body("integer of 65 bits", b'{"instances": [18446744073709551616]}')
    yield body("integer of 64 bits", b'{"instances": [9223372036854775808]}')
    yield body("30 MB of seeds", b'{"instances": [' + b"1," * (15 << 20) + b"1]}")
    yield body("30 MB of text", b'{"instances": ["' + b"a" * (30 << 20) + b'"]}')
    yield body("30 MB that are not JSON", b"x" * (30 << 20))
    yield body("90,000 rows", {"instances": [1] * 90_000})
    yield body("1025 rows", {"inputs": [1] * 1025})
    yield body("one long key", {"instances": [{"s" * 100_000: 1}]})
    yield body("10,000 keys", {"instances": [{str(i): i for i in range(10_000)}]})
    yield body("10,000 inputs", {"inputs": {str(i): [i] for i in range(10_000)}})
    yield body("a long signature", {"signature_name": "s" * 100_000, "instances": [1]})
    yield body("signature of another type", {"signature_name": ["sample"], "instances": [1]})
    yield body("private signature", {"signature_name": "__saved_model_init_op", "instances": [1]})
    yield body("z that is not finite in float32", {"signature_name": "from_latent", "inputs": [[1e39] * latent]})
    yield body("z too short", {"signature_name": "from_latent", "inputs": [[0.0] * (latent - 1)]})
    yield body("z too long", {"signature_name": "from_latent", "inputs": [[0.0] * (latent + 1)]})
    yield body("z without rows", {"signature_name": "from_latent", "inputs": [0.0] * latent})
    yield body("z ragged", {"signature_name": "from_latent", "inputs": [[0.0] * latent, [0.0]]})
    yield body("z of no rows", {"signature_name": "from_latent", "inputs": []})
    yield body("z of empty rows", {"signature_name": "from_latent", "inputs": [[]]})
    yield body("z of strings", {"signature_name": "from_latent", "inputs": [["a"] * latent]})
    yield body(
        "negative truncation", {"signature_name": "sample_truncated", "inputs": {"seed": [1], "truncation": [-1]}}
    )
    yield body("truncation missing", {"signature_name": "sample_truncated", "inputs": {"seed": [1]}})
    yield body("two lengths", {"signature_name": "sample_truncated", "inputs": {"seed": [1, 2], "truncation": [1]}})
    yield body("base64 for a number", {"instances": [{"b64": "AAAA"}]})
    yield body("a label that is not taken", {"instances": [{"seed": 1, "label": 1}]})
    yield body("no rows", {"instances": []})
    yield body("both keys", {"instances": [1], "inputs": [1]})
    yield body("neither key", {"rows": [1]})
    yield body("null", b"null")
    yield body("a number", b"3")
    yield body("unknown model", {"instances": [1]}, "nowhere:predict")
    yield body("unknown version", {"instances": [1]}, f"{model}/versions/9:predict")
    yield body("version 0", {"instances": [1]}, f"{model}/versions/0:predict")
    yield body("huge version", {"instances": [1]}, f"{model}/versions/{'9' * 400}:predict")
    yield body("unknown label", {"instances": [1]}, f"{model}/labels/none:predict")
    yield body("unknown verb", {"instances": [1]}, f"{model}:explode")
    yield body("classify", {"examples": [{}]}, f"{model}:classify")
    yield body("path upwards", {"instances": [1]}, "..%2f..%2fetc%2fpasswd:predict")
    yield body("null in the name", {"instances": [1]}, "a%00b:predict")
    yield body("not UTF-8 in the name", {"instances": [1]}, "%ff%fe:predict")
    yield body("a name of 5000 letters", {"instances": [1]}, "m" * 5000 + ":predict")


WRONG = (None, True, False, "", "1", "seed", 1.5, -0.1, 1e308, {}, {"a": 1}, [], [[]], [[1]], [1, 2], {"b64": "!"})


def random_request(number, model, inputs, draw):
    """A request with something wrong in one of its rows, or in the place of its rows."""
    wrong, count = draw.choice(WRONG), draw.randrange(1, 6)
    row = draw.randrange(count)
    kind = draw.choice(("instances", "named instances", "inputs", "named inputs"))
    values = [draw.randrange(-(2**40), 2**40) for _ in range(count)]
    values[row] = wrong
    if kind == "instances":
        content = {"instances": values}
    elif kind == "named instances":
        content = {"instances": [dict.fromkeys(inputs, value) for value in values]}
    else:
        content = {"inputs": values if kind == "inputs" else dict.fromkeys(inputs, values)}
    if draw.random() < 0.3:
        content["signature_name"] = draw.choice(("sample", "serving_default", "png"))
    return f"{number}: {kind}, {wrong!r} in row {row} of {count}", f"{model}:predict", json.dumps(content).encode()
