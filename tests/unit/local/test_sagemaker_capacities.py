"""What UpdateEndpointWeightsAndCapacities may ask of a configuration's variants."""

import pytest

from smnb.local.errors import ServiceError
from smnb.local.services.sagemaker.capacities import changed_variants


def config(*variants, **members):
    return {
        "EndpointConfigName": "two",
        "ProductionVariants": list(variants),
        **members,
    }


A = {"VariantName": "A", "InitialInstanceCount": 1, "InitialVariantWeight": 1.0}
B = {"VariantName": "B", "InitialInstanceCount": 2, "InitialVariantWeight": 2.0}
S = {
    "VariantName": "S",
    "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 5},
    "InitialVariantWeight": 1.0,
}


def test_variant_that_is_not_named_stays_and_so_does_the_order():
    changes = [{"VariantName": "B", "DesiredWeight": 0.0, "DesiredInstanceCount": 4}]

    assert changed_variants(config(A, B), changes) == [
        A,
        {"VariantName": "B", "InitialInstanceCount": 4, "InitialVariantWeight": 0.0},
    ]
    assert B["InitialInstanceCount"] == 2


def test_provisioned_concurrency_goes_beside_the_rest():
    changes = [
        {"VariantName": "S", "ServerlessUpdateConfig": {"ProvisionedConcurrency": 5}}
    ]

    assert changed_variants(config(S), changes)[0]["ServerlessConfig"] == {
        "MemorySizeInMB": 1024,
        "MaxConcurrency": 5,
        "ProvisionedConcurrency": 5,
    }


@pytest.mark.parametrize(
    ("before", "changes", "words"),
    [
        pytest.param(
            config(A, B),
            [{"VariantName": "C"}],
            'The variant name\\(s\\) "C" is/are not present within endpoint'
            ' configuration "two".',
            id="unknown",
        ),
        pytest.param(
            config(A, B),
            [{"VariantName": "A"}, {"VariantName": "A"}],
            'The variant name "A" was non-unique within the request.',
            id="twice",
        ),
        pytest.param(
            config(A),
            [{"VariantName": "A", "DesiredInstanceCount": 0}],
            "0 is for asynchronous",
            id="no-instance",
        ),
        pytest.param(
            config(A),
            [{"VariantName": "A", "ServerlessUpdateConfig": {"MaxConcurrency": 1}}],
            "ServerlessUpdateConfig is for",
            id="serverless-of-instances",
        ),
        pytest.param(
            config(S),
            [{"VariantName": "S", "DesiredInstanceCount": 1}],
            "not supported with ServerlessConfig",
            id="instances-of-serverless",
        ),
        pytest.param(
            config(S),
            [
                {
                    "VariantName": "S",
                    "ServerlessUpdateConfig": {"ProvisionedConcurrency": 6},
                }
            ],
            "less than or equal to MaxConcurrency",
            id="more-provisioned-than-allowed",
        ),
    ],
)
def test_change_that_does_not_fit_is_refused(before, changes, words):
    with pytest.raises(ServiceError, match=words) as caught:
        changed_variants(before, changes)

    assert caught.value.code == "ValidationException"
