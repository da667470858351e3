"""Versions and models of a running server that come, go and move, while it is asked."""

import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import conformance_models
import numpy as np
import requests
import servers

import export
from export.server.models import Served, read_config

GOOD = {"instances": [1]}


def test_a_new_version_takes_over_and_the_old_one_finishes(serving_models, tmp_path):
    base = tmp_path / "labelled"
    shutil.copytree(serving_models / "labelled" / "1", base / "1")
    body = {"instances": [{"seed": 1, "label": 2}]}
    with servers.threads([Served("labelled", base)]) as (url, _, models):
        before = servers.post(url, "labelled", body).json()
        old = models.models["labelled"].versions[1]
        with models.lease("labelled"):
            shutil.copytree(serving_models / "labelled" / "2", base / ".2")
            (base / "tmp2").mkdir()
            models.refresh()
            assert list(models.models["labelled"].versions) == [1]  # hidden names and other words are no versions
            os.rename(base / ".2", base / "2")
            models.refresh()
            after = servers.post(url, "labelled", body).json()
            assert after != before
            states = [
                one["state"]
                for one in requests.get(f"{url}/v1/models/labelled", timeout=60).json()["model_version_status"]
            ]
            assert states == ["AVAILABLE", "UNLOADING"]
            assert servers.post(url, "labelled/versions/1", body).status_code == 404
            time.sleep(0.2)
            assert old.signatures  # it is still leased
        servers.until(lambda: old.state == 50)
        assert not old.signatures
        shutil.rmtree(base / "2")  # back to the old one
        models.refresh()
        assert servers.post(url, "labelled", body).json() == before
        shutil.rmtree(base)  # the last one stays
        models.refresh()
        assert servers.post(url, "labelled", body).json() == before


def test_a_version_that_is_being_copied_is_tried_again_when_it_is_whole(serving_models, tmp_path):
    source, base = serving_models / "plain" / "1", tmp_path / "plain"
    shutil.copytree(source, base / "1")
    with servers.threads([Served("plain", base)]) as (url, _, models):
        (base / "2").mkdir()
        shutil.copy(source / "saved_model.pb", base / "2")
        models.refresh()
        failed = models.models["plain"].versions[2]
        assert failed.state == 50 and failed.error
        status = requests.get(f"{url}/v1/models/plain/versions/2", timeout=60).json()["model_version_status"][0]
        assert (
            status["state"] == "END"
            and status["status"]["error_code"] == "UNKNOWN"
            and status["status"]["error_message"]
        )
        models.refresh()
        assert models.models["plain"].versions[2] is failed  # not again: nothing has changed
        assert servers.post(url, "plain", GOOD).status_code == 200
        shutil.copytree(source / "variables", base / "2" / "variables")
        models.refresh()
        assert list(models.models["plain"].available()) == [2]


def test_labels_move_and_models_come_with_the_configuration(serving_models, tmp_path):
    config = tmp_path / "models.config"
    text = conformance_models.CONFIG.format(root=serving_models)
    config.write_text(text)
    body = {"instances": [{"seed": 1, "label": 2}]}
    with servers.threads(read_config(config), config=config) as (url, _, models):
        stable, canary = (servers.post(url, f"labelled/labels/{label}", body).json() for label in ("stable", "canary"))
        assert stable != canary
        config.write_text(
            text.replace('"stable" value: 1', '"stable" value: 2').replace('"plain" base', '"other" base')
        )
        os.utime(config, ns=(1, 1))
        models.refresh()
        assert servers.post(url, "labelled/labels/stable", body).json() == canary
        assert servers.post(url, "other", GOOD).status_code == 200
        servers.until(lambda: servers.post(url, "plain", GOOD).status_code == 404)
        config.write_text("not { a configuration")
        models.refresh()
        assert servers.post(url, "other", GOOD).status_code == 200


def test_no_request_fails_while_versions_are_swapped(serving_models, tmp_path):
    base = tmp_path / "plain"
    shutil.copytree(serving_models / "plain" / "1", base / "1")
    expected = np.load(serving_models / "expected.npz")["plain_1"][:1]
    with servers.threads([Served("plain", base)]) as (url, address, models):
        done = threading.Event()

        def ask(base):
            count = 0
            with export.Client(f"{base}/plain", retries=0) as client:
                while not done.is_set():
                    np.testing.assert_allclose(client.sample(1), expected, rtol=0, atol=1e-5)
                    count += 1
            return count

        with ThreadPoolExecutor(4) as pool:
            counts = [pool.submit(ask, base) for base in (url, f"grpc://{address}") * 2]
            try:
                for number in range(2, 6):
                    os.rename(shutil.copytree(base / str(number - 1), base / f".{number}"), base / str(number))
                    models.refresh()
                    shutil.rmtree(base / str(number - 1))
            finally:
                done.set()
            assert all(count.result(60) > 0 for count in counts)
        assert list(models.models["plain"].available()) == [5]
