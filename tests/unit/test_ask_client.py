"""Asking a server: its answers, its failures, and secrets that no one sees."""

from __future__ import annotations

import base64
import socket
import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from compiler.ask.client import Client, Sample
from compiler.ask.settings import read_settings
from compiler.diagnostics import ToolError
from tests.unit.prometheus_server import Fake, says, serving

SECRET = "s3cr3t-t0ken"


@pytest.fixture
def server() -> Iterator[Fake]:
    """A Prometheus."""
    with serving() as fake:
        yield fake


def config(folder: Path, text: str, secret: str = SECRET) -> Path:
    (folder / "token").write_text(secret, "utf-8")
    path = folder / "http.yaml"
    path.write_text(text, "utf-8")
    return path


def refused(client: Client) -> str:
    with pytest.raises(ToolError) as caught:
        client.query("up")
    return str(caught.value)


def test_query(server: Fake) -> None:
    """An instant query gives every series with its labels and value."""
    server.series = [("up", [{"job": "a"}, {"job": "b"}])]
    assert Client(server.url).query("up") == [Sample({"job": "a"}, 1.0), Sample({"job": "b"}, 1.0)]


@pytest.mark.parametrize(("value", "expected"), [(2.5, 2.5), (None, None), (float("nan"), None), (0, 0)])
def test_number(server: Fake, value: float | None, expected: float | None) -> None:
    """One number; None where there is no series, or none that is a number."""
    server.numbers = [("up", value)]
    assert Client(server.url).number("up") == expected


def test_metrics(server: Fake) -> None:
    """The names of all metrics."""
    server.metrics = ["a", "b"]
    assert Client(server.url).metrics() == ["a", "b"]


def test_path_before_the_api(server: Fake) -> None:
    """An address with a path and a slash at its end is asked below that path."""
    seen: list[str] = []
    server.respond = lambda handler: (seen.append(handler.path), says(404, "")(handler))[0]
    refused(Client(f"{server.url}/prometheus/"))
    assert seen == ["/prometheus/api/v1/query?query=up"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:9090",
        "ftp://x",
        "file:///etc/passwd",
        "http://",
        "http://[",
        "http://x:99999",
        "http://a b",
        "http://x/?a=b",
    ],
)
def test_no_address(url: str) -> None:
    """What is no address is refused before anything is asked."""
    with pytest.raises(ToolError, match="is no address of a Prometheus; write it like http://localhost:9090"):
        Client(url)


def test_password_in_the_address() -> None:
    """An address with a password in it is refused, and not repeated."""
    with pytest.raises(ToolError) as caught:
        Client(f"https://me:{SECRET}@prometheus.example.com")
    assert SECRET not in str(caught.value)
    assert "password_file" in str(caught.value)


def test_nobody_there() -> None:
    """Nobody at the address is one message."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert refused(Client(f"http://127.0.0.1:{port}")) == (
        f"http://127.0.0.1:{port} does not answer: Connection refused"
    )


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, '{"status": "error", "error": "out of memory"}', "answers 500: out of memory"),
        (422, '{"status": "error", "error": "query too long"}', "answers 422: query too long"),
        (401, "Unauthorized", "answers 401: Unauthorized"),
        (404, "<html>nginx</html>", "answers 404: Not Found"),
        (503, "[]", "answers 503: Service Unavailable"),
        (400, '{"error": "a\\u001b[31m red\\n word"}', "answers 400: a [31m red  word"),
        (500, '{"error": "' + "x" * 9_000 + '"}', "answers 500: " + "x" * 300),
    ],
)
def test_refusal(server: Fake, status: int, body: str, words: str) -> None:
    """A refusal is told in the server's own words where it has any, on one line."""
    server.respond = says(status, body)
    assert refused(Client(server.url)) == f"{server.url} {words}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sign in</html>",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"status": "success"}',
        b'{"data": null}',
        b'{"data": {"result": [{"metric": {}}]}}',
        b'{"data": {"result": [{"metric": {}, "value": [1, "many"]}]}}',
        b'{"data": {"result": [{"metric": 3, "value": [1, "2"]}]}}',
        b'{"data": {"result": 4}}',
        b"[" * 100_000,
    ],
)
def test_garbage(server: Fake, body: bytes) -> None:
    """An answer that is none of Prometheus is told as such."""
    server.respond = says(200, body)
    assert refused(Client(server.url)) == (
        f"{server.url} answers, but not as Prometheus does; is it the right address?"
    )


def test_metrics_garbage(server: Fake) -> None:
    """So is a list of metrics that is none."""
    server.respond = says(200, '{"data": {}}')
    with pytest.raises(ToolError, match="not as Prometheus does"):
        Client(server.url).metrics()


def test_cut_short(server: Fake) -> None:
    """An answer that ends before its length is a failure."""
    server.respond = says(200, b'{"data"', **{"Content-Length": "100"})
    assert "not as Prometheus does" in refused(Client(server.url))


def test_hangs(server: Fake) -> None:
    """A server that says nothing is given up."""
    server.respond = lambda _: time.sleep(1.5)
    assert refused(Client(server.url, seconds=0.2)) == f"{server.url} does not answer: not within 0.2 s"


def test_drips(server: Fake) -> None:
    """A server that says a byte now and then is given up, too."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(30):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    server.respond = drip
    assert refused(Client(server.url, seconds=0.4)) == f"{server.url} does not answer: not within 0.4 s"


def test_endless(server: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without end is cut off."""
    monkeypatch.setattr("compiler.ask.client._MOST", 100_000)
    server.respond = says(200, b" " * 1_000_000)
    assert refused(Client(server.url)) == f"{server.url} does not answer: its answer is over 32 MiB"


def test_redirect(server: Fake, tmp_path: Path) -> None:
    """A redirect is not followed, for the token would go along; where it leads is said, without its query."""
    with serving() as other:
        server.respond = says(302, "", Location=f"{other.url}/login?token=abc")
        path = config(tmp_path, "authorization: {credentials_file: token}")
        host = other.url.rpartition(":")[0]
        assert refused(Client(server.url, path)) == (
            f"{server.url} answers 302: it redirects to {host}/login; give the address that it leads to"
        )
        assert other.headers == []


def test_credentials(server: Fake, tmp_path: Path) -> None:
    """A token comes from a file beside the settings."""
    Client(server.url, config(tmp_path, "authorization: {credentials_file: token}", f"{SECRET}\n")).query("up")
    assert server.headers[0]["Authorization"] == f"Bearer {SECRET}"


def test_other_authorization(server: Fake, tmp_path: Path) -> None:
    """The type of the authorization can be another."""
    Client(server.url, config(tmp_path, "authorization: {type: Token, credentials_file: token}")).query("up")
    assert server.headers[0]["Authorization"] == f"Token {SECRET}"


def test_basic(server: Fake, tmp_path: Path) -> None:
    """A name, and a password from a file."""
    Client(server.url, config(tmp_path, "basic_auth: {username: me, password_file: token}")).query("up")
    assert server.headers[0]["Authorization"] == "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()


def test_name_from_a_file(server: Fake, tmp_path: Path) -> None:
    """The name from a file, too."""
    Client(server.url, config(tmp_path, "basic_auth: {username_file: token, password_file: token}")).query("up")
    sent = base64.b64decode(server.headers[0]["Authorization"].removeprefix("Basic "))
    assert sent.decode() == f"{SECRET}:{SECRET}"


def test_headers(server: Fake, tmp_path: Path) -> None:
    """Headers as Prometheus names them: values, and files."""
    text = "http_headers: {X-Scope-OrgID: {values: [a, b]}, X-Key: {files: [token]}}"
    Client(server.url, config(tmp_path, text)).query("up")
    assert (server.headers[0]["X-Scope-Orgid"], server.headers[0]["X-Key"]) == ("a, b", SECRET)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"authorization: {{credentials: {SECRET}}}", "authorization.credentials: secrets come from files only"),
        (f"basic_auth: {{username: a, password: {SECRET}}}", "basic_auth.password: secrets come from files only"),
        (f"http_headers: {{X: {{secrets: [{SECRET}]}}}}", "http_headers.X.secrets: secrets come from files only"),
        (f"tls_config: {{key: {SECRET}}}", "tls_config.key: secrets come from files only"),
        (f"bearer_token: {SECRET}", "bearer_token: secrets come from files only"),
        (f"http_headers: {{Authorization: {{values: [Bearer {SECRET}]}}}}", "for Authorization there is"),
        (f"http_headers: {{'{SECRET} :': {{values: [a]}}}}", "is no name of a header"),
        (f'http_headers: {{X: {{values: ["{SECRET}\\r\\nY: z"]}}}}', "holds a line break"),
        (f"authorization: '{SECRET}'", "authorization is a map"),
        (f"authorization: {{credentials_file: [{SECRET}]}}", "authorization.credentials_file is a text"),
        (f"http_headers: {{X: '{SECRET}'}}", "http_headers.X is a map like"),
        (f"http_headers: {{X: {{values: '{SECRET}'}}}}", "values and files are lists of texts"),
        (f"- {SECRET}", "it is a map like"),
        (f"authorization: {{credentials_file: '{SECRET}: ': x", "http.yaml:1 is no YAML"),
        (f"a: b\n{SECRET}: [", "http.yaml:2 is no YAML"),
        (f"{SECRET}\0", "is no YAML"),
        ("authorization: {type: Bearer}", "authorization needs credentials_file, with a secret in it"),
        ("basic_auth: {username: me}", "basic_auth needs password_file, with a secret in it"),
        ("authorizations: {}", "authorizations is not known here; did you mean 'authorization'?"),
        ("tls_config: {server_name: x}", "tls_config.server_name is not known here"),
        ("authorization: {credentials_file: nowhere}", "nowhere cannot be read: No such file or directory"),
        ("authorization: {credentials_file: .}", ". cannot be read: Is a directory"),
        ("tls_config: {ca_file: nowhere}", "tls_config cannot be used: No such file or directory"),
        ("tls_config: {ca_file: token}", "tls_config cannot be used: "),
        ("tls_config: {cert_file: token}", "tls_config cannot be used: "),
        (
            "authorization: {credentials_file: token}\nbasic_auth: {username: a, password_file: token}",
            "authorization and basic_auth exclude each other",
        ),
    ],
)
def test_settings_refused(tmp_path: Path, text: str, words: str) -> None:
    """What is wrong in the settings is told with the file's name, and no secret in it is repeated."""
    path = config(tmp_path, text)
    with pytest.raises(ToolError) as caught:
        read_settings(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path)[:20])
    assert SECRET not in str(caught.value).replace(f"'{SECRET} :'", "")


@pytest.mark.parametrize("secret", [f"{SECRET}\nX: y", f"{SECRET}\x7f", f"{SECRET} €", f"{SECRET}\r\n\r\nGET /"])
def test_secret_that_no_header_carries(tmp_path: Path, secret: str) -> None:
    """A secret with a line break in it is refused, and not repeated."""
    with pytest.raises(ToolError, match="cannot carry") as caught:
        read_settings(config(tmp_path, "authorization: {credentials_file: token}", secret))
    assert SECRET not in str(caught.value)


def test_settings_that_are_no_text(tmp_path: Path) -> None:
    """Binary settings, and a binary secret, are one message."""
    (tmp_path / "http.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ToolError, match=r"http\.yaml is not text"):
        read_settings(tmp_path / "http.yaml")
    (tmp_path / "token2").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ToolError, match="token2 is not text"):
        read_settings(config(tmp_path, "authorization: {credentials_file: token2}"))


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """Settings that are printed by accident show no secret."""
    found = read_settings(config(tmp_path, "authorization: {credentials_file: token}"))
    assert SECRET not in f"{found!r} {found}"
    assert found.headers == {"Authorization": f"Bearer {SECRET}"}


def test_empty_settings(tmp_path: Path, server: Fake) -> None:
    """Settings that say nothing are none."""
    assert Client(server.url, config(tmp_path, "")).query("up") == []


CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBmDCCAT+gAwIBAgIUImw5IXn7u/FR5TIvq6Ul/KQMaKQwCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWcHJvbWV0aGV1cy5leGFtcGxlLmNvbTAgFw0yNjExMjUwNDEz
NDFaGA8yMTI2MTEwMTA0MTM0MVowITEfMB0GA1UEAwwWcHJvbWV0aGV1cy5leGFt
cGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABELaVd85h9R0A3hgXjC+
DtW3XxOda5iY6BEeYZgCPToJBLlCYBY7YBQjb0AsYYxlvYFLsBaY2nC3l4/ZgyKW
T+yjUzBRMB0GA1UdDgQWBBTYp0xV+EgeNc+PGFT3+votYiVUUzAfBgNVHSMEGDAW
gBTYp0xV+EgeNc+PGFT3+votYiVUUzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
BAMCA0cAMEQCIG/RvktzftEdJkedD9rQxxLEr6C+fawXUDXQAS5DKjVCAiAV5cr9
ycCn5orB94QCgJgZXDnILeXpnbpU12Nidc64zA==
-----END CERTIFICATE-----
"""


def test_authority(tmp_path: Path) -> None:
    """The authority that signed the server's certificate comes from a file beside the settings."""
    (tmp_path / "ca.pem").write_text(CERTIFICATE, "utf-8")
    tls = read_settings(config(tmp_path, "tls_config: {ca_file: ca.pem}")).tls
    assert tls is not None
    assert [found["subject"] for found in tls.get_ca_certs()] == [((("commonName", "prometheus.example.com"),),)]
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(("said", "mode"), [("true", ssl.CERT_NONE), ("false", ssl.CERT_REQUIRED)])
def test_unverified(tmp_path: Path, said: str, mode: ssl.VerifyMode) -> None:
    """A certificate is left unverified only where that is asked for."""
    tls = read_settings(config(tmp_path, f"tls_config: {{insecure_skip_verify: {said}}}")).tls
    assert tls is not None
    assert (tls.verify_mode, tls.check_hostname) == (mode, mode is ssl.CERT_REQUIRED)


def test_no_tls_spoken(server: Fake) -> None:
    """A server without TLS at an https address is one message."""
    assert "does not answer: " in refused(Client(server.url.replace("http:", "https:")))
