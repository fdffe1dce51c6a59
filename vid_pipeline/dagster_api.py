"""Dagster's webserver by GraphQL: launch a job, ask after a run, stop it, reload the location."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import httpx
from pydantic import JsonValue

from vid_pipeline.dagster_env import LOCATION, REPOSITORY
from vid_pipeline.errors import ToolFailed
from vid_pipeline.settings import Settings

_NAME = "Dagster's webserver"
_LOOK_S = 1.0
_TIMEOUT_S = 60.0
_HEALTH = """
{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }"""
_LAUNCH = """
mutation ($job: String!, $location: String!, $repository: String!, $steps: [String!],
    $tags: [ExecutionTag!]) {
  launchRun(executionParams: {
    selector: {
      jobName: $job, repositoryLocationName: $location, repositoryName: $repository
    }
    stepKeys: $steps
    executionMetadata: {tags: $tags}
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on Error { message }
  }
}"""
_AGAIN = """
mutation ($job: String!, $location: String!, $repository: String!, $steps: [String!],
    $parent: String!, $root: String!, $tags: [ExecutionTag!]) {
  launchRunReexecution(executionParams: {
    selector: {
      jobName: $job, repositoryLocationName: $location, repositoryName: $repository
    }
    runConfigData: {}
    stepKeys: $steps
    executionMetadata: {parentRunId: $parent, rootRunId: $root, tags: $tags}
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on InvalidStepError { invalidStepKey }
    ... on Error { message }
  }
}"""
_FIND = """
query ($filter: RunsFilter!) {
  runsOrError(filter: $filter, limit: 1) {
    __typename ... on Runs { results { runId } } ... on Error { message }
  }
}"""
_ROOT = """
query ($run: ID!) { runOrError(runId: $run) { __typename ... on Run { rootRunId } } }"""
_STATUS = """
query ($run: ID!) {
  runOrError(runId: $run) { __typename ... on Run { status } ... on Error { message } }
}"""
_TERMINATE = """
mutation ($run: String!) {
  terminateRun(runId: $run, terminatePolicy: SAFE_TERMINATE) {
    __typename ... on Error { message }
  }
}"""
_RELOAD = """
mutation ($location: String!) {
  reloadRepositoryLocation(repositoryLocationName: $location) {
    __typename
    ... on WorkspaceLocationEntry {
      locationOrLoadError { __typename ... on PythonError { message } }
    }
    ... on Error { message }
  }
}"""


class DagsterApi:
    """One webserver; every call is a request of its own."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The webserver that `vidp up` runs."""
        return cls(f"http://127.0.0.1:{settings.dagster_port}")

    def run_url(self, run_id: str) -> str:
        """The page of a run."""
        return f"{self._url}/runs/{run_id}"

    def is_up(self) -> bool:
        """Whether it answers and has our code location loaded."""
        try:
            data = self._ask(_HEALTH, {}, timeout_s=_LOOK_S)
        except ToolFailed:
            return False
        entries = data.get("workspaceOrError", {}).get("locationEntries", [])
        return {"name": LOCATION, "loadStatus": "LOADED"} in entries

    def launch(
        self, job: str, *, tags: Mapping[str, str], steps: Sequence[str] | None = None
    ) -> str:
        """Start a job, or some of its steps; its run id. One published since is found by a reload.

        Raises:
            ToolFailed: the webserver does not answer, or refuses.
        """
        variables = self._job(job, tags) | {"steps": None if steps is None else list(steps)}
        return self._launched("launchRun", _LAUNCH, variables)

    def launch_again(
        self, job: str, *, steps: Sequence[str], parent: str, root: str, tags: Mapping[str, str]
    ) -> str:
        """Run some steps of a job again on top of an earlier run, in its group; its run id.

        Raises:
            ToolFailed: the webserver does not answer, or refuses.
        """
        variables = self._job(job, tags) | {"steps": list(steps), "parent": parent, "root": root}
        return self._launched("launchRunReexecution", _AGAIN, variables)

    def find(self, tag: str, value: str) -> str | None:
        """The newest run with a tag; None: there is none."""
        wanted: dict[str, JsonValue] = {"tags": [{"key": tag, "value": value}]}
        answer = self._ask(_FIND, {"filter": wanted})["runsOrError"]
        if answer["__typename"] != "Runs":
            raise _refused(answer)
        return next((str(run["runId"]) for run in answer["results"]), None)

    def status(self, run_id: str) -> str | None:
        """Dagster's word for a run's state (`STARTED`, `SUCCESS` …); None: no such run."""
        answer = self._ask(_STATUS, {"run": run_id})["runOrError"]
        return str(answer["status"]) if answer["__typename"] == "Run" else None

    def root_of(self, run_id: str) -> str | None:
        """The first run of a run's group; None: it is that itself."""
        answer = self._ask(_ROOT, {"run": run_id})["runOrError"]
        root = answer.get("rootRunId")
        return None if root is None else str(root)

    def terminate(self, run_id: str) -> bool:
        """Ask a run to stop; False when it cannot be asked."""
        answer = self._ask(_TERMINATE, {"run": run_id})["terminateRun"]
        return bool(answer["__typename"] == "TerminateRunSuccess")

    def reload(self) -> None:
        """Read the published workflows again.

        Raises:
            ToolFailed: the location does not load; the message says why.
        """
        answer = self._ask(_RELOAD, {"location": LOCATION})["reloadRepositoryLocation"]
        outcome = answer.get("locationOrLoadError") or answer
        if outcome["__typename"] != "RepositoryLocation":
            raise _refused(outcome)

    def _launched(self, mutation: str, query: str, variables: Mapping[str, JsonValue]) -> str:
        answer = self._ask(query, variables)[mutation]
        if answer["__typename"] in {"PipelineNotFoundError", "InvalidSubsetError"}:
            self.reload()
            answer = self._ask(query, variables)[mutation]
        if answer["__typename"] != "LaunchRunSuccess":
            raise _refused(answer)
        return str(answer["run"]["runId"])

    def _job(self, job: str, tags: Mapping[str, str]) -> dict[str, JsonValue]:
        return {
            "job": job,
            "location": LOCATION,
            "repository": REPOSITORY,
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
        }

    def _ask(
        self, query: str, variables: Mapping[str, JsonValue], *, timeout_s: float = _TIMEOUT_S
    ) -> dict[str, Any]:
        body = {"query": query, "variables": dict(variables)}
        try:
            with httpx.Client(timeout=timeout_s, trust_env=False) as client:
                answer = client.post(f"{self._url}/graphql", json=body).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise ToolFailed(_NAME, 1, f"{self._url} does not answer: {reason}") from error
        if not isinstance(answer, dict) or "data" not in answer or answer.get("errors"):
            raise ToolFailed(_NAME, 1, f"{self._url} refused the question")
        data: dict[str, Any] = answer["data"]
        return data


def _refused(answer: Mapping[str, Any]) -> ToolFailed:
    kind = answer.get("__typename", "no answer")
    reason = answer.get("message") or answer.get("invalidStepKey") or "no reason given"
    return ToolFailed(_NAME, 1, f"{kind}: {reason}")
