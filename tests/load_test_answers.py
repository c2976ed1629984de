"""Inference Recommender's answers in full shape, and a session that gets them."""

from datetime import datetime, timezone

from aws_answers import ACCOUNT, BUCKET, REGION, ROLE

import smnb

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
JOB = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:inference-recommendations-job/try"
PACKAGE = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/churn/3"
IMAGE = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/pytorch-inference:2.5.1-cpu-py311"
PLACE = f"s3://{BUCKET}/smnb/load-tests/try/payload.tar.gz"
XLARGE = {
    "RecommendationId": "try/1",
    "Metrics": {
        "CostPerHour": 0.23,
        "CostPerInference": 4e-06,
        "MaxInvocations": 958,
        "ModelLatency": 37,
        "CpuUtilization": 81.5,
        "MemoryUtilization": float("nan"),
    },
    "EndpointConfiguration": {
        "EndpointName": "sm-epc-1",
        "VariantName": "v",
        "InstanceType": "ml.m5.xlarge",
        "InitialInstanceCount": 1,
    },
    "ModelConfiguration": {
        "EnvironmentParameters": [
            {"Key": "OMP_NUM_THREADS", "ValueType": "String", "Value": "2"}
        ]
    },
}
LARGE = {
    "RecommendationId": "try/2",
    "Metrics": {
        "CostPerHour": 0.115,
        "CostPerInference": 3.2e-06,
        "MaxInvocations": 598,
        "ModelLatency": 52,
    },
    "EndpointConfiguration": {
        "EndpointName": "sm-epc-2",
        "VariantName": "v",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2,
    },
    "ModelConfiguration": {
        "EnvironmentParameters": [
            {"Key": "OMP_NUM_THREADS", "ValueType": "String", "Value": "1"}
        ]
    },
}
SERVERLESS = {
    "RecommendationId": "try/3",
    "Metrics": {"CostPerInference": 9e-06, "ModelLatency": 80, "ModelSetupTime": 4100},
    "EndpointConfiguration": {
        "EndpointName": "sm-epc-3",
        "VariantName": "v",
        "ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5},
    },
    "ModelConfiguration": {},
}


def described(status="COMPLETED", rows=(), **more):
    return {
        "JobName": "try",
        "JobType": "Default",
        "JobArn": JOB,
        "RoleArn": ROLE,
        "Status": status,
        "CreationTime": NOW,
        "LastModifiedTime": NOW,
        "InputConfig": {"ModelName": "churn"},
        **({"InferenceRecommendations": list(rows)} if rows else {}),
        **more,
    }


def job(aws, *answers):
    for answer in answers:
        aws.answers(
            "sagemaker",
            "describe_inference_recommendations_job",
            answer,
            {"JobName": "try"},
        )
    return smnb.LoadTest("try", session=aws.session)


def steps(aws, *rows):
    return aws.answers(
        "sagemaker",
        "list_inference_recommendations_job_steps",
        {"Steps": list(rows)},
        {"JobName": "try", "MaxResults": 100},
    )


def step(status, instance="ml.m5.large", **more):
    return {
        "StepType": "BENCHMARK",
        "JobName": "try",
        "Status": status,
        "InferenceBenchmark": {
            "EndpointConfiguration": {
                "EndpointName": "e",
                "VariantName": "v",
                "InstanceType": instance,
            },
            "ModelConfiguration": {},
            **more,
        },
    }


def knows_model(aws, **container):
    answer = {
        "ModelName": "churn",
        "PrimaryContainer": {"Image": IMAGE, **container},
        "ExecutionRoleArn": ROLE,
        "CreationTime": NOW,
        "ModelArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/churn",
    }
    return aws.answers("sagemaker", "describe_model", answer, {"ModelName": "churn"})
