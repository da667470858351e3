"""What Prometheus reads at /metrics."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
ROWS = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """Counters of one server. Names of models that are not served are counted as `unknown`: a client must not be able
    to make new series."""

    def __init__(self):
        self.registry = CollectorRegistry()
        options = {"registry": self.registry, "namespace": "keras_gan"}
        asked = ("model", "protocol")
        self.requests = Counter("requests", "Predictions by their code (gRPC's names)", [*asked, "code"], **options)
        self.seconds = Histogram(
            "request_seconds", "From the parsed request to the answer", asked, buckets=SECONDS, **options
        )
        self.batch_rows = Histogram("batch_rows", "Rows that ran at once", ["model"], buckets=ROWS, **options)
        self.waiting_rows = Gauge("waiting_rows", "Rows in the queue", ["model"], **options)
        self.available = Gauge("available_versions", "Versions that are served", ["model"], **options)
        self.loads = Counter("loads", "Versions loaded, and those that failed", ["model", "outcome"], **options)

    def text(self):
        return generate_latest(self.registry)
