"""A production for tests: fixed facts, a folder of the test's own, progress written down."""

from pathlib import Path

from vid_pipeline.artifacts import Brief


class FakeProduction:
    """The production `p1`, delivered into `folder`."""

    def __init__(self, brief: Brief, folder: Path, facts: dict[str, str] | None = None) -> None:
        self._brief, self._folder = brief, folder
        self._facts = {"workflow": "article-to-short", "version": "1"} | (facts or {})
        self.told: list[tuple[float, str]] = []

    @property
    def id(self) -> str:
        return "p1"

    @property
    def brief(self) -> Brief:
        return self._brief

    @property
    def facts(self) -> dict[str, str]:
        return self._facts

    @property
    def folder(self) -> Path:
        return self._folder

    def progress(self, done: float, note: str = "") -> None:
        self.told.append((done, note))
