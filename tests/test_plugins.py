"""Every plug-in keeps its kind's promises. A new file is tested by existing."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from upstander.core import places as place_tables
from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.core.types import Classifier, Family, Model, Panel, Source
from upstander.evidence.formats import Import

KINDS = {
    "upstander.sources": Source,
    "upstander.evidence.formats": Import,
    "upstander.forecast.models": Model,
    "upstander.forecast.classifiers": Classifier,
    "upstander.forecast.features": Family,
}
ALL = [(package, name) for package in KINDS for name in plugins.names(package)]
SAMPLES = Path(__file__).parent / "samples"
MODELS = plugins.names("upstander.forecast.models")
HORIZONS = (1, 2, 6)


@pytest.mark.parametrize(("package", "name"), ALL)
def test_a_plug_in_loads_and_has_a_title_and_a_citation(package: str, name: str):
    found = plugins.load(package, name, KINDS[package])
    assert found.title
    assert found.citation


@pytest.mark.parametrize(("package", "name"), ALL)
def test_every_source_model_and_family_carries_its_source(package: str, name: str):
    assert len(plugins.load(package, name, KINDS[package]).citation) > 10


@pytest.mark.parametrize("name", plugins.names("upstander.sources"))
def test_a_source_reads_its_own_sample(name: str):
    source = plugins.load("upstander.sources", name, Source)
    samples = sorted(SAMPLES.glob(f"{name}.*"))
    assert samples, (
        f"add tests/samples/{name}.<ext>: a few real rows, so that the parser can be tested offline"
    )
    for snapshot in source.find(samples[0]):
        assert snapshot.first <= snapshot.last
        assert snapshot.basis in ("published", "assumed")
        source.table.check(source.parse(snapshot, place_tables.load()))


def made_up_panel(months: int = 90, seed: int = 1) -> Panel:
    """Nine places with quiet, small and large wars."""
    rng = np.random.default_rng(seed)
    level = np.array([0, 0, 0.2, 1, 3, 10, 40, 200, 1500])[:, None]
    deaths = rng.negative_binomial(1, 1 / (1 + level * np.ones((9, months)))).astype(float)
    periods = tuple(date(2015 + m // 12, m % 12 + 1, 1) for m in range(months))
    return Panel(
        tuple("ABCDEFGHI"), periods, deaths[:, :, None], ("fatalities",), date(2022, 7, 31)
    )


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_repeatable_whole_and_never_negative(name: str):
    model = plugins.load("upstander.forecast.models", name, Model)
    panel = made_up_panel()
    first, again = (
        model.fit(panel, "fatalities", HORIZONS, np.random.default_rng(0)).predict(
            panel, HORIZONS, np.random.default_rng(0)
        )
        for _ in range(2)
    )
    assert first.draws.shape[:2] == (9, len(HORIZONS))
    assert np.issubdtype(first.draws.dtype, np.integer)
    assert (first.draws >= 0).all()
    assert np.array_equal(first.draws, again.draws)


def test_an_unknown_name_says_what_exists():
    with pytest.raises(ConfigError, match="ucdp_ged"):
        plugins.load("upstander.sources", "ucdp", Source)
