from pathlib import Path

import pytest
from pydantic import ValidationError

from assets.provider_job import RUN_JOB, RunJobParams, run_job
from vid_pipeline.artifacts import Brief
from vid_pipeline.testing.jobs import FakeJobs
from vid_pipeline.testing.production import FakeProduction
from vid_pipeline.testing.store import FakeStore


def test_a_job_becomes_an_artifact_and_tells_how_far_it_is(tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    jobs = FakeJobs(store, {"sing": ({"bars": 8}, b"la la")})
    production = FakeProduction(Brief(name="b", url="https://example.org/a"), tmp_path)
    params = RunJobParams(operation="sing", input={"mood": "calm"}, most_usd=1)
    made = run_job(params, jobs=jobs, production=production)
    assert (made.operation, made.value) == ("sing", {"bars": 8})
    assert made.file is not None
    assert store.path(made.file).read_bytes() == b"la la"
    assert production.told
    assert RUN_JOB.output.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize("usd", [-1, float("inf"), float("nan")])
def test_what_a_job_may_cost_is_an_amount_of_money(usd: float) -> None:
    with pytest.raises(ValidationError):
        RunJobParams(operation="sing", most_usd=usd)
