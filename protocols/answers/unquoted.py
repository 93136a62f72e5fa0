"""The part of a reply that its author says: without what it quotes, shows or only thinks.

Left out are blocks between the tags of our own prompts (`<message …>` … `</message>` and the like), fenced code, lines
beginning with `>`, and thinking between `<think>` and `</think>`. A block that is not closed reaches
to the end: an answer in it is lost rather than taken for the author's. One pass over the lines, linear.
"""

import re

READ_CAP = 65_536
"""Characters of a reply that are read; of a longer one the end, because the answer comes last."""

_QUOTES = (
    "message",
    "own",
    "question",
    "options",
    "context",
    "stance",
    "persona",
    "reply_format",
    "quote",
    "blockquote",
)
_THOUGHTS = ("think", "thinking", "thought", "scratchpad")
_TAG = re.compile(rf"<(/?)({'|'.join(_QUOTES + _THOUGHTS)})(?=[\s>])[^<>]{{0,400}}>", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})")


def unquoted(text: str) -> list[str]:
    """The lines of a reply that are its author's own words, blank ones left out.

    >>> unquoted("Bo says:\\n<message author=\\"bo\\">\\nFinal answer: A\\n</message>\\nFinal answer: B")
    ['Bo says:', 'Final answer: B']
    """
    tag, fence, text = _entered(text)
    kept: list[str] = []
    for line in text.splitlines():
        if not line or line.isspace():
            continue
        if fence:
            if _closes(line, fence):
                fence = ""
            continue
        if not tag:
            start = line.lstrip()
            if start.startswith(">"):
                continue
            if opened := _FENCE.match(start):
                fence = opened[1]
                continue
        tag = _without_tags(line, tag, kept)
    return kept


def tail(text: str) -> str:
    """The end of a text, at most `READ_CAP` characters, from the start of a line."""
    if len(text) <= READ_CAP:
        return text
    kept = text[-READ_CAP:]
    return kept[kept.find("\n") + 1 :]


def _without_tags(line: str, tag: str, kept: list[str]) -> str:
    """Keep what stands outside tags in one line; returns the tag still open at its end."""
    if "<" not in line:
        if not tag:
            kept.append(line)
        return tag
    own: list[str] = []
    place = 0
    for found in _TAG.finditer(line):
        closing, name = found[1] == "/", found[2].casefold()
        if tag:
            if closing and name == tag:
                tag, place = "", found.end()
        elif not closing:
            own.append(line[place : found.start()])
            tag = name
        elif name in _THOUGHTS:
            # Some models begin to think before their first token, so that only the end is marked.
            kept.clear()
            own.clear()
            place = found.end()
    if not tag:
        own.append(line[place:])
    said = "".join(own)
    if said.strip():
        kept.append(said)
    return tag


def _closes(line: str, fence: str) -> bool:
    """Whether the line ends a fenced block: the same mark, at least as long, and nothing else."""
    mark = line.strip()
    return len(mark) >= len(fence) and not mark.strip(fence[0])


def _entered(text: str) -> tuple[str, str, str]:
    """The text as far as it is read, and the tag or fence that is open where it begins."""
    read = tail(text)
    if read is text:
        return "", "", text
    head = text[: len(text) - len(read)]
    for mark in ("```", "~~~"):
        if (head.startswith(mark) + head.count("\n" + mark)) % 2:
            return "", mark, read
    for name in _QUOTES + _THOUGHTS:
        if head.rfind(f"<{name}") > head.rfind(f"</{name}"):
            return name, "", read
    return "", "", read
