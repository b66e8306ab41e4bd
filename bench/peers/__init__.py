"""The project beside other PDF table readers, each in an environment of its own.

`python -m bench.peers.setup` makes the environments, `python -m bench.peers.compare` measures. What runs inside a
peer's environment (`child`, `adapters`, `found`) imports nothing but the standard library and that peer.
"""
