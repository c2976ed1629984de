import gzip
import io
import tarfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smnb.local.container.archive import extract
from smnb.local.container.errors import ArchiveError, StartFailedError

LIMIT = 1024 * 1024
CODE = "code/inference.py"


def member(name, content=b"", kind=tarfile.REGTYPE, **fields):
    """Return a tar member and its content."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def packed(*members, file_format=tarfile.GNU_FORMAT):
    """Return the members as the bytes of a tar.gz."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", format=file_format) as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content))
    return file.getvalue()


@pytest.fixture
def unpack(tmp_path):
    """Return a function that extracts these bytes into a folder beside an own file."""
    (tmp_path / "own").write_bytes(b"untouched")

    def unpack(content, limit=LIMIT):
        (tmp_path / "model.tar.gz").write_bytes(content)
        extract(tmp_path / "model.tar.gz", tmp_path / "model", limit)
        return tmp_path / "model"

    yield unpack
    assert (tmp_path / "own").read_bytes() == b"untouched"
    assert {path.name for path in tmp_path.iterdir()} <= {
        "own",
        "model",
        "model.tar.gz",
    }


def test_extract_writes_files_and_folders(unpack):
    folder = unpack(
        packed(
            member("./", kind=tarfile.DIRTYPE),
            member("./code/", kind=tarfile.DIRTYPE),
            member(f"./{CODE}", b"x = 1\n"),
            member("weights/deep/model.bin", bytes(5000)),
            member("empty/", kind=tarfile.DIRTYPE),
        )
    )

    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    assert found == {
        "code",
        CODE,
        "weights",
        "weights/deep",
        "weights/deep/model.bin",
        "empty",
    }
    assert (folder / CODE).read_bytes() == b"x = 1\n"
    assert (folder / "weights/deep/model.bin").read_bytes() == bytes(5000)


@pytest.mark.parametrize("file_format", [tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT])
def test_extract_reads_every_tar_format(unpack, file_format):
    folder = unpack(packed(member(CODE, b"x"), file_format=file_format))

    assert (folder / CODE).read_bytes() == b"x"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(0o600, 0o644), (0o755, 0o755), (0o4777, 0o755), (0o000, 0o644)],
)
def test_extract_keeps_of_the_mode_whether_it_can_be_run(unpack, mode, expected):
    folder = unpack(packed(member("tool", b"x", mode=mode)))

    assert (folder / "tool").stat().st_mode & 0o7777 == expected


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(member("../own", b"evil"), id="parent"),
        pytest.param(member("code/../../own", b"evil"), id="parent inside"),
        pytest.param(member("/own", b"evil"), id="absolute"),
        pytest.param(
            member("link", kind=tarfile.SYMTYPE, linkname="../own"), id="symlink"
        ),
        pytest.param(
            member("link", kind=tarfile.SYMTYPE, linkname=CODE), id="inner link"
        ),
        pytest.param(
            member("hard", kind=tarfile.LNKTYPE, linkname=CODE), id="hard link"
        ),
        pytest.param(member("pipe", kind=tarfile.FIFOTYPE), id="pipe"),
        pytest.param(member("null", kind=tarfile.CHRTYPE), id="device"),
    ],
)
def test_extract_refuses_what_is_no_file_inside(unpack, bad):
    with pytest.raises(ArchiveError) as caught:
        unpack(packed(member(CODE, b"x"), bad))

    assert repr(bad[0].name) in str(caught.value)


def test_extract_never_writes_through_a_link(unpack):
    link = member("code", kind=tarfile.SYMTYPE, linkname="..")

    with pytest.raises(ArchiveError, match="link or device"):
        unpack(packed(link, member("code/own", b"evil")))


@pytest.mark.parametrize(
    ("members", "limit"),
    [
        pytest.param([member("big", bytes(LIMIT))], LIMIT, id="one large file"),
        pytest.param(
            [member(str(n), b"x") for n in range(20)], 10_000, id="many small"
        ),
    ],
)
def test_extract_refuses_more_than_the_disk_takes(unpack, members, limit):
    with pytest.raises(ArchiveError, match="too large when unpacked"):
        unpack(packed(*members), limit)


def test_extract_refuses_a_bomb_of_nothing_behind_the_end(unpack):
    bomb = gzip.compress(
        gzip.decompress(packed(member(CODE, b"x"))) + bytes(10 * LIMIT)
    )

    with pytest.raises(ArchiveError, match="too large when unpacked"):
        unpack(bomb)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"PK\x03\x04", "Not a gzipped file", id="zip"),
        pytest.param(gzip.compress(b"no tar at all" * 100), "", id="gzip of no tar"),
    ],
)
def test_extract_says_why_it_is_no_archive(unpack, content, reason):
    with pytest.raises(ArchiveError, match=f"cannot be unpacked: .*{reason}"):
        unpack(content)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_extract_refuses_a_part_of_an_archive(tmp_path_factory, data):
    whole = packed(member(CODE, bytes(range(256)) * 20))
    folder = tmp_path_factory.mktemp("part")
    part = folder / "model.tar.gz"
    part.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])

    with pytest.raises(StartFailedError, match=r"model.tar.gz cannot be unpacked"):
        extract(part, folder / "model", LIMIT)
