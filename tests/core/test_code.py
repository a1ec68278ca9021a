"""Another program has another fingerprint, whatever its version says."""

from upstander.core import code


def test_any_change_of_a_file_of_the_package_changes_the_fingerprint(tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "page.html").write_text("10 dead")
    (tmp_path / "rule.py").write_text("LEAST = 25")
    first = code.fingerprint(package=tmp_path)
    assert code.fingerprint(package=tmp_path) == first
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "rule.pyc").write_text("compiled")
    assert code.fingerprint(package=tmp_path) == first
    (tmp_path / "web" / "page.html").write_text("11 dead")
    assert code.fingerprint(package=tmp_path) != first
    assert code.fingerprint(("web",), "*.py", package=tmp_path) != first
