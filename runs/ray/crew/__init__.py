"""Worker actors that conduct debates of a run by the hundred; the driver stays the only one who writes and pays.

A worker is told the run's `terms` once, is handed debates with what its journal remembers of each,
and conducts them by the code that the driver would use. What a debate would write or reserve
travels as `letters` to the driver, which commits whatever came together in one group and answers;
so nothing is sent to a model, and nothing told, before it is on record. At most one journey each
way is under way between the driver (`desk`) and a worker (`worker`), and what piles up meanwhile
shares the next.

Nothing is paid twice: a worker that dies loses what it had in flight, which is put down as in
doubt; its debates are begun again elsewhere from the record, under the same keys, and what an LLM
actor had answered meanwhile still lies in that one's outbox. A worker that hears nothing of its
driver stops what it conducts.
"""

from moot.runs.ray.crew.crew import Crew, workers_for

__all__ = ["Crew", "workers_for"]
