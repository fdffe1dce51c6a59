"""Productions that wait for people, put into the store as if their steps had run.

They count as running, so that a decision is kept and nothing is started.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.media import clips_for_tests
from tests.storyboards import storyboard
from vid_pipeline.acts import publishing
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import (
    Artifact,
    Brief,
    Canvas,
    Captions,
    Cue,
    Line,
    MediaRef,
    Script,
    Video,
    Word,
)
from vid_pipeline.records import NewRequest, Production, Request, Shown
from vid_pipeline.store import productions, requests, traces, workflows

CANVAS = Canvas(width_px=320, height_px=180, fps=25)


def script(*texts: str) -> Script:
    """A script of these lines."""
    lines = tuple(Line(id=f"l{n}", text=text, spoken=text) for n, text in enumerate(texts, 1))
    return Script(title="The price of light", language="en", lines=lines, author="extractive")


@dataclass(frozen=True)
class Waiting:
    """A production of `reviewed-short`, and the ways to let steps of it have run."""

    shop: Workshop
    production: Production

    @classmethod
    def of(cls, shop: Workshop, user: UUID, name: str = "Light") -> "Waiting":
        publishing.first_start(shop.db)
        with shop.db.acting(shop.db.local_user) as conn:
            version = workflows.get(conn, "reviewed-short")
        with shop.db.acting(user) as conn:
            if user != shop.db.local_user:
                version = workflows.publish(conn, version.document)
            made = productions.create(conn, version, Brief(name=name, url="https://e.example"))
            return cls(shop, productions.running(conn, made.id))

    def made(self, step_id: str, kind: str, artifact: Artifact, key: str = "") -> MediaRef:
        """A step that has given this."""
        data = artifact.model_dump_json().encode()
        ref = self.shop.store.put_bytes(data, "application/json")
        with self.shop.db.acting(self.production.owner_id) as conn:
            trace = traces.start(
                conn, self.production.id, run_id="r", step_key=key or step_id, step_id=step_id,
                kind=kind,
            )  # fmt: skip
            traces.finish(conn, trace.id, output=ref.model_dump(mode="json"))
        return ref

    def asked(
        self, step_id: str, title: str, things: Mapping[str, MediaRef], type_: str, **more: Any
    ) -> Request:
        """A request about these."""
        new = {
            "production_id": self.production.id,
            "step_id": step_id,
            "kind": "approval",
            "subject": "s",
            "run_id": "r",
            "title": title,
            "shown": [Shown(key=k, type=type_, artifact=ref) for k, ref in things.items()],
        }
        with self.shop.db.acting(self.production.owner_id) as conn:
            return requests.ask(conn, NewRequest.model_validate(new | more))

    def asks_for_script(self, *texts: str, **more: Any) -> Request:
        ref = self.made("script", "write_script", script(*texts))
        return self.asked("script_gate", "Approve the script", {"": ref}, "Script", **more)

    def asks_for_scenes(self) -> Request:
        board = storyboard()
        self.made("storyboard", "storyboard", board)
        refs = {
            scene.id: self.made("scene", "revise_scene", scene, f"scene[{scene.id}]")
            for scene in board.scenes
        }
        return self.asked("scene_gate", "Approve the scenes", refs, "Scene", kind="items")

    def asks_for_video(self, **more: Any) -> Request:
        """Two seconds with a caption."""
        clip = self.shop.store.put_bytes(clips_for_tests.data("talk.mp4"), "video/mp4")
        cue = Cue(
            scene_id="s0", start_s=0.2, end_s=1.5, words=(Word(text="Hello", start_s=0.2, end_s=1),)
        )
        self.made("captions", "captions", Captions(language="en", cues=(cue,)))
        self.made("script", "write_script", script("Light is cheap."))
        video = Video(file=clip, canvas=CANVAS, frames=50, scenes_rendered=1, scenes_reused=0)
        ref = self.made("video", "render", video)
        return self.asked("final_gate", "Approve the video", {"": ref}, "Video", **more)

    def now(self, request: Request) -> Request:
        with self.shop.db.acting(request.owner_id) as conn:
            return requests.get(conn, request.id)
