"""Typed settings, built once by the command line or the web application, then passed."""

from datetime import date
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment (``UPSTANDER_HOME``, ``UPSTANDER_SEED`` ...)."""

    model_config = SettingsConfigDict(env_prefix="UPSTANDER_", frozen=True)

    home: Path = Field(Path("var"), description="folder for the lake, the forecasts, the ledger and the reports")
    as_of: date | None = Field(None, description="the day we ask about; the bundle's own date when not set")
    seed: int = Field(20260624, description="seed of every random number")
    jobs: int = Field(2, ge=1, description="processes used side by side")
    cluster: str = Field(
        "", description="address of a Dask scheduler, tcp://host:8786, that scores instead of this machine's processes"
    )
    agent: str = Field(
        "upstander/0.1 (+early warning; respects robots and rate limits)", description="name told to publishers"
    )

    @property
    def lake(self) -> Path:
        """Folder of the lake."""
        return self.home / "lake"

    @property
    def issues(self) -> Path:
        """Folder of issued forecasts, one folder each."""
        return self.home / "issues"

    @property
    def ledger(self) -> Path:
        """File of the hash-chained ledger."""
        return self.home / "ledger.jsonl"

    @property
    def scoreboard(self) -> Path:
        """Folder of the scoreboard and its finished pieces."""
        return self.home / "scoreboard"

    @property
    def peers(self) -> Path:
        """Folder of imported peers' forecasts."""
        return self.home / "peers"

    @property
    def reports(self) -> Path:
        """Folder of rendered reports."""
        return self.home / "reports"
