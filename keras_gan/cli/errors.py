"""Which errors are one sentence on the terminal, and which show their traceback."""

import dis
import sys
import traceback

PACKAGES = ("keras_gan", "zoo", "export")


def is_refusal(error: BaseException) -> bool:
    """Whether this project itself refused something: the error comes from a `raise` statement in its own code. Anything
    else, such as a ValueError of NumPy's, is a fault, whoever's, and its traceback is worth more than a sentence."""
    if not isinstance(error, ValueError | TypeError | OSError | ImportError | RuntimeError | FloatingPointError):
        return False
    frame = error.__traceback__
    if frame is None:
        return False
    while frame.tb_next is not None:
        frame = frame.tb_next
    module = frame.tb_frame.f_globals.get("__name__", "")
    raised = dis.opname[frame.tb_frame.f_code.co_code[frame.tb_lasti]] == "RAISE_VARARGS"
    return raised and module.split(".")[0] in PACKAGES


def report(error: Exception, debug: bool) -> int:
    """Say it on stderr; -> the exit status."""
    if debug or not is_refusal(error):
        traceback.print_exception(error)
        return 70 if not is_refusal(error) else 1  # EX_SOFTWARE
    print(f"keras-gan: {error}", file=sys.stderr)
    return 1
