"""Who hears whom, drawn in plain text."""

from moot.topologies import complete, draw_text, from_edges, none, per_round, ring, star, topology

ABC = ["ada", "bo", "cy"]


def test_a_drawing_says_and_marks_whom_each_seat_hears() -> None:
    assert draw_text(topology("star", ABC)) == (
        "star: 3 seats, 4 edges\nada  . x x  hears bo, cy\nbo   x . .  hears ada\ncy   x . .  hears ada"
    )


def test_seats_without_names_have_numbers_and_names_can_be_given() -> None:
    assert draw_text(ring(3)).splitlines()[1] == "0  . x x  hears 1, 2"
    assert draw_text(ring(3), ABC).splitlines()[1] == "ada  . x x  hears bo, cy"


def test_weights_and_silence_are_said() -> None:
    graph = from_edges([("ada", "bo", 2.5), ("cy", "bo")], ABC)
    assert draw_text(graph).splitlines()[1:3] == ["ada  . . .  hears nobody", "bo   x . x  hears ada (2.5), cy"]


def test_channels_are_said() -> None:
    graph = from_edges([("ada", "bo", {"weight": 2, "channel": "answer"}), ("cy", "bo", {"channel": "delayed"})], ABC)
    assert draw_text(graph).splitlines()[2] == "bo   x . x  hears ada (2, answer), cy (delayed)"


def test_a_schedule_is_drawn_round_by_round() -> None:
    text = draw_text(topology(["none", "ring"], ABC))
    assert text.startswith("round 0, none: 3 seats, 0 edges\nada  . . .  hears nobody")
    assert "\n\nround 1, ring: 3 seats, 6 edges\n" in text
    assert text.endswith("\n\nthe graph of round 1 stays")
    endless = draw_text(topology(per_round(lambda number: "none" if number else "ring"), ABC))
    assert endless.count("round ") == 5
    assert endless.endswith("and so on, round by round")


def test_no_line_is_wider_than_asked() -> None:
    for graph in (complete(12), complete(64), star(200), none(300)):
        assert max(map(len, draw_text(graph).splitlines())) <= 78
        assert max(map(len, draw_text(graph, width=40).splitlines())) <= 40


def test_large_graphs_are_drawn_without_marks() -> None:
    assert draw_text(ring(40)).splitlines()[1] == "0   hears 1, 39"
