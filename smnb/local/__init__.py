"""The embedded local backend: AWS's hosting APIs on loopback, running the model.

A program of its own (``python -m smnb.local``), reached over HTTP like AWS; nothing
in the SDK imports it.
"""
