"""The VIEWS challenge's format: what we write is what the format says, and what breaks it is named."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from upstander.core.errors import ConfigError, SourceChanged
from upstander.forecast import scores, views
from upstander.forecast.exchange import challenge_files, peers
from upstander.forecast.pooling import drawn

IDS = tuple(str(n) for n in range(1, 192))
MONTHS = (2024 - 1990) * 12 + 4


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up challenge: 191 countries, most of them quiet, in the challenge's own files."""
    folder = tmp_path_factory.mktemp("views")
    rng = np.random.default_rng(1)
    level = np.where(np.arange(191) % 8 == 0, 20.0, 0.0)[:, None]
    deaths = rng.poisson(level * np.ones((191, MONTHS)))
    month = np.tile(np.arange(121, 121 + MONTHS), 191)
    country = np.repeat(np.arange(1, 192), MONTHS)
    named = np.array([f"Land {n}" for n in country])
    pq.write_table(
        pa.table(
            {
                "month_id": month,
                "country_id": country,
                "ged_sb": deaths.ravel(),
                "name": named,
            }
        ),
        folder / views.HISTORY,
    )
    late = month >= 457
    pq.write_table(
        pa.table(
            {
                "month_id": month[late],
                "country_id": country[late],
                "outcome": deaths.ravel()[late],
            }
        ),
        folder / views.ACTUALS,
    )
    events = {c: (deaths.ravel() > 0).astype(int) for c in views.EVENT_COLUMNS}
    pq.write_table(
        pa.table({"month_id": month, "country_id": country, **events}),
        folder / views.EVENTS,
    )
    return folder


@pytest.fixture(scope="module")
def sent(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A submission of two windows by our conflictology."""
    out = tmp_path_factory.mktemp("sent")
    challenge_files.write(
        data,
        out,
        model="conflictology",
        windows=(2018, 2019),
        seed=1,
        contact="a@example.org",
    )
    return out


def test_a_window_has_every_country_month_and_draw_as_whole_numbers(
    data: Path, sent: Path
) -> None:
    rows = pq.read_table(
        sent / "cm" / "window=Y2018" / "conflictology_cm_Y2018.parquet", partitioning=None
    )
    assert rows.column_names == ["month_id", "country_id", "draw", "outcome"]
    assert rows.num_rows == 191 * 12 * 1000
    assert all(pa.types.is_integer(t) for t in rows.schema.types)
    assert sorted(set(rows["month_id"].to_pylist())) == list(range(457, 469))
    assert len(rows["country_id"].unique()) == 191
    assert min(rows["outcome"].to_pylist()) >= 0
    last_year = views.read(data).panel(2018).column(views.TARGET)[:, -12:]
    mine = rows.filter(pa.compute.equal(rows["country_id"], 9))["outcome"].to_pylist()
    assert set(mine) == set(last_year[8].astype(int).tolist()), (
        "conflictology draws the own last twelve months"
    )


def test_the_senders_details_are_yaml_with_what_the_challenge_asks(sent: Path) -> None:
    import re

    text = (sent / "submission_details.yml").read_text()
    for key in ("team", "short_title", "even_shorter_identifier"):
        assert re.search(rf'^{key}: ".+"$', text, re.M), key
    assert re.search(r'^contact: "[^@"]+@[^@"]+\.[^@"]+"$', text, re.M)
    assert re.search(r"^authors:\n  - name: ", text, re.M)


def test_the_same_seed_writes_the_same_bytes(
    data: Path, sent: Path, tmp_path: Path
) -> None:
    challenge_files.write(
        data,
        tmp_path,
        model="conflictology",
        windows=(2018,),
        seed=1,
        contact="a@example.org",
    )
    name = "cm/window=Y2018/conflictology_cm_Y2018.parquet"
    assert (tmp_path / name).read_bytes() == (sent / name).read_bytes()


def test_what_we_write_can_be_read_back_and_gives_the_same_draws(
    data: Path, sent: Path, tmp_path: Path
) -> None:
    found = challenge_files.read(sent, IDS)
    assert sorted(found) == [2018, 2019]
    peers.keep_views(tmp_path, "somebody", found)
    kept = peers.views(tmp_path)["somebody"]
    theirs = challenge_files.draws(kept[2018], IDS)
    panel = views.read(data).panel(2018)
    ours = drawn(["conflictology"], panel, views.TARGET, views.HORIZONS, (1, 2018))[
        "conflictology"
    ].draws
    assert np.array_equal(np.sort(theirs, axis=-1), np.sort(scores.repeated(ours), axis=-1))
    assert theirs.shape == (191, 12, 1000)


def broken(sent: Path, folder: Path, change: str) -> Path:
    """The same submission with one fault in its window of 2018."""
    rows = pq.read_table(
        sent / "cm" / "window=Y2018" / "conflictology_cm_Y2018.parquet", partitioning=None
    )
    columns = {n: rows[n].to_numpy().copy() for n in rows.column_names}
    if change == "negative":
        columns["outcome"][7] = -1
    elif change == "month":
        columns["month_id"][3] = 469
    elif change == "twice":
        columns["draw"][1] = 0
    elif change == "short":
        columns = {n: c[:-1] for n, c in columns.items()}
    elif change == "half":
        columns["outcome"] = columns["outcome"] + np.where(
            np.arange(len(columns["outcome"])) == 4, 0.5, 0
        )
    elif change == "infinite":
        columns["outcome"] = np.where(
            np.arange(len(columns["outcome"])) == 4, np.inf, columns["outcome"]
        )
    elif change == "empty":
        columns["outcome"] = np.where(
            np.arange(len(columns["outcome"])) == 4, np.nan, columns["outcome"]
        )
    elif change == "country":
        columns["country_id"][columns["country_id"] == 191] = 999
    elif change == "column":
        columns["prediction"] = columns.pop("outcome")
    file = folder / "cm" / "window=Y2018" / "peer.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(pa.table(columns), file)
    return folder


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("negative", r"peer\.parquet, row 8: outcome is negative"),
        ("month", r"row 4: month_id is not in window 2018 \(457 to 468\)"),
        ("twice", r"row 2: this draw of this country and month stands twice"),
        ("short", r"country_id 191, month_id 468 has 999 draws; the format asks for 1,000"),
        ("half", r"row 5: outcome is not a whole number; round the draws"),
        ("empty", r"row 5: outcome is empty"),
        ("infinite", r"row 5: outcome is infinite"),
        ("country", r"country_id is not one of the challenge's"),
        ("column", r"columns outcome, prediction are missing or too many"),
    ],
)
def test_a_fault_is_named_with_file_row_and_remedy(
    sent: Path, tmp_path: Path, change: str, said: str
) -> None:
    with pytest.raises(SourceChanged, match=said):
        challenge_files.read(broken(sent, tmp_path, change), IDS)


def moved(
    sent: Path, folder: Path, name: str, months: int = 0, index: bool = False
) -> Path:
    """The same window of 2018 in a folder of another name, so many months later, with pandas' index beside it."""
    rows = pq.read_table(
        sent / "cm" / "window=Y2018" / "conflictology_cm_Y2018.parquet", partitioning=None
    )
    rows = rows.set_column(0, "month_id", pa.compute.add(rows["month_id"], months))
    if index:
        rows = rows.append_column("__index_level_0__", pa.array(np.arange(rows.num_rows)))
    file = folder / "cm" / name / "peer.parquet"
    file.parent.mkdir(parents=True)
    pq.write_table(rows, file)
    return folder


def test_the_challenges_own_rules_hold_and_no_others(sent: Path, tmp_path: Path) -> None:
    future = moved(
        sent, tmp_path / "a", "window=Y2024", months=78
    )  # July 2024 to June 2025
    assert sorted(challenge_files.read(future, IDS)) == [2024]
    assert sorted(
        challenge_files.read(
            moved(sent, tmp_path / "b", "test_window_2018", index=True), IDS
        )
    ) == [2018]
    with pytest.raises(
        SourceChanged, match=r"month_id is not in window 2024 \(535 to 546\)"
    ):
        challenge_files.read(moved(sent, tmp_path / "c", "window=Y2024", months=72), IDS)
    kept = peers.keep_views(tmp_path, "somebody", challenge_files.read(tmp_path / "b", IDS))
    assert challenge_files.draws(kept / "Y2018.parquet", IDS).shape == (191, 12, 1000)
    moved(sent, tmp_path / "b", "window=Y2018")
    with pytest.raises(SourceChanged, match="a second folder of window 2018"):
        challenge_files.read(tmp_path / "b", IDS)


def test_a_folder_without_windows_and_a_file_that_is_no_parquet_are_named(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match="window=Y"):
        challenge_files.read(tmp_path)
    file = tmp_path / "cm" / "window=Y2018" / "x.parquet"
    file.parent.mkdir(parents=True)
    file.write_text("no")
    with pytest.raises(SourceChanged, match=r"x\.parquet: not a Parquet file"):
        challenge_files.read(tmp_path)
    (file.parent / "y.parquet").write_text("no")
    with pytest.raises(SourceChanged, match="2 Parquet files"):
        challenge_files.read(tmp_path)


@pytest.mark.parametrize("name", ["", "9lives", "a/b", "..", "pool", "x" * 41])
def test_a_peer_may_not_take_a_path_or_the_name_of_a_model_of_ours(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(ConfigError, match="--name"):
        peers.keep_views(tmp_path, name, {})
