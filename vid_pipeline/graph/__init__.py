"""A checked workflow version as a Dagster job. The framework's only import of Dagster."""
