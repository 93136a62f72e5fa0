"""The picture in the README is what the live view draws; `python tests/test_picture.py` draws it anew."""

import io
import re
from functools import partial
from pathlib import Path

from rich.console import Console

import moot
from moot.cli.picture import picture
from moot.cli.scene import Scene

FILE = Path(__file__).parent.parent / "examples" / "first_debate.svg"
PANEL = [
    moot.Agent("ada", "sim/debater?accuracy=0.75"),
    moot.Agent("bo", "sim/debater?accuracy=0.65&family=b"),
    moot.Agent("cy", "sim/debater?accuracy=0.7&family=c"),
    moot.Agent("di", "sim/debater?accuracy=0.6&family=d"),
    moot.Agent("eve", "sim/stubborn?accuracy=0.6&family=b"),
]
ASKED = "Which country shares the island of Hispaniola"
FORMAT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
  aria-label="A debate in the terminal: answers of five agents over the rounds, and whom they heard">
<style>.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; }} {styles}</style>
<defs>{lines}</defs>
<rect fill="#0d1117" width="{width}" height="{height}" rx="8"/>
<g transform="translate({terminal_x}, 12)">{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def drawn() -> str:
    question = next(one for one in moot.sim.questions() if one.text.startswith(ASKED))
    scene = Scene()
    debate = moot.Debate(PANEL, "ring", "society", rounds=3, stop="unanimous", decide="plurality?tie=first", seed=11)
    result = debate.run(question, runtime="local", listen=scene)
    scene.at_s = 0.0  # the only figure that differs from one time to the next
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(picture(scene, width=96))
    console.print(f"answer {result.answer} ({result.status}, simulated); first vote {result.first_vote or 'tied'}")
    return console.export_svg(code_format=FORMAT, unique_id="moot")


def test_the_picture_in_the_readme_is_current() -> None:
    words = partial(re.sub, r"<[^>]+>|\s|&#160;", "")
    assert words(drawn()) == words(FILE.read_text(encoding="utf-8")), "python tests/test_picture.py draws it anew"


if __name__ == "__main__":
    FILE.write_text(drawn(), encoding="utf-8")
