"""Each kind of object is deployed as it is, and answers what it answers here."""

import numpy as np
import onnx
import pandas as pd
import pytest
import torch
import xgboost
from PIL import Image
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import smnb
from smnb import _session
from smnb._model import pack
from smnb.errors import InvalidInputError

IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)
SOME = IRIS[45:55]
AS_SENT = (SOME, SOME.to_numpy(), SOME.to_numpy().tolist(), SOME.to_dict("records"))

pytestmark = pytest.mark.usefixtures("nothing_left")


def squared(table):
    return np.asarray(table) ** 2


class Net(torch.nn.Module):
    """A module whose class only this file has."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 2)

    def forward(self, x):
        return {"scores": self.layer(x), "rows": len(x)}


class Lookup(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(5, 2)

    def forward(self, ids):
        return self.table(ids)


def doubling():
    """Return an ONNX model that doubles rows of two numbers."""
    helper, number = onnx.helper, onnx.TensorProto.FLOAT
    x = helper.make_tensor_value_info("x", number, [None, 2])
    y = helper.make_tensor_value_info("y", number, [None, 2])
    node = helper.make_node("Add", ["x", "x"], ["y"])
    graph = helper.make_graph([node], "doubling", [x], [y])
    opset = helper.make_opsetid("", 17)
    return helper.make_model(graph, ir_version=9, opset_imports=[opset])


def test_estimator_predicts_what_it_predicts_here():
    steps = (FunctionTransformer(squared), StandardScaler(), LogisticRegression())
    model = make_pipeline(*steps).fit(IRIS, SPECIES)
    with smnb.deploy(model) as ep:
        answers = [ep.invoke(rows) for rows in AS_SENT]

    assert answers == [model.predict(SOME).tolist()] * 4


def test_xgboost_estimator_predicts_what_it_predicts_here():
    model = xgboost.XGBClassifier(n_estimators=5).fit(IRIS, SPECIES)
    with smnb.deploy(model) as ep:
        answers = [ep.invoke(rows) for rows in AS_SENT]

    assert answers == [model.predict(SOME).tolist()] * 4


def test_xgboost_booster_predicts_what_it_predicts_here():
    options = {"objective": "multi:softprob", "num_class": 3}
    model = xgboost.train(options, xgboost.DMatrix(IRIS, SPECIES), 5)
    with smnb.deploy(model) as ep:
        answer = ep.invoke(SOME)

    assert answer == pytest.approx(model.predict(xgboost.DMatrix(SOME)))


@pytest.mark.parametrize("from_file", [False, True], ids=["object", "file"])
def test_onnx_model_answers_what_it_computes(tmp_path, from_file):
    model = doubling()
    if from_file:
        onnx.save(model, tmp_path / "doubling.onnx")
        model = tmp_path / "doubling.onnx"
    with smnb.deploy(model, name="doubling") as ep:
        rows, named = ep.invoke([[1, 2]]), ep.invoke({"x": [[3, 4], [5, 6]]})

    assert (rows, named) == ([[2, 4]], [[6, 8], [10, 12]])


def test_torch_module_answers_what_it_answers_here():
    net = Net()
    rows = torch.arange(8.0).reshape(2, 4)
    with smnb.deploy(net) as ep:
        answers = [ep.invoke(x) for x in (rows, rows.numpy(), rows.long().tolist())]

    expected = net(rows)["scores"].detach().numpy()
    for answer in answers:
        assert answer["rows"] == 2
        assert np.allclose(answer["scores"], expected, atol=1e-5)


def test_torch_module_that_looks_up_gets_integers():
    lookup = Lookup()
    with smnb.deploy(lookup) as ep:
        answer = ep.invoke([1, 4])

    expected = lookup(torch.tensor([1, 4])).detach().numpy()
    assert np.allclose(answer, expected, atol=1e-6)


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
@pytest.mark.parametrize("script", [torch.jit.script, torch.jit.trace])
def test_torchscript_answers_what_it_answers_here(script):
    rows = torch.arange(8.0).reshape(2, 4)
    examples = (rows,) if script is torch.jit.trace else ()
    net = script(torch.nn.Linear(4, 2), *examples)
    with smnb.deploy(net, name="net") as ep:
        answer = ep.invoke(rows)

        assert smnb.deploy(net, name="net").name == ep.name
    assert np.allclose(answer, net(rows).detach().numpy(), atol=1e-5)


def test_same_torch_module_is_recognised_when_deployed_again():
    net = Net()
    with smnb.deploy(net, name="net") as ep:
        again = smnb.deploy(net, name="net")

        assert again.name == ep.name


def test_function_gets_the_content_decoded():
    with smnb.deploy(lambda x: [type(x).__name__, getattr(x, "shape", None)]) as ep:
        seen = {
            "json": ep.invoke({"a": 1}),
            "npy": ep.invoke(np.zeros((2, 3))),
            "csv": ep.invoke(pd.DataFrame({"a": [1.0], "b": [2.0]})),
            "text": ep.invoke("abc", content_type="text/plain"),
            "image": ep.invoke(Image.new("RGB", (4, 3))),
            "bytes": ep.invoke(b"\0", content_type="application/octet-stream"),
        }

    assert seen == {
        "json": ["dict", None],
        "npy": ["ndarray", [2, 3]],
        "csv": ["ndarray", [1, 2]],
        "text": ["str", None],
        "image": ["ndarray", [3, 4, 3]],
        "bytes": ["bytes", None],
    }


def test_function_takes_its_helpers_along():
    with smnb.deploy(lambda x: squared(x).tolist(), name="squares") as ep:
        assert ep.invoke([1, 2, 3]) == [1, 4, 9]


def test_requirement_that_is_met_costs_no_installation():
    with smnb.deploy(lambda x: x, name="plain") as ep:
        ep.invoke(1)
        logs = _session.default_session().client("logs")
        group = f"/aws/sagemaker/Endpoints/{ep.name}"
        events = logs.filter_log_events(logGroupName=group)["events"]

    told = [event["message"] for event in events]
    assert "All of code/requirements.txt is installed already." in told
    assert not any("Installing" in line for line in told)


@pytest.fixture
def existing_model(write_model, tmp_path):
    """Make a model in SageMaker without smnb; return its name."""
    session = _session.default_session()
    s3, sagemaker = session.client("s3"), session.client("sagemaker")
    s3.create_bucket(Bucket="others")
    archive = pack(smnb.Model(write_model()), tmp_path)
    s3.upload_file(str(archive.path), "others", "model.tar.gz")
    sagemaker.create_model(
        ModelName="churn",
        PrimaryContainer={"Image": "i", "ModelDataUrl": "s3://others/model.tar.gz"},
        ExecutionRoleArn="arn:aws:iam::000000000000:role/r",
    )
    yield "churn"
    sagemaker.delete_model(ModelName="churn")
    s3.delete_object(Bucket="others", Key="model.tar.gz")


def test_model_of_sagemaker_is_deployed_and_stays(existing_model):
    with smnb.deploy(smnb.Model.from_sagemaker(existing_model)) as ep:
        answer = ep.invoke([1])

    sagemaker = _session.default_session().client("sagemaker")
    assert answer["type"] == "application/json"
    assert sagemaker.describe_model(ModelName=existing_model)["ModelName"] == "churn"


def test_model_of_sagemaker_stays_when_another_takes_its_place(existing_model):
    with smnb.deploy(smnb.Model.from_sagemaker(existing_model)) as ep:
        ep.update(model=lambda x: x + 1)

        assert ep.invoke(1) == 2

    sagemaker = _session.default_session().client("sagemaker")
    assert sagemaker.describe_model(ModelName=existing_model)["ModelName"] == "churn"


def test_model_of_sagemaker_that_is_missing_is_named():
    with pytest.raises(smnb.errors.SmnbError, match="nowhere"):
        smnb.deploy(smnb.Model.from_sagemaker("nowhere"))


class ForeignSerializer:
    """The interface of the sagemaker SDK's serializers, and nothing of ours."""

    CONTENT_TYPE = "text/csv"

    def serialize(self, data):
        return ",".join(map(str, data))


class ForeignDeserializer:
    """The interface of the sagemaker SDK's deserializers: it closes the stream."""

    ACCEPT = ("text/csv", "application/json")

    def deserialize(self, stream, content_type):
        try:
            return content_type, stream.read().decode()
        finally:
            stream.close()


def test_serializers_of_the_sagemaker_sdk_are_taken():
    with smnb.deploy(lambda x: x * 2, name="twice") as ep:
        answer = ep.invoke(
            [1, 2], serializer=ForeignSerializer(), deserializer=ForeignDeserializer()
        )

    assert answer == ("text/csv", "2.0,4.0\n")


def test_layout_that_needs_a_framework_is_refused_before_anything_is_made(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "saved_model.pb").touch()

    with pytest.raises(InvalidInputError, match="the local backend does"):
        smnb.deploy(tmp_path)
