"""The doctor as a callback of `fit`."""

import math
import time
from pathlib import Path

import keras

from keras_gan.doctor.probe import QUANTITIES, Probe
from keras_gan.doctor.records import append_record, read_records, write_records
from keras_gan.doctor.verdicts import SYMPTOMS, diagnose


class Doctor(keras.callbacks.Callback):
    """Measures the model (`Probe`) before the first step and at intervals, and changes nothing in it.

    After each epoch the last measurement enters the logs as `doctor_modes`, `doctor_diversity`, ... (the quantities in
    `logged`, NaN until they are known), so that callbacks behind it in the list log them, and a stock
    `keras.callbacks.ModelCheckpoint("best.keras", monitor="doctor_modes", mode="max", save_best_only=True)` keeps the
    best.

    real, held_out, encoder, samples: as Probe takes them. path: where measurements are kept, a line of JSON
    each; a resumed run goes on with those it finds. every: steps between measurements; or else share: they take this
    part of the time of training, beside the first, which compiles. stop_on: names of SYMPTOMS; one that is found in
    `patience` measurements one after another after `warm_up` steps ends the training, and its verdict is then in
    `stopped`; a generator that has hardly trained has few modes, and constant output, in healthy runs too. NaN or
    infinite values never heal and stop at once. Raises ValueError for unknown names of either kind.

    `records` are the measurements, `verdicts()` what they say now.
    """

    def __init__(
        self,
        real,
        held_out=None,
        *,
        encoder=None,
        path=None,
        every=None,
        share=0.02,
        samples=None,
        stop_on=(),
        patience=5,
        warm_up=1000,
        logged=("diversity", "modes"),
    ):
        super().__init__()
        for option, names, known in (("stop_on", stop_on, SYMPTOMS), ("logged", logged, QUANTITIES)):
            if unknown := sorted(set(names) - set(known)):
                raise ValueError(f"{option} does not know {', '.join(unknown)}; there are {', '.join(known)}.")
        if (every is not None and every < 1) or not 0 < share <= 1 or patience < 1:
            raise ValueError(f"every={every} and patience={patience} must be at least 1, and share={share} in (0, 1].")
        self.given = {"real": real, "held_out": held_out, "encoder": encoder, "samples": samples}
        self.path = path and Path(path)
        self.every, self.share, self.logged = every, share, tuple(logged)
        self.stop_on, self.patience, self.warm_up = tuple(stop_on), patience, warm_up
        self.probe, self.records = None, []

    def on_train_begin(self, logs=None):
        if self.probe is None or self.probe.model is not self.model:
            self.probe = Probe(self.model, **self.given)
            self.records = read_records(self.path) if self.path else []
        self.step = int(self.model.steps.numpy())
        # A checkpoint is older than the last measurements; what follows it will be measured again.
        self.records = [record for record in self.records if record["step"] <= self.step] if self.step else []
        if self.path:
            write_records(self.path, self.records)
        self.stopped, self.suspected = None, dict.fromkeys(self.stop_on, 0)
        if not self.records or self.records[-1]["step"] < self.step:
            self.examine()
        elif self.probe.before is None:
            self.probe()  # the samples that the next measurement's movement is counted from
        self.began, self.spent = time.perf_counter(), 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.first = int(self.model.steps.numpy())

    def on_train_batch_end(self, batch, logs=None):
        # Counted here: reading the model's own counter would wait for the step to end.
        before, self.step = self.step, self.first + batch + 1
        if self.is_due(before):
            started = time.perf_counter()
            self.examine()
            self.spent += time.perf_counter() - started

    def is_due(self, before):
        if self.every:
            return self.step // self.every > before // self.every
        return self.spent <= self.share * (time.perf_counter() - self.began)

    def examine(self):
        """Measure now, keep the record, and stop the training where `stop_on` says so; -> the record."""
        record = {"step": self.step, **self.probe()}
        self.records.append(record)
        if self.path:
            append_record(self.path, record)
        self.look_for_reasons_to_stop()
        return record

    def look_for_reasons_to_stop(self):
        if not self.stop_on:
            return
        found = {verdict.symptom.name: verdict for verdict in self.verdicts()}
        for name in self.stop_on:
            at_once = name == "not_finite"
            counts = name in found and (at_once or self.step > self.warm_up)
            self.suspected[name] = self.suspected[name] + 1 if counts else 0
            if self.suspected[name] >= (1 if at_once else self.patience) and self.stopped is None:
                self.stopped = found[name]
                self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None:
            for name in self.logged:
                value = self.records[-1].get(name)
                logs[f"doctor_{name}"] = math.nan if value is None else value

    def verdicts(self):
        """What the measurements so far say (`diagnose`)."""
        return diagnose(self.records)
