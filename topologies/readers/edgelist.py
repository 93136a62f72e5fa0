"""Plain lists of edges: a line `u v`, or `u v weight`, means that v hears u.

Columns are parted by blanks or commas, `#` starts a comment, a line of one name is a node
without edges. Of the attributes that networkx writes, `{}` and `{'weight': 2.0}` are read.
"""

import re

from moot.errors import SpecError
from moot.topologies.readers.draft import Caps, Draft, number, shown

ATTRIBUTES = re.compile(r"\{(?:'weight': ([^\s{},']+))?\}\Z")


def read(text: str, caps: Caps) -> Draft:
    """The nodes and edges of an edge list.

    Raises:
        SpecError: A line is none of the above.
    """
    draft = Draft(caps)
    for count, line in enumerate(text.splitlines(), 1):
        said = line.partition("#")[0].strip()
        pair, brace, rest = said.partition("{")
        columns = pair.replace(",", " ").split(None, 4)
        if brace:
            columns += _weight(count, brace + rest)
        if not columns:
            continue
        if len(columns) > 3 or (brace and len(columns) < 2):
            raise SpecError(f"line {count}: write 'speaker listener' or 'speaker listener weight', not {shown(said)}")
        draft.meet(*columns[:2])
        if len(columns) > 1:
            weight = number(columns[2], f"line {count}") if len(columns) == 3 else None
            draft.edge(columns[0], columns[1], weight)
    return draft


def _weight(count: int, attributes: str) -> list[str]:
    found = ATTRIBUTES.match(attributes)
    if found is None:
        raise SpecError(f"line {count}: of attributes only a weight is read; write it as a third column")
    return [found[1]] if found[1] else []
