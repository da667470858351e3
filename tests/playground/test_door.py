"""From the page to Python and back; the page as files; who may ask the server."""

import hashlib
import http.client
import json
import shutil
import socket
import struct
import time
from urllib.parse import urlsplit

import numpy as np
import pytest

from keras_gan import R3GAN, playground
from keras_gan.networks import points
from keras_gan.playground import files, site


def test_a_game_of_python_comes_back(opened, tmp_path):
    """Python's game, trained, written, opened in the page, trained there, and in Python once more."""
    hidden = (("relu", 8), ("tanh", 6))
    model = R3GAN(
        points.generator(3, 2, hidden, "glorot_uniform"), points.discriminator(2, hidden, "glorot_uniform"), gamma=0.5
    )
    model.compile()
    model.fit(np.random.default_rng(0).normal(size=(64, 2)).astype("float32"), batch_size=32, verbose=0)
    playground.write(model, tmp_path / "there.json", world={"name": "ring"})
    opened.page.locator("input[type=file]").set_input_files(tmp_path / "there.json")
    opened.page.wait_for_function("() => page.state.steps === 2 && page.state.objective.name === 'relativistic'")
    opened.save(tmp_path / "same.json")
    same = playground.load(tmp_path / "same.json")
    for mine, theirs in zip(same.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    opened.steps(3)
    opened.save(tmp_path / "back.json")
    back = playground.load(tmp_path / "back.json")
    assert (int(back.steps), back.gamma, int(back.generator_optimizer.iterations)) == (5, 0.5, 5)
    back.fit(playground.data(tmp_path / "back.json", n=64), batch_size=32, verbose=0)
    assert int(back.steps) == 7


def state(path, **changes):
    """A file as the page saves one before its first step."""
    dense = [{"type": "dense", "units": 2}]
    adam = {"name": "adam", "learning_rate": 0.001, "momentum": 0.9, "beta_1": 0.5, "beta_2": 0.9}
    content = {
        "schema": 1,
        "world": {"name": "line"},
        "seed": 0,
        "z": {"distribution": "Normal", "dimension": 2},
        "generator": dense,
        "discriminator": [{"type": "dense", "units": 1}],
        "objective": {"name": "hinge"},
        "optimizers": {"generator": adam, "discriminator": adam},
        "turns": {"generator": 1, "discriminator": 1},
        "batch_size": 8,
    }
    path.write_text(json.dumps({**content, **changes}))
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 2}, "schema 1"),
        ({"turns": {"generator": 2, "discriminator": 1}}, "one turn of G"),
        ({"objective": {"name": "guess"}}, "objective 'guess'"),
        ({"world": {"name": "moon"}}, "world 'moon'"),
        ({"generator": [{"type": "lambda"}]}, "Layer 0 of the generator"),
        ({"generator": [{"type": "dense", "units": 3}]}, "generator makes"),
    ],
)
def test_files_that_do_not_fit_are_refused(tmp_path, changes, words):
    with pytest.raises(ValueError, match=words):
        playground.load(state(tmp_path / "a.json", **changes))


def test_a_file_without_weights_is_a_new_game(tmp_path):
    model = playground.load(state(tmp_path / "a.json"))
    assert int(model.steps) == 0 and model.sample(3).shape == (3, 2)
    assert playground.data(tmp_path / "a.json", n=5).shape == (5, 2)
    assert files.read(tmp_path / "a.json")["batch_size"] == 8


def test_tensorflow_js_is_as_npm_has_it():
    """What is vendored is what the manifest says, and nothing else but licences."""
    content = site.page_files()
    manifest = json.loads(content["vendor/manifest.json"])["files"]
    for name, about in manifest.items():
        assert hashlib.sha256(content[f"vendor/{name}"]).hexdigest() == about["sha256"], name
    others = {path.removeprefix("vendor/") for path in content if path.startswith("vendor/")} - set(manifest)
    assert others == {"manifest.json", "LICENSE-APACHE-2.0.txt", "LICENSE-XNNPACK.txt"}
    assert sum(map(len, content.values())) < 4_000_000


def test_files_of_the_page_are_small():
    for path, content in site.page_files().items():
        if path.endswith((".js", ".css", ".html")) and not path.startswith("vendor/"):
            assert content.count(b"\n") <= 250, path


def test_the_folder_works_on_any_server(browser, tmp_path, monkeypatch):
    """Written once, with the digits alone at hand, and served by Python's own server of files."""
    import functools
    import http.server
    import threading

    monkeypatch.setattr("keras_gan.playground.pictures.why_missing", lambda name: None if name == "digits" else "No.")
    folder = playground.write_site(tmp_path / "page")
    with pytest.raises(FileExistsError):
        playground.write_site(folder)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    monkeypatch.setattr(http.server.SimpleHTTPRequestHandler, "log_message", lambda *arguments: None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    page.wait_for_selector("body[data-ready]")
    page.get_by_role("region", name="Data", exact=True).get_by_label("World", exact=True).select_option("digits")
    page.wait_for_function("() => page.gallery.look?.verdicts")
    page.close()
    server.shutdown()
    server.server_close()
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/", "127.0.0.1", 200),
        ("/", "localhost:80", 200),
        ("/", "evil.example", 403),
        ("/../setup.cfg", "127.0.0.1", 404),
        ("/%2e%2e/setup.cfg", "127.0.0.1", 404),
        ("/data/passwd.bin", "127.0.0.1", 404),
        ("/pretrained/nothing.json", "127.0.0.1", 404),
    ],
)
def test_who_gets_what(site, path, host, status):
    connection = http.client.HTTPConnection(site.split("/")[2], timeout=20)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    assert answer.status == status and answer.headers["X-Content-Type-Options"] == "nosniff"
    connection.close()


def test_a_page_that_is_closed_is_no_fault(site, capfd):
    """Half of the files are on their way when a tab is closed; the terminal belongs to whoever started the server."""
    address = urlsplit(site)
    for _ in range(3):
        client = socket.create_connection((address.hostname, address.port), timeout=20)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, not a farewell
        client.sendall(b"GET /vendor/tf.es2017.min.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        client.recv(10)
        client.close()
    time.sleep(0.5)
    assert "Traceback" not in capfd.readouterr().err
