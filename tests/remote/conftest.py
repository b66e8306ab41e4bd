"""An S3 server of this process, and a store that speaks to it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest

from tests.support.needs import lacking

Put = Callable[[str, bytes], None]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of an S3 server on a free port."""
    try:
        import s3fs  # noqa: F401
        from moto.server import ThreadedMotoServer
    except ImportError as error:
        lacking(f"an S3 server needs moto and s3fs: {error}")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where s3:// is, here and in workers."""
    import s3fs

    for name, value in {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    yield
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def put(address: None, server: str) -> Put:
    """Puts an object into the empty bucket `accounts`."""
    from urllib.request import Request, urlopen

    import s3fs

    urlopen(Request(f"{server}/moto-api/reset", method="POST")).close()
    store = s3fs.S3FileSystem()
    store.mkdir("accounts")

    def one(key: str, data: bytes) -> None:
        store.pipe_file(f"accounts/{key}", data)

    return one
