"""Keys struck out of what is told, in every form."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot.agents.provider.secrets import STRUCK, scrubbed

KEY = "sk-canary-0123456789abcdefXYZ+/=rest"
VISIBLE = st.characters(min_codepoint=33, max_codepoint=126)


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {KEY}.",
        f"header was 'Bearer {KEY}'",
        f"GET /v1/models?key={quote(KEY, safe='')}&x=1",
        f"key={KEY}",
        json.dumps({"authorization": f"Bearer {KEY}"}),
        f"it begins with {KEY[:12]}…",
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(f"Bearer {KEY}".encode()).decode(),
        base64.urlsafe_b64encode(f"x{KEY}y".encode()).decode(),
    ],
)
def test_no_form_of_the_key_is_left(said: str) -> None:
    told = scrubbed(said, KEY)
    assert STRUCK in told
    assert "canary" not in told
    assert base64.b64encode(KEY.encode()).decode()[8:30] not in told


@given(st.text(VISIBLE, min_size=16, max_size=60), st.text(max_size=40), st.text(max_size=40), st.integers(0, 2))
def test_any_key_anywhere_is_struck_plain_and_coded(key: str, before: str, after: str, shift: int) -> None:
    assert key not in scrubbed(f"{before}{key}{after}", key)
    coded = base64.b64encode(b"#" * shift + key.encode() + b"#").decode()
    assert coded[4:-4] not in scrubbed(coded, key)


def test_keys_of_the_environment_are_struck_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PROVIDER_API_KEY", "not-the-usual-look-of-a-key")
    assert scrubbed("you sent not-the-usual-look-of-a-key") == f"you sent {STRUCK}"


def test_what_looks_like_a_key_is_struck() -> None:
    assert scrubbed("Bearer abcdef123456") == STRUCK
    assert scrubbed("AIzaSyA1234567890abcdefghij is invalid") == f"{STRUCK} is invalid"


def test_other_words_stay() -> None:
    said = "HTTP 400: 'max_tokens' is too large: 99999. This model supports at most 4096 completion tokens."
    assert scrubbed(said, KEY, None, "") == said
