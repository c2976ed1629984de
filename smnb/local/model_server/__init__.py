"""Serve a model's handler functions over HTTP: GET /ping and POST /invocations.

A program of its own, ``python -m model_server`` in the folder that holds this package:
standard library only, for it runs in the user's own Python, here and in container images.
"""
