"""`keras-gan serve` as a process: what it is started with, what it refuses to start with, and its end."""

import socket
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import requests
import servers

import export
from export.server.models import find, read_config
from export.server.running import Options, run, warning
from keras_gan.cli.app import main


def test_a_pretrained_name_and_a_run_in_their_own_process(tmp_path):
    """One process: cold start, the images of zoo.load, a checkpoint that becomes the next version, SIGTERM."""
    import zoo

    _, folder = zoo.train("gan.gaussian1d", tmp_path / "run", steps=3, verbose=0)
    server = servers.Process("dcgan.mnist", f"mine={folder}", "--poll", "0.2", "--log-requests")
    try:
        images = export.Client(f"{server.url}/dcgan.mnist").sample(3, seed=7)
        np.testing.assert_allclose(images, zoo.load("dcgan.mnist").sample(3, seed=7), rtol=0, atol=1e-5)
        mine = export.Client(f"{server.url}/mine")
        np.testing.assert_allclose(mine.sample(4), zoo.load(folder).sample(4), rtol=0, atol=1e-5)
        model, _ = zoo.train("gan.gaussian1d", folder, steps=6, resume=True, verbose=0)
        later = model.sample(4)
        servers.until(lambda: np.allclose(mine.sample(4), later, rtol=0, atol=1e-5), 120)
        many = threading.Thread(target=lambda: answers.append(servers.post(server.url, "dcgan.mnist", big)))
        answers, big = [], {"signature_name": "png", "instances": list(range(1024))}
        many.start()
        servers.until(lambda: answers or 'model="dcgan.mnist"} 0.0' not in waiting(server))
        assert server.stop() == 0
        many.join(60)
        assert answers[0].status_code == 200 and len(answers[0].json()["predictions"]) == 1024
    finally:
        server.kill()
    events = [line["event"] for line in server.events()]
    assert "stopping" in events and events[-1] == "stopped"
    assert {"version available", "listening", "request", "version unloaded"} <= set(events)
    assert not list(Path("/tmp").glob(f"keras_gan_serve_*/{folder.name}"))


def waiting(server):
    text = requests.get(server.url + "/metrics", timeout=60).text
    return "\n".join(line for line in text.splitlines() if line.startswith("keras_gan_waiting_rows"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--config"),
        (("dcgan.mist",), "dcgan.mnist"),
        (("gan.tfd",), "no weights"),
        (("a/b=dcgan.mnist",), "neither / nor :"),
        (("--config", "nowhere.config"), "nowhere.config"),
        (("dcgan.mnist", "--host", "192.0.2.1"), "192.0.2.1:8501 cannot be listened on"),
        (("dcgan.mnist", "--key", "nowhere"), "go together"),
        (("dcgan.mnist", "--key", "nowhere", "--certificate", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(arguments, says, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["keras-gan", "serve", *arguments])
    if "--host" not in arguments:
        sys.argv += ["--port", "0"]
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr().err
    assert ended.value.code == 1 and said.startswith("keras-gan: ") and says in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_and_two_of_one_name(tmp_path, serving_models):
    with pytest.raises(ValueError, match="neither a run nor a preset"):
        run([str(tmp_path)], Options(port=0))
    with pytest.raises(ValueError, match="Two models are called plain"):
        run([str(serving_models / "plain"), f"plain={serving_models / 'labelled'}"], Options(port=0))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="choose another --port"):
            run([str(serving_models / "plain")], Options(port=taken.getsockname()[1]))


def test_a_single_version_is_served_by_its_model_s_name(serving_models, tmp_path):
    one = find(str(serving_models / "labelled" / "2"), tmp_path)
    assert one.name == "labelled" and list(one.wanted()) == [2]


def test_configuration_policies(tmp_path):
    config = tmp_path / "models.config"
    config.write_text(
        'model_config_list { config { name: "a" base_path: "a" '
        "model_version_policy { specific { versions: 3 versions: 1 } } }"
        ' config { name: "b" base_path: "/b" model_version_policy { latest { num_versions: 2 } } } }'
    )
    one, two = read_config(config)
    assert (one.base, one.versions, two.base, two.versions) == (tmp_path / "a", [3, 1], Path("/b"), 2)
    config.write_text('model_config_list { config { name: "a/b" base_path: "a" } }')
    with pytest.raises(ValueError, match="name that fits URLs"):
        read_config(config)


def test_outside_of_this_machine_there_is_a_warning():
    assert warning(Options(), None) is None
    open_to_all = Options(host="0.0.0.0")  # noqa: S104
    assert "Without --token and --certificate any of them can use it" in warning(open_to_all, None)
    assert warning(Options(host="10.0.0.1", token="secret"), "credentials").endswith("this server.")  # noqa: S106
