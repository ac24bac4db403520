"""A program that changes a collection and dies at a chosen step; `test_crash.py` drives it line by line.

Reads JSON lines {"path", "operation", "step", "error"}; for each it forks a child that carries the operation out and,
at its step of that number (from 1), kills itself with SIGKILL or has the disk fail with the given errno. Answers with
{"status", "steps", "error", "log"}; step 0 lets the operation end well; "record" asks for the log of what it did to
files. With "operation": "endless" the child adds and removes
until it is killed from outside, and prints each acknowledged change to a file beside the collection.
"""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import signal
import sys
from pathlib import Path

from index import Collection, Document, chunk, files
from index.mending import repair
from index.upkeep import backup, purge, rollback

Recorder = runpy.run_path(str(Path(__file__).with_name("power.py")))["Recorder"]
CONFTEST = runpy.run_path(str(Path(__file__).parents[1] / "conftest.py"))
EMBEDDER = CONFTEST["HashingEmbedder"]
DOCUMENTS = CONFTEST["DOCUMENTS"]


def carry_out(path: Path, operation: str) -> None:
    """Do one operation to a collection that holds the corpus."""
    embedder = EMBEDDER()
    if operation == "create":
        Collection.create(path.with_name("created"), embedder=embedder)
    elif operation in ("rollback", "purge"):
        {"rollback": rollback, "purge": purge}[operation](path)
    elif operation in ("repair", "recover"):
        repair(path, embedder=embedder)
    elif operation == "renew":
        Collection.renew(path, embedder=EMBEDDER(32))
    elif operation == "backup":
        backup(path, path.with_name("copy"))
    else:
        collection = Collection.open(path, embedder=embedder)
        if operation == "add":
            collection.add([Document("new", "A new lamp was lit.", language="en")])
        elif operation == "change":
            collection.add([Document(DOCUMENTS[0].id, "Le phare a changé de texte.", language="fr")])
        elif operation == "remove":
            collection.remove([DOCUMENTS[1].id])
        elif operation == "join":
            collection.add([Document("fourth", "The fourth segment is joined.", language="en")])
        elif operation == "original":
            page = path.with_name("page.html")
            page.write_text("<p>A page to be kept.</p>", encoding="utf-8")
            digest = hashlib.sha256(page.read_bytes()).hexdigest()
            text = "A page to be kept."
            collection.add([Document("page", text, source=str(page), metadata={"file_sha256": digest}, language="en")])
        elif operation == "endless":
            _change_endlessly(path, collection)


def _change_endlessly(path: Path, collection: Collection) -> None:
    with path.with_name("acknowledged").open("a") as acknowledged:
        for number in range(10_000):
            collection.add([Document(f"n{number}", f"Number {number} was added.", language="en")])
            acknowledged.write(f"add n{number}\n")
            acknowledged.flush()
            if number % 3 == 2:
                collection.remove([f"n{number - 1}"])
                acknowledged.write(f"remove n{number - 1}\n")
                acknowledged.flush()


def child(order: dict[str, object], answer: int) -> None:
    """Carry out an order, dying or failing at its step; writes to `answer` when it lives."""
    steps: list[str] = []

    def count(step: str) -> None:
        steps.append(step)
        if len(steps) == order["step"]:
            if order.get("error") is None:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(order["error"], os.strerror(int(str(order["error"]))))

    files.checkpoint = count
    recorder = Recorder(Path(str(order["path"])).parent) if order.get("record") else None
    error = ""
    try:
        carry_out(Path(str(order["path"])), str(order["operation"]))
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    log = recorder.end() if recorder else []
    with os.fdopen(answer, "w") as pipe:
        json.dump({"steps": steps, "error": error, "log": log}, pipe)


def main() -> None:
    """Answer orders until there are no more."""
    for document in DOCUMENTS:
        chunk(document)  # what is loaded at the first use is loaded once, before any fork
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            child(order, writing)
            os._exit(0)
        os.close(writing)
        if order["operation"] == "endless":
            print(json.dumps({"pid": process}), flush=True)
        with os.fdopen(reading, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(process, 0)
        print(json.dumps({"status": status, **json.loads(answer or "{}")}), flush=True)


if __name__ == "__main__":
    main()
