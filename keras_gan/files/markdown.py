"""Other people's words in Markdown: a data set's name must not become a link, a table or HTML."""

import re

SPECIAL = re.compile(r"([\\`*\[\]<>|])")


def plain(text):
    """Text in one line that Markdown shows as it is."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def code(text):
    """A code span, fenced by more backticks than stand together in the text (CommonMark, section 6.1)."""
    text = " ".join(str(text).split())
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"
