"""The tests, one folder a room; `site` has stand-ins and servers, `quality` what measures against labels."""

from pathlib import Path

#: The checkout, this folder, and the folder beside the checkout with real notices.
ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests"
SHARED = ROOT.parent / "shared"
