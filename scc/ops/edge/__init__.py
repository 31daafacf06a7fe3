"""The edge: one CloudFront distribution before the company's site and both stages of the app.

`wanted.py` declares what SCC wants of it. `read` gives the distribution as data; `plan` compares,
in words; `apply` makes the change, `undo` takes it back, and `restoring` leads to a configuration
that was kept, such as a release's (`snapshot`). `prove` asks over HTTP who answers. `problems` are
sentences for the doctor.
"""

from scc.ops.edge.back import restoring
from scc.ops.edge.change import Patience, Unsure, apply, invalidate, restore, undo
from scc.ops.edge.live import Aws, Live, Lost, connect, read, snapshot
from scc.ops.edge.plan import Plan, Refused, plan, problems
from scc.ops.edge.prove import Proof, prove, viewer

__all__ = [
    "Aws",
    "Live",
    "Lost",
    "Patience",
    "Plan",
    "Proof",
    "Refused",
    "Unsure",
    "apply",
    "connect",
    "invalidate",
    "plan",
    "problems",
    "prove",
    "read",
    "restore",
    "restoring",
    "snapshot",
    "undo",
    "viewer",
]
