"""What a server says instead of an answer: gRPC's codes, and the HTTP status that TF Serving gives each."""

HTTP = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
LONGEST = 400  # characters of a sentence: it may quote the request


class Refused(Exception):
    """A code of HTTP above, or INTERNAL, and one sentence. status: HTTP's, where it is more precise than the code."""

    def __init__(self, code, sentence, status=None):
        # Lone surrogates, which JSON may carry, cannot be sent back.
        sentence = sentence.encode("utf-8", "replace").decode()
        super().__init__(sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 4] + " ...")
        self.code = code
        self.status = status or HTTP.get(code, 500)


def invalid(sentence):
    """A request that no server could answer."""
    return Refused("INVALID_ARGUMENT", sentence)
