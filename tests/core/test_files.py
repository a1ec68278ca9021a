"""Files are written whole or not at all, also by two at once."""

import pytest

from upstander.core.files import aside, write_aside


def test_two_that_write_the_same_file_at_once_leave_one_of_them_whole(tmp_path):
    file = tmp_path / "brief.pdf"
    with aside(file) as one:
        one.write_bytes(b"one")
        with aside(file) as other:
            other.write_bytes(b"other")
        assert file.read_bytes() == b"other"
    assert file.read_bytes() == b"one"
    assert [p.name for p in tmp_path.iterdir()] == ["brief.pdf"]


def test_what_fails_leaves_the_old_content_and_nothing_beside(tmp_path):
    file = tmp_path / "brief.pdf"
    write_aside(file, b"old")

    def fail():
        with aside(file) as part:
            part.write_bytes(b"hal")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        fail()
    assert file.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["brief.pdf"]
