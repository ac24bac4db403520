"""What is said to something that is no question."""

from __future__ import annotations

from index import Document
from ui.messages import ENGLISH
from ui.told import OFFERED, told


def test_the_documents_that_a_summary_is_wanted_of_come_first() -> None:
    documents = [Document(f"{name}.md", "Text.", title=f"Notice about {name}") for name in "abcdefgh"]
    documents.append(Document("m.md", "Text.", title="Minutes of the annual general meeting"))
    said = told("Summarise the minutes", documents, ENGLISH, extractive=True)
    assert said is not None and said.sentence == ENGLISH.no_summary
    assert [document.id for document in said.documents] == ["m.md", "a.md", "b.md", "c.md", "d.md"][:OFFERED]
