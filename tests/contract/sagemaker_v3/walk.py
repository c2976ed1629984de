"""Hosts models as a notebook with the sagemaker SDK 3 does, and writes what it saw.

It knows nothing of smnb: environment variables alone tell it of the backend.
Usage: python walk.py MODELS_DIR SEEN.json
"""

import json
import sys
import tarfile
import time
from pathlib import Path

from sagemaker.core import image_uris
from sagemaker.core.deserializers import JSONDeserializer
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Endpoint, EndpointConfig, Model
from sagemaker.core.serializers import JSONSerializer
from sagemaker.core.shapes import (
    AsyncInferenceConfig,
    AsyncInferenceOutputConfig,
    ContainerDefinition,
    ProductionVariant,
)
from sagemaker.core.training.configs import SourceCode
from sagemaker.serve import ModelBuilder

NUMBERS = [[1, 2], [3, 4]]
TYPES = {"content_type": "application/json", "accept": "application/json"}

models, seen_path = map(Path, sys.argv[1:])
session = Session()
bucket = session.default_bucket()
image = image_uris.retrieve("sklearn", session.boto_region_name, version="1.2-1")
seen = {}


def upload(folder):
    """Upload a model as a notebook does; return where it lies in S3."""
    archive = seen_path.with_name("model.tar.gz")
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(models / folder / "code" / "inference.py", "code/inference.py")
    return session.upload_data(str(archive), key_prefix=f"v3/{folder}")


def variant(instances):
    """Return the one variant of a configuration."""
    return ProductionVariant(
        variant_name="AllTraffic",
        model_name="v3-resources",
        instance_type="ml.m5.large",
        initial_instance_count=instances,
    )


def walk_resources():
    """Create a model, configuration and endpoint; invoke, list, update, delete."""
    model = Model.create(
        model_name="v3-resources",
        primary_container=ContainerDefinition(
            image=image, model_data_url=upload("double")
        ),
        execution_role_arn="arn:aws:iam::000000000000:role/notebook",
    )
    config = EndpointConfig.create(
        endpoint_config_name="v3-resources", production_variants=[variant(1)]
    )
    endpoint = Endpoint.create(
        endpoint_name="v3-resources", endpoint_config_name=config
    )
    endpoint.wait_for_status("InService", poll=1)
    seen["listed"] = [one.get_name() for one in Endpoint.get_all(name_contains="v3-")]
    answer = endpoint.invoke(json.dumps(NUMBERS), **TYPES)
    seen["invoked"] = json.loads(answer.body.read())
    seen["variant"] = answer.invoked_production_variant

    larger = EndpointConfig.create(
        endpoint_config_name="v3-larger", production_variants=[variant(2)]
    )
    endpoint.endpoint_config_name = larger.endpoint_config_name
    endpoint.update()
    endpoint.wait_for_status("InService", poll=1)
    seen["updated"] = endpoint.production_variants[0].current_instance_count

    endpoint.delete()
    endpoint.wait_for_delete(poll=1)
    for resource in (config, larger, model):
        resource.delete()


def walk_async():
    """Deploy behind a queue and wait for the answer in S3."""


def walk_builder():
    """Let ModelBuilder pack code from a folder into the model, deploy and follow it."""
    builder = ModelBuilder(
        image_uri=image,
        s3_model_data_url=upload("echo"),
        source_code=SourceCode(
            source_dir=str(models / "double" / "code"), entry_script="inference.py"
        ),
        instance_type="ml.m5.large",
        sagemaker_session=session,
    )
    model = builder.build(model_name="v3-builder")
    endpoint = builder.deploy(endpoint_name="v3-builder", instance_type="ml.m5.large")
    endpoint.serializer, endpoint.deserializer = JSONSerializer(), JSONDeserializer()
    seen["built"] = endpoint.invoke(NUMBERS, **TYPES).body
    config = EndpointConfig.get(endpoint.endpoint_config_name)
    endpoint.delete()
    endpoint.wait_for_delete(poll=1)
    config.delete()
    model.delete()


walk_resources()
print(time.process_time())
walk_builder()
print(time.process_time())
seen["left"] = [
    resource.get_name()
    for kind in (Endpoint, EndpointConfig, Model)
    for resource in kind.get_all(name_contains="v3-")
]

seen_path.write_text(json.dumps(seen))
