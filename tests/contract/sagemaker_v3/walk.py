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
from sagemaker.core.inference_config import ServerlessInferenceConfig
from sagemaker.core.resources import Endpoint, EndpointConfig, Model
from sagemaker.core.s3 import S3Downloader, S3Uploader
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


def create_model(name):
    """Create a model of numbers under this name."""
    return Model.create(
        model_name=name,
        primary_container=ContainerDefinition(
            image=image, model_data_url=upload("double")
        ),
        execution_role_arn="arn:aws:iam::000000000000:role/notebook",
    )


def create_config(name, model, instances=1, **options):
    """Create a configuration of one variant."""
    variant = ProductionVariant(
        variant_name="AllTraffic",
        model_name=model.model_name,
        instance_type="ml.m5.large",
        initial_instance_count=instances,
    )
    return EndpointConfig.create(
        endpoint_config_name=name, production_variants=[variant], **options
    )


def create_endpoint(name, config):
    """Create an endpoint and wait until it is in service."""
    endpoint = Endpoint.create(endpoint_name=name, endpoint_config_name=config)
    endpoint.wait_for_status("InService", poll=1)
    return endpoint


def delete(endpoint, *resources):
    """Delete an endpoint, wait until it is gone, then delete what it was made of."""
    endpoint.delete()
    endpoint.wait_for_delete(poll=1)
    for resource in resources:
        resource.delete()


def walk_realtime():
    """Invoke, list and update by the resource classes."""
    model = create_model("v3-realtime")
    config = create_config("v3-realtime", model)
    endpoint = create_endpoint("v3-realtime", config)
    seen["listed"] = [one.get_name() for one in Endpoint.get_all(name_contains="v3-")]
    answer = endpoint.invoke(json.dumps(NUMBERS), **TYPES)
    seen["realtime"] = json.loads(answer.body.read())
    seen["variant"] = answer.invoked_production_variant

    larger = create_config("v3-larger", model, instances=2)
    endpoint.endpoint_config_name = larger.endpoint_config_name
    endpoint.update()
    endpoint.wait_for_status("InService", poll=1)
    seen["updated"] = endpoint.production_variants[0].current_instance_count
    delete(endpoint, config, larger, model)


def walk_async():
    """Leave an input in S3, and find the answer there."""
    model = create_model("v3-async")
    to_s3 = AsyncInferenceConfig(
        output_config=AsyncInferenceOutputConfig(s3_output_path=f"s3://{bucket}/v3/out")
    )
    config = create_config("v3-async", model, async_inference_config=to_s3)
    endpoint = create_endpoint("v3-async", config)
    left = S3Uploader.upload_string_as_file_body(
        json.dumps(NUMBERS), f"s3://{bucket}/v3/in/1", sagemaker_session=session
    )
    accepted = endpoint.invoke_async(left, **TYPES)
    for _ in range(60):
        if S3Downloader.list(accepted.output_location, sagemaker_session=session):
            break
        time.sleep(0.5)
    output = S3Downloader.read_file(accepted.output_location, session)
    seen["async"] = json.loads(output)
    delete(endpoint, config, model)


def walk_serverless():
    """Let ModelBuilder pack code from a folder into a model, and deploy it."""
    builder = ModelBuilder(
        model_path=str(seen_path.with_name("build")),
        image_uri=image,
        s3_model_data_url=upload("echo"),
        source_code=SourceCode(
            source_dir=str(models / "double" / "code"), entry_script="inference.py"
        ),
        instance_type="ml.m5.large",
        sagemaker_session=session,
    )
    model = builder.build(model_name="v3-serverless")
    endpoint = builder.deploy(
        endpoint_name="v3-serverless",
        inference_config=ServerlessInferenceConfig(1024, 2),
        wait=False,
    )
    endpoint.wait_for_status("InService", poll=1)
    endpoint.serializer, endpoint.deserializer = JSONSerializer(), JSONDeserializer()
    seen["serverless"] = endpoint.invoke(NUMBERS, **TYPES).body
    delete(endpoint, EndpointConfig.get(endpoint.endpoint_config_name), model)


walk_realtime()
walk_async()
walk_serverless()
seen["left"] = [
    resource.get_name()
    for kind in (Endpoint, EndpointConfig, Model)
    for resource in kind.get_all(name_contains="v3-")
]

seen_path.write_text(json.dumps(seen))
