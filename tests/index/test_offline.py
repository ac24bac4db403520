"""Nothing asks for the network: files are read, indexed, searched, asked and evaluated without a socket."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.index.readers.papers import lines, pdf, word

PROGRAM = """
import sys

tried = []

def heard(event, about):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        if not (event == "socket.connect" and isinstance(about[1], (str, bytes))):  # a socket of this machine is a file
            tried.append((event, about[1:] if event == "socket.connect" else about))
            raise OSError("there is no network here")

sys.addaudithook(heard)

from pathlib import Path
from index import Collection, check, sync
from rag import Chatbot, evaluate

folder, library, questions = map(Path, sys.argv[1:])
with Collection.create(library) as collection:
    assert len(sync(collection, [folder]).added) == 4
    assert collection.search("Quand le phare de Kermorvan a-t-il été construit ?")[0].chunk.span.document_id == "a.pdf"
with Collection.open(library) as collection:
    answer = Chatbot(collection).ask("When was the harbour light lit?")
    assert answer.found and "1850" in answer.text, answer
    assert len(evaluate(Chatbot(collection), questions).results) == 1
assert check(library) == ()
print("tried:", tried)
"""


@pytest.mark.slow
def test_everything_works_without_a_network(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf(lines("Le phare de Kermorvan a été construit en 1849.")))
    (folder / "b.docx").write_bytes(word("La ratatouille mijote une heure."))
    page = "<h1>Harbour</h1><p>The harbour light was lit in 1850.</p><img src='http://a.invalid/x'>"
    (folder / "c.html").write_text(page, encoding="utf-8")
    (folder / "d.md").write_text("# Notes\n\n![x](http://a.invalid/y)\n\nA plain note.", encoding="utf-8")
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"id": "q", "question": "When was the harbour light lit?", "lang": "en", "answerable": true, '
        '"answers": [{"text": "1850"}]}\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(tmp_path / "library"), str(questions)],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.strip() == "tried: []", done.stdout + done.stderr
