"""Symptom, numeric test, remedy: the table of what can go wrong in a training, and who says what helps.

A symptom is found where all of its tests hold. A test whose quantity was not measured (no held-out data, points instead
of images) does not hold. The thresholds were tuned on the runs of `python -m benchmarks.doctor`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RECENT = 5  # measurements; a single one is noise, and the whole run is history
HALF = 8  # measurements that a statement about the second half of a run needs


def recent(values):
    """median of the last five"""
    return float(np.median(values[-RECENT:]))


def latest(values):
    """latest"""
    return values[-1]


def largest(values):
    """largest of the run"""
    return max(values)


def often_below(limit):
    """-> the share of the run's second half below a limit."""
    return _often(np.less, limit, f"share of the second half below {limit}")


def often_above(limit):
    """-> the share of the run's second half above a limit."""
    return _often(np.greater, limit, f"share of the second half above {limit}")


def _often(beyond, limit, words):
    def share(values):
        return float(np.mean(beyond(values[len(values) // 2 :], limit)))

    share.__doc__ = words  # what a report calls the number
    return share


@dataclass(frozen=True)
class Test:
    """statistic(values of a quantity, oldest first) lies above (or below) the threshold."""

    quantity: str
    statistic: Callable
    sign: str  # ">" or "<"
    threshold: float
    least: int = 1  # values that the statistic needs

    def value(self, records):
        """The statistic of the records, or None where there are too few values."""
        values = [record[self.quantity] for record in records if record.get(self.quantity) is not None]
        return self.statistic(values) if len(values) >= self.least else None

    def holds(self, records):
        value = self.value(records)
        return value is not None and (value > self.threshold if self.sign == ">" else value < self.threshold)

    @property
    def number(self):
        """What `value` is, in words."""
        return f"{self.statistic.__doc__} of {self.quantity}"

    def __str__(self):
        return f"{self.number} {self.sign} {self.threshold:g}"


@dataclass(frozen=True)
class Symptom:
    """What is seen, the tests for it, the remedy and its source, quantities that are shown beside, and symptoms further
    up in the table that say more, so that this one need not be named beside them."""

    name: str
    seen: str
    tests: tuple
    remedy: str
    source: str
    beside: tuple = ()
    unless: tuple = ()


@dataclass(frozen=True)
class Verdict:
    """A symptom that was found at a step, with the numbers that say so: {what was measured: its value}."""

    symptom: Symptom
    step: int
    evidence: dict

    def __str__(self):
        numbers = ", ".join(f"{name} {value:.3g}" for name, value in self.evidence.items())
        return f"{self.symptom.name} at step {self.step:,}: {self.symptom.seen} ({numbers})"


SYMPTOMS = {
    symptom.name: symptom
    for symptom in (
        Symptom(
            "not_finite",
            "Losses, gradients, scores or samples are NaN or infinite.",
            (Test("non_finite", latest, ">", 0),),
            "Go on from the last checkpoint with a tenth of the learning rates; clip gradients; in half precision, "
            "scale the loss.",
            "Pascanu et al. 2013, arXiv:1211.5063, section 3.2 (clipping); Micikevicius et al. 2018, arXiv:1710.03740",
        ),
        Symptom(
            "constant_data",
            "The data do not vary: all real samples are the same.",
            (Test("data_deviation", latest, "<", 1e-6),),
            "Look at the data: perhaps one image many times, blanks, or a scale that rounds all to one value.",
            "what is measured here is relative to the data's own variation, and has no meaning without it",
        ),
        Symptom(
            "exploding",
            "A player's loss has left the range in which its game is played.",
            (Test("largest_loss", recent, ">", 50.0),),
            "Lower the learning rates and the momentum; normalise (batch or spectral) or penalise D's gradient.",
            "Radford et al. 2015, arXiv:1511.06434, section 4; Miyato et al. 2018, arXiv:1802.05957",
            ("discriminator_gradient", "generator_gradient"),
        ),
        Symptom(
            "frozen",
            "The samples have not moved since the start.",
            (Test("movement", largest, "<", 1e-3, least=3),),
            "Check the learning rates, that both players are trainable, and the scale of the initial weights.",
            "Radford et al. 2015, arXiv:1511.06434, section 4 (N(0, 0.02) weights, Adam 0.0002)",
            ("generator_gradient",),
        ),
        Symptom(
            "constant_output",
            "Every sample is the same, whatever z is.",
            (Test("diversity", recent, "<", 0.05),),
            "A vector z of 100 numbers into a dense or transposed-convolutional G, batch normalisation and leaky ReLU; "
            "start the output bias at the pixel marginals; match features.",
            "Radford et al. 2015, arXiv:1511.06434, section 3; goodfeli/adversarial (bias); Salimans et al. 2016, "
            "arXiv:1606.03498, section 3.1",
            ("generator_gradient",),
        ),
        Symptom(
            "few_modes",
            "The samples vary, but stay within few of the data's modes.",
            (
                Test("modes", recent, "<", 0.5),
                Test("diversity", recent, ">", 0.05),
                Test("movement", largest, ">", 1e-3),
            ),
            "Minibatch discrimination; the pulling-away term; more turns of D for one of G; a relativistic pairing "
            "loss.",
            "Salimans et al. 2016, arXiv:1606.03498, section 3.2; Zhao et al. 2016, arXiv:1609.03126, section 2.4; "
            "Huang et al. 2025, arXiv:2501.05441",
            ("diversity", "nearest_pair"),
            unless=("frozen", "constant_output"),
        ),
        Symptom(
            "discriminator_too_strong",
            "D tells real from fake with certainty, so that log(1 - D(G(z))) is flat and G learns nothing.",
            (Test("separation", recent, ">", 0.995), Test("discriminator_error", recent, "<", 0.02)),
            "Let G maximise log D(G(z)); one-sided label smoothing 0.9; noise on D's input or dropout in it; a lower "
            "learning rate for D; a least-squares, hinge or Wasserstein loss.",
            "Goodfellow et al. 2014, arXiv:1406.2661, section 3; Salimans et al. 2016, arXiv:1606.03498, section 3.4; "
            "Arjovsky and Bottou 2017, arXiv:1701.04862",
            ("accuracy_real", "accuracy_fake", "generator_gradient"),
        ),
        Symptom(
            "discriminator_overfits",
            "D knows its training samples by heart: it scores them above held-out ones of the same kind.",
            (Test("held_out_separation", recent, ">", 0.9),),
            "More data or augmentation; dropout in D, a smaller D, few turns of D for one of G; stop earlier.",
            "Goodfellow et al. 2014, arXiv:1406.2661, section 3 (k) and the maxout D's dropout; Karras et al. 2020, "
            "arXiv:2006.06676",
            ("accuracy_real", "accuracy_held_out"),
        ),
        Symptom(
            "orbiting",
            "D is right and wrong about the current samples by turns: the players chase each other and do not settle.",
            (
                Test("separation", often_below(0.35), ">", 0.15, HALF),
                Test("separation", often_above(0.65), ">", 0.15, HALF),
            ),
            "Historical averaging; a penalty on D's gradient at the data (R1); less momentum; an average of G's "
            "weights.",
            "Salimans et al. 2016, arXiv:1606.03498, section 3.3; Mescheder et al. 2018, arXiv:1801.04406, section 4",
            ("movement",),
        ),
        Symptom(
            "saturated_output",
            "Pixels stick at the ends of their range where the data's do not; there tanh and sigmoid have no slope.",
            (Test("saturation", recent, ">", 0.2),),
            "Smaller initial weights in G's last layer and a lower learning rate for G; batch normalisation before it.",
            "Radford et al. 2015, arXiv:1511.06434, section 3; Glorot and Bengio 2010, section 3",
            ("generator_gradient",),
        ),
        Symptom(
            "checker_artefacts",
            "The samples carry a pattern of the period of G's stride that the data lack.",
            (Test("checker", recent, ">", 5.0), Test("checker_share", recent, ">", 0.01)),
            "A kernel that the stride divides, or resizing followed by convolution.",
            "Odena et al. 2016, Deconvolution and Checkerboard Artifacts, doi:10.23915/distill.00003",
        ),
    )
}


def diagnose(records):
    """The verdicts that hold at the last of the records, in the order of the table; no records, none.

    records: measurements, oldest first. After NaN or infinite values that is the only verdict: what was measured before
    them no longer holds.
    """
    found = {}
    for name, symptom in SYMPTOMS.items():
        if not records or "not_finite" in found or found.keys() & set(symptom.unless):
            continue
        if all(test.holds(records) for test in symptom.tests):
            evidence = {test.number: test.value(records) for test in symptom.tests}
            last = records[-1]
            evidence |= {beside: last[beside] for beside in symptom.beside if last.get(beside) is not None}
            found[name] = Verdict(symptom, last["step"], evidence)
    return list(found.values())
