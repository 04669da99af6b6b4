"""`python child.py ARMED_FOLDER ROLE DATA_DIR PARENT_PID [DESCRIPTOR]`: a process of the hub with seams.

Everything in it is the product's own. Only its stores are wrapped, handed in where the role takes them; they do what
they always do, and may die before, after, or in the middle of it.
"""

import sys
from importlib import import_module
from pathlib import Path

from countroom.runtime.child import main
from tests.faults.seamed.seams import Seams

SEAMED = ("shard", "vault", "intake", "delivery")

if __name__ == "__main__":
    armed, role = Path(sys.argv[1]), sys.argv[2]
    name = role.partition("-")[0]
    stores = import_module(f"tests.faults.seamed.{name}").stores(Seams(armed / role)) if name in SEAMED else {}
    sys.exit(main(sys.argv[2:], **stores))
