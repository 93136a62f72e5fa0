"""Reading and writing debate files."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from moot.errors import DataError, MootError, SpecError
from moot.runs.debate import Debate
from moot.runs.files.arguments import completed
from moot.runs.files.changes import changed
from moot.runs.files.document import ENDINGS, read_document, settled
from moot.runs.files.writing import json_text, yaml_text
from moot.runs.spec import Spec


def read_debate(path: str | Path, *, imports: bool = False, changes: Sequence[str] = ()) -> Debate:
    """The debate that a file holds.

    Graph files and folders of prompts that it names lie beside it, and are read now: from then on
    the spec needs no other file.

    Args:
        path: A `.yaml`, `.yml` or `.json` file.
        imports: Whether names in it may be import paths.
        changes: Changes to make first, as `key=value` with dots: `protocol.rounds=5`.

    Raises:
        DataError: It cannot be read as YAML 1.2 or JSON.
        UnknownNameError: There is no such key or name; it carries the nearest.
        UsageError: A value does not fit.
    """
    place = Path(path)
    tree = changed(read_document(place), changes)
    return Debate.from_spec(completed(settled(tree), place.parent), imports=imports)


def respelled(debate: Spec, *, changes: Sequence[str], imports: bool = False) -> Spec:
    """The debate, changed as a file of it would be; for the arguments and errors see `read_debate`."""
    tree = settled(changed(debate.spec(), changes))
    return Debate.from_spec(completed(tree, Path.cwd()), imports=imports, absent=True)


def write_debate(debate: Debate, path: str | Path) -> None:
    """Write the debate as YAML or JSON, by the path's ending; it reads back with an equal spec.

    Args:
        debate: Made of names; functions and objects cannot be written.
        path: Where to; a file there is replaced whole or not at all.

    Raises:
        SpecError: Something in it has no name to be written by.
        DataError: The file cannot be written.
    """
    place = Path(path)
    ending = place.suffix.lower()
    if ending not in ENDINGS:
        raise DataError(f"debate file {str(path)!r}: its ending says no format: call it .yaml or .json")
    spec = debate.spec()
    _check_names(debate)
    text = json_text(spec) if ending == ".json" else yaml_text(spec)
    if len(text.encode(errors="replace")) > ENDINGS[ending]:
        raise SpecError(f"the debate is larger than {ENDINGS[ending]} bytes, the most that is read back from {ending}")
    _replace(place, text)


def _check_names(debate: Debate) -> None:
    """Hold that the spec says all there is to say."""
    try:
        again = Debate.from_spec(debate.spec(), imports=True)
    except MootError as error:
        raise SpecError(f"the debate cannot be written to a file: {error}") from error
    if again.spec() != debate.spec():
        raise SpecError("the debate holds something that has no name to be written by")


def _replace(place: Path, text: str) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        draft = Path(name)
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(draft, 0o644)
            draft.replace(place)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except (OSError, UnicodeEncodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise DataError(
            f"debate file {str(place)!r} cannot be written ({reason.lower()}): choose another place"
        ) from error
