"""Words put in the place of others, in one pass over a text however many of them there are."""

import time

from classroom.errors import Problem

HEAD = 8  # characters by which a word is looked up; what is shorter is looked up whole
LONGEST = 5.0  # seconds that the work may take, for it would go on when nobody waits for it any more
TOO_MANY = "This flow holds so many secrets that cutting them out takes too long; take its messages one by one."


class Spellings:
    """What stands for each word; of two that begin at the same place the longer one counts.

    A pattern of all words would try each of them at every place of the text, so that whoever sends a thousand codes
    would keep the classroom busy for minutes. Here a place costs a few look-ups, and the whole work has an end.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.lengths: dict[str, list[int]] = {}  # of the words with the same head, the longest first
        for length, head in sorted({(len(word), word[:HEAD]) for word in names}, reverse=True):
            self.lengths.setdefault(head, []).append(length)
        self.sizes = sorted({len(head) for head in self.lengths}, reverse=True)
        self.ends_at = time.thread_time() + LONGEST

    def cut(self, text: str) -> str:
        """Return the text with names in the place of words."""
        if text in self.names:
            return self.names[text]
        lengths, sizes = self.lengths, self.sizes
        parts, kept, at = [], 0, 0
        while at < len(text):
            for size in sizes:
                if text[at : at + size] in lengths and (length := self.length_at(text, at, size)):
                    parts += [text[kept:at], self.names[text[at : at + length]]]
                    kept = at = at + length
                    break
            else:
                at += 1
        return "".join([*parts, text[kept:]])

    def length_at(self, text: str, at: int, size: int) -> int:
        """Return the length of the longest word that begins at a place of the text with a head of this size, or 0."""
        if time.thread_time() > self.ends_at:
            raise Problem(409, TOO_MANY)
        lengths = self.lengths[text[at : at + size]]
        return next((length for length in lengths if text[at : at + length] in self.names), 0)
