"""Turn a brief into a finished video, by workflows of typed steps on Dagster."""
