"""Hosts models as a notebook with the sagemaker SDK 3 does, and writes what it saw.

It knows nothing of smnb: environment variables alone tell it of the backend.
Usage: python walk.py MODELS_DIR SEEN.json
"""

import json
import sys
import tarfile
from pathlib import Path

from botocore.exceptions import ClientError
from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session, get_execution_role
from sagemaker.core.resources import Endpoint, EndpointConfig, Model
from sagemaker.core.serverless_inference_config import ServerlessInferenceConfig
from sagemaker.core.shapes import (
    AsyncInferenceConfig,
    AsyncInferenceOutputConfig,
    ContainerDefinition,
    ProductionVariant,
)
from sagemaker.core.training.configs import SourceCode
from sagemaker.serve import ModelBuilder

models, seen_path = map(Path, sys.argv[1:])
session = Session()
bucket = session.default_bucket()
role = get_execution_role(session)
image = image_uris.retrieve("sklearn", session.boto_region_name, version="1.2-1")
seen = {"role": role}


def upload(folder):
    """Upload a model as a notebook does; return where it lies in S3."""
    archive = seen_path.with_name("model.tar.gz")
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(models / folder / "code" / "inference.py", "code/inference.py")
    return session.upload_data(str(archive), key_prefix=f"v3/{folder}")


print(seen)
