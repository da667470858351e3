"""What an attack on the server found: bounded memory, honest clients that are served meanwhile, hostile files."""

import json
import os
import resource
import shutil
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import attackers
import grpc
import numpy as np
import pytest
import requests
import servers
import tensorflow as tf

from export.server import card
from export.server.access import Access
from export.server.card import checked
from export.server.connections import HEAD
from export.server.limits import Limits
from export.server.models import Served
from export.server.refusals import Refused
from export.server.room import Budget, Room
from export.server.running import Options, tls, within_descriptors
from export.server.version import Version
from keras_gan.files import manifest

ROOT = Path(__file__).parents[3]
GOOD = {"instances": [1]}
PATH = "/v1/models/plain:predict"


def served(models, name="plain"):
    return [Served(name, models / name)]


def is_served(url, **options):
    return servers.post(url, "plain", GOOD, **options).status_code == 200


# gRPC.


def test_small_messages_that_stand_for_gigabytes_are_refused_before_they_grow(server):
    before = server.resident()
    with grpc.insecure_channel(server.grpc) as channel:
        many = attackers.expanding("plain", [f"made up {i}" for i in range(200)], (1024, 16384))
        assert len(many.SerializeToString()) < 20_000
        code, sentence = attackers.call(channel, many)
        assert code == "INVALID_ARGUMENT" and "takes the inputs seed" in sentence
        for sizes, says in (((1024, 16384), "shape"), ((10**6,), "rows"), ((), "shape")):
            code, sentence = attackers.call(channel, attackers.expanding("plain", ["seed"], sizes))
            assert code == "INVALID_ARGUMENT" and says in sentence
        code, sentence = attackers.call(channel, attackers.expanding("plain", ["seed"], (2,), tf.float32))
        assert code == "INVALID_ARGUMENT" and "int64" in sentence
        threads = [
            threading.Thread(
                target=attackers.call, args=(channel, attackers.expanding("plain", ["seed"], (1024, 16384)))
            )
            for _ in range(64)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert server.resident() - before < 200e6


def test_a_message_that_is_no_protocol_buffer_is_refused_without_a_traceback(server):
    seen = len(server.lines)
    with grpc.insecure_channel(server.grpc) as channel:
        method = channel.unary_unary(attackers.PREDICT)
        with pytest.raises(grpc.RpcError) as error:
            method(b"\xff" * 100, timeout=30)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT and "PredictRequest" in error.value.details()
    assert not [line for line in server.lines[seen:] if not line.startswith("{") or "traceback" in line]


def test_calls_whose_message_does_not_come_stand_in_nobodys_way_and_end(serving_models):
    with servers.threads(served(serving_models), Limits(seconds=3)) as (_, where, _):
        with grpc.insecure_channel(where, [("grpc.use_local_subchannel_pool", 1)]) as bad:
            calls = attackers.stalled(bad, 100, 20)
            time.sleep(0.5)
            with grpc.insecure_channel(where, [("grpc.use_local_subchannel_pool", 1)]) as good:
                assert attackers.call(good, attackers.expanding("plain", ["seed"], (1,)), 5) == ("OK", "")
            codes = {call.exception(20).code().name for call in calls}
    assert codes <= {"DEADLINE_EXCEEDED", "UNAVAILABLE"}


def test_the_token_comes_before_the_message(serving_models):
    with servers.threads(served(serving_models), token="open sesame") as (_, where, _):  # noqa: S106
        with grpc.insecure_channel(where) as channel:
            (call,) = attackers.stalled(channel, 1, 20)
            assert call.exception(5).code() is grpc.StatusCode.UNAUTHENTICATED


# Heads and bodies.


@pytest.mark.parametrize(
    ("start", "piece", "status"),
    [
        (b"GET /" + b"a" * 10, b"a" * 10_000, b"414"),
        (attackers.head(PATH) + b"\r\nX: ", b"a" * 10_000, b"431"),
        (attackers.head(PATH), b"\r\nX: 1" * 1000, b"431"),
        (attackers.head(PATH, "Transfer-Encoding: chunked") + b"\r\n\r\n0\r\n", b"X: 1\r\n" * 1000, b"431"),
        (attackers.head(PATH, "Transfer-Encoding: chunked") + b"\r\n\r\n", b"1;" + b"x" * 5000 + b"\r\n1\r\n", b"431"),
    ],
    ids=["url", "header", "headers", "trailers", "chunk extensions"],
)
def test_what_is_not_body_is_bounded(server, start, piece, status):
    sent, answer = attackers.flood(server.url, start, piece, 64 << 20)
    assert sent < 16 << 20  # what the sockets' own buffers hold
    assert not answer or answer.split(b" ", 2)[1] == status, answer
    assert is_served(server.url)


def test_a_head_just_within_the_bound_is_served(server):
    headers = {f"X-{i}": "a" * 1000 for i in range(HEAD // 1100)}
    assert is_served(server.url, headers=headers)


def test_a_flood_of_requests_in_one_connection_ends_it(server):
    request = attackers.head("/healthz", method="GET") + b"\r\n\r\n"
    with attackers.connections(server.url, 1, request * 5000) as (one,):
        with pytest.raises(OSError):  # noqa: PT011
            while one.recv(1 << 16):
                pass
            raise ConnectionResetError
    assert is_served(server.url)


def test_silent_and_slow_connections_make_room_and_are_cut(serving_models):
    limits = Limits(connections=20, seconds=2)
    with servers.threads(served(serving_models), limits) as (url, _, _):
        slow = attackers.head(PATH) + b"\r\nX: "
        with attackers.connections(url, 30) as silent, attackers.connections(url, 30, slow) as slower:
            assert is_served(url)  # though there were three times as many as there may be
            attackers.drip(slower, b"a", time.monotonic() + 4, 0.3)
            for one in (*silent, *slower):
                one.settimeout(5)
                try:
                    while answer := one.recv(4096):
                        assert answer.startswith(b"HTTP/1.1 408")
                except ConnectionError:
                    pass  # shown out by another
            assert is_served(url)


def test_bodies_that_do_not_end_hold_little_memory(serving_models):
    limits = Limits(bodies=1_000_000, seconds=20)
    start = attackers.head(PATH, "Content-Length: 4000000") + b"\r\n\r\n" + b"1" * 300_000
    with servers.threads(served(serving_models), limits) as (url, _, _):
        with attackers.connections(url, 10, start) as held:
            time.sleep(1)
            assert is_served(url)
            answered = 0
            for one in held:
                one.settimeout(0.2)
                try:
                    answered += one.recv(100).startswith(b"HTTP/1.1 408")
                except TimeoutError:
                    pass
            assert answered == 7  # three times 300,000 fit


def test_room_shows_out_who_has_been_in_longest_and_never_the_newcomer():
    room, out = Room(3), []
    for key in "abc":
        room.enter(key, lambda key=key: out.append(key))
    room.leave("b")
    room.enter("d", lambda: out.append("d"))
    assert out == []
    room.enter("e", lambda: out.append("e"))
    room.grow("c", 2)
    assert out == ["a", "d", "e"] and room.taken == 3
    room.grow("c", 100)  # alone it may have what it wants
    assert out == ["a", "d", "e"] and not room.leave("a") and room.leave("c") and not room.taken


def test_budget_is_shared_and_given_back_and_always_has_room_for_one():
    budget = Budget(100)
    with budget.request() as one:
        one.take(300)
        with pytest.raises(Refused) as refused, budget.request() as other:
            other.take(1)
        assert refused.value.code == "UNAVAILABLE"
        one.take(50)
    with budget.request() as one, budget.request() as other:
        one.take(60)
        other.take(40)
        with pytest.raises(Refused):
            other.take(1)
    assert budget.taken == 0


def test_requests_under_way_are_bounded_over_all_connections(serving_models):
    limits = Limits(held=1_000_000)  # an image of 32 x 32 x 3 counts 74 kB
    with servers.threads(served(serving_models), limits) as (url, where, _):
        statuses = []

        def ask():
            statuses.append(servers.post(url, "plain", {"instances": [1] * 10}).status_code)

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200, 503}
        assert servers.post(url, "plain", {"instances": [1] * 30}).status_code == 200  # alone, whatever its size
        with grpc.insecure_channel(where) as channel:
            assert attackers.call(channel, attackers.expanding("plain", ["seed"], (30,)))[0] == "OK"


def test_connections_keep_to_the_descriptors_that_the_process_may_have():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, before[1]))
        limits = within_descriptors(Limits())
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= min(2 * limits.connections + 256, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


# Who may ask.


def test_the_schemes_name_has_no_case_and_white_space_is_no_part_of_a_token():
    access = Access("secret\n")
    for given in (b"Bearer secret", b"bearer secret", b"BEARER  secret "):
        assert access.bearer(given)
    for given in (b"", b"Bearer", b"Bearer secre", b"Basic secret", b"secret", b"Bearer secret2"):
        assert not access.bearer(given)
    for empty in ("", "  \n"):
        with pytest.raises(ValueError, match="empty"):
            Access(empty)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("LOCALHOST:8501", 200), ("127.0.0.1:1", 200), ("[::1]:8501", 200), ("10.1.2.3", 200),
        ("evil.example", 421), ("localhost.evil.example:8501", 421), ("127.0.0.1.evil.example", 421),
    ],
)  # fmt: skip
def test_hosts(server, host, status):
    assert servers.post(server.url, "plain", GOOD, headers={"Host": host}).status_code == status
    assert requests.get(f"{server.url}/healthz", headers={"Host": host}, timeout=30).status_code == 200


def test_a_name_is_allowed_by_option():
    access = Access(None, ("127.0.0.1", "Sampler.example"))
    assert access.known(b"sampler.example:8501") and not access.known(b"other.example")
    assert Access(None, ("*",)).known(b"anything")


def test_an_empty_token_in_the_environment_does_not_serve_openly():
    command = [sys.executable, "-m", "keras_gan", "serve", "dcgan.digits", "--port", "0", "--grpc-port", "0"]
    answer = subprocess.run(
        command, env={**os.environ, "KERAS_GAN_TOKEN": ""}, capture_output=True, text=True, timeout=300, cwd=ROOT
    )
    assert answer.returncode == 1 and "The token is empty" in answer.stderr and answer.stderr.count("\n") == 1


def pem(folder, name, *options):
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", certificate, "-days", "1"]
    subprocess.run([*command, "-subj", "/CN=localhost", *options], check=True, capture_output=True)
    return certificate, key


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")
def test_a_certificate_that_is_of_no_use_is_named_with_its_fault(tmp_path):
    certificate, key = pem(tmp_path, "one", "-nodes")
    _, other = pem(tmp_path, "two", "-nodes")
    _, locked = pem(tmp_path, "locked", "-passout", "pass:secret")
    garbage = tmp_path / "garbage.pem"
    garbage.write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert tls(Options(certificate=certificate, key=key)) is not None
    for pair, says in (
        ((certificate, other), "do not belong together"),
        ((certificate, locked), "is encrypted"),
        ((garbage, key), "garbage.pem"),
        ((key, certificate), "holds no certificate"),
        ((certificate, certificate), "holds no private key"),
    ):
        with pytest.raises(ValueError, match=says):
            tls(Options(certificate=pair[0], key=pair[1]))
    with pytest.raises(OSError, match="cannot be read"):
        tls(Options(certificate=tmp_path / "none.pem", key=key))
    assert ssl.OPENSSL_VERSION


# Hostile files.

CARD = {"class": "GAN", "parameters": 1, "output_shape": [2, 2, 1], "steps": 1, "classes": 3}
HOSTILE = {
    "a list": [], "a number": 3, "null": None, "nothing": {}, "without a class": {**CARD, "class": None},
    "parameters in words": {**CARD, "parameters": "many"}, "no parameters": {**CARD, "parameters": None},
    "true": {**CARD, "parameters": True}, "a shape in words": {**CARD, "output_shape": "2 x 2"},
    "a shape of words": {**CARD, "output_shape": ["a", {}]}, "a long shape": {**CARD, "output_shape": [1] * 1000},
    "classes in words": {**CARD, "classes": "ten"}, "classes below 0": {**CARD, "classes": -1},
    "a fraction of a class": {**CARD, "classes": 2.5}, "10^30 classes": {**CARD, "classes": 10**30},
    "figures in words": {**CARD, "figures": {"fid": "good"}}, "a list of figures": {**CARD, "figures": [1]},
    "a long name": {**CARD, "class": "a" * 10_000}, "a recipe in words": {**CARD, "recipe": "dcgan"},
    "a licence in words": {**CARD, "licence": "mine"}, "a digest of numbers": {**CARD, "sha256": 5},
    "a name that is none": {**CARD, "class_names": ["a", "b", 3]}, "too few names": {**CARD, "class_names": ["a"]},
    "names of nothing": {**CARD, "class_names": {"hair": "abc"}}, "names without classes":
    {**CARD, "classes": None, "class_names": ["a"]}, "10,000 names": {**CARD, "classes": 10_000, "class_names":
    ["a"] * 10_000}, "an input of words": {**CARD, "input_shape": ["a", 2, 3]}, "an input of no pixels":
    {**CARD, "input_shape": [0, 8, 3]}, "a colour that ends the style": {**CARD, "palette": {"sky": "red;} <script>"}},
    "1,000 colours": {**CARD, "palette": {str(number): "#ffffff" for number in range(1000)}},
    "an example that is no base64": {**CARD, "example": '"><script>'},
    "a huge example": {**CARD, "example": "A" * 300_000},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_card_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match=r"\.$"):
        checked(HOSTILE[name])


def test_the_page_shows_models_without_their_cards_where_those_are_hostile(serving_models, tmp_path):
    texts = [json.dumps(card) for card in HOSTILE.values()]
    texts += ["", "{", "[" * 100_000, "\xff", '{"class": NaN}', "9" * 2_000_000]
    texts += [json.dumps({**CARD, "classes": 30_000_000}), json.dumps({**CARD, "class": "<script>alert(1)</script>"})]
    several = []
    for number, text in enumerate(texts):
        base = tmp_path / f"m{number}"
        shutil.copytree(serving_models / "plain" / "1", base / "1")
        (base / "1" / "assets.extra" / "card.json").write_text(text, encoding="latin-1")
        shutil.rmtree(base / "1" / "assets.extra" / "tf_serving_warmup_requests", ignore_errors=True)
        several.append(Served(f"m{number}", base))
    with servers.threads(several[-8:] + several[:3]) as (url, _, _):
        page = requests.get(url, timeout=60)
        assert page.status_code == 200 and len(page.text) < 200_000 and "<script>alert" not in page.text
        assert all(f"<h2>{one.name}</h2>" in page.text for one in several[-8:])
    for text in texts[:-2]:
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            continue
        with pytest.raises(ValueError, match="."):
            checked(content)


def damaged(content, number, draw):
    """`content` with one bit the other way, or a block of zeros."""
    changed, place = bytearray(content), int(draw.integers(len(content)))
    if number % 2:
        changed[place : place + 512] = bytes(len(changed[place : place + 512]))
    if changed == content:
        changed[place] ^= 1 << int(draw.integers(8))
    return bytes(changed)


def test_150_damaged_bits_and_150_blocks_of_a_card_are_noticed(serving_models, tmp_path):
    folder = shutil.copytree(serving_models / "plain" / "1", tmp_path / "1")
    path, draw = folder / card.FILES[0], np.random.default_rng(0)
    content = path.read_bytes()
    assert card.read(folder)["class"] == "GAN"
    for number in range(300):
        path.write_bytes(damaged(content, number, draw))
        assert card.read(folder) == {}
    Version(1, folder).load(Limits(), lambda *_: None)  # the model is served without it


def test_a_damaged_version_is_not_served(serving_models, tmp_path):
    folder = shutil.copytree(serving_models / "plain" / "1", tmp_path / "1")
    draw = np.random.default_rng(0)
    files = [path for path in folder.rglob("*") if path.is_file() and str(path.relative_to(folder)) not in card.FILES]
    assert {"saved_model.pb", manifest.NAME} < {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        for number in range(10 if content else 0):
            path.write_bytes(damaged(content, number, draw))
            with pytest.raises(ValueError, match="damaged|missing"):
                Version(1, folder).load(Limits(), lambda *_: None)
        path.unlink()
        if path.name != manifest.NAME:
            with pytest.raises(ValueError, match="is missing"):
                Version(1, folder).load(Limits(), lambda *_: None)
        path.write_bytes(content)
    Version(1, folder).load(Limits(), lambda *_: None)


def test_a_version_that_the_protocol_cannot_hold_is_not_served(serving_models, tmp_path):
    for name in ("1", "9" * 30, "9" * 18, "007x", "٣"):
        shutil.copytree(serving_models / "plain" / "1", tmp_path / name)
    assert set(Served("plain", tmp_path).present()) == {1, 10**18 - 1}
