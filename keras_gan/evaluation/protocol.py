"""Scores that cannot be mixed up: a number together with everything that it depends on besides the generator."""

from dataclasses import asdict, dataclass, fields

from keras_gan.version import __version__

REVISION = 1  # of the measuring code: raised by whoever makes it give other figures for the same images


@dataclass(frozen=True)
class Protocol:
    """How a score is measured; only scores of equal protocols may be compared.

    settings are those of the metric, such as "k=3". n_real is None where no real data are used. real names data set
    and split; resizer says how images reach the encoder's size; quantisation is "uint8" where images are rounded to
    the levels of a PNG first.
    """

    metric: str
    n_fake: int
    n_real: int | None = None
    real: str | None = None
    encoder: str | None = None  # with its hash, mnistcnn-1a2b3c4d
    resizer: str = "none"
    quantisation: str = "uint8"
    settings: str = ""
    revision: int = REVISION

    @property
    def name(self):
        """Short, `fid@10k/mnistcnn-1a2b3c4d`: the metric, how many samples, and of what features."""
        count = f"{self.n_fake // 1000}k" if self.n_fake % 1000 == 0 else str(self.n_fake)
        return f"{self.metric}@{count}" + (f"/{self.encoder}" if self.encoder else "")

    def difference(self, other):
        """What differs, as "n_fake (10000 and 5000), encoder (... and ...)"; empty for equal protocols."""
        pairs = [(field.name, getattr(self, field.name), getattr(other, field.name)) for field in fields(self)]
        return ", ".join(f"{name} ({mine} and {theirs})" for name, mine, theirs in pairs if mine != theirs)


@dataclass(frozen=True)
class Score:
    """A measured value. plus_minus is described by `interval`, both None where there is none.

    band: (low, high) within which the same measurement on another machine must fall. samples says which they were,
    such as "seeds 0 to 9999"; neither that nor the version of the code keeps two scores from being compared. detail:
    what the value is made of, plain JSON such as {attribute: its own value}, or None.
    """

    value: float
    protocol: Protocol
    plus_minus: float | None = None
    interval: str | None = None
    band: tuple | None = None
    samples: str = ""
    code: str = f"keras_gan {__version__}"
    detail: dict | None = None

    @property
    def name(self):
        return self.protocol.name

    def minus(self, other):
        """This value less another's. Raises ValueError, which names what differs, for scores of unlike protocols."""
        if difference := self.protocol.difference(other.protocol):
            raise ValueError(f"{self.name} and {other.name} cannot be compared; they differ in {difference}.")
        return self.value - other.value

    def to_json(self):
        """A dict of plain values, with the short name."""
        record = {"name": self.name} | asdict(self) | {"band": None if self.band is None else list(self.band)}
        if self.detail is None:
            del record["detail"]
        return record

    @classmethod
    def from_json(cls, record):
        """The Score of such a dict. Raises ValueError for an incomplete or a changed one."""
        try:
            record = dict(record)
            name = record.pop("name")
            band = record.pop("band")
            score = cls(**record | {"protocol": Protocol(**record["protocol"]), "band": band and tuple(band)})
        except (KeyError, TypeError) as error:
            raise ValueError(f"This is not the record of a score ({error}).") from error
        if name != score.name:
            raise ValueError(f"The score {name} carries the protocol of {score.name}: the record has been changed.")
        return score
