"""The little of Markdown that a `lab.md` uses: paragraphs, lists, `code` and **strong**."""

import re

from markupsafe import Markup, escape

CODE, STRONG = re.compile(r"`([^`]+)`"), re.compile(r"\*\*(.+?)\*\*")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z*`\"])")


def inline(text: str) -> Markup:
    """Return one run of text; nothing but code and emphasis is taken for more than letters."""
    safe = str(escape(text))
    return Markup(STRONG.sub(r"<strong>\1</strong>", CODE.sub(r"<code>\1</code>", safe)))  # escaped above


def sentences(text: str) -> list[Markup]:
    """Return the sentences of a story."""
    return [inline(sentence) for sentence in SENTENCE.split(" ".join(text.split())) if sentence]


def paragraphs(text: str) -> Markup:
    """Return paragraphs, and lists of lines that begin with a dash."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.strip().splitlines()
        if lines and all(line.startswith(("- ", "  ")) for line in lines):
            rows = Markup("").join(Markup("<li>{}</li>").format(inline(line.strip("- "))) for line in lines)
            blocks.append(Markup("<ul>{}</ul>").format(rows))
        elif block.strip():
            blocks.append(Markup("<p>{}</p>").format(inline(" ".join(lines))))
    return Markup("\n").join(blocks)
