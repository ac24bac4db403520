from index import Chunk, Document, Hit, Span
from rag import likeliest

TEXT = "Le gîte ouvre en mai. Les chiens n'y sont pas admis.\n\n- Draps : 8 euros.\n"
DOCUMENT = Document("gite.txt", TEXT, "Gîte de la Rochette")


def hit_of(start: int, end: int) -> Hit:
    return Hit(Chunk(Span(DOCUMENT.id, start, end), TEXT[start:end], ()), 0.5, 1)


def test_the_sentence_that_speaks_of_what_is_asked_is_the_one_to_look_at() -> None:
    whole = hit_of(0, len(TEXT))
    for question, sentence in (
        ("Les chiens sont-ils admis ?", "Les chiens n'y sont pas admis."),
        ("How much are sheets?", "Draps : 8 euros."),
    ):
        place = likeliest(question, whole, DOCUMENT.title)
        assert TEXT[place.start : place.end] == sentence
    later = likeliest("Quand ouvre le gîte ?", hit_of(22, 52))
    assert (later.start, later.end) == (22, 52)


def test_a_passage_without_a_sentence_is_whole() -> None:
    text = "# Rien\n"
    passage = Hit(Chunk(Span("a", 3, 3 + len(text)), text, ()), 0.5, 1)
    assert likeliest("Quoi ?", passage) == passage.chunk.span
