"""Nobody gets in without Jupyter's token, and no page of others' with a cookie."""

import json
import warnings

import pytest
from tornado.httpclient import HTTPClientError

from smnb.jupyter.routes import HANDLERS

ROUTES = [("POST", "command"), ("POST", "upload"), ("GET", "stream")]
WRONG = {"Authorization": "token wrong"}


@pytest.mark.parametrize(("method", "name"), ROUTES)
async def test_without_token_is_refused(jp_fetch, method, name):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(
            "smnb",
            name,
            method=method,
            headers=dict(WRONG),
            allow_nonstandard_methods=True,
        )
    assert refused.value.code == 403


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["command", "upload"])
async def test_other_methods_do_nothing(jp_fetch, method, name):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("smnb", name, method=method, allow_nonstandard_methods=True)
    assert refused.value.code in (403, 405)


async def test_stream_without_token_is_refused(jp_ws_fetch):
    with pytest.raises(HTTPClientError) as refused:
        await jp_ws_fetch("smnb", "stream", headers=dict(WRONG))
    assert refused.value.code == 403


@pytest.fixture
def sign_in(jp_fetch, jp_serverapp):
    """Return a function that signs in as a browser does; it returns the cookies."""

    async def sign_in():
        token = jp_serverapp.identity_provider.token
        answer = await jp_fetch(
            "api", "status", headers={"Authorization": ""}, params={"token": token}
        )
        set_cookies = answer.headers.get_list("Set-Cookie")
        cookies = [cookie.partition(";")[0] for cookie in set_cookies]
        assert any(cookie.startswith("username-") for cookie in cookies)
        return {"Authorization": "", "Cookie": "; ".join(cookies)}

    return sign_in


async def test_stream_with_a_cookie_from_another_site_is_refused(jp_ws_fetch, sign_in):
    headers = {**await sign_in(), "Origin": "https://elsewhere.example"}
    with pytest.raises(HTTPClientError) as refused:
        await jp_ws_fetch("smnb", "stream", headers=headers)
    assert refused.value.code == 403


@pytest.mark.parametrize("name", ["command", "upload"])
async def test_cookie_alone_is_refused(jp_fetch, sign_in, name):
    """Refuse what a browser sends by itself for a page of others: no XSRF token."""
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(
            "smnb",
            name,
            method="POST",
            body=json.dumps({"name": "refresh", "args": {}}),
            headers=await sign_in(),
        )
    assert refused.value.code == 403


def test_jupyter_finds_no_open_route(jp_configurable_serverapp):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        jp_configurable_serverapp()
    told = "\n".join(str(warning.message) for warning in found)
    assert "TermSocket" in told  # of Jupyter's own: what is open is named
    for _, handler in HANDLERS:
        assert handler.__name__ not in told
