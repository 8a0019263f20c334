"""Approvals side by side that join, as Viewflow's documentation draws them."""

from viewflow import this
from viewflow.workflow import flow, lock


def side_by_side(name: str, count: int, **options) -> type[flow.Flow]:
    """A flow of so many approvals, then the joint one.

    The same nodes for every lock: flows that inherit them would share them.
    """
    split, approvals = flow.Split(), {}
    for n in range(count):
        approvals[f"approval_{n}"] = flow.Handle().Next(this.join)
        split = split.Always(getattr(this, f"approval_{n}"))
    nodes = {
        "start": flow.StartHandle().Next(this.split),
        "split": split,
        **approvals,
        "join": flow.Join().Next(this.joint),
        "joint": flow.Handle().Next(this.end),
        "end": flow.End(),
    }
    return type(name, (flow.Flow,), {"__module__": __name__, **nodes, **options})


# As it comes: `lock_impl` is `no_lock`, of which its own system check warns.
Two = side_by_side("Two", 2)
# The lock its documentation recommends for PostgreSQL: five attempts, pauses between.
TwoLocked = side_by_side("TwoLocked", 2, lock_impl=lock.select_for_update_lock)
# The same lock, told to wait for the other instead of trying again later.
TwoWaiting = side_by_side("TwoWaiting", 2, lock_impl=lock.SelectForUpdateLock(nowait=False))
Many = side_by_side("Many", 25, lock_impl=lock.select_for_update_lock)
