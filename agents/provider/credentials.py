"""Which environment variable holds a provider's key, asked without importing litellm.

A key is read when a call is made and lives nowhere else: not in an endpoint, not in a record. No
provider is ever sent another one's key.
"""

import hashlib
import os

from moot.agents.provider.facts import provider_of, providers
from moot.errors import CredentialError

_LOGINS = frozenset({"AZURE_AD_TOKEN"})
"""Variables that let a provider's own library log in; they are no key to be sent."""
NO_KEY = "none"
"""What stands for a key at a server that asks for none; client libraries insist on something."""


def address(model: str, api_base: str | None) -> str | None:
    """Where calls go if not to the provider itself: as given, else as the environment says."""
    if api_base is not None:
        return api_base
    name = provider_of(model).upper().replace("-", "_")
    return os.environ.get(f"{name}_API_BASE") or os.environ.get(f"{name}_BASE_URL")


def key_of(model: str, api_base: str | None = None) -> str | None:
    """The key for a model from the environment; a placeholder where an address is given and no key.

    None where the provider is logged in to by other means, or where nothing is set.
    """
    provider = provider_of(model)
    facts = providers().get(provider)
    named = facts.keys if facts is not None else ()
    optional = f"{provider.upper().replace('-', '_')}_API_KEY"
    for variable in (*named, optional):
        if os.environ.get(variable) and variable not in _LOGINS:
            return os.environ[variable]
    if named and any(os.environ.get(variable) for variable in named):
        return None
    return NO_KEY if address(model, api_base) is not None else None


def account_of(model: str, api_base: str | None, salt: bytes) -> str:
    """Names who is billed for a model: the same for all models of a provider at one address under one key.

    Args:
        model: Its full name.
        api_base: Where it is called, as given.
        salt: Of this process, so that no key can be guessed from the name.
    """
    digest = hashlib.blake2b(key=salt, digest_size=12)
    digest.update(repr((provider_of(model), address(model, api_base), key_of(model, api_base))).encode())
    return digest.hexdigest()


def check_credentials(model: str, *, api_base: str | None = None) -> None:
    """Say before the first call that a key is missing.

    Args:
        model: Its full name.
        api_base: Where it is called; a given address may ask for no key.

    Raises:
        CredentialError: The provider needs a key and the environment holds none.
    """
    facts = providers().get(provider_of(model))
    if facts is None or not facts.keys or address(model, api_base) is not None:
        return
    if not any(os.environ.get(variable) for variable in facts.keys):
        raise CredentialError(model, facts.keys)
