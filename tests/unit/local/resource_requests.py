"""What the tests of resources ask for, and as whom."""

import asyncio

from smnb.local.errors import ServiceError

ARN = "arn:aws:sagemaker:us-east-1:000000000000"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/sklearn:1.5"


class OneObject:
    """A store in which only s3://models/model.tar.gz is there."""

    def head(self, bucket, key):
        if (bucket, key) != ("models", "model.tar.gz"):
            raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)


def model(name="faces", **members):
    container = {"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}
    return {"ModelName": name, "PrimaryContainer": container, **members}


def run(coroutine):
    return asyncio.run(coroutine)
