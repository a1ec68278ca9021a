"""Where the folder of real data and benchmarks is: beside the repository, or where UPSTANDER_SHARED says."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("UPSTANDER_SHARED", ROOT.parent / "shared" / "data"))
