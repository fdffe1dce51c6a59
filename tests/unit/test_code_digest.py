"""What is kept by its code is made again when that code changes."""

from vid_pipeline.media import code


def test_the_sound_depends_on_all_that_masters_it() -> None:
    assert {"audio", "dynamics", "equalizer", "loudness", "mastering"} <= code.modules("mastering")


def test_a_clip_depends_on_all_that_draws_it_and_on_no_sound() -> None:
    drawn_by = code.modules("compositor", "encode")
    assert {"compositor", "dirty", "encode", "frame", "lettering", "motion"} <= drawn_by
    assert not {"mastering", "loudness", "render"} & drawn_by


def test_other_code_has_another_digest() -> None:
    assert code.digest("mastering") == code.digest("mastering") != code.digest("compositor")
