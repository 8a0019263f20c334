"""The joint bundles that come with the portal, and loading them."""

from approvals.catalogue import packaged
from approvals.catalogue.operations import Gained, Types
from approvals.joint.models import BundledType, JointBundle

# What of a bundle's row names approval types.
LINKS = {"approvals", "before_land"}


def bundles() -> list[dict]:
    return packaged.read_packaged("bundles.yaml")


def load_bundles(types: Types, gained: Gained) -> None:
    """One that is there keeps the limits and approvals it has been given."""
    there = set(JointBundle.objects.values_list("code", flat=True))
    for position, row in enumerate(bundles()):
        fields = {name: value for name, value in row.items() if name not in LINKS}
        if row["code"] in there:
            continue
        bundle = JointBundle.objects.create(**fields, position=position)
        BundledType.objects.bulk_create(
            BundledType(
                bundle=bundle,
                approval_type=types[entry["code"]],
                rests_on=entry["rests_on"],
                position=n,
            )
            for n, entry in enumerate(row["approvals"])
        )
        bundle.before_land.set([types[code] for code in row["before_land"]])
        gained.added.append(f"bundle {bundle.code}")
