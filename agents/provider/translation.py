"""litellm's knowledge of a provider, without its machinery: where a request goes, and in which words.

For providers that speak the chat completions dialect, litellm says the address, the headers, which
parameters there are and how messages are written. The letter made of that equals the one
litellm would send itself (a test compares them), at a tenth of the processor time, for none of its
callbacks, cost look-ups and thread hops are gone through.
"""

import json
import os
from typing import Any

from pydantic import JsonValue

from moot.agents.provider.letter import Letter
from moot.agents.records import Request

SPOKEN = frozenset(
    {
        *("openai", "openrouter", "deepseek", "groq", "xai", "mistral", "together_ai", "fireworks_ai", "deepinfra"),
        *("cerebras", "sambanova", "nvidia_nim", "moonshot", "dashscope", "zai", "novita", "nebius", "hyperbolic"),
        *("hosted_vllm", "lm_studio", "llamafile", "litellm_proxy", "custom_openai", "featherless_ai", "minimax"),
        *("baseten", "friendliai", "lambda_ai", "meta_llama", "nscale", "ovhcloud", "scaleway", "wandb"),
        *("vercel_ai_gateway", "volcengine", "modelscope", "tencent", "v0", "github", "helicone", "ai21_chat"),
    }
)
"""Providers whose letters were found equal."""

_HOMES = {"openai": "https://api.openai.com/v1", "openrouter": "https://openrouter.ai/api/v1"}
"""Addresses that litellm knows only deep inside its calls."""
_PLAIN = frozenset(
    {
        *("stop", "presence_penalty", "frequency_penalty", "logit_bias", "user", "reasoning_effort", "verbosity"),
        *("service_tier", "safety_identifier", "prompt_cache_key"),
    }
)
"""Provider extras that are chat completions parameters themselves."""


class Translation:
    """How one model at one address is written to.

    Args:
        litellm: The module.
        model: The model's full name.
        api_base: Where it is, if not at the provider itself.
        key: The key, or None where the environment has none.

    Raises:
        LookupError: litellm has to carry this model's letters itself.
    """

    def __init__(self, litellm: Any, model: str, api_base: str | None, key: str | None) -> None:
        self._litellm = litellm
        self._model, self._provider, own_key, base = litellm.get_llm_provider(
            model=model, api_base=api_base, api_key=key
        )
        self._base: str | None = base or _HOMES.get(self._provider)
        self._key: str | None = own_key or key
        if self._provider not in SPOKEN or self._base is None or self._key is None:
            raise LookupError(model)
        self._config = _config(litellm, self._model, self._provider)
        info, _ = litellm.main.responses_api_bridge_check(
            model=self._model, custom_llm_provider=self._provider, api_base=self._base
        )
        if info.get("mode") == "responses":
            raise LookupError(model)

    def letter(self, request: Request, response_format: JsonValue | None) -> Letter:
        """The request in the provider's words.

        Args:
            request: What to ask.
            response_format: As of the chat completions API; None leaves it out.
        """
        messages: list[dict[str, Any]] = [{"role": m.role, "content": m.content} for m in request.messages]
        messages = self._config.translate_developer_role_to_system_role(messages=messages)
        options: dict[str, Any] = self._litellm.utils.get_optional_params(
            model=self._model,
            custom_llm_provider=self._provider,
            messages=messages,
            stream=None,
            drop_params=True,
            **parameters(request, response_format),
        )
        given = {"model": self._model, "messages": messages, "optional_params": options}
        headers: dict[str, str] = self._config.validate_environment(
            headers={}, api_key=self._key, api_base=self._base, litellm_params={}, **given
        )
        url: str = self._config.get_complete_url(
            api_base=self._base,
            api_key=self._key,
            model=self._model,
            optional_params=options,
            litellm_params={},
            stream=None,
        )
        beside: dict[str, Any] = options.pop("extra_body", None) or {}
        for mark in ("json_mode", "fake_stream"):  # litellm's notes to itself
            options.pop(mark, None)
        body = {**self._config.transform_request(litellm_params={}, headers=headers, **given), **beside}
        return Letter(url, self._headed(headers), json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))

    def _headed(self, headers: dict[str, str]) -> dict[str, str]:
        lower = {name.lower() for name in headers}
        added = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
        if self._provider == "openrouter":  # whom its tables name as the caller, where the user says so
            named = {"HTTP-Referer": os.environ.get("OR_SITE_URL"), "X-Title": os.environ.get("OR_APP_NAME")}
            added.update({name: value for name, value in named.items() if value})
        return {**headers, **{name: value for name, value in added.items() if name.lower() not in lower}}


def is_plain(request: Request) -> bool:
    """Whether a request's extras need nothing of litellm's own."""
    return request.extra.keys() <= _PLAIN


def parameters(request: Request, response_format: JsonValue | None) -> dict[str, Any]:
    """What a request sets, by the names of the chat completions API."""
    asked = {
        "temperature": request.temperature,
        "top_p": request.top_p,
        "max_tokens": request.max_tokens,
        "seed": request.seed,
        "response_format": response_format,
        "logprobs": request.logprobs or None,
    }
    return {**{name: value for name, value in asked.items() if value is not None}, **request.extra}


def _config(litellm: Any, model: str, provider: str) -> Any:
    try:
        known = litellm.LlmProviders(provider)
    except ValueError:  # described by data alone
        return litellm.OpenAIConfig()
    found = litellm.utils.ProviderConfigManager.get_provider_chat_config(model=model, provider=known)
    return found or litellm.OpenAIConfig()
