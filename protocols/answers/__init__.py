"""Answers: asked for, read and compared, by the kind of the question.

Reading never guesses: what is not plainly one answer of the kind asked for is an abstention with its
reason. It never raises and takes linear time, whatever a model wrote; `forms` lists where an answer
may stand. Equality is by key where a key can say it (equal option, equal value, equal text) and by computation for
mathematics, so that whoever counts answers awaits the comparison first.
"""

from moot.protocols.answers.comparing import close_workers
from moot.protocols.answers.equality import Same
from moot.protocols.answers.fields import read_fields
from moot.protocols.answers.numerals import value_of
from moot.protocols.answers.placing import place_of
from moot.protocols.answers.reading import Form, Reading, Reason
from moot.protocols.answers.space import AnswerSpace, group, space_of, worded
from moot.protocols.answers.stating import read_confidence
from moot.protocols.answers.unquoted import READ_CAP, unquoted

__all__ = [
    "READ_CAP",
    "AnswerSpace",
    "Form",
    "Reading",
    "Reason",
    "Same",
    "close_workers",
    "group",
    "place_of",
    "read_confidence",
    "read_fields",
    "space_of",
    "unquoted",
    "value_of",
    "worded",
]
