"""The main job on real models, photos and video: ``python -m demo``, or ``make demo``."""
