"""Does the multiverse give the same numbers on a Dask cluster, and how many of its tasks ran there?

Run as ``python tests/bench/bench_dask.py [permutations]``. The cluster is local, two worker processes; on
many machines only the address given to ``Client`` changes. On one machine Dask is slower than one process: it
sends the data along with every task. Needs the optional extra ``cluster``.
"""

import sys

import joblib
import numpy as np
from bench_multiverse import SEED, grid, municipalities
from clock import seconds

from gemeenten.designs import multiverse

try:
    from distributed import Client, LocalCluster, get_task_stream
except ImportError:
    sys.exit("skipped: Dask is not installed; install the extra with pip install '.[cluster]'")


def on_dask(client, *arguments):
    """Return the wall time of the multiverse on the cluster, its result and the number of tasks there."""
    with get_task_stream(client) as stream, joblib.parallel_config(backend="dask"):
        taken, result = seconds(multiverse.run, *arguments, seed=SEED, n_jobs=-1)
    return taken, result, len(stream.data)


def main(permutations):
    """Print both wall times and whether the numbers agree; leave with an error when they do not."""
    frame, spec = municipalities(), grid()
    alone, here = seconds(multiverse.run, frame, spec, permutations, seed=SEED)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        on_dask(client, frame, spec, 100)  # the workers import what they need once
        taken, there, tasks = on_dask(client, frame, spec, permutations)
    print(f"{spec.size} specifications x {permutations:,} permutations on {len(frame)} municipalities")
    print(f"one process {alone:.2f} s; Dask, 2 workers: {taken:.2f} s, {tasks} tasks on the cluster")
    same = here.joint.equals(there.joint) and np.array_equal(here.figure, there.figure)
    print(f"joint p {here.joint_p:.4f} and {there.joint_p:.4f}; all numbers equal: {same}")
    if not same or tasks == 0:
        sys.exit("the numbers differ, or nothing ran on the cluster")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
