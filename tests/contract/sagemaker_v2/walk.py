"""Hosts models as a notebook with the sagemaker SDK 2 does, and writes what it saw.

It knows nothing of smnb: environment variables alone tell it of the backend.
Usage: python walk.py MODELS_DIR SEEN.json
"""

import json
import sys
import tarfile
from pathlib import Path

from botocore.exceptions import ClientError
from sagemaker import Session, image_uris
from sagemaker.async_inference import AsyncInferenceConfig, WaiterConfig
from sagemaker.deserializers import (
    CSVDeserializer,
    JSONDeserializer,
    StringDeserializer,
)
from sagemaker.exceptions import AsyncInferenceModelError
from sagemaker.model import Model
from sagemaker.predictor import Predictor
from sagemaker.predictor_async import AsyncPredictor
from sagemaker.serializers import CSVSerializer, JSONSerializer
from sagemaker.serverless import ServerlessInferenceConfig
from sagemaker.sklearn import SKLearnModel

INSTANCE = {"initial_instance_count": 1, "instance_type": "ml.m5.large"}
PATIENCE = WaiterConfig(max_attempts=20, delay=1)

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
    return session.upload_data(str(archive), key_prefix=f"v2/{folder}")


def settled(name):
    """Wait until the endpoint is in service, asking more often than `deploy` does."""
    session.wait_for_endpoint(name, poll=1)


def walk_realtime():
    """Deploy and read the logs meanwhile, predict, update to a model that streams."""
    model = Model(
        image,
        upload("double"),
        name="v2-double",
        predictor_cls=Predictor,
        sagemaker_session=session,
    )
    predictor = model.deploy(
        **INSTANCE,
        endpoint_name="v2-realtime",
        serializer=JSONSerializer(),
        deserializer=JSONDeserializer(),
        endpoint_logging=True,
    )
    seen["json"] = predictor.predict([[1, 2], [3, 4]])
    of_csv = Predictor("v2-realtime", session, CSVSerializer(), CSVDeserializer())
    seen["csv"] = of_csv.predict([[1.5, 2], [3, 4]])
    try:
        predictor.predict("no numbers")
    except ClientError as error:
        seen["refused"] = error.response["Error"]["Code"]

    streaming = Model(
        image, upload("stream"), name="v2-stream", sagemaker_session=session
    )
    streaming.create(instance_type="ml.m5.large")
    predictor.update_endpoint(
        initial_instance_count=2,
        instance_type="ml.m5.xlarge",
        model_name="v2-stream",
        wait=False,
    )
    settled("v2-realtime")
    described = session.describe_endpoint("v2-realtime")
    seen["updated"] = described["ProductionVariants"][0]["CurrentInstanceCount"]
    seen["stream"] = b"".join(predictor.predict_stream({})).decode()
    session.delete_model("v2-double")
    session.delete_endpoint_config("v2-realtime")
    return predictor


def walk_serverless():
    """Deploy the code from its own archive in S3, predict."""
    model = SKLearnModel(
        model_data=upload("double"),
        entry_point=str(models / "echo" / "code" / "inference.py"),
        framework_version="1.2-1",
        name="v2-serverless",
        sagemaker_session=session,
    )
    predictor = model.deploy(
        endpoint_name="v2-serverless",
        serverless_inference_config=ServerlessInferenceConfig(1024, 2),
        serializer=CSVSerializer(),
        deserializer=CSVDeserializer(),
        wait=False,
    )
    settled("v2-serverless")
    seen["serverless"] = predictor.predict("1,2")
    return predictor


def walk_async():
    """Deploy behind a queue, wait for an answer and for a failure."""
    model = Model(image, upload("double"), name="v2-async", sagemaker_session=session)
    model.deploy(
        **INSTANCE,
        endpoint_name="v2-async",
        async_inference_config=AsyncInferenceConfig(
            output_path=f"s3://{bucket}/v2/out",
            failure_path=f"s3://{bucket}/v2/failed",
            max_concurrent_invocations_per_instance=1,
        ),
        wait=False,
    )
    settled("v2-async")
    predictor = Predictor("v2-async", session, JSONSerializer(), StringDeserializer())
    queue = AsyncPredictor(predictor)
    seen["async"] = queue.predict_async([1, 2]).get_result(PATIENCE)
    try:
        queue.predict_async("no numbers").get_result(PATIENCE)
    except AsyncInferenceModelError as error:
        seen["async-failure"] = str(error)
    return predictor


# The SDK's threads that wait for asynchronous answers go on meanwhile.
for predictor in (walk_async(), walk_serverless(), walk_realtime()):
    predictor.delete_model()
    predictor.delete_endpoint()
    deleted = session.sagemaker_client.get_waiter("endpoint_deleted")
    patience = {"Delay": 1, "MaxAttempts": 60}
    deleted.wait(EndpointName=predictor.endpoint_name, WaiterConfig=patience)
client = session.sagemaker_client
mine = {"NameContains": "v2-"}
seen["left"] = [
    *(one["EndpointName"] for one in client.list_endpoints(**mine)["Endpoints"]),
    *(
        one["EndpointConfigName"]
        for one in client.list_endpoint_configs(**mine)["EndpointConfigs"]
    ),
    *(one["ModelName"] for one in client.list_models(**mine)["Models"]),
]

seen_path.write_text(json.dumps(seen))
