"""SageMaker Inference Recommender: AWS tests a model under load on many computes."""

from smnb._inference_recommender.job import LoadTest
from smnb._inference_recommender.request import Phase
from smnb._inference_recommender.start import load_test

__all__ = ["LoadTest", "Phase", "load_test"]
