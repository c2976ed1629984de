"""Tags of resources, and how many there may be."""

import pytest
from resource_requests import ARN, model, run

from smnb.local.errors import ServiceError
from smnb.local.request import Context

CONTEXT = Context("us-east-1", "000000000000", "r", "/usr/bin/python3")


def test_tags_given_at_creation_are_listed(models, tags):
    arn = run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))[
        "ModelArn"
    ]

    assert run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"] == [
        {"Key": "a", "Value": "1"}
    ]


def test_tags_are_no_part_of_the_described_model(models):
    run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))

    assert "Tags" not in run(models.describe_model(CONTEXT, {"ModelName": "faces"}))


def test_added_tag_replaces_the_one_with_its_key(models, tags):
    arn = run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))[
        "ModelArn"
    ]
    added = [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}]

    answer = run(tags.add_tags(CONTEXT, {"ResourceArn": arn, "Tags": added}))

    assert answer["Tags"] == added


def test_deleted_tag_is_gone_and_others_stay(models, tags):
    pairs = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    arn = run(models.create_model(CONTEXT, model(Tags=pairs)))["ModelArn"]

    run(tags.delete_tags(CONTEXT, {"ResourceArn": arn, "TagKeys": ["a", "never"]}))

    assert run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"] == pairs[1:]


def test_tags_go_with_their_resource(models, tags):
    run(models.create_model(CONTEXT, model(Tags=[{"Key": "a", "Value": "1"}])))
    run(models.delete_model(CONTEXT, {"ModelName": "faces"}))
    arn = run(models.create_model(CONTEXT, model()))["ModelArn"]

    assert run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"] == []


def test_tag_51_is_refused_and_none_is_added(models, tags):
    pairs = [{"Key": str(number), "Value": ""} for number in range(50)]
    arn = run(models.create_model(CONTEXT, model(Tags=pairs)))["ModelArn"]

    with pytest.raises(ServiceError) as caught:
        run(
            tags.add_tags(
                CONTEXT, {"ResourceArn": arn, "Tags": [{"Key": "x", "Value": ""}]}
            )
        )

    assert caught.value.code == "ResourceLimitExceeded"
    assert len(run(tags.list_tags(CONTEXT, {"ResourceArn": arn}))["Tags"]) == 50


def test_model_with_51_tags_is_not_created(models):
    pairs = [{"Key": str(number), "Value": ""} for number in range(51)]

    with pytest.raises(ServiceError):
        run(models.create_model(CONTEXT, model(Tags=pairs)))

    assert models.table.find(CONTEXT.region, "faces") is None


def test_tags_of_an_unknown_resource_are_refused(tags, models):
    with pytest.raises(ServiceError) as caught:
        run(tags.list_tags(CONTEXT, {"ResourceArn": f"{ARN}:endpoint/gone"}))

    assert caught.value.code == "ValidationException"
