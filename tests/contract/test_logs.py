"""CloudWatch Logs of an endpoint, as boto3 reads them."""

import pytest


@pytest.fixture(scope="module")
def endpoint(module_hosting):
    name = module_hosting.deploy("environment")
    module_hosting.invoke(name, b"{}")
    return name


@pytest.fixture
def group(endpoint):
    return f"/aws/sagemaker/Endpoints/{endpoint}"


def test_endpoint_has_a_group_of_its_name(hosting, group):
    listed = hosting.logs.describe_log_groups(logGroupNamePrefix=group)

    assert [item["logGroupName"] for item in listed["logGroups"]] == [group]


def test_streams_are_named_by_variant_and_instance(hosting, group):
    streams = hosting.logs.describe_log_streams(logGroupName=group)["logStreams"]

    assert [name["logStreamName"].partition("/i-")[0] for name in streams] == [
        "AllTraffic"
    ]


def test_stream_holds_what_the_model_printed_in_order(hosting, group):
    (stream,) = hosting.logs.describe_log_streams(logGroupName=group)["logStreams"]
    events = hosting.logs.get_log_events(
        logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
    )["events"]
    printed = [
        event["message"]
        for event in events
        if event["message"] in ("loading", "predicting")
    ]

    assert printed == ["loading", "predicting"]


def test_events_are_filtered_by_a_term(hosting, group):
    events = hosting.logs.filter_log_events(
        logGroupName=group, filterPattern="predicting"
    )

    assert [event["message"] for event in events["events"]] == ["predicting"]


def test_missing_group_is_refused_in_awss_words(hosting, refused):
    error = refused(hosting.logs.filter_log_events, logGroupName="/gone")

    assert error["Code"] == "ResourceNotFoundException"
    assert error["Message"] == "The specified log group does not exist."


def test_deleted_group_is_gone(hosting):
    name = hosting.deploy("environment")
    hosting.invoke(name, b"{}")
    hosting.delete(name)
    group = f"/aws/sagemaker/Endpoints/{name}"
    hosting.logs.delete_log_group(logGroupName=group)

    assert hosting.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
