"""The catalogue: what is loaded of the packaged one, and how a type gets a new version."""

from approvals.catalogue.operations.loading import Gained, Types, load_types

__all__ = ["Gained", "Types", "load_types"]
