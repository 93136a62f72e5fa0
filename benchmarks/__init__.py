"""What moot costs, measured in one run beside what it is compared with: `python -m benchmarks`.

Every measurement is made in a process of its own (`subject`), LLMs are served by a local server
in a process of its own (`server`), and every figure stands beside its baseline and its target.
"""
