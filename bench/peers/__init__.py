"""The race-proof join beside two known workflow engines: `make peers`.

Each peer is a small Django project in a folder of its own, run in a virtual environment
of its own (`requirements.txt` beside it; never the portal's). What was compared, with
which settings and what came out: docs/peers.md.
"""
