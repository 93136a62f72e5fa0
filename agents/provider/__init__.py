"""The provider kind: any model that litellm knows, one attempt at a time, every outcome as data.

litellm says how a provider is spoken to: address, parameters, the shape of messages. moot carries
the letter itself, or stands behind litellm's own transport, so that it can count requests, cap
bodies, refuse redirects and see the provider's own words rather than an exception made of them.
Nothing here imports litellm before the first call.
"""
